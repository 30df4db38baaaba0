package relay

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// clock is the world's, at a time that the test sets.
func (w *world) clock(now *time.Time) *Clock {
	return NewClock(ClockDeps{
		Store: w.store, Channels: func() []Channel { return []Channel{{Key: testChannel, Sender: w.phone}} }, Log: silent(),
		Now: func() time.Time { return *now },
	})
}

// files stores a case of the citizen.
func (w *world) files(peer, code string, kind models.Kind, status models.Status) {
	w.t.Helper()
	at := time.Now().Add(-time.Hour)
	c := &models.Case{
		Code: code, Unit: "tran-bien", Kind: kind, Status: status, Conversation: models.ConversationID(testChannel, peer),
		Description: "Đường hỏng, gọi Hùng 0900 000 078", Place: "25 Nguyễn Ái Quốc", Contact: models.Contact{Name: "Hùng", Phone: "0900000078"},
		SecretHash: "x", CreatedAt: at, UpdatedAt: at,
		Events: []models.CaseEvent{{At: at, Actor: citizen, Action: models.ActFile, Text: "Hùng thêm ảnh, số 0900000078"}},
	}
	require.NoError(w.t, w.store.Update(w.t.Context(), func(tx *store.Tx) error { return tx.InsertCase(c) }))
}

func (w *world) theCase(code string) *models.Case {
	w.t.Helper()
	c, err := w.store.Case(w.t.Context(), code)
	require.NoError(w.t, err)
	return c
}

func (w *world) erasure(code string) *store.Erasure {
	w.t.Helper()
	e, err := w.store.Erasure(w.t.Context(), code)
	require.NoError(w.t, err)
	return e
}

func TestErasureFromTheChat(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.inbox.Offices.Erasure = "https://gopy.example.vn/xoa-du-lieu/"
		w.says("7001", complaint)
		w.play()
		w.files("7001", "PA2026-OPEN", models.PhanAnh, models.StatusAccepted)
		w.files("7001", "PA2026-ENDED", models.PhanAnh, models.StatusResolved)
		w.files("7001", "PA2026-LAW", models.KhieuNai, models.StatusResolved)
		w.files("7002", "PA2026-OTHER", models.PhanAnh, models.StatusResolved)
		w.staffKeeps("PA2026-ENDED")
		w.says("7001", "xóa dữ liệu của tôi")
		w.play()
		w.tap("7001", "privacy.erase:yes")
		items := w.items()
		last := items[len(items)-1].Text
		_, code, found := strings.Cut(last, w.inbox.Offices.Erasure)
		require.True(t, found, "the receipt says where the state is to be seen: %s", last)
		code = strings.TrimRight(strings.Fields(code)[0], ".")
		require.Contains(t, last, code)

		now := time.Now()
		clock := w.clock(&now)
		clock.Round(t.Context())
		require.True(t, w.erasure(code).DoneAt.IsZero(), "the answers are not sent yet")
		w.send(w.outbox)
		w.until(status(models.OutSent))
		clock.Round(t.Context())
		done := *w.erasure(code)
		require.False(t, done.DoneAt.IsZero())
		require.Equal(t, 2, done.Kept)
		clock.Round(t.Context())
		require.Equal(t, done, *w.erasure(code), "done again is the same")

		w.isForgotten()
		w.says("7001", "xin chào")
		w.play()
		require.Len(t, w.items(), len(items)+1, "the citizen is answered as before")
	})
}

// staffKeeps hides words in a case, which keeps them as they were, begins an answer
// and adds a photo.
func (w *world) staffKeeps(code string) {
	w.t.Helper()
	require.NoError(w.t, w.store.Update(w.t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case(code)
		if err != nil {
			return err
		}
		_, _, fileErr := tx.AddCaseFile(models.CaseFile{ID: "photo", Case: code, Purpose: models.PurposeAfter, Source: "x", Blob: "staff/photo"})
		return errors.Join(fileErr, tx.Hide(c, "thêm ảnh", "Lan"), tx.RewriteCase(c), tx.SaveDraft("lan@example.vn", code, "Gửi bà"))
	}))
}

// isForgotten looks at what TestErasureFromTheChat left.
func (w *world) isForgotten() {
	w.t.Helper()
	for _, it := range w.items() {
		require.NotContains(w.t, it.Text, complaint)
	}
	talk, err := w.store.Conversation(w.t.Context(), models.ConversationID(testChannel, "7001"))
	require.NoError(w.t, err)
	require.NotContains(w.t, talk.State, "ống nước")
	open := w.theCase("PA2026-OPEN")
	require.Equal(w.t, models.Contact{}, open.Contact)
	require.Equal(w.t, "Đường hỏng, gọi ••• •••", open.Description)
	require.Equal(w.t, "••• thêm ảnh, số •••", open.Events[0].Text)
	require.Equal(w.t, talk.ID, open.Conversation, "the answer still finds the citizen")
	ended := w.theCase("PA2026-ENDED")
	files, err := w.store.CaseFiles(w.t.Context(), ended.Code)
	require.NoError(w.t, err)
	require.Empty(w.t, files, "nobody can tell what a photo of staff shows")
	draft, err := w.store.Draft(w.t.Context(), "lan@example.vn", ended.Code)
	require.NoError(w.t, err)
	require.Empty(w.t, draft)
	require.NoError(w.t, w.store.Update(w.t.Context(), func(tx *store.Tx) error {
		require.ErrorIs(w.t, tx.Unhide(ended), store.ErrNotFound, "the words as they were are gone")
		return nil
	}))
	require.Empty(w.t, ended.Conversation)
	require.Empty(w.t, ended.SecretHash)
	require.Equal(w.t, "Đường hỏng, gọi ••• •••", ended.Description)
	law := w.theCase("PA2026-LAW")
	require.Equal(w.t, models.Contact{}, law.Contact)
	require.Equal(w.t, talk.ID, law.Conversation, "the file of a khieu_nai is kept")
	require.Equal(w.t, "0900000078", w.theCase("PA2026-OTHER").Contact.Phone, "nobody else is touched")
}

func TestKeptCaseIsUnlinkedWhenItCanNoLongerBeReopened(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.says("7001", "xin chào")
		w.play()
		w.send(w.outbox)
		w.until(status(models.OutSent))
		w.files("7001", "PA2026-OPEN", models.PhanAnh, models.StatusAccepted)
		talk := models.ConversationID(testChannel, "7001")
		code, err := w.store.StartErasure(t.Context(), "messenger", "7001", talk)
		require.NoError(t, err)
		now := time.Now()
		clock := w.clock(&now)
		clock.Round(t.Context())
		require.Equal(t, 1, w.erasure(code).Kept)
		require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
			c, err := tx.Case("PA2026-OPEN")
			require.NoError(t, err)
			require.NoError(t, c.Move(models.ActResolve, "Lan", now, "xong", ""))
			return tx.SaveCase(c)
		}))
		clock.Round(t.Context())
		require.Equal(t, talk, w.theCase("PA2026-OPEN").Conversation)
		now = now.Add(14 * 24 * time.Hour)
		clock.Round(t.Context())
		require.Equal(t, talk, w.theCase("PA2026-OPEN").Conversation, "it may still be reopened")
		now = now.Add(24*time.Hour + time.Minute)
		clock.Round(t.Context())
		require.Zero(t, w.erasure(code).Kept)
		require.Empty(t, w.theCase("PA2026-OPEN").Conversation)
	})
}

func TestErasureOfAnUnknownConversation(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		scoped, err := w.store.StartErasure(t.Context(), "messenger", "scoped", "")
		require.NoError(t, err)
		gone, err := w.store.StartErasure(t.Context(), "messenger", "9", models.ConversationID(testChannel, "9"))
		require.NoError(t, err)
		now := time.Now()
		w.clock(&now).Round(t.Context())
		require.False(t, w.erasure(scoped).DoneAt.IsZero(), "an app-scoped id that is nobody's is of nobody here")
		require.True(t, w.erasure(scoped).Nothing)
		require.False(t, w.erasure(gone).DoneAt.IsZero())
	})
}

func TestOneProcessErases(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		code, err := w.store.StartErasure(t.Context(), "messenger", "9", models.ConversationID(testChannel, "9"))
		require.NoError(t, err)
		now := time.Now()
		unlock, ok, err := w.store.Lock(t.Context(), "clock erasures", time.Minute)
		require.NoError(t, err)
		require.True(t, ok)
		w.clock(&now).Round(t.Context())
		require.True(t, w.erasure(code).DoneAt.IsZero(), "another is at it")
		unlock()
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() { w.clock(&now).Round(t.Context()) })
		}
		both.Wait()
		require.False(t, w.erasure(code).DoneAt.IsZero())
	})
}

// day is a time of 3 November 2026 in Vietnam.
func day(hour, minute int) time.Time { return time.Date(2026, 11, 3, hour, minute, 0, 0, vietnam()) }

func TestProgressIsToldOnceAWindow(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		acted := func(at time.Time) {
			c := models.Conversation{ID: models.ConversationID(testChannel, "7001"), Channel: testChannel, Peer: "7001", Unit: "tran-bien", LastUserAt: at}
			require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error { return tx.SaveConversations([]models.Conversation{c}) }))
		}
		w.files("7001", "PA2026-OPEN", models.PhanAnh, models.StatusAccepted)
		acted(day(12, 0).AddDate(0, 0, -1))
		now := day(9, 59)
		clock := w.clock(&now)
		clock.Round(t.Context())
		w.play()
		require.Empty(t, w.items(), "more than two hours are left")
		now = day(10, 0)
		clock.Round(t.Context())
		require.Empty(t, w.items(), "windows are looked at once a minute")
		for _, now = range []time.Time{day(10, 1), day(10, 3), day(11, 0)} {
			clock.Round(t.Context())
			w.play()
			items := w.items()
			require.Len(t, items, 1)
			require.Equal(t, "notice.progress", items[0].Key)
			require.Equal(t, "PA2026-OPEN", items[0].Case)
			require.Equal(t, models.PriorityNotice, items[0].Priority)
			require.NotEmpty(t, items[0].Choices, "a tap opens the window anew")
		}
		// The citizen's next act opens the next window, whose notice is its own.
		require.NotEqual(t,
			progressEvent(testChannel, store.Waiting{Case: "PA2026-OPEN", LastUserAt: day(8, 0)}, now).ID,
			progressEvent(testChannel, store.Waiting{Case: "PA2026-OPEN", LastUserAt: day(9, 0)}, now).ID)
	})
}

func TestProgressIsToldByDay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ until, want time.Time }{
		"noon":                {day(12, 0), day(10, 0)},
		"morning":             {day(9, 0), day(7, 0)},
		"early":               {day(8, 59), day(eveningHour, 0).AddDate(0, 0, -1)},
		"midnight":            {day(0, 30), day(eveningHour, 0).AddDate(0, 0, -1)},
		"evening":             {day(22, 59), day(20, 59)},
		"late in the evening": {day(23, 30), day(eveningHour, 0)},
	} {
		got := progressAt(c.until)
		assert.True(t, c.want.Equal(got), "%s: %s", name, got)
		assert.LessOrEqual(t, c.until.Sub(got), progressReach, name)
		assert.True(t, daytime(got), name)
	}
	w := newWorld(t, databases.SQLite(t))
	w.files("7001", "PA2026-OPEN", models.PhanAnh, models.StatusAccepted)
	c := models.Conversation{ID: models.ConversationID(testChannel, "7001"), Channel: testChannel, Peer: "7001", LastUserAt: day(3, 0).AddDate(0, 0, -1)}
	require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error { return tx.SaveConversations([]models.Conversation{c}) }))
	for _, step := range []struct {
		now  time.Time
		told int
	}{
		{day(19, 0).AddDate(0, 0, -1), 0}, {day(1, 0), 0}, {day(20, 30).AddDate(0, 0, -1), 1},
	} {
		now := step.now
		w.clock(&now).Round(t.Context())
		w.play()
		require.Len(t, w.items(), step.told, "%s", now)
	}
}

// post is a mail server that takes mails as the test tells it.
type post struct {
	refuses error
	got     []string
}

func (p *post) duty(t *testing.T, st *store.Store, now *time.Time) *Duty {
	t.Helper()
	return p.mails(t, st, now, store.AlarmDanger, func(string) []string { return []string{"truc@example.vn"} })
}

// mails returns who mails the alarms of a kind.
func (p *post) mails(t *testing.T, st *store.Store, now *time.Time, kind string, to func(unit string) []string) *Duty {
	t.Helper()
	d, err := NewDuty(DutyDeps{
		Kind: kind, To: func(_ context.Context, a store.Alarm) ([]string, error) { return to(a.Unit), nil },
		Store: st, Link: "https://gopy.example.vn/tra-cuu?ma=", Now: func() time.Time { return *now },
		Unit:     func(slug string) string { return "Phường " + slug },
		Category: func(code string) string { return strings.ToUpper(code) },
		Send: func(_ context.Context, to, id, subject, body string) error {
			if p.refuses != nil {
				return p.refuses
			}
			p.got = append(p.got, id+"\n"+to+"\n"+subject+"\n"+body)
			return nil
		},
	})
	require.NoError(t, err)
	return d
}

func TestDutyContactIsToldOfADanger(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		now := time.Now()
		p := &post{refuses: errors.New("away")}
		d := p.duty(t, w.store, &now)
		require.NoError(t, d.Tell(t.Context()), "nothing is to be told")
		w.says("7001", "cháy nhà rồi, nhà số 25 Nguyễn Ái Quốc, gọi 0900000078")
		w.play()
		require.Error(t, d.Tell(t.Context()))
		require.NoError(t, d.Tell(t.Context()), "it waits before it tries again")
		p.refuses = nil
		now = now.Add(dutyWaitMax)
		require.NoError(t, p.duty(t, w.store, &now).Tell(t.Context()), "another process, or this one after its restart")
		require.NoError(t, d.Tell(t.Context()))
		require.Len(t, p.got, 1)
		require.Contains(t, p.got[0], "chay")
		require.Contains(t, p.got[0], "Phường tran-bien")
		require.Contains(t, p.got[0], testChannel)
		for _, word := range []string{"cháy nhà", "Nguyễn", "0900000078", "7001"} {
			require.NotContains(t, p.got[0], word)
		}
	})
}

func TestDutyMailTellsOfManyAndOfNothingOld(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	now, p := time.Now(), &post{}
	for _, code := range []string{"PA2026-A", ""} {
		require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
			return tx.Raise(store.Alarm{Kind: store.AlarmDanger, Unit: "u", About: "ro-gas", Category: "khac", Case: code})
		}))
	}
	later := now.Add(dutyFor + time.Hour)
	require.NoError(t, p.duty(t, w.store, &later).Tell(t.Context()))
	require.Empty(t, p.got)
	require.NoError(t, p.duty(t, w.store, &now).Tell(t.Context()))
	require.Len(t, p.got, 1)
	require.Contains(t, p.got[0], "danger-1-2\n")
	require.Contains(t, p.got[0], "KHAC (ro-gas)")
	require.Contains(t, p.got[0], "https://gopy.example.vn/tra-cuu?ma=PA2026-A")
	require.Equal(t, 1, strings.Count(p.got[0], "https://"))
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	code, err := w.store.StartErasure(t.Context(), "messenger", "9", models.ConversationID(testChannel, "9"))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done, now := make(chan struct{}), time.Now()
	go func() { defer close(done); w.clock(&now).Run(ctx) }()
	require.Eventually(t, func() bool { return !w.erasure(code).DoneAt.IsZero() }, 10*time.Second, 5*time.Millisecond)
	cancel()
	<-done
}

func TestStaff(t *testing.T) {
	t.Parallel()
	now, asked := time.Now(), 0
	var fail error
	accounts := []store.Account{
		{Unit: "tran-bien", Role: models.RoleOfficer},
		{Unit: "bien-hoa", Role: models.RoleViewer},
		{Unit: "tam-hiep", Role: models.RoleLeader, Disabled: true},
	}
	s := NewStaff(func(context.Context) ([]store.Account, error) { asked++; return accounts, fail }, func() time.Time { return now })
	require.True(t, s.Active("tran-bien"))
	require.False(t, s.Active("bien-hoa"), "who only reads serves nobody")
	require.False(t, s.Active("tam-hiep"))
	require.Equal(t, 1, asked)
	now, fail, accounts = now.Add(staffFor), errors.New("down"), nil
	require.True(t, s.Active("tran-bien"), "what was known last counts")
	require.Equal(t, 2, asked)
	down := NewStaff(func(context.Context) ([]store.Account, error) { return nil, fail }, time.Now)
	require.True(t, down.Active("tran-bien"))

	o := newWorld(t, databases.SQLite(t)).inbox.Offices
	talk := models.Conversation{Channel: testChannel}
	require.Empty(t, o.office(talk, "", now).ServedBy)
	o.Staffed = func(string) bool { return false }
	province, _ := o.Units("dong-nai")
	require.Equal(t, province.Name, o.office(talk, "", now).ServedBy)
	talk.Channel = "zalo:province"
	require.Empty(t, o.office(talk, "", now).ServedBy, "the province serves itself")
}
