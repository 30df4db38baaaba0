package models

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Span is a stretch of a day, both ends counted from midnight; To is outside.
type Span struct{ From, To time.Duration }

// Hours is what a Calendar is made of. Dates are "2006-01-02".
type Hours struct {
	Offset   time.Duration  // of local time from UTC
	Weekdays []time.Weekday // worked in an ordinary week
	Spans    []Span         // of every working day, in order, lunch between them
	DaysOff  []string       // not worked although the weekday is
	MakeUp   []string       // worked although the weekday is not

	// Weekly are the spans of weekdays, and Own those of dates, that have others
	// than Spans: half days. They say nothing of whether the day is worked; Own
	// goes before Weekly.
	Weekly map[time.Weekday][]Span
	Own    map[string][]Span
	Names  map[string]string // of days out of the ordinary, by date
}

// Calendar counts working days and hours of an office. The rules stand in
// data/calendar.yaml: what comes before closing time of a working day counts as
// received on that day, anything else on the next one; the day of receipt is
// not counted; a term ends at closing time.
type Calendar struct {
	zone     *time.Location
	offset   int64 // seconds
	spans    []Span
	weekdays [7]bool
	off      map[day]bool
	makeUp   map[day]bool
	weekly   map[time.Weekday][]Span
	own      map[day][]Span
	names    map[day]string
}

// day is a local date, in days since 1970-01-01.
type day int64

const secondsPerDay = 24 * 60 * 60

// NewCalendar checks the hours and makes a calendar of them. Without a working
// weekday or an opening span no term would ever end, so both are errors.
func NewCalendar(h Hours) (Calendar, error) {
	c := Calendar{
		zone:   time.FixedZone("", int(h.Offset/time.Second)),
		offset: int64(h.Offset / time.Second),
		spans:  slices.Clone(h.Spans),
	}
	for _, w := range h.Weekdays {
		c.weekdays[w] = true
	}
	if len(h.Weekdays) == 0 {
		return Calendar{}, errors.New("calendar: no working weekday")
	}
	if err := checkSpans(h.Spans); err != nil {
		return Calendar{}, fmt.Errorf("calendar: %w", err)
	}
	var err error
	if c.off, err = days(h.DaysOff); err != nil {
		return Calendar{}, fmt.Errorf("calendar: day off: %w", err)
	}
	if c.makeUp, err = days(h.MakeUp); err != nil {
		return Calendar{}, fmt.Errorf("calendar: make-up day: %w", err)
	}
	if err := c.setOwn(h); err != nil {
		return Calendar{}, fmt.Errorf("calendar: %w", err)
	}
	return c, nil
}

func checkSpans(spans []Span) error {
	if len(spans) == 0 {
		return errors.New("no opening hours")
	}
	end := time.Duration(0)
	for _, s := range spans {
		if s.From < end || s.To <= s.From || s.To > 24*time.Hour {
			return fmt.Errorf("opening hours %v-%v out of order", s.From, s.To)
		}
		end = s.To
	}
	return nil
}

func days(dates []string) (map[day]bool, error) {
	set := make(map[day]bool, len(dates))
	for _, s := range dates {
		d, err := parseDay(s)
		if err != nil {
			return nil, err
		}
		set[d] = true
	}
	return set, nil
}

// Deadline returns the closing time of the n-th working day after the receipt;
// 0 is the day of receipt itself, and a negative number counts as 0.
func (c Calendar) Deadline(received time.Time, n int) time.Time {
	d := c.counted(received)
	for ; n > 0; n-- {
		d = c.next(d + 1)
	}
	return c.close(d)
}

// CalendarDeadline returns the closing time of the n-th calendar day after the
// receipt, or of the next working day when that day is not worked.
func (c Calendar) CalendarDeadline(received time.Time, n int) time.Time {
	return c.close(c.next(c.day(received) + day(max(n, 0))))
}

// WorkingDays returns how many working days lie after the day on which from
// counts as received, up to and including the day of to; 0 when there are none.
// It undoes Deadline.
func (c Calendar) WorkingDays(from, to time.Time) int {
	n := 0
	for d, last := c.counted(from)+1, c.day(to); d <= last; d++ {
		if c.works(d) {
			n++
		}
	}
	return n
}

// Open reports whether the office is open at that moment.
func (c Calendar) Open(at time.Time) bool { return c.OpensAt(at).Equal(at) }

// OpensAt returns the first moment from at on at which the office is open: at
// itself when it is.
func (c Calendar) OpensAt(at time.Time) time.Time {
	d := c.day(at)
	if c.works(d) {
		clock := c.clock(at)
		for _, s := range c.on(d) {
			switch {
			case clock < s.From:
				return c.at(d, s.From)
			case clock < s.To:
				return at
			}
		}
	}
	return c.opens(c.next(d + 1))
}

// AddHours returns the moment at which that much opening time has passed since
// at. Nothing to add gives at itself.
func (c Calendar) AddHours(at time.Time, left time.Duration) time.Time {
	for left > 0 {
		at = c.OpensAt(at)
		closes := c.closes(at)
		if rest := closes.Sub(at); left > rest {
			left -= rest
			at = closes
			continue
		}
		return at.Add(left)
	}
	return at
}

// closes returns the end of the span that the moment lies in; it must be open.
func (c Calendar) closes(at time.Time) time.Time {
	clock := c.clock(at)
	spans := c.on(c.day(at))
	i := slices.IndexFunc(spans, func(s Span) bool { return clock < s.To })
	return c.at(c.day(at), spans[i].To)
}

// counted is the working day on which something received at this moment counts
// as received.
func (c Calendar) counted(received time.Time) day {
	d := c.day(received)
	if !received.Before(c.close(d)) {
		d++
	}
	return c.next(d)
}

// next is the first working day from d on.
func (c Calendar) next(d day) day {
	for !c.works(d) {
		d++
	}
	return d
}

func (c Calendar) works(d day) bool {
	return c.makeUp[d] || c.weekdays[d.weekday()] && !c.off[d]
}

func (c Calendar) day(t time.Time) day {
	local := t.Unix() + c.offset
	d := local / secondsPerDay
	if local%secondsPerDay < 0 {
		d--
	}
	return day(d)
}

// clock is the local time of day.
func (c Calendar) clock(t time.Time) time.Duration {
	return t.Sub(c.at(c.day(t), 0))
}

func (c Calendar) at(d day, clock time.Duration) time.Time {
	return time.Unix(int64(d)*secondsPerDay-c.offset, 0).Add(clock).In(c.zone)
}
