package store

import (
	"context"

	"github.com/langnghe/langnghe/models"
)

// MergedInto returns the cases that were merged into one of these, without
// attachments and history.
func (t *Tx) MergedInto(codes []string) ([]models.Case, error) { panic("") }

// SensitiveIn returns the sensitive cases that came from the conversations,
// without attachments and history.
func (s *Store) SensitiveIn(ctx context.Context, conversations []string) ([]models.Case, error) {
	panic("")
}
