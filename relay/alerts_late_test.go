package relay

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// TestWhoMayNoLongerKnowIsNotTold: a night lies between an alert and its message, in
// which a case became sensitive, and an account was disabled or went to another unit.
func TestWhoMayNoLongerKnowIsNotTold(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		b := staffed(t, url)
		lan := b.hire("lan@x.vn", models.RoleOfficer, "tran-bien")
		left := b.hire("left@x.vn", models.RoleOfficer, "tran-bien")
		moved := b.hire("moved@x.vn", models.RoleOfficer, "tran-bien")
		for _, email := range []string{"lan@x.vn", "left@x.vn", "moved@x.vn"} {
			b.do(func(tx *store.Tx) error {
				return tx.ChooseAlerts(email, models.AlertChoice{Push: models.AlertKinds, Mail: models.AlertKinds, Quiet: true})
			})
		}
		b.now = local(t, "2026-11-03 20:00")
		b.files("7001", "PA2026-A", models.PhanAnh, models.StatusNew)
		b.files("7002", "PA2026-SECRET", models.PhanAnh, models.StatusNew)
		b.tell()
		b.do(func(tx *store.Tx) error {
			c, err := tx.Case("PA2026-SECRET")
			require.NoError(t, err)
			c.Sensitive = true
			return tx.SaveCase(c)
		})
		require.NoError(t, b.store.SaveAccount(t.Context(), store.Account{Email: "left@x.vn", Name: "left", Role: models.RoleOfficer, Unit: "tran-bien", Disabled: true}, ""))
		require.NoError(t, b.store.SaveAccount(t.Context(), store.Account{Email: "moved@x.vn", Name: "moved", Role: models.RoleOfficer, Unit: "bien-hoa"}, ""))

		mailed := map[string]string{}
		m, err := NewAlertMails(AlertMailDeps{
			Store: b.store, Unit: func(string) string { return "" }, Category: func(string) string { return "" }, Now: func() time.Time { return b.now },
			Send: func(_ context.Context, to, _, subject, body string) error { mailed[to] += subject + body; return nil },
		})
		require.NoError(t, err)
		require.NoError(t, m.Tell(t.Context()))
		require.Len(t, mailed, 1)
		require.Contains(t, mailed["lan@x.vn"], "PA2026-A")
		require.NotContains(t, mailed["lan@x.vn"], "PA2026-SECRET")

		b.now = local(t, "2026-11-04 08:00")
		b.tell()
		require.Equal(t, []string{"new PA2026-A"}, heard(t, lan))
		require.Empty(t, left.Got())
		require.Empty(t, moved.Got())
	})
}

// TestNamesakesAreBothTold: two officers of one name are two people.
func TestNamesakesAreBothTold(t *testing.T) {
	t.Parallel()
	b := staffed(t, databases.SQLite(t))
	first := b.hire("lan@x.vn", models.RoleOfficer, "tran-bien")
	b.hire("lan@y.vn", models.RoleOfficer, "bien-hoa")
	b.files("7001", "PA2026-A", models.PhanAnh, models.StatusAccepted)
	b.act("PA2026-A", "lan", models.ActAssign, "", "lan@x.vn") // by the other one, say
	b.tell()
	require.Contains(t, heard(t, first), "assigned PA2026-A")
}

// TestADeadMailboxKeepsNobodyWaiting: more lines wait for it than one round takes.
func TestADeadMailboxKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		b := staffed(t, url)
		b.hire("dead@x.vn", models.RoleOfficer, "tran-bien")
		b.hire("lan@x.vn", models.RoleOfficer, "tran-bien")
		b.do(func(tx *store.Tx) error {
			for i := range alertMailBatch + 1 {
				if err := tx.MailAlert(models.AlertMail{Email: "dead@x.vn", Kind: models.AlertPerson, About: fmt.Sprint(i)}); err != nil {
					return err
				}
			}
			return nil
		})
		b.now = b.now.Add(time.Minute)
		b.do(func(tx *store.Tx) error {
			return tx.MailAlert(models.AlertMail{Email: "lan@x.vn", Kind: models.AlertPerson, About: "1"})
		})
		told := 0
		m, err := NewAlertMails(AlertMailDeps{
			Store: b.store, Unit: func(string) string { return "" }, Category: func(string) string { return "" }, Now: func() time.Time { return b.now },
			Send: func(_ context.Context, to, _, _, _ string) error {
				if to == "dead@x.vn" {
					return fmt.Errorf("550 no such mailbox")
				}
				told++
				return nil
			},
		})
		require.NoError(t, err)
		require.Error(t, m.Tell(t.Context()))
		require.Equal(t, 1, told)
	})
}

// TestWhoWentToAnotherUnitIsNotReminded: the case is its leaders' then.
func TestWhoWentToAnotherUnitIsNotReminded(t *testing.T) {
	t.Parallel()
	accounts := []store.Account{
		{Email: "lan@x.vn", Role: models.RoleOfficer, Unit: "tran-bien"}, {Email: "chief@x.vn", Role: models.RoleLeader, Unit: "tran-bien"},
	}
	r := models.Reminder{Case: "PA2026-A", Unit: "tran-bien", Assignee: "lan@x.vn", Stage: 50}
	require.Equal(t, []string{"lan@x.vn"}, remindedOf(r, accounts, "dong-nai"))
	accounts[0].Unit = "bien-hoa"
	require.Equal(t, []string{"chief@x.vn"}, remindedOf(r, accounts, "dong-nai"))
}
