package relay

import (
	"cmp"
	"context"
	_ "embed" // the wording of the mail
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// weeklyHour is from when on, local time, the mail goes out.
	weeklyHour = 7 * time.Hour
	// weeklyLate is how long after its hour a mail that could not be sent is still
	// of use.
	weeklyLate = 3 * 24 * time.Hour
	// weeklyEvery is how often it is looked whether it is time.
	weeklyEvery = time.Minute
	// weeklyLock is longer than weeklyRound and the figures and the mail of one
	// leader take together; who is left after a round is told in the next one.
	weeklyLock, weeklyRound = 2 * time.Minute, 45 * time.Second
	// weeklyCategories and weeklyUnits bound what a mail lists.
	weeklyCategories, weeklyUnits = 3, 10
)

//go:embed weekly.tmpl
var weeklyWords string

// WeeklyDeps are what a Weekly needs.
type WeeklyDeps struct {
	Store    *store.Store
	Day      time.Weekday // on which the mail goes out
	Calendar func() models.Calendar
	// Send mails one leader. The same id is the same mail.
	Send     func(ctx context.Context, to, id, subject, body string) error
	Unit     func(slug string) string // name of a unit, or ""
	Category func(code string) string // name of a category, or ""
	Office   string                   // what the whole province is called
	Console  string                   // absolute link to the staff console, without a final slash
	Failed   func(error)              // is told why a mail was not sent
	Now      func() time.Time
}

// Weekly mails every active leader the figures of the last seven days, of their
// unit, once a week: the seven days before the day of the mail. One process does
// so; after a crash a mail may come twice.
type Weekly struct {
	WeeklyDeps
	words *template.Template
	rounds
}

// NewWeekly returns who mails leaders. It fails when the wording cannot be parsed.
func NewWeekly(d WeeklyDeps) (*Weekly, error) {
	words, err := template.New("").Parse(weeklyWords)
	if err != nil {
		return nil, fmt.Errorf("parse the wording of weekly figures: %w", err)
	}
	return &Weekly{WeeklyDeps: d, words: words}, nil
}

// Run works until ctx ends.
func (w *Weekly) Run(ctx context.Context) {
	tick := time.NewTicker(weeklyEvery)
	defer tick.Stop()
	for {
		if err := w.Tell(ctx); err != nil && ctx.Err() == nil {
			w.Failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Tell mails the leaders who have not been mailed this week, if it is time.
func (w *Weekly) Tell(ctx context.Context) error {
	now := w.Now()
	until, due := w.until(now)
	if !due || w.early(now) {
		return nil
	}
	err := locked(ctx, w.Store, "weekly figures", weeklyLock, func() error { return w.mail(ctx, until) })
	return w.end(now, weeklyEvery, err)
}

// until is the midnight that this week's figures end at, and whether it is time to
// mail them.
func (w *Weekly) until(now time.Time) (time.Time, bool) {
	midnight := w.Calendar().Midnight(now)
	back := (int(midnight.Weekday()) - int(w.Day) + 7) % 7
	midnight = midnight.AddDate(0, 0, -back)
	since := now.Sub(midnight.Add(weeklyHour))
	return midnight, since >= 0 && since < weeklyLate
}

// mail tells one leader after the other. Whom it fails to tell is tried again, and
// keeps nobody else waiting.
func (w *Weekly) mail(ctx context.Context, until time.Time) error {
	week := until.AddDate(0, 0, -7).Format(time.DateOnly)
	told, err := w.Store.FiguresMailed(ctx, week)
	if err != nil {
		return err
	}
	accounts, err := w.Store.Accounts(ctx)
	if err != nil {
		return fmt.Errorf("find who is mailed figures: %w", err)
	}
	var faults []error
	began := w.Now()
	for _, a := range accounts {
		if w.Now().Sub(began) > weeklyRound {
			break
		}
		if a.Disabled || a.Role != models.RoleLeader || slices.Contains(told, strings.ToLower(a.Email)) {
			continue
		}
		err := w.tell(ctx, a, week, until)
		if err == nil {
			err = w.Store.MarkFiguresMailed(context.WithoutCancel(ctx), week, a.Email)
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

func (w *Weekly) tell(ctx context.Context, a store.Account, week string, until time.Time) error {
	figures, err := w.Store.Figures(ctx, store.FigureFilter{
		Seen: models.Principal{Name: a.Name, Email: a.Email, Role: a.Role, Unit: a.Unit},
		From: until.AddDate(0, 0, -7), To: until, Calendar: w.Calendar(),
	})
	if err != nil {
		return err
	}
	page := w.page(a.Unit, figures)
	var subject, body strings.Builder
	if err = w.words.ExecuteTemplate(&subject, "subject", page); err == nil {
		err = w.words.ExecuteTemplate(&body, "body", page)
	}
	if err != nil {
		return fmt.Errorf("word weekly figures: %w", err)
	}
	return w.Send(ctx, a.Email, "figures-"+week, subject.String(), body.String())
}

// weeklyPage is what the mail may name.
type weeklyPage struct {
	From, Until, Scope             string
	All                            models.Sum
	OnTime, First, Resolved, Score string // "" where there is nothing to tell
	Categories, Late               []models.Count
	UntoldNow                      int
	Link, Calls                    string
}

func (w *Weekly) page(unit string, f models.Figures) weeklyPage {
	last := f.To.AddDate(0, 0, -1)
	p := weeklyPage{
		From: f.From.Format("02/01"), Until: last.Format("02/01/2006"), Scope: cmp.Or(w.Office, unit), All: f.All, UntoldNow: f.UntoldNow,
		Link:  w.Console + "/figures?from=" + f.From.Format(time.DateOnly) + "&until=" + last.Format(time.DateOnly),
		Calls: w.Console + "/calls",
	}
	if unit != "" {
		p.Scope = cmp.Or(w.Unit(unit), unit)
	}
	if share, judged := f.All.OnTimeShare(); judged {
		p.OnTime = tenth(100 * share)
	}
	if f.All.Answered > 0 {
		p.First = tenth(f.All.ToFirst.Median.Hours())
	}
	if f.All.Resolved > 0 {
		p.Resolved = tenth(f.All.ToResolved.Median.Hours())
	}
	if f.All.Rated() > 0 {
		p.Score = tenth(f.All.Score())
	}
	for _, c := range f.Categories[:min(len(f.Categories), weeklyCategories)] {
		p.Categories = append(p.Categories, models.Count{Key: cmp.Or(w.Category(c.Key), c.Key), N: c.N})
	}
	if unit == "" {
		p.Late = w.late(f.Units)
	}
	return p
}

// late lists the units with late cases, most first.
func (w *Weekly) late(units []models.UnitSum) (list []models.Count) {
	for _, u := range units {
		if u.Late > 0 {
			list = append(list, models.Count{Key: cmp.Or(w.Unit(u.Unit), u.Unit), N: u.Late})
		}
	}
	slices.SortStableFunc(list, func(a, b models.Count) int { return cmp.Compare(b.N, a.N) })
	return list[:min(len(list), weeklyUnits)]
}

// tenth writes a number with one place, as here.
func tenth(n float64) string {
	return strings.Replace(strconv.FormatFloat(n, 'f', 1, 64), ".", ",", 1)
}
