package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
	"github.com/langnghe/langnghe/store/storetest"
)

// TestCommands uses every command beside the running product.
func TestCommands(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		require.Regexp(t, `^langnghe \S+ \S+ go1\.\S+\n$`, w.must("version"))
		require.Regexp(t, `^1\t\S+\tapplied\n`, w.must("migrate", "status"))
		require.Equal(t, w.must("migrate", "status"), w.must("migrate", "up"), "nothing is left to migrate")
		token := w.command("", "token", "create", "--name", "hệ thống khác", "--role", "officer", "--unit", "tran-bien")
		require.Zero(t, token.code)
		require.Regexp(t, `^\S{20,}\n$`, token.stdout, "the token and nothing else")
		status, _ := w.ask(strings.TrimSpace(token.stdout), http.MethodGet, "/api/v1/cases", nil)
		require.Equal(t, http.StatusOK, status)
		accounts(t, w, strings.TrimSpace(token.stdout))
		checks(t, w)
	})
}

// accounts makes an account and assigns a case to it.
func accounts(t *testing.T, w *world, token string) {
	t.Helper()
	password := w.must("user", "add", "--email", "lan@tranbien.example.vn", "--name", "Lan", "--role", "officer", "--unit", "tran-bien")
	require.Regexp(t, `^\S{12,}\n$`, password)
	require.Contains(t, w.must("user", "list"), "lan@tranbien.example.vn\tLan\tofficer\ttran-bien\tactive")
	code := w.phone(sandbox.Messenger, 1).file("Rác chất đống đầu hẻm chưa ai dọn")
	got := w.act(token, code, map[string]string{"action": "assign", "to": "lan@tranbien.example.vn"})
	require.Equal(t, "lan@tranbien.example.vn", *got.Assignee)
	require.Equal(t, "new", got.Status)
	status, problem := w.ask(token, http.MethodPost, "/api/v1/cases/"+code+"/events", map[string]string{"action": "assign", "to": "ai@do.example.vn"})
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Contains(t, string(problem), "to")
	w.must("user", "disable", "--email", "lan@tranbien.example.vn")
	require.Contains(t, w.must("user", "list"), "disabled")
	require.NotEqual(t, password, w.must("user", "reset", "--email", "lan@tranbien.example.vn"))
}

// checks runs both checks on a sound product, and on one whose files and
// channels are not.
func checks(t *testing.T, w *world) {
	t.Helper()
	c := w.phone(sandbox.Zalo, 1)
	c.requireStep("report.place", c.say("Đèn đường hư cả tuần nay chưa ai sửa"))
	c.SendPhotos(1)
	c.next()
	within(t, patience, "the file stored", func() bool {
		return w.number("SELECT COUNT(*) FROM attachments WHERE status = 'stored'") == 1
	})
	for _, args := range [][]string{{"check"}, {"check", "--deep"}} {
		got := w.command("", args...)
		require.Zero(t, got.code, "%v: %s%s", args, got.stdout, got.stderr)
		require.Contains(t, got.stdout, "UBND phường Trấn Biên", "the channels' profiles are reached")
	}
	refreshes := w.box.Stats().Refreshes
	require.Zero(t, refreshes, "check never touches a token endpoint")
	w.box.SetFaults(sandbox.Messenger, sandbox.Faults{Down: "503"})
	down := w.command("", "check")
	require.Equal(t, 1, down.code)
	require.Regexp(t, `(?m)^error\tchannel messenger:1000001`, down.stdout)
	require.NotContains(t, down.stdout+down.stderr, "PAGE-TOKEN")
	w.box.SetFaults(sandbox.Messenger, sandbox.Faults{})
	files, err := filepath.Glob(filepath.Join(filepath.Dir(w.config), "files", "original", "*", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	require.NoError(t, os.WriteFile(files[0], []byte("something else"), 0o600))
	require.Zero(t, w.command("", "check").code)
	deep := w.command("", "check", "--deep")
	require.Equal(t, 1, deep.code)
	require.Contains(t, deep.stdout, "error")
}

// TestMigrate refuses to serve on an old PostgreSQL schema until it is told to
// migrate.
func TestMigrate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Postgres(t), setup{idle: true})
	require.Regexp(t, `^1\t\S+\tmissing\n`, w.must("migrate", "status"))
	refused := w.command("", "serve")
	require.Equal(t, 1, refused.code)
	require.Contains(t, refused.stderr, "migrate")
	require.NotContains(t, w.must("migrate", "up"), "missing")
	require.NotContains(t, w.must("migrate", "status"), "missing")
}

// TestWrongUsage ends with 2 and says why on standard error.
func TestWrongUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"nonsense"}, {"serve", "--nonsense"}, {"serve", "--role", "king"}, {"token", "create", "--role", "officer"},
		{"token", "create", "--name", "x", "--role", "king"}, {"migrate", "sideways"}, {"check", "extra"},
	} {
		got := command(t, t.TempDir(), nil, "", args...)
		assert.Equal(t, 2, got.code, "%v: %s", args, got.stderr)
		assert.NotEmpty(t, got.stderr, "%v", args)
	}
}

// TestConfigurationFaults tells every fault at once, each with its key, never
// with a secret, and ends with 1 before it listens.
func TestConfigurationFaults(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "bad.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`
listen: nowhere
database_url: mysql://u:hunter2@db/x
secret_key: too-short-hunter2
log: {level: loud}
conversation: {gather: soon}
colour: red
channels:
  - {platform: zalo, unit: tran-bien, oa_id: "3000001"}
`), 0o600))
	for _, args := range [][]string{{"serve"}, {"check"}, {"migrate"}, {"token", "create", "--name", "x", "--role", "admin"}} {
		got := command(t, dir, nil, "", append(args, "--config", file)...)
		require.Equal(t, 1, got.code, "%v", args)
		told := got.stdout + got.stderr
		for _, key := range []string{
			"listen", "database_url", "secret_key", "log.level", "conversation.gather", "colour",
			"channels.0.app_id", "channels.0.oa_secret_key", "channels.0.access_token", "channels.0.refresh_token",
		} {
			assert.Contains(t, told, key, "%v", args)
		}
		assert.NotContains(t, told, "hunter2", "%v", args)
		assert.NotContains(t, told, "listening", "%v", args)
	}
}

// TestUnderstand reads lines and objects as the bot does, in a folder without
// a configuration, and writes nothing there.
func TestUnderstand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := "{\"id\":\"a\",\"text\":\"tôi muốn làm giấy khai sinh cho con\"}\n\nRác chất đống ở phường Trấn Biên\n"
	got := command(t, dir, nil, in, "understand", "--jsonl")
	require.Zero(t, got.code, got.stderr)
	var list []struct {
		ID, Text, Intent, Category string
		Procedures, Units          []string
		Confidence                 float64
	}
	for line := range strings.Lines(got.stdout) {
		list = append(list, struct {
			ID, Text, Intent, Category string
			Procedures, Units          []string
			Confidence                 float64
		}{})
		require.NoError(t, json.Unmarshal([]byte(line), &list[len(list)-1]), line)
	}
	require.Len(t, list, 2)
	require.Equal(t, "a", list[0].ID)
	require.NotEmpty(t, list[0].Procedures)
	require.LessOrEqual(t, len(list[0].Procedures), 3)
	require.Equal(t, "3", list[1].ID, "a raw line's id is its number in the input")
	require.Equal(t, "Rác chất đống ở phường Trấn Biên", list[1].Text)
	require.Contains(t, list[1].Units, "tran-bien")
	require.NotEqual(t, list[0].Intent, list[1].Intent)
	raw := command(t, dir, nil, in, "understand")
	require.Equal(t, got.stdout, raw.stdout)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left, "understand writes nothing")
}

// TestEmbedded starts the product in an empty folder with no configuration at
// all: the sandbox answers, and the data and its secret are kept for the next
// start.
func TestEmbedded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := newProduct(t, "", "")
	p.dir = dir
	for range 2 {
		p.start()
		resp, err := http.Get(p.url() + "/sandbox")
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusOK, resp.StatusCode)
		secret := kept(t, dir)
		p.stop()
		require.Equal(t, secret, kept(t, dir))
	}
	require.Zero(t, command(t, dir, []string{"LANGNGHE_LISTEN=" + p.addr}, "", "check").code)
}

// kept is what lies in the data folder, the database aside.
func kept(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "data"))
	require.NoError(t, err)
	found := map[string]string{}
	for _, e := range entries {
		if e.IsDir() || strings.Contains(e.Name(), ".db") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, "data", e.Name()))
		require.NoError(t, err)
		found[e.Name()] = string(data)
	}
	require.NotEmpty(t, found, "the secret is kept")
	return found
}
