package models

import (
	"errors"
	"time"
)

// ErrStatus says that the status of the case forbids the action.
var ErrStatus = errors.New("the status of the case forbids the action")

// Move does the action to the case and writes it into the history. text is what
// was said (asked, answered, noted, added). detail is, of an assignment, the
// e-mail of the member of staff; of a transfer, the slug of the new unit; of a
// merge, the code of the target; anything else is only written down.
//
// A case that leaves StatusWaiting keeps PausedAt until Resume counts the wait.
// Move returns ErrStatus, and changes nothing, when the status forbids the action.
func (c *Case) Move(a Action, actor string, at time.Time, text, detail string) error {
	to, allowed := c.Status.Next(a)
	if !allowed {
		return ErrStatus
	}
	from, was := c.Status, map[Action]string{ActAssign: c.Assignee, ActTransfer: c.Unit}[a]
	c.Events = append(c.Events, CaseEvent{
		Case: c.Code, At: at, Actor: actor, Action: a, From: from, To: to, Text: text, Detail: detail, Was: was,
	})
	c.Status, c.UpdatedAt = to, at
	c.mark(from, at)
	switch a {
	case ActAssign:
		c.Assignee = detail
	case ActTransfer:
		c.Unit, c.Assignee = detail, "" // the old unit's officer has it no more
	case ActMerge:
		c.MergedInto = detail
	}
	return nil
}

// mark keeps the times that belong to the status.
func (c *Case) mark(from Status, at time.Time) {
	if c.Status == from {
		return
	}
	c.ResolvedAt = time.Time{}
	switch c.Status {
	case StatusResolved:
		c.ResolvedAt = at
	case StatusWaiting:
		c.PausedAt = at
	}
}

// Resume lets the clock run again after the case left StatusWaiting: the
// deadline moves by the working days of the wait. It does nothing otherwise.
func (c *Case) Resume(d Deadlines, at time.Time) {
	if c.PausedAt.IsZero() || c.Status == StatusWaiting {
		return
	}
	c.DueAt = d.Resumed(c.Kind, c.DueAt, c.PausedAt, at)
	c.PausedAt = time.Time{}
}

// Reckon counts the deadline anew from the history, after the kind or the
// category changed.
func (c *Case) Reckon(d Deadlines) { c.DueAt = d.Explain(*c).Counted }
