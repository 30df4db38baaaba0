package handlers

import (
	"cmp"
	"time"

	"github.com/langnghe/langnghe/models"
)

const deadlinesPath = consolePath + "/deadlines"

// deadlinePages registers the pages about due dates.
func (s *server) deadlinePages() {
	if s.Deadline == nil {
		return
	}
	s.page("GET /deadlines", models.ReadCases, s.deadlinesPage)
	s.page("GET /cases/:code/deadline", models.ReadCases, s.deadlinePage)
}

// deadlinePage tells day by day how the due date of a case came about.
func (s *server) deadlinePage(v *visit) error {
	c, err := s.seenCase(v.Request.Context(), v.who, v.Param("code"))
	if err != nil {
		return err
	}
	view, err := s.derivation(*c)
	if err != nil {
		return err
	}
	return v.show("deadline", deadlineData{view, s.Deadlines().Explain(*c).Days})
}

// deadlineData is what the page of a due date shows.
type deadlineData struct {
	derivationView
	Table []models.CountedDay
}

// Weekday is the day of the week, Sunday is 0.
func (deadlineData) Weekday(t time.Time) int { return int(t.Weekday()) }

// deadlinesData is what falls due, and due dates that moved.
type deadlinesData struct {
	Escalations, Reminders, Moves          any
	NextEscalation, NextReminder, NextMove *string
	unit                                   func(slug string) string
}

// Name is what a unit is called, or its slug.
func (d deadlinesData) Name(slug string) string {
	if d.unit == nil {
		return slug
	}
	return cmp.Or(d.unit(slug), slug)
}

// deadlinesPage lists which late cases were told to those above, of which open
// cases much of the term has passed, and due dates that a change of the calendar or
// of a term moved.
func (s *server) deadlinesPage(v *visit) error {
	ctx := v.Request.Context()
	up, err := s.listEscalations(ctx, v.who, &escalationQuery{Open: true, PageQuery: PageQuery{Cursor: v.Query("escalations")}})
	if err != nil {
		return err
	}
	due, err := s.listReminders(ctx, v.who, &reminderQuery{Open: true, PageQuery: PageQuery{Cursor: v.Query("reminders")}})
	if err != nil {
		return err
	}
	moved, err := s.listMoves(ctx, v.who, &moveQuery{PageQuery: PageQuery{Cursor: v.Query("moves")}})
	if err != nil {
		return err
	}
	return v.show("deadlines", deadlinesData{
		up.Body.Items, due.Body.Items, moved.Body.Items, up.Body.Next, due.Body.Next, moved.Body.Next, s.UnitName,
	})
}
