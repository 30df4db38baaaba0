package handlers

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// newAPI is a bench with a token per role ("admin", …), one of a unit
// ("officer@long-khanh") and a few cases.
func newAPI(t *testing.T, change ...func(*Deps)) *bench {
	t.Helper()
	b := newBench(t, change...)
	for _, role := range models.Roles {
		b.tokens[string(role)] = models.Principal{Name: "T-" + string(role), Role: role}
	}
	b.tokens["officer@long-khanh"] = models.Principal{Name: "LK", Role: models.RoleOfficer, Unit: "long-khanh"}
	b.cases["PA2026-AAAAAA"] = testCase("PA2026-AAAAAA")
	secret := testCase("PA2026-SSSSSS")
	secret.Sensitive, secret.Conversation = true, "messenger:1:secret"
	b.cases[secret.Code] = secret
	b.attachments["photo"] = models.Attachment{
		ID: "photo", Case: "PA2026-AAAAAA", Status: models.AttachmentStored, ContentType: "image/jpeg", Blob: "original", Shown: "shown", Size: 8,
	}
	b.conversations["messenger:1:7"] = models.Conversation{
		ID: "messenger:1:7", Channel: "messenger:1", Peer: "7", Unit: "tran-bien", Mode: models.ModeHuman, Since: testNow, Case: "PA2026-AAAAAA",
	}
	b.conversations["messenger:1:8"] = models.Conversation{
		ID: "messenger:1:8", Channel: "messenger:1", Peer: "8", Unit: "tran-bien", Mode: models.ModeParked, Since: testNow, Error: "odd",
	}
	b.accounts = []store.Account{
		{Email: "An@example.vn", Name: "An", Role: models.RoleOfficer, Unit: "tran-bien"},
		{Email: "lk@example.vn", Name: "Linh", Role: models.RoleOfficer, Unit: "long-khanh"},
		{Email: "gone@example.vn", Name: "Gone", Role: models.RoleOfficer, Disabled: true},
		{Email: "viewer@example.vn", Name: "Viewer", Role: models.RoleViewer},
	}
	return b
}

func testCase(code string) models.Case {
	return models.Case{
		Code: code, Unit: "tran-bien", Kind: models.PhanAnh, Category: "rac", Status: models.StatusNew, Priority: "normal",
		Description: "Gọi Nguyễn Văn An 0912.345.678 nhé", Place: "hẻm 5", Contact: models.Contact{Name: "Nguyễn Văn An", Phone: "0912345678"},
		Platform: models.Messenger, Conversation: "messenger:1:7", CreatedAt: testNow, DueAt: testNow.AddDate(0, 0, 7), UpdatedAt: testNow,
		Attachments: []models.Attachment{{ID: "photo", Kind: "image", Status: models.AttachmentFetching}},
		Events: []models.CaseEvent{{
			ID: 1, Case: code, At: testNow, Actor: "citizen", Action: models.ActFile, From: models.StatusNew, To: models.StatusNew, Text: "số +84 912 345 678",
		}},
	}
}

// call sends an API request with a token ("" is none) and decodes the answer.
func (b *bench) call(t *testing.T, token, method, path, body string) (int, map[string]any) {
	t.Helper()
	w := b.raw(token, method, path, body)
	if w.Code >= http.StatusBadRequest {
		require.Equal(t, problemType, w.Header().Get("Content-Type"), "%s %s", method, path)
	}
	var got map[string]any
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got), "%s %s: %s", method, path, w.Body)
	if w.Code >= http.StatusBadRequest {
		require.EqualValues(t, w.Code, got["status"])
		require.NotEmpty(t, got["title"])
	}
	return w.Code, got
}

func (b *bench) raw(token, method, path, body string) *httptest.ResponseRecorder {
	headers := []string{"Content-Type", "application/json"}
	if token != "" {
		headers = append(headers, "Authorization", "Bearer "+token)
	}
	return b.do(method, apiPath+path, body, headers...)
}

// everyRoute lists the API, with a request that succeeds for who may send it.
var everyRoute = []struct {
	operation, method, path, body string
	acts                          bool
}{
	{"list-cases", http.MethodGet, "/cases", "", false},
	{"get-case", http.MethodGet, "/cases/PA2026-AAAAAA", "", false},
	{"act-on-case", http.MethodPost, "/cases/PA2026-AAAAAA/events", `{"action":"accept"}`, true},
	{"get-stats", http.MethodGet, "/stats", "", false},
	{"get-attachment", http.MethodGet, "/attachments/photo", "", false},
	{"list-outbox", http.MethodGet, "/outbox", "", false},
	{"list-conversations", http.MethodGet, "/conversations", "", false},
	{"hand-back", http.MethodPost, "/conversations/messenger:1:7/handback", "", true},
	{"release", http.MethodPost, "/conversations/messenger:1:8/release", "", true},
}

// TestRights asks every route for every role, without a token and with an
// unknown one.
func TestRights(t *testing.T) {
	t.Parallel()
	may := []models.Role{models.RoleAdmin, models.RoleLeader, models.RoleOfficer}
	for _, route := range everyRoute {
		for _, token := range []string{"", "unknown"} {
			b := newAPI(t)
			status, _ := b.call(t, token, route.method, route.path, route.body)
			require.Equal(t, http.StatusUnauthorized, status, route.operation)
			require.NotEmpty(t, b.raw(token, route.method, route.path, route.body).Header().Get("WWW-Authenticate"))
		}
		for _, role := range models.Roles {
			b := newAPI(t)
			w := b.raw(string(role), route.method, route.path, route.body)
			want := http.StatusOK
			if route.acts && !slices.Contains(may, role) {
				want = http.StatusForbidden
				require.Empty(t, b.events)
			}
			require.Equal(t, want, w.Code, "%s as %s: %s", route.operation, role, w.Body)
		}
	}
}

// TestOtherUnitKnowsNothing: what belongs to another unit is not found.
func TestOtherUnitKnowsNothing(t *testing.T) {
	t.Parallel()
	for _, route := range everyRoute {
		if !strings.ContainsAny(route.path[1:], "/") {
			continue // a listing, asked below
		}
		b := newAPI(t)
		status, _ := b.call(t, "officer@long-khanh", route.method, route.path, route.body)
		require.Equal(t, http.StatusNotFound, status, route.operation)
		require.Empty(t, b.events)
	}
	b := newAPI(t)
	for _, path := range []string{"/cases", "/cases?unit=tran-bien", "/conversations", "/stats?unit=tran-bien"} {
		status, got := b.call(t, "officer@long-khanh", http.MethodGet, path, "")
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, []any{}, got["items"], path)
	}
	_, got := b.call(t, "officer@long-khanh", http.MethodGet, "/stats", "")
	require.Contains(t, got["items"].([]any)[0], "unit")
	require.Equal(t, "long-khanh", got["items"].([]any)[0].(map[string]any)["unit"])
}

// TestSensitiveCase: only leaders, inspectors and the officer in charge know of
// it, by whatever door.
func TestSensitiveCase(t *testing.T) {
	t.Parallel()
	for _, role := range models.Roles {
		b := newAPI(t)
		b.attachments["photo"] = models.Attachment{ID: "photo", Case: "PA2026-SSSSSS", Status: models.AttachmentStored, Shown: "shown"}
		sees := role == models.RoleLeader || role == models.RoleInspector
		want := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[sees]
		require.Equal(t, want, b.raw(string(role), http.MethodGet, "/cases/pa2026-ssssss", "").Code, role)
		require.Equal(t, want, b.raw(string(role), http.MethodGet, "/attachments/photo", "").Code, role)
		require.Equal(t, sees, strings.Contains(b.raw(string(role), http.MethodGet, "/cases", "").Body.String(), "PA2026-SSSSSS"), role)
		if !sees && b.tokens[string(role)].MayAct() {
			require.Equal(t, http.StatusNotFound, b.raw(string(role), http.MethodPost, "/cases/PA2026-SSSSSS/events", `{"action":"accept"}`).Code)
		}
	}
	b := newAPI(t)
	c := b.cases["PA2026-SSSSSS"]
	c.Assignee = "T-officer"
	b.cases[c.Code] = c
	require.Equal(t, http.StatusOK, b.raw("officer", http.MethodGet, "/cases/PA2026-SSSSSS", "").Code)
}

func TestParametersAreNamed(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for path, name := range map[string]string{
		"/cases?status=lost":                   "status",
		"/cases?kind=x":                        "kind",
		"/cases?category=x":                    "category",
		"/cases?unit=atlantis":                 "unit",
		"/cases?limit=0":                       "limit",
		"/cases?limit=201":                     "limit",
		"/cases?limit=ten":                     "limit",
		"/cases?since=yesterday":               "since",
		"/cases?since=2026-13-01":              "since",
		"/cases?cursor=x":                      "cursor",
		"/cases?q=%00":                         "q",
		"/cases?q=%ff":                         "q",
		"/cases?state=new":                     "state",
		"/cases?q=" + strings.Repeat("a", 201): "q",
		"/outbox?status=lost":                  "status",
		"/outbox?limit=-1":                     "limit",
		"/conversations?state=bot":             "state",
		"/stats?since=x":                       "since",
		"/stats?unit=atlantis":                 "unit",
		"/attachments/photo?original=perhaps":  "original",
	} {
		status, got := b.call(t, "leader", http.MethodGet, path, "")
		require.Equal(t, http.StatusUnprocessableEntity, status, path)
		require.Contains(t, locations(got), "query."+name, path)
	}
}

// locations are the names of what a problem complains about.
func locations(problem map[string]any) []string {
	var names []string
	all, _ := problem["errors"].([]any)
	for _, e := range all {
		if name, ok := e.(map[string]any)["location"].(string); ok {
			names = append(names, name)
		}
	}
	return names
}

func TestEmptyParametersAreAbsent(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, path := range []string{
		"/cases?unit=&status=&kind=&category=&q=&since=&limit=&cursor=", "/outbox?status=&limit=&cursor=",
		"/conversations?state=&limit=&cursor=", "/stats?unit=&since=", "/attachments/photo?original=",
	} {
		require.Equal(t, http.StatusOK, b.raw("leader", http.MethodGet, path, "").Code, path)
	}
	require.Equal(t, 50, b.filter.Page.Limit)
}

func TestUnknownThings(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, path := range []string{"/cases/PA2026-NONE", "/cases/%00", "/cases/%ff", "/attachments/none", "/attachments/%00", "/nothing"} {
		status, _ := b.call(t, "leader", http.MethodGet, path, "")
		require.Equal(t, http.StatusNotFound, status, path)
	}
	for _, path := range []string{"/conversations/none/handback", "/conversations/%00/release", "/cases/none/events"} {
		status, _ := b.call(t, "leader", http.MethodPost, path, `{"action":"accept"}`)
		require.Equal(t, http.StatusNotFound, status, path)
	}
}

// TestFailuresTellNothing: an error of ours is logged and not told.
func TestFailuresTellNothing(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	failing := &failingStore{fakeStore: b.fakeStore}
	s := newServer(Deps{Store: failing, Log: testLog(b), Registry: prometheus.NewRegistry(), Catalogue: fakeCatalogue{}})
	h, err := s.routes()
	require.NoError(t, err)
	b.handler = h
	status, got := b.call(t, "leader", http.MethodGet, "/cases", "")
	require.Equal(t, http.StatusInternalServerError, status)
	require.NotContains(t, got, "errors")
	require.Contains(t, b.log.String(), "pq: secret")

	b.fail = errors.New("pq: secret")
	status, got = b.call(t, "leader", http.MethodGet, "/cases", "")
	require.Equal(t, http.StatusServiceUnavailable, status, "the database is away: the caller may try again")
	text, _ := json.Marshal(got)
	require.NotContains(t, string(text), "secret")
}

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	w := b.do(http.MethodGet, "/api/v1/openapi.json", "")
	require.Equal(t, http.StatusOK, w.Code)
	var doc struct {
		OpenAPI    string
		Info       map[string]any
		Paths      map[string]map[string]struct{ OperationID string }
		Components struct{ SecuritySchemes map[string]any }
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &doc))
	require.True(t, strings.HasPrefix(doc.OpenAPI, "3.1"))
	require.NotEmpty(t, doc.Info["title"])
	require.Contains(t, doc.Components.SecuritySchemes, "token")
	var operations, wanted []string
	for path, methods := range doc.Paths {
		require.True(t, strings.HasPrefix(path, apiPath+"/"), path)
		for _, op := range methods {
			operations = append(operations, op.OperationID)
		}
	}
	for _, route := range everyRoute {
		wanted = append(wanted, route.operation)
	}
	require.ElementsMatch(t, wanted, operations, "every route is in the document and in the test of rights")
	requireRefs(t, w.Body.Bytes())
}

// requireRefs checks that every reference of the document leads somewhere.
func requireRefs(t *testing.T, document []byte) {
	t.Helper()
	var doc any
	require.NoError(t, json.Unmarshal(document, &doc))
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				walk(one)
			}
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				at := doc
				for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
					at = at.(map[string]any)[part]
					require.NotNil(t, at, ref)
				}
			}
			for _, one := range v {
				walk(one)
			}
		}
	}
	walk(doc)
}

// TestEnumsAreTheModels: the lists in the struct tags are those of the models.
func TestEnumsAreTheModels(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, status := range models.Statuses {
		require.Equal(t, http.StatusOK, b.raw("leader", http.MethodGet, "/cases?status="+string(status), "").Code, status)
		require.Equal(t, string(status), b.filter.Status)
	}
	for _, kind := range models.Kinds {
		require.Equal(t, http.StatusOK, b.raw("leader", http.MethodGet, "/cases?kind="+string(kind), "").Code, kind)
	}
	for _, status := range []models.OutboxStatus{
		models.OutQueued, models.OutSending, models.OutSent, models.OutDelivered, models.OutRead, models.OutFailed, models.OutUnknown, models.OutToCall,
	} {
		require.Equal(t, http.StatusOK, b.raw("leader", http.MethodGet, "/outbox?status="+string(status), "").Code, status)
	}
}

func TestHostileTokens(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, header := range []string{"leader", "Basic leader", "Bearer", "Bearer ", "Bearer a b", "Bearer \xff", "Bearer " + strings.Repeat("x", 201)} {
		require.Equal(t, http.StatusUnauthorized, b.do(http.MethodGet, "/api/v1/cases", "", "Authorization", header).Code, "%q", header)
	}
	w := b.do(http.MethodGet, "/api/v1/cases", "", "Authorization", "bearer leader")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
}
