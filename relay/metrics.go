package relay

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics counts what moves by itself. A nil *Metrics counts nothing.
type Metrics struct {
	played   *prometheus.CounterVec
	outcomes *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	parked   prometheus.Counter
}

// NewMetrics registers the relay's metrics.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		played: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "langnghe_events_played_total", Help: "Events of the inbox that were played.",
		}, []string{"kind"}),
		outcomes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "langnghe_send_outcomes_total", Help: "Outcomes of attempts to send.",
		}, []string{"channel", "status"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "langnghe_send_seconds", Help: "Time a platform took to answer a send, in seconds.",
			Buckets: prometheus.ExponentialBuckets(0.01, 3, 8),
		}, []string{"channel"}),
		parked: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "langnghe_conversations_parked_total", Help: "Conversations whose turn failed and that wait for staff.",
		}),
	}
	r.MustRegister(m.played, m.outcomes, m.latency, m.parked)
	return m
}

func (m *Metrics) play(kind string) {
	if m != nil {
		m.played.WithLabelValues(kind).Inc()
	}
}

func (m *Metrics) sent(channel, status string) {
	if m != nil {
		m.outcomes.WithLabelValues(channel, status).Inc()
	}
}

func (m *Metrics) took(channel string, d time.Duration) {
	if m != nil {
		m.latency.WithLabelValues(channel).Observe(d.Seconds())
	}
}

func (m *Metrics) park() {
	if m != nil {
		m.parked.Inc()
	}
}
