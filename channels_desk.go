package main

import (
	"context"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// channelDesk is what staff do with channels.
type channelDesk struct {
	*channels
	known func(slug string) bool // whether there is such a unit
}

// List implements handlers.ChannelDesk.
func (d channelDesk) List(ctx context.Context) ([]handlers.Channel, error) {
	stored, _, err := d.store.StoredChannels(ctx) // what cannot be read was told when it was left out
	if err != nil {
		return nil, err
	}
	list := make([]handlers.Channel, 0, len(d.named)+len(stored))
	named := map[string]bool{}
	for _, c := range d.named {
		named[channelKey(c)] = true
		list = append(list, handlers.Channel{Stage: models.ChannelActive, Fixed: true, ChannelSettings: models.ChannelSettings{
			Platform: models.Platform(c.Platform), Account: c.Account(), Unit: c.Unit, AppID: c.AppID, Rate: int(c.Rate), Buttons: c.Buttons,
		}})
	}
	for _, s := range stored {
		if s.Stage == models.ChannelRemoved || named[s.Key()] {
			continue
		}
		s.Secrets = models.ChannelSecrets{}
		list = append(list, handlers.Channel{ChannelSettings: s.ChannelSettings, Stage: s.Stage, By: s.By, At: s.At})
	}
	slices.SortFunc(list, func(a, b handlers.Channel) int { return strings.Compare(a.Key(), b.Key()) })
	return list, nil
}

// Stored implements handlers.ChannelDesk.
func (d channelDesk) Stored(ctx context.Context, key string) (models.StoredChannel, error) {
	stored, _, err := d.store.StoredChannels(ctx)
	if err != nil {
		return models.StoredChannel{}, err
	}
	for _, s := range stored {
		if s.Key() == key && s.Stage != models.ChannelRemoved {
			return s, nil
		}
	}
	return models.StoredChannel{}, store.ErrNotFound
}

// find returns the adapters of a channel that runs, or of a draft.
func (d channelDesk) find(ctx context.Context, key string) (*line, error) {
	if l := d.present.Load().lines[key]; l != nil {
		return l, nil
	}
	s, err := d.Stored(ctx, key)
	if err != nil {
		return nil, err
	}
	return d.line(configured(s.ChannelSettings), false), nil
}

// Check implements handlers.ChannelDesk.
func (d channelDesk) Check(ctx context.Context, key string) (models.ChannelCheck, error) {
	l, err := d.find(ctx, key)
	if err != nil {
		return models.ChannelCheck{}, err
	}
	return bounded(ctx, l), nil
}

// Try implements handlers.ChannelDesk.
func (d channelDesk) Try(ctx context.Context, s models.ChannelSettings) models.ChannelCheck {
	return bounded(ctx, d.line(configured(s), false))
}

// bounded asks the platform, but not for long: somebody waits for the page.
func bounded(ctx context.Context, l *line) models.ChannelCheck {
	ctx, cancel := context.WithTimeout(ctx, profileTimeout)
	defer cancel()
	return l.check(ctx)
}

// Faults implements handlers.ChannelDesk.
func (d channelDesk) Faults(ctx context.Context, s models.ChannelSettings, fresh bool) (keys []string, err error) {
	list, err := d.List(ctx)
	if err != nil {
		return nil, err
	}
	var others []config.Channel
	for _, c := range list {
		if fresh || c.Key() != s.Key() {
			others = append(others, configured(c.ChannelSettings))
		}
	}
	for _, fault := range config.CheckChannel(others, configured(s), d.known) {
		keys = append(keys, fault.Key)
	}
	return keys, nil
}

// Subscribe implements handlers.ChannelDesk.
func (d channelDesk) Subscribe(ctx context.Context, key string) error {
	l, err := d.find(ctx, key)
	if err != nil || l.page == nil {
		return err
	}
	return l.page.Subscribe(ctx)
}

// Refresh implements handlers.ChannelDesk.
func (d channelDesk) Refresh(ctx context.Context) error { return d.refresh(ctx) }
