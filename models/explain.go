package models

import (
	"slices"
	"time"
)

// Explain derives the due date of a case from its history: by its kind and
// category, counted from its filing or, once its citizen called it not done, from
// then on. A wait that lasts still is told of but not counted, because its end
// decides what it does.
func (d Deadlines) Explain(c Case) Derivation {
	term, shorter := d.term(c.Kind, c.Category)
	out := Derivation{Kind: c.Kind, Term: term, From: c.CreatedAt}
	if shorter {
		out.Category = c.Category
	}
	events := c.Events
	for i, e := range c.Events {
		if e.Action == ActNotDone && e.From != e.To {
			out.From, out.Again, events = e.At, true, c.Events[i+1:]
		}
	}
	out.Pauses = waits(events)
	out.count(d.Calendar)
	for i, p := range out.Pauses {
		out.Pauses[i].Ignored = c.Kind == KhieuNai || !p.From.Before(out.Counted)
	}
	_, out.Promised = d.promise(events)
	out.Limits = d.limits(c, term.Limits)
	if out.Due = c.DueAt; out.Due.IsZero() {
		out.Due = out.Counted
	}
	return out
}

// count walks the days of the term. The limits of a khieu_nai do not stop (Luật
// Khiếu nại 2011, Điều 27, 28).
func (v *Derivation) count(c Calendar) {
	w := walk{Calendar: c, from: v.From, pauses: v.Pauses}
	if v.Kind == KhieuNai {
		w.pauses = nil
	}
	w.working(max(v.Term.Working, 0))
	if v.Term.Calendar > 0 {
		other := walk{Calendar: c, from: v.From}
		if other.calendar(v.Term.Calendar); other.due.After(w.due) {
			w, v.Calendar = other, true
		}
	}
	v.Days, v.Counted = w.days, w.due
}

// waits lists when staff waited for the citizen; the last may last still.
func waits(events []CaseEvent) []Pause {
	var list []Pause
	var since time.Time
	for _, e := range events {
		switch {
		case e.From == e.To:
		case e.To == StatusWaiting:
			since = e.At
		case e.From == StatusWaiting && !since.IsZero():
			list = append(list, Pause{Interval: Interval{since, e.At}})
			since = time.Time{}
		}
	}
	if !since.IsZero() {
		list = append(list, Pause{Interval: Interval{From: since}})
	}
	return list
}

// promise returns the latest promise of a new date: when it was given, and until
// when the case is to be answered by it.
func (d Deadlines) promise(events []CaseEvent) (given, until time.Time) {
	for _, e := range events {
		if e.Action != ActPromise {
			continue
		}
		if end := d.Until(e.Detail); !end.IsZero() {
			given, until = e.At, end
		}
	}
	return given, until
}

// Until returns when a promised date ("2026-12-03") ends: at closing time of that
// day, or of the next working day. What is no date is zero.
func (d Deadlines) Until(date string) time.Time {
	day, err := parseDay(date)
	if err != nil {
		return time.Time{}
	}
	return d.Calendar.close(d.Calendar.next(day))
}

// limits counts what the law sets besides.
func (d Deadlines) limits(c Case, all []StatutoryLimit) []Limit {
	var list []Limit
	for _, s := range all {
		l := Limit{StatutoryLimit: s, Since: c.CreatedAt, Met: done(c.Events, metBy[s.Name])}
		if s.From == FromAcceptance {
			l.Since = done(c.Events, []Action{ActAccept})
		}
		if l.Since.IsZero() {
			continue
		}
		if s.Working > 0 {
			l.ByWorking = d.Calendar.Deadline(l.Since, s.Working)
		}
		if s.Calendar > 0 {
			l.ByCalendar = d.Calendar.CalendarDeadline(l.Since, s.Calendar)
		}
		if s.Most > 0 {
			l.Latest = d.Calendar.CalendarDeadline(l.Since, s.Most)
		}
		l.Due = slices.MaxFunc([]time.Time{l.ByWorking, l.ByCalendar}, time.Time.Compare)
		list = append(list, l)
	}
	return list
}

// The names of limits that the product knows what meets them.
const (
	LimitFirstAnswer = "first_answer"
	LimitAccept      = "accept"
	LimitResolve     = "resolve"
)

// metBy tells what staff do to meet a limit.
var metBy = map[string][]Action{
	LimitFirstAnswer: {ActReply, ActResolve, ActReject},
	LimitAccept:      {ActAccept, ActReject},
	LimitResolve:     {ActResolve, ActReject},
}

// done returns when one of these was done first, or zero.
func done(events []CaseEvent, actions []Action) time.Time {
	i := slices.IndexFunc(events, func(e CaseEvent) bool { return slices.Contains(actions, e.Action) })
	if i < 0 {
		return time.Time{}
	}
	return events[i].At
}

// walk goes through the days of a term.
type walk struct {
	Calendar
	from   time.Time
	pauses []Pause
	days   []CountedDay
	due    time.Time
}

// working counts n working days after the day of receipt. While a citizen is
// waited for none counts; the clock runs again from the answer, whose day counts
// as the day of receipt did.
func (w *walk) working(n int) {
	start := w.counted(w.from)
	for d := w.day(w.from); d < start; d++ {
		w.add(d, w.unworked(d, DayLate), 0)
	}
	w.add(start, DayReceived, 0)
	d := start
	for counted := 0; counted < n || w.stands(d); {
		d++
		p := w.paused(d)
		switch {
		case !w.works(d):
			w.add(d, w.unworked(d, ""), 0)
		case p == nil:
			counted++
			w.add(d, w.worked(d), counted)
		default:
			p.Days++
			why := DayPaused
			if counted == n && !w.stands(d) {
				why = DayResumed
			}
			w.add(d, why, 0)
		}
	}
	w.due = w.close(d)
}

// calendar counts n calendar days after the receipt, and on to a working day.
func (w *walk) calendar(n int) {
	d := w.day(w.from)
	w.add(d, DayReceived, 0)
	for i := 1; i <= n; i++ {
		d++
		why := DayNotWorking
		if w.works(d) {
			why = w.worked(d)
		}
		w.add(d, why, i)
	}
	for !w.works(d) {
		d++
		w.add(d, w.unworked(d, DayMoved), 0)
	}
	w.due = w.close(d)
}

func (w *walk) add(d day, why DayReason, n int) {
	_, half := w.own[d]
	if _, weekly := w.weekly[d.weekday()]; weekly {
		half = true
	}
	w.days = append(w.days, CountedDay{Date: w.at(d, 0), Why: why, N: n, Name: w.names[d], Half: half && w.works(d)})
}

// unworked is why a day is not worked, or otherwise when it is.
func (w *walk) unworked(d day, otherwise DayReason) DayReason {
	switch {
	case w.works(d):
		return otherwise
	case w.off[d]:
		return DayHoliday
	}
	return DayWeekend
}

func (w *walk) worked(d day) DayReason {
	if w.makeUp[d] && !w.weekdays[d.weekday()] {
		return DayMakeUp
	}
	return DayCounted
}

// paused returns the wait because of which a working day does not count: it lies
// after the day on which the clock stopped, up to that of the answer.
func (w *walk) paused(d day) *Pause {
	for i, p := range w.pauses {
		if !p.To.IsZero() && w.counted(p.From) < d && d <= w.counted(p.To) {
			return &w.pauses[i]
		}
	}
	return nil
}

// stands reports whether the clock stands still when the office closes that day.
func (w *walk) stands(d day) bool {
	return slices.ContainsFunc(w.pauses, func(p Pause) bool {
		return !p.To.IsZero() && w.counted(p.From) <= d && d < w.counted(p.To)
	})
}
