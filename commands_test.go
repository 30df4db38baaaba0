package main

import (
	"bytes"
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
