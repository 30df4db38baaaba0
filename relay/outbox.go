package relay

import (
	"context"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/sirupsen/logrus"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// leaseTTL is how long a dead process keeps a channel from the others.
	leaseTTL   = 4 * time.Second
	leaseEvery = time.Second
	// leaseSlack is the part of the lease in which the holder no longer starts
	// a send, so that clocks and pauses cannot make two senders.
	leaseSlack = time.Second
	// pollBusy is how soon a channel at its limit looks again, pollStopped one
	// that is stopped or another process's, pollIdle how soon any channel finds
	// what no wake-up told of.
	pollBusy    = 20 * time.Millisecond
	pollStopped = 200 * time.Millisecond
	pollIdle    = 3 * time.Second
	// drain is how long Run lets sends under way come to their end.
	drain = 20 * time.Second
	// saveTime bounds one try to record outcomes, saveTotal all tries. While
	// the database is away nothing else can be done, and an outcome that is lost
	// makes a message one of unknown outcome.
	saveTime, saveTotal = 10 * time.Second, 5 * time.Minute
	// doubtAfter is how long a message may be on the way before its outcome
	// counts as lost: longer than a send and a recording take.
	doubtAfter, doubtEvery = 45 * time.Second, 10 * time.Second
)

// Channel is one account of a platform that can be sent through.
type Channel struct {
	Key    string // models.ChannelKey
	Unit   string // slug, "" for the whole province
	Sender channel.Sender
	Rate   int // messages a minute; 0 is the platform's own limit
}

// FileSource is where stored files are read.
type FileSource interface {
	Open(ctx context.Context, key string) (io.ReadCloser, error)
}

// OutboxDeps are what an Outbox needs.
type OutboxDeps struct {
	Store    *store.Store
	Channels []Channel
	Files    FileSource // of what staff send
	Log      logrus.FieldLogger
	Metrics  *Metrics
	Now      func() time.Time
}

// Outbox sends what is queued: in order for each citizen, within the rate of
// each channel, many at once. Of several processes only the one that holds a
// channel's lease sends through it.
type Outbox struct {
	OutboxDeps
	owner    string
	lanes    map[string]*lane
	outcomes chan outcome
	sends    sync.WaitGroup // sends and settlements under way
	closing  chan struct{}  // closed when Run's context has ended
	settleAt [3]time.Duration

	doubtAfter, doubtEvery time.Duration
}

// NewOutbox returns an outbox; it does nothing before Run.
func NewOutbox(d OutboxDeps) *Outbox {
	o := &Outbox{
		OutboxDeps: d, owner: uuid.NewString(), lanes: map[string]*lane{}, outcomes: make(chan outcome, 1024),
		closing: make(chan struct{}), settleAt: settleTimes(), doubtAfter: doubtAfter, doubtEvery: doubtEvery,
	}
	for _, c := range d.Channels {
		o.lanes[c.Key] = newLane(o, c)
	}
	return o
}

// Run sends until ctx ends, then waits for the sends under way, records them
// and gives the channels back.
func (o *Outbox) Run(ctx context.Context) {
	recorded := make(chan struct{})
	saving, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	go func() { defer close(recorded); o.record(saving) }()
	var lanes sync.WaitGroup
	for _, l := range o.lanes {
		lanes.Go(func() { l.run(ctx) })
	}
	o.renew(ctx)
	close(o.closing)
	time.AfterFunc(drain, giveUp)
	lanes.Wait()
	o.sends.Wait()
	close(o.outcomes)
	<-recorded
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := o.Store.ReleaseChannels(last, o.owner); err != nil {
		o.Log.WithError(err).Warn("channels not given back; they are free after their lease")
	}
}

// Wake makes every channel look for messages that another process queued.
func (o *Outbox) Wake() {
	for _, l := range o.lanes {
		l.behind.Store(true)
		l.poke()
	}
}

// renew keeps the leases of the channels until ctx ends.
func (o *Outbox) renew(ctx context.Context) {
	keys := slices.Collect(maps.Keys(o.lanes))
	tick := time.NewTicker(leaseEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		asked := time.Now()
		held, err := o.Store.LeaseChannels(ctx, o.owner, keys, leaseTTL)
		if err != nil && ctx.Err() == nil {
			o.Log.WithError(err).Error("lease of channels not renewed")
		}
		for _, k := range held {
			o.lanes[k].lease(ctx, asked.Add(leaseTTL-leaseSlack))
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// outcome is how one attempt of a channel ended.
type outcome struct {
	store.Outcome
	lane *lane
}

// record writes outcomes down, all that have come together in one commit.
func (o *Outbox) record(ctx context.Context) {
	for first := range o.outcomes {
		batch := []store.Outcome{first.Outcome}
		lanes := map[*lane]bool{first.lane: true}
		for _, next := range o.gather() {
			batch, lanes[next.lane] = append(batch, next.Outcome), true
		}
		o.save(ctx, batch)
		for l := range lanes {
			l.follow(ctx)
		}
	}
}

// gather returns what else has come.
func (o *Outbox) gather() (batch []outcome) {
	for len(batch) < cap(o.outcomes) {
		select {
		case next, ok := <-o.outcomes:
			if !ok {
				return batch
			}
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

// save tries until the database takes the outcomes; a message whose outcome is
// never recorded is settled as unknown, by this process or the next.
func (o *Outbox) save(ctx context.Context, batch []store.Outcome) {
	ctx, cancel := context.WithTimeout(ctx, saveTotal)
	defer cancel()
	err := retry(ctx, func() error {
		once, cancel := context.WithTimeout(ctx, saveTime)
		defer cancel()
		return o.Store.FinishOutbox(once, batch)
	})
	if err != nil {
		o.Log.WithError(err).WithField("messages", len(batch)).Error("outcomes of sends not recorded")
	}
}

// take returns the right to send one message through the channel now, or nil.
func (o *Outbox) take(key string) *ticket {
	l := o.lanes[key]
	if l == nil {
		return nil
	}
	return l.take()
}

// limits are those of the channel's platform; a channel that is configured no
// more has the tightest.
func (o *Outbox) limits(key string) channel.Limits {
	if l := o.lanes[key]; l != nil {
		return l.ch.Sender.Limits()
	}
	return channel.Limits{MaxRunes: 1900, MaxChoices: 10, Numbered: true}
}

// queued tells that messages of the channel wait in the database.
func (o *Outbox) queued(key string) {
	if l := o.lanes[key]; l != nil {
		l.behind.Store(true)
		l.poke()
	}
}

// phoneKnown reports whether a person could phone the citizen of the message.
func (o *Outbox) phoneKnown(ctx context.Context, it models.OutboxItem) bool {
	code := it.Case
	if code == "" {
		c, err := o.Store.Conversation(ctx, it.Conversation)
		if err != nil || c.Case == "" {
			return false
		}
		code = c.Case
	}
	c, err := o.Store.Case(ctx, code)
	return err == nil && c.Contact.Phone != ""
}
