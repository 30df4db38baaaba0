package models

import "time"

// Term is how long an office has. Where the law has two readings both are set,
// and the later date is the one that is promised.
type Term struct {
	Working  int // working days; 0 when not limited so
	Calendar int // calendar days; 0 when not limited so
	Source   Source
	Limits   []StatutoryLimit // what the law sets besides
}

// Source is where a rule comes from.
type Source struct {
	Text   string `json:"basis"`  // law and article, or who decided it
	Verify bool   `json:"verify"` // not confirmed: not quoted to citizens
}

// StatutoryLimit is a limit that the law sets and that nothing stops. Where the
// law has two readings both are set, and the later date counts.
type StatutoryLimit struct {
	Name     string     `json:"name"` // first_answer, accept, resolve
	From     LimitStart `json:"from"`
	Working  int        `json:"working"`  // working days; 0 when not limited so
	Calendar int        `json:"calendar"` // calendar days; 0 when not limited so
	Most     int        `json:"most"`     // calendar days of a complex matter; 0 when there is no such rule
	Source
}

// LimitStart is what a limit counts from.
type LimitStart string

// The starts of limits.
const (
	FromReceipt    LimitStart = "received"
	FromAcceptance LimitStart = "accepted" // the limit does not run before
)

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
	term, _ := d.term(kind, category)
	return d.Calendar.later(received, term.Working, term.Calendar)
}

// term returns the term of a kind, and whether the category made it shorter.
func (d Deadlines) term(kind Kind, category string) (Term, bool) {
	term, known := d.Kinds[kind]
	if !known {
		term = d.Kinds[PhanAnh]
	}
	days, limited := d.Categories[category]
	if limited = limited && kind == PhanAnh && days < term.Working; limited {
		term.Working = days
	}
	return term, limited
}

// later is the later of both terms.
func (c Calendar) later(from time.Time, working, calendar int) time.Time {
	due := c.Deadline(from, working)
	if calendar > 0 {
		if other := c.CalendarDeadline(from, calendar); other.After(due) {
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
