package relay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// deadlinesEvery is how often due dates and reminders are looked at.
	deadlinesEvery = 10 * time.Second
	// deadlineBatch is how many cases one transaction looks at, deadlineBatches
	// how many of these one round: the rest waits, so that others are not held up.
	deadlineBatch, deadlineBatches = 50, 10
	// contentSettles is longer than a process takes to take up changed content:
	// before that one might count by rules that are no longer published.
	contentSettles = 5 * time.Second
	// system is the actor of what nobody did, in a case's history and the audit.
	system = "system"
)

// itself is who does what falls due by itself, in the audit.
func itself() models.Principal { return models.Principal{Name: system} }

// DeadlineDeps are what Deadlines needs.
type DeadlineDeps struct {
	Store     *store.Store
	Deadlines func() models.Deadlines // by what is published now
	Province  string                  // slug of the unit whose staff stand above all others
	// Escalate is how many working days after its term the province is told of a
	// case; 0 never.
	Escalate int
	Now      func() time.Time
}

// Deadlines looks after the due dates of open cases: it counts them anew when the
// calendar or a term changes, and stores when staff are to be reminded. Of several
// processes one does; whatever it does twice has the same result.
type Deadlines struct {
	DeadlineDeps
	next     time.Time // no round before
	revision int64     // of the published content
	since    time.Time // when that revision was seen first
}

// NewDeadlines returns who looks after due dates.
func NewDeadlines(d DeadlineDeps) *Deadlines { return &Deadlines{DeadlineDeps: d, revision: -1} }

// Keep looks at what changed and what is due, unless that was done just now.
func (d *Deadlines) Keep(ctx context.Context) error {
	now := d.Now()
	if now.Before(d.next) {
		return nil
	}
	settled, err := d.settled(ctx, now)
	if err != nil || !settled {
		return err
	}
	more := false
	err = locked(ctx, d.Store, "deadlines", clockLock, func() error {
		more, err = d.round(ctx, now)
		return err
	})
	if d.next = now.Add(deadlinesEvery); more {
		d.next = now
	}
	return err
}

// settled reports whether every process knows the published content.
func (d *Deadlines) settled(ctx context.Context, now time.Time) (bool, error) {
	revision, err := d.Store.ContentRevision(ctx)
	if err != nil {
		return false, err
	}
	first := d.revision < 0
	if revision != d.revision {
		d.revision, d.since = revision, now
	}
	if first {
		d.since = now.Add(-contentSettles) // this process has just read it
	}
	return now.Sub(d.since) >= contentSettles, nil
}

// reckoning is one round: the rules, and the name that they are kept under.
type reckoning struct {
	models.Deadlines
	rules []models.Rule
	name  string
	now   time.Time

	accounts []store.Account // who late cases are told to
	province string
	escalate int
}

// round looks at the cases that must be looked at. It reports whether there are more.
func (d *Deadlines) round(ctx context.Context, now time.Time) (more bool, err error) {
	r := reckoning{Deadlines: d.Deadlines(), now: now, province: d.Province, escalate: d.Escalate}
	if r.accounts, err = d.Store.Accounts(ctx); err != nil {
		return false, fmt.Errorf("find who is told of late cases: %w", err)
	}
	r.rules = r.Rules()
	text, err := json.Marshal(r.rules)
	if err != nil {
		return false, fmt.Errorf("name the rules of deadlines: %w", err)
	}
	sum := sha256.Sum256(text)
	r.name = hex.EncodeToString(sum[:])
	if err := d.Store.KeepRules(ctx, r.name, r.rules); err != nil {
		return false, err
	}
	stale := func() ([]string, error) { return d.Store.StaleClocks(ctx, r.name, deadlineBatch) }
	due := func() ([]string, error) { return d.Store.DueClocks(ctx, now, deadlineBatch) }
	moreStale, err := d.batches(ctx, r, stale)
	moreDue, dueErr := d.batches(ctx, r, due)
	return moreStale || moreDue, errors.Join(err, dueErr)
}

// batches looks at the cases that find names, as many as one round may.
func (d *Deadlines) batches(ctx context.Context, r reckoning, find func() ([]string, error)) (more bool, err error) {
	for range deadlineBatches {
		codes, err := find()
		if err != nil || len(codes) == 0 {
			return false, err
		}
		if err := d.look(ctx, r, codes); err != nil {
			return false, err
		}
	}
	return true, nil
}

// look looks at cases in one transaction or, when that fails, at each in its own,
// so that one does not stop the others.
func (d *Deadlines) look(ctx context.Context, r reckoning, codes []string) error {
	err := d.Store.Update(ctx, func(tx *store.Tx) error {
		for _, code := range codes {
			if err := r.look(tx, code); err != nil {
				return fmt.Errorf("deadline of %s: %w", code, err)
			}
		}
		return nil
	})
	if err == nil || len(codes) == 1 || ctx.Err() != nil {
		return err
	}
	var failed []error
	for i := range codes {
		failed = append(failed, d.look(ctx, r, codes[i:i+1]))
	}
	return errors.Join(failed...)
}

// look counts the due date of a case anew if it was counted by other rules, and
// stores the reminder that is due and when the next one will be.
func (r reckoning) look(tx *store.Tx, code string) error {
	c, err := tx.Case(code)
	if errors.Is(err, store.ErrNotFound) {
		return tx.SaveClock(store.CaseClock{Code: code, Seen: r.now})
	}
	if err != nil {
		return err
	}
	k, err := tx.Clock(code)
	if err != nil {
		return err
	}
	// Of a case older than these clocks the date stays until the rules change.
	if adopted := k.Known && k.Rules == ""; k.Rules != r.name && !adopted && !c.Status.Ended() && !c.DueAt.IsZero() {
		if err := r.move(tx, c, k.Rules); err != nil {
			return err
		}
	}
	next, err := r.stages(tx, c)
	if err != nil {
		return err
	}
	k.Open, k.Seen, k.Rules, k.Next = !c.Status.Ended(), c.UpdatedAt, r.name, next
	return tx.SaveClock(k)
}

// stages stores the reminder that is due, and does what is to be done about a late
// case. It returns when there will be more to do, zero for never.
func (r reckoning) stages(tx *store.Tx, c *models.Case) (time.Time, error) {
	running, runs := r.Running(*c)
	if !runs {
		running, runs = r.FollowUp(*c)
	}
	if !runs {
		return time.Time{}, tx.SettleEscalations(c.Code, time.Time{})
	}
	stage, next := running.Stage(r.now)
	if stage > 0 {
		err := tx.Remind(models.Reminder{Case: c.Code, Since: running.Since, Stage: stage, Term: running.Limit, Due: running.Due, Unit: c.Unit})
		if err != nil {
			return next, err
		}
	}
	if stage < 100 || running.Limit == models.LimitFollowUp {
		return next, tx.SettleEscalations(c.Code, time.Time{})
	}
	if err := tx.SettleEscalations(c.Code, running.Since); err != nil {
		return next, err
	}
	return r.late(tx, c, running)
}

// move gives a case the due date by today's rules, when what changed of them
// bears on it. What a citizen was promised is kept: a date never moves forward.
func (r reckoning) move(tx *store.Tx, c *models.Case, rules string) error {
	v := r.Explain(*c)
	if v.Counted.Equal(c.DueAt) {
		return nil
	}
	before, err := tx.RulesBefore(rules, r.name)
	if err != nil || before == nil {
		return err
	}
	m := models.DeadlineMove{Case: c.Code, Was: c.DueAt, Counted: v.Counted, Due: c.DueAt}
	if v.Counted.After(c.DueAt) {
		m.Due = v.Counted
	}
	if m.Why = v.Bears(models.Changes(before, r.rules), c.Category, m.Due); len(m.Why) == 0 {
		return nil
	}
	if err := tx.Moved(m); err != nil {
		return err
	}
	detail := fmt.Sprintf("%s → %s; counted %s", stamp(m.Was), stamp(m.Due), stamp(m.Counted))
	if err := tx.Audit(itself(), "deadline.moved", c.Code, detail); err != nil || m.Due.Equal(m.Was) {
		return err
	}
	if err := c.Move(models.ActDeadline, system, r.now, "", detail); err != nil {
		return err
	}
	c.DueAt = m.Due
	return tx.SaveCase(c)
}

func stamp(t time.Time) string { return t.In(vietnam()).Format("2006-01-02 15:04") }
