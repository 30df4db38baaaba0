package relay

import (
	"cmp"
	"context"
	_ "embed" // the wording of the mails
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// remindFor is how old a reminder may be that is mailed still.
	remindFor = 3 * 24 * time.Hour
	// remindBatch is how many are looked at in one round.
	remindBatch = 200
	// remindPause is between two rounds of mails: what falls due in it comes in one.
	remindPause = 10 * time.Minute
)

//go:embed reminders.tmpl
var reminderWords string

// ReminderDeps are what Reminders needs.
type ReminderDeps struct {
	Store *store.Store
	// Send mails one member of staff. The same id is the same mail.
	Send     func(ctx context.Context, to, id, subject, body string) error
	Unit     func(slug string) string // name of a unit, or ""
	Category func(code string) string // name of a category, or ""
	Province string                   // slug of the unit whose leaders stand in
	Link     string                   // absolute; a case's code is added
	Now      func() time.Time
}

// Reminders mails staff what falls due: at least once each. Who is in charge is
// told at every stage, the leaders when nobody is in charge and when a case is
// late.
type Reminders struct {
	ReminderDeps
	words *template.Template
	rounds
}

// NewReminders returns who mails staff. It fails when the wording cannot be parsed.
func NewReminders(d ReminderDeps) (*Reminders, error) {
	words, err := template.New("").Parse(reminderWords)
	if err != nil {
		return nil, fmt.Errorf("parse the wording of reminders: %w", err)
	}
	return &Reminders{ReminderDeps: d, words: words}, nil
}

// Tell mails the reminders of which nobody was told yet.
func (m *Reminders) Tell(ctx context.Context) error {
	now := m.Now()
	if m.early(now) {
		return nil
	}
	waiting, err := m.Store.UnmailedReminders(ctx, now.Add(-remindFor), 1)
	if err != nil || len(waiting) == 0 {
		return err
	}
	err = locked(ctx, m.Store, "reminders", dutyLock, func() error { return m.mail(ctx, now) })
	return m.end(now, remindPause, err)
}

// mail sends everybody one message of all that waits for them. A reminder that
// did not reach all whom it is for waits on, so that some may read it twice.
func (m *Reminders) mail(ctx context.Context, now time.Time) error {
	list, err := m.Store.UnmailedReminders(ctx, now.Add(-remindFor), remindBatch)
	if err != nil {
		return err
	}
	accounts, err := m.Store.Accounts(ctx)
	if err != nil {
		return fmt.Errorf("find who is reminded: %w", err)
	}
	choices, err := m.Store.AlertChoices(ctx)
	if err != nil {
		return err
	}
	failed := map[int64]bool{}
	var faults []error
	for _, letter := range letters(list, crew{accounts: accounts, choices: choices}, m.Province) {
		if err := m.send(ctx, letter); err != nil {
			faults = append(faults, err)
			for _, r := range letter.about {
				failed[r.ID] = true
			}
		}
	}
	var told []int64
	for _, r := range list {
		if !failed[r.ID] {
			told = append(told, r.ID)
		}
	}
	return errors.Join(errors.Join(faults...), m.Store.MarkReminded(context.WithoutCancel(ctx), told))
}

// letter is what one member of staff is reminded of.
type letter struct {
	to    string
	about []models.Reminder
}

// letters puts together what each member of staff is to be told of the cases that
// are still owed an answer or are to be looked at again, in the order of the addresses.
func letters(list []models.Reminder, c crew, province string) []letter {
	byAddress := map[string]int{}
	var all []letter
	for _, r := range list {
		again := r.Term == models.LimitFollowUp && r.Status == models.StatusResolved
		if r.Status.Ended() && !again {
			continue
		}
		for _, to := range remindedOf(r, c.accounts, province) {
			if !c.reminded(r, to, province) {
				continue
			}
			if _, known := byAddress[to]; !known {
				byAddress[to] = len(all)
				all = append(all, letter{to: to})
			}
			l := &all[byAddress[to]]
			l.about = append(l.about, r)
		}
	}
	slices.SortFunc(all, func(a, b letter) int { return cmp.Compare(a.to, b.to) })
	return all
}

// above reports whether somebody is told that the term of an answer is over because
// it is theirs to see to, not because they chose so.
func (c crew) above(r models.Reminder, to, province string) bool {
	return r.Stage >= 100 && r.Term != models.LimitFollowUp && slices.Contains(Leaders(c.accounts, r.Unit, province), to)
}

// reminded reports whether the account is mailed the reminder.
func (c crew) reminded(r models.Reminder, to, province string) bool {
	return c.above(r, to, province) || slices.ContainsFunc(c.accounts, func(a store.Account) bool {
		return a.Email == to && c.choice(a).Mails(models.AlertDeadline)
	})
}

// remindedOf are the addresses of those who are told: who is in charge, unless they
// went to another unit, and the leaders when nobody is or the term of an answer is over.
func remindedOf(r models.Reminder, accounts []store.Account, province string) []string {
	var to []string
	for _, a := range accounts {
		if !a.Disabled && strings.EqualFold(a.Email, r.Assignee) && a.Principal().SeesUnit(r.Unit) {
			to = append(to, a.Email)
		}
	}
	if len(to) > 0 && (r.Stage < 100 || r.Term == models.LimitFollowUp) {
		return to
	}
	for _, leader := range Leaders(accounts, r.Unit, province) {
		if !slices.Contains(to, leader) {
			to = append(to, leader)
		}
	}
	return to
}

// remark is what a mail says of a case: nothing that the citizen wrote.
type remark struct {
	Case, What, Unit, Due, Term, Link, InCharge string
	Stage                                       int
}

func (m *Reminders) send(ctx context.Context, l letter) error {
	var data struct {
		Late, Soon, Again []remark
	}
	for _, r := range l.about {
		n := remark{
			Case: r.Case, What: m.Category(r.Category), Unit: cmp.Or(m.Unit(r.Unit), r.Unit), Term: r.Term, Stage: r.Stage,
			Due: r.Due.In(vietnam()).Format("15:04 02/01/2006"), InCharge: r.Assignee, Link: m.Link + r.Case,
		}
		switch {
		case r.Term == models.LimitFollowUp:
			n.Due = r.Due.In(vietnam()).Format("02/01/2006")
			data.Again = append(data.Again, n)
		case r.Stage >= 100:
			data.Late = append(data.Late, n)
		default:
			data.Soon = append(data.Soon, n)
		}
	}
	var subject, body strings.Builder
	err := m.words.ExecuteTemplate(&subject, "subject", data)
	if err == nil {
		err = m.words.ExecuteTemplate(&body, "body", data)
	}
	if err != nil {
		return fmt.Errorf("word a reminder: %w", err)
	}
	id := fmt.Sprintf("reminder-%d-%d", l.about[0].ID, l.about[len(l.about)-1].ID)
	return m.Send(ctx, l.to, id, subject.String(), body.String())
}
