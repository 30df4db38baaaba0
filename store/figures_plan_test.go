package store

import (
	"fmt"
	"testing"

	"github.com/langnghe/langnghe/models"
	"github.com/stretchr/testify/require"
)

// TestFigurePlans: figures and the call list read what a period or a page has,
// not all there ever was.
func TestFigurePlans(t *testing.T) {
	eachPlanned(t, func(t *testing.T, s *Store) {
		fillPlans(t, s)
		for _, seen := range []models.Principal{{Role: models.RoleOfficer, Unit: "u-1"}, {Role: models.RoleInspector}, {Role: models.RoleViewer}} {
			f := FigureFilter{Seen: seen, From: fromMicros(10), To: fromMicros(20)}
			for table, q := range map[string]deskQuery{
				"cases": s.factQuery(f), "ratings": ratingQuery(f), "calls": untoldQuery(f), "questions": askedQuery(f),
			} {
				bounded(t, s, table, "SELECT 1 "+q.text(), q.args)
			}
			q, err := callQuery(CallFilter{Seen: seen, Due: fromMicros(100)}, &place{at: 5, id: "7"})
			require.NoError(t, err)
			text := "SELECT " + callColumns + " " + q.text() + " ORDER BY k.next_at, k.id LIMIT ?"
			walksIndex(t, s, fmt.Sprint("calls of ", seen), text, append(q.args, 51))
			bounded(t, s, "calls", text, append(q.args, 51))
		}
	})
}

// bounded asserts that no table is read whole.
func bounded(t *testing.T, s *Store, name, text string, args []any) {
	t.Helper()
	how := plan(t, s, text, args)
	require.NotContains(t, how, "Seq Scan", "%s\n%s", name, how)
	require.NotRegexp(t, `SCAN \w+( |$)`, how, "%s\n%s", name, how)
}
