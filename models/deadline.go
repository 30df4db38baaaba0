package models

import "time"

// Term is how long an office has. Where the law has two readings both are set,
// and the later date is the one that is promised.
type Term struct {
	Working  int // working days; 0 when not limited so
	Calendar int // calendar days; 0 when not limited so
}

// Deadlines knows when a case is due.
type Deadlines struct {
	Calendar   Calendar
	Kinds      map[Kind]Term
	Categories map[string]int // working days, by code of the taxonomy
}

// DueAt returns until when a case that was received then is to be answered: by
// its kind and, for a phan_anh, the shorter of kind and category. A kind
// without a term counts as phan_anh.
func (d Deadlines) DueAt(kind Kind, category string, received time.Time) time.Time {
	term, known := d.Kinds[kind]
	if !known {
		term = d.Kinds[PhanAnh]
	}
	if days, limited := d.Categories[category]; limited && kind == PhanAnh {
		term.Working = min(term.Working, days)
	}
	due := d.Calendar.Deadline(received, term.Working)
	if term.Calendar > 0 {
		if other := d.Calendar.CalendarDeadline(received, term.Calendar); other.After(due) {
			due = other
		}
	}
	return due
}

// Resumed returns the new deadline of a case that waited for the citizen from
// paused to resumed: the working days left when the clock stopped, counted
// again from the answer. The statutory limits of a khieu_nai do not stop
// (Luật Khiếu nại 2011, Điều 27, 28), and what was overdue stays so.
func (d Deadlines) Resumed(kind Kind, due, paused, resumed time.Time) time.Time {
	if kind == KhieuNai || paused.IsZero() || !paused.Before(due) || resumed.Before(paused) {
		return due
	}
	return d.Calendar.Deadline(resumed, d.Calendar.WorkingDays(paused, due))
}
