package main

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/channel/messenger"
	"github.com/langnghe/langnghe/channel/zalo"
	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
	"github.com/langnghe/langnghe/store"
)

// channelsWait is how long a channel that was changed in the console may take to
// be so in another process.
const channelsWait = 2 * time.Second

// channels are those that the configuration names and those that were connected
// in the console, as they stand now.
type channels struct {
	builder
	named   []config.Channel // by the configuration
	present atomic.Pointer[fleet]
	changed []func([]relay.Channel) // told of every change after the start

	mu       sync.Mutex // one change at a time
	revision int64      // of the store that present has
	running  context.Context
	keepers  sync.WaitGroup
}

func newChannels(ctx context.Context, cfg *config.Config, st *store.Store, log logrus.FieldLogger, keep bool) (*channels, error) {
	c := &channels{
		builder: builder{platforms: cfg.Platforms, store: st, log: log, keep: keep, client: platformClient()},
		named:   cfg.Channels, revision: -1,
	}
	return c, c.refresh(ctx)
}

// refresh takes up what was changed in the console since the last time, if
// anything was. A channel whose secrets cannot be read is left out and told of.
func (c *channels) refresh(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	revision, err := c.store.ChannelsRevision(ctx)
	if err != nil || revision == c.revision {
		return err
	}
	stored, unread, err := c.store.StoredChannels(ctx)
	if err != nil {
		return err
	}
	if unread != nil {
		c.log.WithError(unread).Error("a channel is left out")
	}
	c.revision = revision
	c.lay(stored)
	return nil
}

// lay puts a new fleet in the place of the present one. Adapters of channels that
// stay as they were are kept.
func (c *channels) lay(stored []models.StoredChannel) {
	before, next := c.present.Load(), &fleet{lines: map[string]*line{}, units: map[string]string{}}
	var drafts []config.Channel
	add := func(ch config.Channel, fixed bool) {
		key := channelKey(ch)
		next.units[key] = ch.Unit
		if before != nil && before.lines[key] != nil && before.lines[key].Channel == ch {
			next.lines[key] = before.lines[key]
			return
		}
		next.lines[key] = c.line(ch, fixed)
	}
	for _, ch := range c.named {
		add(ch, true)
	}
	for _, s := range stored {
		key := s.Key()
		switch {
		case next.lines[key] != nil: // the configuration goes before
		case s.Stage == models.ChannelActive:
			add(configured(s.ChannelSettings), false)
		case s.Stage == models.ChannelDraft:
			next.units[key], drafts = s.Unit, append(drafts, configured(s.ChannelSettings))
		case s.Stage == models.ChannelSealed:
			next.units[key] = s.Unit // what waits for it is held
		default:
			next.units[key], next.removed = s.Unit, append(next.removed, key)
		}
	}
	next.receivers(drafts)
	c.present.Store(next)
	if before != nil {
		c.hand(before, next)
	}
}

// hand passes the work of one fleet to the next.
func (c *channels) hand(before, next *fleet) {
	for key, l := range before.lines {
		if next.lines[key] != l && l.stop != nil {
			l.stop()
		}
	}
	c.startKeepers()
	for _, tell := range c.changed {
		tell(c.senders())
	}
}

// startKeepers keeps the tokens of the lines that are new. The caller holds mu.
func (c *channels) startKeepers() {
	if c.running == nil || c.running.Err() != nil {
		return
	}
	for _, l := range c.present.Load().lines {
		if l.keep == nil || l.stop != nil {
			continue
		}
		ctx, stop := context.WithCancel(c.running)
		l.stop = stop
		c.keepers.Go(func() { l.keep(ctx) })
	}
}

// run keeps tokens alive and takes up changes until ctx ends.
func (c *channels) run(ctx context.Context) {
	c.mu.Lock()
	c.running = ctx
	c.startKeepers()
	c.mu.Unlock()
	tick := time.NewTicker(channelsWait)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			c.keepers.Wait()
			return
		case <-tick.C:
			if err := c.refresh(ctx); err != nil && ctx.Err() == nil {
				c.log.WithError(err).Error("channels are not up to date")
			}
		}
	}
}

// senders are the channels that can be sent through.
func (c *channels) senders() []relay.Channel {
	lines := c.present.Load().lines
	list := make([]relay.Channel, 0, len(lines))
	for _, key := range slices.Sorted(maps.Keys(lines)) {
		list = append(list, lines[key].relay)
	}
	return list
}

func (c *channels) removed() []string { return c.present.Load().removed }

// serves returns the slug of the unit that a channel serves, "" for the province.
// Another process may have taken in the first event of a channel that this one
// does not know yet: then it looks.
func (c *channels) serves(key string) string {
	unit, known := c.present.Load().units[key]
	if known {
		return unit
	}
	ctx, cancel := context.WithTimeout(context.Background(), channelsWait)
	defer cancel()
	if err := c.refresh(ctx); err != nil {
		c.log.WithError(err).Error("a channel that is not known was not looked for")
	}
	return c.present.Load().units[key]
}

// window tells when a channel's citizens can be written to; nil where there is no
// such channel.
func (c *channels) window(key string) handlers.Windower {
	if l := c.present.Load().lines[key]; l != nil {
		return l.relay.Sender
	}
	return nil
}

// liveMessenger is the webhook of the Pages of the moment.
type liveMessenger struct{ *channels }

// Handshake implements handlers.Handshaker.
func (m liveMessenger) Handshake(token string) bool {
	return m.present.Load().messenger.Handshake(token)
}

// Receive implements channel.Receiver.
func (m liveMessenger) Receive(h http.Header, body []byte, now time.Time) (channel.Received, error) {
	return m.present.Load().messenger.Receive(h, body, now)
}

// liveZalo is the webhook of the Official Accounts of the moment.
type liveZalo struct{ *channels }

// Receive implements channel.Receiver.
func (z liveZalo) Receive(h http.Header, body []byte, now time.Time) (channel.Received, error) {
	return z.present.Load().zalo.Receive(h, body, now)
}

// deletion verifies Meta's data deletion request by the secrets of the apps.
func (c *channels) deletion(signed string) (handlers.Deletion, error) {
	var secrets []string
	pages := map[string][]string{} // by their app's secret
	for key, l := range c.present.Load().lines {
		if l.page != nil {
			secret := l.Secret.Reveal()
			secrets = append(secrets, secret)
			pages[secret] = append(pages[secret], key)
		}
	}
	user, secret, err := messenger.ParseSignedRequest(secrets, signed)
	if err != nil {
		return handlers.Deletion{}, err
	}
	return handlers.Deletion{Subject: user, Channels: pages[secret]}, nil
}

// talks are the conversations of a user whose id is scoped to an app of ours. An
// app whose answer is a refusal does not know the user; one that cannot be
// reached has to be asked again.
func (c *channels) talks(ctx context.Context, user string) ([]string, error) {
	apps := map[string]*messenger.Sender{} // one page of each
	for _, l := range c.present.Load().lines {
		if l.page != nil {
			apps[l.AppID] = l.page
		}
	}
	var talks []string
	for app, s := range apps {
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
