package relay

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"time"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	sendTimeout = 20 * time.Second
	// fileTimeout is for an upload and its message. With the recording of the
	// outcome it stays below doubtAfter.
	fileTimeout = 30 * time.Second
	fileTries   = 20
	fileFor     = time.Hour
	// retryMax keeps a message within 30 s of the platform's return
	// (contract, section 6).
	retryMax       = 20 * time.Second
	throttledHold  = 15 * time.Second
	tokenHold      = 30 * time.Second
	restrictedHold = 5 * time.Minute
)

// send makes one attempt and reports its outcome.
func (l *lane) send(ctx context.Context, it models.OutboxItem) {
	staff := it.Origin == models.OriginStaff
	if it.Template == nil && !l.ch.Sender.Window(it.LastUserAt, l.out.Now(), staff).Open {
		closed := &channel.SendError{Kind: channel.KindWindow, Code: "window", Message: "the sending window is closed"}
		l.report(l.failed(ctx, it, closed))
		return
	}
	began := time.Now()
	id, err := l.deliver(ctx, it)
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

// message is the item as its platform gets it, of its file no more than the name.
func message(it models.OutboxItem) channel.Message {
	m := channel.Message{
		ID: it.ID, Peer: it.Peer, Text: it.Text, Choices: it.Choices,
		Staff:    it.Origin == models.OriginStaff,
		LastUser: it.LastUserAt,
		Notice:   it.Priority != models.PriorityReply,
	}
	if it.File != nil {
		m.File = &channel.File{Kind: it.File.Kind, Name: it.File.Name}
	}
	if t := it.Template; t != nil {
		m.Template = &channel.Template{ID: t.ID, Language: t.Language, Params: t.Params}
	}
	return m
}

// deliver hands the item to the platform, with its file if it is one.
func (l *lane) deliver(ctx context.Context, it models.OutboxItem) (platformID string, err error) {
	limit := sendTimeout
	if it.File != nil {
		limit = fileTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	m := message(it)
	if it.File != nil {
		f, err := l.file(ctx, *it.File)
		if err != nil {
			return "", err
		}
		m.File = &f
	}
	if it.Template != nil && it.Template.Phone {
		phone, err := l.phone(ctx, it)
		if err != nil {
			return "", err
		}
		m.Template.Phone = phone
	}
	return l.ch.Sender.Send(ctx, m)
}

// phone is where a template goes: it is not kept with the message, so that who is
// forgotten is. The error is a *channel.SendError.
func (l *lane) phone(ctx context.Context, it models.OutboxItem) (string, error) {
	c, err := l.out.Store.Case(ctx, it.Case)
	switch {
	case errors.Is(err, store.ErrNotFound) || err == nil && c.Contact.Phone == "":
		return "", &channel.SendError{Kind: channel.KindBlocked, Code: "phone", Message: "the case names no phone"}
	case err != nil:
		return "", &channel.SendError{Kind: channel.KindTemporary, Code: "phone", Message: "the case cannot be read now", Err: err}
	}
	return c.Contact.Phone, nil
}

// file is what a message encloses, as it is stored. The error is a
// *channel.SendError.
func (l *lane) file(ctx context.Context, f models.File) (channel.File, error) {
	a, err := l.out.Store.Attachment(ctx, f.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return channel.File{}, &channel.SendError{Kind: channel.KindRejected, Code: "file/gone", Message: "the file is no longer kept"}
	case err != nil:
		return channel.File{}, &channel.SendError{Kind: channel.KindTemporary, Code: "file/find", Message: "the file cannot be found now", Err: err}
	}
	return channel.File{
		Kind: a.Kind, Name: a.Name, Type: a.ContentType, Size: a.Size,
		Open: func(ctx context.Context) (io.ReadCloser, error) { return l.out.Files.Open(ctx, a.Blob) },
	}, nil
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
		l.present().settle(ctx, it)
	case channel.KindTemporary:
		if l.hopeless(it) {
			out.Status = l.undelivered(ctx, it)
			break
		}
		out.Status, out.NextAt = models.OutQueued, l.out.Now().Add(max(e.Wait, retryWait(it.Attempts)))
	case channel.KindThrottled, channel.KindToken, channel.KindRestricted:
		wait := stop(e)
		l.hold(ctx, "send: "+string(e.Kind)+" "+e.Code, wait)
		if e.Kind == channel.KindToken {
			l.stand(ctx, e.Code)
		}
		out.Status, out.NextAt = models.OutQueued, l.out.Now().Add(wait)
	default:
		out.Status = l.undelivered(ctx, it)
		if e.Kind == channel.KindRejected || e.Kind == channel.KindMisconfigured {
			l.alarm(ctx, "send: "+string(e.Kind)+" "+e.Code)
		}
	}
	return out
}

// hopeless reports whether a file has failed so often and for so long that what
// stands behind it must not wait for it any more.
func (l *lane) hopeless(it models.OutboxItem) bool {
	return it.File != nil && it.Attempts >= fileTries && l.out.Now().Sub(it.CreatedAt) >= fileFor
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
