package store

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/langnghe/langnghe/models"
)

// HiddenMark stands in a case for words that staff hid.
const HiddenMark = "***"

// caseWords are the words of a case that hiding changes.
type caseWords struct {
	Description, Place string
	Events             map[int64]string // Text, by id of the event
}

// maskRow is one as it is stored.
type maskRow struct {
	CaseCode string `gorm:"primaryKey"`
	Hidden   string
	Original string
	ByName   string
	At       int64
}

// TableName implements gorm's Tabler.
func (maskRow) TableName() string { return "case_masks" }

func findMask(db *gorm.DB, code string) (row maskRow, hidden []string, original caseWords, err error) {
	rows, err := find[maskRow](db, "SELECT * FROM case_masks WHERE case_code = ?", clean(code))
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return row, nil, original, err
	}
	row = rows[0]
	return row, hidden, original, errors.Join(fromJSON(row.Hidden, &hidden), fromJSON(row.Original, &original))
}

// Hide replaces the words wherever they stand in the case and its history, as they
// are written, and keeps the case as it was for Unhide. ErrNotFound when they stand
// nowhere. It does not save c: the caller writes the history's line and calls
// RewriteCase.
func (t *Tx) Hide(c *models.Case, words, by string) error {
	row, hidden, original, err := findMask(t.db, c.Code)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return wrap("find a mask", err)
	}
	if original.Events == nil {
		original.Events = map[int64]string{}
	}
	if row.CaseCode == "" {
		original.Description, original.Place = c.Description, c.Place
	}
	found := replaceWords(&c.Description, words)
	found = replaceWords(&c.Place, words) || found
	for i := range c.Events {
		e := &c.Events[i]
		before := e.Text
		if replaceWords(&e.Text, words) {
			found = true
			if _, kept := original.Events[e.ID]; !kept {
				original.Events[e.ID] = before
			}
		}
	}
	if !found {
		return ErrNotFound
	}
	row = maskRow{c.Code, toJSON(append(hidden, words), false), toJSON(original, false), clean(by), t.now.UnixMicro()}
	err = t.db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "case_code"}}, UpdateAll: true}).Create(&row).Error
	return wrap("hide words", err)
}

func replaceWords(in *string, words string) bool {
	before := *in
	*in = strings.ReplaceAll(before, words, HiddenMark)
	return *in != before
}

// Unhide puts back what Hide replaced. ErrNotFound when nothing is hidden. As Hide,
// it does not save c.
func (t *Tx) Unhide(c *models.Case) error {
	_, _, original, err := findMask(t.db, c.Code)
	if err != nil {
		return wrap("find a mask", err)
	}
	c.Description, c.Place = original.Description, original.Place
	for i := range c.Events {
		if text, hidden := original.Events[c.Events[i].ID]; hidden {
			c.Events[i].Text = text
		}
	}
	_, err = t.run().exec("DELETE FROM case_masks WHERE case_code = ?", c.Code)
	return wrap("release hidden words", err)
}

// Hidden returns the words that staff hid in the cases of a conversation, the
// longest first.
func (s *Store) Hidden(ctx context.Context, conversation string) ([]string, error) {
	rows, err := find[maskRow](s.read.WithContext(ctx), "SELECT m.* FROM case_masks m JOIN cases c ON c.code = m.case_code WHERE c.conversation = ?", clean(conversation))
	var all []string
	for _, row := range rows {
		var hidden []string
		err = errors.Join(err, fromJSON(row.Hidden, &hidden))
		all = append(all, hidden...)
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all, wrap("find hidden words", err)
}
