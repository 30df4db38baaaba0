package main

import (
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
	"github.com/langnghe/langnghe/store"
)

// newDeadlines wires who looks after due dates.
func newDeadlines(cfg *config.Config, st *store.Store, m *mind, offices *relay.Offices) *relay.Deadlines {
	return relay.NewDeadlines(relay.DeadlineDeps{
		Store: st, Deadlines: m.deadlines, Now: time.Now, Province: offices.Province, Escalate: int(cfg.Duty.EscalateDays),
	})
}

// newReminders wires who mails staff of due dates. Nobody does without a mail
// server.
func newReminders(cfg *config.Config, st *store.Store, offices *relay.Offices) (*relay.Reminders, error) {
	if cfg.SMTP.Host == "" {
		return nil, nil
	}
	return relay.NewReminders(relay.ReminderDeps{
		Store: st, Province: offices.Province, Category: offices.Category, Now: time.Now,
		Link: cfg.PublicURL + "/console/cases/",
		Unit: func(slug string) string { u, _ := offices.Units(slug); return u.Name },
		Send: mailer(cfg.SMTP),
	})
}

// whyDue says in one sentence why a case is due when it is.
func (m *mind) whyDue(v models.Derivation) (string, error) {
	return m.Render("status.why", bot.Slots{Case: bot.CaseView{Term: bot.NewTermView(v)}})
}
