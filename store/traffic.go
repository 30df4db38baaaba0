package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/langnghe/langnghe/models"
)

// Heard is how many events of a channel came in within one hour.
type Heard struct {
	Channel string
	Hour    int64 // models.HourOf
	Events  int
	Last    time.Time // the latest of them
}

// NoteTraffic adds to the traffic of channels.
func (s *Store) NoteTraffic(ctx context.Context, list []Heard) error {
	if len(list) == 0 {
		return nil
	}
	// One order for all processes, so that two of them cannot stand in a deadlock.
	slices.SortFunc(list, func(a, b Heard) int { return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Hour, b.Hour)) })
	cols := []column{
		{name: "channel", texts: each(list, func(h Heard) string { return key(h.Channel) })},
		{name: "hour", ints: each(list, func(h Heard) int64 { return h.Hour })},
		{name: "events", ints: each(list, func(h Heard) int64 { return int64(h.Events) })},
		{name: "last_at", ints: each(list, func(h Heard) int64 { return micros(h.Last) })},
	}
	const insert = "INSERT INTO channel_traffic (channel, hour, events, last_at) "
	const more = ` ON CONFLICT (channel, hour) DO UPDATE SET events = channel_traffic.events + excluded.events,
last_at = CASE WHEN excluded.last_at > channel_traffic.last_at THEN excluded.last_at ELSE channel_traffic.last_at END`
	err := s.transact(ctx, func(t *Tx) error {
		r := t.run()
		if !r.pg {
			return r.perRow(insert+"VALUES ("+marks(cols)+")"+more, cols, nil)
		}
		text, args := arrays(cols)
		_, err := r.exec(insert+"SELECT channel, hour, events, last_at FROM "+text+more, args...)
		return err
	})
	return wrap("note traffic", err)
}

// Traffic returns what came in since then, by channel.
func (s *Store) Traffic(ctx context.Context, since time.Time) (map[string]models.Traffic, error) {
	all := map[string]models.Traffic{}
	err := on(s.read.WithContext(ctx)).query(func(rows *sql.Rows) error {
		var channel string
		var hour, events, last int64
		if err := rows.Scan(&channel, &hour, &events, &last); err != nil {
			return err
		}
		t, known := all[channel]
		if !known {
			t.Hours = map[int64]int{}
		}
		t.Hours[hour] = int(events)
		if at := fromMicros(last); at.After(t.Last) {
			t.Last = at
		}
		all[channel] = t
		return nil
	}, "SELECT channel, hour, events, last_at FROM channel_traffic WHERE hour >= ?", models.HourOf(since))
	return all, wrap("read traffic", err)
}

// ForgetTraffic drops what came in before then.
func (s *Store) ForgetTraffic(ctx context.Context, before time.Time) error {
	_, err := on(s.write.WithContext(ctx)).exec("DELETE FROM channel_traffic WHERE hour < ?", models.HourOf(before))
	return wrap("forget traffic", err)
}

// Sends is what became of a channel's latest sends.
type Sends struct {
	Channel string
	Sent    time.Time // zero changes nothing
	Failed  time.Time // zero changes nothing
	Failure models.OutboxError
}

// NoteSends records the latest sends of channels that were leased once.
func (s *Store) NoteSends(ctx context.Context, list []Sends) error {
	for _, n := range list {
		failure := models.OutboxError{Kind: n.Failure.Kind, Code: n.Failure.Code}
		_, err := on(s.write.WithContext(ctx)).exec(`UPDATE channels SET sent_at = CASE WHEN ? > sent_at THEN ? ELSE sent_at END,
failure = CASE WHEN ? > failed_at THEN ? ELSE failure END, failed_at = CASE WHEN ? > failed_at THEN ? ELSE failed_at END WHERE channel = ?`,
			micros(n.Sent), micros(n.Sent), micros(n.Failed), clean(toJSON(failure, false)), micros(n.Failed), micros(n.Failed), n.Channel)
		if err != nil {
			return wrap("note sends", err)
		}
	}
	return nil
}

// ChannelState is how a channel does.
type ChannelState struct {
	Heard   time.Time // the latest event
	Sent    time.Time // the latest message that went out
	Failed  time.Time // the latest that did not
	Failure models.OutboxError
	Hold    Hold // that stands now
	Queued  int  // messages that are not settled
	// Obtained and Expires are of the stored token pair, zero without one.
	Obtained, Expires time.Time
	Check             models.ChannelCheck // the latest; its time is zero when there was none
}

// ChannelStates returns how the channels do that anything is known of.
func (s *Store) ChannelStates(ctx context.Context) (map[string]ChannelState, error) {
	all := map[string]ChannelState{}
	for _, part := range []struct {
		text string
		fill func(*ChannelState, [2]int64, string) error
	}{
		{"SELECT channel, MAX(last_at), 0, '' FROM channel_traffic GROUP BY channel", func(c *ChannelState, n [2]int64, _ string) error {
			c.Heard = fromMicros(n[0])
			return nil
		}},
		{"SELECT channel, sent_at, failed_at, failure FROM channels", func(c *ChannelState, n [2]int64, text string) error {
			c.Sent, c.Failed = fromMicros(n[0]), fromMicros(n[1])
			return fromJSON(text, &c.Failure)
		}},
		{"SELECT channel, held_until, 0, held_reason FROM channels", func(c *ChannelState, n [2]int64, text string) error {
			if until := fromMicros(n[0]); until.After(s.now()) {
				c.Hold = Hold{until, text}
			}
			return nil
		}},
		{"SELECT channel, COUNT(*), 0, '' FROM outbox WHERE open = 1 GROUP BY channel", func(c *ChannelState, n [2]int64, _ string) error {
			c.Queued = int(n[0])
			return nil
		}},
		{"SELECT channel, obtained_at, expires_at, '' FROM platform_tokens", func(c *ChannelState, n [2]int64, _ string) error {
			c.Obtained, c.Expires = fromMicros(n[0]), fromMicros(n[1])
			return nil
		}},
		{"SELECT channel, at, 0, result FROM channel_checks", func(c *ChannelState, n [2]int64, text string) error {
			err := fromJSON(text, &c.Check)
			c.Check.At = fromMicros(n[0])
			return err
		}},
	} {
		err := on(s.desk.WithContext(ctx)).query(func(rows *sql.Rows) error {
			var channel, text string
			var n [2]int64
			if err := rows.Scan(&channel, &n[0], &n[1], &text); err != nil {
				return err
			}
			state := all[channel]
			err := part.fill(&state, n, text)
			all[channel] = state
			return err
		}, part.text)
		if err != nil {
			return nil, wrap("read the state of channels", err)
		}
	}
	return all, nil
}

// SaveCheck keeps what the platform said of a channel.
func (t *Tx) SaveCheck(channel string, c models.ChannelCheck) error {
	_, err := t.run().exec(`INSERT INTO channel_checks (channel, at, result) VALUES (?, ?, ?)
ON CONFLICT (channel) DO UPDATE SET at = excluded.at, result = excluded.result`, key(channel), t.now.UnixMicro(), clean(toJSON(c, false)))
	return wrap("save a check", err)
}
