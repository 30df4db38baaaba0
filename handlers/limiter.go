package handlers

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	lookupsPerMinute = 20 // lookups of a code from one address
	lookupBurst      = 10
	maxAddresses     = 4096 // remembered in each of two generations
)

// limiter bounds lookups per address, so that codes cannot be guessed by
// trying. It remembers two generations of addresses: when the young one is
// full it becomes the old one and the old one is forgotten, so memory is
// bounded and an address in use is kept.
type limiter struct {
	mu         sync.Mutex
	now        func() time.Time
	young, old map[string]*rate.Limiter
}

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, young: map[string]*rate.Limiter{}}
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

// allow reports whether the address may look up once more.
func (l *limiter) allow(address string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	one, known := l.young[address]
	if !known {
		if one, known = l.old[address]; !known {
			one = rate.NewLimiter(rate.Limit(lookupsPerMinute)/60, lookupBurst)
		}
		if len(l.young) >= maxAddresses {
			l.young, l.old = map[string]*rate.Limiter{}, l.young
		}
		l.young[address] = one
	}
	return one.AllowN(l.now(), 1)
}
