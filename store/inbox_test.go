package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
	"github.com/stretchr/testify/require"
)

const channel = "messenger:1000001"

// open opens a store at url for the time of the test.
func open(tb testing.TB, url string, o store.Options) *store.Store {
	tb.Helper()
	o.Migrate = true
	s, err := store.Open(context.Background(), url, o)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	return s
}

// each runs f on a new store of each kind.
func each(t *testing.T, f func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		f(t, open(t, url, store.Options{}))
	})
}

func message(peer, id, text string, at time.Time) models.Event {
	return models.Event{Channel: channel, Peer: peer, ID: id, Kind: models.EventMessage, At: at, Mid: id, Text: text}
}

func at(second int) time.Time { return time.Date(2026, 11, 2, 8, 0, second, 0, time.UTC) }

// playAll claims everything due and returns it by conversation, marked as played.
func playAll(t *testing.T, s *store.Store, now time.Time) map[string][]models.Event {
	t.Helper()
	seen := map[string][]models.Event{}
	for {
		n, err := s.Claim(t.Context(), now, 100, "", func(tx *store.Tx, talks []store.Talk) error {
			for _, k := range talks {
				seen[k.ID] = append(seen[k.ID], k.Events...)
				if err := tx.Done(seqs(k)); err != nil {
					return err
				}
			}
			return nil
		})
		require.NoError(t, err)
		if n == 0 {
			return seen
		}
	}
}

func seqs(k store.Talk) (list []int64) {
	for _, e := range k.Events {
		list = append(list, e.Seq)
	}
	return list
}

func texts(events []models.Event) (list []string) {
	for _, e := range events {
		list = append(list, e.Text)
	}
	return list
}

func TestAppendKeepsEverythingOfAnEvent(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		e := models.Event{
			Channel: channel, Peer: "77", ID: "m1", Kind: models.EventMessage, At: at(1),
			Name: "user_send_text", Mid: "m1", Text: "Đường hỏng \"lắm\" \\ \n ạ", Payload: "report.place:skip", ReplyTo: "m0",
			Files:    []models.File{{Kind: "image", URL: "https://a/b?c=d&e=<f>", Name: "ảnh.jpg"}},
			Location: &models.Location{Lat: 10.95, Lng: 106.82}, Contact: &models.Contact{Name: "Lan", Phone: "0912345678"},
			Sticker: true, Metadata: "x", Person: true, Mids: []string{"a", "b"}, Watermark: at(9), Score: 5,
			Notice: &models.Notice{Case: "DN-1", Action: models.ActReply, Text: "chào"},
		}
		require.NoError(t, s.Append(t.Context(), []models.Event{e}))
		got := playAll(t, s, time.Now())["messenger:1000001:77"]
		require.Len(t, got, 1)
		require.NotZero(t, got[0].Seq)
		require.Equal(t, got[0].Received, got[0].Due, "no Due is at once")
		require.WithinDuration(t, time.Now(), got[0].Received, time.Minute)
		e.Seq, e.Received, e.Due = got[0].Seq, got[0].Received, got[0].Due
		require.Equal(t, e, got[0])
	})
}

func TestAppendDropsWhatIsKnown(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		stores := []*store.Store{open(t, url, store.Options{}), open(t, url, store.Options{})}
		var wg sync.WaitGroup
		for i := range 60 { // each of 20 events three times, half of them through another process
			wg.Go(func() {
				a, b := message("1", fmt.Sprint("m", i%20), fmt.Sprint(i%20), at(i%20)), message("2", fmt.Sprint("n", i%20), "", at(i))
				if i%2 == 0 {
					a, b = b, a
				}
				if err := stores[i%2].Append(t.Context(), []models.Event{a, b, a}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		got := playAll(t, stores[0], time.Now())
		require.Len(t, got[channel+":2"], 20)
		want := []string{}
		for i := range 20 {
			want = append(want, fmt.Sprint(i))
		}
		require.Equal(t, want, texts(got[channel+":1"]))
		require.NoError(t, stores[1].Append(t.Context(), []models.Event{message("1", "m3", "again", at(99))}))
		require.Empty(t, playAll(t, stores[0], time.Now()), "played ones stay known")
	})
}

func TestEventsComeByTimeThenArrival(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		batch := []models.Event{message("1", "z", "third", at(5)), message("1", "y", "fourth", at(5)), message("1", "x", "first", at(1))}
		require.NoError(t, s.Append(t.Context(), batch))
		require.NoError(t, s.Append(t.Context(), []models.Event{message("1", "a", "fifth", at(5)), message("1", "b", "second", at(2))}))
		got := playAll(t, s, time.Now())
		require.Equal(t, []string{"first", "second", "third", "fourth", "fifth"}, texts(got[channel+":1"]))
	})
}

func TestHostileBytesAreStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		long := strings.Repeat("ệ", 2500)
		events := []models.Event{
			message("1", "nul\x00", "a\x00b \\u0000", at(1)), message("1", "nul\x01", "same", at(2)),
			message("1", "bad\xff", "\xed\xa0\x80 surrogate", at(3)), message("1", long+"1", "long", at(4)),
			message("1", long+"2", "long too", at(5)), {Channel: channel, Peer: long, ID: "p", Kind: "odd\x00", Text: "peer"},
			{}, {Channel: "\x00", Peer: "\xff", ID: "q", Files: []models.File{{URL: "\x00"}}},
		}
		require.NoError(t, s.Append(t.Context(), events))
		require.NoError(t, s.Append(t.Context(), events))
		got := playAll(t, s, time.Now())
		require.Equal(t, []string{"a\uFFFDb \\u0000", "same", "\uFFFD\uFFFD\uFFFD surrogate", "long", "long too"}, texts(got[channel+":1"]))
		require.Len(t, got, 4)
	})
}

func TestAppendIsAllOrNoneAndGated(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		s := open(t, url, store.Options{Gate: 3})
		ctx := t.Context()
		block, release := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		defer wg.Wait()
		// Somebody holds the first event's key (PostgreSQL) or the writer (SQLite).
		wg.Go(func() {
			err := s.Update(ctx, func(tx *store.Tx) error {
				if err := tx.Append([]models.Event{message("1", "held", "", at(1))}); err != nil {
					return err
				}
				close(block)
				<-release
				return errors.New("no")
			})
			if err == nil {
				t.Error("the update should have failed")
			}
		})
		<-block
		impatient, cancel := context.WithCancel(ctx)
		cancel()
		for range 3 {
			require.ErrorIs(t, s.Append(impatient, []models.Event{message("1", "held", "x", at(1))}), context.Canceled)
		}
		require.ErrorIs(t, s.Append(ctx, []models.Event{message("1", "y", "", at(1))}), store.ErrFull)
		close(release)
		require.Eventually(t, func() bool { return s.Append(ctx, []models.Event{message("1", "y", "y", at(2))}) == nil }, 5*time.Second, time.Millisecond)
		require.Equal(t, []string{"x", "y"}, texts(playAll(t, s, time.Now())[channel+":1"]))
	})
}

func TestAppendAfterClose(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, s.Close())
		require.ErrorIs(t, s.Append(t.Context(), []models.Event{message("1", "x", "", at(1))}), store.ErrClosed)
	})
}

func TestWokenCrossesProcesses(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	a, b := open(t, url, store.Options{}), open(t, url, store.Options{})
	for i := range 2 {
		require.NoError(t, a.Append(t.Context(), []models.Event{message("1", fmt.Sprint(i), "", at(i))}))
		for _, s := range []*store.Store{a, b} {
			select {
			case <-s.Woken():
			case <-time.After(5 * time.Second):
				t.Fatal("not woken")
			}
		}
	}
}
