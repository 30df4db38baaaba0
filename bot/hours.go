package bot

import "time"

// Inquiry is what was asked of an office, and what is known of it beside
// Heard.Contacts.
type Inquiry struct {
	Numbers bool       // whose number it is, or who is in charge
	Where   bool       // where the office is
	Address string     // "" while no officer has confirmed it
	Instead bool       // Heard.Contacts are the office's own: whom was asked for is not listed
	Hours   *HoursView // nil when not asked
}

// HoursAnswer is how a question about hours is answered; it is the wording's key.
type HoursAnswer string

// The answers about hours.
const (
	HoursWeek    HoursAnswer = "hours.week"    // no day was asked about: the ordinary week
	HoursOpen    HoursAnswer = "hours.open"    // Day, or the part of it, is worked in Spans
	HoursShut    HoursAnswer = "hours.shut"    // Day is worked, but not when it was asked about
	HoursOver    HoursAnswer = "hours.over"    // what was asked about today is over, or not begun
	HoursOff     HoursAnswer = "hours.off"     // Day is off
	HoursBreak   HoursAnswer = "hours.break"   // the days off around the holiday Name
	HoursUnknown HoursAnswer = "hours.unknown" // the holidays of that time are not known
)

// HoursView answers when offices are open, by the calendar that they share.
type HoursView struct {
	Answer HoursAnswer
	Day    time.Time // midnight of the day asked about, zero when there is none
	Clock  time.Time // the time of Day that was asked about, zero when none was
	Part   string    // of the day that was asked about: morning, noon, afternoon, evening, or ""
	Name   string    // of the holiday
	MakeUp bool      // Day makes up for another that is off
	Spans  []string  // "07:30–11:30": all of a working day's, or those asked about
	First  time.Time // midnight of the first day off
	Last   time.Time // midnight of the last day off
	Days   int       // days off from First to Last
	Back   time.Time // when it opens again
	Verify bool      // not confirmed or not announced: the answer says so
}

// tellHours answers when the office is open, with the hours that the office
// tells of itself and whom to call where that is not certain.
func (t *talk) tellHours(v HoursView) {
	t.slots.Hours = v
	t.tell(string(v.Answer))
	if v.Answer == HoursUnknown {
		t.unknown()
		t.human = true
		return
	}
	for _, c := range t.slots.Contacts {
		if c.Hours != "" {
			t.tell("hours.own")
			break
		}
	}
	if v.Verify {
		t.tell("hours.verify")
		t.human = t.human || t.slots.Call == ""
	}
}
