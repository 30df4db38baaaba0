package main

import (
	"context"
	"time"

	"github.com/langnghe/langnghe/channel/email"
	"github.com/langnghe/langnghe/relay"
)

// wireWeekly wires who mails leaders the figures of their unit, once a week; it is
// nobody where no day is configured.
func (a *App) wireWeekly() error {
	day, mailed := a.cfg.Figures.Day()
	if !mailed {
		return nil
	}
	server := mailServer(a.cfg.SMTP)
	var err error
	a.weekly, err = relay.NewWeekly(relay.WeeklyDeps{
		Store: a.store, Day: day, Calendar: a.mind.calendar, Office: a.offices.Name, Console: a.cfg.PublicURL + "/console", Now: time.Now,
		Unit: a.unitName, Category: a.offices.Category,
		Send: func(ctx context.Context, to, id, subject, body string) error {
			return server.Send(ctx, email.Mail{ID: id, To: to, Subject: subject, Body: body, Date: time.Now()})
		},
		Failed: func(err error) { a.log.WithError(err).Error("leaders not mailed the figures of the week") },
	})
	return err
}
