package models

import "time"

// OutboxStatus is where an outgoing message stands.
type OutboxStatus string

// The statuses of an outgoing message. Queued, sending and unknown are open:
// nothing later of the same conversation is sent before they are settled.
const (
	OutQueued    OutboxStatus = "queued"
	OutSending   OutboxStatus = "sending"
	OutSent      OutboxStatus = "sent"
	OutDelivered OutboxStatus = "delivered"
	OutRead      OutboxStatus = "read"
	OutFailed    OutboxStatus = "failed"
	OutUnknown   OutboxStatus = "unknown" // sent or not: being settled
	OutToCall    OutboxStatus = "to_call" // cannot be told by this channel; a phone is known
)

// Origin says who wrote an outgoing message. Messenger's HUMAN_AGENT tag is
// for persons only.
type Origin string

// The origins.
const (
	OriginBot   Origin = "bot"
	OriginStaff Origin = "staff"
)

// Priority orders the sends of one channel: replies before notices before batches.
type Priority int

// The priorities, most urgent first.
const (
	PriorityReply Priority = iota
	PriorityNotice
	PriorityBatch
)

// Choice is something a citizen may tap or type.
type Choice struct {
	Payload string `json:"p"` // "flow.step:choice", lower-case ASCII, at most 60 bytes
	Label   string `json:"l"` // at most 20 runes, NFC
}

// OutboxItem is one message to one citizen.
type OutboxItem struct {
	ID           int64
	Conversation string
	Channel      string
	Peer         string
	Case         string // code of the case it is about, or ""
	Key          string // wording key it was rendered from
	Text         string // as the citizen reads it, numbered choices included where the platform needs them
	Choices      []Choice
	File         *File     // that the message is; Text is its name then
	Template     *Template // that the message is made of; Text is what it makes
	Origin       Origin
	Priority     Priority
	Status       OutboxStatus
	Attempts     int
	NextAt       time.Time // not to be tried before
	SendingAt    time.Time // when the latest attempt began
	Resent       bool      // an unknown outcome was settled as not delivered once already
	PlatformID   string
	Error        *OutboxError
	CreatedAt    time.Time
	SentAt       time.Time
	LastUserAt   time.Time // the conversation's, when the item was loaded
}

// OutboxError is the platform's reason of a failure.
type OutboxError struct {
	Kind    string `json:"kind"`
	Code    string `json:"code"`
	Message string `json:"message"`
}
