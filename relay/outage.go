package relay

import "time"

const (
	// outageAfter is how many temporary failures without a success between
	// them make an outage of the platform.
	outageAfter = 3
	outageMin   = 250 * time.Millisecond
	// outageMax and retryMax together stay below 30 s (contract, section 6).
	outageMax = 8 * time.Second
)

// outage stops a channel for short spans, doubling, while its platform is
// away: every message trying by itself would keep the database busy for
// nothing, and the webhooks waiting.
type outage struct {
	failures int
	rounds   int
	until    time.Time
}

// succeeded tells that the platform took a message.
func (o *outage) succeeded() { *o = outage{} }

// failed tells of a temporary failure. Those of sends that began before the
// present stop belong to the same round.
func (o *outage) failed(now time.Time) {
	o.failures++
	if o.failures < outageAfter || now.Before(o.until) {
		return
	}
	o.until = now.Add(min(outageMin<<o.rounds, outageMax))
	o.rounds = min(o.rounds+1, 10)
}

// over reports whether sends may start.
func (o *outage) over(now time.Time) bool { return !now.Before(o.until) }
