package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
)

// eachBench runs f on a durable database of each kind.
func eachBench(b *testing.B, f func(b *testing.B, s *store.Store)) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			s := open(b, url(b), store.Options{})
			b.ResetTimer()
			f(b, s)
		})
	}
}

// BenchmarkAppend has as many webhooks waiting as the reference bound's
// producers.
func BenchmarkAppend(b *testing.B) {
	text := strings.Repeat("phản ánh ", 27)
	for _, producers := range []int{64, 1024} {
		b.Run(fmt.Sprint(producers), func(b *testing.B) {
			eachBench(b, func(b *testing.B, s *store.Store) {
				var n atomic.Int64
				b.ReportAllocs()
				b.SetParallelism(producers / 2)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						i := n.Add(1)
						e := message(fmt.Sprint(61234567810000000+i%5000), fmt.Sprint("m_", i), text, time.Now())
						if err := s.Append(context.Background(), []models.Event{e}); err != nil {
							b.Error(err)
						}
					}
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
			})
		})
	}
}

// BenchmarkLoop plays and sends what was appended: claim, mark, save, queue,
// finish, for turns of 256 conversations.
func BenchmarkLoop(b *testing.B) {
	const turn = 256
	state := `{"step":"report.place","offered":[{"p":"report.place:skip","l":"Bỏ qua"}],"report":{"words":[{"text":"` + strings.Repeat("phản ánh ", 10) + `"}]}}`
	eachBench(b, func(b *testing.B, s *store.Store) {
		ctx := context.Background()
		for i := 0; i < b.N; i += turn {
			var events []models.Event
			for j := range min(turn, b.N-i) {
				events = append(events, message(fmt.Sprint((i+j)%5000), fmt.Sprint("m_", i+j), strings.Repeat("phản ánh ", 27), time.Now()))
			}
			if err := s.Append(ctx, events); err != nil {
				b.Fatal(err)
			}
			var outs []store.Outcome
			_, err := s.Claim(ctx, time.Now(), turn, "", func(tx *store.Tx, talks []store.Talk) error {
				var err error
				outs, err = playTurn(tx, talks, state)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
			if err := s.FinishOutbox(ctx, outs); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
}

func playTurn(tx *store.Tx, talks []store.Talk, state string) (outs []store.Outcome, err error) {
	var done []int64
	var saved []models.Conversation
	var items []*models.OutboxItem
	for _, k := range talks {
		done = append(done, seqs(k)...)
		k.State, k.LastUserAt = state, k.Events[0].At
		saved = append(saved, k.Conversation)
		m := item(k.Peer, "Việc đó ở đâu ạ?", models.PriorityReply)
		m.Status = models.OutSending
		items = append(items, m)
	}
	if _, err := tx.Cases(talkIDs(talks)); err != nil {
		return nil, err
	}
	if err := tx.Done(done); err != nil {
		return nil, err
	}
	if err := tx.SaveConversations(saved); err != nil {
		return nil, err
	}
	if err := tx.Queue(items, me); err != nil {
		return nil, err
	}
	for _, m := range items {
		outs = append(outs, store.Outcome{ID: m.ID, Status: models.OutSent, PlatformID: fmt.Sprint("mid.", m.ID), SentAt: time.Now(), Owner: me})
	}
	return outs, nil
}

func talkIDs(talks []store.Talk) (ids []string) {
	for _, k := range talks {
		ids = append(ids, k.ID)
	}
	return ids
}
