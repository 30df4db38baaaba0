package store

import (
	"testing"

	"github.com/langnghe/langnghe/models"
	"github.com/stretchr/testify/require"
)

// TestRetentionPlans: no turn of the retention reads a table whole.
func TestRetentionPlans(t *testing.T) {
	eachPlanned(t, func(t *testing.T, s *Store) {
		fillPlans(t, s)
		require.NoError(t, s.write.WithContext(t.Context()).Exec("UPDATE cases SET conversation = code").Error)
		require.NoError(t, s.write.WithContext(t.Context()).Exec("ANALYZE").Error)
		q := s.expiredCases(models.PhanAnh, fromMicros(9))
		text, args := q.list("c.code", "c.updated_at, c.code", 20)
		walksIndex(t, s, "cases", text, args)
		require.Contains(t, plan(t, s, text, args), "cases_identified")
		for _, w := range []swept{sweptInbox, sweptOutbox} {
			how := plan(t, s, w.look(), []any{int64(1), int64(5), 500})
			require.NotContains(t, how, "Seq Scan", how)
			require.NotContains(t, how, "TEMP B-TREE", how)
			require.Contains(t, how, "cases_conversation", how)
		}
		files := looseFiles(fromMicros(9), fromMicros(8))
		text, args = files.list("a.id", "a.created_at, a.id", 500)
		how := plan(t, s, text, args)
		require.Contains(t, how, "attachments_loose", how)
		require.NotContains(t, how, "Seq Scan", how)
	})
}
