package main

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/channel/messenger"
	"github.com/langnghe/langnghe/channel/zalo"
	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
	"github.com/langnghe/langnghe/store"
)

// line is one channel with its platform's adapters.
type line struct {
	config.Channel
	fixed bool // the configuration names it, so that nobody changes it in the console
	relay relay.Channel
	// check asks the platform how the channel does, and spends no refresh token.
	check func(context.Context) models.ChannelCheck
	page  *messenger.Sender     // nil on other platforms
	keep  func(context.Context) // keeps the tokens alive; nil where there is nothing to keep
	stop  context.CancelFunc    // ends keep; nil before it began
}

// fleet is all channels as they stand. It never changes: channels puts another in
// its place.
type fleet struct {
	lines     map[string]*line // by channel key
	messenger *messenger.Receiver
	zalo      channel.Receiver
	units     map[string]string // slug by channel key, of those that were taken away too
	removed   []string          // keys
}

// builder makes lines.
type builder struct {
	platforms config.Platforms
	store     *store.Store
	log       logrus.FieldLogger
	keep      bool // tokens may be renewed here
	client    *http.Client
}

// platformClient allows many connections to the few hosts of the platforms:
// the default of two idle ones would open a new one for nearly every send.
func platformClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost, t.MaxIdleConns = 2048, 2048
	return &http.Client{Transport: t, Timeout: 30 * time.Second}
}

func (b builder) line(ch config.Channel, fixed bool) *line {
	l := &line{Channel: ch, fixed: fixed, relay: relay.Channel{Key: channelKey(ch), Unit: ch.Unit, Rate: int(ch.Rate)}}
	if ch.Platform == config.PlatformMessenger {
		l.page = messenger.NewSender(pageOf(ch), messenger.Options{
			GraphURL: b.platforms.Messenger.GraphURL, Version: b.platforms.Messenger.Version, HTTP: b.client,
		})
		l.relay.Sender, l.check = l.page, l.page.Check
		return l
	}
	account := accountOf(ch)
	o := zalo.Options{APIURL: b.platforms.Zalo.APIURL, OAuthURL: b.platforms.Zalo.OAuthURL, TemplateURL: b.platforms.Zalo.TemplateURL, Alarm: alarm(b.store, ch, b.log)}
	tokens := zalo.NewTokens(account, tokenStore{b.store, account.Channel()}, o)
	look := zalo.NewSender(account, tokens.ReadOnly(), o)
	l.relay.Sender, l.check = look, look.Check
	if b.keep { // a refresh token is for one use
		l.relay.Sender, l.keep = zalo.NewSender(account, tokens, o), tokens.Run
	}
	return l
}

// receivers lets the fleet take in what its channels and, for the handshake alone,
// the drafts get.
func (f *fleet) receivers(drafts []config.Channel) {
	var pages []messenger.Page
	var accounts []zalo.Account
	for _, l := range f.lines {
		if l.page != nil {
			pages = append(pages, pageOf(l.Channel))
		} else {
			accounts = append(accounts, accountOf(l.Channel))
		}
	}
	for _, d := range drafts {
		if d.Platform == config.PlatformMessenger {
			pages = append(pages, messenger.Page{PageID: d.PageID, VerifyToken: d.VerifyToken.Reveal()})
		}
	}
	f.messenger, f.zalo = messenger.NewReceiver(pages), zalo.NewReceiver(accounts)
}

func channelKey(c config.Channel) string {
	return models.ChannelKey(models.Platform(c.Platform), c.Account())
}

func pageOf(c config.Channel) messenger.Page {
	return messenger.Page{
		PageID: c.PageID, AppID: c.AppID, AppSecret: c.Secret.Reveal(),
		PageToken: c.PageToken.Reveal(), VerifyToken: c.VerifyToken.Reveal(),
	}
}

func accountOf(c config.Channel) zalo.Account {
	return zalo.Account{
		Unit: c.Unit, OAID: c.OAID, AppID: c.AppID, AppSecret: c.Secret.Reveal(), OASecretKey: c.OASecretKey.Reveal(),
		AccessToken: c.AccessToken.Reveal(), RefreshToken: c.RefreshToken.Reveal(), Buttons: c.Buttons,
	}
}

// configured is a channel of the console as the configuration would name it.
func configured(s models.ChannelSettings) config.Channel {
	c := config.Channel{
		Platform: string(s.Platform), Unit: s.Unit, AppID: s.AppID, Secret: config.Secret(s.Secrets.App), Rate: config.PerMinute(s.Rate), Buttons: s.Buttons,
		PageToken: config.Secret(s.Secrets.PageToken), VerifyToken: config.Secret(s.Secrets.VerifyToken),
		OASecretKey: config.Secret(s.Secrets.OAKey), AccessToken: config.Secret(s.Secrets.Access), RefreshToken: config.Secret(s.Secrets.Refresh),
	}
	if c.Platform == config.PlatformZalo {
		c.OAID = s.Account
	} else {
		c.PageID = s.Account
	}
	return c
}

// alarm stores what a channel cannot mend itself. A token that cannot be renewed
// stands until it can.
func alarm(st *store.Store, ch config.Channel, log logrus.FieldLogger) func(kind, about string) {
	return func(kind, about string) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		a := store.Alarm{Kind: kind, Unit: ch.Unit, About: about, Channel: channelKey(ch)}
		err := st.Update(ctx, func(tx *store.Tx) error {
			if err := tx.Raise(a); err != nil {
				return err
			}
			if a.Kind, a.About = store.AlarmToken, strings.TrimPrefix(about, a.Channel+" "); a.About == zalo.AlarmGrant {
				a.About = "token" // as the sends that fail by it call it
			}
			return tx.Stand(a)
		})
		log.WithField("about", about).WithField("stored", err == nil).Error("a channel needs attention")
	}
}
