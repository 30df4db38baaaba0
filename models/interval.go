package models

import (
	"slices"
	"time"
)

// Interval is a stretch of time; To is outside of it.
type Interval struct{ From, To time.Time }

// Intervals is a set of moments: stretches in their order that neither touch nor
// are empty. Union and Minus make such a set; it is the one algebra by which
// opening hours and waits are reckoned with.
type Intervals []Interval

// Union returns the moments that lie in any of the stretches, whatever their order.
func Union(stretches ...Interval) Intervals {
	sorted := slices.DeleteFunc(slices.Clone(stretches), func(i Interval) bool { return !i.From.Before(i.To) })
	slices.SortFunc(sorted, func(a, b Interval) int { return a.From.Compare(b.From) })
	var set Intervals
	for _, i := range sorted {
		if n := len(set); n > 0 && !i.From.After(set[n-1].To) {
			if i.To.After(set[n-1].To) {
				set[n-1].To = i.To
			}
			continue
		}
		set = append(set, i)
	}
	return set
}

// Minus returns the moments that do not lie in the other set.
func (s Intervals) Minus(other Intervals) Intervals {
	var left Intervals
	for _, i := range s {
		for _, o := range other {
			if !o.To.After(i.From) || !o.From.Before(i.To) {
				continue
			}
			if i.From.Before(o.From) {
				left = append(left, Interval{i.From, o.From})
			}
			i.From = o.To
		}
		if i.From.Before(i.To) {
			left = append(left, i)
		}
	}
	return left
}

// Length is how much time the set covers.
func (s Intervals) Length() time.Duration {
	var sum time.Duration
	for _, i := range s {
		sum += i.To.Sub(i.From)
	}
	return sum
}

// After returns the moment at which so much of the set has passed, or the end of
// the set when it is shorter. Of an empty set there is no such moment.
func (s Intervals) After(d time.Duration) time.Time {
	for _, i := range s {
		length := i.To.Sub(i.From)
		if d <= length {
			return i.From.Add(d)
		}
		d -= length
	}
	if len(s) == 0 {
		return time.Time{}
	}
	return s[len(s)-1].To
}

// Opening returns the opening hours between two moments.
func (c Calendar) Opening(from, to time.Time) Intervals {
	var set []Interval
	for d := c.day(from); c.at(d, 0).Before(to); d++ {
		if !c.works(d) {
			continue
		}
		for _, s := range c.on(d) {
			i := Interval{c.at(d, s.From), c.at(d, s.To)}
			if i.From.Before(from) {
				i.From = from
			}
			if i.To.After(to) {
				i.To = to
			}
			set = append(set, i)
		}
	}
	return Union(set...)
}
