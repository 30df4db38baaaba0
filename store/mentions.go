package store

import (
	"gorm.io/gorm/clause"

	"github.com/langnghe/langnghe/models"
)

// mentionRow is an account that a note of a case names.
type mentionRow struct {
	Email    string `gorm:"primaryKey"`
	CaseCode string `gorm:"primaryKey"`
	At       int64
	SeenAt   int64
}

// TableName implements gorm's Tabler.
func (mentionRow) TableName() string { return "mentions" }

// Mention marks the case for accounts that a note names, and raises an alarm for
// each, by which they are mailed.
func (t *Tx) Mention(c *models.Case, emails []string) error {
	for _, of := range emails {
		row := mentionRow{Email: email(of), CaseCode: c.Code, At: t.now.UnixMicro()}
		err := t.db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "email"}, {Name: "case_code"}}, UpdateAll: true}).Create(&row).Error
		if err != nil {
			return wrap("mention an account", err)
		}
		if err := t.Raise(Alarm{Kind: AlarmMentioned, Unit: c.Unit, About: row.Email, Category: c.Category, Case: c.Code}); err != nil {
			return err
		}
	}
	return nil
}

// mentionQuery chooses the cases that a note names the principal in and that the
// principal has not looked at since.
func (s *Store) mentionQuery(f DeskFilter) deskQuery {
	q := deskQuery{from: "mentions m JOIN cases c ON c.code = m.case_code"}
	if !s.pg {
		q.from = "mentions m INDEXED BY mentions_unseen CROSS JOIN cases c ON c.code = m.case_code"
	}
	q.and("m.seen_at = 0 AND m.email = ?", email(f.Seen.Email))
	q.filter(f)
	q.period(f, "m.at")
	return q
}

// mentionList is the statement of a page of them, the latest first.
func (s *Store) mentionList(f DeskFilter, from *place) (text string, args []any) {
	q := s.mentionQuery(f)
	q.after(from, "(m.at, m.case_code)", false)
	return q.list("c.*, m.at AS sorted", "m.at DESC, m.case_code DESC", f.fetch())
}
