package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/langnghe/langnghe/models"
)

// Said is one thing that happened in a conversation: Event is what came in, Sent
// what went out. One of them is set.
type Said struct {
	At    time.Time
	Event *models.Event
	Sent  *models.OutboxItem
}

// shownKinds are the events that belong to what was said: the others only settle
// what we sent, or make the bot speak.
const shownKinds = "'message', 'edit', 'unsend', 'open', 'echo', 'rated', 'control', 'handback'"

// Transcript returns the latest of what was said in the conversation by then,
// oldest first, at most limit; earlier says that there is more before it. What
// was not played yet is in it, what may still be taken back is not.
func (s *Store) Transcript(ctx context.Context, conversation string, until time.Time, limit int) (said []Said, earlier bool, err error) {
	r := on(s.read.WithContext(ctx))
	conversation = clean(conversation)
	events, err := eventsOf(r, conversation, until, limit+1)
	if err != nil {
		return nil, false, wrap("read a conversation", err)
	}
	items, err := outboxOf(r, "SELECT "+outboxColumns+" FROM outbox WHERE conversation = ? AND created_at <= ? ORDER BY created_at DESC, id DESC LIMIT ?",
		conversation, micros(until), limit+1)
	if err != nil {
		return nil, false, wrap("read a conversation", err)
	}
	slices.Reverse(events)
	slices.Reverse(items)
	for i := range events {
		said = append(said, Said{At: events[i].At, Event: &events[i]})
	}
	for i := range items {
		said = append(said, Said{At: items[i].CreatedAt, Sent: &items[i]})
	}
	slices.SortStableFunc(said, func(a, b Said) int { return a.At.Compare(b.At) })
	if earlier = len(said) > limit; earlier {
		said = said[len(said)-limit:]
	}
	return said, earlier, nil
}

// eventsOf returns the latest events of a conversation, latest first. Each half
// is served by an index of its own.
func eventsOf(r runner, conversation string, until time.Time, limit int) (events []models.Event, err error) {
	const columns = "SELECT conversation, seq, event_id, kind, at, received, due, body FROM inbox WHERE conversation = ? AND status "
	const chosen = " AND at <= ? AND kind IN (" + shownKinds + ") ORDER BY at DESC, seq DESC LIMIT ?"
	err = r.query(func(rows *sql.Rows) error {
		_, e, unread, err := scanEvent(rows)
		if err == nil && unread == nil {
			events = append(events, e)
		}
		return err
	}, "SELECT * FROM ("+columns+"<> 0"+chosen+") AS played UNION ALL SELECT * FROM ("+columns+"= 0"+chosen+") AS waiting ORDER BY at DESC, seq DESC LIMIT ?",
		conversation, micros(until), limit, conversation, micros(until), limit, limit)
	return events, err
}

// Hold is why nothing is sent by a channel for now.
type Hold struct {
	Until  time.Time // zero when nothing is held
	Reason string
}

// Held returns the hold of a channel that stands now.
func (s *Store) Held(ctx context.Context, channel string) (Hold, error) {
	var h Hold
	err := on(s.read.WithContext(ctx)).query(func(rows *sql.Rows) error {
		var until int64
		err := rows.Scan(&until, &h.Reason)
		h.Until = fromMicros(until)
		return err
	}, "SELECT held_until, held_reason FROM channels WHERE channel = ? AND held_until > ?", clean(channel), s.now().UnixMicro())
	return h, wrap("find hold", err)
}

// OpenAlike returns the latest open cases of the unit in the category, filed since
// then, that the principal may know of, without attachments and history.
func (s *Store) OpenAlike(ctx context.Context, p models.Principal, unit, category string, since time.Time) ([]models.Case, error) {
	var rows []caseRow
	err := seen(s.read.WithContext(ctx).Model(&caseRow{}), p).
		Where("unit = ? AND category = ? AND created_at >= ? AND status IN ('new', 'accepted', 'in_progress', 'waiting_citizen', 'transferred')", clean(unit), clean(category), micros(since)).
		Order("created_at DESC, code DESC").Limit(maxSimilar).Find(&rows).Error
	cases, err := bare(rows, err)
	return cases, wrap("find similar cases", err)
}

// MergedFrom returns the codes of the cases that were merged into this one.
func (s *Store) MergedFrom(ctx context.Context, code string) (codes []string, err error) {
	err = s.read.WithContext(ctx).Model(&caseRow{}).Where("merged_into <> '' AND merged_into = ?", clean(code)).Order("code").Pluck("code", &codes).Error
	return codes, wrap("find merged cases", err)
}
