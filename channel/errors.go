package channel

import (
	"errors"
	"fmt"
	"time"
)

// ErrSignature says that no channel's secret signed the body.
var ErrSignature = errors.New("channel: wrong or missing signature")

// Kind says what a failure to send means; relay alone decides what to do.
type Kind string

// The kinds of failure.
const (
	KindTemporary     Kind = "temporary"     // not delivered; try again later
	KindThrottled     Kind = "throttled"     // not delivered; the whole channel waits
	KindToken         Kind = "token"         // the token is dead: refresh, or stop the channel and alarm
	KindWindow        Kind = "window_closed" // next lawful way, else a person phones
	KindBlocked       Kind = "blocked"       // this citizen cannot be reached here
	KindRejected      Kind = "rejected"      // this message is refused: our bug
	KindMisconfigured Kind = "misconfigured" // the channel's settings: alarm, no retry
	KindRestricted    Kind = "restricted"    // the platform stopped the channel: alarm, slow probe
	KindOwned         Kind = "owned"         // another app or a person holds the thread
	KindUnknown       Kind = "unknown"       // delivered or not: to be settled
)

// SendError is a failure to send, classified by the adapter that saw it.
type SendError struct {
	Kind    Kind
	Code    string        // the platform's code, and subcode after a slash: "10/2018278"
	Message string        // the platform's words, without secrets or a citizen's words
	Wait    time.Duration // for KindThrottled and KindTemporary: how long at least; 0 when unknown
	Err     error
}

// Error implements error.
func (e *SendError) Error() string {
	return fmt.Sprintf("send: %s %s: %s", e.Kind, e.Code, e.Message)
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }
