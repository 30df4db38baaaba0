package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
	"gorm.io/gorm"
)

// The statuses of an inbox row.
const (
	unplayed = 0
	played   = 1
	held     = 2
)

// Talk is a conversation with its unplayed events in the order they happened.
type Talk struct {
	models.Conversation
	Events []models.Event // by At, then Seq; each with Seq and Due set
	Open   bool           // messages of it are still queued, sending or unknown
	Err    error          // why some of Events cannot be read; the talk must not be played then
}

// Claim takes up to limit conversations that have an event due at now, locks
// them, loads every unplayed event of them (due or not), and runs play inside
// one transaction. When play returns an error everything is rolled back and the
// error returned. A conversation locked by another process is left alone. It
// returns how many were claimed. only, if not empty, bounds it to one conversation.
// The one whose event has been due longest comes first. When PostgreSQL
// sacrifices the transaction to another one, play runs again.
func (s *Store) Claim(ctx context.Context, now time.Time, limit int, only string, play func(*Tx, []Talk) error) (int, error) {
	due, err := s.dueTalks(ctx, now, limit, only)
	if err != nil || len(due) == 0 {
		return 0, wrap("claim conversations", err)
	}
	if s.pg { // in a transaction of its own: others would wait for ours to end
		if err := createConversations(on(s.write.WithContext(ctx)), due); err != nil {
			return 0, wrap("claim conversations", err)
		}
	}
	n := 0
	err = s.transact(ctx, func(t *Tx) error {
		if !s.pg {
			if err := createConversations(t.run(), due); err != nil {
				return err
			}
		}
		talks, err := t.lockTalks(due, now, limit)
		n = len(talks)
		if err != nil || n == 0 {
			return err
		}
		return play(t, talks)
	})
	if err != nil {
		return 0, wrap("claim conversations", err)
	}
	return n, nil
}

// dueTalk is a conversation that has a due event, if nobody was faster.
type dueTalk struct {
	id, channel string
	known       bool // it has a row
}

// dueTalks looks for more conversations than wanted, because others may hold
// the first ones.
func (s *Store) dueTalks(ctx context.Context, now time.Time, limit int, only string) ([]dueTalk, error) {
	const from = `SELECT i.conversation, i.channel, CASE WHEN c.id IS NULL THEN 0 ELSE 1 END
FROM inbox i LEFT JOIN conversations c ON c.id = i.conversation
WHERE i.status = 0 AND i.due <= ? AND (c.mode IS NULL OR c.mode <> 'parked')`
	text, args := from+" ORDER BY i.due LIMIT ?", []any{now.UnixMicro(), limit * 16}
	if only != "" {
		text, args = from+" AND i.conversation = ? LIMIT 1", []any{now.UnixMicro(), only}
	}
	var due []dueTalk
	seen := map[string]bool{}
	err := on(s.read.WithContext(ctx)).query(func(rows *sql.Rows) error {
		var d dueTalk
		if err := rows.Scan(&d.id, &d.channel, &d.known); err != nil {
			return err
		}
		if !seen[d.id] && len(due) < limit*4 {
			seen[d.id] = true
			due = append(due, d)
		}
		return nil
	}, text, args...)
	return due, err
}

// createConversations makes the missing rows, in one order for all processes.
func createConversations(r runner, due []dueTalk) error {
	var ids, channels, peers []string
	sorted := slices.SortedFunc(slices.Values(due), func(a, b dueTalk) int { return strings.Compare(a.id, b.id) })
	for _, d := range sorted {
		if !d.known {
			ids, channels = append(ids, d.id), append(channels, d.channel)
			peers = append(peers, strings.TrimPrefix(d.id, d.channel+":"))
		}
	}
	if ids == nil {
		return nil
	}
	const insert = "INSERT INTO conversations (id, channel, peer) "
	cols := []column{{name: "id", texts: ids}, {name: "channel", texts: channels}, {name: "peer", texts: peers}}
	if !r.pg {
		return r.perRow(insert+"VALUES ("+marks(cols)+") ON CONFLICT (id) DO NOTHING", cols, nil)
	}
	text, args := arrays(cols)
	_, err := r.exec(insert+"SELECT id, channel, peer FROM "+text+", "+unhurried+" ON CONFLICT (id) DO NOTHING", args...)
	return err
}

// lockTalks locks up to limit of the conversations and loads them. What another
// process played or parked meanwhile is seen as it is under the lock.
func (t *Tx) lockTalks(due []dueTalk, now time.Time, limit int) ([]Talk, error) {
	ids := make([]string, len(due))
	rank := make(map[string]int, len(due))
	for i, d := range due {
		ids[i], rank[d.id] = d.id, i
	}
	talks, err := t.lockConversations(ids, limit)
	if err != nil || len(talks) == 0 {
		return nil, err
	}
	slices.SortFunc(talks, func(a, b Talk) int { return rank[a.ID] - rank[b.ID] })
	if err := t.loadEvents(talks); err != nil {
		return nil, err
	}
	talks = slices.DeleteFunc(talks, func(k Talk) bool {
		return !slices.ContainsFunc(k.Events, func(e models.Event) bool { return !e.Due.After(now) })
	})
	return talks, t.markOpen(talks)
}

// lockConversations locks in the order of the list, that is, of being due.
func (t *Tx) lockConversations(ids []string, limit int) ([]Talk, error) {
	r := t.run()
	columns := "SELECT " + conversationColumns + " FROM conversations c "
	text, args := columns, []any{}
	if r.pg {
		text += "JOIN unnest(?::text[]) WITH ORDINALITY AS v(id, rank) ON v.id = c.id WHERE c.mode <> 'parked' ORDER BY v.rank LIMIT ? FOR UPDATE OF c SKIP LOCKED"
		args = []any{ids, limit}
	} else { // the whole database is locked
		among, list := r.among(ids[:min(limit, len(ids))])
		text += "WHERE c.id " + among + " AND c.mode <> 'parked'"
		args = []any{list}
	}
	var talks []Talk
	err := r.query(func(rows *sql.Rows) error {
		c, err := scanConversation(rows)
		talks = append(talks, Talk{Conversation: c})
		return err
	}, text, args...)
	return talks, err
}

func (t *Tx) loadEvents(talks []Talk) error {
	index := make(map[string]*Talk, len(talks))
	for i := range talks {
		index[talks[i].ID] = &talks[i]
	}
	r := t.run()
	among, list := r.among(talkIDs(talks))
	return r.query(func(rows *sql.Rows) error {
		id, e, unread, err := scanEvent(rows)
		if err != nil {
			return err
		}
		k := index[id]
		e.Channel, e.Peer = k.Channel, k.Peer
		k.Events, k.Err = append(k.Events, e), cmp.Or(k.Err, unread)
		return nil
	}, "SELECT conversation, seq, event_id, kind, at, received, due, body FROM inbox WHERE status = 0 AND conversation "+among+" ORDER BY at, seq", list)
}

// scanEvent reads an event; unread tells why its body is none.
func scanEvent(rows *sql.Rows) (conversation string, e models.Event, unread, err error) {
	var at, received, due int64
	var body sql.RawBytes
	if err := rows.Scan(&conversation, &e.Seq, &e.ID, &e.Kind, &at, &received, &due, &body); err != nil {
		return "", e, nil, err
	}
	e.At, e.Received, e.Due = fromMicros(at), fromMicros(received), fromMicros(due)
	if err := json.Unmarshal(body, &e); err != nil {
		unread = fmt.Errorf("decode event %d: %w", e.Seq, err)
	}
	return conversation, e, unread, nil
}

func (t *Tx) markOpen(talks []Talk) error {
	open := map[string]bool{}
	r := t.run()
	among, list := r.among(talkIDs(talks))
	err := r.query(func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		open[id] = true
		return err
	}, "SELECT DISTINCT conversation FROM outbox WHERE open = 1 AND conversation "+among, list)
	for i := range talks {
		talks[i].Open = open[talks[i].ID]
	}
	return err
}

func talkIDs(talks []Talk) []string {
	ids := make([]string, len(talks))
	for i, k := range talks {
		ids[i] = k.ID
	}
	return ids
}

// NextDue returns the earliest Due of all unplayed events; ok is false when
// there are none. Those of parked conversations do not count.
func (s *Store) NextDue(ctx context.Context) (due time.Time, ok bool, err error) {
	var us []int64
	err = s.read.WithContext(ctx).Raw(`SELECT i.due FROM inbox i LEFT JOIN conversations c ON c.id = i.conversation
WHERE i.status = 0 AND (c.mode IS NULL OR c.mode <> 'parked') ORDER BY i.due LIMIT 1`).Scan(&us).Error
	if err != nil || len(us) == 0 {
		return time.Time{}, false, wrap("find next due event", err)
	}
	return fromMicros(us[0]), true, nil
}

// Park sets a conversation's mode to parked with the reason, and holds its
// events until Release. Events that arrive while it is parked wait too.
// ErrNotFound when nothing is known of the conversation.
func (s *Store) Park(ctx context.Context, conversation, reason string) error {
	err := s.transact(ctx, func(t *Tx) error {
		var channels []string
		err := t.db.Raw("SELECT channel FROM inbox WHERE conversation = ? AND status = 0 LIMIT 1", conversation).Scan(&channels).Error
		if err != nil {
			return err
		}
		if len(channels) > 0 {
			if err := createConversations(t.run(), []dueTalk{{id: conversation, channel: channels[0]}}); err != nil {
				return err
			}
		}
		n, err := t.run().exec("UPDATE conversations SET mode = 'parked', since = ?, error = ? WHERE id = ?",
			t.now.UnixMicro(), clean(reason), conversation)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		_, err = t.run().exec("UPDATE inbox SET status = 2 WHERE conversation = ? AND status = 0", conversation)
		return err
	})
	return wrap("park conversation", err)
}

// Release gives a parked conversation back to the bot and makes its events due
// again. ErrNotFound if there is none, ErrConflict if it is not parked.
func (s *Store) Release(ctx context.Context, conversation string) error {
	return s.Update(ctx, func(t *Tx) error {
		n, err := t.run().exec("UPDATE conversations SET mode = 'bot', since = ?, error = '' WHERE id = ? AND mode = 'parked'",
			t.now.UnixMicro(), conversation)
		if err != nil {
			return wrap("release conversation", err)
		}
		if n == 0 {
			if _, err := t.conversation(conversation); err != nil {
				return wrap("release conversation", err)
			}
			return wrap("release conversation", ErrConflict)
		}
		t.woke = true
		_, err = t.run().exec("UPDATE inbox SET status = 0, due = ? WHERE conversation = ? AND status = 2 AND status <> 0", t.now.UnixMicro(), conversation)
		return wrap("release conversation", err)
	})
}

// wrap adds what was being done to an error; no error stays none, and what is
// not there is told by ErrNotFound.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = ErrNotFound
	}
	return fmt.Errorf("%s: %w", doing, err)
}
