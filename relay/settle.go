package relay

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// settleTimes are the times after an attempt at which its unknown outcome is
// looked up. Only at the last one does "not there" count as not delivered
// (contract, section 6).
func settleTimes() [3]time.Duration {
	return [3]time.Duration{2 * time.Second, 5 * time.Second, 10 * time.Second}
}

const (
	settleTimeout = 4 * time.Second
	settleAgain   = 3 * time.Second
	// untold is after how many times the last of settleTimes a platform that
	// refuses to tell is no longer asked.
	untold = 6
	// clockSkew is how far the platform's clock may be from ours.
	clockSkew = 5 * time.Second
)

// settle finds out in the background whether a message of unknown outcome
// arrived, and has it sent once more if it did not.
func (l *lane) settle(ctx context.Context, it models.OutboxItem) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.settling[it.ID] {
		return
	}
	l.settling[it.ID] = true
	l.out.sends.Add(1)
	go func() {
		defer l.out.sends.Done()
		defer l.settled(it.ID)
		l.watch(ctx, it)
	}()
}

func (l *lane) settled(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.settling, id)
}

// watch looks until the outcome is known, ctx ends or the channel is another's.
func (l *lane) watch(ctx context.Context, it models.OutboxItem) {
	for step := 0; ; step++ {
		wait := settleAgain
		if step < len(l.out.settleAt) {
			wait = it.SendingAt.Add(l.out.settleAt[step]).Sub(l.out.Now())
		}
		if !l.pause(ctx, wait) || l.look(ctx, it) {
			return
		}
	}
}

// pause waits, and reports whether there is still reason to go on.
func (l *lane) pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-l.out.closing:
		return false
	case <-ctx.Done():
		return false
	case <-time.After(max(d, 0)):
		l.mu.Lock()
		defer l.mu.Unlock()
		return time.Now().Before(l.leased)
	}
}

// look asks our own record, which an echo may have settled, then the platform.
// It reports whether the outcome is known now.
func (l *lane) look(ctx context.Context, it models.OutboxItem) bool {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	status, _, err := l.out.Store.OutboxStatus(ctx, it.ID)
	if err != nil {
		l.out.Log.WithError(err).Error("state of a message not read")
		return false
	}
	if status != models.OutUnknown && status != models.OutSending { // an echo was faster
		l.present().follow(ctx)
		return true
	}
	waited, last := l.out.Now().Sub(it.SendingAt), l.out.settleAt[len(l.out.settleAt)-1]
	found, err := l.ask(ctx, it)
	switch {
	case err != nil:
		l.out.Log.WithError(err).WithField("channel", l.ch.Key).Warn("platform does not tell whether a message arrived")
		if waited < untold*last || !refused(err) {
			return false
		}
		l.alarm(ctx, "settle: the platform refuses to tell whether messages arrived")
		// Not sent again blindly, and what is behind it goes on.
		l.report(l.givenUp(ctx, it, "the platform refuses to tell whether it arrived"))
		return true
	case found.Arrived:
		l.report(store.Outcome{ID: it.ID, Attempt: it.Attempts, Status: models.OutSent, PlatformID: found.PlatformID, SentAt: l.out.Now(), Resent: it.Resent})
		return true
	case waited < last:
		return false
	}
	l.report(l.lost(ctx, it))
	return true
}

// refused reports whether the platform answered, and will answer the same when
// it is asked again: a right to read conversations that the channel lacks.
func refused(err error) bool {
	var e *channel.SendError
	return errors.As(err, &e) && slices.Contains([]channel.Kind{
		channel.KindRejected, channel.KindMisconfigured, channel.KindBlocked, channel.KindOwned,
	}, e.Kind)
}

func (l *lane) ask(ctx context.Context, it models.OutboxItem) (channel.Settled, error) {
	known, err := l.out.Store.KnownIDs(ctx, it.Conversation)
	if err != nil {
		return channel.Settled{}, err
	}
	return l.ch.Sender.Settle(ctx, message(it), it.SendingAt.Add(-clockSkew), known)
}

// lost is the outcome of a message that did not arrive: once more, never twice.
func (l *lane) lost(ctx context.Context, it models.OutboxItem) store.Outcome {
	if !it.Resent {
		l.behind.Store(true)
		return store.Outcome{ID: it.ID, Attempt: it.Attempts, Status: models.OutQueued, NextAt: l.out.Now(), Resent: true}
	}
	return l.givenUp(ctx, it, "did not arrive twice")
}

// givenUp is the last outcome of a message that is not known to have arrived.
func (l *lane) givenUp(ctx context.Context, it models.OutboxItem, why string) store.Outcome {
	return store.Outcome{
		ID: it.ID, Attempt: it.Attempts, Status: l.undelivered(ctx, it), Resent: it.Resent,
		Error: &models.OutboxError{Kind: string(channel.KindUnknown), Message: why},
	}
}
