package relay

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// local is a time in Vietnam: "2026-11-03 09:00".
func local(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, vietnam())
	require.NoError(t, err)
	return at
}

// person appends what a member of staff types on the platform.
func (w *world) person(peer string) {
	w.t.Helper()
	e := w.event(peer, "Chào bác")
	e.Kind, e.Person = models.EventEcho, true
	require.NoError(w.t, w.store.Append(w.t.Context(), []models.Event{e}))
	w.play()
}

func (w *world) talkMode(peer string) models.Mode {
	w.t.Helper()
	c, err := w.store.Conversation(w.t.Context(), models.ConversationID(testChannel, peer))
	require.NoError(w.t, err)
	return c.Mode
}

func TestAPersonIsPromisedByTheOfficesHours(t *testing.T) {
	t.Parallel()
	const open, closed = "trong giờ làm việc hôm nay", "Giờ này cán bộ đã về"
	for name, c := range map[string]struct{ at, want, opens string }{
		"in hours":             {"2026-11-03 09:00", open, ""},
		"at lunch":             {"2026-11-03 12:00", closed, "13:30"},
		"in the evening":       {"2026-11-03 19:00", closed, "04/11/2026"},
		"on Friday evening":    {"2026-11-06 17:30", closed, "09/11/2026"},
		"on a holiday":         {"2026-11-24 09:00", closed, "25/11/2026"},
		"on a day swapped off": {"2026-01-02 09:00", closed, "05/01/2026"},
		"on a make-up Sat.":    {"2025-04-26 09:00", open, ""},
		"on another Saturday":  {"2026-11-07 09:00", closed, "09/11/2026"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := local(t, c.at)
			w := newWorldAt(t, databases.SQLite(t), func() time.Time { return at })
			w.says("7001", "cho tôi gặp cán bộ")
			w.play()
			require.Contains(t, w.last("7001").Text, c.want)
			require.Contains(t, w.last("7001").Text, c.opens)
			require.Equal(t, models.ModeWaiting, w.talkMode("7001"))
			alarms, err := w.store.Unmailed(t.Context(), "human", at.Add(-time.Hour), 5)
			require.NoError(t, err)
			require.Len(t, alarms, 1, "it stands in the unit's queue")
			require.Equal(t, "tran-bien", alarms[0].Unit)
		})
	}
}

func TestBotTakesOverAfterEightWorkingHours(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		now := local(t, "2026-11-06 16:00") // Friday: an hour is left, then seven of Monday
		w := newWorldAt(t, url, func() time.Time { return now })
		w.says("7001", "xin chào")
		w.play()
		w.person("7001")
		said := len(w.items())
		for _, quiet := range []string{"2026-11-06 16:30", "2026-11-09 08:00", "2026-11-09 16:29"} {
			now = local(t, quiet)
			w.says("7001", "xin chào")
			w.play()
			require.Len(t, w.items(), said, "a person holds the talk: %s", quiet)
		}
		now = local(t, "2026-11-09 16:31")
		w.play()
		require.Len(t, w.items(), said, "it is said with the citizen's next message")
		w.says("7001", "xin chào")
		w.play()
		require.Len(t, w.items(), said+1)
		require.Contains(t, w.last("7001").Text, "Cán bộ đã trao đổi xong")
		require.Equal(t, models.ModeBot, w.talkMode("7001"))
		w.says("7001", "xin chào")
		w.play()
		require.NotContains(t, w.last("7001").Text, "Cán bộ đã trao đổi xong", "once")
	})
}

func TestAMutedCitizenGetsOneLineADayOutsideHours(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		now := local(t, "2026-11-06 16:50")
		w := newWorldAt(t, url, func() time.Time { return now })
		w.says("7001", "xin chào")
		w.play()
		w.person("7001")
		said := len(w.items())
		for _, c := range []struct {
			at, words string
			more      int
			text      string
		}{
			{"2026-11-06 18:00", "anh ơi còn đó không", 1, "09/11/2026"},
			{"2026-11-06 21:00", "alo", 0, ""},
			{"2026-11-07 08:00", "alo", 1, "Tin của ông/bà vẫn được giữ"},
			{"2026-11-07 08:05", "cháy nhà rồi", 1, "114"},
			{"2026-11-09 07:40", "alo", 0, ""},
		} {
			now = local(t, c.at)
			w.says("7001", c.words)
			w.play()
			said += c.more
			require.Len(t, w.items(), said, c.at)
			if c.more > 0 {
				require.Contains(t, w.last("7001").Text, c.text)
			}
		}
		require.Equal(t, models.ModeHuman, w.talkMode("7001"))
	})
}

func TestAUnitWithoutStaffIsServedByTheProvince(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	accounts := []store.Account{{Email: "a@x.vn", Role: models.RoleOfficer, Unit: "tran-bien", Disabled: true}}
	w.inbox.Offices.Staffed = NewStaff(func(context.Context) ([]store.Account, error) { return accounts, nil }, time.Now).Active
	w.says("7001", "cho tôi gặp cán bộ")
	w.play()
	province, _ := w.inbox.Offices.Units("dong-nai")
	require.Contains(t, w.last("7001").Text, province.Name+" trả lời thay")
}

func TestProgressFollowsTheWindowOfItsPlatform(t *testing.T) {
	t.Parallel()
	for name, window := range map[string]time.Duration{"messenger": 24 * time.Hour, "zalo": 7 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := day(12, 0)
			w := newWorldAt(t, databases.SQLite(t), func() time.Time { return now })
			w.phone.window = window
			w.says("7001", "xin chào")
			w.play()
			w.files("7001", "PA2026-OPEN", models.PhanAnh, models.StatusAccepted)
			clock := w.clock(&now)
			told := func() (n int) {
				clock.Round(t.Context())
				w.play()
				for _, it := range w.items() {
					if it.Key == "notice.progress" {
						n++
					}
				}
				return n
			}
			begun := now
			for _, round := range []int{1, 2} {
				now = begun.Add(window - progressLead - time.Minute)
				require.Equal(t, round-1, told(), "there is time")
				now = begun.Add(window - progressLead + time.Minute)
				require.Equal(t, round, told())
				now = now.Add(time.Hour)
				require.Equal(t, round, told(), "once a window")
				w.tap("7001", "status.show:ok") // which opens the next one
				begun = now
			}
		})
	}
}

func TestAFloodIsSlowedAndLosesNothing(t *testing.T) {
	t.Parallel()
	now := day(9, 0)
	w := newWorldAt(t, databases.SQLite(t), func() time.Time { return now })
	w.says("7001", "rác chất đống trước nhà")
	w.play()
	for i := range 20 { // as the flood's pace has them wait, each longer
		e := w.event("7001", "lần thứ "+string(rune('a'+i)))
		e.Due = now.Add(time.Duration(min(2*i, 10)) * time.Second)
		require.NoError(t, w.store.Append(t.Context(), []models.Event{e}))
		w.play()
		now = now.Add(100 * time.Millisecond)
	}
	require.Less(t, len(w.items()), 5, "it is not answered one by one")
	now = now.Add(time.Minute)
	w.play()
	talk, err := w.store.Conversation(t.Context(), models.ConversationID(testChannel, "7001"))
	require.NoError(t, err)
	for i := range 20 {
		require.Contains(t, talk.State, "lần thứ "+string(rune('a'+i)))
	}
}
