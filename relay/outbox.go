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
	// noteEvery is how often it is written down when a channel sent last.
	noteEvery = 5 * time.Second
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
	mu       sync.RWMutex
	lanes    map[string]*lane
	start    func(*lane) // runs a lane; nil before Run and after its end
	noted    time.Time   // when the latest sends were written down
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
	o.SetChannels(d.Channels)
	return o
}

// SetChannels makes these the channels that are sent through. A channel that
// stays as it was is not touched; of any other that was, no send is begun any
// more, and those under way come to their end.
func (o *Outbox) SetChannels(list []Channel) {
	o.mu.Lock()
	defer o.mu.Unlock()
	before := o.lanes
	o.lanes = make(map[string]*lane, len(list))
	for _, c := range list {
		l := before[c.Key]
		if l == nil || l.ch != c {
			l = newLane(o, c)
			if o.start != nil {
				o.start(l)
			}
		}
		o.lanes[c.Key] = l
	}
	for k, l := range before {
		if o.lanes[k] != l {
			l.end()
		}
	}
}

// lane returns the sending side of a channel, nil where there is none.
func (o *Outbox) lane(key string) *lane {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.lanes[key]
}

func (o *Outbox) all() []*lane {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return slices.Collect(maps.Values(o.lanes))
}

// begin runs the lanes, and those that are added later.
func (o *Outbox) begin(ctx context.Context, lanes *sync.WaitGroup) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.start = func(l *lane) { lanes.Go(func() { l.run(ctx) }) }
	for _, l := range o.lanes {
		o.start(l)
	}
}

// cease lets no lane be added any more.
func (o *Outbox) cease() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.start = nil
}

// Run sends until ctx ends, then waits for the sends under way, records them
// and gives the channels back.
func (o *Outbox) Run(ctx context.Context) {
	recorded := make(chan struct{})
	saving, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	go func() { defer close(recorded); o.record(saving) }()
	var lanes sync.WaitGroup
	o.begin(ctx, &lanes)
	o.renew(ctx)
	o.cease()
	close(o.closing)
	time.AfterFunc(drain, giveUp)
	lanes.Wait()
	o.sends.Wait()
	close(o.outcomes)
	<-recorded
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	o.note(last)
	if err := o.Store.ReleaseChannels(last, o.owner); err != nil {
		o.Log.WithError(err).Warn("channels not given back; they are free after their lease")
	}
}

// Wake makes every channel look for messages that another process queued.
func (o *Outbox) Wake() {
	for _, l := range o.all() {
		l.more()
	}
}

// renew keeps the leases of the channels until ctx ends.
func (o *Outbox) renew(ctx context.Context) {
	tick := time.NewTicker(leaseEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		asked := time.Now()
		keys := make([]string, 0)
		for _, l := range o.all() {
			keys = append(keys, l.ch.Key)
		}
		held, err := o.Store.LeaseChannels(ctx, o.owner, keys, leaseTTL)
		if err != nil && ctx.Err() == nil {
			o.Log.WithError(err).Error("lease of channels not renewed")
		}
		for _, k := range held {
			if l := o.lane(k); l != nil {
				l.lease(ctx, asked.Add(leaseTTL-leaseSlack))
			}
		}
		if asked.Sub(o.noted) >= noteEvery {
			o.noted = asked
			o.note(ctx)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// note writes down when each channel sent last, and what failed last.
func (o *Outbox) note(ctx context.Context) {
	var list []store.Sends
	var of []*lane
	for _, l := range o.all() {
		if n, fresh := l.notes(); fresh {
			list, of = append(list, n), append(of, l)
		}
	}
	err := o.Store.NoteSends(ctx, list)
	if err == nil {
		return
	}
	for _, l := range of {
		l.unnoted()
	}
	if ctx.Err() == nil {
		o.Log.WithError(err).Warn("not noted when channels sent last")
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
			l.present().follow(ctx)
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
	l := o.lane(key)
	if l == nil {
		return nil
	}
	return l.take()
}

// limits are those of the channel's platform; a channel that is configured no
// more has the tightest.
func (o *Outbox) limits(key string) channel.Limits {
	if l := o.lane(key); l != nil {
		return l.ch.Sender.Limits()
	}
	return channel.Limits{MaxRunes: 1900, MaxChoices: 10, Numbered: true}
}

// queued tells that messages of the channel wait in the database.
func (o *Outbox) queued(key string) {
	if l := o.lane(key); l != nil {
		l.more()
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
