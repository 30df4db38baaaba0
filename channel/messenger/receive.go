package messenger

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/channel"
)

// Names of what is left out, where the platform gives none.
const (
	ignoredMalformed   = "malformed"        // no JSON, or of a shape that tells nothing
	ignoredEmpty       = "empty"            // an entry without events
	ignoredUnknown     = "unknown"          // an event without a name we could repeat
	ignoredUnknownPage = "unknown_page"     // an entry of a page that is not configured
	ignoredSample      = "dashboard_sample" // what the dashboard's Test button posts
	ignoredUserRef     = "user_ref"         // from a plugin's visitor, who has no id to write to
)

// Receiver takes in the webhooks of all pages. It is safe for concurrent use.
type Receiver struct {
	pages   map[string]Page
	secrets []string // the distinct ones; many pages share an app
}

// NewReceiver returns a receiver for these pages.
func NewReceiver(pages []Page) *Receiver {
	r := &Receiver{pages: make(map[string]Page, len(pages))}
	for _, p := range pages {
		r.pages[p.PageID] = p
		// With an empty key anybody could sign.
		if p.AppSecret != "" && !slices.Contains(r.secrets, p.AppSecret) {
			r.secrets = append(r.secrets, p.AppSecret)
		}
	}
	return r
}

// Handshake reports whether verifyToken is that of a page, in constant time
// (D:webhooks, "hub.verify_token").
func (r *Receiver) Handshake(verifyToken string) bool {
	given := sha256.Sum256([]byte(verifyToken))
	found := 0
	for _, p := range r.pages {
		if p.VerifyToken == "" {
			continue
		}
		ours := sha256.Sum256([]byte(p.VerifyToken))
		found |= subtle.ConstantTimeCompare(given[:], ours[:])
	}
	return found == 1
}

// Receive implements channel.Receiver.
func (r *Receiver) Receive(h http.Header, body []byte, now time.Time) (channel.Received, error) {
	signed := signers(r.secrets, h.Get("X-Hub-Signature-256"), body)
	if len(signed) == 0 {
		return channel.Received{}, channel.ErrSignature
	}
	b := batch{pages: r.pages, signed: signed, now: now}
	b.body(body)
	return b.got, nil
}

// signers returns the secrets that signed the body. The bytes are hashed as
// received: the platform signs the escaped form that it sends, and the same
// JSON written anew has another signature (D:webhooks).
func signers(secrets []string, header string, body []byte) []string {
	const prefix = "sha256="
	digits, found := strings.CutPrefix(header, prefix)
	given, err := hex.DecodeString(digits)
	if !found || err != nil || len(given) != sha256.Size {
		return nil
	}
	var signed []string
	for _, secret := range secrets {
		if hmac.Equal(given, sign(secret, body)) {
			signed = append(signed, secret)
		}
	}
	return signed
}

func sign(secret string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return mac.Sum(nil)
}

// batch reads one signed body. Every entry and every item of it stands alone:
// an odd one never loses its neighbours.
type batch struct {
	pages  map[string]Page
	signed []string // secrets that signed the body
	now    time.Time
	got    channel.Received
}

func (b *batch) ignore(name string) { b.got.Ignored = append(b.got.Ignored, name) }

// envelope is what every body is wrapped in: {"object":"page","entry":[…]}
type envelope struct {
	Object text    `json:"object"`
	Field  text    `json:"field"` // of a dashboard sample: {"field":"messages","value":{…}}
	Entry  []entry `json:"entry"`
}

// entry is what happened on one page. D:webhooks calls messaging an array of
// events, D:webhook-events says it has one; an entry may mix the arrays, or
// have none.
type entry struct {
	ID        text              `json:"id"`
	Time      number            `json:"time"`
	Messaging []json.RawMessage `json:"messaging"`
	Standby   []json.RawMessage `json:"standby"` // of threads that another app owns
	Changes   []json.RawMessage `json:"changes"` // outside of a talk
}

func (b *batch) body(raw []byte) {
	var body envelope
	valid, odd := decode(raw, &body)
	if !valid || odd {
		b.ignore(ignoredMalformed) // of an odd one the rest is read all the same
	}
	switch {
	case !valid:
	case body.Object == "page":
		for _, e := range body.Entry {
			b.entry(e)
		}
	case body.Object == "" && body.Field != "":
		b.ignore(ignoredSample)
	case !odd:
		b.ignore(plain(string(body.Object)))
	}
}

func (b *batch) entry(e entry) {
	page, known := b.pages[string(e.ID)]
	switch {
	case !known:
		b.ignore(ignoredUnknownPage)
		return
	case !slices.Contains(b.signed, page.AppSecret):
		b.got.Refused++
		return
	case len(e.Messaging)+len(e.Standby)+len(e.Changes) == 0:
		b.ignore(ignoredEmpty)
		return
	}
	from := source{page: page, sent: instant(e.Time, b.now), now: b.now}
	for _, item := range e.Messaging {
		b.item(from, item)
	}
	from.standby = true
	for _, item := range e.Standby {
		b.item(from, item)
	}
	for _, change := range e.Changes {
		b.change(change)
	}
}

func (b *batch) item(from source, raw json.RawMessage) {
	event, ignored := from.event(raw)
	if ignored != "" {
		b.ignore(ignored)
		return
	}
	b.got.Events = append(b.got.Events, event)
}

// change is what happened on the page outside of a talk: {"field":"feed",
// "value":{…}}. Comments and visitors' posts are no talk of ours.
func (b *batch) change(raw json.RawMessage) {
	var change struct {
		Field text `json:"field"`
	}
	decode(raw, &change)
	b.ignore(plain(string(change.Field)))
}

// plain returns a name of the platform's as far as it is fit to be a label of
// a counter.
func plain(name string) string {
	const longest = 48
	if name == "" || len(name) > longest || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return ignoredUnknown
	}
	return name
}
