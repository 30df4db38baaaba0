package relay

import (
	"cmp"
	"context"
	_ "embed" // the wording of the mails
	"errors"
	"fmt"
	"strings"
	"text/template"
	"time"

	"github.com/langnghe/langnghe/store"
)

const (
	// dutyLock is longer than one mail takes.
	dutyLock = 25 * time.Second
	// dutyFor is how old an alarm may be of which staff are told: when somebody is
	// configured at last, nobody is to be alarmed of what is long over.
	dutyFor = 24 * time.Hour
	// dutyBatch is how many alarms one mail tells of.
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
	Kind  string // of the alarms it tells of: store.AlarmDanger, AlarmReopened, AlarmMentioned, AlarmSilent or AlarmToken
	Store *store.Store
	// To are the addresses of those who are told of an alarm.
	To func(ctx context.Context, a store.Alarm) ([]string, error)
	// Send mails one of them. The same id is the same mail.
	Send     func(ctx context.Context, to, id, subject, body string) error
	Unit     func(slug string) string // name of a unit, or ""
	Category func(code string) string // name of a category, or ""
	Link     string                   // absolute; a case's code is added
	Channels string                   // absolute link to the staff's page of channels
	Now      func() time.Time
}

// Duty mails staff the alarms of one kind: at least once each, also when the
// process is killed or the mail server is away for a while.
type Duty struct {
	DutyDeps
	words *template.Template
	rounds
}

// NewDuty returns who mails staff. It fails when the wording cannot be parsed or
// has none for the kind.
func NewDuty(d DutyDeps) (*Duty, error) {
	words, err := template.New("").Parse(dutyWords)
	if err != nil {
		return nil, fmt.Errorf("parse the wording of alarms: %w", err)
	}
	if words.Lookup(d.Kind+".subject") == nil {
		return nil, fmt.Errorf("alarms of the kind %q have no wording", d.Kind)
	}
	return &Duty{DutyDeps: d, words: words}, nil
}

// failure is what the log says when staff could not be told.
func (d *Duty) failure() string {
	switch d.Kind {
	case store.AlarmDanger:
		return "duty contact not told of dangers"
	case store.AlarmReopened:
		return "leaders not told of reopened cases"
	case store.AlarmMentioned:
		return "staff not told of notes that name them"
	}
	return "administrators not told of channels"
}

// Tell mails what staff were not told yet.
func (d *Duty) Tell(ctx context.Context) error {
	now := d.Now()
	if d.early(now) {
		return nil
	}
	waiting, err := d.Store.Unmailed(ctx, d.Kind, now.Add(-dutyFor), 1)
	if err != nil || len(waiting) == 0 {
		return err
	}
	err = locked(ctx, d.Store, "duty "+d.Kind, dutyLock, func() error { return d.mail(ctx, now) })
	return d.end(now, dutyPause, err)
}

// mail tells each circle of staff of all that waits for it, in one message.
func (d *Duty) mail(ctx context.Context, now time.Time) error {
	alarms, err := d.Store.Unmailed(ctx, d.Kind, now.Add(-dutyFor), dutyBatch)
	if err != nil || len(alarms) == 0 {
		return err
	}
	circles, err := d.circles(ctx, alarms)
	if err != nil {
		return err
	}
	var failed []error
	for _, c := range circles {
		failed = append(failed, d.tell(ctx, c))
	}
	return errors.Join(failed...)
}

// circle are those who are told of the same alarms.
type circle struct {
	to     []string
	alarms []store.Alarm
}

// circles puts alarms together whose staff are the same.
func (d *Duty) circles(ctx context.Context, alarms []store.Alarm) ([]*circle, error) {
	var list []*circle
	known := map[string]*circle{}
	for _, a := range alarms {
		to, err := d.To(ctx, a)
		if err != nil {
			return nil, fmt.Errorf("find who is told of an alarm: %w", err)
		}
		key := strings.Join(to, "\n")
		if known[key] == nil {
			known[key] = &circle{to: to}
			list = append(list, known[key])
		}
		known[key].alarms = append(known[key].alarms, a)
	}
	return list, nil
}

// tell mails one circle, then records that it was told. Where there is nobody to
// tell, that is recorded too: staff see the case in the lists.
func (d *Duty) tell(ctx context.Context, c *circle) error {
	ids := make([]int64, len(c.alarms))
	notes := make([]note, len(c.alarms))
	for i, a := range c.alarms {
		ids[i], notes[i] = a.ID, d.note(a)
	}
	subject, body, err := d.compose(notes)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("%s-%d-%d", d.Kind, ids[0], ids[len(ids)-1])
	for _, to := range c.to {
		if err := d.Send(ctx, to, id, subject, body); err != nil {
			return err
		}
	}
	return d.Store.MarkMailed(context.WithoutCancel(ctx), ids)
}

// note is what the mail says of an alarm. It holds nothing that the citizen
// wrote.
type note struct{ What, Unit, At, Case, Channel, Link string }

func (d *Duty) note(a store.Alarm) note {
	out := note{
		What: cmp.Or(d.Category(a.Category), a.About), Unit: cmp.Or(d.Unit(a.Unit), a.Unit),
		At: a.At.In(vietnam()).Format("15:04 02/01/2006"), Case: a.Case, Channel: a.Channel,
	}
	if a.About != "" && out.What != a.About {
		out.What += " (" + a.About + ")"
	}
	switch {
	case a.Case != "":
		out.Link = d.Link + a.Case
	case a.Kind == store.AlarmSilent, a.Kind == store.AlarmToken:
		out.Link = d.Channels
	}
	return out
}

func (d *Duty) compose(notes []note) (subject, body string, err error) {
	data := struct{ Notes []note }{notes}
	var s, b strings.Builder
	if err = d.words.ExecuteTemplate(&s, d.Kind+".subject", data); err == nil {
		err = d.words.ExecuteTemplate(&b, d.Kind+".body", data)
	}
	if err != nil {
		return "", "", fmt.Errorf("word an alarm: %w", err)
	}
	return s.String(), b.String(), nil
}
