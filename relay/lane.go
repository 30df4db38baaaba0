package relay

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// lane is the sending side of one channel.
type lane struct {
	out    *Outbox
	ch     Channel
	bucket *bucket
	slots  chan struct{} // one per send under way
	wake   chan struct{}
	behind atomic.Bool   // queued messages may wait in the database
	ended  chan struct{} // closed when the channel is no more, or another lane's

	mu       sync.Mutex
	leased   time.Time // by the monotonic clock
	doubted  time.Time // when it was last looked for sends without an outcome
	held     time.Time // nothing is sent before
	outage   outage
	settling map[int64]bool
	alarmed  map[string]time.Time
	latest   store.Sends
	fresh    bool // latest is not written down
}

func newLane(o *Outbox, c Channel) *lane {
	limits := c.Sender.Limits()
	perMinute := c.Rate
	if perMinute == 0 {
		perMinute = limits.PerMinute
	}
	l := &lane{
		out: o, ch: c,
		bucket:   newBucket(perMinute),
		slots:    make(chan struct{}, limits.InFlight),
		wake:     make(chan struct{}, 1),
		ended:    make(chan struct{}),
		settling: map[int64]bool{},
		alarmed:  map[string]time.Time{},
	}
	l.behind.Store(true)
	return l
}

func (l *lane) poke() { ring(l.wake) }

// more tells that messages may wait in the database.
func (l *lane) more() {
	l.behind.Store(true)
	l.poke()
}

// end lets no send begin any more.
func (l *lane) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.leased = time.Time{}
	close(l.ended)
}

// present is the lane that the channel has now: l itself, the one that took its
// place, or l when the channel is no more.
func (l *lane) present() *lane {
	if now := l.out.lane(l.ch.Key); now != nil {
		return now
	}
	return l
}

// observe keeps how an attempt ended, to be written down.
func (l *lane) observe(o store.Outcome) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fresh = true
	if o.Error != nil {
		l.latest.Failed, l.latest.Failure = l.out.Now(), *o.Error
	}
	if o.Status == models.OutSent {
		l.latest.Sent = o.SentAt
	}
}

// notes returns what is to be written down, once.
func (l *lane) notes() (store.Sends, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh := l.fresh
	l.fresh, l.latest.Channel = false, l.ch.Key
	return l.latest, fresh
}

// unnoted says that what notes returned was not written down.
func (l *lane) unnoted() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fresh = true
}

// lease extends the right to send. When it is new, what another process left
// unsettled is taken over; from time to time, what this one did.
func (l *lane) lease(ctx context.Context, until time.Time) {
	now := time.Now()
	l.mu.Lock()
	if l.over() {
		l.mu.Unlock()
		return
	}
	fresh := now.After(l.leased)
	l.leased = until
	due := now.Sub(l.doubted) >= l.out.doubtEvery
	if due {
		l.doubted = now
	}
	l.mu.Unlock()
	if due && l.doubt(ctx) || fresh {
		l.adopt(ctx)
	}
}

// over reports whether the lane has ended.
func (l *lane) over() bool {
	select {
	case <-l.ended:
		return true
	default:
		return false
	}
}

// doubt looks for messages of this process that have been on the way for longer
// than any send and the recording of its outcome take: the answer to a commit
// was lost, or the database was away. It reports whether there were any.
func (l *lane) doubt(ctx context.Context) bool {
	n, err := l.out.Store.DoubtOutbox(ctx, l.out.owner, l.ch.Key, l.out.Now().Add(-l.out.doubtAfter))
	if err != nil {
		l.out.Log.WithError(err).WithField("channel", l.ch.Key).Error("messages without an outcome not looked for")
	}
	return n > 0
}

func (l *lane) adopt(ctx context.Context) {
	held, err := l.out.Store.HeldUntil(ctx, l.ch.Key)
	var left []models.OutboxItem
	if err == nil {
		left, err = l.out.Store.AdoptOutbox(ctx, l.out.owner, l.ch.Key)
	}
	if err != nil {
		l.out.Log.WithError(err).WithField("channel", l.ch.Key).Error("unsettled messages not taken over")
		l.mu.Lock()
		l.leased = time.Time{} // the next lease is new again
		l.mu.Unlock()
		return
	}
	l.stopUntil(held)
	for _, it := range left {
		l.settle(ctx, it)
	}
	l.behind.Store(true)
	l.poke()
}

// may reports whether a send may start now.
func (l *lane) may() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Before(l.leased) && !l.out.Now().Before(l.held) && l.outage.over(time.Now())
}

// tried tells how an attempt went as far as the platform is concerned.
func (l *lane) tried(e *channel.SendError) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case e == nil:
		l.outage.succeeded()
	case e.Kind == channel.KindTemporary && e.Wait == 0:
		l.outage.failed(time.Now())
	}
}

// ticket is the right to send one message. It is used by start or given back.
type ticket struct{ lane *lane }

// take returns a ticket, or nil when the channel is busy, stopped, at its rate
// or in another process's hands.
func (l *lane) take() *ticket {
	if !l.may() {
		return nil
	}
	select {
	case l.slots <- struct{}{}:
	default:
		return nil
	}
	if !l.bucket.take(time.Now()) {
		<-l.slots
		return nil
	}
	l.out.sends.Add(1)
	return &ticket{lane: l}
}

// giveBack returns an unused ticket.
func (t *ticket) giveBack() {
	t.lane.bucket.giveBack()
	t.free()
}

func (t *ticket) free() {
	<-t.lane.slots
	t.lane.out.sends.Done()
}

// start sends the message in the background.
func (t *ticket) start(ctx context.Context, it models.OutboxItem) {
	go func() {
		defer t.free()
		t.lane.send(context.WithoutCancel(ctx), it)
	}()
}

// run takes queued messages until ctx ends.
func (l *lane) run(ctx context.Context) {
	for {
		if err := l.fill(ctx); err != nil && ctx.Err() == nil {
			l.out.Log.WithError(err).WithField("channel", l.ch.Key).Error("queued messages not taken")
		}
		if !l.rest(ctx) {
			return
		}
	}
}

// rest waits for a wake-up, or until a message that is to be tried later is
// due. It reports whether there is more to do than to end.
func (l *lane) rest(ctx context.Context) bool {
	t := time.NewTimer(l.untilNext(ctx))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-l.ended:
		return false
	case <-l.wake:
	case <-t.C:
		l.behind.Store(true)
	}
	return true
}

// untilNext is the wait for the next message that is queued for later.
func (l *lane) untilNext(ctx context.Context) time.Duration {
	switch behind := l.behind.Load(); {
	case behind && l.may(): // at the channel's limit: a slot or its rate frees it
		return pollBusy
	case behind:
		return pollStopped
	}
	at, ok, err := l.out.Store.NextOutbox(ctx, l.ch.Key)
	if err != nil || !ok {
		return pollIdle
	}
	return min(max(at.Sub(l.out.Now()), pollBusy), pollIdle)
}

// fill starts as many queued messages as the channel takes now.
func (l *lane) fill(ctx context.Context) error {
	for l.behind.Load() && ctx.Err() == nil {
		tickets := l.takeAll()
		if len(tickets) == 0 {
			return nil
		}
		l.behind.Store(false)
		items, err := l.out.Store.ClaimOutbox(ctx, l.out.owner, l.ch.Key, len(tickets))
		for i, t := range tickets {
			if i < len(items) {
				t.start(ctx, items[i])
			} else {
				t.giveBack()
			}
		}
		if err != nil {
			return err
		}
		if len(items) > 0 {
			l.behind.Store(true)
		}
	}
	return nil
}

// claimAtOnce bounds one claim.
const claimAtOnce = 64

func (l *lane) takeAll() []*ticket {
	var ts []*ticket
	for len(ts) < claimAtOnce {
		t := l.take()
		if t == nil {
			break
		}
		ts = append(ts, t)
	}
	return ts
}

// hold stops the channel for a while, here and for the process that comes after.
func (l *lane) hold(ctx context.Context, reason string, d time.Duration) {
	until := l.out.Now().Add(d)
	l.stopUntil(until)
	if err := l.out.Store.HoldChannel(ctx, l.ch.Key, reason, until); err != nil {
		l.out.Log.WithError(err).WithField("channel", l.ch.Key).Error("stop of the channel not recorded")
	}
	l.alarm(ctx, reason)
}

// stopUntil stops the channel here. A longer stop stays.
func (l *lane) stopUntil(at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at.After(l.held) {
		l.held = at
	}
}

// alarmAgain is how long the same alarm of a channel is not repeated, standAgain
// how long one that stands is not looked after.
const alarmAgain, standAgain = 15 * time.Minute, 20 * time.Second

// anew reports whether that was not said for so long, and is from now on.
func (l *lane) anew(about string, span time.Duration) bool {
	now := l.out.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.alarmed[about]) < span {
		return false
	}
	l.alarmed[about] = now
	return true
}

// alarm tells staff that a channel or one of its messages needs eyes.
func (l *lane) alarm(ctx context.Context, about string) {
	if !l.anew(about, alarmAgain) {
		return
	}
	raised := store.Alarm{Kind: store.AlarmChannel, Unit: l.ch.Unit, About: about, Channel: l.ch.Key}
	err := l.out.Store.Update(ctx, func(tx *store.Tx) error { return tx.Raise(raised) })
	if err != nil {
		l.out.Log.WithError(err).WithField("channel", l.ch.Key).Error(about)
	}
}

// stand tells staff that nothing goes out before somebody gives a new token.
func (l *lane) stand(ctx context.Context, code string) {
	if !l.anew("dead token "+code, standAgain) {
		return
	}
	dead := store.Alarm{Kind: store.AlarmToken, Unit: l.ch.Unit, About: code, Channel: l.ch.Key}
	if err := l.out.Store.Update(ctx, func(tx *store.Tx) error { return tx.Stand(dead) }); err != nil {
		l.out.Log.WithError(err).WithField("channel", l.ch.Key).Error("a dead token")
	}
}

// report hands an outcome to be recorded.
func (l *lane) report(out store.Outcome) {
	l.observe(out)
	l.out.Metrics.sent(l.ch.Key, string(out.Status))
	out.Owner = l.out.owner
	l.out.outcomes <- outcome{out, l}
}

// follow goes on after attempts have ended: a message that stood behind one of
// them in its conversation could not be taken before, and nothing else tells
// that now it can.
func (l *lane) follow(ctx context.Context) {
	if !l.behind.Load() {
		at, ok, err := l.out.Store.NextOutbox(ctx, l.ch.Key)
		if err != nil || ok && !at.After(l.out.Now()) {
			l.behind.Store(true)
		}
	}
	if l.behind.Load() {
		l.poke()
	}
}
