package models

import (
	"slices"
	"time"
)

// Running is the clock that counts for a case now: the earliest that applies.
type Running struct {
	Limit string // name of the statutory limit, "promise" or "follow_up" of an officer's, or "" of the case's own due date
	Since time.Time
	Due   time.Time
	term  Intervals // the opening hours of the term
}

// LimitPromise names the clock of a date that an officer promised.
const LimitPromise = "promise"

// LimitFollowUp names the day on which an officer promised, with the result, to look
// at the matter again.
const LimitFollowUp = "follow_up"

// FollowUp returns the clock of the day on which a resolved case is to be looked at
// again: it ends when that day begins. The detail of the result holds the day.
func (d Deadlines) FollowUp(c Case) (Running, bool) {
	if c.Status != StatusResolved {
		return Running{}, false
	}
	for _, e := range slices.Backward(Standing(c.Events)) {
		if e.Action == ActResolve {
			day, err := parseDay(e.Detail)
			if err != nil {
				return Running{}, false
			}
			return Running{Limit: LimitFollowUp, Since: e.At, Due: d.Calendar.opens(d.Calendar.next(day))}, true
		}
	}
	return Running{}, false
}

// Running returns the clock that counts for a case now. None does when nothing
// is owed or the citizen is waited for. Of a khieu_nai that was accepted it is
// the limit to resolve it; once an officer promised a later date, that one.
func (d Deadlines) Running(c Case) (Running, bool) {
	if c.Status.Ended() || c.Status == StatusWaiting && c.Kind != KhieuNai || c.DueAt.IsZero() {
		return Running{}, false
	}
	v := d.Explain(c)
	r := Running{Since: v.From, Due: v.Due}
	for _, l := range v.Limits {
		if l.From == FromAcceptance && c.Kind == KhieuNai && !v.Again && l.Met.IsZero() {
			r = Running{Limit: l.Name, Since: l.Since, Due: l.Due}
		}
	}
	if given, until := d.promise(c.Events); until.After(r.Due) && given.After(v.From) {
		r = Running{Limit: LimitPromise, Since: given, Due: until}
	}
	var waits []Interval
	for _, p := range v.Pauses {
		if !p.Ignored {
			waits = append(waits, p.Interval)
		}
	}
	r.term = d.Calendar.Opening(r.Since, r.Due).Minus(Union(waits...))
	return r, true
}

// At returns when that much of the term has passed, in per cent of its opening
// hours without the waits for the citizen. All of it has at Due.
func (r Running) At(percent int) time.Time {
	if percent >= 100 || len(r.term) == 0 {
		return r.Due
	}
	return r.term.After(r.term.Length() * time.Duration(percent) / 100)
}

// Stages are the parts of a term, in per cent, at which staff are reminded.
var Stages = []int{50, 80, 100}

// Stage returns the latest stage that was reached, 0 for none, and when the next
// one will be, zero for never.
func (r Running) Stage(now time.Time) (stage int, next time.Time) {
	for _, s := range Stages {
		at := r.At(s)
		if at.After(now) {
			return stage, at
		}
		stage = s
	}
	return stage, time.Time{}
}
