package store

import (
	"context"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// Alert is something that staff are to be told of, while it is not known whom.
type Alert struct {
	ID    int64
	At    time.Time
	Kind  models.AlertKind
	Unit  string // slug
	Case  string // code, or ""
	Event int64  // id of the line of the case's history that it is about, or 0
	About string // of a reminder, its stage and term; of a note or an escalation, whom it tells, a line each
}

type alertRow struct {
	ID       int64
	At       int64
	Kind     string
	Unit     string
	CaseCode string
	EventID  int64
	About    string
}

func (w alertRow) model() Alert {
	return Alert{
		ID: w.ID, At: fromMicros(w.At), Kind: models.AlertKind(w.Kind), Unit: w.Unit, Case: w.CaseCode, Event: w.EventID, About: w.About,
	}
}

// alert notes what staff are to be told of.
func (t *Tx) alert(a Alert) error {
	_, err := t.run().exec("INSERT INTO alerts (at, kind, unit, case_code, event_id, about) VALUES (?, ?, ?, ?, ?, ?)",
		t.now.UnixMicro(), string(a.Kind), clean(a.Unit), clean(a.Case), a.Event, clean(a.About))
	return wrap("note an alert", err)
}

// Alerts returns up to limit alerts of which it is not known yet whom they
// concern, oldest first.
func (s *Store) Alerts(ctx context.Context, limit int) ([]Alert, error) {
	rows, err := find[alertRow](s.read.WithContext(ctx), "SELECT * FROM alerts ORDER BY id LIMIT ?", limit)
	return each(rows, alertRow.model), wrap("list alerts", err)
}

// TakeAlert removes an alert whose messages are stored in this transaction. It
// reports false when another process was quicker.
func (t *Tx) TakeAlert(id int64) (bool, error) {
	n, err := t.run().exec("DELETE FROM alerts WHERE id = ?", id)
	return n == 1, wrap("take an alert", err)
}

// AlertChoices returns what the accounts chose, by e-mail; who chose nothing is
// not in it.
func (s *Store) AlertChoices(ctx context.Context) (map[string]models.AlertChoice, error) {
	return alertChoices(s, ctx, "")
}

// AlertChoice returns what the account chose, or false.
func (s *Store) AlertChoice(ctx context.Context, of string) (models.AlertChoice, bool, error) {
	all, err := alertChoices(s, ctx, " WHERE email = ?", email(of))
	c, chosen := all[email(of)]
	return c, chosen, err
}

func alertChoices(s *Store, ctx context.Context, where string, args ...any) (map[string]models.AlertChoice, error) {
	type row struct {
		Email, Push, Mail string
		Quiet             int64
	}
	rows, err := find[row](s.read.WithContext(ctx), "SELECT * FROM alert_choices"+where, args...)
	all := make(map[string]models.AlertChoice, len(rows))
	for _, w := range rows {
		all[w.Email] = models.AlertChoice{Push: kinds(w.Push), Mail: kinds(w.Mail), Quiet: w.Quiet != 0}
	}
	return all, wrap("read the choice of alerts", err)
}

func kinds(text string) []models.AlertKind {
	return each(strings.Fields(text), func(s string) models.AlertKind { return models.AlertKind(s) })
}

// ChooseAlerts stores of what the account is told.
func (t *Tx) ChooseAlerts(of string, c models.AlertChoice) error {
	text := func(list []models.AlertKind) string {
		return clean(strings.Join(each(list, func(k models.AlertKind) string { return string(k) }), " "))
	}
	_, err := t.run().exec(`INSERT INTO alert_choices (email, push, mail, quiet) VALUES (?, ?, ?, ?)
ON CONFLICT (email) DO UPDATE SET push = excluded.push, mail = excluded.mail, quiet = excluded.quiet`,
		email(of), text(c.Push), text(c.Mail), toInt(c.Quiet))
	return wrap("store the choice of alerts", err)
}

// MailAlert has the account mailed of something: not twice of the same kind and
// case, until the account has looked at the case.
func (t *Tx) MailAlert(m models.AlertMail) error {
	_, err := t.run().exec(`INSERT INTO alert_mails (email, kind, about, case_code, unit, category, at, mailed_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0)
ON CONFLICT (email, kind, about) DO UPDATE SET at = excluded.at, unit = excluded.unit, category = excluded.category, mailed_at = 0
WHERE alert_mails.mailed_at = 0 OR EXISTS (SELECT 1 FROM desk_seen s
	WHERE s.email = alert_mails.email AND s.item = alert_mails.case_code AND s.at >= alert_mails.mailed_at)`,
		email(m.Email), string(m.Kind), clean(m.About), clean(m.Case), clean(m.Unit), clean(m.Category), t.now.UnixMicro())
	return wrap("have an alert mailed", err)
}

// UnmailedAlerts returns up to limit lines since then that were not mailed, those
// of an account together: first the oldest of each, so that an account that cannot be
// mailed keeps no other waiting.
func (s *Store) UnmailedAlerts(ctx context.Context, since time.Time, limit int) ([]models.AlertMail, error) {
	type row struct {
		Email, Kind, About, CaseCode, Unit, Category string
		At, MailedAt                                 int64
	}
	rows, err := find[row](s.read.WithContext(ctx), `SELECT email, kind, about, case_code, unit, category, at, mailed_at FROM (SELECT * FROM (
SELECT *, ROW_NUMBER() OVER (PARTITION BY email ORDER BY at, about) AS place FROM alert_mails WHERE mailed_at = 0 AND at >= ?) AS own
ORDER BY place, at LIMIT ?) AS waiting ORDER BY email, at, about`, since.UnixMicro(), limit)
	return each(rows, func(w row) models.AlertMail {
		return models.AlertMail{
			Email: w.Email, Kind: models.AlertKind(w.Kind), About: w.About, Case: w.CaseCode, Unit: w.Unit, Category: w.Category, At: fromMicros(w.At),
		}
	}), wrap("list alerts to mail", err)
}

// MarkAlertsMailed records that lines were mailed, and forgets those of
// longer ago.
func (s *Store) MarkAlertsMailed(ctx context.Context, list []models.AlertMail, forget time.Time) error {
	return s.transact(ctx, func(t *Tx) error {
		for _, m := range list {
			_, err := t.run().exec("UPDATE alert_mails SET mailed_at = ? WHERE email = ? AND kind = ? AND about = ? AND mailed_at = 0",
				t.now.UnixMicro(), email(m.Email), string(m.Kind), clean(m.About))
			if err != nil {
				return wrap("record that alerts were mailed", err)
			}
		}
		_, err := t.run().exec("DELETE FROM alert_mails WHERE mailed_at > 0 AND mailed_at < ? OR mailed_at = 0 AND at < ?", forget.UnixMicro(), forget.UnixMicro())
		return wrap("forget mailed alerts", err)
	})
}
