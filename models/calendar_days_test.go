package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

func officeDays(t *testing.T) models.Calendar {
	t.Helper()
	c, err := models.NewCalendar(models.Hours{
		Offset:   7 * time.Hour,
		Weekdays: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		Spans:    []models.Span{{From: 7*time.Hour + 30*time.Minute, To: 11*time.Hour + 30*time.Minute}, {From: 13*time.Hour + 30*time.Minute, To: 17 * time.Hour}},
		DaysOff:  []string{"2026-08-31", "2026-09-01", "2026-09-02", "2026-11-24"},
		MakeUp:   []string{"2026-08-22"},
	})
	require.NoError(t, err)
	return c
}

// TestBreaks holds that a stretch of days off is told whole: weekends beside a
// holiday belong to it, a make-up Saturday does not.
func TestBreaks(t *testing.T) {
	t.Parallel()
	c := officeDays(t)
	for at, want := range map[string][3]string{
		"2026-09-02T09:00:00+07:00": {"2026-08-29", "2026-09-02", "2026-09-03"}, // holiday, swap and weekend
		"2026-08-30T23:59:00+07:00": {"2026-08-29", "2026-09-02", "2026-09-03"},
		"2026-08-28T17:30:00Z":      {"2026-08-29", "2026-09-02", "2026-09-03"}, // already Saturday here
		"2026-11-24T00:00:00+07:00": {"2026-11-24", "2026-11-24", "2026-11-25"},
		"2026-08-23T12:00:00+07:00": {"2026-08-23", "2026-08-23", "2026-08-24"}, // after a make-up Saturday
		"2026-11-28T12:00:00+07:00": {"2026-11-28", "2026-11-29", "2026-11-30"},
	} {
		moment, err := time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		first, last, back, off := c.Break(moment)
		require.True(t, off, at)
		require.Equal(t, want, [3]string{first.Format(time.DateOnly), last.Format(time.DateOnly), back.Format(time.DateOnly)}, at)
		require.Equal(t, "07:30", back.Format("15:04"), at)
		require.False(t, c.Works(moment), at)
		require.Equal(t, "00:00", c.Midnight(moment).Format("15:04"), at)
	}
}

func TestWorkingDaysAreNoBreak(t *testing.T) {
	t.Parallel()
	c := officeDays(t)
	for _, at := range []string{"2026-08-22T08:00:00+07:00", "2026-11-25T23:00:00+07:00", "2026-11-23T18:00:00Z"} {
		moment, err := time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		_, _, _, off := c.Break(moment)
		require.Equal(t, c.Works(moment), !off, at)
	}
	spans := c.Spans()
	spans[0].From = 0
	require.NotZero(t, c.Spans()[0].From, "what is handed out is a copy")
}
