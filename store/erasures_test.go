package store_test

import (
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/stretchr/testify/require"
)

func TestSecretIsKeptAsHash(t *testing.T) {
	t.Parallel()
	hash := store.HashSecret("PA2026-AAAAAA", "ABC-DEF-GHJ")
	require.Len(t, hash, 64)
	require.Equal(t, hash, store.HashSecret("pa2026-aaaaaa", " abc def.ghj"))
	require.NotEqual(t, hash, store.HashSecret("PA2026-BBBBBB", "ABC-DEF-GHJ"), "it opens its own case only")
	require.Empty(t, store.HashSecret("PA2026-AAAAAA", " - "))
	require.True(t, store.IsSecret(hash, "PA2026-AAAAAA", "abcdefghj"))
	require.False(t, store.IsSecret(hash, "PA2026-AAAAAA", "abcdefghk"))
	require.False(t, store.IsSecret("", "PA2026-AAAAAA", ""), "no secret opens nothing")
}

func TestSecretHashStaysWithTheCase(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		s := open(t, url, store.Options{})
		hash := store.HashSecret("PA2026-AAAAAA", "ABCDEFGHJ")
		inTx(t, s, func(tx *store.Tx) {
			require.NoError(t, tx.InsertCase(&models.Case{Code: "PA2026-AAAAAA", SecretHash: hash, CreatedAt: at(1)}))
		})
		inTx(t, s, func(tx *store.Tx) {
			c, err := tx.Case("PA2026-AAAAAA")
			require.NoError(t, err)
			c.Place = "x"
			require.NoError(t, tx.SaveCase(c))
		})
		c, err := s.Case(t.Context(), "PA2026-AAAAAA")
		require.NoError(t, err)
		require.Equal(t, hash, c.SecretHash)
	})
}

func TestDangersAreMailedOnce(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		now := at(100)
		s := open(t, url, store.Options{Now: func() time.Time { return now }})
		inTx(t, s, func(tx *store.Tx) {
			require.NoError(t, tx.Alarm("human", "a", "asked"))
			require.NoError(t, tx.Raise(store.Alarm{Kind: store.AlarmDanger, Unit: "a", About: "chay", Category: "an-ninh", Channel: channel, Case: "PA2026-AAAAAA"}))
			require.NoError(t, tx.Raise(store.Alarm{Kind: store.AlarmDanger, Unit: "b", About: "ro-gas"}))
			require.NoError(t, tx.Raise(store.Alarm{Kind: store.AlarmReopened, Unit: "b", Case: "PA2026-AAAAAB"}))
		})
		got, err := s.Unmailed(t.Context(), store.AlarmDanger, at(0), 10)
		require.NoError(t, err)
		require.Len(t, got, 2, "a call for a person is no danger")
		other, err := s.Unmailed(t.Context(), store.AlarmReopened, at(0), 10)
		require.NoError(t, err)
		require.Len(t, other, 1)
		require.Equal(t, store.Alarm{ID: got[0].ID, Kind: store.AlarmDanger, Unit: "a", About: "chay", Category: "an-ninh", Channel: channel, Case: "PA2026-AAAAAA", At: now}, got[0])
		require.NoError(t, s.MarkMailed(t.Context(), []int64{got[0].ID}))
		rest, err := s.Unmailed(t.Context(), store.AlarmDanger, at(0), 10)
		require.NoError(t, err)
		require.Equal(t, got[1:], rest)
		rest, err = s.Unmailed(t.Context(), store.AlarmDanger, now.Add(time.Second), 10)
		require.NoError(t, err)
		require.Empty(t, rest, "what is long over is not told")
	})
}

func TestErasureIsDueWhenEverythingBeforeItIsSettled(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		now := at(10)
		s := open(t, url, store.Options{Now: func() time.Time { return now }})
		due := func(patience time.Time) []store.Erasure {
			got, err := s.DueErasures(t.Context(), patience, at(0), 10)
			require.NoError(t, err)
			return got
		}
		talk := models.ConversationID(channel, "p")
		require.NoError(t, s.Append(t.Context(), []models.Event{{Channel: channel, Peer: "p", ID: "1", Kind: models.EventMessage}}))
		now = at(20)
		code, err := s.StartErasure(t.Context(), "zalo", "p", talk)
		require.NoError(t, err)
		_, err = s.StartErasure(t.Context(), "messenger", "scoped", "")
		require.NoError(t, err)
		require.Empty(t, due(at(0)), "a message waits to be played; what has no conversation is looked into otherwise")
		require.Len(t, due(at(20)), 1, "patience is limited")
		var item models.OutboxItem
		_, err = s.Claim(t.Context(), now, 1, "", func(tx *store.Tx, talks []store.Talk) error {
			item = models.OutboxItem{Conversation: talk, Channel: channel, Peer: "p", Text: "x", CreatedAt: at(15)}
			require.NoError(t, tx.Queue([]*models.OutboxItem{&item}, ""))
			return tx.Done([]int64{talks[0].Events[0].Seq})
		})
		require.NoError(t, err)
		require.Empty(t, due(at(0)), "an answer waits to be sent")
		_, err = raw(t, url).Exec("UPDATE outbox SET open = 0, status = 'sent'")
		require.NoError(t, err)
		got := due(at(0))
		require.Len(t, got, 1)
		require.Equal(t, store.Erasure{Code: code, Platform: "zalo", Subject: "p", Conversation: talk, AskedAt: at(20)}, got[0])
		inTx(t, s, func(tx *store.Tx) { require.NoError(t, tx.FinishErasure(code, 1)) })
		require.Empty(t, due(at(0)), "it is done")

		inTx(t, s, func(tx *store.Tx) {
			require.NoError(t, tx.InsertCase(&models.Case{Code: "PA2026-AAAAAA", Conversation: talk, CreatedAt: at(5), UpdatedAt: at(30), Status: models.StatusResolved}))
		})
		again, err := s.DueErasures(t.Context(), at(0), at(29), 10)
		require.NoError(t, err)
		require.Empty(t, again, "the case may still be reopened")
		again, err = s.DueErasures(t.Context(), at(0), at(30), 10)
		require.NoError(t, err)
		require.Len(t, again, 1)
		require.Equal(t, at(20), again[0].DoneAt)
	})
}

func TestForgetLeavesNoWord(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		now := at(10)
		s := open(t, url, store.Options{Now: func() time.Time { return now }})
		talk := models.ConversationID(channel, "p")
		event := func(peer, id string) models.Event {
			return models.Event{Channel: channel, Peer: peer, ID: id, Kind: models.EventMessage, Text: "SECRET " + peer}
		}
		require.NoError(t, s.Append(t.Context(), []models.Event{event("p", "1"), event("other", "2")}))
		inTx(t, s, func(tx *store.Tx) {
			items := []*models.OutboxItem{
				{Conversation: talk, Channel: channel, Peer: "p", Text: "SECRET sent", Status: models.OutSent, CreatedAt: at(11)},
				{Conversation: talk, Channel: channel, Peer: "p", Text: "SECRET call", Status: models.OutToCall, CreatedAt: at(11)},
				{Conversation: talk, Channel: channel, Peer: "p", Text: "SECRET open", CreatedAt: at(11)},
				{Conversation: talk, Channel: channel, Peer: "p", Text: "answer", Case: "KEPT", CreatedAt: at(11)},
				{Conversation: talk, Channel: channel, Peer: "p", Text: "later", CreatedAt: at(21)},
			}
			require.NoError(t, tx.Queue(items, ""))
			require.NoError(t, tx.InsertAttachments([]models.Attachment{
				{ID: "f1", Conversation: talk, Name: "SECRET file", Blob: "b1", Case: "ENDED", CreatedAt: at(11)},
				{ID: "f2", Conversation: talk, Name: "kept", Blob: "b2", Case: "KEPT", CreatedAt: at(11)},
			}))
			require.NoError(t, tx.InsertRating("", "u", talk, 1, "SECRET comment"))
			require.NoError(t, tx.AskedRating(talk, "u"))
			require.NoError(t, tx.Ask(models.Question{Conversation: talk, Text: "SECRET question"}))
		})
		now = at(30)
		e := store.Erasure{Code: "XD-1", Conversation: talk, AskedAt: at(20)}
		for range 2 { // done again it is the same
			inTx(t, s, func(tx *store.Tx) { require.NoError(t, tx.Forget(e, []string{"KEPT"})) })
			for _, table := range []string{"outbox", "attachments", "ratings", "questions"} {
				require.NotContains(t, dump(t, url, table), "SECRET", table)
			}
			require.NotContains(t, dump(t, url, "outbox"), "to_call", "the number is gone")
			require.NotContains(t, dump(t, url, "inbox"), "SECRET p")
			require.Contains(t, dump(t, url, "inbox"), "SECRET other")
			require.Empty(t, dump(t, url, "ratings_asked"))
			require.Contains(t, dump(t, url, "outbox"), "answer")
			require.Contains(t, dump(t, url, "outbox"), "later")
			require.Contains(t, dump(t, url, "attachments"), "kept")
			require.Contains(t, dump(t, url, "dropped_blobs"), "b1")
			require.NotContains(t, dump(t, url, "dropped_blobs"), "b2")
		}
		n, err := s.Claim(t.Context(), now, 10, "", func(_ *store.Tx, talks []store.Talk) error {
			require.Equal(t, "other", talks[0].Peer)
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, 1, n, "what is forgotten is not played")
	})
}

func TestSilentNamesWhoIsToBeToldOfProgress(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		s := open(t, url, store.Options{})
		talk := func(peer string, mode models.Mode, last int, code string, status models.Status) {
			id := models.ConversationID(channel, peer)
			inTx(t, s, func(tx *store.Tx) {
				require.NoError(t, tx.SaveConversations([]models.Conversation{{ID: id, Channel: channel, Peer: peer, Mode: mode, LastUserAt: at(last)}}))
				if code != "" {
					require.NoError(t, tx.InsertCase(&models.Case{Code: code, Conversation: id, Status: status, CreatedAt: at(1), UpdatedAt: at(1)}))
				}
			})
		}
		talk("due", models.ModeBot, 50, "A1", models.StatusNew)
		talk("early", models.ModeBot, 90, "A2", models.StatusNew)
		talk("late", models.ModeBot, 10, "A3", models.StatusNew)
		talk("ended", models.ModeBot, 50, "A4", models.StatusResolved)
		talk("none", models.ModeBot, 50, "", "")
		talk("person", models.ModeHuman, 50, "A5", models.StatusNew)
		talk("told", models.ModeBot, 50, "A6", models.StatusNew)
		talk("answered", models.ModeWaiting, 51, "A7", models.StatusWaiting)
		inTx(t, s, func(tx *store.Tx) {
			require.NoError(t, tx.InsertCase(&models.Case{Code: "A8", Conversation: models.ConversationID(channel, "due"), Status: models.StatusNew, CreatedAt: at(1), UpdatedAt: at(2)}))
			require.NoError(t, tx.Queue([]*models.OutboxItem{
				{Conversation: models.ConversationID(channel, "told"), Channel: channel, Peer: "told", Priority: models.PriorityNotice, CreatedAt: at(60)},
				{Conversation: models.ConversationID(channel, "due"), Channel: channel, Peer: "due", Priority: models.PriorityNotice, CreatedAt: at(40)},
				{Conversation: models.ConversationID(channel, "answered"), Channel: channel, Peer: "answered", Priority: models.PriorityReply, CreatedAt: at(60)},
			}, ""))
		})
		talk("joined", models.ModeBot, 52, "B1", models.StatusMerged)
		talk("joined an ended one", models.ModeBot, 52, "B2", models.StatusMerged)
		_, err := raw(t, url).Exec("UPDATE cases SET merged_into = CASE WHEN code = 'B1' THEN 'A2' ELSE 'A4' END WHERE code IN ('B1', 'B2')")
		require.NoError(t, err)
		got, err := s.Silent(t.Context(), channel, at(20), at(80), 10)
		require.NoError(t, err)
		require.Equal(t, []store.Waiting{
			{Case: "A8", Peer: "due", LastUserAt: at(50)}, {Case: "A7", Peer: "answered", LastUserAt: at(51)}, {Case: "B1", Peer: "joined", LastUserAt: at(52)},
		}, got)
		got, err = s.Silent(t.Context(), "zalo:other", at(20), at(80), 10)
		require.NoError(t, err)
		require.Empty(t, got)
	})
}

func TestCaseOfMessage(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		s := open(t, url, store.Options{})
		talk := models.ConversationID(channel, "p")
		inTx(t, s, func(tx *store.Tx) {
			require.NoError(t, tx.Queue([]*models.OutboxItem{{Conversation: talk, Channel: channel, Peer: "p", Case: "A1"}}, ""))
		})
		_, err := raw(t, url).Exec("UPDATE outbox SET platform_id = 'mid'")
		require.NoError(t, err)
		inTx(t, s, func(tx *store.Tx) {
			code, err := tx.CaseOfMessage(talk, "mid")
			require.NoError(t, err)
			require.Equal(t, "A1", code)
			code, err = tx.CaseOfMessage(talk, "unknown")
			require.NoError(t, err)
			require.Empty(t, code)
		})
	})
}

// inTx runs what cannot fail but by its own assertions.
func inTx(t *testing.T, s *store.Store, f func(tx *store.Tx)) {
	t.Helper()
	update(t, s, func(tx *store.Tx) error { f(tx); return nil })
}
