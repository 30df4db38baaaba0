package models

import (
	"strings"
	"time"
)

// Skips is what of a derivation did not count, for a sentence.
type Skips struct {
	Late    bool // it came after closing or on a day off
	Weekend int  // days
	Off     []DaysOff
	Paused  int  // working days
	Moved   bool // the last calendar day was not worked
}

// DaysOff is a stretch of days off of one name.
type DaysOff struct {
	Name        string // without what tells the days of the stretch apart
	First, Last time.Time
}

// Skips sums up the days after the receipt that did not count.
func (v Derivation) Skips() Skips {
	var s Skips
	received := false
	for _, d := range v.Days {
		switch {
		case d.Why == DayReceived:
			received = true
		case !received:
			s.Late = true
		case d.Why == DayWeekend:
			s.Weekend++
		case d.Why == DayHoliday:
			s.holiday(d)
		case d.Why == DayPaused, d.Why == DayResumed:
			s.Paused++
		case d.Why == DayMoved:
			s.Moved = true
		}
	}
	return s
}

// holiday adds a day off to the stretch that it goes on with.
func (s *Skips) holiday(d CountedDay) {
	name, _, _ := strings.Cut(d.Name, " (")
	if n := len(s.Off); n > 0 && s.Off[n-1].Name == name && d.Date.Sub(s.Off[n-1].Last) <= 24*time.Hour {
		s.Off[n-1].Last = d.Date
		return
	}
	s.Off = append(s.Off, DaysOff{name, d.Date, d.Date})
}
