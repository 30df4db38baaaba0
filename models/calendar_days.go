package models

import (
	"fmt"
	"slices"
	"time"
)

// setOwn takes up names and the spans of half days.
func (c *Calendar) setOwn(h Hours) error {
	c.weekly, c.own, c.names = map[time.Weekday][]Span{}, map[day][]Span{}, map[day]string{}
	for w, spans := range h.Weekly {
		if err := checkSpans(spans); err != nil {
			return fmt.Errorf("%v: %w", w, err)
		}
		c.weekly[w] = slices.Clone(spans)
	}
	for date, spans := range h.Own {
		d, err := parseDay(date)
		if err == nil {
			err = checkSpans(spans)
		}
		if err != nil {
			return fmt.Errorf("half day %q: %w", date, err)
		}
		c.own[d] = slices.Clone(spans)
	}
	for date, name := range h.Names {
		d, err := parseDay(date)
		if err != nil {
			return fmt.Errorf("name of a day: %w", err)
		}
		c.names[d] = name
	}
	return nil
}

func parseDay(date string) (day, error) {
	t, err := time.Parse(time.DateOnly, date)
	return day(t.Unix() / secondsPerDay), err
}

// weekday is that of the date; 1970-01-01 was a Thursday.
func (d day) weekday() time.Weekday { return time.Weekday(((d+4)%7 + 7) % 7) }

// on returns the opening hours of a day, if it is worked.
func (c Calendar) on(d day) []Span {
	if own, special := c.own[d]; special {
		return own
	}
	if own, special := c.weekly[d.weekday()]; special {
		return own
	}
	return c.spans
}

// opens and close are when a working day begins and ends.
func (c Calendar) opens(d day) time.Time { return c.at(d, c.on(d)[0].From) }
func (c Calendar) close(d day) time.Time {
	spans := c.on(d)
	return c.at(d, spans[len(spans)-1].To)
}

// Name returns what the local day of that moment is called, "" when it is one
// like any other.
func (c Calendar) Name(at time.Time) string { return c.names[c.day(at)] }

// Midnight returns when the local day of that moment begins.
func (c Calendar) Midnight(at time.Time) time.Time { return c.at(c.day(at), 0) }

// Works reports whether the local day of that moment is a working day.
func (c Calendar) Works(at time.Time) bool { return c.works(c.day(at)) }

// Spans returns the opening hours of every working day that has no others of
// its own, in order.
func (c Calendar) Spans() []Span { return slices.Clone(c.spans) }

// SpansOn returns the opening hours of the local day of that moment, if it is
// worked.
func (c Calendar) SpansOn(at time.Time) []Span { return slices.Clone(c.on(c.day(at))) }

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
	return c.at(from, 0), c.at(next-1, 0), c.opens(next), true
}
