package models

import "time"

// Derivation tells how a due date came about.
type Derivation struct {
	Kind     Kind
	Category string // of the taxonomy, when it made the term shorter than the kind's; else ""
	Term     Term
	// Calendar says that of two readings the one in calendar days counts.
	Calendar bool
	// From is what the term is counted from: the filing or, when Again, the
	// citizen's word that an answered case is not done.
	From    time.Time
	Again   bool
	Days    []CountedDay // every local day from that of From to that of Counted
	Pauses  []Pause
	Limits  []Limit
	Counted time.Time // the due date by the rules
	// Due is the date that stands. It is later than Counted where a citizen was
	// told a later one than today's rules give: what was promised is kept.
	Due time.Time
	// Promised is what an officer promised when the case was late, or zero.
	Promised time.Time
}

// CountedDay is one day of a derivation.
type CountedDay struct {
	Date time.Time // its midnight
	Why  DayReason
	N    int    // its number in the term; 0 when it does not count
	Name string // of a day out of the ordinary, or ""
	Half bool   // has other hours than most
}

// DayReason is why a day counts, or does not.
type DayReason string

// The reasons. Of a day that is several things the first holds.
const (
	DayReceived   DayReason = "received"    // the day of receipt is not counted
	DayLate       DayReason = "late"        // received after closing, so not on this day
	DayHoliday    DayReason = "holiday"     // not worked, by the calendar
	DayWeekend    DayReason = "weekend"     // not worked, by the week
	DayPaused     DayReason = "paused"      // the citizen was asked something
	DayMakeUp     DayReason = "make_up"     // counts although it is a day of the weekend
	DayCounted    DayReason = "counted"     // counts
	DayResumed    DayReason = "resumed"     // of a term that was used up when the clock stopped: it ends here
	DayMoved      DayReason = "moved"       // the last calendar day was not worked, so the term ends here
	DayNotWorking DayReason = "not_working" // counts, as a calendar day
)

// Pause is a wait for the citizen, in which the clock stood still.
type Pause struct {
	Interval      // To is zero while it lasts
	Days     int  // working days that were not counted because of it
	Ignored  bool // the kind's clock does not stop, or the term was over
}

// Limit is a limit of the law, as it stands for one case.
type Limit struct {
	StatutoryLimit
	Since      time.Time // what it is counted from
	ByWorking  time.Time // the reading in working days, or zero
	ByCalendar time.Time // the reading in calendar days, or zero
	Due        time.Time // the later one
	Latest     time.Time // of a complex matter, or zero
	Met        time.Time // when what it is for was done, or zero
}
