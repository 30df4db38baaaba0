package handlers

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const channelsPath = consolePath + "/channels"

// Channel is an account of a platform as staff see it, without its secrets.
type Channel struct {
	models.ChannelSettings
	Stage models.ChannelStage
	Fixed bool      // the configuration names it: it is changed there only
	By    string    // who changed it in the console last, and when
	At    time.Time // zero of a fixed one
}

// ChannelDesk is what can be done with channels.
type ChannelDesk interface {
	// List returns the channels of the configuration and of the console, those
	// that were taken away excepted, by their keys.
	List(ctx context.Context) ([]Channel, error)
	// Stored returns one of the console's with its secrets. store.ErrNotFound for
	// any other.
	Stored(ctx context.Context, key string) (models.StoredChannel, error)
	// Check asks the platform how a channel does.
	Check(ctx context.Context, key string) (models.ChannelCheck, error)
	// Try asks it by settings that nobody has saved.
	Try(ctx context.Context, s models.ChannelSettings) models.ChannelCheck
	// Faults are the keys of what is wrong with settings, by the rules of the
	// configuration, beside the other channels; "" is that there is such a one
	// already, which a fresh one must not be.
	Faults(ctx context.Context, s models.ChannelSettings, fresh bool) ([]string, error)
	// Subscribe subscribes a Page to what the product lives on.
	Subscribe(ctx context.Context, key string) error
	// Refresh takes up at once what was saved; other processes do within seconds.
	Refresh(ctx context.Context) error
}

// ChannelStore keeps how channels do; *store.Store has it all.
type ChannelStore interface {
	ChannelStates(ctx context.Context) (map[string]store.ChannelState, error)
	Standing(ctx context.Context) ([]store.Alarm, error)
}

// Channels is what the pages of channels are made of.
type Channels struct {
	Desk  ChannelDesk
	Store ChannelStore
}

func (s *server) channelRoutes() {
	if s.Channels.Desk == nil {
		return
	}
	s.page("GET /channels", models.ReadChannels, s.channelsPage)
	s.page("GET /channels/new", models.ManageChannels, s.newChannel)
	s.page("POST /channels/new", models.ManageChannels, s.addChannel)
	s.page("GET /channels/:key", models.ReadChannels, s.channelPage)
	s.page("POST /channels/:key/check", models.ManageChannels, s.checkChannel)
	s.page("POST /channels/:key/subscribe", models.ManageChannels, s.subscribeChannel)
	s.page("GET /channels/:key/edit", models.ManageChannels, s.editChannel)
	s.page("POST /channels/:key/edit", models.ManageChannels, s.changeChannel)
	s.page("POST /channels/:key/start", models.ManageChannels, s.startChannel)
	s.page("POST /channels/:key/remove", models.ManageChannels, s.removeChannel)
}

// channelView is a channel with all that staff are told of it.
type channelView struct {
	Channel
	Name    string // of its unit, "" for the whole province
	State   store.ChannelState
	Alarms  []store.Alarm // that stand
	Address string        // of its page
	Webhook string        // absolute link
	Verify  string        // the token to paste, for who connects the channel
	Ending  bool          // the token dies soon by itself
}

// tokenSoon is how long before its end a token is told to end soon.
const tokenSoon = 14 * 24 * time.Hour

// Word says how the channel does: draft, sealed, token, silent, held, refused,
// missing, owned, ending, or fine.
func (c channelView) Word() string {
	check := c.State.Check
	switch {
	case c.Stage != models.ChannelActive:
		return string(c.Stage)
	case len(c.Alarms) > 0:
		return c.Alarms[len(c.Alarms)-1].Kind
	case !c.State.Hold.Until.IsZero():
		return "held"
	case !check.At.IsZero() && !check.Fine():
		return "refused"
	case len(check.Missing) > 0:
		return "missing"
	case len(check.Owners) > 0:
		return "owned"
	case c.Ending:
		return "ending"
	}
	return "fine"
}

// Renews is when the token pair is renewed next: at half its life.
func (c channelView) Renews() time.Time {
	return c.State.Obtained.Add(c.State.Expires.Sub(c.State.Obtained) / 2)
}

// Token is what is wrong with the token, "" while nothing is.
func (c channelView) Token() string {
	for _, a := range c.Alarms {
		if a.Kind == store.AlarmToken {
			return cmp.Or(a.About, a.Kind)
		}
	}
	return ""
}

// Renew reports whether somebody has to give a new token: the other troubles may
// still pass by themselves.
func (c channelView) Renew() bool {
	return !slices.Contains([]string{"", "token_old", "token_lost", "token_unsaved"}, c.Token())
}

// channelViews are the channels that the visitor may know of, those in trouble
// first.
func (s *server) channelViews(v *visit) ([]channelView, error) {
	ctx := v.Request.Context()
	list, err := s.Channels.Desk.List(ctx)
	if err != nil {
		return nil, err
	}
	states, err := s.Channels.Store.ChannelStates(ctx)
	if err != nil {
		return nil, err
	}
	standing, err := s.Channels.Store.Standing(ctx)
	if err != nil {
		return nil, err
	}
	var views []channelView
	for _, c := range list {
		if !v.who.SeesUnit(c.Unit) {
			continue
		}
		key := c.Key()
		view := channelView{
			Channel: c, State: states[key], Address: channelsPath + "/" + url.PathEscape(key),
			Webhook: s.PublicURL + "/webhooks/" + string(c.Platform),
		}
		if c.Unit != "" {
			view.Name = s.nameOfUnit(c.Unit)
		}
		ends := view.State.Check.Expires
		view.Ending = !ends.IsZero() && ends.Before(s.Now().Add(tokenSoon))
		for _, a := range standing {
			if a.Channel == key {
				view.Alarms = append(view.Alarms, a)
			}
		}
		views = append(views, view)
	}
	slices.SortStableFunc(views, func(a, b channelView) int {
		return cmp.Or(order(a.Word() == "fine", b.Word() == "fine"), cmp.Compare(a.Name, b.Name))
	})
	return views, nil
}

// order puts what is not so before what is.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// channelsData is what the list of channels shows.
type channelsData struct {
	Rows  []channelView
	Proof string // address of the domain proof, "" without one
}

func (s *server) channelsPage(v *visit) error {
	rows, err := s.channelViews(v)
	if err != nil {
		return err
	}
	data := channelsData{Rows: rows}
	if code, file := domainProof(s.DomainProof); file != "" {
		data.Proof = s.PublicURL + "/zalo_verifier" + code + ".html"
	}
	return v.show("channels", data)
}

// channelOf finds the channel of the address, if the visitor may know of it.
func (s *server) channelOf(v *visit) (channelView, error) {
	views, err := s.channelViews(v)
	if err != nil {
		return channelView{}, err
	}
	i := slices.IndexFunc(views, func(c channelView) bool { return c.Key() == v.Param("key") })
	if i < 0 {
		return channelView{}, store.ErrNotFound
	}
	return views[i], nil
}

// channelPage tells all of one channel. Whoever may connect it is shown what to
// paste into the platform's page.
func (s *server) channelPage(v *visit) error {
	c, err := s.channelOf(v)
	if err != nil {
		return err
	}
	if !c.Fixed && c.Platform == models.Messenger && v.who.May(models.ManageChannels) {
		stored, err := s.Channels.Desk.Stored(v.Request.Context(), c.Key())
		if err != nil {
			return err
		}
		c.Verify = stored.Secrets.VerifyToken
	}
	return v.show("channel", c)
}

// checkChannel asks the platform how the channel does and keeps what it says.
func (s *server) checkChannel(v *visit) error {
	c, err := s.channelOf(v)
	if err != nil {
		return err
	}
	if _, err := s.askPlatform(v, c.Key()); err != nil {
		return err
	}
	return v.done(c.Address, "channel-checked")
}

// askPlatform checks a channel, in the audit.
func (s *server) askPlatform(v *visit, key string) (models.ChannelCheck, error) {
	ctx := v.Request.Context()
	check, err := s.Channels.Desk.Check(ctx, key)
	if err != nil {
		return check, err
	}
	err = s.Staff.Update(ctx, func(tx *store.Tx) error {
		if err := tx.SaveCheck(key, check); err != nil {
			return err
		}
		return tx.Audit(v.who, "channel.checked", key, strings.TrimSpace(cmp.Or(check.Kind, "fine")+" "+check.Code))
	})
	return check, err
}

// subscribeChannel subscribes the Page to what is missing, and looks again.
func (s *server) subscribeChannel(v *visit) error {
	c, err := s.channelOf(v)
	if err != nil {
		return err
	}
	done := "channel-subscribed"
	if err := s.Channels.Desk.Subscribe(v.Request.Context(), c.Key()); err != nil {
		s.Log.WithError(err).WithField("channel", c.Key()).Warn("a page was not subscribed")
		done = "channel-unsubscribed"
	}
	err = s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error { return tx.Audit(v.who, "channel.subscribed", c.Key(), done) })
	if err != nil {
		return err
	}
	if _, err := s.askPlatform(v, c.Key()); err != nil {
		return err
	}
	return v.done(c.Address, done)
}

// channelAlarm is an alarm of a channel that stands.
type channelAlarm struct {
	store.Alarm
	Platform models.Platform
	Name     string // of its unit, "" for the whole province
	Address  string // of the channel's page, "" for who may not open it
}

// standing are the alarms of channels that concern the visitor.
func (v *visit) standing() (list []channelAlarm) {
	if v.s.Channels.Store == nil || !v.who.May(models.ActOnCases) && !v.who.May(models.ReadChannels) {
		return nil
	}
	all, err := v.s.Channels.Store.Standing(v.Request.Context())
	if err != nil {
		v.s.Log.WithError(err).Error("look for alarms of channels")
		return nil
	}
	for _, a := range all {
		if !v.who.SeesUnit(a.Unit) {
			continue
		}
		shown := channelAlarm{Alarm: a, Platform: models.PlatformOf(a.Channel)}
		if a.Unit != "" {
			shown.Name = v.s.nameOfUnit(a.Unit)
		}
		if v.who.May(models.ReadChannels) {
			shown.Address = channelsPath + "/" + url.PathEscape(a.Channel)
		}
		list = append(list, shown)
	}
	return list
}
