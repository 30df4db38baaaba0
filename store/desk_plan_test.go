package store

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store/storetest"
	"github.com/stretchr/testify/require"
)

// eachPlanned runs f on a new store of each kind.
func eachPlanned(t *testing.T, f func(t *testing.T, s *Store)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		s, err := Open(t.Context(), url, Options{Migrate: true})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		f(t, s)
	})
}

// plan returns how the database means to answer a statement. PostgreSQL, which
// would rather read a small table whole, is asked what it does with a large one.
func plan(t *testing.T, s *Store, text string, args []any) string {
	t.Helper()
	pool, err := s.desk.DB()
	require.NoError(t, err)
	conn, err := pool.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	explain := "EXPLAIN QUERY PLAN "
	if s.pg {
		explain = "EXPLAIN "
		_, err := conn.ExecContext(t.Context(), "SET enable_seqscan = off; SET enable_sort = off; SET random_page_cost = 1.1")
		require.NoError(t, err)
	}
	rows, err := conn.QueryContext(t.Context(), runner{pg: s.pg}.bound(explain+text), args...)
	require.NoError(t, err)
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var a, b, c int
		var line string
		if s.pg {
			err = rows.Scan(&line)
		} else {
			err = rows.Scan(&a, &b, &c, &line)
		}
		require.NoError(t, err)
		lines = append(lines, line)
	}
	require.NoError(t, rows.Err())
	return strings.Join(lines, "\n")
}

// walksIndex asserts that a statement reads an index in the order it wants: no
// table is read whole, nothing is sorted.
func walksIndex(t *testing.T, s *Store, name, text string, args []any) {
	t.Helper()
	how := plan(t, s, text, args)
	require.Contains(t, strings.ToUpper(how), "INDEX", "%s\n%s\n%s", name, text, how)
	for _, bad := range []string{"Seq Scan", "Sort", "TEMP B-TREE", "SCAN cases\n", "SCAN c\n", "BitmapOr"} {
		require.NotContains(t, how+"\n", bad, "%s\n%s\n%s", name, text, how)
	}
}

func TestDeskPlans(t *testing.T) {
	eachPlanned(t, func(t *testing.T, s *Store) {
		fillPlans(t, s)
		from := &place{at: 5, id: "A"}
		for _, seen := range []models.Principal{
			{Role: models.RoleOfficer, Email: "a@x.vn", Unit: "u-1"}, {Role: models.RoleLeader, Unit: "u-1"}, {Role: models.RoleInspector}, {Role: models.RoleViewer},
		} {
			for _, f := range []DeskFilter{{}, {Kind: "khieu_nai"}, {Category: "c"}, {Status: "new"}, {Channel: models.Zalo}, {Status: "new", Kind: "khieu_nai", Category: "c"}} {
				f.Seen = seen
				plansOf(t, s, f, from)
			}
		}
	})
}

func plansOf(t *testing.T, s *Store, f DeskFilter, from *place) {
	t.Helper()
	for _, f.View = range DeskViews {
		name := fmt.Sprintf("%s %+v", f.View, f)
		var text string
		var args []any
		switch {
		case f.View == DeskUndelivered:
			text, args = undeliveredList(f, from)
		case f.View == DeskMentioned:
			text, args = s.mentionList(f, from)
		case f.View.OfTalks():
			text, args = s.talkList(f, from, false)
		default:
			text, args = s.caseList(f, from)
		}
		walksIndex(t, s, name, text, args)
		if f.View.OfAssigned() {
			of := f
			of.Whose = "a@x.vn"
			text, args := s.caseList(of, from)
			walksIndex(t, s, "of somebody: "+name, text, args)
		}
		for _, q := range s.countQueries(f) {
			text, args := q.count()
			walksIndex(t, s, "count of "+name, text, args)
		}
	}
	text, args := s.searchList(f, []string{"ngap", "12a"}, false, nil)
	how := plan(t, s, text, args)
	if s.pg {
		require.Contains(t, how, "case_search_", how)
		require.NotContains(t, how, "Seq Scan", how)
		for _, fetched := range []func() (string, []any){
			func() (string, []any) { return s.searchList(f, []string{"ngap", "12a"}, true, nil) },
			func() (string, []any) { return fewQuery(f, []string{"ngap", "12a"}) },
		} {
			text, args := fetched()
			require.Contains(t, plan(t, s, text, args), "Bitmap Index Scan on case_search_vector")
		}
		return
	}
	require.Contains(t, how, "SCAN f VIRTUAL TABLE INDEX", how)
	require.NotContains(t, how, "TEMP B-TREE", how)
}

// fillPlans gives PostgreSQL something to count.
func fillPlans(t *testing.T, s *Store) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), func(tx *Tx) error {
		for i := range 400 {
			c := models.Case{
				Code: fmt.Sprint("C", i), Unit: fmt.Sprint("u-", i%20), Status: models.Statuses[i%9], Kind: models.Kinds[i%5], Category: fmt.Sprint("c", i%30),
				Description: "đường ngập", CreatedAt: fromMicros(int64(i + 1)), UpdatedAt: fromMicros(int64(i + 1)), DueAt: fromMicros(int64(i + 1)),
			}
			if err := tx.InsertCase(&c); err != nil {
				return err
			}
		}
		return nil
	}))
	if s.pg {
		require.NoError(t, s.write.WithContext(context.WithoutCancel(t.Context())).Exec("ANALYZE").Error)
	}
}

// TestFieldPlans: what is visited on a day is read by an index too.
func TestFieldPlans(t *testing.T) {
	eachPlanned(t, func(t *testing.T, s *Store) {
		officer := models.Principal{Email: "lan@example.vn", Role: models.RoleOfficer, Unit: "tran-bien"}
		for name, f := range map[string]FieldFilter{
			"of a unit": {Seen: officer, Limit: 40}, "of the province": {Seen: models.Principal{Role: models.RoleLeader}, Limit: 40},
		} {
			q := s.owedQuery(f)
			text, args := q.list("c.*", "c.due_at, c.code", f.Limit)
			walksIndex(t, s, name, text, args)
		}
		again := s.againQuery(FieldFilter{Seen: officer, Mine: true, Limit: 40})
		text, args := again.list("c.*", "d.due, c.code", 40)
		require.Contains(t, plan(t, s, text, args), "reminders_follow_up")
	})
}
