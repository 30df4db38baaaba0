package store

import (
	"context"

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
