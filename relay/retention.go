package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// retentionEvery is how often something is forgotten, retentionFor how long one
	// turn takes at most: the rest waits, so that nobody is held up.
	retentionEvery, retentionFor = time.Minute, time.Second
	// How many rows one transaction forgets or looks through, of the audit, which has
	// many indexes, and how many cases one turn.
	retentionRows, auditRows, retentionCases = 500, 200, 20
	// sweepEvery is how often the lists of what was said are gone through.
	sweepEvery = 24 * time.Hour
)

// RetentionDeps are what a Retention needs.
type RetentionDeps struct {
	Store *store.Store
	Kept  models.Retention
	Now   func() time.Time
}

// Retention forgets what was kept long enough: who filed a case that has ended, what
// was said that belongs to none, what was begun and never filed, and the audit. It works a little at a time, and writes into the audit what it did.
type Retention struct {
	RetentionDeps
	next   time.Time // nothing is done before
	again  time.Time // no remains are looked for before
	sweeps [3]round
}

// round is a list that is gone through again and again.
type round struct {
	store.Sweep
	next time.Time // it begins again
}

// NewRetention returns one; it does nothing before Keep.
func NewRetention(d RetentionDeps) *Retention { return &Retention{RetentionDeps: d} }

// Keep forgets what is due, as far as it comes in one turn.
func (r *Retention) Keep(ctx context.Context) error {
	now := r.Now()
	if now.Before(r.next) {
		return nil
	}
	r.next = now.Add(retentionEvery)
	return locked(ctx, r.Store, "retention", clockLock, func() error {
		end := time.Now().Add(retentionFor) // work is measured, whatever the time is said to be
		for {
			more, err := r.turn(ctx, now)
			if err != nil || !more || time.Now().After(end) {
				return err
			}
		}
	})
}

// turn does one transaction of each kind of work, and reports whether there is more.
func (r *Retention) turn(ctx context.Context, now time.Time) (more bool, err error) {
	for _, do := range []func(context.Context, time.Time) (bool, error){
		r.cases, r.drafts, r.rest, r.said, r.files, r.audit,
	} {
		again, err := do(ctx, now)
		if err != nil {
			return false, err
		}
		more = more || again
	}
	return more, nil
}

// cases forgets who filed cases that ended long enough ago, one by one: one that
// cannot be forgotten keeps no other.
func (r *Retention) cases(ctx context.Context, now time.Time) (bool, error) {
	ends := r.Kept.Ends(now)
	codes, err := r.Store.ExpiredCases(ctx, ends, retentionCases)
	failed := []error{err}
	for _, code := range codes {
		if err := r.Store.Update(ctx, func(tx *store.Tx) error { return r.forgetCase(tx, code, ends) }); err != nil {
			failed = append(failed, fmt.Errorf("case %s: %w", code, err))
		}
	}
	return len(codes) == retentionCases, errors.Join(failed...)
}

func (r *Retention) forgetCase(tx *store.Tx, code string, ends map[models.Kind]time.Time) error {
	c, err := tx.Case(code)
	if err != nil {
		return err
	}
	if !c.Status.Ended() || !c.UpdatedAt.Before(ends[c.Kind]) {
		return nil // it was opened again meanwhile
	}
	if err := tx.ForgetCase(c); err != nil { // first: the case loses its conversation below
		return err
	}
	if err := anonymise(tx, c, bot.Mask, false); err != nil {
		return err
	}
	return tx.Audit(itself(), "retention.case", code, string(c.Kind)+", ended "+stamp(c.UpdatedAt))
}

// said forgets what came in and went out that belongs to no case.
func (r *Retention) said(ctx context.Context, now time.Time) (bool, error) {
	in, err := r.sweep(ctx, 0, now, r.Kept.Talks, "inbox", r.Store.SweepInbox)
	if err != nil {
		return false, err
	}
	out, err := r.sweep(ctx, 1, now, r.Kept.Talks, "outbox", r.Store.SweepOutbox)
	return in || out, err
}

// drafts forgets dialogues that were begun and never ended.
func (r *Retention) drafts(ctx context.Context, now time.Time) (bool, error) {
	return r.sweep(ctx, 2, now, r.Kept.Drafts, "drafts", r.Store.SweepDrafts)
}

// sweep goes on through one list.
func (r *Retention) sweep(ctx context.Context, i int, now time.Time, kept time.Duration, name string,
	step func(context.Context, store.Sweep, time.Time, int) (store.Sweep, error),
) (bool, error) {
	s := &r.sweeps[i]
	if kept <= 0 || now.Before(s.next) {
		return false, nil
	}
	before := now.Add(-kept)
	to, err := step(ctx, s.Sweep, before, retentionRows)
	if err != nil {
		return false, err
	}
	if s.Sweep = to; to.Done {
		s.Sweep, s.next = store.Sweep{}, now.Add(sweepEvery)
	}
	return !to.Done, r.note(ctx, "retention."+name, to.Gone, before)
}

// files forgets files that belong to no case.
func (r *Retention) files(ctx context.Context, now time.Time) (more bool, err error) {
	if r.Kept.Drafts <= 0 {
		return false, nil
	}
	before := now.Add(-r.Kept.Drafts)
	n := 0
	err = r.Store.Update(ctx, func(tx *store.Tx) (err error) {
		if n, err = tx.ForgetLooseFiles(before, now.Add(-max(r.Kept.Drafts, r.Kept.Talks)), retentionRows); err != nil || n == 0 {
			return err
		}
		return tx.Audit(itself(), "retention.files", "", told(int64(n), before))
	})
	return n == retentionRows, err
}

// audit forgets the audit itself.
func (r *Retention) audit(ctx context.Context, now time.Time) (more bool, err error) {
	if r.Kept.Audit <= 0 {
		return false, nil
	}
	before := now.Add(-r.Kept.Audit)
	due, err := r.Store.AuditBefore(ctx, before)
	if err != nil || !due {
		return false, err
	}
	n := int64(0)
	err = r.Store.Update(ctx, func(tx *store.Tx) (err error) {
		if n, err = tx.ForgetAudit(before, auditRows); err != nil || n == 0 {
			return err
		}
		return tx.Audit(itself(), "retention.audit", "", told(n, before))
	})
	return n == auditRows, err
}

// rest forgets what else is kept of citizens beside what was said.
func (r *Retention) rest(ctx context.Context, now time.Time) (bool, error) {
	if r.Kept.Talks <= 0 || now.Before(r.again) {
		return false, nil
	}
	r.again = now.Add(sweepEvery)
	before := now.Add(-r.Kept.Talks)
	return false, r.Store.Update(ctx, func(tx *store.Tx) error {
		n, err := tx.ForgetRemains(before)
		if err != nil || n == 0 {
			return err
		}
		return tx.Audit(itself(), "retention.rest", "", told(n, before))
	})
}

// note writes down what was forgotten, if anything was.
func (r *Retention) note(ctx context.Context, action string, n int64, before time.Time) error {
	if n == 0 {
		return nil
	}
	return r.Store.Update(ctx, func(tx *store.Tx) error { return tx.Audit(itself(), action, "", told(n, before)) })
}

func told(n int64, before time.Time) string {
	return fmt.Sprintf("%d before %s", n, stamp(before))
}
