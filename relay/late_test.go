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

// lateOffice is staff of a unit and of the province, and a case of which the term
// is over on Monday 2026-11-09 at 17:00.
func lateOffice(t *testing.T, url string) (*world, *office, *Deadlines) {
	t.Helper()
	o := &office{now: local(t, "2026-11-02 09:00")}
	w := newWorldAt(t, url, func() time.Time { return o.now })
	for _, a := range []store.Account{
		{Email: "lan@x.vn", Name: "Lan", Role: models.RoleOfficer, Unit: "tran-bien"},
		{Email: "chief@x.vn", Name: "Minh", Role: models.RoleLeader, Unit: "tran-bien"},
		{Email: "tinh@x.vn", Name: "Tỉnh", Role: models.RoleAdmin},
		{Email: "thanh-tra@x.vn", Name: "Thanh tra", Role: models.RoleInspector},
		{Email: "khac@x.vn", Name: "Khác", Role: models.RoleLeader, Unit: "long-binh"},
		{Email: "nghi@x.vn", Name: "Nghỉ", Role: models.RoleAdmin, Disabled: true},
	} {
		require.NoError(t, w.store.SaveAccount(t.Context(), a, ""))
	}
	d := o.keeper(w.store)
	d.Province, d.Escalate = "dong-nai", 3
	w.says("7001", "xin chào")
	w.play()
	o.file(t, w.store, "PA2026-LATE", models.PhanAnh, o.now, models.StatusAccepted)
	w.edit("PA2026-LATE", func(c *models.Case) { c.Conversation = models.ConversationID(testChannel, "7001") })
	return w, o, d
}

func (w *world) edit(code string, f func(*models.Case)) {
	w.t.Helper()
	require.NoError(w.t, w.store.Update(w.t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case(code)
		require.NoError(w.t, err)
		f(c)
		return tx.SaveCase(c)
	}))
}

// at sets the clock, looks after due dates and plays what comes of it.
func (o *office) at(t *testing.T, w *world, d *Deadlines, when string) []models.Escalation {
	t.Helper()
	o.now = local(t, when)
	o.keep(t, d)
	o.keep(t, d)
	w.play()
	list, _, err := w.store.Escalations(t.Context(), store.DeadlineFilter{Seen: models.Principal{Role: models.RoleInspector}})
	require.NoError(t, err)
	return list
}

// sayings is how often the citizen was told that the case is late.
func (w *world) sayings(peer string) (n int) {
	w.t.Helper()
	for _, it := range w.items() {
		if it.Conversation == models.ConversationID(testChannel, peer) && strings.Contains(it.Text, "quá hạn") {
			n++
		}
	}
	return n
}

// TestALateCaseGoesUp: the unit's leaders, the citizen, the province, each once and
// at their time; a promise stops it, and begins anew when its date passes.
func TestALateCaseGoesUp(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w, o, d := lateOffice(t, url)
		require.Empty(t, o.at(t, w, d, "2026-11-09 16:00"))
		list := o.at(t, w, d, "2026-11-09 17:00")
		require.Len(t, list, 1)
		require.Equal(t, models.EscalateUnit, list[0].Level)
		require.Equal(t, []string{"chief@x.vn"}, list[0].Told)
		require.Zero(t, list[0].Ended)
		require.Zero(t, w.sayings("7001"), "who is in charge is asked first")

		require.Len(t, o.at(t, w, d, "2026-11-10 16:50"), 1)
		require.Zero(t, w.sayings("7001"))
		o.at(t, w, d, "2026-11-10 17:00")
		require.Equal(t, 1, w.sayings("7001"))
		last := w.theCase("PA2026-LATE").Events
		require.Equal(t, models.ActLate, last[len(last)-1].Action)

		require.Len(t, o.at(t, w, d, "2026-11-12 16:00"), 1)
		list = o.at(t, w, d, "2026-11-12 17:00")
		require.Len(t, list, 2)
		require.Equal(t, models.EscalateProvince, list[0].Level)
		require.ElementsMatch(t, []string{"tinh@x.vn", "thanh-tra@x.vn"}, list[0].Told)
		require.Len(t, o.at(t, w, d, "2026-11-13 09:00"), 2)
		require.Equal(t, 1, w.sayings("7001"), "told once")

		w.edit("PA2026-LATE", func(c *models.Case) {
			require.NoError(t, c.Move(models.ActPromise, "Lan", o.now, "thiếu xe", "2026-11-20"))
		})
		for _, e := range o.at(t, w, d, "2026-11-13 10:00") {
			require.NotZero(t, e.Ended, "a date was promised")
		}
		list = o.at(t, w, d, "2026-11-20 17:00")
		require.Len(t, list, 3, "the promised date has passed too")
		require.Equal(t, models.EscalateUnit, list[0].Level)
		require.Zero(t, list[0].Ended)
		o.at(t, w, d, "2026-11-23 17:00")
		require.Equal(t, 2, w.sayings("7001"), "once more, for the date that was promised")

		w.edit("PA2026-LATE", func(c *models.Case) { require.NoError(t, c.Move(models.ActResolve, "Lan", o.now, "xong", "")) })
		list = o.at(t, w, d, "2026-12-04 09:00")
		require.Len(t, list, 3, "what is answered goes no further")
		for _, e := range list {
			require.NotZero(t, e.Ended)
		}
		open, _, err := w.store.Escalations(t.Context(), store.DeadlineFilter{Open: true, Seen: models.Principal{Role: models.RoleInspector}})
		require.NoError(t, err)
		require.Empty(t, open)
	})
}

// TestWhatHasEndedNeverGoesUp: neither a merged nor a withdrawn case does, and
// nobody hears of a term that was over long before it was looked at.
func TestWhatHasEndedNeverGoesUp(t *testing.T) {
	t.Parallel()
	w, o, d := lateOffice(t, databases.SQLite(t))
	o.file(t, w.store, "PA2026-MERGED", models.PhanAnh, o.now, models.StatusNew)
	o.file(t, w.store, "PA2026-WITHDRAWN", models.PhanAnh, o.now, models.StatusNew)
	o.file(t, w.store, "PA2026-ASKED", models.PhanAnh, o.now, models.StatusAccepted)
	w.edit("PA2026-MERGED", func(c *models.Case) {
		require.NoError(t, c.Move(models.ActMerge, "Lan", o.now, "", "PA2026-LATE"))
		c.Conversation = models.ConversationID(testChannel, "7002")
	})
	w.edit("PA2026-WITHDRAWN", func(c *models.Case) { require.NoError(t, c.Move(models.ActWithdraw, citizen, o.now, "", "")) })
	w.edit("PA2026-ASKED", func(c *models.Case) { require.NoError(t, c.Move(models.ActAsk, "Lan", o.now, "ở đâu?", "")) })
	o.file(t, w.store, "PA2026-ANCIENT", models.PhanAnh, o.now.AddDate(0, -2, 0), models.StatusAccepted)
	w.says("7002", "xin chào")
	w.play()
	for _, when := range []string{"2026-11-09 17:00", "2026-11-10 17:00", "2026-11-12 17:00"} {
		for _, e := range o.at(t, w, d, when) {
			require.Equal(t, "PA2026-LATE", e.Case)
		}
	}
	require.Equal(t, 1, w.sayings("7001"))
	require.Equal(t, 1, w.sayings("7002"), "who reported the same hears it too")
}

// TestWhoWasWrittenToIsNotToldByUs: an officer's own words are better.
func TestWhoWasWrittenToIsNotToldByUs(t *testing.T) {
	t.Parallel()
	w, o, d := lateOffice(t, databases.SQLite(t))
	o.at(t, w, d, "2026-11-09 17:00")
	w.edit("PA2026-LATE", func(c *models.Case) {
		require.NoError(t, c.Move(models.ActReply, "Lan", local(t, "2026-11-10 08:00"), "xin lỗi, mai có xe", ""))
	})
	o.at(t, w, d, "2026-11-10 17:00")
	require.Zero(t, w.sayings("7001"))
	require.Len(t, o.at(t, w, d, "2026-11-12 17:00"), 2, "words alone are no answer and no date")

	d.Escalate = 0
	o.file(t, w.store, "PA2026-NEVER", models.PhanAnh, o.now, models.StatusAccepted)
	require.Len(t, o.at(t, w, d, "2026-11-20 17:00"), 3)
	require.Len(t, o.at(t, w, d, "2026-11-27 17:00"), 3, "only to its leaders")
}

// TestASensitiveCaseGoesUpToWhoMayKnowOfIt also when it waited for the citizen
// while it was late.
func TestASensitiveCaseGoesUpToWhoMayKnowOfIt(t *testing.T) {
	t.Parallel()
	w, o, d := lateOffice(t, databases.SQLite(t))
	w.edit("PA2026-LATE", func(c *models.Case) { c.Sensitive = true })
	o.at(t, w, d, "2026-11-09 17:00")
	w.edit("PA2026-LATE", func(c *models.Case) {
		require.NoError(t, c.Move(models.ActAsk, "Lan", local(t, "2026-11-10 08:00"), "ở đâu?", ""))
	})
	require.Len(t, o.at(t, w, d, "2026-11-25 17:00"), 1)
	w.edit("PA2026-LATE", func(c *models.Case) {
		require.NoError(t, c.Move(models.ActAnswer, citizen, local(t, "2026-11-26 08:00"), "ở chợ", ""))
	})
	list := o.at(t, w, d, "2026-11-26 09:00")
	require.Len(t, list, 2, "a question does not stop it for good")
	require.Equal(t, []string{"thanh-tra@x.vn"}, list[0].Told, "not an admin")
}

// alertMails returns who mails alerts to the post.
func (p *post) alertMails(t *testing.T, st *store.Store, now *time.Time) *AlertMails {
	t.Helper()
	m, err := NewAlertMails(AlertMailDeps{
		Store: st, Site: "https://gopy.example.vn", Now: func() time.Time { return *now },
		Unit: func(string) string { return "Phường Trấn Biên" }, Category: func(string) string { return "Rác thải" },
		Send: func(_ context.Context, to, id, subject, body string) error {
			if p.refuses != nil {
				return p.refuses
			}
			p.got = append(p.got, to+"\n"+id+"\n"+subject+"\n"+body)
			return nil
		},
	})
	require.NoError(t, err)
	return m
}

// TestAlertsAreMailedByChoice: one mail of all that waits, not again of the same
// case and kind until it was looked at; a danger at once.
func TestAlertsAreMailedByChoice(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		b := staffed(t, url)
		b.hire("lan@x.vn", models.RoleOfficer, "tran-bien")
		b.hire("xem@x.vn", models.RoleViewer, "tran-bien")
		p := &post{}
		m := p.alertMails(t, b.store, &b.now)
		mailed := func() []string {
			b.tell()
			p.got = nil
			require.NoError(t, m.Tell(t.Context()))
			return p.got
		}
		for _, code := range []string{"PA2026-A", "PA2026-B"} {
			b.files("7001", code, models.PhanAnh, models.StatusAccepted)
			b.act(code, "Minh", models.ActAssign, "", "lan@x.vn")
		}
		got := mailed()
		require.Len(t, got, 1, "of both; of what was not chosen nothing")
		require.Contains(t, got[0], "lan@x.vn\n")
		require.Contains(t, got[0], "Giao cho anh/chị: PA2026-A và 1 việc khác")
		require.Contains(t, got[0], "https://gopy.example.vn/console/cases/PA2026-B")
		require.NotContains(t, got[0], "Hùng")

		b.now = b.now.Add(time.Hour)
		b.act("PA2026-A", "Minh", models.ActAssign, "", "lan@x.vn")
		require.Empty(t, mailed(), "it was told, and not looked at")
		b.do(func(tx *store.Tx) error { return tx.MarkSeen("lan@x.vn", "PA2026-A") })
		b.now = b.now.Add(time.Hour)
		b.act("PA2026-A", "Minh", models.ActAssign, "", "lan@x.vn")
		require.Len(t, mailed(), 1)

		b.do(func(tx *store.Tx) error {
			return tx.ChooseAlerts("lan@x.vn", models.AlertChoice{Mail: []models.AlertKind{models.AlertAnswered, models.AlertMentioned, models.AlertDanger}})
		})
		b.act("PA2026-B", citizen, models.ActAdd, "thêm ảnh", "")
		b.do(func(tx *store.Tx) error { return tx.Mention(b.theCase("PA2026-B"), []string{"lan@x.vn"}) })
		require.Empty(t, mailed(), "the pause")
		b.do(func(tx *store.Tx) error {
			return tx.Raise(store.Alarm{Kind: store.AlarmDanger, Unit: "tran-bien", About: "chay"})
		})
		got = mailed()
		require.Len(t, got, 1)
		require.Contains(t, got[0], "Báo nguy hiểm")
		require.Contains(t, got[0], "gửi thêm: PA2026-B")
		require.NotContains(t, got[0], "ghi chú", "of which there is a mail of its own")

		b.now = b.now.Add(time.Hour)
		p.refuses = errors.New("away")
		b.do(func(tx *store.Tx) error {
			return tx.Raise(store.Alarm{Kind: store.AlarmDanger, Unit: "tran-bien", About: "chay"})
		})
		b.tell()
		require.Error(t, m.Tell(t.Context()))
		p.refuses = nil
		require.Empty(t, mailed(), "too early to try again")
		b.now = b.now.Add(dutyWaitMax)
		require.Len(t, mailed(), 1)
	})
}

// TestTheProvinceIsToldOfAnEscalation whatever it chose.
func TestTheProvinceIsToldOfAnEscalation(t *testing.T) {
	t.Parallel()
	b := staffed(t, databases.SQLite(t))
	admin := b.hire("tinh@x.vn", models.RoleAdmin, "")
	b.hire("lan@x.vn", models.RoleOfficer, "tran-bien")
	b.files("7001", "PA2026-A", models.PhanAnh, models.StatusAccepted)
	b.do(func(tx *store.Tx) error {
		require.NoError(t, tx.ChooseAlerts("tinh@x.vn", models.AlertChoice{}))
		e := models.Escalation{Case: "PA2026-A", Unit: "tran-bien", Since: b.now, Due: b.now, Level: models.EscalateProvince, Told: []string{"tinh@x.vn"}}
		require.NoError(t, tx.Escalate(e))
		return tx.Escalate(e)
	})
	b.tell()
	require.Equal(t, []string{"escalated PA2026-A"}, heard(t, admin))
	p := &post{}
	require.NoError(t, p.alertMails(t, b.store, &b.now).Tell(t.Context()))
	require.Len(t, p.got, 1)
	require.Contains(t, p.got[0], "tinh@x.vn")
}
