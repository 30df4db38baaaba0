package relay

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// lateDays is after how many working days the citizen of a late case is told so
	// by us: before, who is in charge may do it better, with a new date.
	lateDays = 1
	// lateFor is how long ago a moment may be at which somebody was to be told: when
	// a case is looked at for the first time, nobody hears of what is long over.
	lateFor = 3 * 24 * time.Hour
)

// late tells those above of a case whose term is over and, when nobody else has
// told them, its citizens. It returns when there will be more to do.
func (r reckoning) late(tx *store.Tx, c *models.Case, running models.Running) (next time.Time, err error) {
	steps := []struct {
		at time.Time
		do func() error
	}{
		{running.Due, func() error {
			return r.raise(tx, c, running, models.EscalateUnit, Leaders(r.accounts, c.Unit, r.province))
		}},
		{r.Over(running.Due, lateDays), func() error { return r.apologise(tx, c, running.Due) }},
	}
	if r.escalate > 0 {
		steps = append(steps, struct {
			at time.Time
			do func() error
		}{r.Over(running.Due, r.escalate), func() error { return r.raise(tx, c, running, models.EscalateProvince, r.above()) }})
	}
	resumed := resumedAt(*c)
	for _, step := range steps {
		switch {
		case step.at.After(r.now):
			if next.IsZero() || step.at.Before(next) {
				next = step.at
			}
		case r.now.Sub(step.at) < lateFor, r.now.Sub(resumed) < lateFor:
			if err := step.do(); err != nil {
				return next, err
			}
		}
	}
	return next, nil
}

// resumedAt is when the citizen was waited for last.
func resumedAt(c models.Case) (at time.Time) {
	for _, e := range c.Events {
		if e.From == models.StatusWaiting && e.To != e.From {
			at = e.At
		}
	}
	return at
}

// raise tells those above.
func (r reckoning) raise(tx *store.Tx, c *models.Case, running models.Running, level int, told []string) error {
	return tx.Escalate(models.Escalation{
		Case: c.Code, Unit: c.Unit, Since: running.Since, Due: running.Due, Level: level, Told: slices.DeleteFunc(told, r.unseen(*c)),
	})
}

// unseen reports of an e-mail whether its account may not know of the case.
func (r reckoning) unseen(c models.Case) func(string) bool {
	return func(email string) bool {
		return !slices.ContainsFunc(r.accounts, func(a store.Account) bool {
			return a.Email == email && a.Principal().Sees(c)
		})
	}
}

// above are the e-mails of those who see to all units.
func (r reckoning) above() (list []string) {
	roles := []models.Role{models.RoleAdmin, models.RoleInspector, models.RoleLeader}
	for _, a := range r.accounts {
		if !a.Disabled && a.Unit == "" && slices.Contains(roles, a.Role) {
			list = append(list, a.Email)
		}
	}
	return list
}

// apologise tells the citizens of a case that it is late, unless staff wrote to
// them since, or we did.
func (r reckoning) apologise(tx *store.Tx, c *models.Case, due time.Time) error {
	if c.SpokenSince(due) {
		return nil
	}
	all, err := store.WithMerged(tx, *c)
	if err != nil {
		return err
	}
	var events []models.Event
	spoken := map[string]bool{}
	for _, own := range all {
		id := fmt.Sprintf("late:%s:%s", own.Code, strconv.FormatInt(due.UnixMicro(), 36))
		e, ok := models.StatusEvent(own.Conversation, id, models.Notice{Case: own.Code, Action: models.ActLate, Date: due}, r.now)
		if ok && !spoken[own.Conversation] {
			events = append(events, e)
		}
		spoken[own.Conversation] = true
	}
	if err := c.Move(models.ActLate, system, r.now, "", stamp(due)); err != nil {
		return err
	}
	if err := tx.SaveCase(c); err != nil {
		return err
	}
	return tx.Append(events)
}
