package models

import "time"

// The levels of an escalation: who is told of a late case when who is in charge
// neither answers nor promises a date.
const (
	EscalateUnit     = 1 // the unit's leaders, when the term is over
	EscalateProvince = 2 // the province, some working days later
)

// Escalation is that a late case was told to those above.
type Escalation struct {
	ID    int64
	At    time.Time
	Case  string    // code
	Since time.Time // tells the terms of a case apart
	Due   time.Time
	Level int
	Told  []string  // e-mails
	Ended time.Time // answered, promised or waiting for the citizen since then; zero while it goes on

	// What follows is the case's, as it stands now.
	Unit, Assignee string
	Status         Status
}

// Over returns when a term that ended then has been over for n working days.
func (d Deadlines) Over(due time.Time, n int) time.Time {
	return d.Calendar.Deadline(due.Add(-time.Second), n)
}

// SpokenSince reports whether staff wrote to the citizen of the case, or the
// product told them that it is late, after that moment.
func (c Case) SpokenSince(at time.Time) bool {
	for _, e := range Standing(c.Events) {
		switch e.Action {
		case ActAsk, ActReply, ActPromise, ActLate:
			if e.At.After(at) {
				return true
			}
		}
	}
	return false
}
