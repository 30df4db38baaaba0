package models_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// office is open from Monday to Friday, with a lunch break and some days out of
// the ordinary.
func office(t testing.TB) models.Calendar {
	c, err := models.NewCalendar(models.Hours{
		Offset:   7 * time.Hour,
		Weekdays: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		Spans:    []models.Span{{From: 7*time.Hour + 30*time.Minute, To: 11*time.Hour + 30*time.Minute}, {From: 13 * time.Hour, To: 17 * time.Hour}},
		DaysOff:  []string{"2026-04-27", "2026-04-30", "2026-05-01"}, MakeUp: []string{"2026-04-25"},
		Own: map[string][]models.Span{"2026-04-29": {{From: 8 * time.Hour, To: 11 * time.Hour}}},
	})
	require.NoError(t, err)
	return c
}

// TestMeterMeasuresOpeningHours holds the meter against the calendar's own algebra.
func TestMeterMeasuresOpeningHours(t *testing.T) {
	t.Parallel()
	c, r := office(t), rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 4, 1, 3, 0, 0, 0, time.UTC)
	m := c.Meter(start, start.AddDate(0, 2, 0))
	for range 5000 {
		from := start.Add(time.Duration(r.Int64N(int64(60 * 24 * time.Hour))))
		to := start.Add(time.Duration(r.Int64N(int64(60 * 24 * time.Hour))))
		require.Equal(t, c.Opening(from, to).Length(), m.Between(from, to), "%v %v", from, to)
	}
	require.Zero(t, m.Between(start.AddDate(-1, 0, 0), start.AddDate(0, 0, -1)), "before it begins")
	require.Zero(t, m.Between(start.AddDate(1, 0, 0), start.AddDate(2, 0, 0)), "after it ends")
	require.Equal(t, 8*time.Hour, m.Between(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC)))
}

func TestTally(t *testing.T) {
	t.Parallel()
	c := office(t)
	monday := time.Date(2026, 4, 6, 1, 0, 0, 0, time.UTC) // 8:00 here
	now := monday.AddDate(0, 0, 10)
	tally := models.NewTally(c, monday, c.Midnight(monday).AddDate(0, 0, 7), now)
	for i := range 10 { // answered after 1 to 10 hours of the office, resolved after as many
		at := c.AddHours(monday, time.Duration(i+1)*time.Hour)
		tally.Add(models.CaseFact{
			Unit: "a", Category: "rac", Kind: models.PhanAnh, Platform: models.Zalo, Status: models.StatusResolved,
			CreatedAt: monday, DueAt: c.AddHours(monday, 8*time.Hour), FirstAt: at, ResolvedAt: at, Reopened: i % 2,
		})
	}
	late := models.CaseFact{Unit: "b", Kind: models.PhanAnh, Status: models.StatusAccepted, CreatedAt: monday.AddDate(0, 0, 1), DueAt: now.Add(-1)}
	for _, status := range []models.Status{models.StatusAccepted, models.StatusWaiting, models.StatusWithdrawn, models.StatusMerged, models.StatusRejected} {
		late.Status = status
		tally.Add(late)
	}
	late.Status, late.Kind = models.StatusWaiting, models.KhieuNai
	tally.Add(late)
	tally.Rate("a", 5, 3)
	tally.Rate("a", 1, 1)
	tally.Rate("a", 9, 1)
	tally.Untold("b", monday, time.Time{})
	tally.Untold("b", monday, monday.Add(time.Hour))
	tally.Untold("b", monday, c.Deadline(monday, 1).Add(1))

	f := tally.Figures()
	require.Len(t, f.Units, 2)
	a, b := f.Units[0].Sum, f.Units[1].Sum
	require.Equal(t, models.Sum{
		Received: 10, Answered: 10, Resolved: 10, OnTime: 8, Late: 2, Reopened: 5, Ratings: [5]int{1, 0, 0, 0, 3},
		ToFirst: models.Spread{Median: 5 * time.Hour, P90: 9 * time.Hour}, ToResolved: models.Spread{Median: 5 * time.Hour, P90: 9 * time.Hour},
	}, a)
	require.InDelta(t, 4, a.Score(), 1e-9)
	require.Equal(t, models.Sum{Received: 6, Open: 3, Late: 2, Untold: 2}, b, "whom the citizen is waited for, or whose case ended otherwise, is not late")
	share, judged := a.OnTimeShare()
	require.True(t, judged)
	require.InDelta(t, 0.8, share, 1e-9)
	_, judged = models.Sum{}.OnTimeShare()
	require.False(t, judged)
	require.Equal(t, 16, f.All.Received)
	require.Equal(t, []models.Count{{Key: "rac", N: 10}, {Key: "", N: 6}}, f.Categories)
	require.Len(t, f.Days, 7)
	require.Equal(t, 10, f.Days[0].Received)
	require.Equal(t, 10, f.Days[0].Resolved)
	require.Equal(t, 6, f.Days[1].Received)
}

func TestUntoldSince(t *testing.T) {
	t.Parallel()
	c, r := office(t), rand.New(rand.NewPCG(3, 4))
	for range 300 {
		now := time.Date(2026, 4, 20, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.Int64N(int64(20 * 24 * time.Hour))))
		before, known := c.UntoldSince(now)
		require.True(t, known)
		for range 100 {
			failed := now.Add(-time.Duration(r.Int64N(int64(12 * 24 * time.Hour))))
			require.Equal(t, !c.Deadline(failed, 1).After(now), failed.Before(before), "%v at %v", failed, now)
		}
	}
}
