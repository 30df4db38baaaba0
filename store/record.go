package store

import (
	"strings"
	"time"
)

// InsertRating stores a rating.
func (t *Tx) InsertRating(code, unit, conversation string, score int, comment string) error {
	err := t.db.Exec("INSERT INTO ratings (case_code, unit, conversation, score, comment, at) VALUES (?, ?, ?, ?, ?, ?)",
		strings.ToUpper(code), unit, conversation, score, clean(comment), t.now.UnixMicro()).Error
	return wrap("insert rating", err)
}

// CommentRating adds a comment to the rating that the citizen gave last.
func (t *Tx) CommentRating(code, unit, conversation, comment string) error {
	err := t.db.Exec(`UPDATE ratings SET comment = ? WHERE id =
(SELECT MAX(id) FROM ratings WHERE case_code = ? AND unit = ? AND conversation = ?)`,
		clean(comment), strings.ToUpper(code), unit, conversation).Error
	return wrap("comment rating", err)
}

// RatedSince reports whether the citizen of the conversation rated, or was asked
// to rate, the unit since then.
func (t *Tx) RatedSince(conversation, unit string, since time.Time) (bool, error) {
	var n int64
	err := t.db.Raw(`SELECT (SELECT COUNT(*) FROM ratings WHERE conversation = @c AND unit = @u AND at >= @t)
+ (SELECT COUNT(*) FROM ratings_asked WHERE conversation = @c AND unit = @u AND at >= @t)`,
		map[string]any{"c": conversation, "u": unit, "t": micros(since)}).Scan(&n).Error
	return n > 0, wrap("look for ratings", err)
}

// AskedRating records that the citizen was asked to rate the unit.
func (t *Tx) AskedRating(conversation, unit string) error {
	err := t.db.Exec(`INSERT INTO ratings_asked (conversation, unit, at) VALUES (?, ?, ?)
ON CONFLICT (conversation, unit) DO UPDATE SET at = excluded.at`, conversation, unit, t.now.UnixMicro()).Error
	return wrap("record rating question", err)
}
