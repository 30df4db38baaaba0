package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel/zalo"
	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/sandbox"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
)

// deskOn is what staff do with channels, beside both platforms.
func deskOn(t *testing.T, st *store.Store) (channelDesk, *sandbox.Sandbox, string) {
	t.Helper()
	box := sandbox.New(sandbox.Options{
		Pages: []sandbox.Page{{ID: "1", Name: "Trang A", AppID: "2", AppSecret: "s", Token: "T", VerifyToken: "v"}, {ID: "5", Name: "Trang B", AppID: "2", AppSecret: "s", Token: "T5"}},
		OAs:   []sandbox.OA{{ID: "3", Name: "OA", AppID: "4", AppSecret: "s", SecretKey: "k", AccessToken: "AT", RefreshToken: "RT"}},
	})
	front := httptest.NewServer(box.Handler())
	t.Cleanup(func() { box.Close(); front.Close() })
	quiet := logrus.New()
	quiet.SetOutput(io.Discard)
	cfg := &config.Config{
		Platforms: config.Platforms{
			Messenger: config.Messenger{GraphURL: front.URL + sandbox.GraphPath, Version: "v25.0"},
			Zalo:      config.Zalo{APIURL: front.URL + sandbox.ZaloPath, OAuthURL: front.URL + sandbox.OAuthPath},
		},
		Channels: []config.Channel{{Platform: config.PlatformMessenger, PageID: "1", Unit: "tran-bien", AppID: "2", Secret: "s", PageToken: "T", VerifyToken: "v"}},
	}
	c, err := newChannels(t.Context(), cfg, st, quiet, true)
	require.NoError(t, err)
	return channelDesk{c, func(slug string) bool { return slug == "tran-bien" }}, box, front.URL
}

func openedStore(t *testing.T, url string) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), url, store.Options{Migrate: true, SecretKey: []byte(strings.Repeat("k", 32))})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return st
}

func anOA(access, refresh string) models.ChannelSettings {
	return models.ChannelSettings{
		Platform: models.Zalo, Account: "3", Unit: "tran-bien", AppID: "4",
		Secrets: models.ChannelSecrets{App: "s", OAKey: "k", Access: access, Refresh: refresh},
	}
}

func TestThePlatformsAreAskedHowChannelsDo(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		st := openedStore(t, url)
		d, box, base := deskOn(t, st)
		got, err := d.Check(t.Context(), "messenger:1")
		require.NoError(t, err)
		require.Equal(t, models.ChannelCheck{Name: "Trang A", Fields: true, Missing: []string{}}, got)
		_, err = d.Check(t.Context(), "messenger:9")
		require.ErrorIs(t, err, store.ErrNotFound)

		citizen, err := box.Citizen(sandbox.Messenger, "1", "24900000000001")
		require.NoError(t, err)
		citizen.Say("xin chào")
		citizen.StaffTakes()
		got, err = d.Check(t.Context(), "messenger:1")
		require.NoError(t, err)
		require.Equal(t, 1, got.Threads)
		require.Equal(t, []string{"263902037430900"}, got.Owners, "the Page's own inbox holds the talk")
		citizen.StaffReturns()

		unsubscribe(t, base, "T")
		got, err = d.Check(t.Context(), "messenger:1")
		require.NoError(t, err)
		require.Len(t, got.Missing, 7, "the Page is not subscribed at all")
		require.NoError(t, d.Subscribe(t.Context(), "messenger:1"))
		got, err = d.Check(t.Context(), "messenger:1")
		require.NoError(t, err)
		require.Empty(t, got.Missing)

		box.SetFaults(sandbox.Messenger, sandbox.Faults{TokenExpired: true})
		got, err = d.Check(t.Context(), "messenger:1")
		require.NoError(t, err)
		require.Equal(t, []string{"token", "190/463"}, []string{got.Kind, got.Code})
		box.SetFaults(sandbox.Messenger, sandbox.Faults{Down: "503"})
		got, err = d.Check(t.Context(), "messenger:1")
		require.NoError(t, err)
		require.Equal(t, "temporary", got.Kind)

		require.True(t, d.Try(t.Context(), anOA("AT", "RT")).Fine())
		require.Equal(t, "token", d.Try(t.Context(), anOA("wrong", "RT")).Kind)
		require.Zero(t, box.Stats().Refreshes, "a look spends no refresh token")
	})
}

// TestANewPairIsTakenUp: what staff paste wins over the pair that died.
func TestANewPairIsTakenUp(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		st := openedStore(t, url)
		d, _, _ := deskOn(t, st)
		oa := models.StoredChannel{ChannelSettings: anOA("dead", "dead"), Stage: models.ChannelActive, By: "an@example.vn"}
		save(t, st, oa)
		require.NoError(t, d.Refresh(t.Context()))
		old := d.present.Load().lines["zalo:3"]
		require.NoError(t, st.SaveTokens(t.Context(), "zalo:3", store.TokenPair{Access: "dead", Refresh: "dead", ObtainedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour)}))
		check, err := d.Check(t.Context(), "zalo:3")
		require.NoError(t, err)
		require.Equal(t, "token", check.Kind)

		oa.ChannelSettings = anOA("AT", "RT")
		require.True(t, d.Try(t.Context(), oa.ChannelSettings).Fine())
		save(t, st, oa)
		require.NoError(t, d.Refresh(t.Context()))
		require.NotSame(t, old, d.present.Load().lines["zalo:3"])
		check, err = d.Check(t.Context(), "zalo:3")
		require.NoError(t, err)
		require.True(t, check.Fine())
	})
}

func TestChannelsAreCheckedBesideEachOther(t *testing.T) {
	t.Parallel()
	st := openedStore(t, storetest.SQLite(t))
	d, _, _ := deskOn(t, st)
	page := models.ChannelSettings{Platform: models.Messenger, Account: "1", Unit: "tran-bien", AppID: "2", Secrets: models.ChannelSecrets{App: "s", PageToken: "T", VerifyToken: "v"}}
	faults := func(s models.ChannelSettings, fresh bool) []string {
		keys, err := d.Faults(t.Context(), s, fresh)
		require.NoError(t, err)
		return keys
	}
	require.Equal(t, []string{""}, faults(page, true), "the configuration names it")
	page.Account = "5"
	require.Empty(t, faults(page, true))
	save(t, st, models.StoredChannel{ChannelSettings: page, Stage: models.ChannelDraft})
	require.Equal(t, []string{""}, faults(page, true), "a draft counts")
	require.Empty(t, faults(page, false))
	page.Unit, page.Secrets.PageToken = "nowhere", ""
	require.Equal(t, []string{"page_token", "unit"}, faults(page, false))

	list, err := d.List(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 2)
	for _, c := range list {
		require.Zero(t, c.Secrets, "nobody is shown a secret")
	}
	save(t, st, models.StoredChannel{ChannelSettings: page, Stage: models.ChannelRemoved})
	_, err = d.Stored(t.Context(), "messenger:5")
	require.ErrorIs(t, err, store.ErrNotFound)
}

// TestADeadPairStands: what Zalo's keeper tells is an alarm that staff see.
func TestADeadPairStands(t *testing.T) {
	t.Parallel()
	st := openedStore(t, storetest.SQLite(t))
	quiet := logrus.New()
	quiet.SetOutput(io.Discard)
	tell := alarm(st, configured(anOA("AT", "RT")), quiet)
	for _, word := range []string{zalo.AlarmOld, zalo.AlarmGrant} {
		tell("channel", "zalo:3 "+word)
	}
	list, err := st.Standing(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, []string{store.AlarmToken, "tran-bien", "zalo:3", "token"}, []string{list[0].Kind, list[0].Unit, list[0].Channel, list[0].About})
}

func TestTrafficIsWrittenDown(t *testing.T) {
	t.Parallel()
	st := openedStore(t, storetest.SQLite(t))
	tr := newTraffic(st, logrus.New())
	now := time.Now().UTC().Truncate(time.Microsecond)
	tr.heard([]models.Event{{Channel: "zalo:3"}, {Channel: "zalo:3"}, {Channel: "messenger:1"}}, now)
	tr.flush(t.Context())
	tr.heard([]models.Event{{Channel: "zalo:3"}}, now)
	tr.flush(t.Context())
	tr.flush(t.Context())
	got, err := st.Traffic(t.Context(), now.Add(-time.Hour))
	require.NoError(t, err)
	require.Equal(t, 3, got["zalo:3"].Hours[models.HourOf(now)])
	require.Equal(t, now, got["messenger:1"].Last)
}

// unsubscribe takes the Page's subscription away, as another admin of it could.
func unsubscribe(t *testing.T, base, token string) {
	t.Helper()
	proof := hmac.New(sha256.New, []byte("s"))
	proof.Write([]byte(token))
	address := base + sandbox.GraphPath + "/v25.0/1/subscribed_apps?appsecret_proof=" + hex.EncodeToString(proof.Sum(nil))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, address, nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
}
