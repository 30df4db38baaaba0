package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// prove posts the form of the status page.
func (b *bench) prove(code, proof string) *httptest.ResponseRecorder {
	form := url.Values{"ma": {code}, "xac_nhan": {proof}}
	r := httptest.NewRequest(http.MethodPost, "/tra-cuu", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w
}

// answered are cases that were answered, the second one anonymous.
func answered() map[string]models.Case {
	said := []models.CaseEvent{
		{Action: models.ActAsk, Text: "OLDASK"}, {Action: models.ActReply, Text: "OLDANSWER"},
		{Action: models.ActNote, Text: "SECRETNOTE"}, {Action: models.ActResolve, Text: "NEWANSWER <b>", At: testNow},
	}
	return map[string]models.Case{
		"PA2026-PHONE": {Code: "PA2026-PHONE", Status: models.StatusResolved, Description: "SECRETWORDS", Contact: models.Contact{Name: "SECRETNAME", Phone: "0912345678"}, Events: said},
		"PA2026-ANON":  {Code: "PA2026-ANON", Status: models.StatusMerged, MergedInto: "PA2026-LEAD", SecretHash: store.HashSecret("PA2026-ANON", "K7M-4QX-2PB")},
		"PA2026-LEAD":  {Code: "PA2026-LEAD", Status: models.StatusWaiting, Events: []models.CaseEvent{{Action: models.ActAsk, Text: "LEADASK", At: testNow}}},
		"PA2026-BARE":  {Code: "PA2026-BARE", Status: models.StatusNew, Contact: models.Contact{Name: "Lan"}},
	}
}

func TestAnswerIsForTheReporter(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code, proof string
		status      int
		shown       string
	}{
		"last digits":             {"pa2026-phone", " 678 ", http.StatusOK, "NEWANSWER &lt;b&gt;"},
		"other digits":            {"PA2026-PHONE", "679", http.StatusForbidden, ""},
		"the whole phone is more": {"PA2026-PHONE", "0912345678", http.StatusForbidden, ""},
		"fewer digits":            {"PA2026-PHONE", "78", http.StatusForbidden, ""},
		"nothing":                 {"PA2026-PHONE", "", http.StatusForbidden, ""},
		"secret word":             {"PA2026-ANON", "k7m4qx 2pb", http.StatusOK, "LEADASK"},
		"another's secret word":   {"PA2026-PHONE", "K7M-4QX-2PB", http.StatusForbidden, ""},
		"wrong word":              {"PA2026-ANON", "K7M-4QX-2PC", http.StatusForbidden, ""},
		"neither is known":        {"PA2026-BARE", "", http.StatusForbidden, ""},
		"no such case":            {"PA2026-NONE", "678", http.StatusNotFound, ""},
		"odd code":                {"'--", "678", http.StatusNotFound, ""},
	} {
		b := newBench(t)
		b.cases = answered()
		w := b.prove(c.code, c.proof)
		body := w.Body.String()
		require.Equal(t, c.status, w.Code, name)
		require.Contains(t, body, c.shown, name)
		require.NotContains(t, body, "SECRET", name)
		require.NotContains(t, body, "0912345678", name)
		require.NotContains(t, body, "OLD", name)
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"), name)
		if c.status != http.StatusOK {
			require.NotContains(t, body, "ANSWER", name)
			require.NotContains(t, body, "LEADASK", name)
		}
	}
}

func TestWrongProofsAreLimitedPerCode(t *testing.T) {
	t.Parallel()
	now := testNow
	b := newBench(t, func(d *Deps) { d.Now = func() time.Time { return now } })
	b.cases = answered()
	prove := func(code, proof string) int {
		now = now.Add(5 * time.Second) // the address is not what is limited
		return b.prove(code, proof).Code
	}
	for range 2 * proofBurst {
		require.Equal(t, http.StatusOK, prove("PA2026-PHONE", "678"), "right ones do not count")
	}
	for range proofBurst {
		require.Equal(t, http.StatusForbidden, prove("PA2026-PHONE", "000"))
	}
	require.Equal(t, http.StatusTooManyRequests, prove("pa2026-phone", "678"), "not even the right one is told")
	require.Equal(t, http.StatusOK, prove("PA2026-ANON", "K7M-4QX-2PB"), "other cases are not held up")
	now = now.Add(proofEvery)
	require.Equal(t, http.StatusOK, prove("PA2026-PHONE", "678"))
}

func TestProofsAreLimitedPerAddress(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.cases = answered()
	for range lookupBurst {
		require.Equal(t, http.StatusNotFound, b.prove("PA2026-NONE", "1").Code)
	}
	require.Equal(t, http.StatusTooManyRequests, b.prove("PA2026-PHONE", "678").Code)
}

func TestLargeProofIsNotRead(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.cases = answered()
	require.Equal(t, http.StatusNotFound, b.prove("PA2026-PHONE", strings.Repeat("x", maxProof)).Code)
}

func TestStatusPageAsksForTheProof(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.cases = answered()
	body := b.do(http.MethodGet, "/tra-cuu?ma=PA2026-PHONE", "").Body.String()
	require.Contains(t, body, `name="xac_nhan"`)
	require.NotContains(t, body, "NEWANSWER")
	require.NotContains(t, b.do(http.MethodGet, "/tra-cuu", "").Body.String(), `name="xac_nhan"`)
}
