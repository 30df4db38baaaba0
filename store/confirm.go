package store

import (
	"time"

	"github.com/langnghe/langnghe/models"
)

// Confirmation is what a platform told of our messages in one conversation.
type Confirmation struct {
	OutboxID   int64               // of an own echo, or 0
	PlatformID string              // with OutboxID
	Status     models.OutboxStatus // sent, delivered or read
	Mids       []string
	Watermark  time.Time
}

// below lists the settled statuses that a confirmation may improve.
func below(s models.OutboxStatus) []string {
	switch s {
	case models.OutDelivered:
		return []string{"sent"}
	case models.OutRead:
		return []string{"sent", "delivered"}
	}
	return nil
}

// Confirm settles outgoing messages by what a platform told: an own echo (by
// outbox id, with the platform's id) or receipts (by the platform's ids, or all
// sent up to the watermark). A message never goes back from read to delivered.
// An echo proves that a message arrived, whatever we thought of it; ids of
// another conversation's messages are ignored.
func (t *Tx) Confirm(conversation string, c Confirmation) error {
	if c.OutboxID != 0 {
		if err := t.confirmEcho(conversation, c); err != nil {
			return wrap("confirm message", err)
		}
	}
	if len(c.Mids) > 0 {
		if err := t.confirmMids(conversation, c); err != nil {
			return wrap("confirm messages", err)
		}
	}
	if !c.Watermark.IsZero() && below(c.Status) != nil {
		err := t.db.Exec("UPDATE outbox SET status = ? WHERE conversation = ? AND status IN ? AND sent_at > 0 AND sent_at <= ?",
			string(c.Status), conversation, below(c.Status), c.Watermark.UnixMicro()).Error
		return wrap("confirm messages", err)
	}
	return nil
}

func (t *Tx) confirmEcho(conversation string, c Confirmation) error {
	keep := append(below(c.Status), "queued", "sending", "unknown", "failed", "to_call")
	return t.db.Exec(`UPDATE outbox SET open = 0, owner = '',
status = CASE WHEN status IN ? THEN ? ELSE status END,
platform_id = CASE WHEN platform_id = '' THEN ? ELSE platform_id END,
sent_at = CASE WHEN sent_at = 0 THEN ? ELSE sent_at END
WHERE id = ? AND conversation = ?`,
		keep, string(c.Status), key(c.PlatformID), t.now.UnixMicro(), c.OutboxID, conversation).Error
}

// confirmMids also settles an unknown one whose platform id came with the
// failure.
func (t *Tx) confirmMids(conversation string, c Confirmation) error {
	ids := each(c.Mids, key)
	return t.db.Exec(`UPDATE outbox SET status = ?, open = 0, sent_at = CASE WHEN sent_at = 0 THEN ? ELSE sent_at END
WHERE conversation = ? AND platform_id IN ? AND status IN ?`,
		string(c.Status), t.now.UnixMicro(), conversation, ids, append(below(c.Status), "unknown", "sending")).Error
}
