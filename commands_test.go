package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// result is what a command line led to.
type result struct {
	code           int
	stdout, stderr string
}

// command runs one command line with a database of its own in dir.
func command(t *testing.T, dir, stdin string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(&env{
		Context: t.Context(), stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs,
		environ: []string{"LANGNGHE_DATABASE_URL=sqlite:" + filepath.Join(dir, "x.db"), "LANGNGHE_SECRET_KEY=" + strings.Repeat("k", 32)},
	}, args)
	return result{code, out.String(), errs.String()}
}

func TestAccountIsOneInAnyCase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.Zero(t, command(t, dir, "", "user", "add", "--email", "Lan@TranBien.vn", "--name", "Lan", "--role", "officer", "--unit", "tran-bien").code)
	again := command(t, dir, "", "user", "add", "--email", "LAN@tranbien.vn", "--name", "Another", "--role", "admin")
	require.Equal(t, exitFailed, again.code, "nobody takes over an account by writing its address differently")
	require.Contains(t, again.stderr, "has an account already")
	require.Empty(t, again.stdout)
	require.Equal(t, "lan@tranbien.vn\tLan\tofficer\ttran-bien\tactive\n", command(t, dir, "", "user", "list").stdout)
	require.Zero(t, command(t, dir, "", "user", "disable", "--email", "Lan@TranBien.vn").code)
	require.Contains(t, command(t, dir, "", "user", "list").stdout, "disabled")
	require.Regexp(t, `^\S{20,}\n$`, command(t, dir, "", "user", "reset", "--email", "Lan@TranBien.vn").stdout)
	require.Contains(t, command(t, dir, "", "user", "list").stdout, "active")
}

func TestCheckWarnsOfAPageThatIsNotSubscribed(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		`{"data":[]}`: "warning\tchannel messenger:1\tits app is not subscribed to messages, ",
		`{"data":[{"id":"2","subscribed_fields":["messages","messaging_postbacks","message_echoes","message_edits","message_deliveries","message_reads","messaging_handovers"]}]}`: "",
		`odd`: "warning\tchannel messenger:1\tits subscriptions cannot be read",
	} {
		graph := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if strings.HasSuffix(r.URL.Path, "/subscribed_apps") {
				_, _ = io.WriteString(w, answer)
				return
			}
			_, _ = io.WriteString(w, `{"id":"1","name":"Phường"}`)
		}))
		t.Cleanup(graph.Close)
		dir := t.TempDir()
		file := filepath.Join(dir, "c.yaml")
		require.NoError(t, os.WriteFile(file, []byte("blob_url: file:"+dir+"/files\nplatforms: {messenger: {graph_url: \""+graph.URL+"\"}}\n"+
			"channels: [{platform: messenger, unit: tran-bien, page_id: \"1\", app_id: \"2\", app_secret: s, page_token: PAGE-TOKEN, verify_token: v}]"), 0o600))
		got := command(t, dir, "", "check", "--config", file)
		require.Zero(t, got.code, "%s%s", got.stdout, got.stderr)
		require.Contains(t, got.stdout, "ok\tchannel messenger:1 Phường\n")
		require.Contains(t, got.stdout, want)
		require.Equal(t, want != "", strings.Contains(got.stdout, "warning\tchannel"))
		require.NotContains(t, got.stdout, "PAGE-TOKEN")
	}
}

func TestUnderstandLeavesOutOddLinesOnly(t *testing.T) {
	t.Parallel()
	in := "xin chào\n{bad\n{\"id\":7,\"text\":\"cảm ơn\"}\n{\"id\":\"x\"}\n{\"id\":[],\"text\":\"a\"}\n{\"text\":\"tạm biệt\"}"
	got := command(t, t.TempDir(), in, "understand")
	require.Equal(t, exitFailed, got.code)
	var ids []string
	for line := range strings.Lines(got.stdout) {
		id, _, _ := strings.Cut(strings.TrimPrefix(line, `{"id":`), ",")
		ids = append(ids, id)
	}
	require.Equal(t, []string{`"1"`, `7`, `"6"`}, ids)
	for _, line := range []string{"line 2: ", "line 4: ", "line 5: "} {
		require.Contains(t, got.stderr, line)
	}
}

func TestImportIsAllOrNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	good := "- {code: khai-sinh, fee: 5.000 đồng, as_of: 2026-11}\n"
	bad := command(t, dir, "", "import", "procedures", file("bad.yaml", good+"- {code: Khai Tử, colour: red, as_of: 2026-11}\n"))
	require.Equal(t, exitFailed, bad.code)
	require.Equal(t, "added 0, changed 0, unchanged 0, removed 0, rejected 1\n", bad.stdout)
	require.Contains(t, bad.stderr, "row 2: code: ")
	require.Contains(t, bad.stderr, "row 2: colour: is not known here")

	checked := command(t, dir, "", "import", "--check", "procedures", file("good.yaml", good))
	require.Zero(t, checked.code, checked.stderr)
	require.Equal(t, "added 0, changed 1, unchanged 0, removed 0, rejected 0\n", checked.stdout)
	for _, want := range []string{"added 0, changed 1, unchanged 0", "added 0, changed 0, unchanged 1"} {
		got := command(t, dir, "", "import", "procedures", file("good.yaml", good))
		require.Zero(t, got.code, got.stderr)
		require.Contains(t, got.stdout, want, "what was only checked was not changed, what was changed once is as it is")
	}
	require.Equal(t, exitUsage, command(t, dir, "", "import", "songs", file("good.yaml", good)).code)
}
