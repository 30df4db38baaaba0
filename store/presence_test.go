package store_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/stretchr/testify/require"
)

// eachAt runs f on a store of each kind whose time the test moves.
func eachAt(t *testing.T, f func(t *testing.T, s *store.Store, advance func(time.Duration))) {
	t.Helper()
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		var now atomic.Int64
		now.Store(deskNow().UnixMicro())
		s := open(t, url, store.Options{Now: func() time.Time { return time.UnixMicro(now.Load()) }})
		f(t, s, func(by time.Duration) { now.Add(by.Microseconds()) })
	})
}

func TestPresence(t *testing.T) {
	eachAt(t, func(t *testing.T, s *store.Store, advance func(time.Duration)) {
		lan := store.Presence{Item: "A", Email: "lan@x.vn", Name: "Lan", Doing: store.Looking}
		an := store.Presence{Item: "A", Email: "an@x.vn", Name: "An", Doing: store.Writing}
		present := func() []store.Presence {
			found, err := s.Present(t.Context(), []string{"A", "B"})
			require.NoError(t, err)
			require.Empty(t, found["B"])
			return found["A"]
		}
		require.NoError(t, s.Attend(t.Context(), lan))
		advance(10 * time.Second)
		require.NoError(t, s.Attend(t.Context(), an))
		require.Equal(t, []store.Presence{lan, an}, present())
		lan.Doing = store.Writing
		advance(store.PresenceFor - 10*time.Second - 1)
		require.NoError(t, s.Attend(t.Context(), lan))
		require.Equal(t, []store.Presence{an, lan}, present())
		advance(11 * time.Second)
		require.Equal(t, []store.Presence{lan}, present(), "who says nothing more has left")
		require.NoError(t, s.Leave(t.Context(), "A", "lan@x.vn"))
		require.Empty(t, present())
	})
}

// TestDeskMark: whatever changes the inbox of a unit changes its mark.
func TestDeskMark(t *testing.T) {
	eachAt(t, func(t *testing.T, s *store.Store, advance func(time.Duration)) {
		mark := func(unit string) string {
			m, err := s.DeskMark(t.Context(), unit)
			require.NoError(t, err)
			require.NotEmpty(t, m)
			return m
		}
		here, there, all := mark("tran-bien"), mark("long-khanh"), mark("")
		changes := func(what string, do func()) {
			do()
			require.NotEqual(t, here, mark("tran-bien"), what)
			require.NotEqual(t, all, mark(""), what)
			here, all = mark("tran-bien"), mark("")
		}
		changes("a case", func() { insertCases(t, s, deskCase("A", 990)) })
		changes("a case that came late", func() { insertCases(t, s, deskCase("B", 980)) })
		changes("a conversation", func() {
			saveTalk(t, s, models.Conversation{ID: "zalo:3:w", Unit: "tran-bien", Mode: models.ModeWaiting, Since: at(45)})
		})
		changes("a message that was lost", func() {
			m := &models.OutboxItem{Conversation: "zalo:3:w", Channel: "zalo:3", Peer: "w", Text: "x", Status: models.OutSending}
			update(t, s, func(tx *store.Tx) error { return tx.Queue([]*models.OutboxItem{m}, me) })
			require.NoError(t, s.FinishOutbox(t.Context(), []store.Outcome{{ID: m.ID, Status: models.OutFailed, Owner: me}}))
		})
		require.Equal(t, there, mark("long-khanh"), "the others' changes are not this unit's")
		require.Equal(t, here, mark("tran-bien"), "nothing changed")
		changes("somebody who looks", func() {
			require.NoError(t, s.Attend(t.Context(), store.Presence{Item: "A", Email: "an@x.vn", Doing: store.Looking}))
		})
		changes("somebody who left", func() { advance(store.PresenceFor) })
	})
}
