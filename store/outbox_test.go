package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
	"github.com/stretchr/testify/require"
)

const me, other = "process-1", "process-2"

func item(peer, text string, p models.Priority) *models.OutboxItem {
	return &models.OutboxItem{Conversation: channel + ":" + peer, Channel: channel, Peer: peer, Text: text, Priority: p}
}

func queue(t *testing.T, s *store.Store, owner string, items ...*models.OutboxItem) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), func(tx *store.Tx) error { return tx.Queue(items, owner) }))
}

func lease(t *testing.T, s *store.Store, owner string) bool {
	t.Helper()
	got, err := s.LeaseChannels(t.Context(), owner, []string{channel}, time.Minute)
	require.NoError(t, err)
	return len(got) == 1
}

func claim(t *testing.T, s *store.Store, owner string, limit int) []models.OutboxItem {
	t.Helper()
	got, err := s.ClaimOutbox(t.Context(), owner, channel, limit)
	require.NoError(t, err)
	return got
}

func finish(t *testing.T, s *store.Store, outs ...store.Outcome) {
	t.Helper()
	for i := range outs {
		outs[i].Owner = me
	}
	require.NoError(t, s.FinishOutbox(t.Context(), outs))
}

func statusOf(t *testing.T, s *store.Store, id int64) models.OutboxStatus {
	t.Helper()
	got, _, err := s.OutboxStatus(t.Context(), id)
	require.NoError(t, err)
	return got
}

func confirm(t *testing.T, s *store.Store, conversation string, c store.Confirmation) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), func(tx *store.Tx) error { return tx.Confirm(conversation, c) }))
}

func words(items []models.OutboxItem) (list []string) {
	for _, m := range items {
		list = append(list, m.Text)
	}
	return list
}

func TestOutboxKeepsEverythingOfAMessage(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		appendAll(t, s, message("1", "a", "", at(1)))
		want := &models.OutboxItem{
			Conversation: channel + ":1", Channel: channel, Peer: "1", Case: "DN-1", Key: "report.place", Text: "Ở đâu ạ?",
			Choices: []models.Choice{{Payload: "report.place:skip", Label: "Bỏ qua"}}, Origin: models.OriginStaff,
			Priority: models.PriorityNotice, NextAt: at(5), CreatedAt: at(4),
		}
		_, err := s.Claim(t.Context(), time.Now(), 1, "", func(tx *store.Tx, talks []store.Talk) error {
			talks[0].LastUserAt = at(1)
			require.False(t, talks[0].Open)
			require.NoError(t, tx.SaveConversations([]models.Conversation{talks[0].Conversation}))
			return tx.Queue([]*models.OutboxItem{want}, me)
		})
		require.NoError(t, err)
		require.NotZero(t, want.ID)
		require.True(t, lease(t, s, me))
		got := claim(t, s, me, 10)
		require.Len(t, got, 1)
		require.WithinDuration(t, time.Now(), got[0].SendingAt, time.Minute)
		want.Status, want.Attempts, want.SendingAt, want.LastUserAt = models.OutSending, 1, got[0].SendingAt, at(1)
		require.Equal(t, *want, got[0])
		_, err = s.Claim(t.Context(), time.Now(), 1, "", func(tx *store.Tx, talks []store.Talk) error {
			require.True(t, talks[0].Open)
			return nil
		})
		require.NoError(t, err)
		_, _, err = s.OutboxStatus(t.Context(), 99)
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestClaimOutboxTakesHeadsByUrgency(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		late := item("4", "not yet", models.PriorityReply)
		late.NextAt = time.Now().Add(time.Hour)
		queue(t, s, me, item("1", "batch", models.PriorityBatch), item("2", "first", models.PriorityNotice), item("2", "second", models.PriorityReply),
			item("3", "reply", models.PriorityReply), late, item("4", "behind it", models.PriorityReply))
		require.Empty(t, claim(t, s, me, 10), "no lease")
		require.True(t, lease(t, s, me))
		require.Equal(t, []string{"reply", "first"}, words(claim(t, s, me, 2)))
		got := claim(t, s, me, 10)
		require.Equal(t, []string{"batch"}, words(got))
		at, ok, err := s.NextOutbox(t.Context(), channel)
		require.NoError(t, err)
		require.True(t, ok)
		require.WithinDuration(t, late.NextAt, at, time.Millisecond)
		finish(t, s, store.Outcome{ID: 2, Status: models.OutSent, PlatformID: "p2", SentAt: time.Now()})
		require.Equal(t, []string{"second"}, words(claim(t, s, me, 10)), "the next of a settled one")
	})
}

func TestUnknownBlocksWhatFollows(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		queue(t, s, me, item("1", "a", 0), item("1", "b", 0))
		require.True(t, lease(t, s, me))
		a := claim(t, s, me, 10)[0]
		finish(t, s, store.Outcome{ID: a.ID, Status: models.OutUnknown, Error: &models.OutboxError{Kind: "unknown", Code: "0", Message: "cut\x00off"}})
		require.Empty(t, claim(t, s, me, 10))
		_, ok, err := s.NextOutbox(t.Context(), channel)
		require.NoError(t, err)
		require.False(t, ok)
		list, err := s.AdoptOutbox(t.Context(), me, channel)
		require.NoError(t, err)
		require.Equal(t, []string{"a"}, words(list))
		require.Equal(t, &models.OutboxError{Kind: "unknown", Code: "0", Message: "cut\uFFFDoff"}, list[0].Error)
		finish(t, s, store.Outcome{ID: a.ID, Status: models.OutQueued, Resent: true, NextAt: time.Now().Add(-time.Second)})
		again := claim(t, s, me, 10)
		require.Equal(t, []string{"a"}, words(again))
		require.True(t, again[0].Resent)
		require.Equal(t, 2, again[0].Attempts)
		require.Nil(t, again[0].Error)
		finish(t, s, store.Outcome{ID: a.ID, Status: models.OutFailed, Error: &models.OutboxError{Kind: "rejected"}})
		require.Equal(t, []string{"b"}, words(claim(t, s, me, 10)))
	})
}

func TestLeaseIsExclusiveUntilItRunsOut(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		var mu sync.Mutex
		now := at(0)
		clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
		a, b := open(t, url, store.Options{Now: clock}), open(t, url, store.Options{Now: clock})
		require.True(t, lease(t, a, me))
		require.False(t, lease(t, b, other))
		require.True(t, lease(t, a, me), "renewed")
		queue(t, a, me, item("1", "x", 0), item("2", "y", 0))
		require.Empty(t, claim(t, b, other, 10))
		require.Equal(t, []string{"x"}, words(claim(t, a, me, 1)))
		list, err := b.AdoptOutbox(t.Context(), other, channel)
		require.NoError(t, err)
		require.Empty(t, list, "its sender may be alive")
		mu.Lock()
		now = now.Add(2 * time.Minute)
		mu.Unlock()
		require.Empty(t, claim(t, a, me, 10), "the lease ran out")
		require.True(t, lease(t, b, other))
		list, err = b.AdoptOutbox(t.Context(), other, channel)
		require.NoError(t, err)
		require.Equal(t, []string{"x"}, words(list))
		require.Equal(t, models.OutUnknown, list[0].Status)
		finish(t, a, store.Outcome{ID: list[0].ID, Status: models.OutQueued})
		require.Equal(t, models.OutUnknown, statusOf(t, a, list[0].ID), "the old owner has no say any more")
		require.Equal(t, []string{"y"}, words(claim(t, b, other, 10)))
		require.NoError(t, b.ReleaseChannels(t.Context(), other))
		require.True(t, lease(t, a, me))
		list, err = a.AdoptOutbox(t.Context(), me, channel)
		require.NoError(t, err)
		require.Equal(t, []string{"x", "y"}, words(list))
		finish(t, a, store.Outcome{ID: list[0].ID, Status: models.OutQueued, Resent: true})
		require.Equal(t, models.OutQueued, statusOf(t, a, list[0].ID), "who takes over from one who took over has the say")
	})
}

func TestHoldChannelStopsIt(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		queue(t, s, me, item("1", "x", 0))
		until := time.Now().Add(time.Hour)
		require.NoError(t, s.HoldChannel(t.Context(), channel, "token", until))
		require.True(t, lease(t, s, me))
		require.Empty(t, claim(t, s, me, 1))
		at, ok, err := s.NextOutbox(t.Context(), channel)
		require.NoError(t, err)
		require.True(t, ok)
		require.WithinDuration(t, until, at, time.Millisecond)
		held, err := s.HeldUntil(t.Context(), channel)
		require.NoError(t, err)
		require.WithinDuration(t, until, held, time.Millisecond)
		held, err = s.HeldUntil(t.Context(), "zalo:never")
		require.NoError(t, err)
		require.Zero(t, held)
		require.NoError(t, s.HoldChannel(t.Context(), channel, "", time.Time{}))
		require.Len(t, claim(t, s, me, 1), 1)
	})
}

func TestQueuedAsSendingIsItsOwners(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		m := item("1", "x", 0)
		m.Status = models.OutSending
		queue(t, s, me, m)
		require.Equal(t, 1, m.Attempts)
		require.WithinDuration(t, time.Now(), m.SendingAt, time.Minute)
		require.True(t, lease(t, s, me))
		require.Empty(t, claim(t, s, me, 1))
		list, err := s.AdoptOutbox(t.Context(), me, channel)
		require.NoError(t, err)
		require.Empty(t, list)
		finish(t, s, store.Outcome{ID: m.ID, Status: models.OutSent, PlatformID: "p1", SentAt: at(1)})
		status, id, err := s.OutboxStatus(t.Context(), m.ID)
		require.NoError(t, err)
		require.Equal(t, models.OutSent, status)
		require.Equal(t, "p1", id)
		ids, err := s.KnownIDs(t.Context(), channel+":1")
		require.NoError(t, err)
		require.Equal(t, []string{"p1"}, ids)
	})
}

func TestDoubtTurnsOldOwnSendsToUnknown(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		mine, theirs := item("1", "x", 0), item("2", "y", 0)
		mine.Status, theirs.Status = models.OutSending, models.OutSending
		queue(t, s, me, mine)
		queue(t, s, other, theirs)
		n, err := s.DoubtOutbox(t.Context(), me, channel, time.Now().Add(-time.Minute))
		require.NoError(t, err)
		require.Zero(t, n, "it may still be on the way")
		n, err = s.DoubtOutbox(t.Context(), me, channel, time.Now().Add(time.Minute))
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		require.Equal(t, models.OutUnknown, statusOf(t, s, mine.ID))
		require.Equal(t, models.OutSending, statusOf(t, s, theirs.ID))
		finish(t, s, store.Outcome{ID: mine.ID, Owner: me, Attempt: 1, Status: models.OutSent, PlatformID: "p"})
		require.Equal(t, models.OutSent, statusOf(t, s, mine.ID), "its own word is believed all the same")
	})
}

func TestOutcomeOfAnEarlierAttemptIsNotBelieved(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		queue(t, s, me, item("1", "x", 0))
		require.True(t, lease(t, s, me))
		first := claim(t, s, me, 1)[0]
		again := store.Outcome{ID: first.ID, Owner: me, Attempt: first.Attempts, Status: models.OutQueued, Resent: true}
		finish(t, s, again)
		require.Len(t, claim(t, s, me, 1), 1)
		finish(t, s, again)
		require.Equal(t, models.OutSending, statusOf(t, s, first.ID), "the second attempt is on the way")
		finish(t, s, store.Outcome{ID: first.ID, Owner: me, Attempt: first.Attempts, Status: models.OutSent, PlatformID: "p"})
		require.Equal(t, models.OutSent, statusOf(t, s, first.ID), "what arrived has arrived")
	})
}

func TestConfirmNeverGoesBack(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		talk := channel + ":1"
		var items []*models.OutboxItem
		for i := range 4 {
			m := item("1", fmt.Sprint(i), 0)
			m.Status = models.OutSending
			items = append(items, m)
		}
		queue(t, s, me, items...)
		// The echo is faster than the answer of the send call.
		confirm(t, s, talk, store.Confirmation{OutboxID: items[0].ID, PlatformID: "p0", Status: models.OutSent})
		finish(t, s, store.Outcome{ID: items[0].ID, Status: models.OutUnknown})
		require.Equal(t, models.OutSent, statusOf(t, s, items[0].ID))
		finish(t, s, store.Outcome{ID: items[1].ID, Status: models.OutSent, PlatformID: "p1", SentAt: at(10)},
			store.Outcome{ID: items[2].ID, Status: models.OutSent, PlatformID: "p2", SentAt: at(20)})
		confirm(t, s, channel+":2", store.Confirmation{Status: models.OutRead, Mids: []string{"p1"}, Watermark: at(59)})
		require.Equal(t, models.OutSent, statusOf(t, s, items[1].ID), "another conversation's receipt")
		confirm(t, s, talk, store.Confirmation{Status: models.OutRead, Mids: []string{"p1"}})
		confirm(t, s, talk, store.Confirmation{Status: models.OutDelivered, Mids: []string{"p1"}})
		require.Equal(t, models.OutRead, statusOf(t, s, items[1].ID))
		confirm(t, s, talk, store.Confirmation{Status: models.OutDelivered, Watermark: at(19)})
		require.Equal(t, models.OutSent, statusOf(t, s, items[2].ID))
		confirm(t, s, talk, store.Confirmation{Status: models.OutRead, Watermark: at(20)})
		require.Equal(t, models.OutRead, statusOf(t, s, items[2].ID))
		confirm(t, s, talk, store.Confirmation{OutboxID: items[2].ID, PlatformID: "other", Status: models.OutSent})
		status, id, err := s.OutboxStatus(t.Context(), items[2].ID)
		require.NoError(t, err)
		require.Equal(t, models.OutRead, status)
		require.Equal(t, "p2", id)
		// An echo of one that was thought not to be delivered keeps it from being sent again.
		finish(t, s, store.Outcome{ID: items[3].ID, Status: models.OutQueued})
		confirm(t, s, talk, store.Confirmation{OutboxID: items[3].ID, PlatformID: "p3", Status: models.OutSent})
		require.True(t, lease(t, s, me))
		require.Empty(t, claim(t, s, me, 10))
	})
}

// Turns that confirm and a sender that finishes the same messages in another
// order never end in a deadlock.
func TestFinishAndConfirmDoNotDeadlock(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		var items []*models.OutboxItem
		for i := range 20 {
			m := item(fmt.Sprint(i), "x", 0)
			m.Status = models.OutSending
			items = append(items, m)
		}
		queue(t, s, me, items...)
		var wg sync.WaitGroup
		wg.Go(func() {
			for range 5 {
				var outs []store.Outcome
				for _, m := range items {
					outs = append(outs, store.Outcome{ID: m.ID, Status: models.OutUnknown, Owner: me})
				}
				if err := s.FinishOutbox(t.Context(), outs); err != nil {
					t.Error(err)
				}
			}
		})
		err := s.Update(t.Context(), func(tx *store.Tx) error {
			for i := len(items) - 1; i >= 0; i-- {
				c := store.Confirmation{OutboxID: items[i].ID, PlatformID: fmt.Sprint("p", i), Status: models.OutSent}
				if err := tx.Confirm(items[i].Conversation, c); err != nil {
					return err
				}
			}
			return nil
		})
		wg.Wait()
		require.NoError(t, err)
		for _, m := range items {
			require.Equal(t, models.OutSent, statusOf(t, s, m.ID))
		}
	})
}

func TestOutboxListsByUnitNewestFirst(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, s.Update(t.Context(), func(tx *store.Tx) error {
			if err := tx.InsertCase(&models.Case{Code: "DN-1", Unit: "long-binh"}); err != nil {
				return err
			}
			if err := tx.SaveConversations([]models.Conversation{{ID: channel + ":1", Channel: channel, Peer: "1", Unit: "tran-bien"}}); err != nil {
				return err
			}
			about := item("1", "about a case", 0)
			about.Case = "DN-1"
			failed := item("1", "failed", 0)
			failed.Status = models.OutFailed
			return tx.Queue([]*models.OutboxItem{item("1", "a", 0), about, failed, item("2", "no unit", 0)}, me)
		}))
		list := func(status, unit string, p store.Page) ([]string, string) {
			items, next, err := s.Outbox(t.Context(), status, unit, p)
			require.NoError(t, err)
			return words(items), next
		}
		got, next := list("", "", store.Page{Limit: 2})
		require.Equal(t, []string{"no unit", "failed"}, got)
		got, next = list("", "", store.Page{Limit: 2, Cursor: next})
		require.Equal(t, []string{"about a case", "a"}, got)
		require.Empty(t, next)
		got, _ = list("", "tran-bien", store.Page{})
		require.Equal(t, []string{"failed", "a"}, got)
		got, _ = list("", "long-binh", store.Page{})
		require.Equal(t, []string{"about a case"}, got)
		got, _ = list("failed", "", store.Page{})
		require.Equal(t, []string{"failed"}, got)
	})
}
