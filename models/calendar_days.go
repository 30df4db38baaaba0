package models

import (
	"slices"
	"time"
)

// Midnight returns when the local day of that moment begins.
func (c Calendar) Midnight(at time.Time) time.Time { return c.at(c.day(at), 0) }

// Works reports whether the local day of that moment is a working day.
func (c Calendar) Works(at time.Time) bool { return c.works(c.day(at)) }

// Spans returns the opening hours of every working day, in order.
func (c Calendar) Spans() []Span { return slices.Clone(c.spans) }

// Break returns the stretch of days off that the moment lies in: midnight of its
// first and of its last day, and the first opening after it. It reports false on
// a working day.
func (c Calendar) Break(at time.Time) (first, last, back time.Time, off bool) {
	d := c.day(at)
	if c.works(d) {
		return first, last, back, false
	}
	from := d
	for !c.works(from - 1) {
		from--
	}
	next := c.next(d)
	return c.at(from, 0), c.at(next-1, 0), c.at(next, c.spans[0].From), true
}
