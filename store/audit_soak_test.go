package store_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
	"github.com/stretchr/testify/require"
)

// TestAuditAtAMillion takes every way to search the audit at a million lines, and the
// retention's work among half a million messages.
func TestAuditAtAMillion(t *testing.T) {
	if os.Getenv("LANGNGHE_SOAK") != "1" {
		t.Skip("skipped: set LANGNGHE_SOAK=1 to fill a million rows")
	}
	storetest.Each(t, func(t *testing.T, url string) {
		now := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
		s := open(t, url, store.Options{Now: func() time.Time { return now }})
		fillAudit(t, url, now)
		for name, f := range map[string]store.AuditFilter{
			"all": {}, "person": {Actor: "a7@x.vn"}, "action": {Action: "case.looked"}, "rare action": {Action: "account.added"}, "about": {About: "PA2026-4711"},
			"person and action": {Actor: "a7@x.vn", Action: "account.added"}, "unit": {Unit: "u-7"}, "unit and rare action": {Unit: "u-7", Action: "account.added"},
			"unit, person, action": {Unit: "u-7", Actor: "a7@x.vn", Action: "case.looked"}, "a month": {Since: now.AddDate(-1, 0, 0), Until: now.AddDate(-1, 1, 0)},
			"a month of a person": {Actor: "a7@x.vn", Since: now.AddDate(-1, 0, 0), Until: now.AddDate(-1, 1, 0)}, "nobody": {Actor: "z"},
		} {
			f.Limit = 100
			inTime(t, name, func() error {
				_, next, err := s.AuditEntries(t.Context(), f)
				f.Cursor = next
				return err
			})
		}
		inTime(t, "200 lines forgotten", func() error {
			return s.Update(t.Context(), func(tx *store.Tx) error { _, err := tx.ForgetAudit(now.AddDate(-2, 0, 0), 200); return err })
		})
		var at store.Sweep
		inTime(t, "500 messages looked through", func() (err error) {
			at, err = s.SweepInbox(t.Context(), at, now.AddDate(-1, 0, 0), 500)
			return err
		})
		inTime(t, "what is due", func() error {
			_, err := s.RetentionDue(t.Context(), models.Retention{Audit: 800 * 24 * time.Hour, Talks: 365 * 24 * time.Hour, Drafts: 30 * 24 * time.Hour}, now)
			return err
		})
	})
}

// fillAudit writes a million lines of three years, of 300 people in 100 units, and half a
// million played messages.
func fillAudit(t *testing.T, url string, now time.Time) {
	t.Helper()
	const lines, step = "1000000", "94608000" // microseconds between two: three years in all
	from := "generate_series(1::bigint, " + lines + ") AS i"
	messages := "generate_series(1::bigint, 500000) AS i"
	if strings.HasPrefix(url, "sqlite:") {
		from = "(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < " + lines + ") SELECT i FROM s)"
		messages = strings.Replace(from, lines, "500000", 1)
	}
	start := now.AddDate(-3, 0, 0).UnixMicro()
	db := raw(t, url)
	for _, sql := range []string{
		`INSERT INTO audit (at, actor, action, about, detail, unit) SELECT ` + strconv.FormatInt(start, 10) + ` + i * ` + step + `, 'a' || (i % 300) || '@x.vn',
CASE WHEN i % 50000 = 0 THEN 'account.added' WHEN i % 3 = 0 THEN 'case.reply' ELSE 'case.looked' END, 'PA2026-' || (i % 600000), '', 'u-' || (i % 100) FROM ` + from,
		`INSERT INTO inbox (seq, conversation, channel, event_id, kind, at, received, due, status, body) SELECT i, 'zalo:1:' || (i % 100000), 'zalo:1', 'e' || i, 'message',
` + strconv.FormatInt(start, 10) + ` + i * 189216000, ` + strconv.FormatInt(start, 10) + ` + i * 189216000, 0, 1, '{}' FROM ` + messages,
	} {
		_, err := db.Exec(sql)
		require.NoError(t, err)
	}
	if !strings.HasPrefix(url, "sqlite:") {
		_, err := db.Exec("ANALYZE")
		require.NoError(t, err)
	}
}
