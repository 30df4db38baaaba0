package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// TestMetaAsksToForget: Meta names a citizen by an id of its app. Whoever wrote to
// the Page is found out and forgotten; for whoever never did, there is nothing to
// do, and the receipt's page says so.
func TestMetaAsksToForget(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		c := w.phone(sandbox.Messenger, 0)
		code := c.file(garbage)
		page := func(d sandbox.Deletion) string {
			require.Equal(t, "https://gopy.example.vn/xoa-du-lieu/"+d.Code, d.URL)
			_, body := w.ask("", http.MethodGet, "/xoa-du-lieu/"+d.Code, nil)
			return string(body)
		}
		nobody, err := w.box.ForgetUser(t.Context(), "page-app-secret", "218471000000001")
		require.NoError(t, err)
		again, err := w.box.ForgetUser(t.Context(), "page-app-secret", "218471000000001")
		require.NoError(t, err)
		within(t, patience, "nothing to forget", func() bool { return strings.Contains(page(nobody), "không có gì phải xoá") })
		require.Equal(t, http.StatusOK, erasureStatus(w, again.Code))
		_, err = w.box.ForgetUser(t.Context(), "another secret", "218471000000001")
		require.ErrorContains(t, err, "403")
		require.Contains(t, string(raw(w, code)), "PA2")

		mine, err := c.Forget(t.Context())
		require.NoError(t, err)
		within(t, patience, "the erasure", func() bool { return strings.Contains(page(mine), "Đã xong ngày") })
		require.NotContains(t, page(mine), "không có gì phải xoá")
		require.Contains(t, page(mine), "Hồ sơ còn lưu theo luật", "an answer is owed")
		require.Contains(t, c.next().Text, "/xoa-du-lieu/", "the citizen is told")
		require.Zero(t, w.number("SELECT COUNT(*) FROM inbox WHERE body LIKE '%Rác đổ%'"))
	})
}

// erasureStatus asks for the page of an erasure and returns its status.
func erasureStatus(w *world, code string) int {
	status, _ := w.ask("", http.MethodGet, "/xoa-du-lieu/"+code, nil)
	return status
}

// raw is the case as an inspector sees it.
func raw(w *world, code string) []byte {
	_, body := w.ask(w.token("inspector"), http.MethodGet, "/api/v1/cases/"+code, nil)
	return body
}
