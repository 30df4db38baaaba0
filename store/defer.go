package store

import "time"

// Defer makes all unplayed events of a conversation due at until, so that the
// rest of a burst can come in before it is answered.
func (t *Tx) Defer(conversation string, until time.Time) error {
	_, err := t.run().exec("UPDATE inbox SET due = ? WHERE status = 0 AND conversation = ?", until.UnixMicro(), conversation)
	return wrap("defer events", err)
}
