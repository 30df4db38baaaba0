package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// source makes the world ask a source for dossiers, which knows one.
func (w *world) source(code, stage string) {
	w.t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/"+code || r.Header.Get("Authorization") != "Bearer SOURCE-TOKEN" {
			http.NotFound(rw, r)
			return
		}
		_, _ = fmt.Fprintf(rw, `{"code":%q,"stage":%q}`, code, stage)
	}))
	w.t.Cleanup(srv.Close)
	file, err := os.OpenFile(w.config, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(w.t, err)
	_, err = fmt.Fprintf(file, "dossiers: {url: %q, token: SOURCE-TOKEN}\n", srv.URL+"/{code}")
	require.NoError(w.t, err)
	require.NoError(w.t, file.Close())
}

// TestDossiers leads a citizen from a dossier's code to the notice of its
// result, by a list that staff import, what another system posts, and a source
// that is asked.
func TestDossiers(t *testing.T) {
	each(t, setup{idle: true}, func(t *testing.T, w *world) {
		w.source("H19.12-261126-0002", "Đang xử lý")
		w.start()
		list := func(stage string) string {
			file := filepath.Join(t.TempDir(), "ho-so.csv")
			require.NoError(t, os.WriteFile(file, []byte("code;procedure;unit;stage;received;due\n"+
				"H19.12-261126-0001;ly hôn;tran-bien;"+stage+";20/11/2026;27/11/2026\n"), 0o600))
			return w.must("import", "dossiers", file)
		}
		require.Equal(t, "added 1, changed 0, unchanged 0, rejected 0\n", list("Đang xử lý"))
		require.Equal(t, "added 0, changed 0, unchanged 1, rejected 0\n", list("Đang xử lý"))

		c := w.phone(sandbox.Messenger, 1)
		m := c.say("cho hỏi hồ sơ H19.12-261126-0001 tới đâu rồi")
		c.requireStep("dossier.show", m)
		require.Contains(t, m.Text, "Đang xử lý")
		require.NotContains(t, m.Text, "ly hôn")
		c.tap("dossier.show:subscribe")
		c.requireStep("report.place", c.say("Rác chất đống đầu hẻm chưa ai dọn"))
		require.Equal(t, "added 0, changed 1, unchanged 0, rejected 0\n", list("9"))
		m = c.next()
		require.Contains(t, m.Text, "Đã xử lý xong")
		c.requireStep("report.place", m)

		officer := w.token("officer")
		posted := map[string]any{"code": "H19.12-261126-0001", "stage": "Đã trả kết quả"}
		got := call[map[string]int](w.product, officer, http.MethodPost, "/api/v1/dossiers", posted)
		require.Equal(t, map[string]int{"added": 0, "changed": 1, "unchanged": 0}, got)
		got = call[map[string]int](w.product, officer, http.MethodPost, "/api/v1/dossiers", posted)
		require.Equal(t, 1, got["unchanged"])
		w.quiet()
		require.Empty(t, c.unread(), "told once")

		other := w.phone(sandbox.Zalo, 1)
		require.Contains(t, other.say("H19.12-261126-0002").Text, "đang tra cứu")
		require.Contains(t, other.next().Text, "Đang xử lý")
		require.Contains(t, other.say("H19.12-261126-0003").Text, "đang tra cứu")
		require.Contains(t, other.next().Text, "không tìm thấy")
	})
}
