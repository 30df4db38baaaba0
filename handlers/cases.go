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

// caseStore reads and changes cases.
type caseStore interface {
	Cases(ctx context.Context, f store.CaseFilter) ([]models.Case, string, error)
	Case(ctx context.Context, code string) (*models.Case, error)
	Attachment(ctx context.Context, id string) (*models.Attachment, error)
	Accounts(ctx context.Context) ([]store.Account, error)
	Stats(ctx context.Context, by models.Principal, unit string, since time.Time) ([]store.Stats, error)
	Update(ctx context.Context, f func(*store.Tx) error) error
}

// Catalogue knows the units and the taxonomy.
type Catalogue interface {
	HasUnit(slug string) bool
	HasCategory(code string) bool
	// Sensitive reports whether cases of the category are sensitive.
	Sensitive(category string) bool
}

func (s *server) hasUnit(slug string) bool { return s.Catalogue != nil && s.Catalogue.HasUnit(slug) }

func (s *server) hasCategory(code string) bool {
	return s.Catalogue != nil && s.Catalogue.HasCategory(code)
}

func (s *server) caseRoutes(api huma.API) {
	register(s, api, huma.Operation{
		OperationID: "list-cases", Method: http.MethodGet, Path: "/cases", Tags: []string{"cases"}, Metadata: needs(models.ReadCases),
		Summary: "Cases that you may see, newest first",
	}, s.listCases)
	register(s, api, huma.Operation{
		OperationID: "get-case", Method: http.MethodGet, Path: "/cases/{code}", Tags: []string{"cases"}, Metadata: needs(models.ReadCases),
		Summary: "One case", Errors: []int{http.StatusNotFound},
	}, s.getCase)
	register(s, api, huma.Operation{
		OperationID: "act-on-case", Method: http.MethodPost, Path: "/cases/{code}/events", Tags: []string{"cases"},
		Summary:  "Do something to a case; its citizen is told where the action says so",
		Errors:   []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict},
		Metadata: needs(models.ActOnCases), DefaultStatus: http.StatusOK,
	}, s.act)
	register(s, api, huma.Operation{
		OperationID: "get-stats", Method: http.MethodGet, Path: "/stats", Tags: []string{"cases"}, Metadata: needs(models.ReadFigures),
		Summary: "Numbers of the cases that you may see, by unit and status",
	}, s.getStats)
}

// caseQuery chooses cases; an empty parameter does not bound.
type caseQuery struct {
	Unit     string `query:"unit" doc:"Slug of the unit that answers."`
	Status   string `query:"status" enum:"new,accepted,in_progress,waiting_citizen,resolved,rejected,withdrawn,transferred,merged"`
	Kind     string `query:"kind" enum:"phan_anh,kien_nghi,khieu_nai,gop_y,khen_ngoi"`
	Category string `query:"category" doc:"Code of the taxonomy."`
	Priority string `query:"priority" enum:"low,normal,high,urgent" doc:"A case that its citizen called not done is high."`
	Query    string `query:"q" maxLength:"200" doc:"Words, code or phone; accents and case do not matter."`
	Since    string `query:"since" doc:"Created since this date or RFC 3339 time."`
	PageQuery
}

type caseListOut struct{ Body list[caseView] }

func (s *server) listCases(ctx context.Context, p models.Principal, in *caseQuery) (*caseListOut, error) {
	f, err := s.caseFilter(p, in)
	if err != nil {
		return nil, err
	}
	cases, next, err := s.Store.Cases(ctx, f)
	if err != nil {
		return nil, err
	}
	views := make([]caseView, 0, len(cases))
	for _, c := range cases {
		v := newCaseView(p, c)
		if p.Sees(c) && (p.SeesContacts() || v.holds(in.Query)) { // the query has seen to Sees; this is the one rule
			views = append(views, v)
		}
	}
	codes := make([]string, len(views))
	for i, v := range views {
		codes[i] = v.Code
	}
	return &caseListOut{newList(views, next)}, s.saw(ctx, p, "cases.listed", "", codes...)
}

func (s *server) caseFilter(p models.Principal, in *caseQuery) (store.CaseFilter, error) {
	since, err := parseSince(in.Since)
	switch {
	case err != nil:
		return store.CaseFilter{}, err
	case in.Unit != "" && !s.hasUnit(in.Unit):
		return store.CaseFilter{}, invalid("query.unit", "there is no such unit")
	case in.Category != "" && !s.hasCategory(in.Category):
		return store.CaseFilter{}, invalid("query.category", "there is no such category")
	case !clean(in.Query):
		return store.CaseFilter{}, invalid("query.q", "must be UTF-8 text without NUL")
	}
	return store.CaseFilter{
		Unit: in.Unit, Status: in.Status, Kind: in.Kind, Category: in.Category, Priority: in.Priority, Query: in.Query,
		Since: since, Seen: p, Page: in.page(),
	}, nil
}

// CasePath names a case. It is exported because huma reads embedded parameters
// only so.
type CasePath struct {
	Code string `path:"code" example:"PA2026-7K3QXM" doc:"In any case."`
}

type caseOut struct{ Body caseView }

func (s *server) getCase(ctx context.Context, p models.Principal, in *CasePath) (*caseOut, error) {
	c, err := s.seenCase(ctx, p, in.Code)
	if err != nil {
		return nil, err
	}
	return &caseOut{newCaseView(p, *c)}, s.saw(ctx, p, "case.looked", c.Code, seenOfCase)
}

// seenOfCase is what a look at a case tells of its citizen.
const seenOfCase = "contact, words"

// saw writes into the audit what who sees contacts was shown of citizens; of
// nothing it is silent.
func (s *server) saw(ctx context.Context, p models.Principal, action, about string, shown ...string) error {
	if !p.SeesContacts() || len(shown) == 0 {
		return nil
	}
	return s.update(ctx, func(tx caseTx) error { return tx.Audit(p, action, about, strings.Join(shown, " ")) })
}

// seenIn is seenCase inside a transaction that changes the case.
func seenIn(tx caseTx, p models.Principal, code string) (*models.Case, error) {
	c, err := tx.Case(code)
	if err == nil && !p.Sees(*c) {
		err = store.ErrNotFound
	}
	return c, err
}

// seenCase returns a case that the principal may see; any other is not found.
func (s *server) seenCase(ctx context.Context, p models.Principal, code string) (*models.Case, error) {
	if !plainID(code) {
		return nil, store.ErrNotFound
	}
	c, err := s.Store.Case(ctx, code)
	if err != nil {
		return nil, err
	}
	if !p.Sees(*c) {
		return nil, store.ErrNotFound
	}
	return c, nil
}

type statsQuery struct {
	Unit  string `query:"unit" doc:"Slug of a unit."`
	Since string `query:"since" doc:"Of cases created since this date or RFC 3339 time."`
}

type statsOut struct{ Body list[store.Stats] }

func (s *server) getStats(ctx context.Context, p models.Principal, in *statsQuery) (*statsOut, error) {
	since, err := parseSince(in.Since)
	switch {
	case err != nil:
		return nil, err
	case in.Unit != "" && !s.hasUnit(in.Unit):
		return nil, invalid("query.unit", "there is no such unit")
	case in.Unit != "" && !p.SeesUnit(in.Unit):
		return &statsOut{newList([]store.Stats{}, "")}, nil
	}
	stats, err := s.Store.Stats(ctx, p, in.Unit, since)
	if err != nil {
		return nil, err
	}
	return &statsOut{newList(append([]store.Stats{}, stats...), "")}, nil
}
