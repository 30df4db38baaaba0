package messenger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The platform's types lie: ids come as strings or numbers, times as numbers
// or strings, in seconds or milliseconds (D:messages, D:messaging_postbacks,
// D:messaging_handovers). The types below take what comes and never fail, so
// that one odd field does not lose a message.

// text is a JSON string. A number stands for its digits, anything else for "".
// NUL is dropped: PostgreSQL keeps it nowhere.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(b []byte) error {
	*t = ""
	switch c := b[0]; {
	case c == '"' && bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b):
		*t = text(b[1 : len(b)-1])
	case c == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = text(strings.ReplaceAll(s, "\x00", ""))
	case c == '-', '0' <= c && c <= '9':
		*t = text(b)
	}
	return nil
}

// number is a JSON number, or a string of digits; anything else is 0.
type number int64

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(b []byte) error {
	*n = 0
	var t text
	if err := t.UnmarshalJSON(b); err != nil {
		return err
	}
	if whole, err := strconv.ParseInt(string(t), 10, 64); err == nil {
		*n = number(whole)
		return nil
	}
	const exact = 1 << 53 // whole numbers beyond it are no longer exact in a float
	if f, err := strconv.ParseFloat(string(t), 64); err == nil && -exact < f && f < exact {
		*n = number(f)
	}
	return nil
}

// truth is true for true, "true" and 1.
type truth bool

// UnmarshalJSON implements json.Unmarshaler.
func (f *truth) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "true", `"true"`, "1":
		*f = true
	default:
		*f = false
	}
	return nil
}

// decode reads raw into v. It reports whether raw is JSON, and whether some of
// it is odd: of another type than v has there, which is left empty.
func decode(raw []byte, v any) (valid, odd bool) {
	err := json.Unmarshal(raw, v)
	var wrong *json.UnmarshalTypeError
	odd = errors.As(err, &wrong)
	return err == nil || odd, odd
}

func absent(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

func isObject(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '{' }

// instant reads the platform's time, which is mostly in milliseconds and
// sometimes in seconds. It returns the zero time when there is none, and now
// for a time in the future, which would keep the sending window open and stand
// after everything that follows. A day is allowed for clocks that differ.
func instant(n number, now time.Time) time.Time {
	const firstMillisecond = 100_000_000_000 // in 1973; as seconds it is in 5138
	if n <= 0 {
		return time.Time{}
	}
	ms := int64(n)
	if ms < firstMillisecond {
		ms *= 1000
	}
	at := time.UnixMilli(ms).UTC()
	if at.After(now.Add(24 * time.Hour)) {
		return now.UTC()
	}
	return at
}

// maxID bounds the ids that we keep; the platform's own are below 200 bytes.
const maxID = 255

// short returns the id itself, or its hash when no index could hold it.
func short(id text) string {
	if len(id) <= maxID {
		return string(id)
	}
	return "sha256-" + digest([]byte(id))
}

// digest returns the hash of b, hexadecimal.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// canonical writes raw with sorted keys and without spaces, so that the same
// event delivered again, however it is written, has the same digest.
func canonical(raw json.RawMessage) []byte {
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return raw
	}
	out, err := json.Marshal(v)
	if err != nil {
		return raw
	}
	return out
}
