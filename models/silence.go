package models

import "time"

// The rule by which a channel counts as silent: in the same hours of the latest
// working days nearly every day had events, and today has none.
const (
	// silenceDays is how many working days are looked back on, silenceLeast how
	// many of them must be on record.
	silenceDays, silenceLeast = 20, 10
	// silenceEvents is how many events make such hours of a day lively.
	silenceEvents = 5
	// silenceShare is how many of ten days must be lively: the others may be those
	// of an earlier failure.
	silenceShare = 9
)

// TrafficKept is how long traffic is of use: silenceDays and the longest holidays
// among them.
const TrafficKept = 60 * 24 * time.Hour

// Traffic is how many events of one channel came in, by the hour since 1970.
type Traffic struct {
	Hours map[int64]int
	Last  time.Time // the latest event
}

// HourOf returns the hour since 1970.
func HourOf(t time.Time) int64 { return t.Unix() / 3600 }

// Silent reports whether no event came in for so long within today's office hours
// that it is unlikely by the channel's own traffic before. It is never while the
// office is closed, for a channel of little traffic, or one of which less than ten
// working days are known.
func (t Traffic) Silent(c Calendar, now time.Time) bool {
	if t.Last.IsZero() || !c.Open(now) {
		return false
	}
	today := c.day(now)
	quiet := t.quiet(c, today, now)
	if len(quiet) == 0 {
		return false
	}
	days, lively := 0, 0
	for d, first := today-1, t.first(c); d >= first && days < silenceDays; d-- {
		if !c.works(d) {
			continue
		}
		days++
		events, midnight := 0, HourOf(c.at(d, 0))
		for _, h := range quiet {
			events += t.Hours[midnight+h]
		}
		if events >= silenceEvents {
			lively++
		}
	}
	return days >= silenceLeast && lively*10 >= days*silenceShare
}

// quiet are the whole hours of today, counted from midnight, in which the office
// was open for a while and nothing came in any more.
func (t Traffic) quiet(c Calendar, today day, now time.Time) (hours []int64) {
	midnight := HourOf(c.at(today, 0))
	for h := max(midnight, HourOf(t.Last)+1); h < HourOf(now); h++ {
		from := time.Unix(h*3600, 0)
		if c.OpensAt(from).Before(from.Add(time.Hour)) {
			hours = append(hours, h-midnight)
		}
	}
	return hours
}

// first is the first whole day on record.
func (t Traffic) first(c Calendar) day {
	earliest := HourOf(t.Last)
	for h := range t.Hours {
		earliest = min(earliest, h)
	}
	return c.day(time.Unix(earliest*3600, 0)) + 1
}
