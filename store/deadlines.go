package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// CaseClock is how far the deadline of a case is looked after.
type CaseClock struct {
	Code  string
	Open  bool      // something is owed
	Seen  time.Time // the case's UpdatedAt when it was looked at
	Rules string    // name of the rules that its due date was counted by; "" of a case older than these clocks
	Next  time.Time // when staff are to be reminded next; zero is never
	Known bool      // it was looked at before
}

// clockMargin is more than a change of a case may be committed after its time,
// clocks of several machines included.
const clockMargin = 10 * time.Minute

// StaleClocks returns up to limit codes, in their order, of cases that changed
// since they were looked at, and of open ones whose due date was counted by other
// rules than the named ones.
func (s *Store) StaleClocks(ctx context.Context, rules string, limit int) ([]string, error) {
	var codes []string
	err := s.read.WithContext(ctx).Raw(`SELECT code FROM (
SELECT * FROM (SELECT c.code FROM cases c LEFT JOIN case_clocks k ON k.code = c.code
WHERE c.updated_at >= (SELECT COALESCE(MAX(seen), 0) FROM case_clocks) - ? AND (k.seen <> c.updated_at
	OR k.code IS NULL AND c.status IN ('new', 'accepted', 'in_progress', 'waiting_citizen', 'transferred'))
ORDER BY c.updated_at LIMIT ?) AS changed
UNION SELECT * FROM (SELECT code FROM case_clocks WHERE open = 1 AND rules < ? ORDER BY rules, code LIMIT ?) AS earlier
UNION SELECT * FROM (SELECT code FROM case_clocks WHERE open = 1 AND rules > ? ORDER BY rules, code LIMIT ?) AS later
) AS stale ORDER BY code LIMIT ?`, clockMargin.Microseconds(), limit, rules, limit, rules, limit, limit).Scan(&codes).Error
	return codes, wrap("find deadlines to look at", err)
}

// DueClocks returns up to limit codes, in their order, of cases of which staff
// are to be reminded.
func (s *Store) DueClocks(ctx context.Context, now time.Time, limit int) ([]string, error) {
	var codes []string
	err := s.read.WithContext(ctx).Raw(`SELECT code FROM (SELECT code FROM case_clocks WHERE next_at > 0 AND next_at <= ?
ORDER BY next_at, code LIMIT ?) AS due ORDER BY code`, micros(now), limit).Scan(&codes).Error
	return codes, wrap("find reminders that are due", err)
}

// Clock returns the clock of a case; one that was never looked at is not Known.
func (t *Tx) Clock(code string) (CaseClock, error) {
	var rows []struct {
		Open, Seen, NextAt int64
		Rules              string
	}
	err := t.db.Raw("SELECT open, seen, rules, next_at FROM case_clocks WHERE code = ?", clean(code)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return CaseClock{Code: code}, wrap("find the clock of a case", err)
	}
	r := rows[0]
	return CaseClock{Code: code, Open: r.Open != 0, Seen: fromMicros(r.Seen), Rules: r.Rules, Next: fromMicros(r.NextAt), Known: true}, nil
}

// SaveClock stores the clock of a case.
func (t *Tx) SaveClock(k CaseClock) error {
	err := t.db.Exec(`INSERT INTO case_clocks (code, open, seen, rules, next_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (code) DO UPDATE SET open = excluded.open, seen = excluded.seen, rules = excluded.rules, next_at = excluded.next_at`,
		clean(k.Code), toInt(k.Open), micros(k.Seen), clean(k.Rules), micros(k.Next)).Error
	return wrap("save the clock of a case", err)
}

// KeepRules keeps the rules that due dates are counted by, under their name.
func (s *Store) KeepRules(ctx context.Context, name string, rules []models.Rule) error {
	text, err := json.Marshal(rules)
	if err == nil {
		err = s.write.WithContext(ctx).Exec("INSERT INTO deadline_rules (name, rules, at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
			clean(name), string(text), s.now().UnixMicro()).Error
	}
	return wrap("keep the rules of deadlines", err)
}

// RulesBefore returns the rules of that name or, for the name "", the latest that
// are not the current ones; none when there are none.
func (t *Tx) RulesBefore(name, current string) (rules []models.Rule, err error) {
	var texts []string
	err = t.db.Raw("SELECT rules FROM deadline_rules WHERE name = ? OR ? = '' AND name <> ? ORDER BY at DESC LIMIT 1",
		clean(name), clean(name), clean(current)).Scan(&texts).Error
	if err == nil && len(texts) > 0 {
		err = json.Unmarshal([]byte(texts[0]), &rules)
	}
	return rules, wrap("find the rules of deadlines", err)
}

// Moved records that a change of the rules moved a due date; the time is the
// store's.
func (t *Tx) Moved(m models.DeadlineMove) error {
	why, err := json.Marshal(m.Why)
	if err == nil {
		err = t.db.Exec("INSERT INTO deadline_moves (at, case_code, was, counted, due, why) VALUES (?, ?, ?, ?, ?, ?)",
			t.now.UnixMicro(), clean(m.Case), micros(m.Was), micros(m.Counted), micros(m.Due), string(why)).Error
	}
	return wrap("record that a due date moved", err)
}

// Remind records a reminder, unless there is one of this stage and term already.
func (t *Tx) Remind(r models.Reminder) error {
	n, err := t.run().exec(`INSERT INTO reminders (at, case_code, since, stage, term, due, mailed_at) VALUES (?, ?, ?, ?, ?, ?, 0)
ON CONFLICT (case_code, since, stage) DO NOTHING`,
		t.now.UnixMicro(), clean(r.Case), micros(r.Since), r.Stage, clean(r.Term), micros(r.Due))
	if err != nil || n == 0 || r.Stage < alertStage {
		return wrap("record a reminder", err)
	}
	return t.alert(Alert{Kind: models.AlertDeadline, Unit: r.Unit, Case: r.Case, About: strings.TrimSpace(strconv.Itoa(r.Stage) + " " + r.Term)})
}

// alertStage is from what part of a term on, in per cent, staff are alerted.
const alertStage = 80
