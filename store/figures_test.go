package store_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/stretchr/testify/require"
)

// weekdays is a plain calendar.
func weekdays(t *testing.T) models.Calendar {
	t.Helper()
	c, err := models.NewCalendar(models.Hours{
		Offset: 7 * time.Hour, Weekdays: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		Spans: []models.Span{{From: 8 * time.Hour, To: 12 * time.Hour}, {From: 13 * time.Hour, To: 17 * time.Hour}},
	})
	require.NoError(t, err)
	return c
}

// life is a random case of those days, with a history as people and rules make it.
func life(r *rand.Rand, i int, from time.Time, days int) models.Case {
	at := from.Add(time.Duration(r.Int64N(int64(days) * int64(24*time.Hour)))).Truncate(time.Second)
	c := models.Case{
		Code: fmt.Sprintf("PA%05d", i), Unit: fmt.Sprint("unit-", r.IntN(4)), Kind: models.Kinds[r.IntN(5)], Category: fmt.Sprint("c", r.IntN(6)),
		Status: models.StatusNew, Platform: []models.Platform{models.Zalo, models.Messenger, models.Counter}[r.IntN(3)],
		Sensitive: r.IntN(5) == 0, Conversation: fmt.Sprint("zalo:3:", i), CreatedAt: at, DueAt: at.AddDate(0, 0, 1+r.IntN(8)),
		Cause: append([]string{""}, models.Causes...)[r.IntN(1+len(models.Causes))],
	}
	if r.IntN(4) == 0 {
		c.Assignee = "lan@x.vn"
	}
	actions := []models.Action{
		models.ActNote, models.ActAccept, models.ActStart, models.ActAsk, models.ActAnswer, models.ActReply, models.ActResolve,
		models.ActNotDone, models.ActReject, models.ActReopen, models.ActWithdraw, models.ActAssign,
	}
	for range r.IntN(7) {
		at = at.Add(time.Duration(r.Int64N(int64(30 * time.Hour)))).Truncate(time.Second)
		detail := ""
		a := actions[r.IntN(len(actions))]
		if a == models.ActAssign {
			detail = c.Assignee
		}
		before := c.Footing()
		_ = c.Move(a, "Lan", at, "", detail) // what its status forbids does not happen
		if r.IntN(4) == 0 {
			_ = c.TakeBack(before, "Lan", at.Add(5*time.Second)) // only an answer can be
		}
	}
	return c
}

// brute counts by hand what Figures is to count of the cases.
func brute(t *testing.T, cal models.Calendar, cases []models.Case, keep func(models.Case) bool, now time.Time) models.Sum {
	t.Helper()
	var s models.Sum
	var first, resolved []time.Duration
	for _, c := range cases {
		if !keep(c) {
			continue
		}
		s.Received++
		if !c.Status.Ended() {
			s.Open++
		}
		again := false
		var told time.Time
		for _, e := range models.Standing(c.Events) {
			again = again || e.Action == models.ActReopen || e.Action == models.ActNotDone
			if told.IsZero() && slices.Contains([]models.Action{models.ActAccept, models.ActAsk, models.ActReply, models.ActResolve, models.ActReject}, e.Action) {
				told = e.At
			}
		}
		if again {
			s.Reopened++
		}
		if !told.IsZero() {
			s.Answered++
			first = append(first, cal.Opening(c.CreatedAt, told).Length())
		}
		switch {
		case c.Status == models.StatusResolved:
			s.Resolved++
			resolved = append(resolved, cal.Opening(c.CreatedAt, c.ResolvedAt).Length())
			if c.ResolvedAt.After(c.DueAt) {
				s.Late++
			} else {
				s.OnTime++
			}
		case !c.Status.Ended() && c.DueAt.Before(now) && (c.Status != models.StatusWaiting || c.Kind == models.KhieuNai):
			s.Late++
		}
	}
	s.ToFirst, s.ToResolved = byRank(first), byRank(resolved)
	return s
}

// byRank finds median and 90th percentile by counting how many are not longer.
func byRank(all []time.Duration) (s models.Spread) {
	rank := func(share float64) time.Duration {
		best := time.Duration(-1)
		for _, d := range all {
			n := 0
			for _, other := range all {
				if other <= d {
					n++
				}
			}
			if float64(n) >= share*float64(len(all))-1e-9 && (best < 0 || d < best) {
				best = d
			}
		}
		return max(best, 0)
	}
	return models.Spread{Median: rank(0.5), P90: rank(0.9)}
}

// TestFiguresAreRight holds figures against a count by hand, for every role, of
// all that it may know of and of one unit.
func TestFiguresAreRight(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		cal, r := weekdays(t), rand.New(rand.NewPCG(7, 8))
		from := cal.Midnight(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
		now := from.AddDate(0, 0, 45)
		s := open(t, url, store.Options{Now: func() time.Time { return now }})
		cases := make([]models.Case, 400)
		update(t, s, func(tx *store.Tx) error {
			for i := range cases {
				cases[i] = life(r, i, from, 40)
				if err := tx.InsertCase(&cases[i]); err != nil {
					return err
				}
			}
			return nil
		})
		f := store.FigureFilter{From: from.AddDate(0, 0, 7), To: from.AddDate(0, 0, 35), Calendar: cal}
		for _, role := range models.Roles {
			for _, own := range []string{"", "unit-1"} {
				for _, asked := range []string{"", "unit-1"} {
					f.Seen, f.Unit = models.Principal{Name: "Lan", Email: "lan@x.vn", Role: role, Unit: own}, asked
					got, err := s.Figures(t.Context(), f)
					require.NoError(t, err)
					in := func(c models.Case) bool {
						return f.Seen.Sees(c) && (asked == "" || c.Unit == asked) && !c.CreatedAt.Before(f.From) && c.CreatedAt.Before(f.To)
					}
					require.Equal(t, brute(t, cal, cases, in, now), got.All, "%v %q", f.Seen, asked)
					for _, u := range got.Units {
						require.Equal(t, brute(t, cal, cases, func(c models.Case) bool { return in(c) && c.Unit == u.Unit }, now), u.Sum, u.Unit)
					}
					causes := map[string]int{}
					for _, c := range cases {
						if in(c) && c.Cause != "" {
							causes[c.Cause]++
						}
					}
					require.Len(t, got.Causes, len(causes))
					for _, n := range got.Causes {
						require.Equal(t, causes[n.Key], n.N, n.Key)
					}
					byDay := 0
					for _, d := range got.Days {
						byDay += d.Received
					}
					require.Equal(t, got.All.Received, byDay)
					require.Len(t, got.Days, 28)
				}
			}
		}
		f.Seen, f.Unit = models.Principal{Role: models.RoleLeader, Unit: "unit-1"}, "unit-2"
		other, err := s.Figures(t.Context(), f)
		require.NoError(t, err)
		require.Zero(t, other.All.Received, "a unit that is not to be seen")
		for _, days := range []int{0, -1, 367} {
			f.To = f.From.AddDate(0, 0, days)
			_, err := s.Figures(t.Context(), f)
			require.ErrorIs(t, err, store.ErrPeriod)
		}
	})
}

// TestFiguresOfTalks: ratings, questions and who is untold, by who asks.
func TestFiguresOfTalks(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		cal := weekdays(t)
		monday := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
		now := monday
		s := open(t, url, store.Options{Now: func() time.Time { return now }})
		insertCases(t, s, deskCase("A", 1), deskCase("B", 2, unit("long-khanh")), deskCase("S", 3, sensitive))
		update(t, s, func(tx *store.Tx) error {
			for _, code := range []string{"A", "B", "S", ""} {
				if err := tx.InsertRating(code, cmp.Or(map[string]string{"B": "long-khanh"}[code], "tran-bien"), "zalo:3:"+code, 4, ""); err != nil {
					return err
				}
			}
			for _, q := range []models.Question{
				{Unit: "tran-bien", Procedure: "khai-sinh", Outcome: models.Answered}, {Unit: "tran-bien", Procedure: "khai-sinh", Outcome: models.Wrong},
				{Unit: "long-khanh", Procedure: "khai-sinh", Outcome: models.Unknown},
			} {
				if err := tx.Ask(q); err != nil {
					return err
				}
			}
			return nil
		})
		for _, code := range []string{"A", "B", "S"} {
			lose(t, s, "zalo:3:"+code, code, "x", models.OutToCall)
		}
		now = monday.AddDate(0, 0, 2)
		figures := func(p models.Principal) models.Figures {
			f, err := s.Figures(t.Context(), store.FigureFilter{Seen: p, From: cal.Midnight(monday), To: cal.Midnight(now.AddDate(0, 0, 1)), Calendar: cal})
			require.NoError(t, err)
			return f
		}
		boss, viewer, far := figures(deskBoss), figures(models.Principal{Role: models.RoleViewer}), figures(models.Principal{Role: models.RoleLeader, Unit: "long-khanh"})
		require.Equal(t, [3]int{4, 3, 1}, [3]int{boss.All.Rated(), viewer.All.Rated(), far.All.Rated()})
		require.Equal(t, [3]int{3, 2, 1}, [3]int{boss.UntoldNow, viewer.UntoldNow, far.UntoldNow})
		require.Equal(t, [3]int{3, 2, 1}, [3]int{boss.All.Untold, viewer.All.Untold, far.All.Untold})
		require.Equal(t, []models.Asked{{Procedure: "khai-sinh", N: 2, Failed: 1}, {Procedure: "", N: 1, Failed: 1}}, boss.Asked)
		require.Equal(t, []models.Asked{{Procedure: "", N: 1, Failed: 1}}, far.Asked)

		calls := called(t, s, deskBoss)
		update(t, s, func(tx *store.Tx) error {
			for i, o := range []models.CallOutcome{models.CallReached, models.CallGivenUp} {
				if err := tx.RecordCall(calls[i], models.CallTry{Outcome: o}, now); err != nil {
					return err
				}
			}
			return nil
		})
		after := figures(deskBoss)
		require.Equal(t, 1, after.UntoldNow)
		require.Equal(t, 3, after.All.Untold, "told too late, given up, and not told yet")
	})
}

func TestFiguresAreMailedOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		for range 2 {
			require.NoError(t, s.MarkFiguresMailed(t.Context(), "2026-03-02", "Sep@x.vn"))
		}
		to, err := s.FiguresMailed(t.Context(), "2026-03-02")
		require.NoError(t, err)
		require.Equal(t, []string{"sep@x.vn"}, to)
		to, err = s.FiguresMailed(t.Context(), "2026-03-09")
		require.NoError(t, err)
		require.Empty(t, to)
	})
}
