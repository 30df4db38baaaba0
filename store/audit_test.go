package store_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/stretchr/testify/require"
)

// TestAuditIsAppendOnly: the database refuses every change of the audit but the
// retention's, and that of the last year too.
func TestAuditIsAppendOnly(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		var us atomic.Int64
		us.Store(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro())
		s := open(t, url, store.Options{Now: func() time.Time { return time.UnixMicro(us.Load()) }})
		write := func(action string) {
			update(t, s, func(tx *store.Tx) error {
				return tx.Audit(models.Principal{Name: "An", Email: " An@X.vn", Unit: "u"}, action, "x\x00", "y")
			})
		}
		write("old")
		us.Add((400 * 24 * time.Hour).Microseconds())
		write("new")
		db := raw(t, url)
		refused := []string{
			"UPDATE audit SET actor = 'b'", "DELETE FROM audit", "DELETE FROM audit WHERE action = 'old'",
			"INSERT INTO audit_retention (until) SELECT MAX(at) FROM audit",
		}
		if len(url) > 8 && url[:7] == "sqlite:" {
			refused = append(refused, "REPLACE INTO audit (id, at, actor, action, about, detail) VALUES (1, 1, '', '', '', '')")
		} else {
			refused = append(refused, "TRUNCATE audit")
		}
		for _, change := range refused {
			_, err := db.Exec(change)
			require.Error(t, err, change)
		}

		got, _, err := s.AuditEntries(t.Context(), store.AuditFilter{})
		require.NoError(t, err)
		require.Len(t, got, 2)
		require.Equal(t, []string{"an@x.vn", "new", "x\uFFFD", "y", "u"}, []string{got[0].Actor, got[0].Action, got[0].About, got[0].Detail, got[0].Unit})

		now := time.UnixMicro(us.Load())
		require.Error(t, s.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.ForgetAudit(now.AddDate(0, 0, -300), 10)
			return err
		}), "the last year stays")
		update(t, s, func(tx *store.Tx) error {
			n, err := tx.ForgetAudit(now.AddDate(0, 0, -370), 10)
			require.EqualValues(t, 1, n)
			return err
		})
		got, _, err = s.AuditEntries(t.Context(), store.AuditFilter{})
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, "new", got[0].Action)
		_, err = db.Exec("DELETE FROM audit")
		require.Error(t, err, "the way is closed again")
	})
}

// TestAuditIsFound by person, action, what it is about, unit and time, and paged.
func TestAuditIsFound(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		var us atomic.Int64
		us.Store(1_000_000)
		s := open(t, url, store.Options{Now: func() time.Time { return time.UnixMicro(us.Load()) }})
		for i := range 30 {
			us.Add(1)
			by := models.Principal{Email: []string{"a@x.vn", "b@x.vn"}[i%2], Unit: []string{"u", "u", ""}[i%3]}
			update(t, s, func(tx *store.Tx) error {
				return tx.Audit(by, []string{"login", "case.looked", "logout"}[i%3], []string{"PA1", "PA2", "PA3", "PA4", "PA5"}[i%5], "")
			})
		}
		count := func(f store.AuditFilter) (n int) {
			f.Limit = 4
			for pages := 0; pages < 20; pages++ {
				got, next, err := s.AuditEntries(t.Context(), f)
				require.NoError(t, err)
				n += len(got)
				if f.Cursor = next; next == "" {
					return n
				}
			}
			t.Fatal("it has no end")
			return 0
		}
		for want, filters := range map[int][]store.AuditFilter{
			30: {{}},
			15: {{Actor: "a@x.vn"}},
			10: {{Action: "login"}},
			6:  {{About: "PA1"}},
			5:  {{Actor: "a@x.vn", Action: "login"}},
			20: {{Unit: "u"}},
			3:  {{About: "PA1", Actor: "a@x.vn"}},
			7:  {{Since: time.UnixMicro(1_000_010), Until: time.UnixMicro(1_000_017)}},
			0:  {{Actor: "c"}, {Unit: "u", Action: "logout"}},
		} {
			for _, f := range filters {
				require.Equal(t, want, count(f), "%+v", f)
			}
		}
		_, _, err := s.AuditEntries(t.Context(), store.AuditFilter{Page: store.Page{Cursor: "x"}})
		require.ErrorIs(t, err, store.ErrCursor)
	})
}
