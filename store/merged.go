package store

import (
	"context"
	"time"

	"github.com/langnghe/langnghe/models"
)

// MergedInto returns the cases that were merged into one of these, without
// attachments and history. The codes are upper case.
func (t *Tx) MergedInto(codes []string) ([]models.Case, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	among, list := t.run().among(codes)
	// merged_into <> '' lets the partial index serve.
	rows, err := find[caseRow](t.db, "SELECT * FROM cases WHERE merged_into <> '' AND merged_into "+among+" ORDER BY code", list)
	cases, err := bare(rows, err)
	return cases, wrap("find merged cases", err)
}

// WithMerged returns the case and every one that was merged into it, also by way
// of others.
func WithMerged(tx interface {
	MergedInto(codes []string) ([]models.Case, error)
}, c models.Case) ([]models.Case, error) {
	all, seen := []models.Case{c}, map[string]bool{c.Code: true}
	for level := []string{c.Code}; len(level) > 0; {
		merged, err := tx.MergedInto(level)
		if err != nil {
			return nil, err
		}
		level = nil
		for _, m := range merged {
			if !seen[m.Code] {
				seen[m.Code] = true
				all, level = append(all, m), append(level, m.Code)
			}
		}
	}
	return all, nil
}

// maxSimilar bounds the cases that are compared with a new report.
const maxSimilar = 40

// Similar returns the latest open phan_anh of the unit in the category, filed
// since then, that are neither sensitive nor merged, without attachments and
// history.
func (t *Tx) Similar(unit, category string, since time.Time) ([]models.Case, error) {
	rows, err := find[caseRow](t.db, `SELECT * FROM cases WHERE unit = ? AND created_at >= ? AND category = ? AND kind = 'phan_anh'
AND sensitive = 0 AND status IN ('new', 'accepted', 'in_progress', 'waiting_citizen', 'transferred')
ORDER BY created_at DESC, code DESC LIMIT ?`, unit, since.UnixMicro(), category, maxSimilar)
	cases, err := bare(rows, err)
	return cases, wrap("find similar cases", err)
}

// SensitiveIn returns the sensitive cases that came from the conversations,
// without attachments and history.
func (s *Store) SensitiveIn(ctx context.Context, conversations []string) ([]models.Case, error) {
	if len(conversations) == 0 {
		return nil, nil
	}
	db := s.read.WithContext(ctx)
	among, list := on(db).among(conversations)
	rows, err := find[caseRow](db, "SELECT * FROM cases WHERE sensitive = 1 AND conversation "+among+" ORDER BY code", list)
	cases, err := bare(rows, err)
	return cases, wrap("find sensitive cases", err)
}

// bare turns rows into cases without attachments and history.
func bare(rows []caseRow, err error) ([]models.Case, error) {
	cases := make([]models.Case, len(rows))
	for i, w := range rows {
		if err == nil {
			cases[i], err = w.model()
		}
	}
	return cases, err
}
