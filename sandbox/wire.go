package sandbox

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// maxWireBody bounds what the log keeps of one body, in bytes.
const maxWireBody = 4 << 10

// Direction says who called whom.
type Direction string

// The directions of an exchange.
const (
	Webhook Direction = "webhook" // platform to product
	APICall Direction = "api"     // product to platform
)

// Exchange is one request and its answer, tokens and secrets blotted out.
type Exchange struct {
	Seq       int64     `json:"seq"`
	At        time.Time `json:"at"`
	Platform  Platform  `json:"platform"`
	Direction Direction `json:"direction"`
	Method    string    `json:"method"`
	Path      string    `json:"path"`
	Status    int       `json:"status"` // 0: no answer
	TookMS    int64     `json:"took_ms"`
	Request   string    `json:"request,omitempty"`
	Response  string    `json:"response,omitempty"`
	Note      string    `json:"note,omitempty"` // a fault that struck, a retry's number
}

// wireLog keeps the newest exchanges.
type wireLog struct {
	mu      sync.Mutex
	size    int
	seq     int64
	ring    []Exchange
	secrets []string
}

func newWireLog(size int, secrets []string) *wireLog {
	secrets = slices.DeleteFunc(secrets, func(s string) bool { return s == "" })
	return &wireLog{size: size, secrets: secrets}
}

// hide adds a secret that was made later, such as a fresh token.
func (l *wireLog) hide(secrets ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.secrets = append(l.secrets, secrets...)
}

// add keeps an exchange.
func (l *wireLog) add(e Exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	e.Seq = l.seq
	e.Path, e.Request, e.Response = l.redact(e.Path), l.redact(e.Request), l.redact(e.Response)
	if len(l.ring) == l.size {
		l.ring = slices.Delete(l.ring, 0, 1)
	}
	l.ring = append(l.ring, e)
}

// after returns the exchanges kept that are newer than seq, oldest first.
func (l *wireLog) after(seq int64) []Exchange {
	l.mu.Lock()
	defer l.mu.Unlock()
	i, _ := slices.BinarySearchFunc(l.ring, seq+1, func(e Exchange, n int64) int { return int(e.Seq - n) })
	return slices.Clone(l.ring[i:])
}

// Wire returns the exchanges kept that are newer than seq, oldest first; 0 is all.
func (s *Sandbox) Wire(seq int64) []Exchange { return s.wire.after(seq) }

// secretField finds tokens by the names of their fields in forms, queries and
// JSON, for tokens that are nobody's and so are not among the known secrets.
var secretField = regexp.MustCompile(`((?:access_token|refresh_token|appsecret_proof|secret_key|verify_token|code_verifier)"?\s*[=:]\s*"?)[^&"\s,}]+`)

// redact blots out secrets, then bounds the length. The caller holds mu.
func (l *wireLog) redact(s string) string {
	s = secretField.ReplaceAllString(s, "${1}***")
	for _, secret := range l.secrets {
		s = strings.ReplaceAll(s, secret, "***")
	}
	if len(s) <= maxWireBody {
		return s
	}
	cut := maxWireBody
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
