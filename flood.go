package main

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	floodWaitMax = 10 * time.Second
	floodForget  = 2 * time.Minute
)

// flood slows the answers to a citizen who writes more than so many messages a
// minute. It drops nothing and remembers only who wrote lately.
type flood struct {
	perMinute int

	mu      sync.Mutex
	talks   map[string]*rate.Limiter
	started time.Time
	before  map[string]*rate.Limiter // of the span before the present one
}

func newFlood(perMinute int) *flood {
	return &flood{perMinute: perMinute, talks: map[string]*rate.Limiter{}}
}

// wait is how much later than usual a message of the conversation is answered.
func (f *flood) wait(conversation string, now time.Time) time.Duration {
	if f.perMinute == 0 {
		return 0
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if now.Sub(f.started) > floodForget {
		f.before, f.talks, f.started = f.talks, map[string]*rate.Limiter{}, now
	}
	l := f.talks[conversation]
	if l == nil {
		if l = f.before[conversation]; l == nil {
			l = rate.NewLimiter(rate.Limit(float64(f.perMinute)/60), f.perMinute)
		}
		f.talks[conversation] = l
	}
	r := l.ReserveN(now, 1)
	d := r.DelayFrom(now)
	if d > floodWaitMax {
		r.CancelAt(now)
		return floodWaitMax
	}
	return d
}
