package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

const (
	maxWebhook = 1 << 20 // bytes of a webhook's body
	// firstRead is what is set aside for a body before any of it came; a
	// larger one grows as it arrives, so that a promised length costs nothing.
	firstRead = 16 << 10
	// largeBodies is how many bodies beyond firstRead are held at once, so that
	// strangers who send megabytes cannot take the memory; largeWait is how long
	// one more waits.
	largeBodies = 64
	largeWait   = 5 * time.Second
	// appendTime bounds the wait for a commit. Messenger gives up after 20 s.
	appendTime = 10 * time.Second
	retryAfter = "5" // seconds
	warnEvery  = 10 * time.Second
)

func (s *server) webhookRoutes(r *gin.Engine) {
	messenger := &webhook{server: s, platform: string(models.Messenger), unsigned: http.StatusForbidden, warn: rate.Sometimes{Interval: warnEvery}}
	if s.Messenger != nil {
		messenger.receiver = s.Messenger
	}
	// Zalo's console refuses a URL whose test event, which it does not sign
	// rightly, gets anything but 200.
	zalo := &webhook{server: s, platform: string(models.Zalo), receiver: s.Zalo, unsigned: http.StatusOK, warn: rate.Sometimes{Interval: warnEvery}}
	r.GET("/webhooks/messenger", s.handshake)
	r.POST("/webhooks/messenger", messenger.receive)
	r.GET("/webhooks/zalo", func(c *gin.Context) { c.Status(http.StatusOK) })
	r.POST("/webhooks/zalo", zalo.receive)
	r.POST("/webhooks/messenger/data-deletion", s.deleteData)
}

// handshake proves to Meta that the address is ours.
func (s *server) handshake(c *gin.Context) {
	if s.Messenger == nil || !s.Messenger.Handshake(c.Query("hub.verify_token")) {
		c.String(http.StatusForbidden, "unknown verify token")
		return
	}
	c.String(http.StatusOK, "%s", c.Query("hub.challenge"))
}

// webhook is one platform's way in: the product's hottest path. Nothing but
// the durable append stands between the body and the answer.
type webhook struct {
	*server
	platform string
	receiver channel.Receiver
	unsigned int // status of a body that nobody's secret signed
	warn     rate.Sometimes
}

func (w *webhook) receive(c *gin.Context) {
	room := room{slots: w.large}
	defer room.leave()
	body, status := readBody(c, &room)
	switch status {
	case http.StatusOK:
	case http.StatusServiceUnavailable:
		w.refuse(c, errCrowded)
		return
	default:
		w.metrics.failed(w.platform, status)
		c.Status(status)
		return
	}
	got, err := w.parse(c.Request.Header, body)
	if err != nil {
		w.drop(c, err)
		return
	}
	w.metrics.received(w.platform, got)
	if err := w.keep(c.Request.Context(), got.Events); err != nil {
		w.refuse(c, err)
		return
	}
	c.Status(http.StatusOK)
}

// errCrowded says that too many large bodies are held already.
var errCrowded = errors.New("too many large bodies at once")

// room is a large body's place in memory.
type room struct {
	slots chan struct{} // one value per large body
	taken bool
}

// enter takes a place, and reports whether there was one in time.
func (r *room) enter(ctx context.Context) bool {
	if r.taken {
		return true
	}
	t := time.NewTimer(largeWait)
	defer t.Stop()
	select {
	case r.slots <- struct{}{}:
		r.taken = true
	case <-t.C:
	case <-ctx.Done():
	}
	return r.taken
}

func (r *room) leave() {
	if r.taken {
		<-r.slots
	}
}

// readBody reads at most maxWebhook bytes.
func readBody(c *gin.Context, room *room) ([]byte, int) {
	if c.Request.ContentLength > maxWebhook {
		return nil, http.StatusRequestEntityTooLarge
	}
	in := http.MaxBytesReader(c.Writer, c.Request.Body, maxWebhook)
	body := make([]byte, 0, bodySize(c.Request.ContentLength))
	for {
		n, err := in.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err != nil {
			return body, bodyStatus(err)
		}
		if len(body) < cap(body) {
			continue
		}
		if len(body) >= firstRead && !room.enter(c.Request.Context()) {
			return nil, http.StatusServiceUnavailable
		}
		body = append(body, 0)[:len(body)] // grow as append would
	}
}

// bodySize is the length promised and one byte more, in which the end is
// found without growing, within firstRead.
func bodySize(promised int64) int64 {
	if promised < 0 {
		return 512
	}
	return min(promised+1, firstRead)
}

func bodyStatus(err error) int {
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, io.EOF):
		return http.StatusOK
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

func (w *webhook) parse(h http.Header, body []byte) (channel.Received, error) {
	if w.receiver == nil {
		return channel.Received{}, channel.ErrSignature
	}
	return w.receiver.Receive(h, body, w.Now())
}

// drop leaves out a body that is not from the platform.
func (w *webhook) drop(c *gin.Context, err error) {
	w.metrics.dropped.WithLabelValues(w.platform).Inc()
	w.warning(c, "a webhook was dropped: ", err)
	c.Status(w.unsigned)
}

// keep makes the events durable. A sender that hangs up meanwhile loses
// nothing: what was read is stored all the same, because Zalo is not known to
// send again.
func (w *webhook) keep(ctx context.Context, events []models.Event) error {
	if len(events) == 0 {
		return nil
	}
	if w.Due != nil {
		for i := range events {
			events[i].Due = w.Due(events[i])
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), appendTime)
	defer cancel()
	err := w.Store.Append(ctx, events)
	if err == nil && w.Heard != nil {
		w.Heard(events, w.Now())
	}
	return err
}

// refuse asks the platform to send again later.
func (w *webhook) refuse(c *gin.Context, err error) {
	w.metrics.failed(w.platform, http.StatusServiceUnavailable)
	w.warning(c, "a webhook could not be stored: ", err)
	c.Header("Retry-After", retryAfter)
	c.Status(http.StatusServiceUnavailable)
}

// warning logs at most one line per warnEvery: whoever can reach the address
// could fill the log else. The counters count every one.
func (w *webhook) warning(c *gin.Context, what string, err error) {
	w.warn.Do(func() {
		w.Log.WithField("platform", w.platform).WithField("request", c.Writer.Header().Get(requestIDHeader)).Warn(what, err)
	})
}
