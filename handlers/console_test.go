package handlers

import (
	"database/sql"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/gin-gonic/gin"
	"github.com/pquerna/otp/totp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	lan      = "lan@tran-bien.example.vn"
	oneTime  = "ONE-TIME-PASSWORD"
	sentence = "con trâu đi trước"
)

// cheap is a hash's cost for tests.
func cheap() *argon2id.Params {
	return &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 16}
}

// desk is the console on a real store, with a time that tests move.
type desk struct {
	store  *store.Store
	server *server
	router http.Handler
	engine *gin.Engine
	us     atomic.Int64
	log    strings.Builder
}

func (d *desk) now() time.Time           { return time.UnixMicro(d.us.Load()).UTC() }
func (d *desk) advance(by time.Duration) { d.us.Add(by.Microseconds()) }

func newDesk(t *testing.T, dbURL string, change ...func(*Deps)) *desk {
	t.Helper()
	d := &desk{}
	d.us.Store(testNow.UnixMicro())
	s, err := store.Open(t.Context(), dbURL, store.Options{Migrate: true, Now: d.now, SecretKey: []byte(strings.Repeat("k", 32))})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	b := &bench{log: &d.log}
	deps := Deps{
		Store: s, Staff: s, Desk: s, Choices: fakeChoices, Content: s, Knowledge: fakeKnowledge{}, Kinds: fakeKinds(), Catalogue: fakeCatalogue{}, Stages: models.DossierStages{{Code: "xong"}}, Log: testLog(b), Registry: prometheus.NewRegistry(),
		Now: d.now, PublicURL: "http://console.example.vn",
	}
	for _, f := range change {
		f(&deps)
	}
	d.store, d.server = s, newServer(deps)
	d.server.console.passwords = newPasswords(cheap())
	d.engine, err = d.server.router()
	require.NoError(t, err)
	d.router = withHead(d.engine)
	return d
}

// onDesks runs f on a console over a store of each kind.
func onDesks(t *testing.T, f func(t *testing.T, d *desk)) {
	t.Helper()
	t.Parallel()
	databases.Each(t, func(t *testing.T, dbURL string) {
		t.Parallel()
		f(t, newDesk(t, dbURL))
	})
}

// account makes one whose password is of one use, as the command line does.
func (d *desk) account(t *testing.T, email string, role models.Role) {
	t.Helper()
	hash, err := argon2id.CreateHash(oneTime, cheap())
	require.NoError(t, err)
	require.NoError(t, d.store.SaveAccount(t.Context(), store.Account{Email: email, Name: "Lan", Role: role, Unit: "tran-bien"}, hash))
}

// screen is a browser without scripts.
type screen struct {
	t       *testing.T
	d       *desk
	cookies map[string]*http.Cookie
	address string
}

func (d *desk) screen(t *testing.T) *screen {
	return &screen{t: t, d: d, cookies: map[string]*http.Cookie{}, address: "192.0.2.7:1000"}
}

// answer is a page.
type answer struct {
	Code     int
	Location string
	Body     string
	Header   http.Header
}

func (b *screen) send(r *http.Request) answer {
	b.t.Helper()
	r.RemoteAddr = b.address
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.d.router.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		if b.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return answer{res.StatusCode, res.Header.Get("Location"), w.Body.String(), res.Header}
}

func (b *screen) get(path string) answer {
	b.t.Helper()
	return b.send(httptest.NewRequest(http.MethodGet, "http://console.example.vn"+path, nil))
}

// post sends a form of pairs.
func (b *screen) post(path string, pairs ...string) answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "http://console.example.vn"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://console.example.vn")
	return b.send(r)
}

// leads asserts that the answer sends the browser to the page.
func (b *screen) leads(a answer, to string) {
	b.t.Helper()
	require.Equal(b.t, http.StatusSeeOther, a.Code, a.Body)
	require.Equal(b.t, to, a.Location)
}

func (b *screen) logIn(email, password string) answer {
	b.t.Helper()
	return b.post(loginPath, "email", email, "password", password)
}

// settle logs in for the first time and chooses a password.
func (b *screen) settle(email string) {
	b.t.Helper()
	b.leads(b.logIn(email, oneTime), startPath)
	b.leads(b.get(startPath), passwordPath)
	b.leads(b.post(passwordPath, "new", sentence, "again", sentence), startPath)
}

var shownSecret = regexp.MustCompile(`<code id="khoa">([A-Z2-7 ]+)</code>`)

// enrol sets a second factor up and returns its secret and recovery codes.
func (b *screen) enrol() (secret string, codes []string) {
	b.t.Helper()
	page := b.get(factorPath)
	require.Equal(b.t, http.StatusOK, page.Code)
	require.Contains(b.t, page.Body, "<svg")
	secret = strings.ReplaceAll(shownSecret.FindStringSubmatch(page.Body)[1], " ", "")
	done := b.post(factorPath, "code", b.code(secret))
	require.Equal(b.t, http.StatusOK, done.Code, done.Body)
	for _, m := range regexp.MustCompile(`<code>([A-Z2-7-]+)</code>`).FindAllStringSubmatch(done.Body, -1) {
		codes = append(codes, m[1])
	}
	require.Len(b.t, codes, recoveryCount)
	return secret, codes
}

func (b *screen) code(secret string) string {
	b.t.Helper()
	code, err := totp.GenerateCode(secret, b.d.now())
	require.NoError(b.t, err)
	return code
}

// audited returns the actions in the audit, oldest first. SQLite only.
func audited(t *testing.T, dbURL string) (actions []string) {
	t.Helper()
	db, err := sql.Open("sqlite", strings.TrimPrefix(dbURL, "sqlite:"))
	require.NoError(t, err)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT action, about, detail FROM audit ORDER BY id")
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var action, about, detail string
		require.NoError(t, rows.Scan(&action, &about, &detail))
		actions = append(actions, strings.Join([]string{action, about, detail}, " "))
	}
	require.NoError(t, rows.Err())
	return actions
}
