package relay

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// resolves stores a case that was answered so long ago.
func (w *world) resolves(peer, code string, ago time.Duration) {
	w.t.Helper()
	w.files(peer, code, models.PhanAnh, models.StatusInProgress)
	require.NoError(w.t, w.store.Update(w.t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case(code)
		require.NoError(w.t, err)
		require.NoError(w.t, c.Move(models.ActResolve, "Lan", time.Now().Add(-ago), "xong", ""))
		require.NoError(w.t, tx.SaveCase(c))
		talk, err := tx.LockConversation(c.Conversation)
		require.NoError(w.t, err)
		talk.Case = code
		return tx.SaveConversations([]models.Conversation{*talk})
	}))
}

func TestLeaderHearsOfAReopenedCase(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.says("7001", "xin chào")
		w.play()
		w.resolves("7001", "PA2026-DONE", time.Hour)
		w.says("7001", "chưa xong, rác vẫn còn đầy")
		w.play()
		c := w.theCase("PA2026-DONE")
		require.Equal(t, models.StatusInProgress, c.Status)
		require.Equal(t, "high", c.Priority)
		last := c.Events[len(c.Events)-1]
		require.Equal(t, models.ActNotDone, last.Action)
		require.Equal(t, "priority=high", last.Detail)
		require.Contains(t, last.Text, "rác vẫn còn đầy")
		list, _, err := w.store.Cases(t.Context(), store.CaseFilter{
			Priority: "high", Status: "in_progress", Seen: models.Principal{Role: models.RoleLeader, Unit: "tran-bien"}, Page: store.Page{Limit: 5},
		})
		require.NoError(t, err)
		require.Len(t, list, 1)

		now, p := time.Now(), &post{refuses: errors.New("away")}
		leaders := func(string) []string { return []string{"a@tranbien.vn", "b@tranbien.vn"} }
		d := p.mails(t, w.store, &now, store.AlarmReopened, leaders)
		require.Error(t, d.Tell(t.Context()))
		p.refuses = nil
		now = now.Add(dutyWaitMax)
		for range 3 { // the pause over, there is nothing left to tell
			require.NoError(t, d.Tell(t.Context()))
			now = now.Add(dutyPause)
		}
		require.Len(t, p.got, 2, "each leader once")
		for i, to := range leaders("") {
			require.Contains(t, p.got[i], to)
			require.Contains(t, p.got[i], "chưa xong: PA2026-DONE")
			require.NotContains(t, p.got[i], "rác vẫn còn")
		}
	})
}

func TestReopenDaysAreTheConfigurations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		days, ago int
		want      models.Status
	}{
		{0, 14, models.StatusInProgress}, {0, 16, models.StatusResolved},
		{20, 16, models.StatusInProgress}, {3, 4, models.StatusResolved},
	} {
		w := newWorld(t, databases.SQLite(t))
		w.inbox.Offices.ReopenDays = c.days
		w.says("7001", "xin chào")
		w.play()
		w.resolves("7001", "PA2026-DONE", time.Duration(c.ago)*24*time.Hour)
		w.says("7001", "chưa xong")
		w.play()
		require.Equal(t, c.want, w.theCase("PA2026-DONE").Status, "%+v", c)
	}
}

func TestJoinedReporterReopens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	for _, peer := range []string{"7001", "7002"} {
		w.says(peer, "xin chào")
		w.play()
	}
	w.resolves("7001", "PA2026-LEAD", time.Hour)
	w.resolves("7002", "PA2026-JOINED", time.Hour)
	require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case("PA2026-JOINED")
		require.NoError(t, err)
		c.Status, c.MergedInto, c.ResolvedAt = models.StatusMerged, "PA2026-LEAD", time.Time{}
		return tx.SaveCase(c)
	}))
	w.says("7002", "chưa xong")
	w.play()
	require.Equal(t, models.StatusInProgress, w.theCase("PA2026-LEAD").Status)
	require.Equal(t, models.StatusMerged, w.theCase("PA2026-JOINED").Status)
}

func TestMailsOfOneCircleAreOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
		for code, unit := range map[string]string{"PA2026-A": "a", "PA2026-B": "b", "PA2026-C": "c"} {
			require.NoError(t, tx.Raise(store.Alarm{Kind: store.AlarmReopened, Unit: unit, About: code, Case: code}))
		}
		return nil
	}))
	now, p := time.Now(), &post{}
	d := p.mails(t, w.store, &now, store.AlarmReopened, func(unit string) []string {
		return map[string][]string{"a": {"tinh@example.vn"}, "b": {"tinh@example.vn"}}[unit] // c has nobody
	})
	require.NoError(t, d.Tell(t.Context()))
	require.Len(t, p.got, 1)
	require.Equal(t, 2, strings.Count(p.got[0], "Mã: "))
	rest, err := w.store.Unmailed(t.Context(), store.AlarmReopened, now.Add(-time.Hour), 10)
	require.NoError(t, err)
	require.Empty(t, rest, "what nobody can be told of does not wait")
	_, err = NewDuty(DutyDeps{Kind: "parked"})
	require.ErrorContains(t, err, "parked")
	lost := p.mails(t, w.store, &now, store.AlarmReopened, nil)
	lost.To = func(context.Context, store.Alarm) ([]string, error) { return nil, errors.New("down") }
	require.NoError(t, lost.Tell(t.Context()), "nothing waits")
}

func TestLeaders(t *testing.T) {
	t.Parallel()
	accounts := []store.Account{
		{Email: "a@x.vn", Role: models.RoleLeader, Unit: "tran-bien"}, {Email: "b@x.vn", Role: models.RoleLeader, Unit: "tran-bien", Disabled: true},
		{Email: "c@x.vn", Role: models.RoleOfficer, Unit: "bien-hoa"}, {Email: "d@x.vn", Role: models.RoleLeader}, {Email: "e@x.vn", Role: models.RoleLeader, Unit: "dong-nai"},
	}
	require.Equal(t, []string{"a@x.vn"}, Leaders(accounts, "tran-bien", "dong-nai"))
	require.Equal(t, []string{"d@x.vn", "e@x.vn"}, Leaders(accounts, "bien-hoa", "dong-nai"))
	require.Empty(t, Leaders(nil, "bien-hoa", "dong-nai"))
}
