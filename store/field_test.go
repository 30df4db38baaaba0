package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func TestField(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		lan := models.Principal{Email: "lan@example.vn", Role: models.RoleOfficer, Unit: "tran-bien"}
		due := func(days int, change ...func(*models.Case)) func(*models.Case) {
			return func(c *models.Case) {
				c.Unit, c.Assignee, c.DueAt = "tran-bien", lan.Email, at(0).AddDate(0, 0, days)
				for _, f := range change {
					f(c)
				}
			}
		}
		status := func(s models.Status) func(*models.Case) { return func(c *models.Case) { c.Status = s } }
		insertCases(t, s,
			deskCase("LATER", 1, due(9)), deskCase("SOON", 2, due(1)), deskCase("LATE", 3, due(-2)),
			deskCase("WAITS", 4, due(1), status(models.StatusWaiting)), deskCase("DONE", 5, due(1), status(models.StatusResolved)),
			deskCase("OTHERS", 6, due(2, func(c *models.Case) { c.Assignee = "hoa@example.vn" })),
			deskCase("SECRET", 7, due(2, func(c *models.Case) { c.Assignee, c.Sensitive = "hoa@example.vn", true })),
			deskCase("AFAR", 8, due(2, func(c *models.Case) { c.Unit = "long-khanh" })),
			deskCase("AGAIN", 9, due(1, status(models.StatusResolved))), deskCase("SEEN", 10, due(1, status(models.StatusResolved))),
			deskCase("NEXTDAY", 11, due(1, status(models.StatusResolved))),
		)
		now := at(0).AddDate(0, 0, 3)
		update(t, s, func(tx *store.Tx) error {
			for _, code := range []string{"AGAIN", "SEEN", "NEXTDAY"} {
				day := now.Add(-time.Hour)
				if code == "NEXTDAY" {
					day = now.Add(time.Hour)
				}
				if err := tx.Remind(models.Reminder{Case: code, Since: at(1), Stage: 100, Term: models.LimitFollowUp, Due: day}); err != nil {
					return err
				}
			}
			if err := tx.Remind(models.Reminder{Case: "DONE", Since: at(1), Stage: 100, Due: now.Add(-time.Hour)}); err != nil {
				return err
			}
			c, err := tx.Case("SEEN")
			require.NoError(t, err)
			require.NoError(t, c.Move(models.ActNote, "Lan", now, "còn tốt", ""))
			return tx.SaveCase(c)
		})
		list := func(f store.FieldFilter) (got []string) {
			f.Now, f.Limit = now, 10
			owed, again, err := s.Field(t.Context(), f)
			require.NoError(t, err)
			for _, c := range append(owed, again...) {
				got = append(got, c.Code)
			}
			return got
		}
		require.Equal(t, []string{"LATE", "SOON", "LATER", "AGAIN"}, list(store.FieldFilter{Seen: lan, Mine: true}))
		require.Equal(t, []string{"LATE", "SOON", "OTHERS", "LATER", "AGAIN"}, list(store.FieldFilter{Seen: lan}), "a sensitive case is for who has it")
		leader := models.Principal{Email: "chu-tich@example.vn", Role: models.RoleLeader, Unit: "tran-bien"}
		require.Contains(t, list(store.FieldFilter{Seen: leader}), "SECRET")
		require.NotContains(t, list(store.FieldFilter{Seen: leader}), "AFAR")
		require.Empty(t, list(store.FieldFilter{Seen: leader, Mine: true}))
		require.Contains(t, list(store.FieldFilter{Seen: models.Principal{Role: models.RoleInspector}}), "AFAR")
	})
}
