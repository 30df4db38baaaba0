package e2e

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	secretForm  = regexp.MustCompile(`\b[A-Z2-9]{3}-[A-Z2-9]{3}-[A-Z2-9]{3}\b`)
	erasureForm = regexp.MustCompile(`/xoa-du-lieu/(XD-[A-Z0-9]+)`)
)

// TestAnonymousCitizenReadsTheAnswerAndIsForgotten: a receipt's secret word
// opens the answer on the web; then the citizen asks to be forgotten, and is.
func TestAnonymousCitizenReadsTheAnswerAndIsForgotten(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		leader := w.token("leader")
		for i, platform := range platforms {
			t.Run(string(platform), func(t *testing.T) {
				c := w.phone(platform, i).on(t)
				code := c.file(garbage)
				secret := secretForm.FindString(c.talk())
				require.NotEmpty(t, secret, c.talk())
				w.act(leader, code, map[string]string{"action": "resolve", "text": "Tổ vệ sinh đã dọn sạch."})
				c.next()
				status, page := w.prove(code, "AAA-AAA-AAA")
				require.Equal(t, http.StatusForbidden, status)
				require.NotContains(t, page, "dọn sạch")
				status, page = w.prove(code, strings.ToLower(secret))
				require.Equal(t, http.StatusOK, status)
				require.Contains(t, page, "dọn sạch")
				forgets(t, w, c, code, leader)
			})
		}
	})
}

func forgets(t *testing.T, w *world, c *phone, code, leader string) {
	t.Helper()
	c.say("xoá dữ liệu của tôi")
	receipt := erasureForm.FindStringSubmatch(c.tap("privacy.erase:yes").Text)
	require.NotNil(t, receipt, c.talk())
	within(t, patience, "the erasure", func() bool {
		_, page := w.ask("", http.MethodGet, "/xoa-du-lieu/"+receipt[1], nil)
		return strings.Contains(string(page), "Đã xong ngày")
	})
	for _, m := range w.outboxOf(leader, c) {
		require.NotContains(t, m.Text, "Rác")
	}
	got := w.caseOf(leader, code)
	require.Equal(t, garbage, got.Description, "what the matter was stays")
	require.Nil(t, got.Contact)
	status, _ := w.prove(code, "")
	require.Equal(t, http.StatusForbidden, status)
}

// prove asks on the web for the answer of a case.
func (w *world) prove(code, proof string) (status int, page string) {
	w.t.Helper()
	resp, err := http.PostForm(w.url()+"/tra-cuu", url.Values{"ma": {code}, "xac_nhan": {proof}})
	require.NoError(w.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(w.t, err)
	return resp.StatusCode, string(body)
}
