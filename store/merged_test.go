package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func TestMergedAndSensitive(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		require.NoError(t, s.Update(ctx, func(tx *store.Tx) error {
			for _, c := range []models.Case{
				{Code: "PA2026-AAAAAA", Conversation: "zalo:1:a"},
				{Code: "PA2026-BBBBBB", Conversation: "zalo:1:b", MergedInto: "pa2026-aaaaaa"},
				{Code: "PA2026-CCCCCC", Conversation: "zalo:1:c", MergedInto: "PA2026-BBBBBB", Sensitive: true},
			} {
				if err := tx.InsertCase(&c); err != nil {
					return err
				}
			}
			return nil
		}))
		merged := func(codes ...string) (found []string) {
			require.NoError(t, s.Update(ctx, func(tx *store.Tx) error {
				cases, err := tx.MergedInto(codes)
				found = codesOf(cases)
				return err
			}))
			return found
		}
		require.Equal(t, []string{"PA2026-BBBBBB"}, merged("PA2026-AAAAAA"))
		require.Equal(t, []string{"PA2026-BBBBBB", "PA2026-CCCCCC"}, merged("PA2026-AAAAAA", "PA2026-BBBBBB"))
		require.Empty(t, merged("PA2026-CCCCCC"))
		require.Empty(t, merged(""))
		require.Empty(t, merged())

		cases, err := s.SensitiveIn(ctx, []string{"zalo:1:a", "zalo:1:c", "zalo:1:none"})
		require.NoError(t, err)
		require.Equal(t, []string{"PA2026-CCCCCC"}, codesOf(cases))
		require.Equal(t, "zalo:1:c", cases[0].Conversation)
		cases, err = s.SensitiveIn(ctx, nil)
		require.NoError(t, err)
		require.Empty(t, cases)
	})
}

func codesOf(cases []models.Case) (codes []string) {
	for _, c := range cases {
		codes = append(codes, c.Code)
	}
	return codes
}
