package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/langnghe/langnghe/store"
)

// readyTime bounds the database's answer to a readiness probe.
const readyTime = 2 * time.Second

// healthStore tells how the database is.
type healthStore interface {
	Ping(ctx context.Context) error
	Counts(ctx context.Context) (store.Counts, error)
}

func (s *server) healthRoutes(r *gin.Engine) {
	r.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	r.GET("/readyz", s.ready)
	r.GET("/metrics", gin.WrapH(promhttp.HandlerFor(s.Registry, promhttp.HandlerOpts{ErrorLog: s.Log})))
}

// readiness is the answer of /readyz. The age is in seconds. A long queue does
// not make the product unready: taking it out of service would lose webhooks.
type readiness struct {
	Status   string  `json:"status"`
	Database string  `json:"database"`
	Unplayed int     `json:"unplayed"`
	Oldest   float64 `json:"oldest_seconds"`
	Parked   int     `json:"parked"`
	Queued   int     `json:"queued"`
}

func (s *server) ready(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), readyTime)
	defer cancel()
	err := s.Store.Ping(ctx)
	var n store.Counts
	if err == nil {
		n, err = s.Store.Counts(ctx)
	}
	if err != nil {
		s.Log.WithError(err).Warn("not ready: the database does not answer")
		c.JSON(http.StatusServiceUnavailable, readiness{Status: "unavailable", Database: "unreachable"})
		return
	}
	c.JSON(http.StatusOK, readiness{
		Status: "ok", Database: "ok", Unplayed: n.Unplayed, Oldest: age(n, s.Now()).Seconds(), Parked: n.Parked, Queued: n.Queued,
	})
}
