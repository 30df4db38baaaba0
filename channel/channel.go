// Package channel is the contract between the product and the platforms:
// what comes in is verified and parsed by a Receiver, what goes out is sent by
// a Sender. Each platform is one folder below this one.
package channel

import (
	"context"
	"net/http"
	"time"

	"github.com/langnghe/langnghe/models"
)

// Received is what one webhook request holds for one or more channels.
type Received struct {
	Events  []models.Event
	Ignored []string // platform's names of what was knowingly left out, one per occurrence
	Refused int      // entries whose channel's own secret did not sign the body
}

// Receiver takes in one platform's webhook, for all channels of that platform.
type Receiver interface {
	// Receive checks the signature over the raw body, then parses it. It
	// returns ErrSignature when no channel's secret signed the body. A body
	// that was signed is never an error: what cannot be understood is ignored.
	Receive(h http.Header, body []byte, now time.Time) (Received, error)
}

// Sender sends to the citizens of one channel. It is safe for concurrent use.
type Sender interface {
	// Send sends one message and returns the platform's id of it.
	// Every failure is a *SendError. A file is uploaded first; an upload may be
	// repeated, a message may not.
	Send(ctx context.Context, m Message) (platformID string, err error)
	// Settle asks the platform whether m, whose sending had an unknown outcome,
	// has arrived. known holds the platform ids that other messages of this
	// conversation already have.
	Settle(ctx context.Context, m Message, since time.Time, known []string) (Settled, error)
	Limits() Limits
	// Window tells what may be sent to a citizen who last acted at lastUser,
	// by a person (staff) or by the bot.
	Window(lastUser, now time.Time, staff bool) Window
}

// Message is one outgoing message as a platform gets it.
type Message struct {
	ID       int64  // of the outbox
	Peer     string // the citizen's id on the platform
	Text     string
	Choices  []models.Choice
	File     *File     // that is sent instead of Text and Choices
	Template *Template // that is sent instead of Text, which is what it makes, and of Choices
	Staff    bool      // written by a person
	LastUser time.Time // the citizen's latest act
	Notice   bool      // not an answer to what the citizen just wrote
}

// Template is a text that the platform approved, filled. It may be sent after the
// window has closed.
type Template struct {
	ID       string
	Language string
	Params   []models.TemplateParam
	Phone    string // to be sent to, in national digits; "" is sent to Peer
}

// Settled is what the platform knows of a message with an unknown outcome.
type Settled struct {
	Arrived    bool
	PlatformID string
}

// Limits are a platform's limits on one message.
type Limits struct {
	MaxRunes   int  // of the text, choices included where they are numbered
	MaxChoices int  // offered in one message
	Numbered   bool // choices stand as "N. label" in the text
	InFlight   int  // sends at once
	PerMinute  int  // default rate of the channel, messages a minute
	Image      FileLimits
	Paper      FileLimits // a file that is no image
}

// Window is the time in which a message may be sent.
type Window struct {
	Open  bool
	Until time.Time // when it closes; zero when it is closed
}
