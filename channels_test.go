package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
)

// aFleet is the channels of a store and of a configuration that names one Page.
func aFleet(t *testing.T, url string) (*channels, *store.Store) {
	t.Helper()
	st, err := store.Open(t.Context(), url, store.Options{Migrate: true, SecretKey: []byte(strings.Repeat("k", 32))})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return fleetOn(t, st), st
}

func fleetOn(t *testing.T, st *store.Store) *channels {
	t.Helper()
	quiet := logrus.New()
	quiet.SetOutput(io.Discard)
	cfg := &config.Config{Channels: []config.Channel{
		{Platform: config.PlatformMessenger, PageID: "1", Unit: "tran-bien", AppID: "2", Secret: "FILE", PageToken: "T", VerifyToken: "file-verify"},
	}}
	c, err := newChannels(t.Context(), cfg, st, quiet, true)
	require.NoError(t, err)
	return c
}

func consolePage(account string, stage models.ChannelStage) models.StoredChannel {
	return models.StoredChannel{Stage: stage, By: "an@example.vn", ChannelSettings: models.ChannelSettings{
		Platform: models.Messenger, Account: account, Unit: "long-khanh", AppID: "3",
		Secrets: models.ChannelSecrets{App: "CONSOLE", PageToken: "T" + account, VerifyToken: "console-verify-" + account},
	}}
}

func save(t *testing.T, st *store.Store, c models.StoredChannel) {
	t.Helper()
	stored, _, err := st.StoredChannels(t.Context())
	require.NoError(t, err)
	for _, s := range stored {
		if s.Key() == c.Key() {
			c.At = s.At
		}
	}
	require.NoError(t, st.Update(t.Context(), func(tx *store.Tx) error { return tx.SaveChannel(c) }))
}

func keysOf(list []relay.Channel) (keys []string) {
	for _, c := range list {
		keys = append(keys, c.Key)
	}
	return keys
}

// posted is what a signed webhook of a Page brings.
func posted(c *channels, page, secret string) (channel.Received, error) {
	body := `{"object":"page","entry":[{"id":"` + page + `","time":1,"messaging":[{"sender":{"id":"7"},"recipient":{"id":"` + page + `"},"timestamp":1,"message":{"mid":"m1","text":"xin chào"}}]}]}`
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	h := http.Header{"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))}}
	return liveMessenger{c}.Receive(h, []byte(body), time.Now())
}

func TestChannelsOfTheConsoleComeAndGoWithoutARestart(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		c, st := aFleet(t, url)
		other := fleetOn(t, st) // of another process
		var told [][]string
		c.changed = append(c.changed, func(list []relay.Channel) { told = append(told, keysOf(list)) })
		named := c.present.Load().lines["messenger:1"]

		save(t, st, consolePage("5", models.ChannelDraft))
		require.NoError(t, c.refresh(t.Context()))
		require.Equal(t, []string{"messenger:1"}, keysOf(c.senders()))
		require.True(t, liveMessenger{c}.Handshake("console-verify-5"), "the platform's page asks before the channel is started")
		_, err := posted(c, "5", "CONSOLE")
		require.ErrorIs(t, err, channel.ErrSignature, "a draft takes nothing")

		save(t, st, consolePage("5", models.ChannelActive))
		require.NoError(t, c.refresh(t.Context()))
		require.NoError(t, c.refresh(t.Context()), "nothing has changed")
		require.Equal(t, [][]string{{"messenger:1"}, {"messenger:1", "messenger:5"}}, told)
		require.Same(t, named, c.present.Load().lines["messenger:1"], "what stays as it was is not touched")
		got, err := posted(c, "5", "CONSOLE")
		require.NoError(t, err)
		require.Len(t, got.Events, 1)
		require.Equal(t, "long-khanh", c.serves("messenger:5"))
		require.NotNil(t, c.window("messenger:5"))

		require.Nil(t, other.window("messenger:5"))
		require.Equal(t, "long-khanh", other.serves("messenger:5"), "an event of it may be here before the next look")
		require.NotNil(t, other.window("messenger:5"), "the other process takes it up by itself")

		save(t, st, consolePage("5", models.ChannelRemoved))
		require.NoError(t, c.refresh(t.Context()))
		require.Equal(t, []string{"messenger:5"}, c.removed())
		require.Nil(t, c.window("messenger:5"))
		require.Equal(t, "long-khanh", c.serves("messenger:5"), "its conversations still belong to the unit")
		require.False(t, liveMessenger{c}.Handshake("console-verify-5"))
		_, err = posted(c, "5", "CONSOLE")
		require.ErrorIs(t, err, channel.ErrSignature)
		got, err = posted(c, "5", "FILE")
		require.NoError(t, err)
		require.Empty(t, got.Events, "also when another app of ours signs")
	})
}

func TestTheConfigurationGoesBeforeTheConsole(t *testing.T) {
	t.Parallel()
	c, st := aFleet(t, storetest.SQLite(t))
	save(t, st, consolePage("1", models.ChannelActive))
	require.NoError(t, c.refresh(t.Context()))
	require.Equal(t, "tran-bien", c.serves("messenger:1"))
	require.True(t, c.present.Load().lines["messenger:1"].fixed)
	require.False(t, liveMessenger{c}.Handshake("console-verify-1"))
}
