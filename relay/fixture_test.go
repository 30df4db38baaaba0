package relay

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/hear"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/bot/text"
	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/data"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const testChannel = "messenger:1000001"

// phone is a platform that takes messages as the test tells it.
type phone struct {
	mu      sync.Mutex
	got     []channel.Message
	errs    []error // of the next sends
	arrived bool    // what Settle says
	asked   int
	settled []string      // names of the files that it was asked about
	refuses error         // of Settle
	hold    chan struct{} // when set, sends wait for it
	changed chan struct{}
	window  time.Duration // 0 is a day
}

func newPhone() *phone { return &phone{changed: make(chan struct{}, 1000)} }

// Send implements channel.Sender.
func (p *phone) Send(ctx context.Context, m channel.Message) (string, error) {
	if p.hold != nil {
		select {
		case <-p.hold:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	defer func() { p.changed <- struct{}{} }()
	p.got = append(p.got, m)
	if len(p.errs) > 0 {
		err := p.errs[0]
		p.errs = p.errs[1:]
		if err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("mid-%d-%d", m.ID, len(p.got)), nil
}

// Settle implements channel.Sender.
func (p *phone) Settle(_ context.Context, m channel.Message, _ time.Time, _ []string) (channel.Settled, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	if m.File != nil {
		p.settled = append(p.settled, m.File.Name)
	}
	if p.refuses != nil {
		return channel.Settled{}, p.refuses
	}
	return channel.Settled{Arrived: p.arrived, PlatformID: map[bool]string{true: "settled"}[p.arrived]}, nil
}

// Limits implements channel.Sender.
func (p *phone) Limits() channel.Limits {
	return channel.Limits{MaxRunes: 1900, MaxChoices: 13, InFlight: 8, PerMinute: 6000}
}

// Window implements channel.Sender: a day, unless the test says otherwise.
func (p *phone) Window(last, now time.Time, _ bool) channel.Window {
	length := cmp.Or(p.window, 24*time.Hour)
	return channel.Window{Open: now.Sub(last) < length, Until: last.Add(length)}
}

func (p *phone) messages() []channel.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]channel.Message(nil), p.got...)
}

// world is a relay on a store, with one channel.
type world struct {
	t      *testing.T
	store  *store.Store
	phone  *phone
	inbox  *Inbox
	outbox *Outbox
	n      int
}

// ear is the real one, unless the test puts a trap into it.
type trapEar struct {
	Ear
	trap func(models.Event)
}

func (e trapEar) Understand(s bot.State, in []models.Event) bot.Event {
	for _, ev := range in {
		e.trap(ev)
	}
	return e.Ear.Understand(s, in)
}

var mind = sync.OnceValues(func() (*lookup.Catalogue, *text.Catalogue) {
	c, err := lookup.Load(data.FS())
	if err != nil {
		panic(err)
	}
	w, err := text.Load()
	if err != nil {
		panic(err)
	}
	return c, w
})

func newWorld(t *testing.T, url string) *world { return newWorldAt(t, url, time.Now) }

// newWorldAt is a world whose citizens, inbox and store live at a time that the
// test sets.
func newWorldAt(t *testing.T, url string, now func() time.Time) *world {
	t.Helper()
	st, err := store.Open(t.Context(), url, store.Options{Migrate: true, SecretKey: make([]byte, 32), Now: now})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	w := &world{t: t, store: st, phone: newPhone()}
	w.outbox = w.newOutbox(w.phone)
	catalogue, wording := mind()
	ear := hear.New(catalogue, wording.Label)
	code := 0
	w.inbox = NewInbox(InboxDeps{
		Store: st, Ear: ear, Wording: func() *text.Catalogue { return wording }, Deadlines: catalogue.Deadlines, Outbox: w.outbox,
		Offices: &Offices{
			Serves: servesTranBien, Calendar: catalogue.Calendar, Province: "dong-nai",
			Units:     func(slug string) (bot.UnitView, bool) { return ear.Unit(slug, time.Now()) },
			Phone:     func(string) string { return "" },
			Category:  func(string) string { return "" },
			Sensitive: func(string) bool { return false },
		},
		Log: silent(), Now: now,
		NewCode: func(time.Time) string { code++; return fmt.Sprintf("PA2026-TEST%d", code) },
		Files:   func() {},
		NewID:   func() string { code++; return fmt.Sprintf("file-%d", code) },
	})
	return w
}

func (w *world) newOutbox(p *phone) *Outbox {
	o := NewOutbox(OutboxDeps{
		Store: w.store, Channels: []Channel{{Key: testChannel, Unit: "tran-bien", Sender: p}}, Log: silent(), Now: time.Now,
	})
	o.settleAt = [3]time.Duration{20 * time.Millisecond, 40 * time.Millisecond, 80 * time.Millisecond}
	return o
}

func servesTranBien(channel string) string {
	return map[string]string{testChannel: "tran-bien"}[channel]
}

func silent() logrus.FieldLogger {
	l := logrus.New()
	l.SetOutput(io.Discard)
	return l
}

// send runs the outbox for the rest of the test.
func (w *world) send(o *Outbox) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); o.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	w.t.Cleanup(stop)
	require.Eventually(w.t, func() bool { return o.lanes[testChannel].may() }, 10*time.Second, time.Millisecond)
	return stop
}

// says appends a citizen's message that is due at once.
func (w *world) says(peer, words string) models.Event {
	w.t.Helper()
	e := w.event(peer, words)
	require.NoError(w.t, w.store.Append(w.t.Context(), []models.Event{e}))
	return e
}

func (w *world) event(peer, words string) models.Event {
	w.n++
	id := fmt.Sprintf("m%d", w.n)
	return models.Event{Channel: testChannel, ID: id, Mid: id, Peer: peer, Kind: models.EventMessage, At: w.inbox.Now(), Text: words}
}

// play runs rounds until nothing is due.
func (w *world) play() {
	w.t.Helper()
	for {
		n, err := w.inbox.Round(w.t.Context())
		require.NoError(w.t, err)
		if n == 0 {
			return
		}
	}
}

// items lists the outbox, oldest first.
func (w *world) items() []models.OutboxItem {
	w.t.Helper()
	items, _, err := w.store.Outbox(w.t.Context(), "", "", store.Page{Limit: 200})
	require.NoError(w.t, err)
	for i, j := 0, len(items)-1; i < j; i, j = i+1, j-1 {
		items[i], items[j] = items[j], items[i]
	}
	return items
}

// until waits for the outbox to look as wanted.
func (w *world) until(cond func([]models.OutboxItem) bool) []models.OutboxItem {
	w.t.Helper()
	var last []models.OutboxItem
	require.Eventually(w.t, func() bool { last = w.items(); return cond(last) }, 15*time.Second, 5*time.Millisecond, "%+v", last)
	return last
}

func status(s models.OutboxStatus) func([]models.OutboxItem) bool {
	return func(items []models.OutboxItem) bool {
		for _, it := range items {
			if it.Status != s {
				return false
			}
		}
		return len(items) > 0
	}
}
