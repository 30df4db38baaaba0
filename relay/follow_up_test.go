package relay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// TestAResolvedCaseIsLookedAtAgainOnItsDay: who is in charge is reminded when the
// day begins that the citizen was told, unless the result was taken back.
func TestAResolvedCaseIsLookedAtAgainOnItsDay(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		for _, a := range []store.Account{
			{Email: "lan@x.vn", Name: "Lan", Role: models.RoleOfficer, Unit: "tran-bien"},
			{Email: "chu-tich@x.vn", Name: "Minh", Role: models.RoleLeader, Unit: "tran-bien"},
		} {
			require.NoError(t, w.store.SaveAccount(t.Context(), a, "x"))
		}
		o := &office{now: local(t, "2026-11-02 09:00")}
		d := o.keeper(w.store)
		resolve := func(code string, more func(c *models.Case)) {
			o.file(t, w.store, code, models.PhanAnh, o.now, models.StatusAccepted)
			o.keep(t, d)
			require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
				c, err := tx.Case(code)
				require.NoError(t, err)
				before := c.Footing()
				require.NoError(t, c.Move(models.ActResolve, "Lan", o.now, "đã vá tạm", "2026-11-07"))
				if more != nil {
					more(c)
				}
				if code == "PA2026-BACK" {
					require.NoError(t, c.TakeBack(before, "Lan", o.now))
					c.Status = models.StatusResolved // whatever else resolved it
				}
				return tx.SaveCase(c)
			}))
		}
		resolve("PA2026-AGAIN", nil)
		resolve("PA2026-BACK", nil)
		resolve("PA2026-REOPENED", func(c *models.Case) { require.NoError(t, c.Move(models.ActReopen, "Lan", o.now, "", "")) })

		o.now = local(t, "2026-11-08 23:00")
		o.keep(t, d)
		followUps := func() (list []models.Reminder) {
			for _, r := range reminders(t, w.store) {
				if r.Term == models.LimitFollowUp {
					list = append(list, r)
				}
			}
			return list
		}
		require.Empty(t, followUps(), "the seventh is a Saturday, so Monday is meant")
		o.now = local(t, "2026-11-09 07:30")
		o.keep(t, d)
		o.keep(t, d)
		again := followUps()
		require.Len(t, again, 1)
		require.Equal(t, "PA2026-AGAIN", again[0].Case)

		now := time.Now()
		p := &post{}
		require.NoError(t, p.reminding(t, w.store, &now, func(string) bool { return false }).Tell(t.Context()))
		require.Len(t, p.got, 1, "no leader is told: nothing is late")
		require.Contains(t, p.got[0], "lan@x.vn\n")
		require.Contains(t, p.got[0], "1 vụ hẹn kiểm tra lại hôm nay")
		require.Contains(t, p.got[0], "09/11/2026")
		require.Contains(t, p.got[0], "PA2026-AGAIN")
	})
}
