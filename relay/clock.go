package relay

import (
	"context"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// clockTick is how often due work is looked for that should not wait.
	clockTick = 2 * time.Second
	// progressEvery is how often windows that will close are looked for.
	progressEvery = time.Minute
	// questionDays is how long what citizens asked is kept, to try changes of
	// content on it; forgetEvery is how often older questions are looked for.
	questionDays, forgetEvery = 90, time.Hour
	// clockLock bounds how long a killed process keeps its work from the others
	// (contract, section 6). Whoever is slower than that does no harm: what it
	// does has the same result when it is done twice.
	clockLock = 4 * time.Second
)

// ClockDeps are what a Clock needs.
type ClockDeps struct {
	Store    *store.Store
	Channels func() []Channel
	Watch    *Watch  // looks after the channels; nil does not
	Duty     []*Duty // who mail staff; empty when nobody is told of anything
	// Deadlines looks after due dates, Reminders mails staff of them; nil does not.
	Deadlines *Deadlines
	Reminders *Reminders
	Retention *Retention // forgets what was kept long enough; nil keeps everything
	// AlertMails mails staff what they chose to be mailed; nil does not.
	AlertMails *AlertMails
	Log        logrus.FieldLogger
	Now        func() time.Time
	// Talks are the conversations of somebody whose id is scoped to a platform's
	// app, whether anything was said in them or not; nil knows none.
	Talks func(ctx context.Context, subject string) ([]string, error)
	// ReopenDays is for how many days a resolved case may be called not done; 0
	// is 15.
	ReopenDays int
}

// Clock does what falls due by itself: carries out erasures, tells citizens
// before a sending window closes that their case is being worked on, and mails
// staff what must not wait. Of several processes one does each.
type Clock struct {
	ClockDeps
	mask     func(text string, names ...string) string
	progress time.Time // when windows were looked at last
	forgot   time.Time // when old questions were looked for last
	resolve  time.Time // no request without a conversation is looked into before
}

// NewClock returns a clock; it does nothing before Run.
func NewClock(d ClockDeps) *Clock { return &Clock{ClockDeps: d, mask: bot.Mask} }

// Run works until ctx ends.
func (c *Clock) Run(ctx context.Context) {
	tick := time.NewTicker(clockTick)
	defer tick.Stop()
	for {
		c.Round(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Round does what is due now. What fails is tried again with the next round.
func (c *Clock) Round(ctx context.Context) {
	c.try(ctx, "erasures not carried out", c.Erase)
	c.try(ctx, "it is not known whose data is to be erased", c.Resolve)
	if now := c.Now(); now.Sub(c.progress) >= progressEvery {
		c.progress = now
		c.try(ctx, "citizens not told of progress", c.Progress)
	}
	if now := c.Now(); now.Sub(c.forgot) >= forgetEvery {
		c.forgot = now
		c.try(ctx, "old questions not forgotten", func(ctx context.Context) error {
			return c.Store.ForgetQuestions(ctx, now.AddDate(0, 0, -questionDays))
		})
		c.try(ctx, "old traffic not forgotten", func(ctx context.Context) error {
			return c.Store.ForgetTraffic(ctx, now.Add(-models.TrafficKept))
		})
	}
	if c.Retention != nil {
		c.try(ctx, "what was kept long enough not forgotten", c.Retention.Keep)
	}
	if c.Watch != nil {
		c.try(ctx, "channels not looked after", c.Watch.Keep)
	}
	for _, d := range c.Duty {
		c.try(ctx, d.failure(), d.Tell)
	}
	if c.AlertMails != nil {
		c.try(ctx, "staff not mailed of alerts", c.AlertMails.Tell)
	}
	c.deadlines(ctx)
}

// deadlines looks after due dates.
func (c *Clock) deadlines(ctx context.Context) {
	if c.Deadlines != nil {
		c.try(ctx, "due dates not looked after", c.Deadlines.Keep)
	}
	if c.Reminders != nil {
		c.try(ctx, "staff not reminded of due dates", c.Reminders.Tell)
	}
}

func (c *Clock) try(ctx context.Context, failure string, do func(context.Context) error) {
	if err := do(ctx); err != nil && ctx.Err() == nil {
		c.Log.WithError(err).Error(failure)
	}
}

// locked does the work unless another process is at it.
func locked(ctx context.Context, st *store.Store, name string, ttl time.Duration, do func() error) error {
	unlock, ok, err := st.Lock(ctx, "clock "+name, ttl)
	if err != nil || !ok {
		return err
	}
	defer unlock()
	return do()
}
