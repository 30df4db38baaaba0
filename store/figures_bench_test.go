package store

import (
	"strings"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store/storetest"
	"github.com/stretchr/testify/require"
)

// figureCases is how many cases a year the benchmark's province has.
const figureCases = 50_000

// BenchmarkFigures counts the figures of a year of a whole province, and of a month
// of one unit.
func BenchmarkFigures(b *testing.B) {
	calendar, err := models.NewCalendar(models.Hours{
		Offset: 7 * time.Hour, Weekdays: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		Spans: []models.Span{{From: 8 * time.Hour, To: 17 * time.Hour}},
	})
	require.NoError(b, err)
	from := calendar.Midnight(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			s, err := Open(b.Context(), url(b), Options{Migrate: true})
			require.NoError(b, err)
			b.Cleanup(func() { require.NoError(b, s.Close()) })
			require.NoError(b, fillYear(s, from))
			for period, f := range map[string]FigureFilter{
				"year":  {Seen: models.Principal{Role: models.RoleViewer}, From: from, To: from.AddDate(1, 0, 0), Calendar: calendar},
				"month": {Seen: models.Principal{Role: models.RoleOfficer, Unit: "u7"}, From: from, To: from.AddDate(0, 1, 0), Calendar: calendar},
			} {
				b.Run(period, func(b *testing.B) {
					for b.Loop() {
						figures, err := s.Figures(b.Context(), f)
						require.NoError(b, err)
						require.NotZero(b, figures.All.Received)
					}
				})
			}
		})
	}
}

// fillYear makes a year of cases of 100 units, each told of and most resolved.
func fillYear(s *Store, from time.Time) error {
	numbers := "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
	if s.pg {
		numbers = "WITH n(i) AS (SELECT * FROM generate_series(0, ?)) "
	}
	const columns = `code, unit, kind, category, status, priority, sensitive, description, place, location, anonymous, contact_name, contact_phone, decision,
platform, conversation, assignee, merged_into, created_at, due_at, resolved_at, paused_at, updated_at, words`
	every := (365 * 24 * time.Hour / figureCases).Microseconds()
	at := strings.NewReplacer("{at}", "(CAST(? AS BIGINT) + CAST(i AS BIGINT) * CAST(? AS BIGINT))").Replace
	if err := s.write.Exec(at("INSERT INTO cases ("+columns+") "+numbers+`SELECT 'C' || i, 'u' || (i % 100), 'phan_anh', 'c' || (i % 12), 'resolved', 'normal', 0,
'Đường ngập trước nhà', '', '', 0, '', '', '', 'zalo', 'zalo:3:' || i, '', '', {at}, {at} + 864000000000, {at} + CAST(i % 1000000 AS BIGINT) * 900000, 0, {at}, 'duong ngap' FROM n`),
		figureCases-1, from.UnixMicro(), every, from.UnixMicro(), every, from.UnixMicro(), every, from.UnixMicro(), every).Error; err != nil {
		return err
	}
	return s.write.Exec(at("INSERT INTO case_facts (code, first_at, reopened) "+numbers+"SELECT 'C' || i, {at} + 7200000000, 0 FROM n"),
		figureCases-1, from.UnixMicro(), every).Error
}
