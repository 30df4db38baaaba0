package models

import (
	"cmp"
	"slices"
	"time"
)

// CallOutcome is what came of phoning a citizen whom a message did not reach.
type CallOutcome string

// The outcomes of a call.
const (
	CallReached   CallOutcome = "reached"        // the citizen was told by phone
	CallOtherwise CallOutcome = "told_otherwise" // told in person, by letter, or since by a channel
	CallRefused   CallOutcome = "refused"        // the citizen does not want to be called
	CallNoAnswer  CallOutcome = "no_answer"      // nobody answered, busy, switched off
	CallWrong     CallOutcome = "wrong_number"   // somebody else's number; another one is to be found
	CallGivenUp   CallOutcome = "given_up"       // no way is left
)

// CallOutcomes lists them, those that end a call last.
var CallOutcomes = []CallOutcome{CallReached, CallNoAnswer, CallWrong, CallRefused, CallOtherwise, CallGivenUp}

// Again reports whether the citizen is to be tried again.
func (o CallOutcome) Again() bool { return o == CallNoAnswer || o == CallWrong }

// Told reports whether nothing is owed any more: the citizen knows, or does not
// want to.
func (o CallOutcome) Told() bool {
	return slices.Contains([]CallOutcome{CallReached, CallOtherwise, CallRefused}, o)
}

// Call is a citizen who is to be phoned, because messages of one matter did not
// reach them.
type Call struct {
	ID           int64
	Message      int64 // id of the latest message that did not arrive
	Conversation string
	Case         string // code, or ""
	Unit         string // slug
	Category     string // of the case
	Sensitive    bool   // the case is
	Assignee     string // of the case
	Text         string // of Message
	Error        *OutboxError
	Contact      Contact // of the case, else of the conversation's latest one
	OpenedAt     time.Time
	NextAt       time.Time // no call before
	Tries        int
	Outcome      CallOutcome // of the latest try, "" before the first
	DoneAt       time.Time   // zero while the call is open
}

// Subject is what the call is about: its case, or its conversation.
func (c Call) Subject() string { return cmp.Or(c.Case, c.Conversation) }

// CallTry is one try to phone.
type CallTry struct {
	At      time.Time
	Actor   string
	Outcome CallOutcome
	Note    string
}

// UntoldSince returns the moment before which a message must have failed for its
// citizen to be untold over one working day now. It reports false when there has
// been no such moment within two months: nothing is judged by a calendar without
// working days.
func (c Calendar) UntoldSince(now time.Time) (time.Time, bool) {
	for at := c.Midnight(now); now.Sub(at) < 60*24*time.Hour; at = c.Midnight(at.Add(-time.Hour)) {
		if !c.Deadline(at, 1).After(now) {
			return c.Deadline(at, 0), true
		}
	}
	return time.Time{}, false
}
