package main

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
	"github.com/langnghe/langnghe/store"
)

// pushKeys returns the keys of web push: the configured pair or, made when they are
// asked for first, that of the database.
func (a *App) pushKeys() func(context.Context) (store.PushKeys, error) {
	if public, private := a.cfg.PushKeys(); private != "" {
		keys := store.PushKeys{Public: public, Private: private}
		return func(context.Context) (store.PushKeys, error) { return keys, nil }
	}
	var mu sync.Mutex
	var kept store.PushKeys
	return func(ctx context.Context) (store.PushKeys, error) {
		mu.Lock()
		defer mu.Unlock()
		if kept.Private != "" {
			return kept, nil
		}
		keys, err := a.store.PushKeys(ctx)
		if err == nil {
			kept = keys
		}
		return keys, err
	}
}

// wireAlerts wires who tells staff's devices what they chose.
func (a *App) wireAlerts() {
	a.alerts = relay.NewAlerts(relay.AlertDeps{
		Store: a.store, Calendar: a.mind.calendar, Province: a.offices.Province, Mails: a.cfg.SMTP.Host != "",
		Pusher: relay.NewPusher(a.pushKeys(), a.cfg.PushContact(), a.cfg.Push.Loopback),
		Log:    a.log, Now: time.Now,
	})
}

// alerting is what the console needs to let staff choose of what they are told.
func (a *App) alerting() *handlers.Alerting {
	keys := a.pushKeys()
	return &handlers.Alerting{
		Store: a.store, Loopback: a.cfg.Push.Loopback, Mails: a.cfg.SMTP.Host != "",
		Key: func(ctx context.Context) (string, error) {
			pair, err := keys(ctx)
			return pair.Public, err
		},
	}
}

// newAlertMails wires who mails staff what they chose. Nobody does without a mail
// server.
func (a *App) newAlertMails() (*relay.AlertMails, error) {
	if a.cfg.SMTP.Host == "" {
		return nil, nil
	}
	return relay.NewAlertMails(relay.AlertMailDeps{
		Store: a.store, Unit: a.unitName, Category: a.offices.Category, Site: a.cfg.PublicURL, Now: time.Now,
		Send: mailer(a.cfg.SMTP),
	})
}

// mailed are the addresses of those who are mailed the kind of alert.
func mailed(ctx context.Context, st *store.Store, accounts []store.Account, to []string, kind models.AlertKind) ([]string, error) {
	choices, err := st.AlertChoices(ctx)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, a := range accounts {
		for _, address := range to {
			if strings.EqualFold(a.Email, address) && relay.ChoiceOf(choices, a).Mails(kind) {
				list = append(list, address)
			}
		}
	}
	return list, nil
}
