package main

import (
	"context"
	"time"

	"github.com/langnghe/langnghe/channel/email"
	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
	"github.com/langnghe/langnghe/store"
)

// newDuty wires who mails staff: the duty contact of dangers, leaders of cases
// that are reopened, whoever is named in a note, administrators of channels that
// are silent or need a token. Nobody does without a mail server.
func newDuty(cfg *config.Config, st *store.Store, offices *relay.Offices) ([]*relay.Duty, error) {
	if cfg.SMTP.Host == "" {
		return nil, nil
	}
	contact := dutyContact(cfg)
	leaders := func(ctx context.Context, a store.Alarm) ([]string, error) {
		accounts, err := st.Accounts(ctx)
		if err != nil {
			return nil, err
		}
		if to := relay.Leaders(accounts, a.Unit, offices.Province); len(to) > 0 {
			return mailed(ctx, st, accounts, to, models.AlertReopened)
		}
		return contact, nil
	}
	admins := func(ctx context.Context, of store.Alarm) ([]string, error) {
		accounts, err := st.Accounts(ctx)
		if to := relay.Admins(accounts, of.Unit); err != nil || len(to) > 0 {
			return to, err
		}
		return contact, nil
	}
	told := map[string]addressees{
		store.AlarmReopened: leaders, store.AlarmMentioned: named(st), store.AlarmSilent: admins, store.AlarmToken: admins,
	}
	if len(contact) > 0 {
		told[store.AlarmDanger] = func(context.Context, store.Alarm) ([]string, error) { return contact, nil }
	}
	var all []*relay.Duty
	for kind, to := range told {
		d, err := relay.NewDuty(dutyDeps(cfg, st, offices, kind, to))
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// addressees are the addresses of those who are told of an alarm.
type addressees func(context.Context, store.Alarm) ([]string, error)

// named is who is named in a note, as long as they may know of the case.
func named(st *store.Store) addressees {
	return func(ctx context.Context, a store.Alarm) ([]string, error) {
		accounts, err := st.Accounts(ctx)
		if err != nil {
			return nil, err
		}
		may, err := relay.MayKnow(ctx, st, accounts, a.About, a.Case)
		if err != nil || !may {
			return nil, err
		}
		return mailed(ctx, st, accounts, []string{a.About}, models.AlertMentioned)
	}
}

// dutyContact is the configured contact, if there is one.
func dutyContact(cfg *config.Config) []string {
	if cfg.Duty.Email == "" {
		return nil
	}
	return []string{cfg.Duty.Email}
}

func dutyDeps(cfg *config.Config, st *store.Store, offices *relay.Offices, kind string, to addressees) relay.DutyDeps {
	link := offices.Lookup + "?ma="
	if kind == store.AlarmMentioned { // what staff wrote stands in the console only
		link = cfg.PublicURL + handlers.CasePage
	}
	return relay.DutyDeps{
		Kind: kind, To: to, Store: st, Category: offices.Category, Link: link, Now: time.Now,
		Channels: cfg.PublicURL + "/console/channels",
		Unit:     func(slug string) string { u, _ := offices.Units(slug); return u.Name },
		Send:     mailer(cfg.SMTP),
	}
}

// mailer sends by the configured server; id tells the mail from all others.
func mailer(c config.SMTP) func(ctx context.Context, to, id, subject, body string) error {
	server := mailServer(c)
	return func(ctx context.Context, to, id, subject, body string) error {
		return server.Send(ctx, email.Mail{ID: id, To: to, Subject: subject, Body: body, Date: time.Now()})
	}
}

// staffMailer is mailer, or nil where nothing is mailed.
func staffMailer(c config.SMTP) func(ctx context.Context, to, id, subject, body string) error {
	if c.Host == "" {
		return nil
	}
	return mailer(c)
}

func mailServer(c config.SMTP) email.Server {
	return email.Server{Host: c.Host, Port: c.Port, Username: c.Username, Password: c.Password.Reveal(), From: c.From}
}
