package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// How often the page is told of changes at most, and at least.
const (
	eventGap  = 50 * time.Millisecond
	eventBeat = 15 * time.Second
)

// events streams changes as server-sent events: the new exchanges of the wire
// log, and a version that tells the page to look at its phones again. An
// event's id is the newest exchange it holds, so a page that comes back goes
// on where it was.
func (s *Sandbox) events(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{})                         // where there is none to lift, fine
	seq, _ := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64) // 0 when absent
	securityHeaders(w.Header())
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		s.mu.Lock()
		version, changed := s.version, s.changed
		s.mu.Unlock()
		wire := s.Wire(seq)
		if len(wire) > 0 {
			seq = wire[len(wire)-1].Seq
		}
		data := marshal(map[string]any{"version": version, "wire": wire})
		if _, err := fmt.Fprintf(w, "id: %d\ndata: %s\n\n", seq, data); err != nil {
			return
		}
		if control.Flush() != nil || !s.pause(r, changed) {
			return
		}
	}
}

// pause waits for a change, or for the beat that keeps the line open, and a
// little longer, so that a flood of changes is told at once. It reports
// whether the page is still there.
func (s *Sandbox) pause(r *http.Request, changed <-chan struct{}) bool {
	return s.waitFor(r, changed, eventBeat) && s.waitFor(r, nil, eventGap)
}

func (s *Sandbox) waitFor(r *http.Request, wake <-chan struct{}, most time.Duration) bool {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-wake:
	case <-timer.C:
	case <-r.Context().Done():
		return false
	case <-s.ctx.Done():
		return false
	}
	return true
}
