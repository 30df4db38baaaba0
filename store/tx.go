package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
	"gorm.io/gorm"
)

// Tx is what may be done inside Claim and Update. After those have returned its
// methods fail. It has one clock: every row it writes carries the same time.
type Tx struct {
	db   *gorm.DB
	s    *Store
	now  time.Time
	woke bool // something was appended or queued
}

// Update runs f in one transaction, for staff's actions. f's error is returned
// as it is, and nothing is changed. When PostgreSQL sacrifices the transaction
// to another one, f runs again.
func (s *Store) Update(ctx context.Context, f func(*Tx) error) error {
	return s.transact(ctx, f)
}

func (s *Store) transact(ctx context.Context, f func(*Tx) error) error {
	t := &Tx{s: s}
	err := retryDeadlock(func() error {
		return s.write.WithContext(ctx).Transaction(func(db *gorm.DB) error {
			t = &Tx{s: s, db: db, now: s.now()}
			return f(t)
		})
	})
	if err == nil && t.woke {
		s.wake()
	}
	return err
}

func (t *Tx) run() runner { return on(t.db) }

// Done marks events as played.
func (t *Tx) Done(seqs []int64) error { return wrap("mark events played", t.setStatus(seqs, played)) }

// Hold keeps events of a parked conversation for Release.
func (t *Tx) Hold(seqs []int64) error { return wrap("hold events", t.setStatus(seqs, held)) }

func (t *Tx) setStatus(seqs []int64, status int) error {
	if len(seqs) == 0 {
		return nil
	}
	r := t.run()
	among, list := r.among(seqs)
	_, err := r.exec("UPDATE inbox SET status = ? WHERE status = 0 AND seq "+among, status, list)
	return err
}

const conversationColumns = "c.id, c.channel, c.peer, c.unit, c.state, c.mode, c.since, c.case_code, c.last_user_at, c.error"

func scanConversation(rows *sql.Rows) (c models.Conversation, err error) {
	var since, lastUser int64
	err = rows.Scan(&c.ID, &c.Channel, &c.Peer, &c.Unit, &c.State, &c.Mode, &since, &c.Case, &lastUser, &c.Error)
	c.Since, c.LastUserAt = fromMicros(since), fromMicros(lastUser)
	return c, err
}

func (t *Tx) conversation(id string) (*models.Conversation, error) { return findConversation(t.db, id) }

func findConversation(db *gorm.DB, id string) (*models.Conversation, error) {
	var found *models.Conversation
	err := on(db).query(func(rows *sql.Rows) error {
		c, err := scanConversation(rows)
		found = &c
		return err
	}, "SELECT "+conversationColumns+" FROM conversations c WHERE c.id = ?", id)
	if err == nil && found == nil {
		err = ErrNotFound
	}
	return found, err
}

// SaveConversations writes the rows back, all in one statement.
func (t *Tx) SaveConversations(cs []models.Conversation) error {
	if len(cs) == 0 {
		return nil
	}
	sorted := slices.SortedFunc(slices.Values(cs), func(a, b models.Conversation) int { return cmp.Compare(a.ID, b.ID) })
	const columns = "id, channel, peer, unit, state, mode, since, case_code, last_user_at, error"
	const update = ` ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, state = excluded.state, mode = excluded.mode, since = excluded.since,
case_code = excluded.case_code, last_user_at = excluded.last_user_at, error = excluded.error`
	cols, r := conversationTable(sorted), t.run()
	if !r.pg {
		return wrap("save conversations", r.perRow("INSERT INTO conversations ("+columns+") VALUES ("+marks(cols)+")"+update, cols, nil))
	}
	text, args := arrays(cols)
	_, err := r.exec("INSERT INTO conversations ("+columns+") SELECT "+columns+" FROM "+text+update, args...)
	return wrap("save conversations", err)
}

func conversationTable(cs []models.Conversation) []column {
	texts := func(name string, of func(models.Conversation) string) column {
		return column{name: name, texts: each(cs, func(c models.Conversation) string { return clean(of(c)) })}
	}
	return []column{
		texts("id", func(c models.Conversation) string { return c.ID }),
		texts("channel", func(c models.Conversation) string { return c.Channel }),
		texts("peer", func(c models.Conversation) string { return c.Peer }),
		texts("unit", func(c models.Conversation) string { return c.Unit }),
		texts("state", func(c models.Conversation) string { return withoutNUL(c.State) }),
		texts("mode", func(c models.Conversation) string { return cmp.Or(string(c.Mode), string(models.ModeBot)) }),
		{name: "since", ints: each(cs, func(c models.Conversation) int64 { return micros(c.Since) })},
		texts("case_code", func(c models.Conversation) string { return c.Case }),
		{name: "last_user_at", ints: each(cs, func(c models.Conversation) int64 { return micros(c.LastUserAt) })},
		texts("error", func(c models.Conversation) string { return c.Error }),
	}
}

// each returns what f makes of every element.
func each[T, U any](list []T, f func(T) U) []U {
	out := make([]U, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

// Append adds events to the inbox in this transaction.
func (t *Tx) Append(events []models.Event) error {
	if len(events) == 0 {
		return nil
	}
	rows, err := t.s.inboxRows(events)
	if err != nil {
		return wrap("append events", err)
	}
	t.woke = true
	return wrap("append events", insertEvents(t.run(), rows))
}

// Redact blanks the words of inbox events with these Mids in a conversation,
// or of these Seqs. Files, place and contact go with the words; what stays says
// only that something was sent, and when.
func (t *Tx) Redact(conversation string, mids []string, seqs []int64) error {
	if len(mids) == 0 && len(seqs) == 0 {
		return nil
	}
	bodies := map[int64]models.Event{}
	err := t.run().query(func(rows *sql.Rows) error {
		var seq int64
		var body sql.RawBytes
		if err := rows.Scan(&seq, &body); err != nil {
			return err
		}
		var e models.Event
		if err := json.Unmarshal(body, &e); err != nil {
			return err
		}
		if slices.Contains(seqs, seq) || e.Mid != "" && slices.Contains(mids, e.Mid) {
			bodies[seq] = e
		}
		return nil
	}, `SELECT seq, body FROM inbox WHERE conversation = ? AND status = 0
UNION ALL SELECT seq, body FROM inbox WHERE conversation = ? AND status <> 0`, conversation, conversation)
	if err != nil {
		return wrap("redact events", err)
	}
	if err := t.saveBodies(bodies); err != nil {
		return wrap("redact events", err)
	}
	return wrap("redact messages", t.redactQuotes(conversation, bodies))
}

// WordsBefore returns the words of a message of the conversation, by the
// platform's id of it, as they were before the event seq: as written or as edited
// last; "" when they are not known, or were blanked.
func (t *Tx) WordsBefore(conversation, mid string, seq int64) (string, error) {
	words := ""
	err := t.run().query(func(rows *sql.Rows) error {
		var body sql.RawBytes
		if err := rows.Scan(&body); err != nil {
			return err
		}
		var e models.Event
		if err := json.Unmarshal(body, &e); err != nil {
			return err
		}
		if e.Mid == mid {
			words = e.Text
		}
		return nil
	}, `SELECT body FROM (SELECT seq, kind, body FROM inbox WHERE conversation = ? AND status = 0
UNION ALL SELECT seq, kind, body FROM inbox WHERE conversation = ? AND status <> 0) AS said
WHERE kind IN ('message', 'edit') AND seq < ? ORDER BY seq`, conversation, conversation, seq)
	return words, wrap("find the words of a message", err)
}

// minQuote is the least length, in bytes, at which words count as quoted:
// shorter ones stand in many messages by chance.
const minQuote = 8

// redactQuotes blanks the words of these events where our own messages of the
// conversation repeat them.
func (t *Tx) redactQuotes(conversation string, events map[int64]models.Event) error {
	for _, e := range events {
		for line := range strings.Lines(e.Text) {
			quote := strings.TrimSpace(line)
			if len(quote) < minQuote {
				continue
			}
			_, err := t.run().exec("UPDATE outbox SET text = replace(text, ?, '…') WHERE conversation = ?", clean(quote), conversation)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tx) saveBodies(events map[int64]models.Event) error {
	for seq, e := range events {
		e.Text, e.Metadata, e.Files, e.Location, e.Contact = "", "", nil, nil, nil
		body, err := encodeBody(e)
		if err != nil {
			return err
		}
		if _, err := t.run().exec("UPDATE inbox SET body = ? WHERE seq = ?", body, seq); err != nil {
			return err
		}
	}
	return nil
}
