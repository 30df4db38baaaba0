package handlers

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// channelForm is the form of a channel. It never holds a secret: a page that is
// shown again asks for what was typed anew.
type channelForm struct {
	models.ChannelSettings
	RateText string
	Stage    models.ChannelStage // "" of a new one
	Address  string              // where the form is sent
	Units    []Named
	Bound    string               // unit of who is bound to one
	Faults   []string             // keys
	Check    *models.ChannelCheck // that refused what was typed
	Has      map[string]bool      // secrets that are kept unless others are given
}

// Wrong reports whether something is wrong with the field.
func (f channelForm) Wrong(key string) bool { return slices.Contains(f.Faults, key) }

// AccountField is the name of the account's field, as the configuration has it.
func (f channelForm) AccountField() string {
	if f.Platform == models.Zalo {
		return "oa_id"
	}
	return "page_id"
}

// secretField is a secret of the form.
type secretField struct {
	key string
	of  func(*models.ChannelSecrets) *string
}

// secretFields are those of each platform, as the configuration names them. The
// verify token is not among them: the product makes it.
func secretFields(p models.Platform) []secretField {
	app := secretField{"app_secret", func(s *models.ChannelSecrets) *string { return &s.App }}
	if p == models.Zalo {
		return []secretField{
			app, {"oa_secret_key", func(s *models.ChannelSecrets) *string { return &s.OAKey }},
			{"access_token", func(s *models.ChannelSecrets) *string { return &s.Access }},
			{"refresh_token", func(s *models.ChannelSecrets) *string { return &s.Refresh }},
		}
	}
	return []secretField{app, {"page_token", func(s *models.ChannelSecrets) *string { return &s.PageToken }}}
}

// Secrets are the names of the secrets that the form asks for.
func (f channelForm) SecretFields() (names []string) {
	for _, field := range secretFields(f.Platform) {
		names = append(names, field.key)
	}
	return names
}

// readChannel takes over what was typed. Secrets that were left empty stay.
func (f *channelForm) readChannel(v *visit) {
	typed := func(name string) string { return strings.TrimSpace(v.PostForm(name)) }
	f.Unit, f.AppID, f.Buttons, f.RateText = typed("unit"), typed("app_id"), f.Platform == models.Zalo && typed("buttons") != "", typed("rate")
	if f.Stage == "" {
		f.Account = typed(f.AccountField())
	}
	var err error
	if f.Rate, err = strconv.Atoi(f.RateText); f.RateText != "" && (err != nil || f.Rate < 0 || f.Rate > rateMost) {
		f.Faults = append(f.Faults, "rate")
	}
	for _, field := range secretFields(f.Platform) {
		if given := typed(field.key); given != "" {
			*field.of(&f.ChannelSettings.Secrets) = given
		}
	}
	if f.Platform == models.Messenger && f.ChannelSettings.Secrets.VerifyToken == "" {
		f.ChannelSettings.Secrets.VerifyToken = rand.Text()
	}
}

// rateMost is more messages a minute than any platform takes.
const rateMost = 100_000

// show renders the form without its secrets.
func (s *server) showChannelForm(v *visit, status int, f channelForm) error {
	f.Has = map[string]bool{}
	if f.Stage != "" {
		for _, field := range secretFields(f.Platform) {
			f.Has[field.key] = *field.of(&f.ChannelSettings.Secrets) != ""
		}
	}
	f.ChannelSettings.Secrets = models.ChannelSecrets{}
	if f.Bound = v.who.Unit; s.Choices != nil {
		f.Units = s.Choices().Units
	}
	problem := ""
	if len(f.Faults) > 0 || f.Check != nil {
		problem = "invalid"
	}
	return v.refuse(status, "connect", problem, f)
}

// newChannel shows the empty form of a platform.
func (s *server) newChannel(v *visit) error {
	f := channelForm{Address: channelsPath + "/new"}
	if f.Platform = models.Messenger; v.Query("platform") == string(models.Zalo) {
		f.Platform = models.Zalo
	}
	f.Unit = v.who.Unit
	return s.showChannelForm(v, http.StatusOK, f)
}

// addChannel saves a draft: it answers the platform's handshake, and takes and
// sends nothing before it is started.
func (s *server) addChannel(v *visit) error {
	f := channelForm{Address: channelsPath + "/new"}
	if f.Platform = models.Platform(v.PostForm("platform")); f.Platform != models.Zalo {
		f.Platform = models.Messenger
	}
	f.readChannel(v)
	if err := s.faultsOf(v, &f); err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return s.showChannelForm(v, http.StatusUnprocessableEntity, f)
	}
	draft := models.StoredChannel{ChannelSettings: f.ChannelSettings, Stage: models.ChannelDraft, By: v.who.Email}
	if err := s.saveChannel(v, draft, "channel.added", ""); err != nil {
		return err
	}
	if _, err := s.askPlatform(v, draft.Key()); err != nil {
		return err
	}
	return v.done(channelsPath+"/"+draft.Key(), "channel-drafted")
}

// faultsOf checks the form by the rules of the configuration, and that the visitor
// may have a channel of that unit.
func (s *server) faultsOf(v *visit, f *channelForm) error {
	found, err := s.Channels.Desk.Faults(v.Request.Context(), f.ChannelSettings, f.Stage == "")
	f.Faults = append(f.Faults, found...)
	if !v.who.SeesUnit(f.Unit) {
		f.Faults = append(f.Faults, "unit")
	}
	return err
}

// saveChannel stores a channel, in the audit, and takes it up at once.
func (s *server) saveChannel(v *visit, c models.StoredChannel, action, detail string) error {
	ctx := v.Request.Context()
	err := s.Staff.Update(ctx, func(tx *store.Tx) error {
		if err := tx.SaveChannel(c); err != nil {
			return err
		}
		return tx.Audit(v.who, action, c.Key(), detail)
	})
	if err != nil {
		return err
	}
	return s.Channels.Desk.Refresh(ctx)
}

// ownChannel is the channel of the address with its secrets, if the console may
// change it.
func (s *server) ownChannel(v *visit) (channelView, models.StoredChannel, error) {
	c, err := s.channelOf(v)
	if err == nil && c.Fixed {
		err = store.ErrConflict
	}
	if err != nil {
		return c, models.StoredChannel{}, err
	}
	stored, err := s.Channels.Desk.Stored(v.Request.Context(), c.Key())
	return c, stored, err
}

func formOf(c channelView, stored models.StoredChannel) channelForm {
	f := channelForm{ChannelSettings: stored.ChannelSettings, Stage: stored.Stage, Address: c.Address + "/edit"}
	if f.Rate > 0 {
		f.RateText = strconv.Itoa(f.Rate)
	}
	return f
}

func (s *server) editChannel(v *visit) error {
	c, stored, err := s.ownChannel(v)
	if err != nil {
		return err
	}
	return s.showChannelForm(v, http.StatusOK, formOf(c, stored))
}

// changeChannel saves what was changed. Of a channel that runs the platform must
// take what it is reached with first.
func (s *server) changeChannel(v *visit) error {
	c, stored, err := s.ownChannel(v)
	if err != nil {
		return err
	}
	f := formOf(c, stored)
	f.readChannel(v)
	if err := s.faultsOf(v, &f); err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return s.showChannelForm(v, http.StatusUnprocessableEntity, f)
	}
	changed := changedKeys(stored.ChannelSettings, f.ChannelSettings)
	if stored.Stage == models.ChannelActive && reachedAnew(changed) {
		if check := s.Channels.Desk.Try(v.Request.Context(), f.ChannelSettings); !check.Fine() {
			f.Check = &check
			return s.showChannelForm(v, http.StatusUnprocessableEntity, f)
		}
	}
	if stored.ChannelSettings, stored.By = f.ChannelSettings, v.who.Email; stored.Stage == models.ChannelSealed {
		stored.Stage = models.ChannelDraft
	}
	if err := s.saveChannel(v, stored, "channel.changed", strings.Join(changed, " ")); err != nil {
		return err
	}
	if _, err := s.askPlatform(v, stored.Key()); err != nil {
		return err
	}
	return v.done(c.Address, "saved")
}

// changedKeys names what differs, and tells no secret.
func changedKeys(was, is models.ChannelSettings) (keys []string) {
	for key, differs := range map[string]bool{"unit": was.Unit != is.Unit, "app_id": was.AppID != is.AppID, "rate": was.Rate != is.Rate, "buttons": was.Buttons != is.Buttons} {
		if differs {
			keys = append(keys, key)
		}
	}
	for _, field := range secretFields(is.Platform) {
		if *field.of(&was.Secrets) != *field.of(&is.Secrets) {
			keys = append(keys, field.key)
		}
	}
	slices.Sort(keys)
	return keys
}

// reachedAnew reports whether the account is reached by other means than before.
func reachedAnew(changed []string) bool {
	return slices.ContainsFunc(changed, func(key string) bool { return !slices.Contains([]string{"unit", "rate", "buttons"}, key) })
}

// startChannel lets a draft take and send, when the platform takes its token.
func (s *server) startChannel(v *visit) error {
	c, stored, err := s.ownChannel(v)
	if err != nil {
		return err
	}
	check, err := s.askPlatform(v, c.Key())
	switch {
	case err != nil:
		return err
	case !check.Fine():
		return v.done(c.Address, "channel-not-started")
	}
	stored.Stage, stored.By = models.ChannelActive, v.who.Email
	if err := s.saveChannel(v, stored, "channel.started", ""); err != nil {
		return err
	}
	return v.done(c.Address, "channel-started")
}

// removeChannel takes a channel away. What waits to be sent through it goes to the
// people who phone.
func (s *server) removeChannel(v *visit) error {
	c, stored, err := s.ownChannel(v)
	if err != nil {
		return err
	}
	if v.PostForm("sure") == "" {
		return v.done(c.Address, "channel-unsure")
	}
	stored.Stage, stored.By = models.ChannelRemoved, v.who.Email
	if err := s.saveChannel(v, stored, "channel.removed", ""); err != nil {
		return err
	}
	return v.done(channelsPath, "channel-removed")
}
