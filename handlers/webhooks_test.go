package handlers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func TestHandshake(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.do(http.MethodGet, "/webhooks/messenger?hub.mode=subscribe&hub.challenge=%3Cb%3E42%25d&hub.verify_token=right", "")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "<b>42%d", w.Body.String())
	require.Contains(t, w.Header().Get("Content-Type"), "text/plain")
	require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))

	for _, token := range []string{"wrong", ""} {
		w = b.do(http.MethodGet, "/webhooks/messenger?hub.challenge=42&hub.verify_token="+token, "")
		require.Equal(t, http.StatusForbidden, w.Code)
		require.NotContains(t, w.Body.String(), "42")
	}
	require.Equal(t, http.StatusOK, b.do(http.MethodGet, "/webhooks/zalo", "").Code)
}

func TestWebhookStoresThenAnswers(t *testing.T) {
	t.Parallel()
	due := testNow.Add(700 * time.Millisecond)
	b := newBench(t, func(d *Deps) { d.Due = func(models.Event) time.Time { return due } })
	for path, r := range map[string]*fakeReceiver{"/webhooks/messenger": b.messenger, "/webhooks/zalo": b.zalo} {
		b.events = nil
		r.got = channel.Received{Events: []models.Event{{ID: "1", Text: "a"}, {ID: "2"}}, Ignored: []string{"typing", "Evil\nname"}, Refused: 1}
		w := b.do(http.MethodPost, path, `{"raw": "body"}`)
		require.Equal(t, http.StatusOK, w.Code, path)
		require.Empty(t, w.Body.String())
		require.Equal(t, `{"raw": "body"}`, string(r.body), "the bytes that were signed")
		require.Equal(t, []models.Event{{ID: "1", Text: "a", Due: due}, {ID: "2", Due: due}}, b.events)
	}
	require.Equal(t, "2", b.count(t, `langnghe_webhook_events_total{platform="zalo"}`))
	require.Equal(t, "1", b.count(t, `langnghe_webhook_ignored_total{name="typing",platform="messenger"}`))
	require.Equal(t, "1", b.count(t, `langnghe_webhook_ignored_total{name="other",platform="messenger"}`))
	require.Equal(t, "1", b.count(t, `langnghe_webhook_refused_entries_total{platform="messenger"}`))
	require.Empty(t, b.log.String(), "an ordinary request is not logged")
}

func TestWebhookWithoutEventsTouchesNoStore(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.fail = errors.New("down")
	require.Equal(t, http.StatusOK, b.do(http.MethodPost, "/webhooks/zalo", "{}").Code)
}

func TestWebhookSignature(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.messenger.err, b.zalo.err = channel.ErrSignature, channel.ErrSignature
	for range 3 {
		require.Equal(t, http.StatusForbidden, b.do(http.MethodPost, "/webhooks/messenger", "{}").Code)
		require.Equal(t, http.StatusOK, b.do(http.MethodPost, "/webhooks/zalo", "{}").Code)
	}
	require.Empty(t, b.events)
	require.Equal(t, "3", b.count(t, `langnghe_webhook_dropped_total{platform="zalo"}`))
	require.Equal(t, "3", b.count(t, `langnghe_webhook_dropped_total{platform="messenger"}`))
	require.Equal(t, 2, strings.Count(b.log.String(), "a webhook was dropped"), "a flood is logged once per platform")
}

func TestWebhookWithoutChannels(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *Deps) { d.Messenger, d.Zalo = nil, nil })
	require.Equal(t, http.StatusForbidden, b.do(http.MethodGet, "/webhooks/messenger?hub.verify_token=right", "").Code)
	require.Equal(t, http.StatusForbidden, b.do(http.MethodPost, "/webhooks/messenger", "{}").Code)
	require.Equal(t, http.StatusOK, b.do(http.MethodPost, "/webhooks/zalo", "{}").Code)
}

func TestWebhookUnavailable(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.messenger.got = channel.Received{Events: []models.Event{{ID: "1"}}}
	b.zalo.got = b.messenger.got
	for _, fail := range []error{store.ErrFull, context.DeadlineExceeded, errors.New("disk full")} {
		b.fail = fail
		for _, path := range []string{"/webhooks/messenger", "/webhooks/zalo"} {
			w := b.do(http.MethodPost, path, "{}")
			require.Equal(t, http.StatusServiceUnavailable, w.Code)
			require.NotEmpty(t, w.Header().Get("Retry-After"))
		}
	}
	b.fail = nil
	require.Equal(t, "3", b.count(t, `langnghe_webhook_failures_total{platform="zalo",status="503"}`))
}

func TestWebhookSize(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for size, want := range map[int]int{
		0: 200, 1: 200, firstRead - 1: 200, firstRead: 200, firstRead + 1: 200, 70_000: 200, maxWebhook: 200, maxWebhook + 1: 413,
	} {
		body := strings.Repeat("x", size)
		for _, promised := range []int64{int64(size), -1} {
			r := httptest.NewRequest(http.MethodPost, "/webhooks/zalo", io.NopCloser(strings.NewReader(body)))
			r.ContentLength = promised
			w := httptest.NewRecorder()
			b.zalo.body = nil
			b.handler.ServeHTTP(w, r)
			require.Equal(t, want, w.Code, "size %d, promised %d", size, promised)
			if want == http.StatusOK {
				require.True(t, bytes.Equal([]byte(body), b.zalo.body), "size %d", size)
			}
		}
	}
	require.Equal(t, "2", b.count(t, `langnghe_webhook_failures_total{platform="zalo",status="413"}`))
}

func TestLargeBodiesAreHeldInNumbersOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{fakeStore: newFakeStore(), log: &strings.Builder{}}
		s := newServer(Deps{Store: b.fakeStore, Zalo: &fakeReceiver{}, Log: testLog(b), Registry: prometheus.NewRegistry()})
		for range largeBodies {
			s.large <- struct{}{}
		}
		var err error
		b.handler, err = s.routes()
		require.NoError(t, err)
		large := strings.Repeat("x", 2*firstRead)
		begun := time.Now()
		w := b.do(http.MethodPost, "/webhooks/zalo", large)
		require.Equal(t, http.StatusServiceUnavailable, w.Code)
		require.Equal(t, retryAfter, w.Header().Get("Retry-After"))
		require.Equal(t, largeWait, time.Since(begun))
		require.Equal(t, http.StatusOK, b.do(http.MethodPost, "/webhooks/zalo", "small").Code, "a citizen's words always fit")
		time.AfterFunc(time.Second, func() { <-s.large })
		for range 2 { // the place is given back
			require.Equal(t, http.StatusOK, b.do(http.MethodPost, "/webhooks/zalo", large).Code)
		}
	})
}

type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestWebhookBrokenBody(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/webhooks/messenger", brokenBody{}))
	require.Equal(t, http.StatusBadRequest, w.Code)
	require.Nil(t, b.messenger.body, "half a body is not looked at")
}

// waitingInbox is gone through only while the request still lives.
type waitingInbox struct {
	*fakeStore
	alive error
}

func (w *waitingInbox) Append(ctx context.Context, _ []models.Event) error {
	w.alive = ctx.Err()
	return nil
}

// TestWebhookOutlivesItsSender: Zalo is not known to send again, so what was
// read is stored although the connection is gone.
func TestWebhookOutlivesItsSender(t *testing.T) {
	t.Parallel()
	inbox := &waitingInbox{fakeStore: newFakeStore(), alive: errors.New("not asked")}
	b := newBench(t, func(d *Deps) { d.Store = inbox })
	b.zalo.got = channel.Received{Events: []models.Event{{ID: "1"}}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodPost, "/webhooks/zalo", strings.NewReader("{}")))
	require.NoError(t, inbox.alive)
	require.Equal(t, http.StatusOK, w.Code)
}

func TestIgnoredNamesAreBounded(t *testing.T) {
	t.Parallel()
	var n nameSet
	for i := range maxNames {
		name := fmt.Sprintf("event_%d", i)
		require.Equal(t, name, n.bounded(name))
	}
	require.Equal(t, otherName, n.bounded("one_too_many"))
	require.Equal(t, "event_7", n.bounded("event_7"))
	var odd nameSet
	for _, name := range []string{"", "a b", "é", strings.Repeat("a", 49), "a\x00"} {
		require.Equal(t, otherName, odd.bounded(name), "%q", name)
	}
}

func TestPanicIsAnsweredAndLogged(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *Deps) { d.Due = func(models.Event) time.Time { panic("boom") } })
	b.zalo.got = channel.Received{Events: []models.Event{{ID: "1"}}}
	w := b.do(http.MethodPost, "/webhooks/zalo?phone=0912345678", "{}")
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Equal(t, problemType, w.Header().Get("Content-Type"))
	require.Contains(t, b.log.String(), "boom")
	require.Contains(t, b.log.String(), w.Header().Get(requestIDHeader))
	require.NotContains(t, b.log.String(), "0912345678")
}
