package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/store"
)

// TestInvitationOpensTheConsole: the link that is printed sets the password of the
// account, once.
func TestInvitationOpensTheConsole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	added := command(t, dir, "", "user", "add", "--email", "lan@example.vn", "--name", "Lan", "--role", "officer", "--invite")
	require.Zero(t, added.code, added.stderr)
	link, err := url.Parse(strings.TrimSpace(added.stdout))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(link.Path, handlers.InvitePath), added.stdout)

	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "x.db"), store.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	console, err := handlers.New(handlers.Deps{Store: st, Staff: st, Log: logrus.New(), Registry: prometheus.NewRegistry(), PublicURL: "http://127.0.0.1:8080"})
	require.NoError(t, err)
	form := url.Values{"new": {"đồng xanh lúa chín"}, "again": {"đồng xanh lúa chín"}}.Encode()
	for _, want := range []int{http.StatusSeeOther, http.StatusNotFound} {
		r := httptest.NewRequest(http.MethodPost, link.Path, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		console.ServeHTTP(w, r)
		require.Equal(t, want, w.Code)
	}

	renewed := command(t, dir, "", "user", "reset", "--email", "lan@example.vn", "--invite", "--second-factor")
	require.Zero(t, renewed.code, renewed.stderr)
	require.Contains(t, renewed.stdout, handlers.InvitePath)
	require.NotEqual(t, added.stdout, renewed.stdout)
}
