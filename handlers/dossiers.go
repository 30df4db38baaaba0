package handlers

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func (s *server) dossierRoutes(api huma.API) {
	tags := []string{"dossiers"}
	register(s, api, huma.Operation{
		OperationID: "put-dossiers", Method: http.MethodPost, Path: "/dossiers", Tags: tags, Metadata: needs(models.ActOnCases),
		Summary: "Say where dossiers stand: one, or items, all or none; who waits for a result is told, once",
		Errors:  []int{http.StatusForbidden, http.StatusNotFound}, DefaultStatus: http.StatusOK, MaxBodyBytes: 4 << 20,
	}, s.putDossiers)
	register(s, api, huma.Operation{
		OperationID: "get-dossier", Method: http.MethodGet, Path: "/dossiers/{code}", Tags: tags, Metadata: needs(models.ReadCases),
		Summary: "Where a dossier stands", Errors: []int{http.StatusForbidden, http.StatusNotFound},
	}, s.getDossier)
}

// DossierFields is what another system says of a dossier. It is exported because
// huma reads embedded bodies only so.
type DossierFields struct {
	Code      string `json:"code,omitempty" maxLength:"80" doc:"H19.12-261126-0001"`
	Stage     string `json:"stage,omitempty" maxLength:"200" doc:"Code, official name or national number of a state."`
	Procedure string `json:"procedure,omitempty" maxLength:"500"`
	Unit      string `json:"unit,omitempty" maxLength:"100" doc:"Slug; by default the token's."`
	Received  string `json:"received,omitempty" maxLength:"40" doc:"Date or RFC 3339 time, as due and updated are."`
	Due       string `json:"due,omitempty" maxLength:"40"`
	Result    string `json:"result,omitempty" maxLength:"1000" doc:"For staff; citizens are told stage and dates alone."`
	Updated   string `json:"updated,omitempty" maxLength:"40" doc:"When it was so; what is older than what is known changes nothing."`
}

type dossiersIn struct {
	Body struct {
		DossierFields
		Items []DossierFields `json:"items,omitempty" maxItems:"1000" doc:"Several at once, instead of the fields beside it."`
	}
}

// list returns the dossiers and where each stands in the body.
func (in *dossiersIn) list() (all []DossierFields, at func(i int) string) {
	if in.Body.Items == nil {
		return []DossierFields{in.Body.DossierFields}, func(int) string { return "body." }
	}
	return in.Body.Items, func(i int) string { return fmt.Sprintf("body.items[%d].", i) }
}

type dossiersOut struct {
	Body struct {
		Added     int `json:"added"`
		Changed   int `json:"changed"`
		Unchanged int `json:"unchanged"`
	}
}

// putDossiers takes over where dossiers stand. Sent again it changes nothing and
// tells nobody.
func (s *server) putDossiers(ctx context.Context, p models.Principal, in *dossiersIn) (*dossiersOut, error) {
	list, err := s.dossiersOf(p, in)
	if err != nil {
		return nil, err
	}
	var out dossiersOut
	err = s.Store.Update(ctx, func(tx *store.Tx) error {
		if err := ownDossiers(tx, p, list); err != nil {
			return err
		}
		o, err := tx.SaveDossiers(list, s.Stages.Done)
		if err != nil {
			return err
		}
		out.Body.Added, out.Body.Changed, out.Body.Unchanged = o.Added, o.Changed, o.Unchanged
		if o.Added+o.Changed == 0 {
			return nil
		}
		return tx.Audit(p, "dossiers", list[0].Code, fmt.Sprintf("%d added, %d changed", o.Added, o.Changed))
	})
	return &out, err
}

// ownDossiers refuses those of a unit that the principal may not know of.
func ownDossiers(tx *store.Tx, p models.Principal, list []models.Dossier) error {
	codes := make([]string, len(list))
	for i, d := range list {
		codes[i] = d.Code
	}
	known, err := tx.Dossiers(codes)
	if err != nil {
		return err
	}
	for _, d := range known {
		if d.Unit != "" && !p.SeesUnit(d.Unit) {
			return store.ErrNotFound
		}
	}
	return nil
}

// dossiersOf reads the body, and tells everything that is wrong with it at once.
func (s *server) dossiersOf(p models.Principal, in *dossiersIn) ([]models.Dossier, error) {
	all, at := in.list()
	var list []models.Dossier
	var faults []error
	seen := map[string]bool{}
	for i, f := range all {
		d, wrong := s.dossierOf(f)
		if seen[d.Code] && d.Code != "" {
			wrong["code"] = "stands in an earlier item too"
		}
		seen[d.Code] = true
		for _, name := range dossierFieldNames {
			if wrong[name] != "" {
				faults = append(faults, &huma.ErrorDetail{Location: at(i) + name, Message: wrong[name]})
			}
		}
		if d.Unit == "" {
			d.Unit = p.Unit
		}
		if !p.SeesUnit(d.Unit) && len(wrong) == 0 {
			return nil, huma.Error403Forbidden("the token acts for " + p.Unit + " alone")
		}
		list = append(list, d)
	}
	switch {
	case len(faults) > 0:
		return nil, huma.Error422UnprocessableEntity("validation failed", faults...)
	case len(list) == 0:
		return nil, invalid("body.items", "is empty")
	}
	return list, nil
}

// dossierFieldNames is the order in which faults are told.
var dossierFieldNames = []string{"code", "stage", "procedure", "unit", "received", "due", "result", "updated"}

// dossierOf reads one, with what is wrong by field.
func (s *server) dossierOf(f DossierFields) (models.Dossier, map[string]string) {
	wrong := map[string]string{}
	code, ok := models.DossierCode(f.Code)
	if !ok {
		wrong["code"] = "must be a code like H19.12-261126-0001"
	}
	stage, known := s.Stages.Find(f.Stage)
	if !known {
		wrong["stage"] = "is none of the states"
	}
	if f.Unit != "" && (s.Catalogue == nil || !s.Catalogue.HasUnit(f.Unit)) {
		wrong["unit"] = "is not known"
	}
	d := models.Dossier{Code: code, Stage: stage.Code, Procedure: strings.TrimSpace(f.Procedure), Unit: f.Unit, Result: strings.TrimSpace(f.Result)}
	for name, text := range map[string]string{"procedure": f.Procedure, "result": f.Result} {
		if !clean(text) {
			wrong[name] = "must be text without NUL"
		}
	}
	for name, to := range map[string]struct {
		text string
		at   *time.Time
	}{"received": {f.Received, &d.Received}, "due": {f.Due, &d.Due}, "updated": {f.Updated, &d.Updated}} {
		at, ok := models.ParseDay(to.text)
		if !ok {
			wrong[name] = "must be a date (2026-03-04) or an RFC 3339 time"
		}
		*to.at = at
	}
	return d, wrong
}

type dossierPath struct {
	Code string `path:"code" maxLength:"80"`
}

// dossierView is a dossier as staff's systems see it.
type dossierView struct {
	Code      string     `json:"code"`
	Stage     string     `json:"stage" doc:"Code of the state."`
	Name      string     `json:"name" doc:"Official name of the state."`
	Ready     bool       `json:"ready" doc:"The result can be had."`
	Final     bool       `json:"final" doc:"Nothing more follows."`
	Procedure string     `json:"procedure"`
	Unit      string     `json:"unit"`
	Received  *time.Time `json:"received"`
	Due       *time.Time `json:"due"`
	Result    string     `json:"result" doc:"Empty for roles that do not see contacts: lists write names into it."`
	Updated   *time.Time `json:"updated"`
}

type dossierOut struct{ Body dossierView }

func (s *server) getDossier(ctx context.Context, p models.Principal, in *dossierPath) (*dossierOut, error) {
	code, ok := models.DossierCode(in.Code)
	if !ok {
		return nil, store.ErrNotFound
	}
	var d *models.Dossier
	err := s.Store.Update(ctx, func(tx *store.Tx) (err error) {
		d, err = tx.Dossier(code, p.Unit)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !p.SeesUnit(d.Unit) {
		return nil, store.ErrNotFound
	}
	stage, _ := s.Stages.Find(d.Stage)
	v := dossierView{
		Code: d.Code, Stage: d.Stage, Name: stage.Name, Ready: stage.Ready, Final: stage.Final, Procedure: d.Procedure, Unit: d.Unit,
		Received: timeOrNull(d.Received), Due: timeOrNull(d.Due), Updated: timeOrNull(d.Updated),
	}
	if p.SeesContacts() {
		v.Result = d.Result
	}
	return &dossierOut{v}, nil
}
