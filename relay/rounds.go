package relay

import "time"

// rounds is when mails are tried: some pause after those that were sent, and after
// one that was not a wait, doubled with each up to dutyWaitMax.
type rounds struct {
	next time.Time // none is tried before
	wait time.Duration
}

// early reports whether none is to be tried yet.
func (r *rounds) early(now time.Time) bool { return now.Before(r.next) }

// end notes how the round of now ended, and returns its error.
func (r *rounds) end(now time.Time, pause time.Duration, err error) error {
	if err != nil {
		r.wait = min(max(2*r.wait, dutyWait), dutyWaitMax)
		r.next = now.Add(r.wait)
		return err
	}
	r.wait, r.next = 0, now.Add(pause)
	return nil
}
