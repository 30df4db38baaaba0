package main

import (
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	floodWaitMax = 10 * time.Second
	floodForget  = 2 * time.Minute
	// floodAgain is how many of a citizen's latest messages are known when the
	// platform delivers them again.
	floodAgain = 8
)

// flood slows the answers to a citizen who writes more than so many messages a
// minute. It drops nothing and remembers only who wrote lately.
type flood struct {
	perMinute int

	mu      sync.Mutex
	talks   map[string]*writer
	started time.Time
	before  map[string]*writer // of the span before the present one
}

// writer is a citizen who wrote lately.
type writer struct {
	*rate.Limiter
	latest [floodAgain]string // ids of messages
	next   int
}

// repeats reports whether the message was delivered before, and remembers it.
func (w *writer) repeats(id string) bool {
	if slices.Contains(w.latest[:], id) {
		return true
	}
	w.latest[w.next] = id
	w.next = (w.next + 1) % floodAgain
	return false
}

func newFlood(perMinute int) *flood {
	return &flood{perMinute: perMinute, talks: map[string]*writer{}}
}

// wait is how much later than usual a message of the conversation is answered.
// One that is delivered again counts once.
func (f *flood) wait(conversation, id string, now time.Time) time.Duration {
	if f.perMinute == 0 {
		return 0
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if now.Sub(f.started) > floodForget {
		f.before, f.talks, f.started = f.talks, map[string]*writer{}, now
	}
	w := f.talks[conversation]
	if w == nil {
		if w = f.before[conversation]; w == nil {
			w = &writer{Limiter: rate.NewLimiter(rate.Limit(float64(f.perMinute)/60), f.perMinute)}
		}
		f.talks[conversation] = w
	}
	if w.repeats(id) {
		return 0
	}
	r := w.ReserveN(now, 1)
	d := r.DelayFrom(now)
	if d > floodWaitMax {
		r.CancelAt(now)
		return floodWaitMax
	}
	return d
}
