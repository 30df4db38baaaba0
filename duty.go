package main

import (
	"context"
	"time"

	"github.com/langnghe/langnghe/channel/email"
	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/relay"
	"github.com/langnghe/langnghe/store"
)

// newDuty wires who tells the duty contact of dangers; nil when none is
// configured.
func newDuty(cfg *config.Config, st *store.Store, offices *relay.Offices) (*relay.Duty, error) {
	if cfg.Duty.Email == "" {
		return nil, nil
	}
	server := mailServer(cfg.SMTP)
	return relay.NewDuty(relay.DutyDeps{
		Store: st, Category: offices.Category, Lookup: offices.Lookup, Now: time.Now,
		Unit: func(slug string) string { u, _ := offices.Units(slug); return u.Name },
		Send: func(ctx context.Context, id, subject, body string) error {
			return server.Send(ctx, email.Mail{ID: id, To: cfg.Duty.Email, Subject: subject, Body: body, Date: time.Now()})
		},
	})
}

func mailServer(c config.SMTP) email.Server {
	return email.Server{Host: c.Host, Port: c.Port, Username: c.Username, Password: c.Password.Reveal(), From: c.From}
}
