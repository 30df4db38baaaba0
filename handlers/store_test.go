package handlers

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// real is the handlers on a real store.
type real struct {
	*bench
	store *store.Store
}

// onStores runs f on a new store of each kind.
func onStores(t *testing.T, f func(t *testing.T, r *real)) {
	t.Helper()
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		s, err := store.Open(t.Context(), url, store.Options{Migrate: true, Now: func() time.Time { return testNow }})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		log := logrus.New()
		log.SetOutput(io.Discard)
		b := &bench{zalo: &fakeReceiver{}, messenger: &fakeReceiver{}, log: &strings.Builder{}}
		b.handler, err = New(Deps{
			Store: s, Messenger: b.messenger, Zalo: b.zalo, Log: testLog(b), Registry: prometheus.NewRegistry(),
			Now: func() time.Time { return testNow }, Catalogue: fakeCatalogue{}, Content: s, Knowledge: fakeKnowledge{}, Kinds: fakeKinds(), PublicURL: "http://127.0.0.1:1",
			DataDeletion: func(string) (Deletion, error) {
				return Deletion{Subject: "7", Channels: []string{"messenger:1"}}, nil
			},
		})
		require.NoError(t, err)
		f(t, &real{b, s})
	})
}

func (r *real) token(t *testing.T, p models.Principal) string {
	t.Helper()
	token, err := r.store.CreateToken(t.Context(), p)
	require.NoError(t, err)
	return token
}

// file stores a case as the bot files it.
func (r *real) file(t *testing.T, c models.Case) {
	t.Helper()
	c.Attachments = nil
	for i := range c.Events {
		c.Events[i].ID = 0
	}
	require.NoError(t, r.store.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertCase(&c) }))
}

// unplayed returns the events of the inbox and marks them played.
func (r *real) unplayed(t *testing.T) (events []models.Event) {
	t.Helper()
	_, err := r.store.Claim(context.Background(), testNow.Add(time.Hour), 100, "", func(tx *store.Tx, talks []store.Talk) error {
		var seqs []int64
		for _, talk := range talks {
			for _, e := range talk.Events {
				events, seqs = append(events, e), append(seqs, e.Seq)
			}
		}
		return tx.Done(seqs)
	})
	require.NoError(t, err)
	return events
}

// TestWebhookOnStores: the same event sent three times is one event.
func TestWebhookOnStores(t *testing.T) {
	onStores(t, func(t *testing.T, r *real) {
		r.messenger.got = channel.Received{Events: []models.Event{
			{Channel: "messenger:1", Peer: "7", ID: "m1", Kind: models.EventMessage, At: testNow, Text: "Đường ngập"},
		}}
		for range 3 {
			require.Equal(t, http.StatusOK, r.do(http.MethodPost, "/webhooks/messenger", "{}").Code)
		}
		require.Equal(t, http.StatusOK, r.do(http.MethodGet, "/readyz", "").Code)
		require.Equal(t, "1", r.count(t, "langnghe_inbox_unplayed"))
		events := r.unplayed(t)
		require.Len(t, events, 1)
		require.Equal(t, "Đường ngập", events[0].Text)

		require.NoError(t, r.store.Close())
		require.Equal(t, http.StatusServiceUnavailable, r.do(http.MethodPost, "/webhooks/messenger", "{}").Code)
		require.Equal(t, http.StatusServiceUnavailable, r.do(http.MethodGet, "/readyz", "").Code)
	})
}

// TestCaseLifeOnStores leads a case through its life and reads what its
// citizens are told.
func TestCaseLifeOnStores(t *testing.T) {
	onStores(t, func(t *testing.T, r *real) {
		officer := r.token(t, models.Principal{Name: "An", Role: models.RoleOfficer, Unit: "tran-bien"})
		other := testCase("PA2026-BBBBBB")
		other.Conversation = "messenger:1:8"
		r.file(t, testCase("PA2026-AAAAAA"))
		r.file(t, other)

		status, _ := r.call(t, officer, http.MethodPost, "/cases/PA2026-BBBBBB/events", `{"action":"merge","into":"pa2026-aaaaaa"}`)
		require.Equal(t, http.StatusOK, status)
		for _, body := range []string{bodies[models.ActAccept], bodies[models.ActAsk], bodies[models.ActResolve]} {
			status, got := r.call(t, officer, http.MethodPost, actPath, body)
			require.Equal(t, http.StatusOK, status, got)
		}
		status, _ = r.call(t, officer, http.MethodPost, actPath, bodies[models.ActAccept])
		require.Equal(t, http.StatusConflict, status)

		told := map[string][]models.Action{}
		for _, e := range r.unplayed(t) {
			told[e.Peer] = append(told[e.Peer], e.Notice.Action)
			require.Equal(t, e.Notice.Action == models.ActResolve, e.Notice.Rate)
		}
		require.Equal(t, map[string][]models.Action{
			"7": {models.ActAccept, models.ActAsk, models.ActResolve},
			"8": {models.ActMerge, models.ActAccept, models.ActAsk, models.ActResolve},
		}, told)

		_, got := r.call(t, officer, http.MethodGet, "/cases/PA2026-AAAAAA", "")
		require.Equal(t, "resolved", got["status"])
		require.Equal(t, "2026-03-04T02:00:00Z", got["resolved_at"])
		require.Len(t, got["events"], 5, "filed, merged into, accepted, asked, resolved")

		r.call(t, officer, http.MethodPost, actPath, bodies[models.ActReopen])
		r.call(t, officer, http.MethodPost, actPath, bodies[models.ActResolve])
		for _, e := range r.unplayed(t) {
			require.False(t, e.Notice.Rate, "asked a moment ago")
		}
		status, got = r.call(t, officer, http.MethodGet, "/stats", "")
		require.Equal(t, http.StatusOK, status)
		require.Len(t, got["items"], 2)
	})
}

func TestListsOnStores(t *testing.T) {
	onStores(t, func(t *testing.T, r *real) {
		leader := r.token(t, models.Principal{Name: "L", Role: models.RoleLeader})
		viewer := r.token(t, models.Principal{Name: "V", Role: models.RoleViewer})
		secret := testCase("PA2026-SSSSSS")
		secret.Sensitive = true
		for _, c := range []models.Case{testCase("PA2026-AAAAAA"), testCase("PA2026-BBBBBB"), secret} {
			r.file(t, c)
		}
		codes := func(token, query string) (found []any) {
			for next := ""; ; {
				status, got := r.call(t, token, http.MethodGet, "/cases?limit=1&cursor="+url.QueryEscape(next)+query, "")
				require.Equal(t, http.StatusOK, status)
				for _, c := range got["items"].([]any) {
					found = append(found, c.(map[string]any)["code"])
				}
				if got["next_cursor"] == nil {
					return found
				}
				next = got["next_cursor"].(string)
			}
		}
		require.Equal(t, []any{"PA2026-SSSSSS", "PA2026-BBBBBB", "PA2026-AAAAAA"}, codes(leader, ""))
		require.Equal(t, []any{"PA2026-BBBBBB", "PA2026-AAAAAA"}, codes(viewer, ""))
		require.Len(t, codes(leader, "&q=0912345678"), 3)
		require.Len(t, codes(leader, "&q=goi+NGUYEN"), 3)
		require.Empty(t, codes(leader, "&since=2026-03-05"))
		require.Empty(t, codes(leader, "&q=%25"))
		for _, cursor := range []string{"x", "AAAA", "%00", strings.Repeat("a", 400)} {
			status, got := r.call(t, leader, http.MethodGet, "/cases?cursor="+cursor, "")
			require.Equal(t, http.StatusUnprocessableEntity, status)
			require.Contains(t, locations(got), "query.cursor")
		}

		require.NoError(t, r.store.Update(t.Context(), func(tx *store.Tx) error {
			return tx.Queue([]*models.OutboxItem{{Conversation: "messenger:1:7", Channel: "messenger:1", Peer: "7", Case: secret.Code, Text: "x"}}, "")
		}))
		_, got := r.call(t, leader, http.MethodGet, "/outbox", "")
		require.Len(t, got["items"], 1)
		_, got = r.call(t, viewer, http.MethodGet, "/outbox", "")
		require.Empty(t, got["items"])
	})
}

func TestConversationsOnStores(t *testing.T) {
	onStores(t, func(t *testing.T, r *real) {
		officer := r.token(t, models.Principal{Name: "An", Role: models.RoleOfficer, Unit: "tran-bien"})
		talk := models.Conversation{Channel: "messenger:1", Unit: "tran-bien", Since: testNow}
		save := func(peer string, mode models.Mode) {
			talk.ID, talk.Peer, talk.Mode = models.ConversationID(talk.Channel, peer), peer, mode
			require.NoError(t, r.store.Update(t.Context(), func(tx *store.Tx) error {
				return tx.SaveConversations([]models.Conversation{talk})
			}))
		}
		save("1", models.ModeBot)
		save("2", models.ModeHuman)
		save("3", models.ModeWaiting)
		save("4", models.ModeParked)
		list := func(query string) (states []any) {
			status, got := r.call(t, officer, http.MethodGet, "/conversations"+query, "")
			require.Equal(t, http.StatusOK, status)
			for _, c := range got["items"].([]any) {
				states = append(states, c.(map[string]any)["state"])
			}
			return states
		}
		require.Equal(t, []any{"human", "waiting", "parked"}, list(""), "whoever needs a person")
		require.Equal(t, []any{"human"}, list("?state=human"))

		for range 2 {
			require.Equal(t, http.StatusOK, r.raw(officer, http.MethodPost, "/conversations/messenger:1:2/handback", "").Code)
		}
		events := r.unplayed(t)
		require.Len(t, events, 1, "two clicks are one event")
		require.Equal(t, models.EventHandback, events[0].Kind)

		require.Equal(t, http.StatusOK, r.raw(officer, http.MethodPost, "/conversations/messenger:1:4/release", "").Code)
		require.Equal(t, http.StatusConflict, r.raw(officer, http.MethodPost, "/conversations/messenger:1:4/release", "").Code)
		require.Equal(t, http.StatusNotFound, r.raw(officer, http.MethodPost, "/conversations/messenger:1:99/release", "").Code)
	})
}

func TestErasureOnStores(t *testing.T) {
	onStores(t, func(t *testing.T, r *real) {
		require.NoError(t, r.store.Update(t.Context(), func(tx *store.Tx) error {
			return tx.SaveConversations([]models.Conversation{{ID: "messenger:1:7", Channel: "messenger:1", Peer: "7"}})
		}))
		w := r.do(http.MethodPost, "/webhooks/messenger/data-deletion", "signed_request=x", "Content-Type", formType)
		require.Equal(t, http.StatusOK, w.Code)
		events := r.unplayed(t)
		require.Len(t, events, 1)
		require.Equal(t, models.EventErase, events[0].Kind)
		code := strings.TrimPrefix(events[0].ID, "erase:")
		require.Contains(t, w.Body.String(), `"http://127.0.0.1:1/xoa-du-lieu/`+code+`"`)
		require.Equal(t, http.StatusOK, r.do(http.MethodGet, "/xoa-du-lieu/"+code, "").Code)
		require.Equal(t, http.StatusNotFound, r.do(http.MethodGet, "/xoa-du-lieu/"+code+"x", "").Code)
		nobody, err := r.store.StartErasure(t.Context(), "messenger", "8", "")
		require.NoError(t, err)
		page := r.do(http.MethodGet, "/xoa-du-lieu/"+nobody, "").Body.String()
		require.NotContains(t, page, "không có gì phải xoá", "that is not known yet")
		require.NoError(t, r.store.Update(t.Context(), func(tx *store.Tx) error { return tx.FinishErasure(nobody, 0) }))
		page = r.do(http.MethodGet, "/xoa-du-lieu/"+nobody, "").Body.String()
		require.Contains(t, page, "Đã xong")
		require.Contains(t, page, "không có gì phải xoá")
	})
}

// TestAssignOnStores: an officer to whom a sensitive case is assigned sees it.
func TestAssignOnStores(t *testing.T) {
	onStores(t, func(t *testing.T, r *real) {
		require.NoError(t, r.store.SaveAccount(t.Context(), store.Account{Email: "an@example.vn", Name: "An", Role: models.RoleOfficer}, "hash"))
		leader := r.token(t, models.Principal{Name: "L", Role: models.RoleLeader})
		officer := r.token(t, models.Principal{Name: "T", Email: "an@example.vn", Role: models.RoleOfficer})
		secret := testCase("PA2026-AAAAAA")
		secret.Sensitive = true
		r.file(t, secret)
		require.Equal(t, http.StatusNotFound, r.raw(officer, http.MethodGet, "/cases/PA2026-AAAAAA", "").Code)
		status, got := r.call(t, leader, http.MethodPost, actPath, bodies[models.ActAssign])
		require.Equal(t, http.StatusOK, status, got)
		require.Equal(t, http.StatusOK, r.raw(officer, http.MethodGet, "/cases/PA2026-AAAAAA", "").Code)
		require.Equal(t, http.StatusOK, r.do(http.MethodGet, "/tra-cuu?ma=pa2026-aaaaaa", "").Code)
	})
}
