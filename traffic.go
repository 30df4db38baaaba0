package main

import (
	"context"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// trafficEvery is how often traffic is written down, trafficTime bounds that.
const trafficEvery, trafficTime = 10 * time.Second, 5 * time.Second

// traffic counts the events that come in by channel and hour. It writes them down
// now and then, so that no webhook waits for it; what a killed process had counted
// since then is lost.
type traffic struct {
	store *store.Store
	log   logrus.FieldLogger

	mu     sync.Mutex
	counts map[trafficKey]*store.Heard
}

type trafficKey struct {
	channel string
	hour    int64
}

func newTraffic(st *store.Store, log logrus.FieldLogger) *traffic {
	return &traffic{store: st, log: log, counts: map[trafficKey]*store.Heard{}}
}

// heard counts events, which came in now.
func (t *traffic) heard(events []models.Event, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range events {
		key := trafficKey{e.Channel, models.HourOf(now)}
		h := t.counts[key]
		if h == nil {
			h = &store.Heard{Channel: key.channel, Hour: key.hour}
			t.counts[key] = h
		}
		h.Events, h.Last = h.Events+1, now
	}
}

// run writes down what was counted, until ctx ends and then once more.
func (t *traffic) run(ctx context.Context) {
	tick := time.NewTicker(trafficEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			t.flush(context.WithoutCancel(ctx))
			return
		case <-tick.C:
			t.flush(ctx)
		}
	}
}

func (t *traffic) flush(ctx context.Context) {
	t.mu.Lock()
	list := make([]store.Heard, 0, len(t.counts))
	for _, h := range t.counts {
		list = append(list, *h)
	}
	t.counts = map[trafficKey]*store.Heard{}
	t.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, trafficTime)
	defer cancel()
	if err := t.store.NoteTraffic(ctx, list); err != nil {
		t.log.WithError(err).Warn("traffic of channels not written down")
	}
}
