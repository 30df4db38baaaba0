package store

import (
	"context"
	"database/sql"
	"time"
)

// Waiting is an open case whose citizen has not acted for a while.
type Waiting struct {
	Case       string // code
	Peer       string
	LastUserAt time.Time // the citizen's latest act
}

// Silent returns up to limit conversations of the channel whose citizen acted
// last after from and no later than to, who has an open case, or one that was
// merged into an open one, and was told nothing since but answers; each with
// that case of the latest activity. A
// conversation that a person holds, or that is parked, is left alone.
func (s *Store) Silent(ctx context.Context, channel string, from, to time.Time, limit int) ([]Waiting, error) {
	var list []Waiting
	err := on(s.read.WithContext(ctx)).query(func(rows *sql.Rows) error {
		var w Waiting
		var at int64
		err := rows.Scan(&w.Case, &w.Peer, &at)
		w.LastUserAt = fromMicros(at)
		list = append(list, w)
		return err
	}, `WITH open AS (SELECT code, conversation, updated_at FROM cases WHERE status IN ('new', 'accepted', 'in_progress', 'waiting_citizen', 'transferred')),
owed AS (SELECT * FROM open UNION ALL
	SELECT m.code, m.conversation, m.updated_at FROM open JOIN cases m ON m.merged_into = open.code WHERE m.merged_into <> '')
SELECT k.code, c.peer, c.last_user_at FROM (SELECT code, conversation,
	ROW_NUMBER() OVER (PARTITION BY conversation ORDER BY updated_at DESC, code DESC) AS nth FROM owed) k
JOIN conversations c ON c.id = k.conversation
WHERE k.nth = 1 AND c.channel = ? AND c.mode IN ('bot', 'waiting') AND c.last_user_at > ? AND c.last_user_at <= ?
AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.conversation = c.id AND o.priority > 0 AND o.created_at > c.last_user_at)
ORDER BY c.last_user_at LIMIT ?`, channel, micros(from), micros(to), limit)
	return list, wrap("find silent conversations", err)
}

// CaseOfMessage returns the code of the case that a message of ours was about,
// by the platform's id of it, or "".
func (t *Tx) CaseOfMessage(conversation, platformID string) (string, error) {
	var codes []string
	err := t.db.Raw("SELECT case_code FROM outbox WHERE conversation = ? AND platform_id = ? LIMIT 1", conversation, clean(platformID)).Scan(&codes).Error
	if err != nil || len(codes) == 0 {
		return "", wrap("find a message", err)
	}
	return codes[0], nil
}
