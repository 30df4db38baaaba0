package handlers

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	watchEvery = time.Second      // between two looks at a unit's inbox
	watchMost  = 1000             // browsers that are told at once
	liveFor    = 5 * time.Minute  // of one connection: then the browser shows again who it is
	liveBeat   = 20 * time.Second // between two signs of life, for proxies
)

// watch tells browsers that the inbox of their unit changed. However many listen,
// a unit is looked at once in a while, and not at all while nobody listens.
type watch struct {
	look  func(ctx context.Context, unit string) (mark string, err error)
	every time.Duration

	mu    sync.Mutex
	units map[string]*watched
	total int
}

// watched is a unit that somebody listens for.
type watched struct {
	stop      context.CancelFunc
	mark      string
	listeners map[chan string]bool
}

func newWatch(look func(context.Context, string) (string, error), every time.Duration) *watch {
	return &watch{look: look, every: every, units: map[string]*watched{}}
}

// listen returns where the unit's mark is told, at once if it is known and at
// each change, and how to stop listening. A slow listener misses marks in
// between, never the latest.
func (w *watch) listen(unit string) (marks <-chan string, leave func(), err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.total >= watchMost {
		return nil, nil, fmt.Errorf("listen for changes: %w", errBusy)
	}
	w.total++
	u := w.units[unit]
	if u == nil {
		ctx, stop := context.WithCancel(context.Background())
		u = &watched{stop: stop, listeners: map[chan string]bool{}}
		w.units[unit] = u
		go w.run(ctx, unit, u)
	}
	c := make(chan string, 1)
	u.listeners[c] = true
	if u.mark != "" {
		c <- u.mark
	}
	return c, func() { w.leave(unit, u, c) }, nil
}

func (w *watch) leave(unit string, u *watched, c chan string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.total--
	delete(u.listeners, c)
	if len(u.listeners) == 0 {
		u.stop()
		delete(w.units, unit)
	}
}

// run looks at a unit until nobody listens. A look that fails is made again at
// the next beat; the lists themselves tell staff when the database is away.
func (w *watch) run(ctx context.Context, unit string, u *watched) {
	beat := time.NewTicker(w.every)
	defer beat.Stop()
	for {
		if mark, err := w.look(ctx, unit); err == nil {
			w.tell(u, mark)
		}
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
	}
}

func (w *watch) tell(u *watched, mark string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u.mark == mark {
		return
	}
	u.mark = mark
	for c := range u.listeners {
		select {
		case <-c: // it has not read the one before
		default:
		}
		c <- mark
	}
}

// live tells a browser by server-sent events when the inbox changed: it gets the
// new mark, and fetches the list again. With the mark of what it shows, it learns
// at once what it missed.
func (s *server) live(v *visit) error {
	marks, leave, err := s.console.watch.listen(v.who.Unit)
	if err != nil {
		return err
	}
	defer leave()
	shown := v.GetHeader("Last-Event-ID")
	if shown == "" {
		shown = v.Query("mark")
	}
	_ = http.NewResponseController(v.Writer).SetReadDeadline(time.Time{}) // the server's is for bodies; a recorder has none
	v.Header("Content-Type", "text/event-stream")
	v.Header("X-Accel-Buffering", "no")
	v.Status(http.StatusOK)
	fmt.Fprint(v.Writer, "retry: 3000\n\n")
	v.Writer.Flush()
	s.tellMarks(v, marks, shown)
	return nil
}

func (s *server) tellMarks(v *visit, marks <-chan string, shown string) {
	end, beat := time.NewTimer(liveFor), time.NewTicker(liveBeat)
	defer end.Stop()
	defer beat.Stop()
	for {
		text := ":\n\n"
		select {
		case <-v.Request.Context().Done():
			return
		case <-s.Closing:
			return
		case <-end.C:
			return
		case <-beat.C:
		case mark := <-marks:
			if mark == shown {
				continue
			}
			shown, text = mark, "id: "+mark+"\nevent: change\ndata: "+mark+"\n\n"
		}
		if _, err := fmt.Fprint(v.Writer, text); err != nil {
			return
		}
		v.Writer.Flush()
	}
}
