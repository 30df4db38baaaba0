package handlers

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// marks is an inbox whose mark a test sets.
type marks struct {
	set   chan string
	looks chan string
}

func (m *marks) look(ctx context.Context, unit string) (string, error) {
	select {
	case m.looks <- unit:
	default:
	}
	select {
	case mark := <-m.set:
		return mark, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func TestWatchTellsEveryListener(t *testing.T) {
	t.Parallel()
	m := &marks{set: make(chan string), looks: make(chan string, 100)}
	w := newWatch(m.look, time.Microsecond)
	first, leaveFirst, err := w.listen("tran-bien")
	require.NoError(t, err)
	m.set <- "1"
	require.Equal(t, "1", <-first)
	second, leaveSecond, err := w.listen("tran-bien")
	require.NoError(t, err)
	require.Equal(t, "1", <-second, "who comes later learns what is known")
	m.set <- "1"
	m.set <- "2"
	require.Equal(t, "2", <-first)
	m.set <- "3"
	m.set <- "3"
	require.Equal(t, "3", <-second, "who is slow gets the latest")
	leaveFirst()
	leaveSecond()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.Empty(t, w.units, "nobody listens, nobody looks")
	require.Zero(t, w.total)
}

func TestWatchHasAnEnd(t *testing.T) {
	t.Parallel()
	m := &marks{set: make(chan string), looks: make(chan string, 100)}
	w := newWatch(m.look, time.Hour)
	for range watchMost {
		_, leave, err := w.listen("tran-bien")
		require.NoError(t, err)
		t.Cleanup(leave)
	}
	_, _, err := w.listen("long-khanh")
	require.ErrorIs(t, err, errBusy)
	require.Equal(t, "tran-bien", <-m.looks)
	require.Empty(t, m.looks, "however many listen, one looks")
}

// stream opens the live events as a browser does and returns its lines.
func (b *screen) stream(base, shown string) (*http.Response, *bufio.Scanner) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, base+livePath, nil)
	require.NoError(b.t, err)
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	if shown != "" {
		r.Header.Set("Last-Event-ID", shown)
	}
	res, err := http.DefaultClient.Do(r)
	require.NoError(b.t, err)
	b.t.Cleanup(func() { res.Body.Close() })
	return res, bufio.NewScanner(res.Body)
}

// mark reads on to the next change.
func mark(t *testing.T, lines *bufio.Scanner) string {
	t.Helper()
	for lines.Scan() {
		if id, found := strings.CutPrefix(lines.Text(), "id: "); found {
			return id
		}
	}
	t.Fatal("the stream ended", lines.Err())
	return ""
}

// TestLiveEvents: a browser learns of a change, after a break of what it missed,
// and lets go when the process ends or nobody is logged in.
func TestLiveEvents(t *testing.T) {
	t.Parallel()
	closing := make(chan struct{})
	d := newDesk(t, databases.SQLite(t), func(deps *Deps) { deps.Closing = closing })
	server := httptest.NewUnstartedServer(d.router)
	server.Config.ReadTimeout = 200 * time.Millisecond // is for bodies
	server.Start()
	t.Cleanup(server.Close)
	b := d.member(t, lan, models.RoleOfficer, "tran-bien")
	shown, err := d.store.DeskMark(t.Context(), "tran-bien")
	require.NoError(t, err)

	res, lines := b.stream(server.URL, shown)
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, "text/event-stream", res.Header.Get("Content-Type"))
	d.deskCase(t, "PA2026-AAAAA1", func(c *models.Case) { c.Unit = "long-khanh" })
	d.deskCase(t, "PA2026-BBBBB2")
	first := mark(t, lines)
	require.NotEqual(t, shown, first)
	require.NoError(t, res.Body.Close())

	d.deskCase(t, "PA2026-CCCCC3")
	_, again := b.stream(server.URL, first)
	require.NotEqual(t, first, mark(t, again), "what was missed is told at once")

	stranger, _ := d.screen(t).stream(server.URL, "")
	require.NotEqual(t, "text/event-stream", stranger.Header.Get("Content-Type"))
	close(closing)
	for again.Scan() {
	}
	require.NoError(t, again.Err(), "the stream has ended")
}
