package sandbox

import "time"

// Times says how often a fault strikes: n > 0 the next n times, 0 never,
// below 0 every time.
type Times int

// take uses up one time and reports whether the fault strikes.
func (t *Times) take() bool {
	if *t > 0 {
		*t--
		return true
	}
	return *t < 0
}

// Echo says when the platform tells the product of the product's own message.
type Echo string

// When echoes come. The zero value is EchoAfter.
const (
	EchoAfter  Echo = "after"
	EchoBefore Echo = "before" // delivered before the send's answer (lesson 4)
	EchoNever  Echo = "never"
)

// Refusal is an error the platform answers to sends without delivering.
type Refusal struct {
	Code    int   `json:"code"`
	Subcode int   `json:"subcode"` // Messenger only
	Times   Times `json:"times"`
}

// Faults are one platform's troubles. The zero value is a healthy platform.
type Faults struct {
	// Down takes the API away: "502" or "503" without the platform's own error
	// body, or "close" for a connection that is cut. Webhooks still flow.
	Down string `json:"down"`
	// LatencyMS delays every answer, after the work was done, in milliseconds.
	LatencyMS int `json:"latency_ms"`
	// DeliverThenCut delivers the message, then cuts the connection unanswered.
	DeliverThenCut Times `json:"deliver_then_cut"`
	// CutBefore cuts the connection of a send without delivering.
	CutBefore Times `json:"cut_before"`
	// CutUpload cuts the connection of an upload without keeping the file.
	CutUpload Times `json:"cut_upload"`
	// Ambiguous delivers, then answers an error: Messenger 1/1357046, Zalo an HTTP 500.
	Ambiguous Times `json:"ambiguous"`
	// Throttle answers sends with the rate error: Messenger 613, Zalo -32.
	Throttle Times `json:"throttle"`
	// TokenExpired makes Messenger answer 190/463 to every call while it is
	// set. On Zalo, ExpireToken is the one-off that a refresh mends.
	TokenExpired bool `json:"token_expired"`
	// Refuse answers sends with any other error of the platform.
	Refuse Refusal `json:"refuse"`
	// Echo says when the product's own messages come back.
	Echo Echo `json:"echo"`
	// EchoOtherID gives Zalo's echoes and receipts a msg_id that differs from
	// the answer's message_id, because no document says they are equal.
	EchoOtherID bool `json:"echo_other_id"`
	// Duplicate posts each webhook this many times more, all at once.
	Duplicate int `json:"duplicate"`
	// Reorder holds a citizen's webhooks until this many wait, or for 300 ms,
	// and posts them in reverse. Below 2 it is off.
	Reorder int `json:"reorder"`
	// Parallel posts a citizen's webhooks without waiting for each other.
	Parallel bool `json:"parallel"`
	// DropReceipts leaves out delivery, read and seen events.
	DropReceipts bool `json:"drop_receipts"`
	// BadSignature signs webhooks wrongly.
	BadSignature Times `json:"bad_signature"`
	// NoMacPrefix leaves "mac=" out of Zalo's signature header.
	NoMacPrefix bool `json:"no_mac_prefix"`
	// NumberTimestamp writes Zalo's timestamp as a number.
	NumberTimestamp bool `json:"number_timestamp"`
	// OmitRefresh leaves refresh_token out of Zalo's answer to a refresh; the
	// old one then stays good.
	OmitRefresh Times `json:"omit_refresh"`
	// RefreshCut spends the refresh token, then cuts the connection.
	RefreshCut Times `json:"refresh_cut"`
	// BareOAuthErrors leaves the numeric error out of Zalo's OAuth errors.
	BareOAuthErrors bool `json:"bare_oauth_errors"`
	// RefreshLives tells Zalo's answer to name refresh_token_expires_in.
	RefreshLives bool `json:"refresh_lives"`
}

func (f *Faults) latency() time.Duration { return time.Duration(f.LatencyMS) * time.Millisecond }

// SetFaults replaces the faults of a platform.
func (s *Sandbox) SetFaults(p Platform, f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults[p] != nil {
		*s.faults[p] = f
		s.notify()
	}
}

// Faults returns the faults of a platform as they stand now.
func (s *Sandbox) Faults(p Platform) Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.faults[p]; f != nil {
		return *f
	}
	return Faults{}
}

// strike uses up one time of a counted fault of a platform. The caller holds mu.
func (s *Sandbox) strike(p Platform, pick func(*Faults) *Times) bool {
	return pick(s.faults[p]).take()
}

// ExpireToken kills the OA's access token now; its refresh token stays good.
func (s *Sandbox) ExpireToken(oaID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.findAccount(Zalo, oaID); a != nil {
		a.oa.expires = time.Time{}
		s.notify()
	}
}
