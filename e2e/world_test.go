package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver

	"github.com/langnghe/langnghe/sandbox"
	"github.com/langnghe/langnghe/store/storetest"
)

// The accounts of every world, both of the ward Trấn Biên.
const (
	pageID = "1000001"
	oaID   = "3000001"
)

// platforms are both, for tests that do the same on each.
var platforms = []sandbox.Platform{sandbox.Messenger, sandbox.Zalo}

// setup says how a world differs from the usual one.
type setup struct {
	gather  string // conversation.gather; "" is 0s
	buttons bool   // the OA takes buttons
	rate    string // of both channels; "" is 6000/min
	role    string // of the first process
	idle    bool   // the first process is not started
	options func(*sandbox.Options)
	more    string // of the configuration
}

// world is the product, both platforms and a database.
type world struct {
	*product
	box      *sandbox.Sandbox
	base     string  // of the sandbox
	database string  // URL
	beside   *sql.DB // the same database, beside the product
}

// each runs f in a world on each kind of database, all at once.
func each(t *testing.T, s setup, f func(t *testing.T, w *world)) {
	t.Parallel()
	eachStore(t, func(t *testing.T, url string) { f(t, newWorld(t, url, s)) })
}

// eachStore runs f on each kind of database, all at once.
func eachStore(t *testing.T, f func(t *testing.T, url string)) {
	storetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		f(t, url)
	})
}

func newWorld(t *testing.T, database string, s setup) *world {
	t.Helper()
	box := sandbox.New(sandboxOptions(s))
	front := httptest.NewServer(redirecting(box.Handler()))
	t.Cleanup(func() {
		box.Close()
		front.CloseClientConnections()
		front.Close()
	})
	w := &world{box: box, base: front.URL, database: database}
	w.beside = w.open(t)
	w.product = newProduct(t, w.writeConfig(t, s), s.role)
	w.connect(w.product)
	if !s.idle {
		w.start()
	}
	return w
}

// redirectPath sends whoever asks on to the address in "to".
const redirectPath = "/redirect"

func redirecting(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == redirectPath {
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func sandboxOptions(s setup) sandbox.Options {
	o := sandbox.Options{
		Pages: []sandbox.Page{{
			ID: pageID, Name: "UBND phường Trấn Biên", AppID: "2000001", AppSecret: "page-app-secret",
			Token: "PAGE-TOKEN", VerifyToken: "VERIFY", RatePerSecond: -1,
		}},
		OAs: []sandbox.OA{{
			ID: oaID, Name: "UBND phường Trấn Biên", AppID: "4000001", AppSecret: "oa-app-secret", SecretKey: "oa-key",
			AccessToken: "AT-first", RefreshToken: "RT-first", CloudAccount: true, Buttons: s.buttons, RatePerMinute: -1,
		}},
		MessengerRetry: slices.Repeat([]time.Duration{100 * time.Millisecond}, 600),
		ZaloRetry:      slices.Repeat([]time.Duration{100 * time.Millisecond}, 600),
		WireSize:       20_000,
	}
	if s.options != nil {
		s.options(&o)
	}
	return o
}

// configText is the configuration of a world.
var configText = template.Must(template.New("config").Parse(`
listen: 127.0.0.1:8080
public_url: https://gopy.example.vn
database_url: {{.Database}}
blob_url: file:{{.Dir}}/files
secret_key: 0123456789abcdef0123456789abcdef
log: {level: info, format: text}
conversation: {gather: {{.Gather}}, flood: 0}
platforms:
  messenger: {graph_url: "{{.Base}}/graph", media_hosts: ["{{.Host}}"]}
  zalo: {api_url: "{{.Base}}/zalo", oauth_url: "{{.Base}}/zalo-oauth", template_url: "{{.Base}}/zalo-template", media_hosts: ["{{.Host}}"]}
channels:
  - {platform: messenger, unit: tran-bien, page_id: "1000001", app_id: "2000001", app_secret: page-app-secret, page_token: PAGE-TOKEN, verify_token: VERIFY, rate: {{.Rate}}}
  - {platform: zalo, unit: tran-bien, oa_id: "3000001", app_id: "4000001", app_secret: oa-app-secret, oa_secret_key: oa-key, access_token: AT-first, refresh_token: RT-first, rate: {{.Rate}}, buttons: {{.Buttons}}}
{{.More}}`))

func (w *world) writeConfig(t *testing.T, s setup) string {
	t.Helper()
	if s.gather == "" {
		s.gather = "0s"
	}
	if s.rate == "" {
		s.rate = "6000/min"
	}
	base, err := url.Parse(w.base)
	require.NoError(t, err)
	dir := t.TempDir()
	file, err := os.Create(filepath.Join(dir, "langnghe.yaml"))
	require.NoError(t, err)
	defer file.Close()
	require.NoError(t, configText.Execute(file, map[string]any{
		"Database": w.database, "Dir": dir, "Gather": s.gather, "Base": w.base, "Host": base.Host, "Buttons": s.buttons, "Rate": s.rate, "More": s.more,
	}))
	return file.Name()
}

// connect tells the platforms where the product is.
func (w *world) connect(list ...*product) {
	w.t.Helper()
	urls := make([]string, len(list))
	for i, p := range list {
		urls[i] = p.url()
	}
	require.NoError(w.t, w.box.Connect(w.base, urls...))
}

// another makes a second process on the same database; it is not started.
func (w *world) another(role string) *product { return newProduct(w.t, w.config, role) }

func (w *world) onPostgres() bool { return strings.HasPrefix(w.database, "postgres") }

// open opens the database beside the product.
func (w *world) open(t *testing.T) *sql.DB {
	t.Helper()
	driver, name := "pgx", w.database
	if !w.onPostgres() {
		driver, name = "sqlite", "file:"+strings.TrimPrefix(w.database, "sqlite:")+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, name)
	require.NoError(t, err)
	db.SetMaxOpenConns(2)
	t.Cleanup(func() { _ = db.Close() }) // a database that is gone has nothing to close
	return db
}

// exec changes the database behind the product's back.
func (w *world) exec(statements ...string) {
	w.t.Helper()
	for _, s := range statements {
		_, err := w.beside.ExecContext(w.t.Context(), s)
		require.NoError(w.t, err, s)
	}
}

// number reads one number from the database.
func (w *world) number(query string) int {
	w.t.Helper()
	var n int
	require.NoError(w.t, w.beside.QueryRowContext(w.t.Context(), query).Scan(&n), query)
	return n
}

// dump logs what a query finds, for failures.
func (w *world) dump(query string) {
	w.t.Helper()
	rows, err := w.beside.QueryContext(w.t.Context(), query)
	require.NoError(w.t, err)
	defer rows.Close()
	names, err := rows.Columns()
	require.NoError(w.t, err)
	values := make([]any, len(names))
	for i := range values {
		values[i] = new(any)
	}
	for rows.Next() {
		require.NoError(w.t, rows.Scan(values...))
		var line strings.Builder
		for i, v := range values {
			fmt.Fprintf(&line, "%s=%v ", names[i], *v.(*any))
		}
		w.t.Log(line.String())
	}
	require.NoError(w.t, rows.Err())
}

// within waits until ok holds, looking again and again.
func within(t *testing.T, d time.Duration, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	for !ok() {
		select {
		case <-ctx.Done():
			require.FailNow(t, "not in time: "+what)
		case <-time.After(look):
		}
	}
}

// quiet waits until nothing is under way: every webhook answered or given up,
// every event played, every message sent and settled. What did not happen by
// then will not happen.
func (w *world) quiet() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 2*patience)
	defer cancel()
	within(w.t, 2*patience, "the product comes to rest", func() bool {
		before := w.box.Stats().Webhooks
		require.NoError(w.t, w.box.Idle(ctx))
		var open int
		err := w.beside.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM inbox i JOIN conversations c ON c.id = i.conversation WHERE i.status = 0 AND c.mode <> 'parked')
 + (SELECT COUNT(*) FROM inbox WHERE status = 0 AND conversation NOT IN (SELECT id FROM conversations))
 + (SELECT COUNT(*) FROM outbox WHERE open = 1)`).Scan(&open)
		require.NoError(w.t, err)
		return open == 0 && w.box.Idle(ctx) == nil && w.box.Stats().Webhooks == before
	})
}

// idle waits until every webhook was answered or given up.
func (w *world) idle() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	require.NoError(w.t, w.box.Idle(ctx))
}
