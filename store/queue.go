package store

import (
	"cmp"
	"database/sql"
	"slices"

	"github.com/langnghe/langnghe/models"
)

// isOpen says for each status whether a message is still to be settled.
func isOpen(s models.OutboxStatus) bool {
	return s == models.OutQueued || s == models.OutSending || s == models.OutUnknown
}

// Queue inserts outgoing messages and sets their ids, in the order given. An
// item whose Status is OutSending is already in the hands of owner; "" counts
// as queued.
func (t *Tx) Queue(items []*models.OutboxItem, owner string) error {
	if len(items) == 0 {
		return nil
	}
	for _, m := range items {
		t.prepare(m)
	}
	ids, err := insertOutbox(t.run(), outboxTable(items, owner))
	if err != nil {
		return wrap("queue messages", err)
	}
	slices.Sort(ids) // both databases number rows in the order of the list, but may return them in any
	for i, m := range items {
		m.ID = ids[i]
	}
	t.woke = true
	return nil
}

func insertOutbox(r runner, cols []column) (ids []int64, err error) {
	const columns = "conversation, channel, peer, case_code, key, text, choices, file, template, origin, priority, status, open, attempts, next_at, sending_at, owner, created_at"
	if !r.pg {
		err := r.perRow("INSERT INTO outbox ("+columns+") VALUES ("+marks(cols)+")", cols, func(res sql.Result) error {
			id, err := res.LastInsertId()
			ids = append(ids, id)
			return err
		})
		return ids, err
	}
	text, args := arrays(cols)
	err = r.query(func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, "INSERT INTO outbox ("+columns+") SELECT "+columns+" FROM "+text+" RETURNING id", args...)
	return ids, err
}

// prepare fills in what a new message has by nature.
func (t *Tx) prepare(m *models.OutboxItem) {
	m.Status = cmp.Or(m.Status, models.OutQueued)
	m.Origin = cmp.Or(m.Origin, models.OriginBot)
	if m.CreatedAt.IsZero() {
		m.CreatedAt = t.now
	}
	if m.Status == models.OutSending {
		m.SendingAt, m.Attempts = t.now, m.Attempts+1
	}
}

func outboxTable(items []*models.OutboxItem, owner string) []column {
	texts := func(name string, of func(*models.OutboxItem) string) column {
		return column{name: name, texts: each(items, func(m *models.OutboxItem) string { return clean(of(m)) })}
	}
	ints := func(name string, of func(*models.OutboxItem) int64) column {
		return column{name: name, ints: each(items, of)}
	}
	return []column{
		texts("conversation", func(m *models.OutboxItem) string { return m.Conversation }),
		texts("channel", func(m *models.OutboxItem) string { return m.Channel }),
		texts("peer", func(m *models.OutboxItem) string { return m.Peer }),
		texts("case_code", func(m *models.OutboxItem) string { return m.Case }),
		texts("key", func(m *models.OutboxItem) string { return m.Key }),
		texts("text", func(m *models.OutboxItem) string { return m.Text }),
		texts("choices", func(m *models.OutboxItem) string { return toJSON(m.Choices, len(m.Choices) == 0) }),
		texts("file", func(m *models.OutboxItem) string { return toJSON(m.File, m.File == nil) }),
		texts("template", func(m *models.OutboxItem) string { return toJSON(m.Template, m.Template == nil) }),
		texts("origin", func(m *models.OutboxItem) string { return string(m.Origin) }),
		ints("priority", func(m *models.OutboxItem) int64 { return int64(m.Priority) }),
		texts("status", func(m *models.OutboxItem) string { return string(m.Status) }),
		ints("open", func(m *models.OutboxItem) int64 { return toInt(isOpen(m.Status)) }),
		ints("attempts", func(m *models.OutboxItem) int64 { return int64(m.Attempts) }),
		ints("next_at", func(m *models.OutboxItem) int64 { return micros(m.NextAt) }),
		ints("sending_at", func(m *models.OutboxItem) int64 { return micros(m.SendingAt) }),
		texts("owner", func(m *models.OutboxItem) string {
			if m.Status == models.OutSending {
				return owner
			}
			return ""
		}),
		ints("created_at", func(m *models.OutboxItem) int64 { return micros(m.CreatedAt) }),
	}
}

// outboxColumns are what scanOutbox reads of the table outbox; the last one is
// the conversation's.
const outboxColumns = `id, conversation, channel, peer, case_code, key, text, choices, file, template, origin, priority, status, attempts,
next_at, sending_at, resent, platform_id, error, created_at, sent_at,
COALESCE((SELECT c.last_user_at FROM conversations c WHERE c.id = outbox.conversation), 0)`

func scanOutbox(rows *sql.Rows) (m models.OutboxItem, err error) {
	var choices, file, template, reason string
	var next, sending, created, sent, lastUser int64
	err = rows.Scan(&m.ID, &m.Conversation, &m.Channel, &m.Peer, &m.Case, &m.Key, &m.Text, &choices, &file, &template, &m.Origin, &m.Priority,
		&m.Status, &m.Attempts, &next, &sending, &m.Resent, &m.PlatformID, &reason, &created, &sent, &lastUser)
	if err != nil {
		return m, err
	}
	m.NextAt, m.SendingAt, m.CreatedAt = fromMicros(next), fromMicros(sending), fromMicros(created)
	m.SentAt, m.LastUserAt = fromMicros(sent), fromMicros(lastUser)
	return m, cmp.Or(fromJSON(choices, &m.Choices), fromJSON(file, &m.File), fromJSON(template, &m.Template), fromJSON(reason, &m.Error))
}
