package store

import (
	"context"
	"strconv"
	"time"

	"github.com/langnghe/langnghe/models"
)

// auditTimeout bounds a listing of the audit.
const auditTimeout = 10 * time.Second

// AuditEntry is one line of the audit.
type AuditEntry struct {
	ID     int64
	At     time.Time
	Actor  string // models.Principal.Actor; "" for nobody who is known
	Action string
	About  string // a case's code, a conversation's id, an account's e-mail, …
	Detail string
	Unit   string // of who did it; "" for the whole province
}

// auditRow is a line as it is stored.
type auditRow struct {
	ID     int64 `gorm:"primaryKey"`
	At     int64
	Actor  string
	Action string
	About  string
	Detail string
	Unit   string
}

// TableName implements gorm's Tabler.
func (auditRow) TableName() string { return "audit" }

func (w auditRow) model() AuditEntry {
	return AuditEntry{w.ID, fromMicros(w.At), w.Actor, w.Action, w.About, w.Detail, w.Unit}
}

// Audit writes one line of the audit, append-only: the database itself refuses
// to change one, or to delete one by any other way than ForgetAudit.
func (t *Tx) Audit(by models.Principal, action, about, detail string) error {
	row := auditRow{
		At: t.now.UnixMicro(), Actor: clean(by.Actor()), Action: clean(action), About: clean(about), Detail: clean(detail), Unit: clean(by.Unit),
	}
	return wrap("write audit", t.db.Create(&row).Error)
}

// AuditFilter chooses lines of the audit. Empty fields do not bound; all others
// are compared whole.
type AuditFilter struct {
	Actor, Action, About, Unit string
	Since, Until               time.Time // until is not in it
	Page
}

// AuditEntries lists the audit, newest first, and returns the cursor of the next
// page or "".
func (s *Store) AuditEntries(ctx context.Context, f AuditFilter) ([]AuditEntry, string, error) {
	ctx, cancel := context.WithTimeout(ctx, auditTimeout)
	defer cancel()
	from, err := f.parse("a")
	if err != nil {
		return nil, "", err
	}
	text, args, err := s.auditList(f, from)
	if err != nil {
		return nil, "", err
	}
	rows, err := find[auditRow](s.desk.WithContext(ctx), text, args...)
	rows, next := cut(f.Page, "a", rows, func(w auditRow) (int64, string) { return w.At, strconv.FormatInt(w.ID, 10) })
	return each(rows, auditRow.model), next, wrap("list the audit", err)
}

// auditList is the statement of a page. SQLite has no statistics of what is rare,
// so it is told which index the list is read by.
func (s *Store) auditList(f AuditFilter, from *place) (text string, args []any, err error) {
	q := deskQuery{from: "audit a"}
	if !s.pg {
		q.from += " INDEXED BY " + f.index()
	}
	q.equal("a.about", f.About)
	q.equal("a.actor", f.Actor)
	q.equal("a.action", f.Action)
	if f.Unit != "" {
		q.and("a.unit <> ''") // lets the partial index serve
		q.equal("a.unit", f.Unit)
	}
	if !f.Since.IsZero() {
		q.and("a.at >= ?", f.Since.UnixMicro())
	}
	if !f.Until.IsZero() {
		q.and("a.at < ?", f.Until.UnixMicro())
	}
	if from != nil {
		id, err := strconv.ParseInt(from.id, 10, 64)
		if err != nil {
			return "", nil, ErrCursor
		}
		q.and("(a.at, a.id) < (?, ?)", from.at, id)
	}
	text, args = q.list("a.*", "a.at DESC, a.id DESC", f.fetch())
	return text, args, nil
}

// index names the index that the list is read by, in its order: that of what is
// rarest.
func (f AuditFilter) index() string {
	switch {
	case f.About != "":
		return "audit_about"
	case f.Actor != "" && f.Action != "":
		return "audit_actor_action"
	case f.Actor != "":
		return "audit_actor"
	case f.Unit != "":
		return "audit_unit"
	case f.Action != "":
		return "audit_action"
	}
	return "audit_at"
}

// AuditBefore reports whether the audit has a line from before then.
func (s *Store) AuditBefore(ctx context.Context, before time.Time) (bool, error) {
	var at []int64
	err := s.read.WithContext(ctx).Raw("SELECT at FROM audit ORDER BY at LIMIT 1").Scan(&at).Error
	return len(at) > 0 && at[0] < before.UnixMicro(), wrap("find the oldest of the audit", err)
}

// ForgetAudit deletes up to limit of the oldest lines before then, and returns how
// many. It is the only way to take lines out, and the database lets none go that
// is less than a year older than the newest.
func (t *Tx) ForgetAudit(before time.Time, limit int) (int64, error) {
	r := t.run()
	if _, err := r.exec("INSERT INTO audit_retention (until) VALUES (?)", before.UnixMicro()); err != nil {
		return 0, wrap("begin to forget the audit", err)
	}
	n, err := r.exec("DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? ORDER BY at, id LIMIT ?)", before.UnixMicro(), limit)
	if err != nil {
		return 0, wrap("forget the audit", err)
	}
	_, err = r.exec("DELETE FROM audit_retention")
	return n, wrap("end forgetting the audit", err)
}
