package relay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// maxDossierAnswer bounds what a source may answer, in bytes.
const maxDossierAnswer = 64 << 10

// HTTPDossiers asks an HTTP source for dossiers: GET of a URL that holds
// "{code}", answered by a JSON object (docs/operations.md), or 404.
type HTTPDossiers struct {
	template string
	token    string
	stages   models.DossierStages
	client   *http.Client
}

// NewHTTPDossiers returns one. token, if not "", is sent as bearer token; timeout
// is of the whole question. Redirects are not followed: the token is meant for
// this host alone.
func NewHTTPDossiers(template, token string, timeout time.Duration, stages models.DossierStages) *HTTPDossiers {
	return &HTTPDossiers{template: template, token: token, stages: stages, client: &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Dossier implements DossierSource. Its errors hold no code: what citizens ask
// for is not logged.
func (h *HTTPDossiers) Dossier(ctx context.Context, code string) (models.Dossier, error) {
	link := strings.ReplaceAll(h.template, "{code}", url.PathEscape(code))
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return models.Dossier{}, errors.New("ask for a dossier: the URL is none")
	}
	req.Header.Set("Accept", "application/json")
	if h.token != "" {
		req.Header.Set("Authorization", "Bearer "+h.token)
	}
	res, err := h.client.Do(req)
	if err != nil {
		return models.Dossier{}, fmt.Errorf("ask for a dossier: %w", withoutLink(err))
	}
	defer func() { _ = res.Body.Close() }()
	switch res.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return models.Dossier{}, ErrNoDossier
	default:
		return models.Dossier{}, fmt.Errorf("ask for a dossier: HTTP %d", res.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxDossierAnswer+1))
	if err != nil {
		return models.Dossier{}, fmt.Errorf("read a dossier's answer: %w", withoutLink(err))
	}
	return parseDossier(raw, code, h.stages)
}

// withoutLink takes the URL, and with it the code, out of an error.
func withoutLink(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// dossierAnswer is what a source tells. Other members are not looked at.
type dossierAnswer struct {
	Code     string    `json:"code"`
	Stage    stageName `json:"stage"`
	Received string    `json:"received"`
	Due      string    `json:"due"`
	Updated  string    `json:"updated"`
}

// stageName is text, or a number as the national portal has it.
type stageName string

// UnmarshalJSON implements json.Unmarshaler.
func (s *stageName) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*s = stageName(text)
		return nil
	}
	var number json.Number
	err := json.Unmarshal(raw, &number)
	*s = stageName(number)
	return err
}

// parseDossier reads a source's answer for a code. An answer for another code,
// or with a stage that is not known, is none: better no word than a wrong one.
func parseDossier(raw []byte, code string, stages models.DossierStages) (models.Dossier, error) {
	if len(raw) > maxDossierAnswer {
		return models.Dossier{}, fmt.Errorf("the answer has more than %d bytes", maxDossierAnswer)
	}
	var a dossierAnswer
	if err := json.Unmarshal(raw, &a); err != nil {
		return models.Dossier{}, errors.New("the answer is no JSON object of the expected form")
	}
	if own, ok := models.DossierCode(a.Code); a.Code != "" && (!ok || own != code) {
		return models.Dossier{}, errors.New("the answer is about another code")
	}
	stage, known := stages.Find(string(a.Stage))
	if !known {
		return models.Dossier{}, errors.New("the answer's stage is not known: name it in data/dossiers.yaml")
	}
	d := models.Dossier{Code: code, Stage: stage.Code}
	for _, f := range []struct {
		name, value string
		to          *time.Time
	}{{"received", a.Received, &d.Received}, {"due", a.Due, &d.Due}, {"updated", a.Updated, &d.Updated}} {
		at, ok := models.ParseDay(f.value)
		if !ok {
			return models.Dossier{}, fmt.Errorf("the answer's %s is no date", f.name)
		}
		*f.to = at
	}
	return d, nil
}
