package models

import "time"

// Rule is one of the rules that due dates hang on, and Was and Is are what it
// said before and after a change; "" is nothing.
type Rule struct {
	What string `json:"what"` // day_off, make_up, half_day, hours, kind, category
	Key  string `json:"key"`  // a date, a kind, a category; of hours ""
	Was  string `json:"was,omitempty"`
	Is   string `json:"is,omitempty"`
}

// DeadlineMove is a due date that a change of the rules moved.
type DeadlineMove struct {
	At      time.Time
	Case    string // code
	Unit    string // slug
	Was     time.Time
	Counted time.Time // by the new rules
	Due     time.Time // the date that stands: what was promised is never taken back
	Why     []Rule    // what of the change bears on the case
}

// Reminder tells staff how much of a term has passed.
type Reminder struct {
	ID     int64
	At     time.Time
	Case   string // code
	Since  time.Time
	Stage  int    // per cent of the term
	Term   string // Running.Limit
	Due    time.Time
	Mailed time.Time // zero while nobody was mailed

	// What follows is the case's, as it stands now.
	Unit, Category, Assignee string
	Status                   Status
}
