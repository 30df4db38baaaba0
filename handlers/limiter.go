package handlers

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	lookupEvery  = time.Minute / 20 // a lookup of a code from one address, after a burst
	lookupBurst  = 10
	proofEvery   = 2 * time.Hour // a wrong proof for one case, after a burst: three digits are soon tried through
	proofBurst   = 5
	maxAddresses = 4096 // remembered in each of two generations
)

// limiter bounds lookups per address, so that codes cannot be guessed by
// trying, and wrong proofs per code. It remembers two generations of keys: when
// the young one is full it becomes the old one and the old one is forgotten, so
// memory is bounded and a key in use is kept.
type limiter struct {
	mu         sync.Mutex
	now        func() time.Time
	every      rate.Limit
	burst      int
	young, old map[string]*rate.Limiter
}

// newLimiter allows a burst, and then one more in every span.
func newLimiter(now func() time.Time, every time.Duration, burst int) *limiter {
	return &limiter{now: now, every: rate.Every(every), burst: burst, young: map[string]*rate.Limiter{}}
}

// subscriber is what one household or office has of addresses: a whole /64 of
// IPv6, so that nobody tries codes from 2^64 addresses.
func subscriber(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	net, _ := ip.WithZone("").Prefix(64) // every IPv6 address has one
	return net.String()
}

// allow reports whether the key may be used once more.
func (l *limiter) allow(key string) bool {
	_, ok := l.take(key)
	return ok
}

// take is allow for uses of which some turn out not to count: those are given
// back.
func (l *limiter) take(key string) (giveBack func(), ok bool) {
	now := l.now()
	r := l.of(key).ReserveN(now, 1)
	if r.DelayFrom(now) > 0 {
		r.CancelAt(now)
		return nil, false
	}
	return func() { r.CancelAt(now) }, true
}

func (l *limiter) of(key string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	one, known := l.young[key]
	if !known {
		if one, known = l.old[key]; !known {
			one = rate.NewLimiter(l.every, l.burst)
		}
		if len(l.young) >= maxAddresses {
			l.young, l.old = map[string]*rate.Limiter{}, l.young
		}
		l.young[key] = one
	}
	return one
}
