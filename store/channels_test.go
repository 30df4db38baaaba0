package store_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
	"github.com/stretchr/testify/require"
)

func key32() []byte { return []byte(strings.Repeat("k", 32)) }

func somePage() models.StoredChannel {
	return models.StoredChannel{Stage: models.ChannelActive, By: "an@example.vn", ChannelSettings: models.ChannelSettings{
		Platform: models.Messenger, Account: "1", Unit: "tran-bien", AppID: "2", Rate: 30,
		Secrets: models.ChannelSecrets{App: "APP-SECRET", PageToken: "PAGE-TOKEN", VerifyToken: "VERIFY-TOKEN"},
	}}
}

// connection is a plain one to the database.
func connection(t *testing.T, url string) *sql.DB {
	t.Helper()
	driver, dsn := "pgx", url
	if file, lite := strings.CutPrefix(url, "sqlite:"); lite {
		driver, dsn = "sqlite", file
	}
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestChannelsKeepTheirSecretsSealed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		s := open(t, url, store.Options{SecretKey: key32()})
		before, err := s.ChannelsRevision(t.Context())
		require.NoError(t, err)
		page := somePage()
		inTx(t, s, func(tx *store.Tx) { require.NoError(t, tx.SaveChannel(page)) })
		list, unread, err := s.StoredChannels(t.Context())
		require.NoError(t, err)
		require.NoError(t, unread)
		require.Len(t, list, 1)
		require.Equal(t, page.ChannelSettings, list[0].ChannelSettings)
		require.Equal(t, page.Stage, list[0].Stage)
		after, err := s.ChannelsRevision(t.Context())
		require.NoError(t, err)
		require.Greater(t, after, before)

		var settings, secrets string
		row := connection(t, url).QueryRowContext(t.Context(), "SELECT settings, secrets FROM channel_settings")
		require.NoError(t, row.Scan(&settings, &secrets))
		for _, secret := range []string{"APP-SECRET", "PAGE-TOKEN", "VERIFY-TOKEN"} {
			require.NotContains(t, settings+secrets, secret)
		}

		inTx(t, s, func(tx *store.Tx) {
			require.ErrorIs(t, tx.SaveChannel(page), store.ErrConflict, "there is one, and it was not seen")
		})
		page.Stage, page.At = models.ChannelRemoved, list[0].At
		require.NoError(t, s.SaveTokens(t.Context(), page.Key(), store.TokenPair{Access: "a"}))
		inTx(t, s, func(tx *store.Tx) { require.NoError(t, tx.SaveChannel(page)) })
		list, _, err = s.StoredChannels(t.Context())
		require.NoError(t, err)
		require.Zero(t, list[0].Secrets)
		page.Stage = models.ChannelActive
		inTx(t, s, func(tx *store.Tx) {
			require.ErrorIs(t, tx.SaveChannel(page), store.ErrConflict, "who was slower brings back none")
		})
		_, err = s.Tokens(t.Context(), page.Key())
		require.ErrorIs(t, err, store.ErrNotFound)
		page.At = time.Time{}
		inTx(t, s, func(tx *store.Tx) { require.NoError(t, tx.SaveChannel(page), "connected anew") })
	})
}

func TestAChannelOfAnotherKeyIsToldApart(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	s := open(t, url, store.Options{SecretKey: key32()})
	inTx(t, s, func(tx *store.Tx) { require.NoError(t, tx.SaveChannel(somePage())) })
	other := open(t, url, store.Options{SecretKey: []byte(strings.Repeat("x", 32))})
	list, unread, err := other.StoredChannels(t.Context())
	require.NoError(t, err)
	require.Error(t, unread)
	require.Len(t, list, 1)
	require.Equal(t, models.ChannelSealed, list[0].Stage)
	require.Equal(t, "tran-bien", list[0].Unit)
	require.Zero(t, list[0].Secrets)
	require.NotContains(t, unread.Error(), "PAGE-TOKEN")
}

func TestTrafficIsCountedByTheHour(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		first, later := at(0), at(0).Add(90*time.Minute)
		note := func(channel string, when time.Time, n int) store.Heard {
			return store.Heard{Channel: channel, Hour: models.HourOf(when), Events: n, Last: when}
		}
		require.NoError(t, s.NoteTraffic(t.Context(), nil))
		require.NoError(t, s.NoteTraffic(t.Context(), []store.Heard{note("zalo:3", first, 2), note("messenger:1", first, 1)}))
		require.NoError(t, s.NoteTraffic(t.Context(), []store.Heard{note("zalo:3", first.Add(time.Second), 3), note("zalo:3", later, 1)}))
		require.NoError(t, s.NoteTraffic(t.Context(), []store.Heard{note("zalo:3", first, 1)}), "another process is later to tell")
		got, err := s.Traffic(t.Context(), first.Add(-time.Hour))
		require.NoError(t, err)
		require.Equal(t, map[int64]int{models.HourOf(first): 6, models.HourOf(later): 1}, got["zalo:3"].Hours)
		require.Equal(t, later, got["zalo:3"].Last)
		require.Equal(t, first, got["messenger:1"].Last)
		require.NoError(t, s.ForgetTraffic(t.Context(), later))
		got, err = s.Traffic(t.Context(), time.Unix(0, 0))
		require.NoError(t, err)
		require.Len(t, got, 1)
	})
}

func TestStandingAlarmsEnd(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		silent := store.Alarm{Kind: store.AlarmSilent, Unit: "tran-bien", Channel: "zalo:3", About: "08:10"}
		stand := func(a store.Alarm) { inTx(t, s, func(tx *store.Tx) { require.NoError(t, tx.Stand(a)) }) }
		stand(silent)
		stand(silent)
		stand(store.Alarm{Kind: store.AlarmToken, Channel: "zalo:3", About: "190"})
		stand(store.Alarm{Kind: store.AlarmToken, Channel: "zalo:3", About: "token_dead"})
		list, err := s.Standing(t.Context())
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.Equal(t, "token_dead", list[1].About, "the latest word counts")
		waiting, err := s.Unmailed(t.Context(), store.AlarmSilent, time.Unix(0, 0), 10)
		require.NoError(t, err)
		require.Len(t, waiting, 1)
		inTx(t, s, func(tx *store.Tx) { require.NoError(t, tx.EndAlarms([]int64{list[0].ID})) })
		waiting, err = s.Unmailed(t.Context(), store.AlarmSilent, time.Unix(0, 0), 10)
		require.NoError(t, err)
		require.Empty(t, waiting, "nobody is mailed of what is over")
		stand(silent)
		list, err = s.Standing(t.Context())
		require.NoError(t, err)
		require.Len(t, list, 2, "the same trouble may come again")
	})
}

func TestTheStateOfChannels(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, now := t.Context(), time.Now().UTC().Truncate(time.Microsecond)
		_, err := s.LeaseChannels(ctx, "me", []string{"zalo:3"}, time.Minute)
		require.NoError(t, err)
		require.NoError(t, s.HoldChannel(ctx, "zalo:3", "send: token -216", now.Add(time.Hour)))
		require.NoError(t, s.NoteTraffic(ctx, []store.Heard{{Channel: "zalo:3", Hour: models.HourOf(now), Events: 1, Last: now}}))
		failure := models.OutboxError{Kind: "token", Code: "-216", Message: "what a platform says may quote somebody"}
		require.NoError(t, s.NoteSends(ctx, []store.Sends{{Channel: "zalo:3", Sent: now, Failed: now, Failure: failure}}))
		require.NoError(t, s.NoteSends(ctx, []store.Sends{{Channel: "zalo:3", Sent: now.Add(-time.Hour), Failed: now.Add(-time.Hour)}}))
		inTx(t, s, func(tx *store.Tx) {
			require.NoError(t, tx.Queue([]*models.OutboxItem{{Conversation: "zalo:3:7", Channel: "zalo:3", Peer: "7", Text: "x"}}, ""))
			require.NoError(t, tx.SaveCheck("zalo:3", models.ChannelCheck{Name: "Phường", Kind: "token"}))
			require.NoError(t, tx.SaveCheck("zalo:3", models.ChannelCheck{Name: "Phường Trấn Biên"}))
		})
		states, err := s.ChannelStates(ctx)
		require.NoError(t, err)
		got := states["zalo:3"]
		require.Equal(t, now, got.Heard)
		require.Equal(t, now, got.Sent)
		require.Equal(t, now, got.Failed)
		require.Equal(t, models.OutboxError{Kind: "token", Code: "-216"}, got.Failure)
		require.Equal(t, "send: token -216", got.Hold.Reason)
		require.Equal(t, 1, got.Queued)
		require.Equal(t, "Phường Trấn Biên", got.Check.Name)
		require.True(t, got.Check.Fine())
	})
}

// TestARemovedChannelLosesNothing: what waits is for people to tell.
func TestARemovedChannelLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		message := func(peer, code string, status models.OutboxStatus) *models.OutboxItem {
			return &models.OutboxItem{Conversation: "zalo:3:" + peer, Channel: "zalo:3", Peer: peer, Case: code, Text: "Đã xong", Status: status}
		}
		items := []*models.OutboxItem{message("1", "PA2026-AAAAAA", ""), message("2", "PA2026-BBBBBB", ""), message("4", "", models.OutSending)}
		other := message("5", "", "")
		other.Channel = "zalo:9"
		inTx(t, s, func(tx *store.Tx) {
			for _, c := range []models.Case{
				{Code: "PA2026-AAAAAA", Unit: "tran-bien", Conversation: "zalo:3:1", Contact: models.Contact{Phone: "0912345678"}},
				{Code: "PA2026-BBBBBB", Unit: "tran-bien", Conversation: "zalo:3:2"},
			} {
				require.NoError(t, tx.InsertCase(&c))
			}
			require.NoError(t, tx.Queue(append(items, other), "me"))
		})
		n, err := s.GiveUpOutbox(ctx, "zalo:3", time.Now().Add(-time.Minute))
		require.NoError(t, err)
		require.EqualValues(t, 2, n, "what is on its way may still arrive")
		n, err = s.GiveUpOutbox(ctx, "zalo:3", time.Now().Add(time.Minute))
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		want := map[int64]models.OutboxStatus{items[0].ID: models.OutToCall, items[1].ID: models.OutFailed, items[2].ID: models.OutFailed, other.ID: models.OutQueued}
		for id, status := range want {
			got, _, err := s.OutboxStatus(ctx, id)
			require.NoError(t, err)
			require.Equal(t, status, got, id)
		}
		calls, _, err := s.Calls(ctx, store.CallFilter{Seen: models.Principal{Role: models.RoleLeader}, Due: time.Now().Add(time.Hour), Page: store.Page{Limit: 10}})
		require.NoError(t, err)
		require.Len(t, calls, 2, "one for each citizen with a case")
	})
}
