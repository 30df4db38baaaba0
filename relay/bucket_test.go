package relay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBucket(t *testing.T) {
	t.Parallel()
	b, now := newBucket(90), time.Now()
	takeAll := func() (n int) {
		for b.take(now) {
			n++
		}
		return n
	}
	require.Equal(t, 90, takeAll(), "a minute deep")
	now = now.Add(2 * time.Second)
	require.Equal(t, 3, takeAll())
	b.giveBack()
	now = now.Add(-time.Hour)
	require.Equal(t, 1, takeAll(), "a clock that goes back gives nothing")
	now = now.Add(48 * time.Hour)
	require.Equal(t, 90, takeAll())
}

func TestUnusedRightsAreNotLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	l := w.outbox.lanes[testChannel]
	l.bucket = newBucket(8)
	w.send(w.outbox)
	for range 20 { // each looks in vain with every right of the channel in hand
		l.behind.Store(true)
		require.NoError(t, l.fill(t.Context()))
	}
	for _, peer := range []string{"7001", "7002", "7003", "7004", "7005", "7006", "7007"} {
		w.queue(peer)
	}
	require.Eventually(t, func() bool { return len(w.phone.messages()) == 7 }, 2*time.Second, time.Millisecond)
}

func TestFollowerGoesOutWhenTheOneBeforeItIsOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	w.phone.hold = make(chan struct{})
	w.send(w.outbox)
	l := w.outbox.lanes[testChannel]
	w.queue("7001")
	w.queue("7001")
	require.Eventually(t, func() bool { return len(l.slots) == 1 && !l.behind.Load() && len(l.wake) == 0 }, 5*time.Second, time.Millisecond)
	close(w.phone.hold)
	require.Eventually(t, func() bool { return len(w.phone.messages()) == 2 }, pollIdle/2, time.Millisecond, "it waited for the slow poll")
}
