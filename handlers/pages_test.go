package handlers

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func TestPages(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *Deps) { d.Office, d.PrivacyContact = "UBND <phường>", "dpo@example.vn" })
	for path, want := range map[string]string{
		"/": "Lắng Nghe", "/tra-cuu": "Mã phản ánh", "/quyen-rieng-tu": "dpo@example.vn", "/static/style.css": "--ink",
	} {
		w := b.do(http.MethodGet, path, "")
		require.Equal(t, http.StatusOK, w.Code, path)
		require.Contains(t, w.Body.String(), want, path)
		require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
		require.NotContains(t, w.Body.String(), "<phường>", "escaped")
		require.NotContains(t, w.Body.String(), "/sandbox")
	}
	require.Contains(t, b.do(http.MethodGet, "/", "").Body.String(), `lang="vi"`)
	require.Equal(t, "max-age=31536000", b.do(http.MethodGet, "/", "").Header().Get("Strict-Transport-Security"))
}

func TestMissingPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, path := range []string{"/khong-co", "/static/", "/static/none.css", "/xoa-du-lieu/x", "/xoa-du-lieu/%00", "/sandbox", "/console"} {
		w := b.do(http.MethodGet, path, "")
		require.Equal(t, http.StatusNotFound, w.Code, path)
		if path == "/khong-co" {
			require.Contains(t, w.Body.String(), "<html")
		}
	}
	for path, method := range map[string]string{"/api/v1/none": http.MethodGet, "/api/v1/cases": http.MethodDelete, "/webhooks/zalo": http.MethodPut} {
		w := b.do(method, path, "")
		require.Equal(t, problemType, w.Header().Get("Content-Type"), path)
		require.Contains(t, []int{http.StatusNotFound, http.StatusMethodNotAllowed}, w.Code)
	}
	require.Equal(t, http.StatusMethodNotAllowed, b.do(http.MethodPost, "/quyen-rieng-tu", "").Code)
}

// TestLookupTellsStatusAndDatesOnly holds rule 7 of the dialogue: a code alone
// never tells words, names or numbers.
func TestLookupTellsStatusAndDatesOnly(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := models.Case{
		Code: "PA2026-AAAAAA", Description: "SECRETWORDS", Place: "SECRETPLACE", Unit: "tran-bien",
		Contact: models.Contact{Name: "SECRETNAME", Phone: "0912345678"}, CreatedAt: testNow, DueAt: testNow.Add(240 * time.Hour),
		Events: []models.CaseEvent{{Action: models.ActReply, Text: "SECRETANSWER"}},
	}
	words := map[string]bool{}
	for _, status := range models.Statuses {
		c.Status, c.ResolvedAt = status, time.Time{}
		if status == models.StatusResolved {
			c.ResolvedAt = testNow.Add(24 * time.Hour)
		}
		b.cases[c.Code] = c
		fresh := newBench(t)
		fresh.cases = b.cases
		w := fresh.do(http.MethodGet, "/tra-cuu?ma=pa2026-aaaaaa", "")
		require.Equal(t, http.StatusOK, w.Code)
		body := w.Body.String()
		require.NotContains(t, body, "SECRET")
		require.NotContains(t, body, "0912345678")
		require.Contains(t, body, "09:00 04/03/2026", "local time")
		require.Equal(t, status == models.StatusResolved, strings.Contains(body, "09:00 05/03/2026"))
		words[statusWords(body)] = true
	}
	require.Len(t, words, len(models.Statuses), "every status has its own words")
	require.NotContains(t, words, "")
}

func TestLookupFails(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.do(http.MethodGet, "/tra-cuu?ma=%3Cscript%3Ealert(1)%3C/script%3E", "")
	require.Equal(t, http.StatusNotFound, w.Code)
	require.NotContains(t, w.Body.String(), "<script>")
	for _, odd := range []string{"%00", "%ff", "a%20b", "'--"} {
		require.Equal(t, http.StatusNotFound, b.do(http.MethodGet, "/tra-cuu?ma="+odd, "").Code, odd)
	}
	b.fail = errors.New("down")
	require.Equal(t, http.StatusServiceUnavailable, b.do(http.MethodGet, "/tra-cuu?ma=PA2026-AAAAAA", "").Code)
	require.Equal(t, http.StatusServiceUnavailable, b.do(http.MethodGet, "/xoa-du-lieu/x", "").Code)
}

func TestLookupIsLimitedPerAddress(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	look := func(address string) int {
		r := httptest.NewRequest(http.MethodGet, "/tra-cuu?ma=PA2026-AAAAAA", nil)
		r.RemoteAddr = address + ":4000"
		r.Header.Set("X-Forwarded-For", "198.51.100.77") // not believed
		w := httptest.NewRecorder()
		b.handler.ServeHTTP(w, r)
		return w.Code
	}
	for range lookupBurst {
		require.Equal(t, http.StatusNotFound, look("192.0.2.1"))
	}
	require.Equal(t, http.StatusTooManyRequests, look("192.0.2.1"))
	require.Equal(t, http.StatusNotFound, look("192.0.2.2"))
	require.Equal(t, http.StatusOK, b.do(http.MethodGet, "/tra-cuu", "").Code, "the empty form is free")
}

func TestLookupBelievesTrustedProxiesOnly(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *Deps) { d.TrustedProxies = []string{"127.0.0.0/8"} })
	look := func(peer, forwarded string) int {
		r := httptest.NewRequest(http.MethodGet, "/tra-cuu?ma=PA2026-AAAAAA", nil)
		r.RemoteAddr = peer + ":4000"
		r.Header.Set("X-Forwarded-For", forwarded)
		w := httptest.NewRecorder()
		b.handler.ServeHTTP(w, r)
		return w.Code
	}
	for range lookupBurst {
		require.Equal(t, http.StatusNotFound, look("127.0.0.1", "192.0.2.1"))
	}
	require.Equal(t, http.StatusTooManyRequests, look("127.0.0.1", "192.0.2.1"))
	require.Equal(t, http.StatusTooManyRequests, look("127.0.0.1", "198.51.100.9, 192.0.2.1"), "the proxy's own word is the last one")
	require.Equal(t, http.StatusNotFound, look("127.0.0.1", "192.0.2.2"), "citizens behind one proxy do not share a limit")
	require.Equal(t, http.StatusTooManyRequests, look("192.0.2.1", "192.0.2.3"), "others are not believed")
}

func TestSubscriber(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3::4": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64", "": "", "odd": "odd",
	} {
		require.Equal(t, want, subscriber(address))
	}
}

func TestLimiterForgetsOldAddresses(t *testing.T) {
	t.Parallel()
	now := testNow
	l := newLimiter(func() time.Time { return now }, lookupEvery, lookupBurst)
	for range lookupBurst {
		require.True(t, l.allow("busy"))
	}
	for i := range 3 * maxAddresses {
		l.allow(time.Duration(i).String())
		if i%1000 == 0 {
			require.False(t, l.allow("busy"), "an address in use is kept")
		}
	}
	require.LessOrEqual(t, len(l.young)+len(l.old), 2*maxAddresses)
	now = now.Add(time.Minute)
	require.True(t, l.allow("busy"))
}

func TestSandboxIsMountedOnlyWhenGiven(t *testing.T) {
	t.Parallel()
	phones := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("phones " + r.URL.Path)) })
	b := newBench(t, func(d *Deps) { d.Sandbox = phones })
	for _, path := range []string{"/sandbox", "/sandbox/a/b"} {
		w := b.do(http.MethodPost, path, "")
		require.Equal(t, "phones "+path, w.Body.String())
		require.Empty(t, w.Header().Get("Content-Security-Policy"), "the page has scripts of its own")
	}
	require.Contains(t, b.do(http.MethodGet, "/", "").Body.String(), `href="/sandbox"`)
}

func TestHeadIsAnsweredLikeGet(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	server := httptest.NewServer(b.handler)
	t.Cleanup(server.Close)
	for path, want := range map[string]int{
		"/": http.StatusOK, "/healthz": http.StatusOK, "/readyz": http.StatusOK, "/webhooks/zalo": http.StatusOK,
		"/api/v1/cases": http.StatusUnauthorized, "/nowhere": http.StatusNotFound, "/webhooks/messenger/data-deletion": http.StatusMethodNotAllowed,
	} {
		res, err := server.Client().Head(server.URL + path)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, want, res.StatusCode, path)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.counts = store.Counts{Unplayed: 3, Parked: 1, Queued: 2, Unknown: 4, ToCall: 5, OldestUnplayed: testNow.Add(-90 * time.Second)}
	require.Equal(t, http.StatusOK, b.do(http.MethodGet, "/healthz", "").Code)
	w := b.do(http.MethodGet, "/readyz", "")
	require.Equal(t, http.StatusOK, w.Code)
	require.JSONEq(t, `{"status":"ok","database":"ok","unplayed":3,"oldest_seconds":90,"parked":1,"queued":2}`, w.Body.String())
	for name, want := range map[string]string{
		"inbox_unplayed": "3", "inbox_oldest_seconds": "90", "conversations_parked": "1",
		"outbox_queued": "2", "outbox_unknown": "4", "outbox_to_call": "5",
	} {
		require.Equal(t, want, b.count(t, "langnghe_"+name), name)
	}

	b.fail = errors.New("down")
	require.Equal(t, http.StatusOK, b.do(http.MethodGet, "/healthz", "").Code)
	w = b.do(http.MethodGet, "/readyz", "")
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Contains(t, w.Body.String(), "unreachable")
	require.Empty(t, b.count(t, "langnghe_inbox_unplayed"), "no gauge without a database, and the scrape goes on")
}

// statusWords is what stands in bold on the status page.
func statusWords(body string) string {
	_, rest, _ := strings.Cut(body, "<strong>")
	words, _, _ := strings.Cut(rest, "</strong>")
	return words
}

// TestPrivacyTellsHowLong what is known of citizens is kept.
func TestPrivacyTellsHowLong(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t), func(deps *Deps) {
		const day = 24 * time.Hour
		deps.Kept = models.Retention{Talks: 365 * day, Drafts: 30 * day, Cases: map[models.Kind]time.Duration{models.KhieuNai: 15 * 365 * day, models.PhanAnh: 400 * day}}
	})
	page := d.screen(t).get("/quyen-rieng-tu").Body
	for _, want := range []string{"thuộc hồ sơ nào: 1 năm.", "kèm theo: 30 ngày.", "hồ sơ khiếu nại: 15 năm sau khi", "hồ sơ phản ánh: 400 ngày sau khi", "hồ sơ góp ý: không đặt thời hạn xoá."} {
		require.Contains(t, page, want)
	}
}
