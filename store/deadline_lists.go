package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/langnghe/langnghe/models"
	"gorm.io/gorm"
)

// DeadlineFilter chooses moves and reminders; empty fields do not bound. Only
// what belongs to cases that Seen may know of is listed.
type DeadlineFilter struct {
	Unit, Case string
	Stage      int  // of reminders
	Open       bool // only of cases that are owed an answer
	Seen       models.Principal
	Page
}

// chosen bounds a list to the filter's page.
func (f DeadlineFilter) chosen(q *gorm.DB, list string) (*gorm.DB, error) {
	from, err := f.parse(list)
	if err != nil {
		return nil, err
	}
	q = seen(q.Joins("JOIN cases ON cases.code = d.case_code"), f.Seen)
	for column, want := range map[string]string{"cases.unit": f.Unit, "d.case_code": f.Case} {
		if want != "" {
			q = q.Where(column+" = ?", clean(want))
		}
	}
	if f.Stage > 0 {
		q = q.Where("d.stage = ?", f.Stage)
	}
	if f.Open {
		q = q.Where("cases.status IN ('new', 'accepted', 'in_progress', 'waiting_citizen', 'transferred')")
	}
	if from != nil {
		q = q.Where("d.id < ?", from.at)
	}
	return q.Order("d.id DESC").Limit(f.fetch()), nil
}

type moveRow struct {
	ID, At, Was, Counted, Due int64
	CaseCode, Unit, Why       string
}

func (w moveRow) model() (models.DeadlineMove, error) {
	m := models.DeadlineMove{
		At: fromMicros(w.At), Case: w.CaseCode, Unit: w.Unit,
		Was: fromMicros(w.Was), Counted: fromMicros(w.Counted), Due: fromMicros(w.Due),
	}
	return m, json.Unmarshal([]byte(w.Why), &m.Why)
}

// DeadlineMoves lists the due dates that changes of the rules moved, newest
// first, and the cursor of the next page or "".
func (s *Store) DeadlineMoves(ctx context.Context, f DeadlineFilter) ([]models.DeadlineMove, string, error) {
	var rows []moveRow
	q, err := f.chosen(s.read.WithContext(ctx).Table("deadline_moves AS d").Select("d.*, cases.unit AS unit"), "dm")
	if err == nil {
		err = q.Find(&rows).Error
	}
	if err != nil {
		return nil, "", wrap("list moved due dates", err)
	}
	rows, next := cut(f.Page, "dm", rows, func(w moveRow) (int64, string) { return w.ID, "" })
	moves := make([]models.DeadlineMove, len(rows))
	for i, w := range rows {
		if moves[i], err = w.model(); err != nil {
			return nil, "", wrap("read a moved due date", err)
		}
	}
	return moves, next, nil
}

type reminderRow struct {
	ID, At, Since, Due, MailedAt           int64
	Stage                                  int
	CaseCode, Term, Unit, Category, Status string
	Assignee                               string
}

func (w reminderRow) model() models.Reminder {
	return models.Reminder{
		ID: w.ID, At: fromMicros(w.At), Case: w.CaseCode, Since: fromMicros(w.Since), Stage: w.Stage, Term: w.Term,
		Due: fromMicros(w.Due), Mailed: fromMicros(w.MailedAt), Unit: w.Unit, Category: w.Category,
		Status: models.Status(w.Status), Assignee: w.Assignee,
	}
}

const reminderColumns = "d.*, cases.unit AS unit, cases.category AS category, cases.status AS status, cases.assignee AS assignee"

// Reminders lists the reminders of staff, newest first, and the cursor of the
// next page or "".
func (s *Store) Reminders(ctx context.Context, f DeadlineFilter) ([]models.Reminder, string, error) {
	var rows []reminderRow
	q, err := f.chosen(s.read.WithContext(ctx).Table("reminders AS d").Select(reminderColumns), "dr")
	if err == nil {
		err = q.Find(&rows).Error
	}
	if err != nil {
		return nil, "", wrap("list reminders", err)
	}
	rows, next := cut(f.Page, "dr", rows, func(w reminderRow) (int64, string) { return w.ID, "" })
	return each(rows, reminderRow.model), next, nil
}

// UnmailedReminders returns up to limit reminders since then that nobody was
// mailed, oldest first.
func (s *Store) UnmailedReminders(ctx context.Context, since time.Time, limit int) ([]models.Reminder, error) {
	rows, err := find[reminderRow](s.read.WithContext(ctx), "SELECT "+reminderColumns+` FROM reminders d
JOIN cases ON cases.code = d.case_code WHERE d.mailed_at = 0 AND d.at >= ? ORDER BY d.id LIMIT ?`, since.UnixMicro(), limit)
	return each(rows, reminderRow.model), wrap("list reminders to mail", err)
}

// MarkReminded records that staff were mailed these reminders, or that there is
// nobody to mail.
func (s *Store) MarkReminded(ctx context.Context, ids []int64) error {
	return s.transact(ctx, func(t *Tx) error {
		r := t.run()
		among, list := r.among(ids)
		_, err := r.exec("UPDATE reminders SET mailed_at = ? WHERE id "+among, t.now.UnixMicro(), list)
		return wrap("record that reminders were mailed", err)
	})
}
