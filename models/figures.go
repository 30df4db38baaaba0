package models

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// CaseFact is what figures need to know of one case.
type CaseFact struct {
	Unit, Category string
	Kind           Kind
	Cause          string // "" when nobody has said
	Platform       Platform
	Status         Status
	CreatedAt      time.Time
	DueAt          time.Time
	FirstAt        time.Time // when staff first told the citizen something; zero while nobody has
	ResolvedAt     time.Time // zero while it is not resolved
	Reopened       int
}

// Sum is what is counted of a group of cases: those received in a period, as they
// stand now.
type Sum struct {
	Received   int
	Open       int // owed an answer still
	Answered   int // staff told the citizen something
	Resolved   int
	OnTime     int // resolved until they were due
	Late       int // resolved after, or open and overdue
	Reopened   int // opened again at least once
	ToFirst    Spread
	ToResolved Spread
	Ratings    [5]int // how many gave 1 to 5, in the period
	Untold     int    // citizens untold over one working day, of messages that failed in the period
}

// Spread tells of lengths of time, in opening hours of the office.
type Spread struct{ Median, P90 time.Duration }

// Rated is how many ratings there are.
func (s Sum) Rated() (n int) {
	for _, of := range s.Ratings {
		n += of
	}
	return n
}

// Score is the mean rating, 0 when there is none.
func (s Sum) Score() float64 {
	total := 0
	for i, of := range s.Ratings {
		total += (i + 1) * of
	}
	return float64(total) / float64(max(s.Rated(), 1))
}

// OnTimeShare is the share of cases in time among those that can be judged, and
// whether there are any.
func (s Sum) OnTimeShare() (float64, bool) {
	judged := s.OnTime + s.Late
	return float64(s.OnTime) / float64(max(judged, 1)), judged > 0
}

// Count is how often something is.
type Count struct {
	Key string
	N   int
}

// UnitSum is the Sum of one unit.
type UnitSum struct {
	Unit string
	Sum
}

// DayCount is what was received on one local day, and what of it is resolved.
type DayCount struct {
	Date               time.Time // its midnight
	Received, Resolved int
}

// Asked is how often citizens asked about a procedure, "" being none that was
// found, and how many of them got no good answer.
type Asked struct {
	Procedure string
	N, Failed int
}

// Figures are what is counted over a period.
type Figures struct {
	From, To   time.Time // To is outside
	All        Sum
	Units      []UnitSum // by slug
	Categories []Count   // of cases received, most first, like the next four
	Platforms  []Count
	Kinds      []Count
	Statuses   []Count
	Causes     []Count    // of those that staff named
	Days       []DayCount // every day of the period
	Asked      []Asked    // most asked first
	UntoldNow  int        // citizens untold over one working day at present, whenever it began
}

// Tally makes figures of facts that come one by one.
type Tally struct {
	from, to time.Time
	now      time.Time
	calendar Calendar
	meter    Meter
	all      group
	units    map[string]*group
	counts   [5]map[string]int // categories, platforms, kinds, statuses, causes
	days     []DayCount
}

// group are the cases of one sum.
type group struct {
	Sum
	first, resolved []time.Duration
}

// NewTally begins figures of the days from that of from to before that of to. What
// is open and was due before now is late.
func NewTally(c Calendar, from, to, now time.Time) *Tally {
	t := &Tally{from: c.Midnight(from), to: to, now: now, calendar: c, meter: c.Meter(from, now.Add(24*time.Hour)), units: map[string]*group{}}
	for i := range t.counts {
		t.counts[i] = map[string]int{}
	}
	for at := t.from; at.Before(to); at = at.Add(24 * time.Hour) {
		t.days = append(t.days, DayCount{Date: at})
	}
	return t
}

// unit is the group of a unit.
func (t *Tally) unit(slug string) *group {
	if t.units[slug] == nil {
		t.units[slug] = &group{}
	}
	return t.units[slug]
}

// Add counts a case.
func (t *Tally) Add(f CaseFact) {
	t.all.add(f, t.meter, t.now)
	t.unit(f.Unit).add(f, t.meter, t.now)
	for i, key := range []string{f.Category, string(f.Platform), string(f.Kind), string(f.Status), f.Cause} {
		t.counts[i][key]++
	}
	if i := int(f.CreatedAt.Sub(t.from) / (24 * time.Hour)); i >= 0 && i < len(t.days) {
		t.days[i].Received++
		if !f.ResolvedAt.IsZero() {
			t.days[i].Resolved++
		}
	}
}

// Rate counts ratings of a unit by score, 1 to 5; any other is not one.
func (t *Tally) Rate(unit string, score, n int) {
	if score < 1 || score > 5 {
		return
	}
	t.all.Ratings[score-1] += n
	t.unit(unit).Ratings[score-1] += n
}

// Untold counts a citizen whom a message failed to reach then, who was told at
// last at told, zero for not yet.
func (t *Tally) Untold(unit string, failed, told time.Time) {
	if told.IsZero() {
		told = t.now
	}
	if told.After(t.calendar.Deadline(failed, 1)) {
		t.all.Untold++
		t.unit(unit).Untold++
	}
}

// Figures returns what was counted.
func (t *Tally) Figures() Figures {
	f := Figures{From: t.from, To: t.to, All: t.all.sum(), Days: t.days}
	for _, slug := range slices.Sorted(maps.Keys(t.units)) {
		f.Units = append(f.Units, UnitSum{slug, t.units[slug].sum()})
	}
	f.Categories, f.Platforms, f.Kinds, f.Statuses = ranked(t.counts[0]), ranked(t.counts[1]), ranked(t.counts[2]), ranked(t.counts[3])
	delete(t.counts[4], "")
	f.Causes = ranked(t.counts[4])
	return f
}

// add counts a case. Withdrawn and merged ones are judged by no clock.
func (g *group) add(f CaseFact, m Meter, now time.Time) {
	g.Received++
	if !f.Status.Ended() {
		g.Open++
	}
	if !f.FirstAt.IsZero() {
		g.Answered++
		g.first = append(g.first, m.Between(f.CreatedAt, f.FirstAt))
	}
	if f.Reopened > 0 {
		g.Reopened++
	}
	switch {
	case f.Status == StatusResolved:
		g.Resolved++
		g.resolved = append(g.resolved, m.Between(f.CreatedAt, f.ResolvedAt))
		if f.DueAt.IsZero() || !f.ResolvedAt.After(f.DueAt) {
			g.OnTime++
		} else {
			g.Late++
		}
	case f.overdue(now):
		g.Late++
	}
}

// overdue reports whether an answer is owed too long. While the citizen is waited
// for, no clock runs but that of a khieu_nai.
func (f CaseFact) overdue(now time.Time) bool {
	stands := f.Status == StatusWaiting && f.Kind != KhieuNai
	return !f.Status.Ended() && !stands && !f.DueAt.IsZero() && f.DueAt.Before(now)
}

func (g *group) sum() Sum {
	s := g.Sum
	s.ToFirst, s.ToResolved = spread(g.first), spread(g.resolved)
	return s
}

// spread returns the median and the 90th percentile, each a length that is there
// (nearest rank).
func spread(lengths []time.Duration) Spread {
	if len(lengths) == 0 {
		return Spread{}
	}
	slices.Sort(lengths)
	rank := func(percent int) time.Duration { return lengths[(len(lengths)*percent+99)/100-1] }
	return Spread{rank(50), rank(90)}
}

// ranked lists counts, most first.
func ranked(counts map[string]int) []Count {
	list := make([]Count, 0, len(counts))
	for key, n := range counts {
		list = append(list, Count{key, n})
	}
	slices.SortFunc(list, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Key, b.Key)) })
	return list
}
