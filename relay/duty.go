package relay

import (
	"cmp"
	"context"
	_ "embed" // the wording of the mail
	"fmt"
	"strings"
	"text/template"
	"time"

	"github.com/langnghe/langnghe/store"
)

const (
	// dutyLock is longer than one mail takes.
	dutyLock = 25 * time.Second
	// dutyFor is how old a danger may be of which the duty contact is told: when
	// one is configured at last, nobody is to be alarmed of what is long over.
	dutyFor = 24 * time.Hour
	// dutyBatch is how many dangers one mail tells of.
	dutyBatch = 50
	// dutyPause is between two mails: who is flooded with alarms reads none.
	dutyPause = 15 * time.Second
	// dutyWait is the wait after a mail that was not sent, doubled with each up
	// to dutyWaitMax.
	dutyWait, dutyWaitMax = 5 * time.Second, 5 * time.Minute
)

//go:embed duty.tmpl
var dutyWords string

// DutyDeps are what a Duty needs.
type DutyDeps struct {
	Store *store.Store
	// Send mails the duty contact. The same id is the same mail.
	Send     func(ctx context.Context, id, subject, body string) error
	Unit     func(slug string) string // name of a unit, or ""
	Category func(code string) string // name of a category, or ""
	Lookup   string                   // absolute link to the status page
	Now      func() time.Time
}

// Duty tells the duty contact of dangers: at least once each, also when the
// process is killed or the mail server is away for a while.
type Duty struct {
	DutyDeps
	words *template.Template
	next  time.Time // no mail is tried before
	wait  time.Duration
}

// NewDuty returns who tells the duty contact. It fails when its wording cannot
// be parsed.
func NewDuty(d DutyDeps) (*Duty, error) {
	words, err := template.New("").Parse(dutyWords)
	if err != nil {
		return nil, fmt.Errorf("parse the wording of alarms: %w", err)
	}
	return &Duty{DutyDeps: d, words: words}, nil
}

// Tell mails what the duty contact was not told yet.
func (d *Duty) Tell(ctx context.Context) error {
	now := d.Now()
	if now.Before(d.next) {
		return nil
	}
	waiting, err := d.Store.UnmailedDangers(ctx, now.Add(-dutyFor), 1)
	if err != nil || len(waiting) == 0 {
		return err
	}
	err = locked(ctx, d.Store, "duty", dutyLock, func() error { return d.mail(ctx, now) })
	if err != nil {
		d.wait = min(max(2*d.wait, dutyWait), dutyWaitMax)
		d.next = now.Add(d.wait)
		return err
	}
	d.wait, d.next = 0, now.Add(dutyPause)
	return nil
}

// mail tells of all that wait in one message, then records that it was told.
func (d *Duty) mail(ctx context.Context, now time.Time) error {
	alarms, err := d.Store.UnmailedDangers(ctx, now.Add(-dutyFor), dutyBatch)
	if err != nil || len(alarms) == 0 {
		return err
	}
	ids := make([]int64, len(alarms))
	dangers := make([]danger, len(alarms))
	for i, a := range alarms {
		ids[i], dangers[i] = a.ID, d.danger(a)
	}
	subject, body, err := d.compose(dangers)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("danger-%d-%d", ids[0], ids[len(ids)-1])
	if err := d.Send(ctx, id, subject, body); err != nil {
		return err
	}
	return d.Store.MarkMailed(context.WithoutCancel(ctx), ids)
}

// danger is what the mail says of an alarm. It holds nothing that the citizen
// wrote.
type danger struct{ What, Unit, At, Case, Channel, Link string }

func (d *Duty) danger(a store.Alarm) danger {
	out := danger{
		What: cmp.Or(d.Category(a.Category), a.About), Unit: cmp.Or(d.Unit(a.Unit), a.Unit),
		At: a.At.In(vietnam()).Format("15:04 02/01/2006"), Case: a.Case, Channel: a.Channel,
	}
	if a.About != "" && out.What != a.About {
		out.What += " (" + a.About + ")"
	}
	if a.Case != "" {
		out.Link = d.Lookup + "?ma=" + a.Case
	}
	return out
}

func (d *Duty) compose(dangers []danger) (subject, body string, err error) {
	data := struct{ Dangers []danger }{dangers}
	var s, b strings.Builder
	if err = d.words.ExecuteTemplate(&s, "subject", data); err == nil {
		err = d.words.ExecuteTemplate(&b, "body", data)
	}
	if err != nil {
		return "", "", fmt.Errorf("word an alarm: %w", err)
	}
	return s.String(), b.String(), nil
}
