package handlers

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/langnghe/langnghe/store"
)

// localOffset is Vietnam's, in seconds; it keeps no summer time.
const localOffset = 7 * 60 * 60

// PageQuery bounds every listing. It is exported because huma reads embedded
// parameters only so.
type PageQuery struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many at most."`
	Cursor string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}

func (q PageQuery) page() store.Page { return store.Page{Limit: q.Limit, Cursor: q.Cursor} }

// list is one page of a listing.
type list[T any] struct {
	Items []T     `json:"items" nullable:"false"`
	Next  *string `json:"next_cursor" doc:"Cursor of the next page; null on the last one."`
}

func newList[T any](items []T, next string) list[T] {
	return list[T]{Items: items, Next: orNull(next)}
}

// orNull is nil for the empty string.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// timeOrNull is nil for no time.
func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// parseSince reads a time (RFC 3339) or a date, which begins at midnight in
// Vietnam. No value is no bound.
func parseSince(value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return at, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, value, time.FixedZone("", localOffset))
	if err != nil {
		return time.Time{}, invalid("query.since", "must be a date (2026-03-04) or an RFC 3339 time")
	}
	return at, nil
}

// clean reports whether words from outside can be stored: PostgreSQL takes
// neither NUL nor broken UTF-8.
func clean(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
