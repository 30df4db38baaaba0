package messenger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
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
	case c == '"':
		var s string
		if json.Unmarshal(b, &s) == nil {
			*t = text(strings.ReplaceAll(s, "\x00", ""))
		}
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

// decode reads raw into v. Fields of a wrong type are left empty, which is no
// failure; it reports false when raw is no JSON.
func decode(raw []byte, v any) bool {
	err := json.Unmarshal(raw, v)
	var odd *json.UnmarshalTypeError
	return err == nil || errors.As(err, &odd)
}

// list reads raw as an array of items that are still to be read, and reports
// false when it is none. An absent array is empty.
func list(raw json.RawMessage) ([]json.RawMessage, bool) {
	if absent(raw) {
		return nil, true
	}
	var items []json.RawMessage
	err := json.Unmarshal(raw, &items)
	return items, err == nil
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

// digest returns the hash of the parts, hexadecimal.
func digest(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p)) + ":")) // so that no two lists of parts are written alike
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
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
