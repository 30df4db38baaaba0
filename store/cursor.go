package store

import (
	"encoding/base64"
	"errors"
	"hash/crc32"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Page bounds a listing. Cursor is opaque; ErrCursor when it is not ours.
type Page struct {
	Limit  int // 0 is 50
	Cursor string
}

// ErrCursor says that a cursor was not made by this store, or for another list.
var ErrCursor = errors.New("store: unknown cursor")

const defaultLimit = 50

// place is where a page ended: the last row's sort key.
type place struct {
	at int64
	id string
}

func (p Page) limit() int {
	if p.Limit <= 0 {
		return defaultLimit
	}
	return p.Limit
}

// fetch is one row more than wanted, to learn whether there is a next page.
func (p Page) fetch() int { return p.limit() + 1 }

// cursorOf encodes a place in the named list. The checksum keeps out what was
// mangled or guessed; there is nothing secret in it.
func cursorOf(list string, w place) string {
	text := list + "\n" + strconv.FormatInt(w.at, 10) + "\n" + w.id
	return base64.RawURLEncoding.EncodeToString([]byte(text + "\n" + checksum(text)))
}

func checksum(text string) string {
	return strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(text))), 36)
}

// parse decodes the cursor; nil is the beginning.
func (p Page) parse(list string) (*place, error) {
	if p.Cursor == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(p.Cursor)
	if err != nil || strings.ContainsAny(p.Cursor, "\r\n") { // which the decoder passes over
		return nil, ErrCursor
	}
	end := strings.LastIndexByte(string(b), '\n')
	if end < 0 || checksum(string(b[:end])) != string(b[end+1:]) {
		return nil, ErrCursor
	}
	parts := strings.SplitN(string(b[:end]), "\n", 3)
	if len(parts) != 3 || parts[0] != list {
		return nil, ErrCursor
	}
	at, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || !isClean(parts[2]) {
		return nil, ErrCursor
	}
	return &place{at, parts[2]}, nil
}

// cut takes the surplus row off and makes the cursor of the next page, "" when
// there is none.
func cut[T any](p Page, list string, rows []T, key func(T) (int64, string)) ([]T, string) {
	if len(rows) <= p.limit() {
		return rows, ""
	}
	rows = rows[:p.limit()]
	at, id := key(rows[len(rows)-1])
	return rows, cursorOf(list, place{at, id})
}

// fold makes text comparable: lower case, without accents, đ as d.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(clean(s))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'đ':
			b.WriteByte('d')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// phoneOf returns the phone in national form that the query is, or "".
func phoneOf(query string) string {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-()+", r) {
			return -1
		}
		return r
	}, query)
	if len(digits) < 9 || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	if rest, ok := strings.CutPrefix(digits, "84"); ok {
		return "0" + rest
	}
	return digits
}
