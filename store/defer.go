package store

import "time"

// Defer makes the unplayed events of a conversation due no earlier than until,
// so that the rest of a burst can come in before it is answered.
func (t *Tx) Defer(conversation string, until time.Time) error {
	_, err := t.run().exec("UPDATE inbox SET due = ? WHERE status = 0 AND conversation = ? AND due < ?",
		until.UnixMicro(), conversation, until.UnixMicro())
	return wrap("defer events", err)
}
