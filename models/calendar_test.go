package models

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var ict = time.FixedZone("", 7*60*60)

// hours2026 is the part of data/calendar.yaml that the tables below need.
func hours2026() Hours {
	h := func(hour, minute int) time.Duration {
		return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	}
	return Hours{
		Offset:   7 * time.Hour,
		Weekdays: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		Spans:    []Span{{h(7, 30), h(11, 30)}, {h(13, 30), h(17, 0)}},
		DaysOff: []string{
			"2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20",
			"2026-04-26", "2026-04-27", "2026-04-30", "2026-05-01", "2026-08-31", "2026-09-01", "2026-09-02", "2026-11-24",
		},
		MakeUp: []string{"2026-01-10", "2026-08-22"},
	}
}

func calendar2026(t *testing.T) Calendar {
	t.Helper()
	c, err := NewCalendar(hours2026())
	require.NoError(t, err)
	return c
}

func when(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, ict)
	require.NoError(t, err)
	return at
}

func TestNewCalendarRefuses(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*Hours){
		"no weekday":   func(h *Hours) { h.Weekdays = nil },
		"no span":      func(h *Hours) { h.Spans = nil },
		"overlap":      func(h *Hours) { h.Spans[1].From = h.Spans[0].From },
		"empty span":   func(h *Hours) { h.Spans[0].To = h.Spans[0].From },
		"past the day": func(h *Hours) { h.Spans[1].To = 25 * time.Hour },
		"bad day off":  func(h *Hours) { h.DaysOff = []string{"24/11/2026"} },
		"bad make-up":  func(h *Hours) { h.MakeUp = []string{"2026-02-30"} },
	} {
		h := hours2026()
		spoil(&h)
		_, err := NewCalendar(h)
		assert.Error(t, err, name)
	}
}

func TestOpeningHours(t *testing.T) {
	t.Parallel()
	c := calendar2026(t)
	for _, tt := range []struct{ at, opens string }{
		{"2026-03-04 07:29", "2026-03-04 07:30"},
		{"2026-03-04 07:30", "2026-03-04 07:30"},
		{"2026-03-04 11:30", "2026-03-04 13:30"},
		{"2026-03-04 16:59", "2026-03-04 16:59"},
		{"2026-03-04 17:00", "2026-03-05 07:30"},
		{"2026-03-06 17:00", "2026-03-09 07:30"}, // over the weekend
		{"2026-02-13 18:00", "2026-02-23 07:30"}, // over Tết
		{"2026-01-09 20:00", "2026-01-10 07:30"}, // a Saturday made up
		{"2026-11-24 09:00", "2026-11-25 07:30"},
	} {
		at, opens := when(t, tt.at), when(t, tt.opens)
		assert.True(t, c.OpensAt(at).Equal(opens), tt.at)
		assert.Equal(t, at.Equal(opens), c.Open(at), tt.at)
	}
}

func TestAddHours(t *testing.T) {
	t.Parallel()
	c := calendar2026(t)
	for _, tt := range []struct {
		at, want string
		add      time.Duration
	}{
		{"2026-03-04 08:00", "2026-03-04 08:00", 0},
		{"2026-03-04 08:00", "2026-03-04 11:30", 3*time.Hour + 30*time.Minute},
		{"2026-03-04 08:00", "2026-03-04 13:31", 3*time.Hour + 31*time.Minute},
		{"2026-03-04 10:00", "2026-03-05 10:30", 8 * time.Hour}, // a working day is 7 h 30
		{"2026-03-06 22:00", "2026-03-10 08:00", 8 * time.Hour},
		{"2026-02-13 16:30", "2026-02-23 08:00", time.Hour},
	} {
		assert.True(t, c.AddHours(when(t, tt.at), tt.add).Equal(when(t, tt.want)), "%s + %v", tt.at, tt.add)
	}
}

func TestDueAt(t *testing.T) {
	t.Parallel()
	d := Deadlines{
		Calendar: calendar2026(t),
		Kinds: map[Kind]Term{
			PhanAnh: {Working: 5}, KienNghi: {Working: 10}, KhieuNai: {Working: 7, Calendar: 10},
			GopY: {Working: 7}, KhenNgoi: {Working: 3},
		},
		Categories: map[string]int{"rac-thai": 3, "dat-dai": 10},
	}
	for _, tt := range []struct {
		kind               Kind
		category, at, want string
	}{
		{PhanAnh, "rac-thai", "2026-03-04 09:15", "2026-03-09 17:00"}, // the category is shorter
		{PhanAnh, "dat-dai", "2026-03-04 09:15", "2026-03-11 17:00"},  // the kind is shorter
		{PhanAnh, "", "2026-03-04 09:15", "2026-03-11 17:00"},
		{KienNghi, "rac-thai", "2026-03-04 09:15", "2026-03-18 17:00"}, // categories bind phan_anh only
		{KhieuNai, "", "2026-03-04 09:15", "2026-03-16 17:00"},         // 10 calendar days are later
		{KhieuNai, "", "2026-02-13 15:00", "2026-03-03 17:00"},         // over Tết 7 working days are later
		{"", "rac-thai", "2026-03-04 09:15", "2026-03-11 17:00"},
	} {
		got := d.DueAt(tt.kind, tt.category, when(t, tt.at))
		assert.True(t, got.Equal(when(t, tt.want)), "%s %s %s: %v", tt.kind, tt.category, tt.at, got)
	}
}

func TestResumed(t *testing.T) {
	t.Parallel()
	d := Deadlines{Calendar: calendar2026(t)}
	for _, tt := range []struct {
		name                       string
		kind                       Kind
		due, paused, resumed, want string
	}{
		{"within a day", PhanAnh, "2026-03-11 17:00", "2026-03-05 09:00", "2026-03-05 16:00", "2026-03-11 17:00"},
		{"two working days", PhanAnh, "2026-03-11 17:00", "2026-03-05 09:00", "2026-03-09 09:00", "2026-03-13 17:00"},
		{"over a weekend only", PhanAnh, "2026-03-11 17:00", "2026-03-06 18:00", "2026-03-08 12:00", "2026-03-11 17:00"},
		{"on the last day", PhanAnh, "2026-03-11 17:00", "2026-03-11 10:00", "2026-03-20 10:00", "2026-03-20 17:00"},
		{"overdue", PhanAnh, "2026-03-11 17:00", "2026-03-12 10:00", "2026-03-20 10:00", "2026-03-11 17:00"},
		{"statutory", KhieuNai, "2026-03-11 17:00", "2026-03-05 09:00", "2026-03-09 09:00", "2026-03-11 17:00"},
	} {
		got := d.Resumed(tt.kind, when(t, tt.due), when(t, tt.paused), when(t, tt.resumed))
		assert.True(t, got.Equal(when(t, tt.want)), "%s: %v", tt.name, got)
	}
	due := when(t, "2026-03-11 17:00")
	assert.Equal(t, due, d.Resumed(PhanAnh, due, time.Time{}, due), "never paused")
}

// oracle counts day by day with the library's dates, sharing nothing with Calendar.
type oracle struct{ Hours }

func (o oracle) works(t time.Time) bool {
	date := t.Format(time.DateOnly)
	for _, m := range o.MakeUp {
		if m == date {
			return true
		}
	}
	for _, f := range o.DaysOff {
		if f == date {
			return false
		}
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

func (o oracle) closing(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 17, 0, 0, 0, ict)
}

func (o oracle) deadline(at time.Time, n int) time.Time {
	if !at.Before(o.closing(at)) {
		at = o.closing(at).AddDate(0, 0, 1)
	}
	for !o.works(at) {
		at = at.AddDate(0, 0, 1)
	}
	for n > 0 {
		at = at.AddDate(0, 0, 1)
		if o.works(at) {
			n--
		}
	}
	return o.closing(at)
}

func (o oracle) calendarDeadline(at time.Time, n int) time.Time {
	at = at.AddDate(0, 0, n)
	for !o.works(at) {
		at = at.AddDate(0, 0, 1)
	}
	return o.closing(at)
}

func (o oracle) open(at time.Time) bool {
	m := at.Hour()*60 + at.Minute()
	return o.works(at) && (m >= 450 && m < 690 || m >= 810 && m < 1020)
}

func TestCalendarAgainstOracle(t *testing.T) {
	t.Parallel()
	c, o := calendar2026(t), oracle{hours2026()}
	random := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2025, 12, 20, 0, 0, 0, 0, ict)
	for range 10_000 {
		at := start.Add(time.Duration(random.Int64N(390*24*60)) * time.Minute)
		n := random.IntN(25)
		due := o.deadline(at, n)
		require.True(t, c.Deadline(at, n).Equal(due), "%v + %d", at, n)
		require.True(t, c.CalendarDeadline(at, n).Equal(o.calendarDeadline(at, n)), "%v + %d calendar days", at, n)
		require.Equal(t, n, c.WorkingDays(at, due), "%v to %v", at, due)
		require.Equal(t, o.open(at), c.Open(at), "%v", at)
	}
}

func TestAddHoursAgainstOracle(t *testing.T) {
	t.Parallel()
	c, o := calendar2026(t), oracle{hours2026()}
	random := rand.New(rand.NewPCG(3, 4))
	start := time.Date(2025, 12, 20, 0, 0, 0, 0, ict)
	for range 200 {
		at := start.Add(time.Duration(random.Int64N(390*24*60)) * time.Minute)
		left := 1 + random.IntN(20*60)
		want := at
		for minutes := left; minutes > 0; want = want.Add(time.Minute) {
			if o.open(want) {
				minutes--
			}
		}
		got := c.AddHours(at, time.Duration(left)*time.Minute)
		require.True(t, got.Equal(want), "%v + %d min: %v, want %v", at, left, got, want)
	}
}
