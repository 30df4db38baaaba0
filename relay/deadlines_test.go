package relay

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// office is a calendar whose days off the test changes, and a clock.
type office struct {
	mu  sync.Mutex
	off []string
	now time.Time
}

func (o *office) deadlines() models.Deadlines {
	o.mu.Lock()
	defer o.mu.Unlock()
	c, err := models.NewCalendar(models.Hours{
		Offset:   7 * time.Hour,
		Weekdays: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		Spans:    []models.Span{{From: 7*time.Hour + 30*time.Minute, To: 11*time.Hour + 30*time.Minute}, {From: 13*time.Hour + 30*time.Minute, To: 17 * time.Hour}},
		DaysOff:  o.off,
	})
	if err != nil {
		panic(err) // the test's own dates
	}
	return models.Deadlines{Calendar: c, Kinds: map[models.Kind]models.Term{models.PhanAnh: {Working: 5}, models.KienNghi: {Working: 10}}}
}

func (o *office) closes(off ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.off = off
}

func (o *office) keeper(st *store.Store) *Deadlines {
	return NewDeadlines(DeadlineDeps{Store: st, Deadlines: o.deadlines, Now: func() time.Time { o.mu.Lock(); defer o.mu.Unlock(); return o.now }})
}

// keep lets a while pass and looks after the due dates.
func (o *office) keep(t *testing.T, d *Deadlines) {
	t.Helper()
	o.mu.Lock()
	o.now = o.now.Add(time.Minute)
	o.mu.Unlock()
	require.NoError(t, d.Keep(t.Context()))
}

// file stores a case as it is filed.
func (o *office) file(t *testing.T, st *store.Store, code string, kind models.Kind, at time.Time, status models.Status) {
	t.Helper()
	c := &models.Case{
		Code: code, Unit: "tran-bien", Kind: kind, Category: "rac-thai", Status: status, CreatedAt: at, UpdatedAt: at, Assignee: "lan@x.vn",
		Events: []models.CaseEvent{{At: at, Actor: citizen, Action: models.ActFile, From: models.StatusNew, To: models.StatusNew}},
	}
	c.Reckon(o.deadlines())
	require.NoError(t, st.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertCase(c) }))
}

func everything() store.DeadlineFilter {
	return store.DeadlineFilter{Seen: models.Principal{Role: models.RoleLeader}}
}

func moves(t *testing.T, st *store.Store) []models.DeadlineMove {
	t.Helper()
	list, _, err := st.DeadlineMoves(t.Context(), everything())
	require.NoError(t, err)
	return list
}

func reminders(t *testing.T, st *store.Store) []models.Reminder {
	t.Helper()
	list, _, err := st.Reminders(t.Context(), everything())
	require.NoError(t, err)
	return list
}

func TestAChangedCalendarMovesOpenCases(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		o := &office{now: local(t, "2026-11-02 09:00")}
		d := o.keeper(w.store)
		monday := o.now
		o.file(t, w.store, "PA2026-OPEN", models.PhanAnh, monday, models.StatusNew)
		o.file(t, w.store, "PA2026-LONG", models.KienNghi, monday, models.StatusAccepted)
		o.file(t, w.store, "PA2026-ENDED", models.PhanAnh, monday, models.StatusResolved)
		o.keep(t, d)
		require.Empty(t, moves(t, w.store), "nothing changed")

		o.closes("2026-11-05") // a Thursday
		o.file(t, w.store, "PA2026-LATER", models.PhanAnh, monday.AddDate(0, 0, 7), models.StatusNew)
		o.keep(t, d)
		o.keep(t, d)
		list := moves(t, w.store)
		require.Len(t, list, 2, "each that the day bears on, once")
		for _, m := range list {
			assert.Equal(t, []models.Rule{{What: "day_off", Key: "2026-11-05", Is: "off"}}, m.Why)
			assert.Equal(t, m.Counted, m.Due)
		}
		c := w.theCase("PA2026-OPEN")
		assert.True(t, c.DueAt.Equal(local(t, "2026-11-10 17:00")), "%v", c.DueAt)
		assert.Equal(t, models.ActDeadline, c.Events[len(c.Events)-1].Action)
		assert.True(t, w.theCase("PA2026-ENDED").DueAt.Equal(local(t, "2026-11-09 17:00")), "what has ended stays")
		assert.Len(t, w.theCase("PA2026-LATER").Events, 1)

		o.closes() // the day is worked after all: the citizen was told the later date
		o.keep(t, d)
		list = moves(t, w.store)
		require.Len(t, list, 4)
		assert.True(t, list[0].Due.Equal(list[0].Was), "what was promised is kept")
		assert.True(t, list[0].Counted.Before(list[0].Due))
		assert.True(t, w.theCase("PA2026-OPEN").DueAt.Equal(local(t, "2026-11-10 17:00")))
		o.keep(t, d)
		require.Len(t, moves(t, w.store), 4)
	})
}

func TestACaseFiledByOldRulesIsCountedAnew(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		o := &office{now: local(t, "2026-11-02 09:00")}
		d := o.keeper(w.store)
		o.keep(t, d)
		o.file(t, w.store, "PA2026-OPEN", models.PhanAnh, o.now, models.StatusNew)
		o.closes("2026-11-05")
		o.keep(t, d) // which never looked at the case before
		require.Len(t, moves(t, w.store), 1)
		assert.True(t, w.theCase("PA2026-OPEN").DueAt.Equal(local(t, "2026-11-10 17:00")))
	})
}

func TestOneProcessMovesADueDate(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		o := &office{now: local(t, "2026-11-02 09:00")}
		first := o.keeper(w.store)
		for i := range deadlineBatch + 7 {
			o.file(t, w.store, fmt.Sprintf("PA2026-%04d", i), models.PhanAnh, o.now, models.StatusNew)
		}
		o.keep(t, first)
		o.closes("2026-11-04")
		o.now = o.now.Add(time.Hour)
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() { assert.NoError(t, o.keeper(w.store).Keep(context.Background())) })
		}
		group.Wait()
		o.keep(t, first)
		f := everything()
		f.Limit = 200
		list, next, err := w.store.DeadlineMoves(t.Context(), f)
		require.NoError(t, err)
		require.Empty(t, next)
		require.Len(t, list, deadlineBatch+7)
	})
}

func TestChangedContentSettlesFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	o := &office{now: local(t, "2026-11-02 09:00")}
	d := o.keeper(w.store)
	o.keep(t, d)
	piece := models.Content{Kind: models.ContentHoliday, Key: "2026-11-05", Body: `{"kind":"holiday","name":"x"}`}
	require.NoError(t, w.store.SaveContent(t.Context(), []models.Content{piece}))
	o.file(t, w.store, "PA2026-OPEN", models.PhanAnh, o.now, models.StatusNew)
	o.keep(t, d)
	codes, err := w.store.StaleClocks(t.Context(), "", 5)
	require.NoError(t, err)
	require.Equal(t, []string{"PA2026-OPEN"}, codes, "another process may not know yet")
	o.keep(t, d)
	require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
		k, err := tx.Clock("PA2026-OPEN")
		assert.True(t, k.Known)
		return err
	}))
}

func TestRemindersComeOncePerStage(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		o := &office{now: local(t, "2026-11-02 07:00")}
		d := o.keeper(w.store)
		o.file(t, w.store, "PA2026-OPEN", models.PhanAnh, o.now, models.StatusAccepted)
		var got []int
		for range 9 * 4 {
			o.now = o.now.Add(6 * time.Hour)
			o.keep(t, d)
			list := reminders(t, w.store)
			require.LessOrEqual(t, len(list), len(got)+1)
			if len(list) > len(got) {
				got = append(got, list[0].Stage)
			}
		}
		require.Equal(t, []int{50, 80, 100}, got)

		require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
			c, err := tx.Case("PA2026-OPEN")
			require.NoError(t, err)
			require.NoError(t, c.Move(models.ActPromise, "Lan", o.now, "thiếu xe", "2026-11-20"))
			return tx.SaveCase(c)
		}))
		o.now = local(t, "2026-11-20 17:00")
		o.keep(t, d)
		list := reminders(t, w.store)
		require.Len(t, list, 4, "the promised date is one more term")
		assert.Equal(t, models.LimitPromise, list[0].Term)
		assert.True(t, list[0].Due.Equal(local(t, "2026-11-20 17:00")))
	})
}

func TestNobodyIsRemindedWhileTheCitizenIsWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	o := &office{now: local(t, "2026-11-02 09:00")}
	d := o.keeper(w.store)
	o.file(t, w.store, "PA2026-WAITS", models.PhanAnh, o.now, models.StatusWaiting)
	o.now = local(t, "2026-12-02 09:00")
	o.keep(t, d)
	require.Empty(t, reminders(t, w.store))
}

// reminding returns who mails reminders to the post.
func (p *post) reminding(t *testing.T, st *store.Store, now *time.Time, refuses func(to string) bool) *Reminders {
	t.Helper()
	m, err := NewReminders(ReminderDeps{
		Store: st, Province: "dong-nai", Link: "https://gopy.example.vn/tra-cuu?ma=", Now: func() time.Time { return *now },
		Unit: func(string) string { return "Phường Trấn Biên" }, Category: func(string) string { return "Rác thải" },
		Send: func(_ context.Context, to, id, subject, body string) error {
			if refuses(to) {
				return errors.New("away")
			}
			p.got = append(p.got, to+"\n"+id+"\n"+subject+"\n"+body)
			return nil
		},
	})
	require.NoError(t, err)
	return m
}

func TestStaffAreMailedWhatFallsDue(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		for _, a := range []store.Account{
			{Email: "lan@x.vn", Name: "Lan", Role: models.RoleOfficer, Unit: "tran-bien"},
			{Email: "chu-tich@x.vn", Name: "Minh", Role: models.RoleLeader, Unit: "tran-bien"},
			{Email: "khac@x.vn", Name: "Khác", Role: models.RoleLeader, Unit: "long-binh"},
		} {
			require.NoError(t, w.store.SaveAccount(t.Context(), a, "x"))
		}
		now := time.Now()
		o := &office{now: now.AddDate(0, 0, -30)}
		o.file(t, w.store, "PA2026-LATE", models.PhanAnh, o.now, models.StatusAccepted)
		o.file(t, w.store, "PA2026-ENDED", models.PhanAnh, o.now, models.StatusResolved)
		require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
			for code, stage := range map[string]int{"PA2026-LATE": 100, "PA2026-ENDED": 80} {
				require.NoError(t, tx.Remind(models.Reminder{Case: code, Since: now, Stage: stage, Due: now}))
			}
			return tx.Remind(models.Reminder{Case: "PA2026-LATE", Since: now, Stage: 80, Due: now})
		}))
		p, away := &post{}, true
		m := p.reminding(t, w.store, &now, func(to string) bool { return away && to == "chu-tich@x.vn" })
		require.Error(t, m.Tell(t.Context()))
		away = false
		require.NoError(t, m.Tell(t.Context()), "too early to try again")
		now = now.Add(dutyWaitMax)
		require.NoError(t, m.Tell(t.Context()))
		now = now.Add(remindPause)
		require.NoError(t, m.Tell(t.Context()))
		var to []string
		for _, mail := range p.got {
			address, rest, _ := strings.Cut(mail, "\n")
			to = append(to, address)
			assert.Contains(t, rest, "PA2026-LATE")
			assert.Contains(t, rest, "Rác thải")
			assert.NotContains(t, rest, "PA2026-ENDED")
		}
		assert.Equal(t, []string{"lan@x.vn", "chu-tich@x.vn", "lan@x.vn"}, to, "who was told may be told twice, nobody is left out")
		assert.Contains(t, p.got[0], "1 vụ đã quá hạn, 1 vụ sắp đến hạn")
		assert.Contains(t, p.got[1], "[Lắng Nghe] 1 vụ đã quá hạn\n", "a leader is told of what is late")
		list := reminders(t, w.store)
		for _, r := range list {
			assert.False(t, r.Mailed.IsZero())
		}
	})
}

func TestWhoAsksWhyItTakesSoLongIsToldWhy(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.says("7001", "xin chào")
		w.play()
		w.files("7001", "PA2026-OPEN", models.PhanAnh, models.StatusInProgress)
		require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
			c, err := tx.Case("PA2026-OPEN")
			require.NoError(t, err)
			c.Reckon(w.inbox.Deadlines())
			require.NoError(t, tx.SaveCase(c))
			talk, err := tx.LockConversation(c.Conversation)
			require.NoError(t, err)
			talk.Case = c.Code
			return tx.SaveConversations([]models.Conversation{*talk})
		}))
		w.says("7001", "sao lâu vậy")
		w.play()
		said := w.last("7001").Text
		require.Contains(t, said, "PA2026-OPEN")
		require.Contains(t, said, "Hạn là 5 ngày làm việc")
	})
}
