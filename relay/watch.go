package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// watchEvery is how often channels are looked after.
	watchEvery = time.Minute
	// watchAfter is how long after the start nobody is alarmed of a silence: while
	// the product itself was away no event could come in.
	watchAfter = 15 * time.Minute
	// forsaken is how old a message on its way must be of a channel that is no
	// more: longer than a send and the settling of its outcome take.
	forsaken = 2 * time.Minute
	// momentOf is how an alarm tells a time.
	momentOf = "15:04 02/01/2006"
)

// WatchDeps are what a Watch needs.
type WatchDeps struct {
	Store    *store.Store
	Channels func() []Channel
	Removed  func() []string // keys of the channels that were taken away
	Calendar func() models.Calendar
	Now      func() time.Time
}

// Watch looks after the channels: it alarms staff when one falls silent in office
// hours, ends the alarms whose trouble is over, and hands what waits for a channel
// that was taken away to people.
type Watch struct {
	WatchDeps
	next, silences time.Time // nothing is done before
}

// NewWatch returns who looks after the channels.
func NewWatch(d WatchDeps) *Watch {
	return &Watch{WatchDeps: d, silences: d.Now().Add(watchAfter)}
}

// Keep does what is due. Of several processes one does.
func (w *Watch) Keep(ctx context.Context) error {
	now := w.Now()
	failed := w.handOver(ctx, now)
	if now.Before(w.next) {
		return failed
	}
	w.next = now.Add(watchEvery)
	return errors.Join(failed, locked(ctx, w.Store, "channels", clockLock, func() error { return w.look(ctx, now) }))
}

// handOver settles what waits for channels that are no more.
func (w *Watch) handOver(ctx context.Context, now time.Time) error {
	var failed []error
	for _, key := range w.Removed() {
		if _, err := w.Store.GiveUpOutbox(ctx, key, now.Add(-forsaken)); err != nil {
			failed = append(failed, fmt.Errorf("channel %s: %w", key, err))
		}
	}
	return errors.Join(failed...)
}

func (w *Watch) look(ctx context.Context, now time.Time) error {
	traffic, err := w.Store.Traffic(ctx, now.Add(-models.TrafficKept))
	if err != nil {
		return err
	}
	if err := w.end(ctx, traffic); err != nil {
		return err
	}
	if now.Before(w.silences) {
		return nil
	}
	return w.raise(ctx, w.silent(traffic, now))
}

// silent are the alarms of the channels that are.
func (w *Watch) silent(traffic map[string]models.Traffic, now time.Time) (alarms []store.Alarm) {
	calendar := w.Calendar()
	for _, c := range w.Channels() {
		if t := traffic[c.Key]; t.Silent(calendar, now) {
			alarms = append(alarms, store.Alarm{
				Kind: store.AlarmSilent, Unit: c.Unit, Channel: c.Key, About: t.Last.In(vietnam()).Format(momentOf),
			})
		}
	}
	return alarms
}

func (w *Watch) raise(ctx context.Context, alarms []store.Alarm) error {
	if len(alarms) == 0 {
		return nil
	}
	return w.Store.Update(ctx, func(tx *store.Tx) (err error) {
		for _, a := range alarms {
			err = errors.Join(err, tx.Stand(a))
		}
		return err
	})
}

// end ends the alarms whose trouble is over: an event came in, or the token is
// taken again, or the channel is no more.
func (w *Watch) end(ctx context.Context, traffic map[string]models.Traffic) error {
	standing, err := w.Store.Standing(ctx)
	if err != nil || len(standing) == 0 {
		return err
	}
	states, err := w.Store.ChannelStates(ctx)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, c := range w.Channels() {
		known[c.Key] = true
	}
	var over []int64
	for _, a := range standing {
		s := states[a.Channel]
		if !known[a.Channel] || a.Kind == store.AlarmSilent && traffic[a.Channel].Last.After(a.At) || a.Kind == store.AlarmToken && alive(s, a.At) {
			over = append(over, a.ID)
		}
	}
	if len(over) == 0 {
		return nil
	}
	return w.Store.Update(ctx, func(tx *store.Tx) error { return tx.EndAlarms(over) })
}

// alive reports whether the channel's token was taken since then.
func alive(s store.ChannelState, since time.Time) bool {
	failedLater := s.Failure.Kind == string(channel.KindToken) && s.Failed.After(s.Sent)
	return s.Sent.After(since) && !failedLater || s.Obtained.After(since) || s.Check.Fine() && s.Check.At.After(since)
}

// Admins are the addresses of the active administrators of the unit and of the
// whole province.
func Admins(accounts []store.Account, unit string) (to []string) {
	for _, a := range accounts {
		if !a.Disabled && a.Role == models.RoleAdmin && (a.Unit == "" || a.Unit == unit) {
			to = append(to, a.Email)
		}
	}
	return to
}
