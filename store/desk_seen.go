package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/langnghe/langnghe/models"
	"gorm.io/gorm/clause"
)

// unreadFor is how long something stays marked as unread: who comes back from a
// holiday, or is new, is not met by a wall of marks.
const unreadFor = 30 * 24 * time.Hour

// unread marks the items in which something came since the account saw them.
func (s *Store) unread(ctx context.Context, of string, now time.Time, items []DeskItem) error {
	if len(items) == 0 || of == "" {
		return nil
	}
	seen := map[string]int64{}
	db := s.desk.WithContext(ctx)
	among, list := on(db).among(each(items, DeskItem.ID))
	err := on(db).query(func(rows *sql.Rows) error {
		var item string
		var at int64
		err := rows.Scan(&item, &at)
		seen[item] = at
		return err
	}, "SELECT item, at FROM desk_seen WHERE email = ? AND item "+among, email(of), list)
	for i := range items {
		latest := items[i].latest()
		items[i].Unread = micros(latest) > seen[items[i].ID()] && latest.After(now.Add(-unreadFor))
	}
	return err
}

// latest is when something came last.
func (i DeskItem) latest() time.Time {
	switch {
	case i.Case != nil:
		return i.Case.UpdatedAt
	case i.Talk.LastUserAt.After(i.Talk.Since):
		return i.Talk.LastUserAt
	}
	return i.Talk.Since
}

// seenRow is when an account looked at something.
type seenRow struct {
	Email string `gorm:"primaryKey"`
	Item  string `gorm:"primaryKey"`
	At    int64
}

// TableName implements gorm's Tabler.
func (seenRow) TableName() string { return "desk_seen" }

// MarkSeen notes that the account looks at a case (its code) or a conversation
// (its id) now. Where the account has no e-mail, being a token, nothing is noted.
func (s *Store) MarkSeen(ctx context.Context, of, item string) error {
	return s.transact(ctx, func(t *Tx) error { return t.MarkSeen(of, item) })
}

// MarkSeen is Store.MarkSeen inside this transaction: what one does oneself is no news.
func (t *Tx) MarkSeen(of, item string) error {
	if of == "" {
		return nil
	}
	err := t.db.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "email"}, {Name: "item"}}, DoUpdates: clause.AssignmentColumns([]string{"at"}),
	}).Create(&seenRow{email(of), clean(item), t.now.UnixMicro()}).Error
	if err != nil {
		return wrap("note what was seen", err)
	}
	_, err = t.run().exec("UPDATE mentions SET seen_at = ? WHERE email = ? AND case_code = ? AND seen_at = 0", t.now.UnixMicro(), email(of), clean(item))
	return wrap("note that a mention was seen", err)
}

// SavedView is a list that an account has given a name.
type SavedView struct {
	Name  string
	Query string // of the page's address, without the question mark
}

// savedViewRow is one as it is stored.
type savedViewRow struct {
	Email string `gorm:"primaryKey"`
	Name  string `gorm:"primaryKey"`
	Query string
	At    int64
}

// TableName implements gorm's Tabler.
func (savedViewRow) TableName() string { return "desk_views" }

// SavedViewsMost is how many an account may have.
const SavedViewsMost = 20

// SavedViews lists the account's, the oldest first.
func (s *Store) SavedViews(ctx context.Context, of string) ([]SavedView, error) {
	rows, err := find[savedViewRow](s.desk.WithContext(ctx), "SELECT * FROM desk_views WHERE email = ? ORDER BY at, name", email(of))
	return each(rows, func(w savedViewRow) SavedView { return SavedView{w.Name, w.Query} }), wrap("list saved views", err)
}

// SaveView keeps a list by its name; an earlier one of that name is replaced.
// ErrFull when the account has SavedViewsMost already.
func (t *Tx) SaveView(of string, v SavedView) error {
	var others int64
	err := t.db.Model(&savedViewRow{}).Where("email = ? AND name <> ?", email(of), clean(v.Name)).Count(&others).Error
	if err == nil && others >= SavedViewsMost {
		err = ErrFull
	}
	if err != nil {
		return wrap("save a view", err)
	}
	err = t.db.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "email"}, {Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"query"}),
	}).Create(&savedViewRow{email(of), clean(v.Name), clean(v.Query), t.now.UnixMicro()}).Error
	return wrap("save a view", err)
}

// DropView forgets a saved list. ErrNotFound.
func (t *Tx) DropView(of, name string) error {
	n, err := t.run().exec("DELETE FROM desk_views WHERE email = ? AND name = ?", email(of), clean(name))
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return wrap("drop a view", err)
}

// TakeCase gives an open case that nobody has to the account, by one conditional
// update: of two who take it at once, one does. It must be a case that the
// principal may see. It reports whether it was taken; the history and the rest
// are the caller's to write.
func (t *Tx) TakeCase(p models.Principal, code string) (bool, error) {
	q := deskQuery{}
	q.equal("unit", p.Unit)
	if rule, args := sensitiveRule(p, ""); rule != "" {
		q.and(rule, args...)
	}
	q.and("code = ? AND assignee = '' AND open = 1", code)
	n, err := t.run().exec("UPDATE cases SET assignee = ?"+q.conditions(), append([]any{email(p.Email)}, q.args...)...)
	return n == 1, wrap("take a case", err)
}
