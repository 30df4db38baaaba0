package relay

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	sendTimeout = 20 * time.Second
	// retryMax keeps a message within 30 s of the platform's return
	// (contract, section 6).
	retryMax       = 20 * time.Second
	throttledHold  = 15 * time.Second
	tokenHold      = 30 * time.Second
	restrictedHold = 5 * time.Minute
)

// send makes one attempt and reports its outcome.
func (l *lane) send(ctx context.Context, it models.OutboxItem) {
	m := message(it)
	staff := it.Origin == models.OriginStaff
	if !l.ch.Sender.Window(it.LastUserAt, l.out.Now(), staff).Open {
		closed := &channel.SendError{Kind: channel.KindWindow, Code: "window", Message: "the sending window is closed"}
		l.report(l.failed(ctx, it, closed))
		return
	}
	bounded, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	began := time.Now()
	id, err := l.ch.Sender.Send(bounded, m)
	l.out.Metrics.took(l.ch.Key, time.Since(began))
	if err == nil {
		l.tried(nil)
		l.report(store.Outcome{ID: it.ID, Attempt: it.Attempts, Status: models.OutSent, PlatformID: id, SentAt: l.out.Now()})
		return
	}
	failure := asSendError(err)
	l.tried(failure)
	l.report(l.failed(ctx, it, failure))
}

func message(it models.OutboxItem) channel.Message {
	return channel.Message{
		ID: it.ID, Peer: it.Peer, Text: it.Text, Choices: it.Choices,
		Staff:    it.Origin == models.OriginStaff,
		LastUser: it.LastUserAt,
		Notice:   it.Priority != models.PriorityReply,
	}
}

// asSendError treats an error that no adapter classified as an unknown outcome:
// the one kind that can neither double nor lose a message.
func asSendError(err error) *channel.SendError {
	var se *channel.SendError
	if errors.As(err, &se) {
		return se
	}
	return &channel.SendError{Kind: channel.KindUnknown, Message: "unclassified", Err: err}
}

// failed decides what a failure means for the message and for its channel.
func (l *lane) failed(ctx context.Context, it models.OutboxItem, e *channel.SendError) store.Outcome {
	l.out.Log.WithFields(map[string]any{"channel": l.ch.Key, "message": it.ID, "kind": e.Kind, "code": e.Code}).Warn("message not sent")
	out := store.Outcome{ID: it.ID, Attempt: it.Attempts, Resent: it.Resent, Error: &models.OutboxError{Kind: string(e.Kind), Code: e.Code, Message: e.Message}}
	switch e.Kind {
	case channel.KindUnknown:
		out.Status = models.OutUnknown
		l.settle(ctx, it)
	case channel.KindTemporary:
		out.Status, out.NextAt = models.OutQueued, l.out.Now().Add(max(e.Wait, retryWait(it.Attempts)))
	case channel.KindThrottled, channel.KindToken, channel.KindRestricted:
		wait := stop(e)
		l.hold(ctx, "send: "+string(e.Kind)+" "+e.Code, wait)
		out.Status, out.NextAt = models.OutQueued, l.out.Now().Add(wait)
	default:
		out.Status = l.undelivered(ctx, it)
		if e.Kind == channel.KindRejected || e.Kind == channel.KindMisconfigured {
			l.alarm(ctx, "send: "+string(e.Kind)+" "+e.Code)
		}
	}
	return out
}

// stop is how long a failure stops the whole channel.
func stop(e *channel.SendError) time.Duration {
	hold := map[channel.Kind]time.Duration{
		channel.KindThrottled:  throttledHold,
		channel.KindToken:      tokenHold,
		channel.KindRestricted: restrictedHold,
	}
	return max(e.Wait, hold[e.Kind])
}

// undelivered is the last status of a message that the channel cannot bring.
func (l *lane) undelivered(ctx context.Context, it models.OutboxItem) models.OutboxStatus {
	if l.out.phoneKnown(ctx, it) {
		return models.OutToCall
	}
	return models.OutFailed
}

// retryWait is the wait after the n-th failed attempt: doubling from a second,
// at most retryMax, with a fifth of jitter.
func retryWait(n int) time.Duration {
	d := min(time.Second<<min(max(n-1, 0), 10), retryMax)
	return d - time.Duration(rand.Int64N(int64(d)/5+1))
}
