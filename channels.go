package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
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

// channels are the platforms' adapters of the configured accounts. This file
// alone names them.
type channels struct {
	messenger *messenger.Receiver
	zalo      channel.Receiver
	senders   []relay.Channel
	keepers   []func(context.Context) // keep tokens alive
	profiles  map[string]func(context.Context) (string, error)
	missing   map[string]func(context.Context) ([]string, error) // webhook fields that a Page is not subscribed to
	apps      map[string]*messenger.Sender                       // one page of each Messenger app
	log       logrus.FieldLogger
}

// platformClient allows many connections to the few hosts of the platforms:
// the default of two idle ones would open a new one for nearly every send.
func platformClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost, t.MaxIdleConns = 2048, 2048
	return &http.Client{Transport: t, Timeout: 30 * time.Second}
}

func newChannels(cfg *config.Config, st *store.Store, log logrus.FieldLogger, keep bool) *channels {
	c := &channels{
		profiles: map[string]func(context.Context) (string, error){},
		missing:  map[string]func(context.Context) ([]string, error){},
		apps:     map[string]*messenger.Sender{},
		log:      log,
	}
	client := platformClient()
	var pages []messenger.Page
	var accounts []zalo.Account
	for _, ch := range cfg.Channels {
		switch ch.Platform {
		case config.PlatformMessenger:
			page := pageOf(ch)
			pages = append(pages, page)
			c.addPage(ch, messenger.NewSender(page, messenger.Options{
				GraphURL: cfg.Platforms.Messenger.GraphURL, Version: cfg.Platforms.Messenger.Version, HTTP: client,
			}))
		case config.PlatformZalo:
			account := accountOf(ch)
			accounts = append(accounts, account)
			c.addAccount(ch, account, zalo.Options{
				APIURL: cfg.Platforms.Zalo.APIURL, OAuthURL: cfg.Platforms.Zalo.OAuthURL, Alarm: alarm(st, ch.Unit, log),
			}, tokenStore{st, account.Channel()}, keep)
		}
	}
	c.messenger, c.zalo = messenger.NewReceiver(pages), zalo.NewReceiver(accounts)
	return c
}

func (c *channels) addPage(ch config.Channel, s *messenger.Sender) {
	key := channelKey(ch)
	c.senders = append(c.senders, relay.Channel{Key: key, Unit: ch.Unit, Sender: s, Rate: int(ch.Rate)})
	c.profiles[key], c.missing[key], c.apps[ch.AppID] = s.Profile, s.MissingFields, s
}

// talks are the conversations of a user whose id is scoped to an app of ours. An
// app whose answer is a refusal does not know the user; one that cannot be
// reached has to be asked again.
func (c *channels) talks(ctx context.Context, user string) ([]string, error) {
	var talks []string
	for app, s := range c.apps {
		peers, err := s.Peers(ctx, user)
		var f *channel.SendError
		switch {
		case errors.As(err, &f) && !passing(f.Kind):
			c.log.WithFields(logrus.Fields{"app": app, "code": f.Code}).Warn("the platform names no page of who wants to be forgotten")
		case err != nil:
			return nil, err
		}
		for page, peer := range peers {
			talks = append(talks, models.ConversationID(models.ChannelKey(models.Messenger, page), peer))
		}
	}
	slices.Sort(talks)
	return talks, nil
}

// passing reports whether a question that failed so may succeed later.
func passing(k channel.Kind) bool {
	return k == channel.KindTemporary || k == channel.KindThrottled || k == channel.KindUnknown
}

// addAccount adds an Official Account. Only where keep is set may its tokens
// be refreshed: a refresh token is for one use.
func (c *channels) addAccount(ch config.Channel, account zalo.Account, o zalo.Options, pairs tokenStore, keep bool) {
	tokens := zalo.NewTokens(account, pairs, o)
	var source zalo.TokenSource = tokens
	if keep {
		c.keepers = append(c.keepers, tokens.Run)
	} else {
		source = tokens.ReadOnly()
	}
	key, s := channelKey(ch), zalo.NewSender(account, source, o)
	c.senders = append(c.senders, relay.Channel{Key: key, Unit: ch.Unit, Sender: s, Rate: int(ch.Rate)})
	c.profiles[key] = func(ctx context.Context) (string, error) {
		p, err := s.Profile(ctx)
		return p.Name, err
	}
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

// alarm stores what a channel cannot mend itself.
func alarm(st *store.Store, unit string, log logrus.FieldLogger) func(kind, about string) {
	return func(kind, about string) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		err := st.Update(ctx, func(tx *store.Tx) error { return tx.Alarm(kind, unit, about) })
		log.WithField("about", about).WithField("stored", err == nil).Error("a channel needs attention")
	}
}

// tokenStore keeps one Official Account's pair in the store.
type tokenStore struct {
	store   *store.Store
	channel string
}

// Tokens implements zalo.TokenStore.
func (t tokenStore) Tokens(ctx context.Context) (zalo.Pair, error) {
	p, err := t.store.Tokens(ctx, t.channel)
	if errors.Is(err, store.ErrNotFound) {
		return zalo.Pair{}, nil
	}
	return zalo.Pair(p), err
}

// Save implements zalo.TokenStore.
func (t tokenStore) Save(ctx context.Context, p zalo.Pair) error {
	return t.store.SaveTokens(ctx, t.channel, store.TokenPair(p))
}

// Lock implements zalo.TokenStore.
func (t tokenStore) Lock(ctx context.Context, ttl time.Duration) (func(), bool, error) {
	return t.store.Lock(ctx, "tokens "+t.channel, ttl)
}
