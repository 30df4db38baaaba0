package store

import (
	"context"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// Escalate records that a late case was told to those above, unless it was at this
// level and of this term. Who is told is told by alert, but for the unit's
// leaders, whom the reminder of the same moment tells.
func (t *Tx) Escalate(e models.Escalation) error {
	told := strings.Join(e.Told, "\n")
	n, err := t.run().exec(`INSERT INTO escalations (at, case_code, since, due, level, told, ended_at) VALUES (?, ?, ?, ?, ?, ?, 0)
ON CONFLICT (case_code, since, level) DO NOTHING`, t.now.UnixMicro(), clean(e.Case), micros(e.Since), micros(e.Due), e.Level, clean(told))
	if err != nil || n == 0 || e.Level == models.EscalateUnit || len(e.Told) == 0 {
		return wrap("record an escalation", err)
	}
	return t.alert(Alert{Kind: models.AlertEscalated, Unit: e.Unit, Case: e.Case, About: told})
}

// SettleEscalations ends the escalations of a case but those of the term that began
// then, which go on; the zero time ends all.
func (t *Tx) SettleEscalations(code string, since time.Time) error {
	r := t.run()
	_, err := r.exec("UPDATE escalations SET ended_at = ? WHERE case_code = ? AND since <> ? AND ended_at = 0", t.now.UnixMicro(), clean(code), micros(since))
	if err == nil && !since.IsZero() {
		_, err = r.exec("UPDATE escalations SET ended_at = 0 WHERE case_code = ? AND since = ? AND ended_at > 0", clean(code), micros(since))
	}
	return wrap("settle escalations", err)
}

// Escalations lists late cases that were told to those above, newest first, and the
// cursor of the next page or "". Open keeps those that go on.
func (s *Store) Escalations(ctx context.Context, f DeadlineFilter) ([]models.Escalation, string, error) {
	type row struct {
		ID, At, Since, Due, EndedAt            int64
		Level                                  int
		CaseCode, Told, Unit, Status, Assignee string
	}
	var rows []row
	table := s.read.WithContext(ctx).Table("escalations AS d").Select("d.*, cases.unit AS unit, cases.status AS status, cases.assignee AS assignee")
	if f.Open {
		table = table.Where("d.ended_at = 0")
	}
	q, err := f.chosen(table, "de")
	if err == nil {
		err = q.Find(&rows).Error
	}
	if err != nil {
		return nil, "", wrap("list escalations", err)
	}
	rows, next := cut(f.Page, "de", rows, func(w row) (int64, string) { return w.ID, "" })
	return each(rows, func(w row) models.Escalation {
		return models.Escalation{
			ID: w.ID, At: fromMicros(w.At), Case: w.CaseCode, Since: fromMicros(w.Since), Due: fromMicros(w.Due), Level: w.Level,
			Told: strings.FieldsFunc(w.Told, func(r rune) bool { return r == '\n' }), Ended: fromMicros(w.EndedAt),
			Unit: w.Unit, Assignee: w.Assignee, Status: models.Status(w.Status),
		}
	}), next, nil
}
