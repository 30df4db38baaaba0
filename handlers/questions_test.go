package handlers

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// fakeKnowledge knows one procedure and calls two questions alike when their
// first word is.
type fakeKnowledge struct{}

func (fakeKnowledge) Try(changed []models.Content, questions []string) ([]models.Difference, error) {
	if strings.Contains(changed[len(changed)-1].Body, "bad") {
		return nil, errors.New("it does not fit")
	}
	out := []models.Difference{}
	for _, q := range questions {
		out = append(out, models.Difference{Question: q, After: models.Reply{Outcome: models.Answered, Procedures: []string{"khai-sinh"}}})
	}
	return out, nil
}

func (fakeKnowledge) Explain(text string) Explanation { return Explanation{Text: text, Intent: "ask"} }
func (fakeKnowledge) Nearest(string) string           { return "khai-sinh" }
func (fakeKnowledge) HasProcedure(code string) bool   { return code == "khai-sinh" }
func (fakeKnowledge) Procedures() []ProcedureName {
	return []ProcedureName{{"khai-sinh", "Đăng ký khai sinh"}}
}
func (fakeKnowledge) Known(now time.Time) time.Time { return now.Add(3 * time.Second) }

func (fakeKnowledge) Alike(a, b string) float64 {
	if strings.Fields(a)[0] == strings.Fields(b)[0] {
		return 1
	}
	return 0
}

// asked stores open questions and returns their ids, newest first.
func (r *real) asked(t *testing.T, questions ...models.Question) []int64 {
	t.Helper()
	require.NoError(t, r.store.Update(t.Context(), func(tx *store.Tx) error {
		for _, q := range questions {
			if err := tx.Ask(q); err != nil {
				return err
			}
		}
		return nil
	}))
	open, err := r.store.OpenQuestions(t.Context(), "", 10)
	require.NoError(t, err)
	ids := make([]int64, len(open))
	for i, q := range open {
		ids[i] = q.ID
	}
	return ids
}

func TestQuestionsAreGroupedAndSettled(t *testing.T) {
	onStores(t, func(t *testing.T, r *real) {
		admin := r.token(t, models.Principal{Name: "An", Role: models.RoleAdmin})
		ids := r.asked(t,
			models.Question{Conversation: "zalo:3:7", Text: "giấy chứng sinh mất", Outcome: models.Unknown},
			models.Question{Conversation: "zalo:3:8", Text: "giấy cho em bé", Outcome: models.Unknown},
			models.Question{Conversation: "zalo:3:7", Text: "nuôi rồng", Outcome: models.Unknown},
		)
		var groups list[questionGroup]
		r.json(t, admin, "GET", "/questions", "", http.StatusOK, &groups)
		require.Len(t, groups.Items, 2)
		require.Equal(t, 2, groups.Items[0].Count, "the most asked first")
		require.Equal(t, "khai-sinh", groups.Items[0].Nearest)

		body := func(dry bool) string {
			b, err := json.Marshal(map[string]any{"ids": ids, "procedure": "khai-sinh", "alias": "giấy cho bé", "dry_run": dry})
			require.NoError(t, err)
			return string(b)
		}
		var out struct {
			Settled int
			Changes []models.Difference
		}
		r.json(t, admin, "POST", "/questions/settle", body(true), http.StatusOK, &out)
		require.Zero(t, out.Settled)
		require.Len(t, out.Changes, 3, "tried on what was asked before")
		pieces, err := r.store.Content(t.Context())
		require.NoError(t, err)
		require.Empty(t, pieces, "only tried")

		r.json(t, admin, "POST", "/questions/settle", body(false), http.StatusOK, &out)
		require.Equal(t, 3, out.Settled)
		pieces, err = r.store.Content(t.Context())
		require.NoError(t, err)
		require.Len(t, pieces, 1)
		require.Equal(t, "giay cho be", pieces[0].Key)
		require.NotEmpty(t, pieces[0].Trial, "the trial stays with the change")
		require.Equal(t, []string{"zalo:3:7", "zalo:3:8"}, r.noticed(t), "each who asked is told once")

		r.json(t, admin, "POST", "/questions/settle", body(false), http.StatusOK, &out)
		require.Zero(t, out.Settled, "settled once")
		var lines list[settledLine]
		r.json(t, admin, "GET", "/questions/settled", "", http.StatusOK, &lines)
		require.Len(t, lines.Items, 3)
		require.Equal(t, []string{"khai-sinh"}, lines.Items[0].Procedures)
	})
}

func TestWhoMayReadAndSettleQuestions(t *testing.T) {
	onStores(t, func(t *testing.T, r *real) {
		ids := r.asked(t,
			models.Question{Conversation: "zalo:3:7", Unit: "tran-bien", Text: "một", Outcome: models.Unknown},
			models.Question{Conversation: "zalo:3:8", Unit: "long-khanh", Text: "hai", Outcome: models.Unknown})
		require.Len(t, ids, 2)
		for _, role := range models.Roles {
			reads := role != models.RoleViewer && role != models.RoleAuditor
			writes := role == models.RoleAdmin || role == models.RoleLeader || role == models.RoleOfficer
			for _, unit := range []string{"", "tran-bien"} {
				token := r.token(t, models.Principal{Name: "T", Role: role, Unit: unit})
				var groups list[questionGroup]
				r.json(t, token, "GET", "/questions", "", allowed(reads), &groups)
				if reads && unit != "" {
					require.Len(t, groups.Items, 1, "of the own unit only")
				}
				r.json(t, token, "GET", "/questions/settled", "", allowed(reads && unit == ""), nil)
				r.json(t, token, "POST", "/questions/settle", `{"ids":[1],"procedure":"khai-sinh","dry_run":true}`, allowed(writes && unit == ""), nil)
				r.json(t, token, "POST", "/content", `{"kind":"procedure","key":"khai-sinh","body":{"fee":{"text":"5"}},"dry_run":true}`, allowed(writes && unit == ""), nil)
				r.json(t, token, "POST", "/content", `{"kind":"procedure","key":"khai-sinh","unit":"tran-bien","body":{"where":"x"},"dry_run":true}`, allowed(writes), nil)
				r.json(t, token, "GET", "/understand?text=khai+sinh", "", http.StatusOK, nil)
			}
		}
	})
}

// TestWhoMayChangeWhoseContent: what has no unit of its own is the whole
// province's, whatever unit a request names; an address is its unit's.
func TestWhoMayChangeWhoseContent(t *testing.T) {
	onStores(t, func(t *testing.T, r *real) {
		province := r.token(t, models.Principal{Name: "An", Role: models.RoleAdmin})
		unit := r.token(t, models.Principal{Name: "Lan", Role: models.RoleOfficer, Unit: "tran-bien"})
		for _, tt := range []struct {
			body           string
			province, unit int
		}{
			{`{"kind":"holiday","key":"2027-03-01","unit":"tran-bien","body":{"kind":"holiday"},"dry_run":true}`, 422, 403},
			{`{"kind":"alias","key":"x","unit":"tran-bien","body":{"procedure":"khai-sinh","text":"x"},"dry_run":true}`, 422, 403},
			{`{"kind":"unit","key":"long-khanh","unit":"tran-bien","body":{"office":"x"},"dry_run":true}`, 422, 403},
			{`{"kind":"unit","key":"tran-bien","body":{"office":"x"},"dry_run":true}`, 200, 200},
			{`{"kind":"unit","key":"long-khanh","body":{"office":"x"},"dry_run":true}`, 200, 403},
			{`{"kind":"contact","key":"chu_tich//0900000001","unit":"tran-bien","body":{"role":"chu_tich","phone":"0900000001","public":true},"dry_run":true}`, 200, 200},
			{`{"kind":"contact","key":"chu_tich//0900000009","unit":"tran-bien","body":{"role":"chu_tich","phone":"0900000001"},"dry_run":true}`, 422, 422},
			{`{"kind":"procedure","key":"khai-sinh","body":{"name":"odd"},"dry_run":true}`, 422, 403},
		} {
			r.json(t, province, "POST", "/content", tt.body, tt.province, nil)
			r.json(t, unit, "POST", "/content", tt.body, tt.unit, nil)
		}
		secret := `{"kind":"contact","key":"chu_tich//0900000001","unit":"tran-bien","body":{"role":"chu_tich","phone":"0900000001","public":false}}`
		r.json(t, unit, "POST", "/content", secret, http.StatusOK, nil)
		viewer := r.token(t, models.Principal{Name: "Xem", Role: models.RoleViewer, Unit: "tran-bien"})
		for token, want := range map[string]int{unit: 1, viewer: 0} {
			var pieces, changes list[pieceView]
			r.json(t, token, "GET", "/content?kind=contact", "", http.StatusOK, &pieces)
			r.json(t, token, "GET", "/content/history?kind=contact&key=chu_tich%2F%2F0900000001&unit=tran-bien", "", http.StatusOK, &changes)
			require.Len(t, pieces.Items, want, "an internal number is for who sees contacts")
			require.Len(t, changes.Items, want)
		}
	})
}

func TestContentIsChangedWithItsHistory(t *testing.T) {
	onStores(t, func(t *testing.T, r *real) {
		admin := r.token(t, models.Principal{Name: "An", Role: models.RoleAdmin})
		change := func(body string, status int) {
			r.json(t, admin, "POST", "/content", body, status, nil)
		}
		change(`{"kind":"procedure","key":"khai-sinh","body":{"fee":{"text":"5"}},"why":"nghị quyết mới"}`, http.StatusOK)
		change(`{"kind":"procedure","key":"khai-sinh"}`, http.StatusOK)
		change(`{"kind":"procedure","key":"khai-sinh","body":{"x":"bad"}}`, http.StatusUnprocessableEntity)
		change(`{"kind":"procedure","key":"khai-sinh","unit":"nowhere","body":{}}`, http.StatusUnprocessableEntity)
		change(`{"kind":"song","key":"khai-sinh","body":{}}`, http.StatusUnprocessableEntity)
		var history list[pieceView]
		r.json(t, admin, "GET", "/content/history?kind=procedure&key=khai-sinh", "", http.StatusOK, &history)
		require.Len(t, history.Items, 2)
		require.JSONEq(t, "null", string(history.Items[0].Body), "taken back")
		require.Equal(t, "nghị quyết mới", history.Items[1].Why)
		require.Equal(t, "An", history.Items[1].By)
	})
}

func allowed(may bool) int {
	if may {
		return http.StatusOK
	}
	return http.StatusForbidden
}

// noticed lists the conversations that something waits to be told.
func (r *real) noticed(t *testing.T) (conversations []string) {
	t.Helper()
	for _, e := range r.unplayed(t) {
		if e.Notice != nil {
			conversations = append(conversations, e.Conversation())
		}
	}
	slices.Sort(conversations)
	return conversations
}

// json makes a request that must be answered with that status, and reads the
// answer.
func (r *real) json(t *testing.T, token, method, path, body string, status int, into any) {
	t.Helper()
	got := r.raw(token, method, path, body)
	require.Equal(t, status, got.Code, "%s %s: %s", method, path, got.Body)
	if into != nil && status == http.StatusOK {
		require.NoError(t, json.Unmarshal(got.Body.Bytes(), into))
	}
}
