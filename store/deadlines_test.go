package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// clocked stores a case of a unit, and a move and a reminder of it.
func clocked(t *testing.T, s *store.Store, code, unit string, sensitive bool, status models.Status) {
	t.Helper()
	update(t, s, func(tx *store.Tx) error {
		c := fullCase(code)
		c.Unit, c.Sensitive, c.Status, c.Assignee = unit, sensitive, status, "lan@x.vn"
		require.NoError(t, tx.InsertCase(c))
		why := []models.Rule{{What: "day_off", Key: "2026-11-05", Is: "off"}}
		require.NoError(t, tx.Moved(models.DeadlineMove{Case: code, Was: at(1), Counted: at(2), Due: at(3), Why: why}))
		for range 2 {
			require.NoError(t, tx.Remind(models.Reminder{Case: code, Since: at(1), Stage: 50, Term: "resolve", Due: at(4)}))
		}
		return nil
	})
}

func TestMovesAndRemindersAreListedAsCasesAreSeen(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		clocked(t, s, "PA2026-A", "tran-bien", false, models.StatusNew)
		clocked(t, s, "PA2026-B", "long-binh", false, models.StatusResolved)
		clocked(t, s, "PA2026-C", "tran-bien", true, models.StatusAccepted)
		for name, tt := range map[string]struct {
			filter store.DeadlineFilter
			want   []string
		}{
			"all":             {store.DeadlineFilter{Seen: models.Principal{Role: models.RoleLeader}}, []string{"PA2026-C", "PA2026-B", "PA2026-A"}},
			"unit":            {store.DeadlineFilter{Seen: models.Principal{Role: models.RoleLeader, Unit: "tran-bien"}}, []string{"PA2026-C", "PA2026-A"}},
			"unit asked":      {store.DeadlineFilter{Unit: "long-binh", Seen: models.Principal{Role: models.RoleLeader}}, []string{"PA2026-B"}},
			"not sensitive":   {store.DeadlineFilter{Seen: models.Principal{Role: models.RoleViewer}}, []string{"PA2026-B", "PA2026-A"}},
			"in charge":       {store.DeadlineFilter{Seen: models.Principal{Role: models.RoleOfficer, Email: "Lan@x.vn"}}, []string{"PA2026-C", "PA2026-B", "PA2026-A"}},
			"case":            {store.DeadlineFilter{Case: "PA2026-A", Seen: models.Principal{Role: models.RoleAdmin}}, []string{"PA2026-A"}},
			"open":            {store.DeadlineFilter{Open: true, Seen: models.Principal{Role: models.RoleLeader}}, []string{"PA2026-C", "PA2026-A"}},
			"of another unit": {store.DeadlineFilter{Unit: "long-binh", Seen: models.Principal{Role: models.RoleLeader, Unit: "tran-bien"}}, nil},
		} {
			moves, next, err := s.DeadlineMoves(t.Context(), tt.filter)
			require.NoError(t, err)
			require.Empty(t, next)
			reminders, _, err := s.Reminders(t.Context(), tt.filter)
			require.NoError(t, err)
			var moved, reminded []string
			for i := range moves {
				moved, reminded = append(moved, moves[i].Case), append(reminded, reminders[i].Case)
			}
			assert.Equal(t, tt.want, moved, name)
			assert.Equal(t, tt.want, reminded, name)
			assert.Len(t, reminders, len(moves), "one for a stage of a term")
		}
		f := store.DeadlineFilter{Seen: models.Principal{Role: models.RoleLeader}, Stage: 50, Page: store.Page{Limit: 2}}
		page, next, err := s.Reminders(t.Context(), f)
		require.NoError(t, err)
		require.Len(t, page, 2)
		f.Cursor = next
		page, next, err = s.Reminders(t.Context(), f)
		require.NoError(t, err)
		require.Len(t, page, 1)
		require.Empty(t, next)
		f.Cursor = "x"
		_, _, err = s.DeadlineMoves(t.Context(), f)
		require.ErrorIs(t, err, store.ErrCursor)
		list, _, err := s.DeadlineMoves(t.Context(), store.DeadlineFilter{Case: "PA2026-A", Seen: models.Principal{Role: models.RoleLeader}})
		require.NoError(t, err)
		m := list[0]
		m.At = time.Time{}
		require.Equal(t, models.DeadlineMove{
			Case: "PA2026-A", Unit: "tran-bien", Was: at(1), Counted: at(2), Due: at(3), Why: []models.Rule{{What: "day_off", Key: "2026-11-05", Is: "off"}},
		}, m)
	})
}

func TestClocksThatMustBeLookedAt(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		for _, code := range []string{"PA2026-A", "PA2026-B", "PA2026-C"} {
			clocked(t, s, code, "tran-bien", false, models.StatusNew)
		}
		stale := func(rules string) []string {
			codes, err := s.StaleClocks(t.Context(), rules, 10)
			require.NoError(t, err)
			return codes
		}
		require.Equal(t, []string{"PA2026-A", "PA2026-B", "PA2026-C"}, stale("r2"))
		update(t, s, func(tx *store.Tx) error {
			for i, code := range []string{"PA2026-A", "PA2026-B", "PA2026-C"} {
				k, err := tx.Clock(code)
				require.NoError(t, err)
				require.False(t, k.Known)
				k.Open, k.Seen, k.Rules, k.Next = i < 2, at(5), "r2", at(10*i)
				require.NoError(t, tx.SaveClock(k))
			}
			return nil
		})
		require.Empty(t, stale("r2"))
		require.Equal(t, []string{"PA2026-A", "PA2026-B"}, stale("r1"), "what has ended is not counted anew")
		require.Equal(t, []string{"PA2026-A", "PA2026-B"}, stale("r3"))
		due, err := s.DueClocks(t.Context(), at(15), 10)
		require.NoError(t, err)
		require.Equal(t, []string{"PA2026-A", "PA2026-B"}, due)
		update(t, s, func(tx *store.Tx) error {
			c, err := tx.Case("PA2026-C")
			require.NoError(t, err)
			c.UpdatedAt = at(50)
			return tx.SaveCase(c)
		})
		require.Equal(t, []string{"PA2026-C"}, stale("r2"), "it changed")
	})
}

func TestRulesAreKept(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		first, second := []models.Rule{{What: "kind", Key: "x", Is: "5"}}, []models.Rule{{What: "kind", Key: "x", Is: "6"}}
		for range 2 {
			require.NoError(t, s.KeepRules(t.Context(), "r1", first))
		}
		require.NoError(t, s.KeepRules(t.Context(), "r2", second))
		update(t, s, func(tx *store.Tx) error {
			for _, tt := range []struct {
				name, current string
				want          []models.Rule
			}{{"r1", "r2", first}, {"", "r2", first}, {"", "r1", second}, {"none", "r2", nil}} {
				got, err := tx.RulesBefore(tt.name, tt.current)
				require.NoError(t, err)
				require.Equal(t, tt.want, got, tt.name)
			}
			return nil
		})
	})
}
