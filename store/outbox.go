package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/langnghe/langnghe/models"
	"gorm.io/gorm"
)

// LeaseChannels takes or renews the lease of the channels for owner until
// now+ttl, and returns those that owner holds now. Only the holder sends.
func (s *Store) LeaseChannels(ctx context.Context, owner string, channels []string, ttl time.Duration) ([]string, error) {
	if len(channels) == 0 {
		return nil, nil
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(channels))) // one order, so that two processes cannot deadlock
	now := s.now()
	r := on(s.write.WithContext(ctx))
	text, list := r.values(sorted)
	kept := "INSERT INTO channels (channel, owner, lease_until) SELECT value, CAST(? AS TEXT), CAST(? AS BIGINT) FROM " + text + ` WHERE true
ON CONFLICT (channel) DO UPDATE SET owner = excluded.owner, lease_until = excluded.lease_until
WHERE channels.owner = excluded.owner OR channels.lease_until <= ? RETURNING channel`
	var mine []string
	err := r.query(func(rows *sql.Rows) error {
		var c string
		err := rows.Scan(&c)
		mine = append(mine, c)
		return err
	}, kept, owner, now.Add(ttl).UnixMicro(), list, now.UnixMicro())
	slices.Sort(mine)
	return mine, wrap("lease channels", err)
}

// ReleaseChannels gives all leases of owner back at once.
func (s *Store) ReleaseChannels(ctx context.Context, owner string) error {
	_, err := on(s.write.WithContext(ctx)).exec("UPDATE channels SET lease_until = 0, owner = '' WHERE owner = ?", owner)
	return wrap("release channels", err)
}

// HoldChannel stops a channel: nothing of it is claimed until then. A zero time
// lifts the hold.
func (s *Store) HoldChannel(ctx context.Context, channel, reason string, until time.Time) error {
	_, err := on(s.write.WithContext(ctx)).exec(`INSERT INTO channels (channel, held_until, held_reason) VALUES (?, ?, ?)
ON CONFLICT (channel) DO UPDATE SET held_until = excluded.held_until, held_reason = excluded.held_reason`,
		channel, micros(until), clean(reason))
	return wrap("hold channel", err)
}

// head bounds outbox rows o to the first open one of their conversation.
const head = "o.open = 1 AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.conversation = o.conversation AND p.open = 1 AND p.id < o.id)"

// ClaimOutbox takes up to limit messages of the channel, of each conversation
// only its first open one and only if that is queued and due, most urgent and
// oldest first; sets them to sending with SendingAt now, Attempts+1 and owner.
// It takes none unless owner holds the lease, and none while the channel is held.
func (s *Store) ClaimOutbox(ctx context.Context, owner, channel string, limit int) ([]models.OutboxItem, error) {
	now := s.now().UnixMicro()
	text := `UPDATE outbox SET status = 'sending', sending_at = ?, attempts = attempts + 1, owner = ?
WHERE id IN (SELECT o.id FROM outbox o WHERE o.channel = ? AND ` + head + ` AND o.status = 'queued' AND o.next_at <= ?
AND EXISTS (SELECT 1 FROM channels h WHERE h.channel = ? AND h.owner = ? AND h.lease_until > ? AND h.held_until <= ?)
ORDER BY o.priority, o.id LIMIT ?` + s.skipLocked() + `) RETURNING ` + outboxColumns
	items, err := outboxOf(on(s.write.WithContext(ctx)), text, now, owner, channel, now, channel, owner, now, now, limit)
	slices.SortFunc(items, func(a, b models.OutboxItem) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.ID, b.ID))
	})
	return items, wrap("claim outbox", err)
}

// skipLocked locks the rows that a subquery on o finds, but for those that
// another transaction has. SQLite locks the whole file anyway.
func (s *Store) skipLocked() string {
	if s.pg {
		return " FOR UPDATE OF o SKIP LOCKED"
	}
	return ""
}

func outboxOf(r runner, text string, args ...any) ([]models.OutboxItem, error) {
	var items []models.OutboxItem
	err := r.query(func(rows *sql.Rows) error {
		m, err := scanOutbox(rows)
		items = append(items, m)
		return err
	}, text, args...)
	return items, err
}

// AdoptOutbox turns the channel's messages that another owner left in sending
// to unknown, makes its unknown ones the new owner's too, who has the say about
// them from now on, and returns all of the channel's unknown ones, oldest first.
// It does nothing unless owner holds the lease: the other one may be alive.
func (s *Store) AdoptOutbox(ctx context.Context, owner, channel string) ([]models.OutboxItem, error) {
	now := s.now().UnixMicro()
	r := on(s.write.WithContext(ctx))
	const leased = " AND EXISTS (SELECT 1 FROM channels h WHERE h.channel = ? AND h.owner = ? AND h.lease_until > ?)"
	_, err := r.exec("UPDATE outbox SET status = 'unknown', owner = ? WHERE id IN (SELECT o.id FROM outbox o WHERE o.channel = ? AND o.open = 1 AND o.status IN ('sending', 'unknown') AND o.owner <> ?"+
		leased+s.skipLocked()+")", owner, channel, owner, channel, owner, now)
	if err != nil {
		return nil, wrap("adopt outbox", err)
	}
	items, err := outboxOf(r, "SELECT "+outboxColumns+" FROM outbox WHERE channel = ? AND open = 1 AND status = 'unknown'"+
		leased+" ORDER BY id", channel, channel, owner, now)
	return items, wrap("adopt outbox", err)
}

// DoubtOutbox turns owner's own messages of the channel that have been sending
// since before then to unknown, and returns how many. It is for those whose
// outcome was never recorded: the claim of them was committed and its answer
// lost, or the database was away for too long. AdoptOutbox returns them.
func (s *Store) DoubtOutbox(ctx context.Context, owner, channel string, before time.Time) (int64, error) {
	n, err := on(s.write.WithContext(ctx)).exec("UPDATE outbox SET status = 'unknown' WHERE id IN (SELECT o.id FROM outbox o WHERE o.channel = ? AND o.open = 1 AND o.status = 'sending' AND o.owner = ? AND o.sending_at < ?"+
		s.skipLocked()+")", channel, owner, before.UnixMicro())
	return n, wrap("doubt outbox", err)
}

// Outcome is how one attempt ended.
type Outcome struct {
	ID         int64
	Status     models.OutboxStatus // queued again, sent, failed, unknown, to_call
	PlatformID string
	Error      *models.OutboxError
	NextAt     time.Time // of queued
	Resent     bool
	SentAt     time.Time
	Owner      string // who reports it; anything but sent is believed of the present owner only
	Attempt    int    // which attempt it is of; anything but sent is believed of the latest only. 0 is any
}

// FinishOutbox records outcomes. A message that was confirmed meanwhile keeps
// its better status: only sending and unknown ones are changed, and what is not
// proof of arrival is believed only of the one who has the message in hand.
//
// Several rows are locked at once only if nobody has them, and the others one
// by one: so it can never stand in a deadlock with a turn that confirms the same
// messages in another order.
func (s *Store) FinishOutbox(ctx context.Context, outs []Outcome) error {
	if len(outs) == 0 {
		return nil
	}
	if !s.pg {
		return wrap("finish outbox", s.transact(ctx, func(t *Tx) error { return finishEach(t.run(), outs) }))
	}
	r := on(s.write.WithContext(ctx))
	done, err := finish(r, outs, true)
	for _, o := range outs {
		if err == nil && !done[o.ID] {
			_, err = finish(r, []Outcome{o}, false)
		}
	}
	return wrap("finish outbox", err)
}

// finishEach is finish for SQLite. The numbers are places in outcomeTable.
func finishEach(r runner, outs []Outcome) error {
	return r.perRow(`UPDATE outbox SET status = ?2, open = ?3, error = ?5, owner = '',
platform_id = CASE WHEN ?4 <> '' THEN ?4 ELSE platform_id END,
next_at = CASE WHEN ?6 > 0 THEN ?6 ELSE next_at END,
sent_at = CASE WHEN ?8 > 0 THEN ?8 ELSE sent_at END,
resent = CASE WHEN ?7 > 0 THEN 1 ELSE resent END
WHERE id = ?1 AND status IN ('sending', 'unknown') AND (?2 = 'sent' OR owner IN ('', ?9) AND ?10 IN (0, attempts))`, outcomeTable(outs), nil)
}

// finish is for PostgreSQL. It returns the ids that it changed; free bounds it
// to rows that nobody has locked. The status is asked for again outside: a row
// that was waited for is looked at anew there only.
func finish(r runner, outs []Outcome, free bool) (map[int64]bool, error) {
	text, args := arrays(outcomeTable(outs))
	text = `UPDATE outbox SET status = v.to_status, open = v.to_open, error = v.reason, owner = '',
platform_id = CASE WHEN v.pid <> '' THEN v.pid ELSE platform_id END,
next_at = CASE WHEN v.next > 0 THEN v.next ELSE next_at END,
sent_at = CASE WHEN v.sent > 0 THEN v.sent ELSE sent_at END,
resent = CASE WHEN v.again > 0 THEN 1 ELSE resent END
FROM ` + text + ", " + unhurried + ` WHERE outbox.id = v.mid AND outbox.status IN ('sending', 'unknown')
AND (v.to_status = 'sent' OR outbox.owner IN ('', v.reporter) AND v.attempt IN (0, outbox.attempts))`
	if free {
		text += " AND outbox.id IN (SELECT o.id FROM outbox o WHERE o.status IN ('sending', 'unknown') AND o.id = ANY(?) FOR UPDATE SKIP LOCKED)"
		args = append(args, each(outs, func(o Outcome) int64 { return o.ID }))
	}
	done := map[int64]bool{}
	err := r.query(func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		done[id] = true
		return err
	}, text+" RETURNING outbox.id", args...)
	return done, err
}

func outcomeTable(outs []Outcome) []column {
	return []column{
		{name: "mid", ints: each(outs, func(o Outcome) int64 { return o.ID })},
		{name: "to_status", texts: each(outs, func(o Outcome) string { return string(o.Status) })},
		{name: "to_open", ints: each(outs, func(o Outcome) int64 { return toInt(isOpen(o.Status)) })},
		{name: "pid", texts: each(outs, func(o Outcome) string { return key(o.PlatformID) })},
		{name: "reason", texts: each(outs, func(o Outcome) string { return clean(toJSON(o.Error, o.Error == nil)) })},
		{name: "next", ints: each(outs, func(o Outcome) int64 { return micros(o.NextAt) })},
		{name: "again", ints: each(outs, func(o Outcome) int64 { return toInt(o.Resent) })},
		{name: "sent", ints: each(outs, func(o Outcome) int64 { return micros(o.SentAt) })},
		{name: "reporter", texts: each(outs, func(o Outcome) string { return o.Owner })},
		{name: "attempt", ints: each(outs, func(o Outcome) int64 { return int64(o.Attempt) })},
	}
}

// OutboxStatus returns the present status and platform id of one message.
// ErrNotFound.
func (s *Store) OutboxStatus(ctx context.Context, id int64) (models.OutboxStatus, string, error) {
	var row struct{ Status, PlatformID string }
	err := s.read.WithContext(ctx).Table("outbox").Select("status", "platform_id").Where("id = ?", id).Take(&row).Error
	return models.OutboxStatus(row.Status), row.PlatformID, wrap("find message", err)
}

// KnownIDs returns the platform ids that messages of the conversation have.
func (s *Store) KnownIDs(ctx context.Context, conversation string) ([]string, error) {
	var ids []string
	err := s.read.WithContext(ctx).Table("outbox").Where("conversation = ? AND platform_id <> ''", conversation).
		Order("id").Pluck("platform_id", &ids).Error
	return ids, wrap("list platform ids", err)
}

// NextOutbox returns when the earliest queued head of a channel may be sent,
// not before its hold ends; ok is false when there is none.
func (s *Store) NextOutbox(ctx context.Context, channel string) (at time.Time, ok bool, err error) {
	db := s.read.WithContext(ctx)
	var next []int64
	err = db.Raw("SELECT o.next_at FROM outbox o WHERE o.channel = ? AND o.status = 'queued' AND "+head+" ORDER BY o.next_at LIMIT 1", channel).Scan(&next).Error
	if err != nil || len(next) == 0 {
		return time.Time{}, false, wrap("find next message", err)
	}
	heldUntil, err := heldUntil(db, channel)
	return fromMicros(max(next[0], heldUntil)), true, wrap("find next message", err)
}

// HeldUntil returns the end of a channel's hold; the zero time when it was
// never held.
func (s *Store) HeldUntil(ctx context.Context, channel string) (time.Time, error) {
	until, err := heldUntil(s.read.WithContext(ctx), channel)
	return fromMicros(until), wrap("find hold", err)
}

func heldUntil(db *gorm.DB, channel string) (int64, error) {
	var until []int64
	err := db.Table("channels").Where("channel = ?", channel).Pluck("held_until", &until).Error
	if len(until) == 0 {
		return 0, err
	}
	return until[0], err
}
