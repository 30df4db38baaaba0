package relay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// alertTick is how often it is looked what staff are to be told of.
	alertTick = time.Second
	// alertBatch is how many alerts one transaction takes, alertBatches how many of
	// these one round: the rest waits, so that messages go out meanwhile.
	alertBatch, alertBatches = 100, 20
	// alertLock is longer than a transaction takes.
	alertLock = 10 * time.Second
)

// AlertDeps are what Alerts needs.
type AlertDeps struct {
	Store    *store.Store
	Calendar func() models.Calendar
	Province string // slug of the unit whose staff stand in
	Mails    bool   // mails are sent too, by AlertMails
	Pusher   Pusher
	Log      logrus.FieldLogger
	Now      func() time.Time
}

// Alerts finds out whom each alert concerns, and tells their devices. Of several
// processes one stores the messages of an alert, and one sends each. It runs beside
// the way of citizens' messages and never on it.
type Alerts struct{ AlertDeps }

// NewAlerts returns who tells staff's devices; it does nothing before Run.
func NewAlerts(d AlertDeps) *Alerts { return &Alerts{d} }

// Run works until ctx ends.
func (a *Alerts) Run(ctx context.Context) {
	tick := time.NewTicker(alertTick)
	defer tick.Stop()
	for {
		a.try(ctx, "it is not known whom alerts concern", a.Spread)
		a.try(ctx, "devices not told", a.Push)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *Alerts) try(ctx context.Context, failure string, do func(context.Context) error) {
	if err := do(ctx); err != nil && ctx.Err() == nil {
		a.Log.WithError(err).Error(failure)
	}
}

// Spread turns alerts into messages for those whom they concern.
func (a *Alerts) Spread(ctx context.Context) error {
	waiting, err := a.Store.Alerts(ctx, 1)
	if err != nil || len(waiting) == 0 {
		return err
	}
	return locked(ctx, a.Store, "alerts", alertLock, func() error {
		crew, err := a.crew(ctx)
		for n := 0; err == nil && n < alertBatches; n++ {
			var list []store.Alert
			if list, err = a.Store.Alerts(ctx, alertBatch); err != nil || len(list) == 0 {
				return err
			}
			err = a.spread(ctx, crew, list)
		}
		return err
	})
}

// crew is the staff, what they chose, and their devices.
type crew struct {
	accounts []store.Account
	choices  map[string]models.AlertChoice
	devices  map[string][]models.Device // by e-mail
}

func (a *Alerts) crew(ctx context.Context) (c crew, err error) {
	if c.accounts, err = a.Store.Accounts(ctx); err != nil {
		return c, fmt.Errorf("find who is alerted: %w", err)
	}
	if c.choices, err = a.Store.AlertChoices(ctx); err != nil {
		return c, err
	}
	devices, err := a.Store.Devices(ctx, "")
	c.devices = map[string][]models.Device{}
	for _, d := range devices {
		c.devices[d.Email] = append(c.devices[d.Email], d)
	}
	return c, err
}

func (c crew) choice(a store.Account) models.AlertChoice { return ChoiceOf(c.choices, a) }

// ChoiceOf is of what an account is told.
func ChoiceOf(choices map[string]models.AlertChoice, a store.Account) models.AlertChoice {
	if chosen, ok := choices[strings.ToLower(a.Email)]; ok {
		return chosen
	}
	return models.DefaultAlerts(a.Role)
}

// wanted reports whether anybody may be told of the kind at all.
func (c crew) wanted(k models.AlertKind, mails bool) bool {
	if k == models.AlertDeadline {
		return len(c.devices) > 0 // leaders are told without having chosen it
	}
	for _, a := range c.accounts {
		choice := c.choice(a)
		if !a.Disabled && (mails && choice.Mails(k) || len(c.devices[strings.ToLower(a.Email)]) > 0 && choice.Pushes(k)) {
			return true
		}
	}
	return false
}

// spread stores the messages of a batch. What concerns nobody is only taken.
func (a *Alerts) spread(ctx context.Context, crew crew, list []store.Alert) error {
	messages := make([][]alertMessage, len(list))
	for i, x := range list {
		if !crew.wanted(x.Kind, a.Mails) {
			continue
		}
		c, err := a.caseOf(ctx, x)
		if err != nil {
			return err
		}
		if x.Case == "" || c != nil {
			messages[i] = a.messages(crew, x, c)
		}
	}
	return a.Store.Update(ctx, func(tx *store.Tx) error {
		for i, x := range list {
			mine, err := tx.TakeAlert(x.ID)
			if err != nil {
				return err
			}
			for _, m := range messages[i] {
				if !mine {
					break
				}
				if err := m.store(tx); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// caseOf is the case of an alert, nil when it has none or it is gone.
func (a *Alerts) caseOf(ctx context.Context, x store.Alert) (*models.Case, error) {
	if x.Case == "" {
		return nil, nil
	}
	c, err := a.Store.Case(ctx, x.Case)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return c, err
}

// alertMessage is for one device, or a line of a mail for one account.
type alertMessage struct {
	device string // "" for a mail
	next   time.Time
	mail   models.AlertMail
}

func (m alertMessage) store(tx *store.Tx) error {
	if m.device == "" {
		return tx.MailAlert(m.mail)
	}
	return tx.Push(m.device, m.mail.Kind, m.mail.Case, m.next)
}

// messages are what everybody whom an alert concerns is told, by their choice.
func (a *Alerts) messages(crew crew, x store.Alert, c *models.Case) (list []alertMessage) {
	now := a.Now()
	for _, who := range crew.whom(x, c, a.Province) {
		choice := crew.choice(who)
		m := models.AlertMail{Email: who.Email, Kind: x.Kind, About: cmp.Or(x.Case, "#"+strconv.FormatInt(x.ID, 10)), Case: x.Case, Unit: x.Unit}
		if c != nil {
			m.Category = c.Category
		}
		if a.Mails && choice.Mails(x.Kind) && mailedHere(crew, x, who, a.Province) {
			list = append(list, alertMessage{mail: m})
		}
		overdue := x.Kind == models.AlertDeadline && c != nil && crew.above(reminderOf(x, c), who.Email, a.Province)
		if !choice.Pushes(x.Kind) && !overdue {
			continue
		}
		next := now
		if choice.Quiet && x.Kind != models.AlertDanger {
			next = a.Calendar().OpensAt(now)
		}
		for _, d := range crew.devices[strings.ToLower(who.Email)] {
			list = append(list, alertMessage{device: d.ID, next: next, mail: m})
		}
	}
	return list
}
