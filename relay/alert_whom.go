package relay

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// whom are the active accounts that an alert concerns: none that may not know of
// the case, and nobody is told of what they did themselves.
func (c crew) whom(x store.Alert, of *models.Case, province string) (list []store.Account) {
	var event models.CaseEvent
	if of != nil {
		if i := slices.IndexFunc(of.Events, func(e models.CaseEvent) bool { return e.ID == x.Event }); i >= 0 {
			event = of.Events[i]
		}
	}
	for _, a := range c.concerned(x, of, event, province) {
		if !a.Disabled && !c.did(event, a) && (of == nil || a.Principal().Sees(*of)) {
			list = append(list, a)
		}
	}
	return list
}

// did reports whether the account did what a case's history tells. The history knows
// people by name: of two who bear the same neither did, so that both are told.
func (c crew) did(event models.CaseEvent, a store.Account) bool {
	switch {
	case event.Actor == "":
		return false
	case strings.EqualFold(event.Actor, a.Email):
		return true
	}
	return event.Actor == a.Name && len(c.those(func(b store.Account) bool { return b.Name == a.Name })) == 1
}

// MayKnow reports whether somebody may still be told of a case, or of anything where
// there is none: a night may lie between an alert and its message.
func MayKnow(ctx context.Context, st *store.Store, accounts []store.Account, email, code string) (bool, error) {
	active := crew{accounts: accounts}.named(email)
	if len(active) == 0 || code == "" {
		return len(active) > 0, nil
	}
	c, err := st.Case(ctx, code)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil && active[0].Principal().Sees(*c), err
}

func (c crew) concerned(x store.Alert, of *models.Case, event models.CaseEvent, province string) []store.Account {
	switch {
	case x.Kind == models.AlertNew, x.Kind == models.AlertDanger, x.Kind == models.AlertPerson, of == nil:
		return c.ofUnit(x.Unit, province)
	case x.Kind == models.AlertAssigned:
		return c.named(event.Detail)
	case x.Kind == models.AlertMentioned, x.Kind == models.AlertEscalated:
		return c.named(strings.Split(x.About, "\n")...)
	case x.Kind == models.AlertDeadline:
		return c.named(remindedOf(reminderOf(x, of), c.accounts, province)...)
	case x.Kind == models.AlertReopened:
		return c.named(append(Leaders(c.accounts, of.Unit, province), of.Assignee)...)
	}
	if inCharge := c.named(of.Assignee); len(inCharge) > 0 {
		return inCharge
	}
	return c.ofUnit(of.Unit, province)
}

// ofUnit are the staff of a unit or, where nobody of it may act, of the province.
func (c crew) ofUnit(unit, province string) []store.Account {
	own := c.those(func(a store.Account) bool { return a.Unit == unit })
	if slices.ContainsFunc(own, func(a store.Account) bool { return !a.Disabled && a.Role.May(models.ActOnCases) }) {
		return own
	}
	return append(own, c.those(func(a store.Account) bool { return a.Unit != unit && (a.Unit == "" || a.Unit == province) })...)
}

// named are the active accounts with these e-mails.
func (c crew) named(emails ...string) []store.Account {
	return c.those(func(a store.Account) bool {
		return !a.Disabled && slices.ContainsFunc(emails, func(e string) bool { return strings.EqualFold(e, a.Email) })
	})
}

func (c crew) those(match func(store.Account) bool) (list []store.Account) {
	for _, a := range c.accounts {
		if match(a) {
			list = append(list, a)
		}
	}
	return list
}

// reminderOf is the reminder that an alert is about.
func reminderOf(x store.Alert, of *models.Case) models.Reminder {
	text, term, _ := strings.Cut(x.About, " ")
	stage, _ := strconv.Atoi(text) // as it was written
	return models.Reminder{Case: x.Case, Unit: of.Unit, Assignee: of.Assignee, Stage: stage, Term: term}
}

// mailedHere reports whether the mail of alerts tells somebody: Reminders mails due
// dates, Duty what notes name, and the leaders of reopened cases.
func mailedHere(c crew, x store.Alert, a store.Account, province string) bool {
	switch x.Kind {
	case models.AlertDeadline, models.AlertMentioned, models.AlertTrial:
		return false
	case models.AlertReopened:
		return !slices.Contains(Leaders(c.accounts, x.Unit, province), a.Email)
	}
	return true
}
