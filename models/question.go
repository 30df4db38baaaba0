package models

import "time"

// Outcome is what became of a question about a procedure.
type Outcome string

// The outcomes.
const (
	Answered Outcome = "answered" // at once
	Offered  Outcome = "offered"  // a few procedures, to choose from
	Unknown  Outcome = "unknown"  // said that nothing was found
	Wrong    Outcome = "wrong"    // the citizen called the answer wrong or no help
	Settled  Outcome = "settled"  // staff said what it was about
)

// Question is what a citizen asked about a procedure.
type Question struct {
	ID           int64
	Conversation string
	Unit         string  // slug of who answers there, or ""
	Text         string  // without numbers and names of people
	Procedure    string  // code of what was answered, was nearest or was meant; or ""
	Outcome      Outcome // what became of it
	Why          string  // the words that led to the procedure
	At           time.Time
	SettledAt    time.Time
	SettledBy    string
}

// Reply is what the bot makes of a question.
type Reply struct {
	Outcome    Outcome  `json:"outcome"`
	Procedures []string `json:"procedures"` // codes, best first
}

// Difference is how a change of content changes what the bot makes of a question.
type Difference struct {
	Question string `json:"question"`
	Before   Reply  `json:"before"`
	After    Reply  `json:"after"`
	// Told says that the same procedure is answered with, but what is told of it
	// changes.
	Told bool `json:"told"`
}
