package models

import "time"

// EventKind says what an event of the inbox is.
type EventKind string

// The kinds of event. What a platform sends and we do not use becomes EventNote
// (kept for the record) or is ignored by the channel's parser.
const (
	EventMessage   EventKind = "message"   // the citizen's words, tap, files, location or contact
	EventEdit      EventKind = "edit"      // the citizen changed the text of message Mid
	EventUnsend    EventKind = "unsend"    // the citizen took message Mid back
	EventOpen      EventKind = "open"      // follow, chat-now, Get Started: gets the welcome
	EventEcho      EventKind = "echo"      // a message of our side seen by the platform, ours or a person's
	EventDelivered EventKind = "delivered" // receipt for Mids, or all up to Watermark
	EventRead      EventKind = "read"      // the same, read
	EventRated     EventKind = "rated"     // a platform's own rating form: Score, Text, Mid
	EventErase     EventKind = "erase"     // the platform says the citizen wants their data gone
	EventControl   EventKind = "control"   // thread ownership moved: Person tells whether a person has it now
	EventNote      EventKind = "note"      // recorded and never answered: reactions, unfollow, tags, standby
	EventStatus    EventKind = "status"    // a case changed: Notice
	EventHandback  EventKind = "handback"  // staff gave the conversation back to the bot
	EventMedia     EventKind = "media"     // a file could not be stored: Files
)

// Event is one thing that happened and may make us speak: a row of the inbox.
// (Channel, ID) is unique; the same event delivered again is dropped.
type Event struct {
	Seq      int64     `json:"-"` // order of arrival, given by the store
	Channel  string    `json:"-"` // channel key
	ID       string    `json:"-"` // deduplication key inside the channel
	Peer     string    `json:"-"` // the citizen's id on the platform
	Kind     EventKind `json:"-"`
	At       time.Time `json:"-"` // the platform's time, or the receipt's when it gave none
	Received time.Time `json:"-"` // set by the store
	Due      time.Time `json:"-"` // when it may be played; zero is at once

	Name      string    `json:"name,omitempty"`     // the platform's own name of it: "user_send_text"
	Mid       string    `json:"mid,omitempty"`      // the platform's id of the message it is, or is about
	Text      string    `json:"text,omitempty"`     // words as written; of a tap, the button's title
	Payload   string    `json:"payload,omitempty"`  // what a tap carries: "report.place:skip"
	ReplyTo   string    `json:"reply_to,omitempty"` // Mid of the message answered to
	Files     []File    `json:"files,omitempty"`
	Location  *Location `json:"location,omitempty"`
	Contact   *Contact  `json:"contact,omitempty"`  // name and phone shared through the platform's own form
	Sticker   bool      `json:"sticker,omitempty"`  // a sticker, GIF, like or other wordless thing
	Metadata  string    `json:"metadata,omitempty"` // of an echo: what we attached on sending
	Person    bool      `json:"person,omitempty"`   // of an echo or control: a member of staff did it
	Mids      []string  `json:"mids,omitempty"`
	Watermark time.Time `json:"watermark,omitzero"`
	Score     int       `json:"score,omitempty"` // 1-5
	Notice    *Notice   `json:"notice,omitempty"`
}

// Conversation returns the id of the conversation that the event belongs to.
func (e Event) Conversation() string { return ConversationID(e.Channel, e.Peer) }

// FromCitizen reports whether the citizen acted, which opens the sending window.
func (e Event) FromCitizen() bool {
	switch e.Kind {
	case EventMessage, EventEdit, EventOpen, EventRated:
		return true
	}
	return false
}

// File is what is sent along with words: a citizen's photo, voice, video, document
// or link, not yet fetched, or what staff send to a citizen, already stored.
type File struct {
	ID   string `json:"id,omitempty"`   // id of the Attachment, of a citizen's minted when the event is played
	Kind string `json:"kind"`           // image, audio, video, file, link
	URL  string `json:"url,omitempty"`  // where the platform keeps it
	Name string `json:"name,omitempty"` // file name, or a link's title
}

// Notice is what a citizen is to be told because of what staff did: a case
// changed, or a question of theirs has an answer now.
type Notice struct {
	Procedure string `json:"procedure,omitempty"` // code of what Text, their question, is about; then there is no case
	Dossier   string `json:"dossier,omitempty"`   // code of the dossier that it is about; then there is no case
	Case      string `json:"case"`                // code of the citizen's own case
	Action    Action `json:"action"`              // what was done
	Text      string `json:"text,omitempty"`
	Reason    string `json:"reason,omitempty"` // of a rejection, its code
	Unit      string `json:"unit,omitempty"`   // of a transfer, the new unit's slug
	Into      string `json:"into,omitempty"`   // of a merge, the target's code; of a split, that of the case it was a part of
	Person    bool   `json:"person,omitempty"` // Text was written by a person
	Rate      bool   `json:"rate,omitempty"`   // ask for a rating too

	Date  time.Time `json:"date,omitzero"`   // of a promise, until when; of a late case, the date that passed; of a result, when it is looked at again; of a split, when it is due, zero when that is over
	Files []File    `json:"files,omitempty"` // that go with Text, before it
	Way   string    `json:"way,omitempty"`   // of an answer: WayTemplate, or "" for its words
}
