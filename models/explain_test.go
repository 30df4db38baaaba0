package models

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// walker counts terms day by day with the library's dates and the sentences of
// the calendar's rules, one wait after the other. It shares nothing with
// Calendar or Explain.
type walker struct{ Hours }

func (o walker) date(t time.Time) string { return t.In(ict).Format(time.DateOnly) }

func (o walker) works(t time.Time) bool {
	for _, m := range o.MakeUp {
		if m == o.date(t) {
			return true
		}
	}
	for _, f := range o.DaysOff {
		if f == o.date(t) {
			return false
		}
	}
	return strings.Contains("Mon Tue Wed Thu Fri", t.In(ict).Format("Mon"))
}

func (o walker) closing(t time.Time) time.Time {
	spans := o.Spans
	if weekly, ok := o.Weekly[t.In(ict).Weekday()]; ok {
		spans = weekly
	}
	if own, ok := o.Own[o.date(t)]; ok {
		spans = own
	}
	t = t.In(ict)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, ict).Add(spans[len(spans)-1].To)
}

// receipt is the day on which something counts as received.
func (o walker) receipt(t time.Time) time.Time {
	if !t.Before(o.closing(t)) {
		t = o.closing(t).Add(-time.Minute).AddDate(0, 0, 1)
	}
	for !o.works(t) {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

func (o walker) working(from time.Time, n int) time.Time {
	d := o.receipt(from)
	for n > 0 {
		if d = d.AddDate(0, 0, 1); o.works(d) {
			n--
		}
	}
	return o.closing(d)
}

func (o walker) calendar(from time.Time, n int) time.Time {
	d := from.AddDate(0, 0, n)
	for !o.works(d) {
		d = d.AddDate(0, 0, 1)
	}
	return o.closing(d)
}

// left is how many working days a term has after that moment.
func (o walker) left(at, due time.Time) int {
	n := 0
	for d := o.receipt(at); o.date(d) < o.date(due); {
		if d = d.AddDate(0, 0, 1); o.works(d) {
			n++
		}
	}
	return n
}

// story is a random case and what the rules say of it.
type story struct {
	c               Case
	due             time.Time
	since, accepted time.Time      // what the term, and the limit to resolve, count from
	again           bool           // called not done
	waits           [][2]time.Time // that stop the clock
}

func (o walker) story(t *testing.T, random *rand.Rand, d Deadlines) story {
	t.Helper()
	from := time.Date(2025, 12, 20, 0, 0, 0, 0, ict).Add(time.Duration(random.Int64N(340*24*3600)) * time.Second)
	kind := Kinds[random.IntN(len(Kinds))]
	c := Case{Kind: kind, Status: StatusNew, CreatedAt: from}
	if random.IntN(2) == 0 {
		c.Category = "rac-thai"
	}
	term := d.Kinds[kind]
	if kind == PhanAnh && c.Category != "" {
		term.Working = min(term.Working, d.Categories[c.Category])
	}
	first := func(at time.Time) time.Time {
		due := o.working(at, term.Working)
		if by := o.calendar(at, term.Calendar); term.Calendar > 0 && by.After(due) {
			due = by
		}
		return due
	}
	due, at := first(from), from
	c.DueAt = d.DueAt(c.Kind, c.Category, from)
	do := func(a Action) time.Time {
		at = at.Add(time.Duration(random.Int64N(4*24*3600)) * time.Second)
		require.NoError(t, c.Move(a, "x", at, "", ""))
		c.Resume(d, at)
		return at
	}
	out := story{since: from, accepted: do(ActAccept)}
	for range random.IntN(4) {
		paused := do(ActAsk)
		resumed := do(ActAnswer)
		if kind != KhieuNai && paused.Before(due) {
			due = o.working(resumed, o.left(paused, due))
			out.waits = append(out.waits, [2]time.Time{paused, resumed})
		}
	}
	if random.IntN(4) == 0 {
		do(ActResolve)
		out.since, out.again = do(ActNotDone), true
		due = first(out.since)
		c.DueAt = d.DueAt(c.Kind, c.Category, at)
	}
	out.c, out.due = c, due
	return out
}

// randomHours is the year 2026 with other days off, half days and make-up days.
func randomHours(random *rand.Rand) Hours {
	h := hours2026()
	date := func() string {
		return time.Date(2026, 1, 1+random.IntN(380), 0, 0, 0, 0, ict).Format(time.DateOnly)
	}
	for range random.IntN(20) {
		h.DaysOff = append(h.DaysOff, date())
	}
	for range random.IntN(5) {
		h.MakeUp = append(h.MakeUp, date())
	}
	h.Own = map[string][]Span{date(): h.Spans[:1], date(): {{6 * time.Hour, 10 * time.Hour}, {22 * time.Hour, 23 * time.Hour}}}
	if random.IntN(2) == 0 {
		h.Weekly = map[time.Weekday][]Span{time.Friday: {{7 * time.Hour, 16 * time.Hour}}}
	}
	return h
}

func terms(c Calendar) Deadlines {
	return Deadlines{
		Calendar: c,
		Kinds: map[Kind]Term{
			PhanAnh: {Working: 5}, KienNghi: {Working: 10}, GopY: {Working: 7}, KhenNgoi: {Working: 0},
			KhieuNai: {Working: 7, Calendar: 10, Limits: []StatutoryLimit{
				{Name: LimitAccept, From: FromReceipt, Working: 7, Calendar: 10},
				{Name: LimitResolve, From: FromAcceptance, Calendar: 30, Most: 45},
			}},
		},
		Categories: map[string]int{"rac-thai": 3},
	}
}

// TestExplainAgainstWalker plays 100,000 random cases under random calendars, a
// part of them outside of make soak.
func TestExplainAgainstWalker(t *testing.T) {
	t.Parallel()
	cases := 2000
	if os.Getenv("LANGNGHE_SOAK") != "" {
		cases = 100_000
	}
	random := rand.New(rand.NewPCG(7, 8))
	for range cases / 100 {
		o := walker{randomHours(random)}
		calendar, err := NewCalendar(o.Hours)
		require.NoError(t, err)
		d := terms(calendar)
		for range 100 {
			s := o.story(t, random, d)
			v := d.Explain(s.c)
			require.True(t, v.Counted.Equal(s.due), "%+v: %v, want %v", s.c.Events, v.Counted, s.due)
			require.True(t, s.c.DueAt.Equal(s.due), "the case itself: %v, want %v", s.c.DueAt, s.due)
			o.table(t, v)
			o.limits(t, s, v)
			o.stages(t, s, d)
		}
	}
}

// table holds that every day of the table is told, in its order, and why.
func (o walker) table(t *testing.T, v Derivation) {
	t.Helper()
	n := 0
	for i, d := range v.Days {
		if i > 0 {
			require.Equal(t, v.Days[i-1].Date.AddDate(0, 0, 1), d.Date, "a day is missing")
		}
		switch d.Why {
		case DayWeekend, DayHoliday, DayNotWorking:
			require.False(t, o.works(d.Date), "%+v", d)
		case DayReceived:
			require.True(t, v.Calendar || o.works(d.Date), "%+v", d)
		default:
			require.True(t, o.works(d.Date), "%+v", d)
		}
		if d.N > 0 {
			n++
			require.Equal(t, n, d.N)
		}
	}
	want := v.Term.Working
	if v.Calendar {
		want = v.Term.Calendar
	}
	require.Equal(t, want, n)
	require.Equal(t, o.date(v.From), o.date(v.Days[0].Date))
	require.Equal(t, o.date(v.Counted), o.date(v.Days[len(v.Days)-1].Date))
}

// limits holds that what the law sets for a khieu_nai is counted beside, whatever
// was asked meanwhile.
func (o walker) limits(t *testing.T, s story, v Derivation) {
	t.Helper()
	if s.c.Kind != KhieuNai {
		require.Empty(t, v.Limits)
		return
	}
	require.Len(t, v.Limits, 2)
	accept, resolve := v.Limits[0], v.Limits[1]
	working, calendar := o.working(s.c.CreatedAt, 7), o.calendar(s.c.CreatedAt, 10)
	require.True(t, accept.ByWorking.Equal(working) && accept.ByCalendar.Equal(calendar), "%+v", accept)
	if calendar.After(working) {
		working = calendar
	}
	require.True(t, accept.Due.Equal(working), "of two readings the later one")
	require.True(t, accept.Met.Equal(s.accepted))
	require.True(t, resolve.Since.Equal(s.accepted))
	require.True(t, resolve.Due.Equal(o.calendar(s.accepted, 30)) && resolve.Latest.Equal(o.calendar(s.accepted, 45)), "%+v", resolve)
}

// open reports whether the office is open at that moment: by its spans, its lunch,
// its half days.
func (o walker) open(at time.Time) bool {
	at = at.In(ict)
	spans := o.Spans
	if weekly, ok := o.Weekly[at.Weekday()]; ok {
		spans = weekly
	}
	if own, ok := o.Own[o.date(at)]; ok {
		spans = own
	}
	clock := at.Sub(time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, ict))
	for _, s := range spans {
		if o.works(at) && clock >= s.From && clock < s.To {
			return true
		}
	}
	return false
}

// edges are all times of day at which the office may open or close.
func (o walker) edges() (list []time.Duration) {
	days := [][]Span{o.Spans}
	for _, spans := range o.Weekly {
		days = append(days, spans)
	}
	for _, spans := range o.Own {
		days = append(days, spans)
	}
	for _, spans := range days {
		for _, s := range spans {
			list = append(list, s.From, s.To)
		}
	}
	return list
}

// stages holds when half of the term has passed, and four fifths: in opening hours
// without the waits, cut at every moment at which anything may change, each piece
// looked at by itself.
func (o walker) stages(t *testing.T, s story, d Deadlines) {
	t.Helper()
	r, running := d.Running(s.c)
	require.True(t, running)
	since, due := s.since, s.due
	if s.c.Kind == KhieuNai && !s.again {
		since, due = s.accepted, o.calendar(s.accepted, 30)
	}
	require.True(t, r.Since.Equal(since) && r.Due.Equal(due), "%+v", r)
	cuts := []time.Time{since, due}
	for day := since.In(ict).AddDate(0, 0, -1); day.Before(due.AddDate(0, 0, 1)); day = day.AddDate(0, 0, 1) {
		midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, ict)
		for _, clock := range o.edges() {
			cuts = append(cuts, midnight.Add(clock))
		}
	}
	for _, w := range s.waits {
		cuts = append(cuts, w[0], w[1])
	}
	slices.SortFunc(cuts, time.Time.Compare)
	var pieces [][2]time.Time
	var total time.Duration
	for i := 1; i < len(cuts); i++ {
		from, to := cuts[i-1], cuts[i]
		waited := slices.ContainsFunc(s.waits, func(w [2]time.Time) bool { return !from.Before(w[0]) && from.Before(w[1]) })
		if from.Before(since) || !from.Before(due) || waited || !o.open(from) {
			continue
		}
		pieces, total = append(pieces, [2]time.Time{from, to}), total+to.Sub(from)
	}
	for _, percent := range []int{50, 80} {
		left, want := total*time.Duration(percent)/100, due
		for _, p := range pieces {
			if length := p[1].Sub(p[0]); left > length {
				left -= length
				continue
			}
			want = p[0].Add(left)
			break
		}
		require.True(t, r.At(percent).Equal(want), "%d%%: %v, want %v, of %+v", percent, r.At(percent), want, s.c.Events)
	}
	for n := range 4 { // how long it has been over
		require.True(t, d.Over(due, n).Equal(o.working(due.Add(-time.Second), n)))
	}
}

func TestExplainNamesWhatItSkips(t *testing.T) {
	t.Parallel()
	h := hours2026()
	h.Names = map[string]string{"2026-02-16": "Tết (29)", "2026-02-17": "Tết (1)", "2026-02-18": "Tết (2)", "2026-02-19": "Tết (3)", "2026-02-20": "Tết (4)"}
	calendar, err := NewCalendar(h)
	require.NoError(t, err)
	c := Case{Kind: PhanAnh, Status: StatusAccepted, CreatedAt: when(t, "2026-02-11 17:30")}
	require.NoError(t, c.Move(ActAsk, "x", when(t, "2026-02-12 09:00"), "", ""))
	require.NoError(t, c.Move(ActAnswer, "citizen", when(t, "2026-02-13 09:00"), "", ""))
	v := terms(calendar).Explain(c)
	var days []string
	for _, d := range v.Days {
		days = append(days, d.Date.Format("02 ")+string(d.Why))
	}
	assert.Equal(t, []string{
		"11 late", "12 received", "13 paused", "14 weekend", "15 weekend", "16 holiday", "17 holiday", "18 holiday", "19 holiday",
		"20 holiday", "21 weekend", "22 weekend", "23 counted", "24 counted", "25 counted", "26 counted", "27 counted",
	}, days)
	assert.Equal(t, Skips{
		Late: true, Weekend: 4, Paused: 1,
		Off: []DaysOff{{"Tết", when(t, "2026-02-16 00:00"), when(t, "2026-02-20 00:00")}},
	}, v.Skips())
	assert.Equal(t, 1, v.Pauses[0].Days)
	assert.False(t, v.Pauses[0].Ignored)
}

func TestLimitsOfAKhieuNaiRunBeside(t *testing.T) {
	t.Parallel()
	d := terms(calendar2026(t))
	d.Kinds[KhieuNai] = Term{Working: 7, Calendar: 10, Limits: []StatutoryLimit{
		{Name: LimitAccept, From: FromReceipt, Working: 7, Calendar: 10},
		{Name: LimitResolve, From: FromAcceptance, Calendar: 30, Most: 45},
	}}
	c := Case{Kind: KhieuNai, Status: StatusNew, CreatedAt: when(t, "2026-03-04 09:15")}
	c.Reckon(d)
	v := d.Explain(c)
	require.Len(t, v.Limits, 1, "the limit to resolve does not run yet")
	assert.True(t, v.Calendar, "ten calendar days are later than seven working days")
	assert.True(t, v.Limits[0].ByWorking.Equal(when(t, "2026-03-13 17:00")))
	assert.True(t, v.Limits[0].Due.Equal(when(t, "2026-03-16 17:00")))
	assert.Zero(t, v.Limits[0].Met)

	require.NoError(t, c.Move(ActAccept, "x", when(t, "2026-03-05 09:00"), "", ""))
	require.NoError(t, c.Move(ActAsk, "x", when(t, "2026-03-06 09:00"), "", ""))
	v = d.Explain(c)
	require.Len(t, v.Limits, 2)
	assert.True(t, v.Limits[0].Met.Equal(when(t, "2026-03-05 09:00")))
	assert.True(t, v.Limits[1].Due.Equal(when(t, "2026-04-06 17:00")), "the thirtieth day is a Saturday")
	assert.True(t, v.Limits[1].Latest.Equal(when(t, "2026-04-20 17:00")), "the forty-fifth is a Sunday")
	assert.True(t, v.Pauses[0].Ignored, "nothing stops a limit of the law")
	r, running := d.Running(c)
	require.True(t, running)
	assert.Equal(t, LimitResolve, r.Limit)
	assert.True(t, r.Due.Equal(v.Limits[1].Due))
}

func TestStages(t *testing.T) {
	t.Parallel()
	d := terms(calendar2026(t))
	c := Case{Kind: PhanAnh, Status: StatusAccepted, CreatedAt: when(t, "2026-03-04 07:00")} // Wednesday
	c.Reckon(d)
	r, running := d.Running(c)
	require.True(t, running)
	// six days of seven and a half hours: half of it is after three of them
	assert.True(t, r.At(50).Equal(when(t, "2026-03-06 17:00")), "%v", r.At(50))
	assert.True(t, r.At(100).Equal(when(t, "2026-03-11 17:00")))
	for _, tt := range []struct {
		at    string
		stage int
	}{{"2026-03-04 08:00", 0}, {"2026-03-06 16:59", 0}, {"2026-03-06 17:00", 50}, {"2026-03-11 16:00", 80}, {"2026-03-11 17:00", 100}} {
		stage, next := r.Stage(when(t, tt.at))
		assert.Equal(t, tt.stage, stage, tt.at)
		assert.Equal(t, stage == 100, next.IsZero(), tt.at)
	}
	require.NoError(t, c.Move(ActAsk, "x", when(t, "2026-03-05 09:00"), "", ""))
	_, running = d.Running(c)
	assert.False(t, running, "the clock stands still")
	require.NoError(t, c.Move(ActAnswer, "citizen", when(t, "2026-03-09 09:00"), "", ""))
	c.Resume(d, when(t, "2026-03-09 09:00"))
	r, _ = d.Running(c)
	assert.True(t, r.Due.Equal(when(t, "2026-03-13 17:00")))
	assert.True(t, r.At(50).After(when(t, "2026-03-09 09:00")), "the wait does not count: %v", r.At(50))

	require.NoError(t, c.Move(ActPromise, "x", when(t, "2026-03-16 09:00"), "", "2026-03-21")) // a Saturday
	r, _ = d.Running(c)
	assert.Equal(t, LimitPromise, r.Limit)
	assert.True(t, r.Due.Equal(when(t, "2026-03-23 17:00")))
}

func TestIntervals(t *testing.T) {
	t.Parallel()
	base := when(t, "2026-03-04 00:00")
	at := func(from, to int) Interval {
		return Interval{base.Add(time.Duration(from) * time.Minute), base.Add(time.Duration(to) * time.Minute)}
	}
	random := rand.New(rand.NewPCG(9, 10))
	set := func() (list []Interval, minutes [60]bool) {
		for range random.IntN(6) {
			from, length := random.IntN(60), random.IntN(20)
			to := min(from+length, 60)
			list = append(list, at(from, to))
			for m := from; m < to; m++ {
				minutes[m] = true
			}
		}
		return list, minutes
	}
	for range 2000 {
		a, inA := set()
		b, inB := set()
		union, rest := Union(append(a, b...)...), Union(a...).Minus(Union(b...))
		both, left := 0, 0
		for m := range 60 {
			if inA[m] || inB[m] {
				both++
			}
			if inA[m] && !inB[m] {
				left++
			}
		}
		require.Equal(t, time.Duration(both)*time.Minute, union.Length())
		require.Equal(t, time.Duration(left)*time.Minute, rest.Length())
		for i := 1; i < len(union); i++ {
			require.True(t, union[i-1].To.Before(union[i].From), "they touch")
		}
		if len(rest) > 0 {
			require.Equal(t, rest[len(rest)-1].To, rest.After(rest.Length()))
		}
	}
	assert.Zero(t, Intervals(nil).After(time.Minute))
}

func TestRulesTellEveryChange(t *testing.T) {
	t.Parallel()
	base := terms(calendar2026(t)).Rules()
	assert.Equal(t, base, terms(calendar2026(t)).Rules())
	h := hours2026()
	h.DaysOff = h.DaysOff[1:]
	other, err := NewCalendar(h)
	require.NoError(t, err)
	assert.NotEqual(t, base, terms(other).Rules())
	d := terms(calendar2026(t))
	d.Categories["rac-thai"] = 4
	assert.NotEqual(t, base, d.Rules())
}
