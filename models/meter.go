package models

import "time"

// Meter measures opening hours between any two moments at once, where asking the
// calendar would walk through every day between them.
type Meter struct {
	calendar Calendar
	first    day
	sums     []time.Duration // opening time before the day first + i
}

// Meter returns one that is exact from the day of from to that of to. What lies
// outside counts as closed.
func (c Calendar) Meter(from, to time.Time) Meter {
	m := Meter{calendar: c, first: c.day(from)}
	var sum time.Duration
	for d := m.first; d <= c.day(to); d++ {
		m.sums = append(m.sums, sum)
		sum += c.openOn(d, 24*time.Hour)
	}
	m.sums = append(m.sums, sum)
	return m
}

// Between returns for how long the office was open between the two moments; 0
// when to is not after from.
func (m Meter) Between(from, to time.Time) time.Duration { return max(m.until(to)-m.until(from), 0) }

// until is the opening time from the meter's start to that moment.
func (m Meter) until(at time.Time) time.Duration {
	d := m.calendar.day(at)
	i := int(d - m.first)
	switch {
	case i < 0:
		return 0
	case i >= len(m.sums)-1:
		return m.sums[len(m.sums)-1]
	}
	return m.sums[i] + m.calendar.openOn(d, m.calendar.clock(at))
}

// openOn is for how long the office is open on the day until that time of it.
func (c Calendar) openOn(d day, clock time.Duration) time.Duration {
	if !c.works(d) {
		return 0
	}
	var sum time.Duration
	for _, s := range c.on(d) {
		sum += max(min(s.To, clock)-s.From, 0)
	}
	return sum
}
