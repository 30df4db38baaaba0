package handlers

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/store"
)

const (
	// maxNames bounds the names of ignored events that get a series of their
	// own; the names come from outside.
	maxNames   = 64
	otherName  = "other"
	scrapeTime = 2 * time.Second // a scrape's wait for the database
)

// metrics are the counters of the HTTP side.
type metrics struct {
	events   *prometheus.CounterVec
	ignored  *prometheus.CounterVec
	dropped  *prometheus.CounterVec
	entries  *prometheus.CounterVec
	failures *prometheus.CounterVec
	names    nameSet
}

func newMetrics(r *prometheus.Registry, h healthStore, now func() time.Time) *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		v := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "langnghe", Subsystem: "webhook", Name: name, Help: help}, labels)
		r.MustRegister(v)
		return v
	}
	r.MustRegister(newGauges(h, now))
	return &metrics{
		events:   counter("events_total", "Events taken in from a platform.", "platform"),
		ignored:  counter("ignored_total", "Events knowingly left out, by the platform's name.", "platform", "name"),
		dropped:  counter("dropped_total", "Requests dropped for a wrong or missing signature.", "platform"),
		entries:  counter("refused_entries_total", "Entries of a channel whose own secret did not sign the body.", "platform"),
		failures: counter("failures_total", "Requests answered with an error, by HTTP status.", "platform", "status"),
	}
}

// received counts what a request held.
func (m *metrics) received(platform string, r channel.Received) {
	if n := len(r.Events); n > 0 {
		m.events.WithLabelValues(platform).Add(float64(n))
	}
	for _, name := range r.Ignored {
		m.ignored.WithLabelValues(platform, m.names.bounded(name)).Inc()
	}
	if r.Refused > 0 {
		m.entries.WithLabelValues(platform).Add(float64(r.Refused))
	}
}

func (m *metrics) failed(platform string, status int) {
	m.failures.WithLabelValues(platform, strconv.Itoa(status)).Inc()
}

// nameSet admits the first maxNames well-formed names.
type nameSet struct {
	mu    sync.Mutex
	known map[string]bool
}

// bounded returns the name, or otherName when it is odd or one too many.
func (n *nameSet) bounded(name string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.known[name]:
		return name
	case len(n.known) >= maxNames || !plainName(name):
		return otherName
	case n.known == nil:
		n.known = map[string]bool{}
	}
	n.known[name] = true
	return name
}

// plainName reports whether the name looks like an event's: user_send_text,
// feed.comment.
func plainName(name string) bool {
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '.' && c != '-' {
			return false
		}
	}
	return name != "" && len(name) <= 48
}

// gauges reads the depth of the queues at each scrape.
type gauges struct {
	store healthStore
	now   func() time.Time
	descs []*prometheus.Desc
}

func newGauges(h healthStore, now func() time.Time) *gauges {
	g := &gauges{store: h, now: now}
	for _, d := range [][2]string{
		{"inbox_unplayed", "Events that wait to be played."},
		{"inbox_oldest_seconds", "Age of the oldest event that waits to be played."},
		{"conversations_parked", "Conversations whose last turn failed."},
		{"outbox_queued", "Messages that wait to be sent."},
		{"outbox_unknown", "Messages of which it is not known whether they arrived."},
		{"outbox_to_call", "Messages whose citizen has to be phoned."},
	} {
		g.descs = append(g.descs, prometheus.NewDesc("langnghe_"+d[0], d[1], nil, nil))
	}
	return g
}

// Describe implements prometheus.Collector.
func (g *gauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range g.descs {
		ch <- d
	}
}

// Collect implements prometheus.Collector. Without an answer of the database
// there are no gauges, which is what an alert can see; the counters stay.
func (g *gauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	c, err := g.store.Counts(ctx)
	if err != nil {
		return
	}
	for i, v := range []float64{float64(c.Unplayed), age(c, g.now()).Seconds(), float64(c.Parked), float64(c.Queued), float64(c.Unknown), float64(c.ToCall)} {
		ch <- prometheus.MustNewConstMetric(g.descs[i], prometheus.GaugeValue, v)
	}
}

// age is how long the oldest unplayed event waits; 0 when none does.
func age(c store.Counts, now time.Time) time.Duration {
	if c.OldestUnplayed.IsZero() {
		return 0
	}
	return max(now.Sub(c.OldestUnplayed), 0)
}
