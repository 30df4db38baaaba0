package handlers

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// DeadlineStore keeps what became of due dates.
type DeadlineStore interface {
	DeadlineMoves(ctx context.Context, f store.DeadlineFilter) ([]models.DeadlineMove, string, error)
	Reminders(ctx context.Context, f store.DeadlineFilter) ([]models.Reminder, string, error)
	Escalations(ctx context.Context, f store.DeadlineFilter) ([]models.Escalation, string, error)
}

// Deadline is what the handlers need to tell of due dates.
type Deadline struct {
	Store DeadlineStore
	// Why says in one sentence, for the citizen, why a case is due when it is.
	Why func(models.Derivation) (string, error)
}

func (s *server) deadlineRoutes(api huma.API) {
	tags := []string{"deadlines"}
	register(s, api, huma.Operation{
		OperationID: "explain-deadline", Method: http.MethodGet, Path: "/cases/{code}/deadline", Tags: tags, Metadata: needs(models.ReadCases),
		Summary: "How the due date of a case came about, day by day", Errors: []int{http.StatusNotFound},
	}, s.explainDeadline)
	register(s, api, huma.Operation{
		OperationID: "list-deadline-moves", Method: http.MethodGet, Path: "/deadlines/moves", Tags: tags, Metadata: needs(models.ReadCases),
		Summary: "Due dates that a change of the calendar or of a term moved, newest first",
	}, s.listMoves)
	register(s, api, huma.Operation{
		OperationID: "list-reminders", Method: http.MethodGet, Path: "/deadlines/reminders", Tags: tags, Metadata: needs(models.ReadCases),
		Summary: "Cases of which 50, 80 or 100 per cent of the term have passed, newest first",
	}, s.listReminders)
	register(s, api, huma.Operation{
		OperationID: "list-escalations", Method: http.MethodGet, Path: "/deadlines/escalations", Tags: tags, Metadata: needs(models.ReadCases),
		Summary: "Late cases that were told to leaders and to the province, newest first",
	}, s.listEscalations)
}

type moveQuery struct {
	Unit string `query:"unit" doc:"Slug of the unit that answers."`
	Case string `query:"case" maxLength:"40" doc:"Code of a case."`
	PageQuery
}

type reminderQuery struct {
	Unit  string `query:"unit" doc:"Slug of the unit that answers."`
	Case  string `query:"case" maxLength:"40" doc:"Code of a case."`
	Stage string `query:"stage" enum:"50,80,100" doc:"Per cent of the term."`
	Open  bool   `query:"open" doc:"Only of cases that are owed an answer."`
	PageQuery
}

// deadlineFilter bounds a list to what the principal may know of.
func (s *server) deadlineFilter(p models.Principal, unit, code string, page PageQuery) (store.DeadlineFilter, error) {
	f := store.DeadlineFilter{Unit: unit, Case: strings.ToUpper(code), Seen: p, Page: page.page()}
	switch {
	case unit != "" && !s.hasUnit(unit):
		return f, invalid("query.unit", "there is no such unit")
	case code != "" && !plainID(code):
		return f, invalid("query.case", "is not a code")
	}
	return f, nil
}

// moveView is a due date that moved.
type moveView struct {
	Case    string        `json:"case"`
	Unit    string        `json:"unit"`
	At      time.Time     `json:"at"`
	Was     time.Time     `json:"was"`
	Due     time.Time     `json:"due_at" doc:"The date that stands: never earlier than it was, because that was promised."`
	Counted time.Time     `json:"counted_at" doc:"The date by the changed rules."`
	Why     []models.Rule `json:"why" nullable:"false" doc:"What of the change bears on the case."`
}

type movesOut struct{ Body list[moveView] }

func (s *server) listMoves(ctx context.Context, p models.Principal, in *moveQuery) (*movesOut, error) {
	f, err := s.deadlineFilter(p, in.Unit, in.Case, in.PageQuery)
	if err != nil {
		return nil, err
	}
	moves, next, err := s.Deadline.Store.DeadlineMoves(ctx, f)
	if err != nil {
		return nil, err
	}
	views := make([]moveView, len(moves))
	for i, m := range moves {
		views[i] = moveView{Case: m.Case, Unit: m.Unit, At: m.At.UTC(), Was: m.Was.UTC(), Due: m.Due.UTC(), Counted: m.Counted.UTC(), Why: m.Why}
	}
	return &movesOut{newList(views, next)}, nil
}

// reminderView is a reminder of staff.
type reminderView struct {
	Case     string        `json:"case"`
	Unit     string        `json:"unit"`
	Category string        `json:"category"`
	Status   models.Status `json:"status"`
	Assignee *string       `json:"assignee"`
	Stage    int           `json:"stage" doc:"Per cent of the term that have passed: 50, 80, 100."`
	Term     string        `json:"term" doc:"resolve: the limit of the law; promise: the date that an officer promised; follow_up: the day on which an officer promised to look at it again; empty: the due date."`
	Due      time.Time     `json:"due_at"`
	At       time.Time     `json:"at"`
	Mailed   *time.Time    `json:"mailed_at" doc:"When staff were mailed; null before, and without a mail server."`
}

type remindersOut struct{ Body list[reminderView] }

func (s *server) listReminders(ctx context.Context, p models.Principal, in *reminderQuery) (*remindersOut, error) {
	f, err := s.deadlineFilter(p, in.Unit, in.Case, in.PageQuery)
	if err != nil {
		return nil, err
	}
	f.Open = in.Open
	f.Stage = map[string]int{"50": 50, "80": 80, "100": 100}[in.Stage]
	reminders, next, err := s.Deadline.Store.Reminders(ctx, f)
	if err != nil {
		return nil, err
	}
	views := make([]reminderView, len(reminders))
	for i, r := range reminders {
		views[i] = reminderView{
			Case: r.Case, Unit: r.Unit, Category: r.Category, Status: r.Status, Assignee: orNull(r.Assignee),
			Stage: r.Stage, Term: r.Term, Due: r.Due.UTC(), At: r.At.UTC(), Mailed: timeOrNull(r.Mailed),
		}
	}
	return &remindersOut{newList(views, next)}, nil
}

// until is when a promised date ends: at closing time of that day, or of the next
// working day.
func (ch *change) until() time.Time {
	if ch.deadlines == nil {
		day, _ := time.Parse(time.DateOnly, ch.Date) // checked before
		return day.Add(24 * time.Hour)
	}
	return ch.deadlines().Until(ch.Date)
}
