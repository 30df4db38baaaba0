package relay

import (
	"sync"
	"time"
)

// bucket bounds a channel's sends: so many a minute, at most a minute's worth
// at once. A right that was taken and not used can be given back, which a
// rate.Limiter refuses once the moment of the reservation has passed.
type bucket struct {
	perMinute float64

	mu     sync.Mutex
	rights float64
	filled time.Time
}

// newBucket returns a full one.
func newBucket(perMinute int) *bucket {
	return &bucket{perMinute: float64(perMinute), rights: float64(perMinute)}
}

// take takes one right, if there is one.
func (b *bucket) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if d := now.Sub(b.filled); d > 0 {
		b.rights = min(b.rights+d.Minutes()*b.perMinute, b.perMinute)
		b.filled = now
	}
	if b.rights < 1 {
		return false
	}
	b.rights--
	return true
}

// giveBack returns a right that was not used.
func (b *bucket) giveBack() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rights = min(b.rights+1, b.perMinute)
}
