package relay

import (
	"context"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/text"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// batch is how many conversations are played in one transaction. On SQLite
	// nothing can be appended meanwhile, so it is not large.
	batch = 64
	// gatherMax bounds the wait for the end of a burst that does not end.
	gatherMax = 10 * time.Second
	// triesAlone is how often a conversation may fail alone before it is parked.
	triesAlone = 3
	// failedWait is the wait after a failed round, doubled with each up to
	// failedMax: a database that is away is not to be stormed.
	failedWait, failedMax = 100 * time.Millisecond, 2 * time.Second
	// lockedWait is the wait when what is due is in another's hands.
	lockedWait = 5 * time.Millisecond
	idleWait   = 250 * time.Millisecond // the net for what no wake-up told of
)

// Ear understands a burst of a citizen's messages.
type Ear interface {
	Understand(s bot.State, burst []models.Event) bot.Event
	// Immediate reports whether the event is a tap, a typed number, a label or
	// a command, which is an event of its own and never waits for more.
	Immediate(e models.Event) bool
	// Directory adds what is public of a unit, as a text asks for it at that time.
	Directory(h *bot.Heard, unit, text string, at time.Time)
	// Procedure is what is told of a procedure at a unit that handles it in its
	// own way; false where it does not.
	Procedure(unit, code string) (bot.ProcedureView, bool)
	// Why names the words of a question that led to the procedure, "" for none.
	Why(question, procedure string) string
}

// InboxDeps are what an Inbox needs.
type InboxDeps struct {
	Store     *store.Store
	Ear       Ear
	Wording   func() *text.Catalogue // as it is now
	Offices   *Offices
	Deadlines func() models.Deadlines
	Outbox    *Outbox
	Log       logrus.FieldLogger
	Metrics   *Metrics
	Now       func() time.Time
	NewCode   func(now time.Time) string // mints a case code
	NewSecret func() string              // mints a receipt's secret word; nil mints none
	NewID     func() string              // mints an attachment's id
	Files     func()                     // told when there are files to fetch
	Dossiers  DossierBook
	Templates Templates // approved texts for when a window has closed; nil has none
}

// Inbox plays what happened: claims conversations with something new, plays
// their events in order and commits state, effects and answers together.
type Inbox struct {
	InboxDeps
	wake chan struct{}

	mu       sync.Mutex
	failures map[string]int // of conversations that failed alone
}

// NewInbox returns an inbox; it does nothing before Run.
func NewInbox(d InboxDeps) *Inbox {
	return &Inbox{InboxDeps: d, wake: make(chan struct{}, 1), failures: map[string]int{}}
}

// Wake tells that something was appended.
func (b *Inbox) Wake() { ring(b.wake) }

// Run plays until ctx ends; what is under way is committed first. It plays as
// many turns at once as the store takes: each conversation is locked by one.
func (b *Inbox) Run(ctx context.Context) {
	var players sync.WaitGroup
	for range b.Store.Writers() {
		players.Go(func() { b.run(ctx) })
	}
	players.Wait()
}

func (b *Inbox) run(ctx context.Context) {
	wait := failedWait
	for ctx.Err() == nil {
		n, err := b.Round(context.WithoutCancel(ctx))
		if err != nil {
			b.Log.WithError(err).Error("inbox not played")
			b.sleep(ctx, wait)
			wait = min(2*wait, failedMax)
			continue
		}
		wait = failedWait
		if n == 0 {
			b.sleep(ctx, b.untilDue(ctx))
		}
	}
}

// untilDue is the wait for the next event that becomes due by itself.
func (b *Inbox) untilDue(ctx context.Context) time.Duration {
	due, ok, err := b.Store.NextDue(ctx)
	if err != nil || !ok {
		return idleWait
	}
	return min(max(due.Sub(b.Now()), lockedWait), idleWait)
}

func (b *Inbox) sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-b.wake:
	case <-t.C:
	}
}

// Round plays the conversations that are due now, at most batch of them, and
// returns how many it claimed.
func (b *Inbox) Round(ctx context.Context) (int, error) {
	p, n, err := b.claim(ctx, batch, "")
	if err != nil && p != nil && len(p.claimed) > 0 {
		b.Log.WithError(err).WithField("conversations", len(p.claimed)).Warn("batch failed; each is played alone")
		return n, b.alone(ctx, p.claimed)
	}
	if err == nil && p != nil {
		b.forgive(p.claimed)
	}
	return n, err
}

// forgive forgets that the conversations failed once: only failures in a row
// lead to being parked.
func (b *Inbox) forgive(ids []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.failures) == 0 {
		return
	}
	for _, id := range ids {
		delete(b.failures, id)
	}
}

// claim plays conversations in one transaction and hands what they said on.
func (b *Inbox) claim(ctx context.Context, limit int, only string) (*play, int, error) {
	var p *play
	n, err := b.Store.Claim(ctx, b.Now(), limit, only, func(tx *store.Tx, talks []store.Talk) error {
		if p != nil {
			p.giveBack() // the transaction is tried again
		}
		p = b.newPlay(tx)
		return p.all(talks)
	})
	if p == nil {
		return nil, n, err
	}
	if err != nil {
		p.giveBack()
		return p, n, err
	}
	p.handOver(ctx)
	return p, n, nil
}

// alone plays conversations one by one, so that a broken one harms no other.
func (b *Inbox) alone(ctx context.Context, ids []string) error {
	var last error
	for _, id := range ids {
		_, _, err := b.claim(ctx, 1, id)
		if err != nil && b.Store.Ping(ctx) != nil {
			return err // the database's fault, not the conversation's
		}
		if b.failed(id, err) >= triesAlone {
			b.park(ctx, id, err)
		}
		if err != nil {
			last = err
		}
	}
	return last
}

// failed counts how often a conversation has failed alone, up to now.
func (b *Inbox) failed(id string, err error) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil {
		delete(b.failures, id)
		return 0
	}
	b.failures[id]++
	return b.failures[id]
}

func (b *Inbox) park(ctx context.Context, id string, cause error) {
	log := b.Log.WithError(cause).WithField("channel", models.PlatformOf(id))
	if err := b.Store.Park(ctx, id, cause.Error()); err != nil {
		log.WithField("park", err.Error()).Error("broken conversation not parked")
		return
	}
	b.failed(id, nil)
	b.Metrics.park()
	log.Error("conversation parked: staff must look at it and release it")
}
