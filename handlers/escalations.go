package handlers

import (
	"context"
	"time"

	"github.com/langnghe/langnghe/models"
)

type escalationQuery struct {
	Unit string `query:"unit" doc:"Slug of the unit that answers."`
	Case string `query:"case" maxLength:"40" doc:"Code of a case."`
	Open bool   `query:"open" doc:"Only those that go on: neither answered nor promised another date."`
	PageQuery
}

// escalationView is that a late case was told to those above.
type escalationView struct {
	Case     string        `json:"case"`
	Unit     string        `json:"unit"`
	Status   models.Status `json:"status"`
	Assignee *string       `json:"assignee"`
	Level    int           `json:"level" doc:"1: the unit's leaders, when the term was over; 2: the province, some working days later."`
	Due      time.Time     `json:"due_at" doc:"The date that passed."`
	At       time.Time     `json:"at"`
	Told     []string      `json:"told" nullable:"false" doc:"E-mails of those who were told."`
	Ended    *time.Time    `json:"ended_at" doc:"When it was answered, promised another date, or the citizen was waited for; null while it goes on."`
}

type escalationsOut struct{ Body list[escalationView] }

func (s *server) listEscalations(ctx context.Context, p models.Principal, in *escalationQuery) (*escalationsOut, error) {
	f, err := s.deadlineFilter(p, in.Unit, in.Case, in.PageQuery)
	if err != nil {
		return nil, err
	}
	f.Open = in.Open
	escalations, next, err := s.Deadline.Store.Escalations(ctx, f)
	if err != nil {
		return nil, err
	}
	views := make([]escalationView, len(escalations))
	for i, e := range escalations {
		views[i] = escalationView{
			Case: e.Case, Unit: e.Unit, Status: e.Status, Assignee: orNull(e.Assignee), Level: e.Level,
			Due: e.Due.UTC(), At: e.At.UTC(), Told: append([]string{}, e.Told...), Ended: timeOrNull(e.Ended),
		}
	}
	return &escalationsOut{newList(views, next)}, nil
}
