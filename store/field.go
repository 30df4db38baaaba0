package store

import (
	"context"
	"time"

	"github.com/langnghe/langnghe/models"
)

// FieldFilter chooses what is visited on a day.
type FieldFilter struct {
	Seen  models.Principal
	Mine  bool // only what is assigned to Seen, else all of Seen's unit
	Now   time.Time
	Limit int
}

// againFor is how long a resolved case waits to be looked at again.
const againFor = 30 * 24 * time.Hour

// Field returns the open cases that something is owed of, the first due first, and
// the resolved ones whose day has come to be looked at again and at which nobody was
// since; with attachments and history.
func (s *Store) Field(ctx context.Context, f FieldFilter) (owed, again []models.Case, err error) {
	ctx, cancel := context.WithTimeout(ctx, deskTimeout)
	defer cancel()
	for _, list := range []struct {
		of    *[]models.Case
		query deskQuery
		order string
	}{
		{&owed, s.owedQuery(f), "c.due_at, c.code"},
		{&again, s.againQuery(f), "d.due, c.code"},
	} {
		text, args := list.query.list("c.*", list.order, f.Limit)
		db := s.desk.WithContext(ctx)
		rows, err := find[caseRow](db, text, args...)
		if err == nil {
			*list.of, err = complete(db, rows)
		}
		if err != nil {
			return nil, nil, wrap("list what is visited", err)
		}
	}
	return owed, again, nil
}

// whose bounds the query to cases c that are visited by the principal.
func (q *deskQuery) whose(f FieldFilter) {
	q.equal("c.unit", f.Seen.Unit)
	if f.Mine {
		q.and("c.assignee = ?", email(f.Seen.Email))
	}
	if rule, args := sensitiveRule(f.Seen, "c."); rule != "" {
		q.and(rule, args...)
	}
}

// owedQuery chooses open cases whose clock runs.
func (s *Store) owedQuery(f FieldFilter) deskQuery {
	q := deskQuery{from: "cases c"}
	if index := "cases_desk_due"; !s.pg {
		switch {
		case f.Mine:
			index = "cases_desk_whose" // of one person there are few to sort
		case f.Seen.Unit != "":
			index = "cases_desk_unit_due"
		}
		q.from += " INDEXED BY " + index
	}
	q.and("c.open = 1")
	q.and("(c.status <> 'waiting_citizen' OR c.kind = 'khieu_nai')")
	q.whose(f)
	return q
}

// againQuery chooses resolved cases of which staff were reminded that they are to be
// looked at again.
func (s *Store) againQuery(f FieldFilter) deskQuery {
	q := deskQuery{from: "reminders d JOIN cases c ON c.code = d.case_code"}
	if !s.pg {
		q.from = "reminders d INDEXED BY reminders_follow_up CROSS JOIN cases c ON c.code = d.case_code"
	}
	q.and("d.term = 'follow_up' AND d.due > ? AND d.due <= ?", micros(f.Now.Add(-againFor)), micros(f.Now))
	q.and("c.status = 'resolved'")
	q.and(`NOT EXISTS (SELECT 1 FROM case_events e WHERE e.case_code = c.code AND e.at >= d.due AND e.action IN ('reply', 'note', 'attach', 'resolve'))`)
	q.whose(f)
	return q
}
