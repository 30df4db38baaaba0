package relay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// watched is a world whose channel had traffic on twelve working days before the
// morning that it returns.
func watched(t *testing.T, url string) (*world, *time.Time, *Watch) {
	t.Helper()
	now := time.Date(2026, 11, 26, 10, 10, 0, 0, vietnam())
	w := newWorldAt(t, url, func() time.Time { return now })
	var past []store.Heard
	for day := 1; day <= 30; day++ {
		for hour := 8; hour <= 15; hour++ {
			at := time.Date(2026, 11, 26-day, hour, 30, 0, 0, vietnam())
			past = append(past, store.Heard{Channel: testChannel, Hour: models.HourOf(at), Events: 4, Last: at})
		}
	}
	require.NoError(t, w.store.NoteTraffic(t.Context(), past))
	catalogue, _ := mind()
	watch := NewWatch(WatchDeps{
		Store: w.store, Now: func() time.Time { return now }, Calendar: func() models.Calendar { return catalogue.Deadlines().Calendar },
		Channels: func() []Channel { return []Channel{{Key: testChannel, Unit: "tran-bien", Sender: w.phone}} },
		Removed:  func() []string { return nil },
	})
	return w, &now, watch
}

func TestASilentChannelIsToldOnceUntilTheNextEvent(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w, now, watch := watched(t, url)
		standing := func() []store.Alarm {
			require.NoError(t, watch.Keep(t.Context()))
			list, err := w.store.Standing(t.Context())
			require.NoError(t, err)
			return list
		}
		require.Empty(t, standing(), "right after the start nobody knows")
		*now = now.Add(watchAfter + time.Minute)
		list := standing()
		require.Len(t, list, 1)
		require.Equal(t, store.Alarm{ID: list[0].ID, Kind: store.AlarmSilent, Unit: "tran-bien", Channel: testChannel, About: "15:30 25/11/2026", At: list[0].At}, list[0])
		*now = now.Add(2 * time.Minute)
		require.Len(t, standing(), 1)

		p := &post{}
		d := p.mails(t, w.store, now, store.AlarmSilent, func(string) []string { return []string{"an@example.vn"} })
		d.Channels = "https://gopy.example.vn/console/channels"
		require.NoError(t, d.Tell(t.Context()))
		*now = now.Add(time.Hour)
		require.Len(t, standing(), 1)
		require.NoError(t, d.Tell(t.Context()))
		require.Len(t, p.got, 1, "mailed once")
		require.Contains(t, p.got[0], "15:30 25/11/2026")
		require.Contains(t, p.got[0], testChannel)
		require.Contains(t, p.got[0], "https://gopy.example.vn/console/channels")

		require.NoError(t, w.store.NoteTraffic(t.Context(), []store.Heard{{Channel: testChannel, Hour: models.HourOf(*now), Events: 1, Last: *now}}))
		*now = now.Add(2 * time.Minute)
		require.Empty(t, standing(), "the next event ends it")
	})
}

func TestADeadTokenStandsUntilAMessageGoesOut(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.phone.errs = []error{failure(channel.KindToken)}
		stop := w.send(w.outbox)
		w.queue("7001")
		require.Eventually(t, func() bool {
			list, err := w.store.Standing(t.Context())
			return err == nil && len(list) == 1 && list[0].Kind == store.AlarmToken && list[0].Channel == testChannel
		}, 10*time.Second, 10*time.Millisecond)
		stop()
		states, err := w.store.ChannelStates(t.Context())
		require.NoError(t, err)
		require.Equal(t, string(channel.KindToken), states[testChannel].Failure.Kind, "noted at the end at the latest")

		now := time.Now()
		watch := NewWatch(WatchDeps{
			Store: w.store, Now: func() time.Time { return now }, Calendar: func() models.Calendar { c, _ := mind(); return c.Deadlines().Calendar },
			Channels: func() []Channel { return []Channel{{Key: testChannel}} }, Removed: func() []string { return nil },
		})
		left := func() int {
			now = now.Add(2 * time.Minute)
			require.NoError(t, watch.Keep(t.Context()))
			list, err := w.store.Standing(t.Context())
			require.NoError(t, err)
			return len(list)
		}
		require.Equal(t, 1, left())
		require.NoError(t, w.store.NoteSends(t.Context(), []store.Sends{{Channel: testChannel, Sent: now}}))
		require.Zero(t, left())
	})
}

func TestARemovedChannelIsHandedToPeople(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w, _, watch := watched(t, url)
		w.files("7001", "PA2026-AAAAAA", models.PhanAnh, models.StatusAccepted)
		w.queue("7001", func(it *models.OutboxItem) { it.Case = "PA2026-AAAAAA" })
		require.NoError(t, watch.Keep(t.Context()))
		require.Equal(t, models.OutQueued, w.items()[0].Status)
		watch.Removed = func() []string { return []string{testChannel} }
		require.NoError(t, watch.Keep(t.Context()))
		require.Equal(t, models.OutToCall, w.items()[0].Status)
	})
}

// TestChannelsChangeWhileMessagesAreOnTheWay: what is under way ends with the
// account that began it, the rest goes by the new one, and nothing by one that is
// no more.
func TestChannelsChangeWhileMessagesAreOnTheWay(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.phone.hold = make(chan struct{})
		w.send(w.outbox)
		w.queue("7001")
		second := w.queue("7001", func(it *models.OutboxItem) { it.Text = "sau" })
		w.until(func(items []models.OutboxItem) bool { return items[0].Status == models.OutSending })

		next := newPhone()
		w.outbox.SetChannels([]Channel{{Key: testChannel, Unit: "tran-bien", Sender: next}})
		w.phone.errs = []error{failure(channel.KindUnknown)}
		next.arrived = true // the account that took over is asked what became of it
		close(w.phone.hold)
		w.until(func(items []models.OutboxItem) bool {
			return items[0].Status == models.OutSent && items[1].Status == models.OutSent
		})
		require.Len(t, w.phone.messages(), 1)
		require.Len(t, next.messages(), 1)
		require.Equal(t, second.ID, next.messages()[0].ID)
		require.Positive(t, next.asked)

		w.outbox.SetChannels(nil)
		require.Nil(t, w.outbox.take(testChannel))
		w.queue("7002")
		w.outbox.SetChannels([]Channel{{Key: testChannel, Unit: "tran-bien", Sender: next}})
		w.until(status(models.OutSent))
		require.Len(t, w.phone.messages(), 1)
		require.Len(t, next.messages(), 2)
	})
}

func TestAdmins(t *testing.T) {
	t.Parallel()
	accounts := []store.Account{
		{Email: "a@x.vn", Role: models.RoleAdmin}, {Email: "b@x.vn", Role: models.RoleAdmin, Disabled: true},
		{Email: "c@x.vn", Role: models.RoleAdmin, Unit: "tran-bien"}, {Email: "d@x.vn", Role: models.RoleLeader},
	}
	require.Equal(t, []string{"a@x.vn", "c@x.vn"}, Admins(accounts, "tran-bien"))
	require.Equal(t, []string{"a@x.vn"}, Admins(accounts, ""))
}
