package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
	"github.com/stretchr/testify/require"
)

func appendAll(t *testing.T, s *store.Store, events ...models.Event) {
	t.Helper()
	require.NoError(t, s.Append(t.Context(), events))
}

func TestClaimWaitsUntilDueAndThenTakesAll(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		soon, later := message("1", "a", "soon", at(1)), message("1", "b", "later", at(2))
		soon.Due, later.Due = at(30), at(40)
		appendAll(t, s, later, soon)
		due, ok, err := s.NextDue(t.Context())
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, at(30), due)
		require.Empty(t, playAll(t, s, at(29)))
		require.Equal(t, []string{"soon", "later"}, texts(playAll(t, s, at(30))[channel+":1"]))
		_, ok, err = s.NextDue(t.Context())
		require.NoError(t, err)
		require.False(t, ok)
	})
}

func TestClaimLimitsAndBounds(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		for i := range 5 {
			e := message(fmt.Sprint(i), fmt.Sprint(i), "", at(i))
			e.Due = at(10 - i)
			appendAll(t, s, e)
		}
		var got []string
		take := func(tx *store.Tx, talks []store.Talk) error {
			for _, k := range talks {
				got = append(got, k.Peer)
			}
			return nil
		}
		n, err := s.Claim(t.Context(), time.Now(), 3, "", take)
		require.NoError(t, err)
		require.Equal(t, 3, n)
		require.Equal(t, []string{"4", "3", "2"}, got, "the one due longest first")
		got = nil
		n, err = s.Claim(t.Context(), time.Now(), 3, channel+":1", take)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, []string{"1"}, got)
	})
}

func TestClaimRollsBackWhenPlayFails(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		appendAll(t, s, message("1", "a", "a", at(1)))
		bad := errors.New("bad turn")
		var leaked *store.Tx
		n, err := s.Claim(t.Context(), time.Now(), 10, "", func(tx *store.Tx, talks []store.Talk) error {
			leaked = tx
			require.NoError(t, tx.Done(seqs(talks[0])))
			talks[0].State = "changed"
			require.NoError(t, tx.SaveConversations([]models.Conversation{talks[0].Conversation}))
			require.NoError(t, tx.Queue([]*models.OutboxItem{{Conversation: talks[0].ID, Channel: channel, Peer: "1", Text: "x"}}, ""))
			require.NoError(t, tx.Append([]models.Event{message("1", "b", "b", at(2))}))
			return bad
		})
		require.ErrorIs(t, err, bad)
		require.Zero(t, n)
		require.Error(t, leaked.Done([]int64{1}), "a transaction is of no use after its end")
		counts, err := s.Counts(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, counts.Unplayed)
		require.Zero(t, counts.Queued)
		require.Equal(t, []string{"a"}, texts(playAll(t, s, time.Now())[channel+":1"]))
	})
}

func TestConversationRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		appendAll(t, s, message("1", "a", "a", at(1)))
		want := models.Conversation{
			ID: channel + ":1", Channel: channel, Peer: "1", Unit: "tran-bien", State: `{"step":"report.place"}`,
			Mode: models.ModeHuman, Since: at(3), Case: "DN-1", LastUserAt: at(1), Error: "x\uFFFD",
		}
		_, err := s.Claim(t.Context(), time.Now(), 10, "", func(tx *store.Tx, talks []store.Talk) error {
			require.Equal(t, models.Conversation{ID: channel + ":1", Channel: channel, Peer: "1", Mode: models.ModeBot}, talks[0].Conversation)
			given := want
			given.Error = "x\x00"
			return tx.SaveConversations([]models.Conversation{given})
		})
		require.NoError(t, err)
		got, err := s.Conversation(t.Context(), want.ID)
		require.NoError(t, err)
		require.Equal(t, want, *got)
		_, err = s.Conversation(t.Context(), "messenger:1:none")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestParkHoldsUntilRelease(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		id := channel + ":1"
		ctx := t.Context()
		appendAll(t, s, message("1", "a", "a", at(1)), message("2", "o", "other", at(1)))
		require.ErrorIs(t, s.Release(ctx, "messenger:1:none"), store.ErrNotFound)
		require.ErrorIs(t, s.Park(ctx, "messenger:1:none", ""), store.ErrNotFound)
		require.NoError(t, s.Park(ctx, id, "play: broken\x00"))
		appendAll(t, s, message("1", "b", "b", at(2)))
		require.Equal(t, map[string][]string{channel + ":2": {"other"}}, textsOf(playAll(t, s, time.Now())))
		_, ok, err := s.NextDue(ctx)
		require.NoError(t, err)
		require.False(t, ok, "nothing to wait for")
		n, err := s.Unaccounted(ctx)
		require.NoError(t, err)
		require.Zero(t, n)
		c, err := s.Conversation(ctx, id)
		require.NoError(t, err)
		require.Equal(t, models.ModeParked, c.Mode)
		require.Equal(t, "play: broken\uFFFD", c.Error)
		require.NoError(t, s.Release(ctx, id))
		require.ErrorIs(t, s.Release(ctx, id), store.ErrConflict)
		require.Equal(t, []string{"a", "b"}, texts(playAll(t, s, time.Now())[id]))
	})
}

func textsOf(m map[string][]models.Event) map[string][]string {
	out := map[string][]string{}
	for id, events := range m {
		out[id] = texts(events)
	}
	return out
}

// Two processes play the same conversations while events keep arriving: each is
// played once, and the first message of each conversation always before the later.
func TestTwoProcessesNeverPlayTwiceOrOutOfOrder(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		const peers, rounds = 8, 8
		stores := []*store.Store{open(t, url, store.Options{}), open(t, url, store.Options{})}
		var mu sync.Mutex
		got := map[string][]string{}
		total := func() int {
			mu.Lock()
			defer mu.Unlock()
			n := 0
			for _, list := range got {
				n += len(list)
			}
			return n
		}
		ctx, stop := context.WithTimeout(t.Context(), 60*time.Second)
		defer stop()
		var wg sync.WaitGroup
		wg.Go(func() {
			for r := range rounds {
				var batch []models.Event
				for p := range peers {
					batch = append(batch, message(fmt.Sprint(p), fmt.Sprintf("%d.%d", p, r), fmt.Sprint(r), at(0).Add(time.Duration(r)*time.Second)))
				}
				if err := stores[r%2].Append(ctx, batch); err != nil {
					t.Error(err)
				}
			}
		})
		for i := range 4 {
			wg.Go(func() {
				for total() < peers*rounds && ctx.Err() == nil {
					seen := map[string][]string{}
					_, err := stores[i%2].Claim(ctx, time.Now(), 3, "", func(tx *store.Tx, talks []store.Talk) error {
						clear(seen)
						for _, k := range talks {
							seen[k.ID] = texts(k.Events)
							if err := tx.Done(seqs(k)); err != nil {
								return err
							}
						}
						mu.Lock() // inside the transaction: the order of playing is the order of the locks
						defer mu.Unlock()
						for id, list := range seen {
							got[id] = append(got[id], list...)
						}
						return nil
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		var want []string
		for r := range rounds {
			want = append(want, fmt.Sprint(r))
		}
		require.Len(t, got, peers)
		for id, list := range got {
			require.Equal(t, want, list, id)
		}
	})
}

// A process that comes late to a conversation, having seen its events before
// they were played, finds nothing left under the lock.
func TestClaimReadsAgainUnderTheLock(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	a, b := open(t, url, store.Options{}), open(t, url, store.Options{})
	appendAll(t, a, message("1", "x", "x", at(1)), message("2", "y", "y", at(1)))
	_, err := a.Claim(t.Context(), time.Now(), 1, "", func(tx *store.Tx, talks []store.Talk) error {
		require.Len(t, talks, 1)
		n, err := b.Claim(t.Context(), time.Now(), 1, "", func(other *store.Tx, theirs []store.Talk) error {
			require.NotEqual(t, talks[0].ID, theirs[0].ID, "a locked one is left alone, the next one is taken")
			return other.Done(seqs(theirs[0]))
		})
		require.Equal(t, 1, n)
		require.NoError(t, err)
		return tx.Done(seqs(talks[0]))
	})
	require.NoError(t, err)
	require.Empty(t, playAll(t, b, time.Now()))
}

func TestRedactBlanksWords(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		file := message("1", "c", "third", at(3))
		file.Files = []models.File{{Kind: "image", URL: "https://x"}}
		appendAll(t, s, message("1", "a", "first", at(1)), message("1", "b", "second", at(2)), file, message("2", "z", "theirs", at(1)))
		var seq int64
		_, err := s.Claim(t.Context(), time.Now(), 10, channel+":1", func(tx *store.Tx, talks []store.Talk) error {
			seq = talks[0].Events[2].Seq
			return tx.Redact(channel+":1", []string{"a", "z"}, []int64{seq})
		})
		require.NoError(t, err)
		got := playAll(t, s, time.Now())
		require.Equal(t, map[string][]string{channel + ":1": {"", "second", ""}, channel + ":2": {"theirs"}}, textsOf(got))
		require.Empty(t, got[channel+":1"][2].Files)
	})
}

func TestRedactBlanksWhatWeQuoted(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		appendAll(t, s, message("1", "a", "ông A nhận tiền của tôi", at(1)))
		_, err := s.Claim(t.Context(), time.Now(), 10, "", func(tx *store.Tx, _ []store.Talk) error {
			said := func(peer string) *models.OutboxItem {
				return &models.OutboxItem{Conversation: channel + ":" + peer, Channel: channel, Peer: peer, Text: "Nội dung:\n– ông A nhận tiền của tôi\nĐúng không?"}
			}
			if err := tx.Queue([]*models.OutboxItem{said("1"), said("2")}, ""); err != nil {
				return err
			}
			return tx.Redact(channel+":1", []string{"a"}, nil)
		})
		require.NoError(t, err)
		items, _, err := s.Outbox(t.Context(), "", "", store.Page{})
		require.NoError(t, err)
		texts := map[string]string{}
		for _, it := range items {
			texts[it.Peer] = it.Text
		}
		require.Equal(t, "Nội dung:\n– …\nĐúng không?", texts["1"])
		require.Contains(t, texts["2"], "ông A", "another's talk")
	})
}

func TestHoldAndAppendInsideATurn(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		appendAll(t, s, message("1", "a", "a", at(1)), message("1", "b", "b", at(2)))
		_, err := s.Claim(t.Context(), time.Now(), 10, "", func(tx *store.Tx, talks []store.Talk) error {
			all := seqs(talks[0])
			if err := tx.Hold(all[1:]); err != nil {
				return err
			}
			if err := tx.Append([]models.Event{message("3", "n", "notice", at(3)), message("1", "a", "known", at(1))}); err != nil {
				return err
			}
			return tx.Done(all)
		})
		require.NoError(t, err)
		require.Equal(t, map[string][]string{channel + ":3": {"notice"}}, textsOf(playAll(t, s, time.Now())))
		n, err := s.Unaccounted(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, n, "held without being parked: nobody would ever release it")
		require.NoError(t, s.Park(t.Context(), channel+":1", "x"))
		n, err = s.Unaccounted(t.Context())
		require.NoError(t, err)
		require.Zero(t, n)
	})
}

func TestCountsAreRight(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		appendAll(t, s, message("1", "a", "a", at(1)), message("2", "b", "b", at(1)))
		require.NoError(t, s.Park(t.Context(), channel+":2", "x"))
		var items []*models.OutboxItem
		for _, status := range []models.OutboxStatus{"", models.OutSending, models.OutUnknown, models.OutToCall, models.OutSent, models.OutFailed} {
			items = append(items, &models.OutboxItem{Conversation: channel + ":1", Channel: channel, Peer: "1", Status: status})
		}
		require.NoError(t, s.Update(t.Context(), func(tx *store.Tx) error { return tx.Queue(items, "me") }))
		got, err := s.Counts(t.Context())
		require.NoError(t, err)
		require.WithinDuration(t, time.Now(), got.OldestUnplayed, time.Minute)
		got.OldestUnplayed = time.Time{}
		require.Equal(t, store.Counts{Unplayed: 1, Parked: 1, Queued: 2, Unknown: 1, ToCall: 1}, got)
		require.True(t, slices.IsSortedFunc(items, func(a, b *models.OutboxItem) int { return int(a.ID - b.ID) }))
	})
}

func TestClaimTellsOfAnEventThatCannotBeRead(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		s := open(t, url, store.Options{})
		appendAll(t, s, message("1", "a", "fine", at(1)), message("2", "b", "broken", at(2)))
		_, err := raw(t, url).Exec("UPDATE inbox SET body = '{broken' WHERE event_id = 'b'")
		require.NoError(t, err)
		broken := map[string]bool{}
		n, err := s.Claim(t.Context(), time.Now(), 10, "", func(_ *store.Tx, talks []store.Talk) error {
			for _, k := range talks {
				require.Len(t, k.Events, 1)
				broken[k.Peer] = k.Err != nil
			}
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, 2, n)
		require.Equal(t, map[string]bool{"1": false, "2": true}, broken)
	})
}
