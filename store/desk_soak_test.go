package store_test

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
	"github.com/stretchr/testify/require"
)

const (
	deskMillion = 1_000_000
	deskBound   = 100 * time.Millisecond // what a list may take
)

// deskFill makes a million cases in the database itself: a tenth in the largest
// unit, a fifth open, words as frequent as those of a language. NOW, WORDS and
// NUMBERS are put in.
const deskFill = `INSERT INTO cases (code, unit, kind, category, status, priority, sensitive, description, place, location, anonymous,
contact_name, contact_phone, decision, platform, conversation, assignee, merged_into, created_at, due_at, resolved_at, paused_at, updated_at, words)
SELECT code, CASE WHEN n % 10 = 0 THEN 'u-0' ELSE 'u-' || (n % 95) END,
CASE WHEN n % 20 = 0 THEN 'khieu_nai' ELSE 'phan_anh' END, CASE WHEN n % 50000 = 0 THEN 'rare' ELSE 'c-' || (n / 5 % 40) END,
CASE WHEN n % 5 > 0 THEN CASE WHEN n % 100 = 1 THEN 'merged' ELSE 'resolved' END WHEN n % 25 = 0 THEN 'waiting_citizen' WHEN n % 25 = 5 THEN 'new' ELSE 'in_progress' END,
'normal', CASE WHEN n % 50 = 0 THEN 1 ELSE 0 END, 'x', '', '', 0, 'Nguyen Van ' || (n % 700), '09' || (10000000 + n), '',
CASE WHEN n % 1000 = 0 THEN 'counter' ELSE 'zalo' END, 'zalo:3:' || n, CASE WHEN n % 3 = 0 THEN '' ELSE 'a' || (n % 300) || '@x.vn' END, '',
NOW - (1000000 - n) * 60000000, NOW + ((n * 7919) % 40 - 20) * 86400000000, 0, 0, NOW - (1000000 - n) * 60000000, lower(code) || WORDS
FROM (SELECT n, 'PA2026-' || substr(CAST(1000000 + n AS TEXT), 2) || 'X' AS code FROM NUMBERS) AS numbered`

// fillMillion fills the database and returns a store on it.
func fillMillion(t *testing.T, url string) *store.Store {
	t.Helper()
	s := open(t, url, store.Options{})
	driver, address := "pgx", url
	numbers := "(SELECT CAST(v AS BIGINT) AS n FROM generate_series(1, 1000000) AS v) AS up"
	if file, lite := strings.CutPrefix(url, "sqlite:"); lite {
		driver, address = "sqlite", file
		numbers = "(WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 1000000) SELECT n FROM up) AS up"
	}
	words := ""
	for i := range 12 { // of the first there are four, each in every fourth case; of the last there are thousands
		words += fmt.Sprintf(" || ' w%dx' || ((n * %d) %% %d)", i, 7919+i*104729, 4<<i)
	}
	db, err := sql.Open(driver, address)
	require.NoError(t, err)
	defer db.Close()
	begin := time.Now()
	_, err = db.ExecContext(t.Context(), strings.NewReplacer("NOW", fmt.Sprint(deskNow().UnixMicro()), "WORDS", words[4:], "NUMBERS", numbers).Replace(deskFill))
	require.NoError(t, err)
	if driver == "pgx" { // as autovacuum does in its time
		_, err = db.ExecContext(t.Context(), "VACUUM ANALYZE cases, case_search")
		require.NoError(t, err)
	}
	t.Logf("filled in %v", time.Since(begin).Round(time.Second))
	return s
}

// TestDeskAtAMillionCases takes every list, search and count of the inbox at a
// million cases. The best of five counts, for the machine does other things too.
func TestDeskAtAMillionCases(t *testing.T) {
	if os.Getenv("LANGNGHE_SOAK") != "1" {
		t.Skip("skipped: set LANGNGHE_SOAK=1 to fill a million cases")
	}
	storetest.Each(t, func(t *testing.T, url string) {
		s := fillMillion(t, url)
		for _, p := range []models.Principal{
			{Name: "O", Email: "a7@x.vn", Role: models.RoleOfficer, Unit: "u-0"}, {Name: "L", Email: "a8@x.vn", Role: models.RoleLeader},
			{Name: "V", Email: "v@x.vn", Role: models.RoleViewer}, {Name: "W", Email: "w@x.vn", Role: models.RoleViewer, Unit: "u-17"},
		} {
			deskTimes(t, s, p)
		}
	})
}

func deskTimes(t *testing.T, s *store.Store, p models.Principal) {
	t.Helper()
	who := fmt.Sprintf("%s %s", p.Role, p.Unit)
	for name, f := range deskQuestions() {
		f.Seen, f.Now, f.Soon = p, deskNow(), deskNow().Add(48*time.Hour)
		inTime(t, who+" "+name, func() error {
			_, next, err := s.Desk(t.Context(), f)
			if err == nil && next != "" {
				f.Cursor = next
			}
			return err
		})
	}
	f := store.DeskFilter{Seen: p, Now: deskNow(), Soon: deskNow().Add(48 * time.Hour)}
	inTime(t, who+" counts", func() error { _, err := s.DeskCounts(t.Context(), f); return err })
	inTime(t, who+" mark", func() error { _, err := s.DeskMark(t.Context(), p.Unit); return err })
}

// deskQuestions are what staff ask of the inbox.
func deskQuestions() map[string]store.DeskFilter {
	all := map[string]store.DeskFilter{}
	for _, v := range store.DeskViews {
		all[string(v)] = store.DeskFilter{View: v}
	}
	for name, f := range map[string]store.DeskFilter{
		"kind": {Kind: "khieu_nai"}, "category": {Category: "c-7"}, "rare category": {Category: "rare"}, "no category": {Category: "none"},
		"merged": {Status: "merged"}, "channel": {Channel: models.Counter}, "period": {Since: deskNow().AddDate(0, -6, 0), Until: deskNow().AddDate(0, -5, 0)},
		"two":                 {Channel: models.Counter, Kind: "khieu_nai"},
		"search every fourth": {Query: "w0x3"}, "search common two": {Query: "w0x1 w1x3"}, "search rare": {Query: "w11x77"}, "search rare two": {Query: "w9x2000 w10x3000"},
		"search code": {Query: "PA2026-123456X"}, "search phone": {Query: "0910654321"}, "search name": {Query: "nguyen van 312"}, "search nothing": {Query: "khongcogi"},
		"search year": {Query: "pa2026"}, "search everybody": {Query: "nguyen"},
	} {
		f.View = store.DeskAll
		all[name] = f
		f.View = store.DeskOpen
		all[name+", open"] = f
	}
	return all
}

func inTime(t *testing.T, name string, do func() error) {
	t.Helper()
	best := time.Hour
	for range 5 {
		begin := time.Now()
		if err := do(); err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		best = min(best, time.Since(begin))
	}
	if best > deskBound/4 {
		t.Logf("%-40s %v", name, best.Round(time.Millisecond))
	}
	if best > deskBound {
		t.Errorf("%s took %v", name, best)
	}
}
