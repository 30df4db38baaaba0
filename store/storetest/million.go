package storetest

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // a driver of the filling, as the other
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"
)

// Busiest is the unit that FillCases gives every tenth case to.
const Busiest = "tran-bien"

// fills make n cases in the database itself: a tenth in the busiest unit, a fifth
// open, words as frequent as those of a language, each with two lines of history,
// two messages of its citizen and two of ours. NOW, COUNT, WORDS and NUMBERS are
// put in; minutes lie between two cases.
var fills = []string{`INSERT INTO cases (code, unit, kind, category, status, priority, sensitive, description, place, location, anonymous,
contact_name, contact_phone, decision, platform, conversation, assignee, merged_into, created_at, due_at, resolved_at, paused_at, updated_at, words)
SELECT code, CASE WHEN n % 10 = 0 THEN 'tran-bien' ELSE 'u-' || (n % 95) END,
CASE WHEN n % 20 = 0 THEN 'khieu_nai' ELSE 'phan_anh' END, CASE WHEN n % 50000 = 0 THEN 'rare' ELSE 'c-' || (n / 3 % 40) END,
CASE WHEN m % 5 > 0 THEN CASE WHEN m % 100 = 1 THEN 'merged' ELSE 'resolved' END WHEN m % 25 = 0 THEN 'waiting_citizen' WHEN m % 25 = 5 THEN 'new' ELSE 'in_progress' END,
'normal', CASE WHEN n % 53 = 0 THEN 1 ELSE 0 END, 'x', '', '', 0, 'Nguyen Van ' || (n % 700), '09' || (10000000 + n), '',
CASE WHEN n % 1000 = 0 THEN 'counter' ELSE 'zalo' END, 'zalo:3:' || n, CASE WHEN n % 3 = 0 THEN '' ELSE 'a' || (n % 300) || '@x.vn' END, '',
NOW - (COUNT - n) * 60000000, NOW + ((n * 7919) % 40 - 20) * 86400000000, 0, 0, NOW - (COUNT - n) * 60000000, lower(code) || WORDS
FROM (SELECT n, n / 10 AS m, 'PA2026-' || substr(CAST(1000000 + n AS TEXT), 2) || 'X' AS code FROM NUMBERS) AS numbered`,
	`INSERT INTO case_events (case_code, at, actor, action, from_status, to_status, text, detail)
SELECT 'PA2026-' || substr(CAST(1000000 + n AS TEXT), 2) || 'X', NOW - (COUNT - n) * 60000000, '', 'file', '', 'new', '', '' FROM NUMBERS`,
	`INSERT INTO case_events (case_code, at, actor, action, from_status, to_status, text, detail)
SELECT 'PA2026-' || substr(CAST(1000000 + n AS TEXT), 2) || 'X', NOW - (COUNT - n) * 60000000 + 1, 'a1@x.vn', 'accept', 'new', 'accepted', '', '' FROM NUMBERS`,
	`INSERT INTO conversations (id, channel, peer, unit, last_user_at) SELECT 'zalo:3:' || n, 'zalo:3', CAST(n AS TEXT), '', NOW FROM NUMBERS`,
	inboxFill("1"), inboxFill("2"), outboxFill("1"), outboxFill("2"),
}

func inboxFill(i string) string {
	return `INSERT INTO inbox (seq, conversation, channel, event_id, kind, at, received, due, status, body)
SELECT 2 * n + ` + i + `, 'zalo:3:' || n, 'zalo:3', '` + i + `-' || n, 'message', NOW - (COUNT - n) * 60000000 + ` + i + `, NOW, 0, 1,
'{"ID":"` + i + `","Kind":"message","Text":"x"}' FROM NUMBERS`
}

func outboxFill(i string) string {
	return `INSERT INTO outbox (conversation, channel, peer, case_code, key, text, choices, origin, priority, status, open, attempts, next_at, sending_at, owner, created_at)
SELECT 'zalo:3:' || n, 'zalo:3', CAST(n AS TEXT), '', '', 'x', '', 'bot', 0, 'sent', 0, 1, 0, NOW, '', NOW - (COUNT - n) * 60000000 + ` + i + `0 FROM NUMBERS`
}

// FillCases fills the migrated database at the URL with n cases, the last filed
// at now, and lets PostgreSQL count them, as it does by itself in time.
func FillCases(tb testing.TB, url string, n int, now time.Time) {
	tb.Helper()
	driver, address := "pgx", url
	numbers := fmt.Sprintf("(SELECT CAST(v AS BIGINT) AS n FROM generate_series(1, %d) AS v) AS up", n)
	if file, lite := strings.CutPrefix(url, "sqlite:"); lite {
		driver, address = "sqlite", "file:"+file+"?_pragma=synchronous(off)&_pragma=busy_timeout(10000)&_pragma=cache_size(-200000)"
		numbers = fmt.Sprintf("(WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < %d) SELECT n FROM up) AS up", n)
	}
	var words strings.Builder
	for i := range 12 { // of the first there are four, each in every fourth case; of the last there are thousands
		fmt.Fprintf(&words, " || ' w%dx' || ((n * %d) %% %d)", i, 7919+i*104729, 4<<i)
	}
	db, err := sql.Open(driver, address)
	require.NoError(tb, err)
	defer db.Close()
	put := strings.NewReplacer("NOW", fmt.Sprint(now.UnixMicro()), "COUNT", fmt.Sprint(n), " || WORDS", words.String(), "NUMBERS", numbers)
	begin := time.Now()
	for _, fill := range fills {
		_, err = db.ExecContext(tb.Context(), put.Replace(fill))
		require.NoError(tb, err)
	}
	if driver == "pgx" {
		_, err = db.ExecContext(tb.Context(), "VACUUM ANALYZE")
		require.NoError(tb, err)
	}
	tb.Logf("%d cases filled in %v", n, time.Since(begin).Round(time.Second))
}
