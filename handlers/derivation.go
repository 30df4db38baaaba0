package handlers

import (
	"context"
	"fmt"
	"time"

	"github.com/langnghe/langnghe/models"
)

// derivationView tells how a due date came about.
type derivationView struct {
	Code     string      `json:"code"`
	Due      time.Time   `json:"due_at"`
	Counted  time.Time   `json:"counted_at" doc:"The date by today's rules; due_at is later where a citizen was told a later one."`
	Kept     bool        `json:"kept" doc:"due_at was promised and stands although the rules give an earlier one."`
	Promised *time.Time  `json:"promised_at" doc:"What an officer promised when it was late."`
	Sentence string      `json:"sentence" doc:"All of it in one sentence, for the citizen."`
	Rule     ruleView    `json:"rule"`
	From     time.Time   `json:"from" doc:"What the term is counted from."`
	Again    bool        `json:"again" doc:"from is when the citizen said that it is not done."`
	Days     []dayView   `json:"days" nullable:"false" doc:"Every day from the receipt to counted_at."`
	Pauses   []pauseView `json:"pauses" nullable:"false" doc:"Waits for the citizen."`
	Limits   []limitView `json:"limits" nullable:"false" doc:"What the law sets besides; nothing stops it."`
	Clock    *clockView  `json:"clock" doc:"The clock that counts now; null when nothing is owed or the citizen is waited for."`
}

// ruleView is the rule that a term follows.
type ruleView struct {
	Kind     models.Kind `json:"kind"`
	Category string      `json:"category" doc:"Of the taxonomy, when its term is the shorter one and counts; else empty."`
	Working  int         `json:"working_days"`
	Calendar int         `json:"calendar_days" doc:"The other reading of the law; 0 when there is none."`
	Reading  string      `json:"reading" enum:"working,calendar" doc:"The one that gives the later date, which is promised."`
	models.Source
}

type dayView struct {
	Date string           `json:"date"`
	Why  models.DayReason `json:"why" enum:"received,late,holiday,weekend,paused,make_up,counted,resumed,moved,not_working"`
	N    int              `json:"n" doc:"Its number in the term; 0 when it does not count."`
	Name string           `json:"name" doc:"Of a day out of the ordinary."`
	Half bool             `json:"half" doc:"It has other hours than most."`
}

type pauseView struct {
	From    time.Time  `json:"from"`
	To      *time.Time `json:"to" doc:"Null while it lasts."`
	Days    int        `json:"days" doc:"Working days by which it moved the due date."`
	Ignored bool       `json:"ignored" doc:"The kind's clock does not stop, or the term was over."`
}

type limitView struct {
	Name       string            `json:"name" doc:"first_answer, accept, resolve"`
	Start      models.LimitStart `json:"counted_from" enum:"received,accepted"`
	Since      time.Time         `json:"since"`
	ByWorking  *time.Time        `json:"by_working_days"`
	ByCalendar *time.Time        `json:"by_calendar_days"`
	Due        time.Time         `json:"due_at" doc:"The later of both readings."`
	Latest     *time.Time        `json:"latest" doc:"Of a complex matter."`
	Met        *time.Time        `json:"met_at" doc:"When what it is for was done."`
	models.Source
}

type clockView struct {
	Limit string    `json:"limit" doc:"resolve, promise, or empty: the due date."`
	Since time.Time `json:"since"`
	Due   time.Time `json:"due_at"`
	Stage int       `json:"stage" enum:"0,50,80,100" doc:"How much of the term has passed, in per cent."`
	Half  time.Time `json:"half_at"`
	Most  time.Time `json:"most_at" doc:"80 per cent."`
}

type derivationOut struct{ Body derivationView }

func (s *server) explainDeadline(ctx context.Context, p models.Principal, in *CasePath) (*derivationOut, error) {
	c, err := s.seenCase(ctx, p, in.Code)
	if err != nil {
		return nil, err
	}
	v, err := s.derivation(*c)
	return &derivationOut{v}, err
}

// derivation shows how the due date of a case came about.
func (s *server) derivation(c models.Case) (derivationView, error) {
	d := s.Deadlines()
	v := d.Explain(c)
	sentence, err := s.Deadline.Why(v)
	if err != nil {
		return derivationView{}, fmt.Errorf("word a due date: %w", err)
	}
	return derivationView{
		Code: c.Code, Due: v.Due.UTC(), Counted: v.Counted.UTC(), Kept: v.Due.After(v.Counted), Promised: timeOrNull(v.Promised),
		Sentence: sentence, Rule: newRuleView(v), From: v.From.UTC(), Again: v.Again,
		Days: dayViews(v.Days), Pauses: pauseViews(v.Pauses), Limits: limitViews(v.Limits), Clock: newClockView(d, c, s.Now()),
	}, nil
}

func newRuleView(v models.Derivation) ruleView {
	r := ruleView{Kind: v.Kind, Category: v.Category, Working: v.Term.Working, Calendar: v.Term.Calendar, Reading: "working", Source: v.Term.Source}
	if v.Calendar {
		r.Reading = "calendar"
	}
	return r
}

func dayViews(days []models.CountedDay) []dayView {
	out := make([]dayView, len(days))
	for i, d := range days {
		out[i] = dayView{Date: d.Date.Format(time.DateOnly), Why: d.Why, N: d.N, Name: d.Name, Half: d.Half}
	}
	return out
}

func pauseViews(pauses []models.Pause) []pauseView {
	out := make([]pauseView, len(pauses))
	for i, p := range pauses {
		out[i] = pauseView{From: p.From.UTC(), To: timeOrNull(p.To), Days: p.Days, Ignored: p.Ignored}
	}
	return out
}

func limitViews(limits []models.Limit) []limitView {
	out := make([]limitView, len(limits))
	for i, l := range limits {
		out[i] = limitView{
			Name: l.Name, Start: l.From, Since: l.Since.UTC(), ByWorking: timeOrNull(l.ByWorking), ByCalendar: timeOrNull(l.ByCalendar),
			Due: l.Due.UTC(), Latest: timeOrNull(l.Latest), Met: timeOrNull(l.Met), Source: l.Source,
		}
	}
	return out
}

func newClockView(d models.Deadlines, c models.Case, now time.Time) *clockView {
	r, runs := d.Running(c)
	if !runs {
		return nil
	}
	stage, _ := r.Stage(now)
	return &clockView{Limit: r.Limit, Since: r.Since.UTC(), Due: r.Due.UTC(), Stage: stage, Half: r.At(50).UTC(), Most: r.At(80).UTC()}
}
