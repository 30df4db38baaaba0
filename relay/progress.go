package relay

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// progressLead is how long before its window closes a citizen is told that
	// the case is being worked on.
	progressLead = 2 * time.Hour
	// dayBegins and dayEnds bound the hours, in Vietnam, in which that is said;
	// for a window that closes at night or early in the morning it is said in the
	// evening before, at eveningHour.
	dayBegins, eveningHour, dayEnds = 7, 20, 21
	// progressReach is the longest lead that follows: from eveningHour to
	// progressLead after dayBegins.
	progressReach = (24-eveningHour+dayBegins)*time.Hour + progressLead
	// progressBatch is how many are told in one round of a channel.
	progressBatch = 500
)

// Progress tells the citizens whose sending window will close before their open
// case is answered, once a window: a tap on the notice's choice opens it anew.
func (c *Clock) Progress(ctx context.Context) error {
	now := c.Now()
	if !daytime(now) {
		return nil
	}
	return locked(ctx, c.Store, "progress", clockLock, func() error {
		var failed []error
		for _, ch := range c.Channels() {
			if err := c.progressOf(ctx, ch, now); err != nil {
				failed = append(failed, fmt.Errorf("channel %s: %w", ch.Key, err))
			}
		}
		return errors.Join(failed...)
	})
}

func (c *Clock) progressOf(ctx context.Context, ch Channel, now time.Time) error {
	length := ch.Sender.Window(now, now, false).Until.Sub(now)
	if length <= 0 {
		return nil // this platform has none
	}
	silent, err := c.Store.Silent(ctx, ch.Key, now.Add(-length), now.Add(progressReach-length), progressBatch)
	if err != nil {
		return err
	}
	var events []models.Event
	for _, w := range silent {
		window := ch.Sender.Window(w.LastUserAt, now, false)
		if window.Open && !now.Before(progressAt(window.Until)) {
			events = append(events, progressEvent(ch.Key, w, now))
		}
	}
	return c.Store.Append(ctx, events)
}

// progressEvent has the same id for the same case and window: it is played once.
func progressEvent(channel string, w store.Waiting, now time.Time) models.Event {
	return models.Event{
		Channel: channel, Peer: w.Peer, Kind: models.EventStatus, At: now,
		ID:     "progress:" + w.Case + ":" + strconv.FormatInt(w.LastUserAt.UnixMicro(), 36),
		Notice: &models.Notice{Case: w.Case, Action: models.ActProgress},
	}
}

// progressAt is when a citizen is told whose window closes then.
func progressAt(until time.Time) time.Time {
	at := until.Add(-progressLead).In(vietnam())
	if daytime(at) {
		return at
	}
	evening := time.Date(at.Year(), at.Month(), at.Day(), eveningHour, 0, 0, 0, at.Location())
	if at.Hour() < dayBegins {
		evening = evening.AddDate(0, 0, -1)
	}
	return evening
}

func daytime(t time.Time) bool {
	h := t.In(vietnam()).Hour()
	return h >= dayBegins && h < dayEnds
}

// vietnam is the one time zone of the country, the whole year.
func vietnam() *time.Location { return time.FixedZone("+07", 7*60*60) }
