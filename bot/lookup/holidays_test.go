package lookup_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestHolidayStretches holds the long stretches that citizens ask about.
func TestHolidayStretches(t *testing.T) {
	t.Parallel()
	cal := loaded(t).Calendar()
	for day, want := range map[string][3]string{
		"2027-02-06": {"2027-02-04", "2027-02-10", "2027-02-11"}, // Tết 2027, a week
		"2026-02-17": {"2026-02-14", "2026-02-22", "2026-02-23"}, // nine days with both weekends
		"2026-09-02": {"2026-08-29", "2026-09-02", "2026-09-03"}, // five days
		"2026-11-24": {"2026-11-24", "2026-11-24", "2026-11-25"},
		"2026-04-27": {"2026-04-25", "2026-04-27", "2026-04-28"},
		"2027-04-30": {"2027-04-30", "2027-05-03", "2027-05-04"},
	} {
		first, last, back, off := cal.Break(on(t, day))
		require.True(t, off, day)
		require.Equal(t, want, [3]string{first.Format(time.DateOnly), last.Format(time.DateOnly), back.Format(time.DateOnly)}, day)
	}
	require.True(t, cal.Works(on(t, "2026-08-22")), "a make-up Saturday")
	require.True(t, cal.Works(on(t, "2026-01-10")), "a make-up Saturday")
}

// TestNamedDays holds that days are in order, with what is known of them.
func TestNamedDays(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	days := c.Holidays()
	for i := 1; i < len(days); i++ {
		require.Less(t, days[i-1].Date, days[i].Date)
	}
	for _, d := range days {
		body, known := c.Holiday(d.Date)
		require.True(t, known)
		require.Equal(t, d.HolidayBody, body)
		switch d.Date {
		case "2026-08-31":
			require.False(t, d.Law, "it was moved")
		case "2026-09-02":
			require.True(t, d.Law && !d.Verify)
		case "2027-02-09":
			require.False(t, d.Law, "it makes up for a holiday on a Saturday")
			require.True(t, d.Verify)
		}
	}
	_, known := c.Holiday("2026-11-25")
	require.False(t, known)
	require.Contains(t, c.NewYears(), "2027-02-06")
}

func TestCalendarYears(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	for date, want := range map[string][2]bool{"2026-03-01": {true, true}, "2027-03-01": {true, false}, "2031-03-01": {false, false}} {
		known, announced := c.CalendarYear(on(t, date))
		require.Equal(t, want, [2]bool{known, announced}, date)
	}
	require.False(t, c.HoursConfirmed())
}

// TestOfficeHours holds that a hotline's hours are no office hours.
func TestOfficeHours(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	require.Contains(t, c.OfficeHours("tran-bien"), "07:30")
	require.Empty(t, c.OfficeHours("phu-ly"))
	require.Empty(t, c.OfficeHours("dinh-quan"))
}
