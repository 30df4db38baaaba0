package handlers

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// everybody may call these, by "METHOD path" as gin writes it: who it is, they
// find out themselves, or need not know.
var everybody = []string{
	"GET /", "GET /tra-cuu", "POST /tra-cuu", "GET /tra-cuu/anh/:id", "GET /tra-cuu/tep/:id", "GET /quyen-rieng-tu", "GET /xoa-du-lieu/:code", "GET /zalo_verifier:code",
	"GET /static/*filepath", "HEAD /static/*filepath",
	"GET /healthz", "GET /readyz", "GET /metrics",
	"GET /webhooks/messenger", "POST /webhooks/messenger", "POST /webhooks/messenger/data-deletion", "GET /webhooks/zalo", "POST /webhooks/zalo",
	"GET /api/v1/openapi.json", "GET /api/v1/openapi.yaml", "GET /api/v1/openapi-3.0.json", "GET /api/v1/openapi-3.0.yaml",
	"GET /console", "GET /console/assets/:name", "GET /console/sw.js", "GET /console/login", "POST /console/login", "GET /console/invite/:token", "POST /console/invite/:token",
	"GET /console/login/provider", "GET /console/login/provider/callback",
}

var parameter = regexp.MustCompile(`:(\w+)`)

// operations returns what each operation of the API needs, by "METHOD path" as
// gin writes it.
func operations(s *server) map[string]models.Permission {
	api := humagin.New(gin.New(), s.apiConfig())
	s.operations(api)
	needs := map[string]models.Permission{}
	for path, item := range api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				needs[op.Method+" "+strings.NewReplacer("{", ":", "}", "").Replace(path)] = permission(op)
			}
		}
	}
	return needs
}

// TestEveryRouteHasItsPermission walks the routes: each is for everybody, or needs
// a permission that somebody has; and each role is let in or refused by the table.
func TestEveryRouteHasItsPermission(t *testing.T) {
	t.Parallel()
	closing := make(chan struct{})
	close(closing) // what goes on for long ends at once
	d := newDesk(t, databases.SQLite(t), func(deps *Deps) {
		deps.Closing = closing
		deps.Provider = Provider{Issuer: "https://login.example.vn", ClientID: "x"}
		deps.Review = func(time.Time) []models.Due { return nil }
		deps.Camera = "https://camera.example.vn/{counter}/{time}"
		tellDue(t, deps)
		connecting(deps)
		alerting(deps)
		figuring(deps)
	})
	api := operations(d.server)
	visitors := map[models.Role]visitor{}
	for _, role := range models.Roles {
		visitors[role] = d.visitor(t, role)
	}
	checked := 0
	for _, route := range d.engine.Routes() {
		name := route.Method + " " + route.Path
		need, known := api[name]
		if !known {
			need, known = d.server.console.access[name]
		}
		if slices.Contains(everybody, name) {
			require.False(t, known, "%s is for everybody and yet needs %s", name, need)
			continue
		}
		require.True(t, slices.ContainsFunc(models.Roles, func(r models.Role) bool { return r.May(need) }), "%s needs %q, which nobody has", name, need)
		for role, v := range visitors {
			checked++
			status := v.status(route.Method, route.Path)
			if !role.May(need) {
				require.Equal(t, http.StatusForbidden, status, "%s as %s", name, role)
				continue
			}
			require.NotContains(t, []int{http.StatusUnauthorized, http.StatusInternalServerError}, status, "%s as %s", name, role)
		}
		require.Contains(t, []int{http.StatusUnauthorized, http.StatusSeeOther}, d.stranger(t).status(route.Method, route.Path), name)
	}
	require.Greater(t, checked, 100)
}

// visitor is somebody with a role, by token and by session.
type visitor struct {
	d      *desk
	token  string
	screen *screen
}

func (d *desk) stranger(t *testing.T) visitor { return visitor{d, "", d.screen(t)} }

// visitor makes an account that has chosen its password and given its factor.
func (d *desk) visitor(t *testing.T, role models.Role) visitor {
	t.Helper()
	email := string(role) + "@example.vn"
	d.account(t, email, role)
	b := d.screen(t)
	b.settle(email)
	if role.MustProve() {
		b.enrol()
	}
	token, err := d.store.CreateToken(t.Context(), models.Principal{Name: email, Role: role, Unit: "tran-bien"})
	require.NoError(t, err)
	return visitor{d, token, b}
}

// status is the answer to a request that means nothing but who asks. Cookies that
// it sets or ends are not kept.
func (v visitor) status(method, path string) int {
	path = parameter.ReplaceAllString(path, "7")
	r := httptest.NewRequest(method, "http://console.example.vn"+path, strings.NewReader("{}"))
	if path == consolePath+"/logout" && v.token != "" {
		return http.StatusOK // it would end the session that the others need
	}
	r.Header.Set("Content-Type", "application/json")
	if v.token != "" {
		r.Header.Set("Authorization", "Bearer "+v.token)
	}
	for _, c := range v.screen.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.d.router.ServeHTTP(w, r)
	return w.Code
}
