package main

import (
	"time"

	"github.com/langnghe/langnghe/relay"
)

// wireWeekly wires who mails leaders the figures of their unit, once a week; it is
// nobody where no day is configured.
func (a *App) wireWeekly() error {
	day, mailed := a.cfg.Figures.Day()
	if !mailed {
		return nil
	}
	var err error
	a.weekly, err = relay.NewWeekly(relay.WeeklyDeps{
		Store: a.store, Day: day, Calendar: a.mind.calendar, Office: a.offices.Name, Console: a.cfg.PublicURL + "/console", Now: time.Now,
		Unit: a.unitName, Category: a.offices.Category,
		Send:   mailer(a.cfg.SMTP),
		Failed: func(err error) { a.log.WithError(err).Error("leaders not mailed the figures of the week") },
	})
	return err
}
