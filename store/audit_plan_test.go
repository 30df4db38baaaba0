package store

import (
	"fmt"
	"testing"

	"github.com/langnghe/langnghe/models"
	"github.com/stretchr/testify/require"
)

// TestAuditPlans: whatever the audit is searched by, a page is read from an index,
// in its order.
func TestAuditPlans(t *testing.T) {
	eachPlanned(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.Update(t.Context(), func(tx *Tx) error {
			for i := range 600 {
				by := models.Principal{Email: fmt.Sprint("a", i%30), Unit: fmt.Sprint("u", i%10)}
				if err := tx.Audit(by, fmt.Sprint("do", i%20), fmt.Sprint("PA", i), ""); err != nil {
					return err
				}
			}
			return nil
		}))
		if s.pg {
			require.NoError(t, s.write.WithContext(t.Context()).Exec("ANALYZE").Error)
		}
		for bits := range 32 {
			var f AuditFilter
			for i, set := range []func(){
				func() { f.Actor = "a1" }, func() { f.Action = "do1" }, func() { f.About = "PA1" }, func() { f.Unit = "u1" },
				func() { f.Since, f.Until = fromMicros(1), fromMicros(2) },
			} {
				if bits&(1<<i) != 0 {
					set()
				}
			}
			text, args, err := s.auditList(f, &place{at: 5, id: "7"})
			require.NoError(t, err)
			how := plan(t, s, text, args)
			require.Contains(t, how, "audit_", "%+v\n%s", f, how)
			for _, bad := range []string{"Seq Scan", "TEMP B-TREE", "SCAN a ", "BitmapOr"} {
				require.NotContains(t, how, bad, "%+v\n%s", f, how)
			}
			if f.About == "" { // what is about one thing is little
				require.NotContains(t, how, "Sort", "%+v\n%s", f, how)
			}
		}
	})
}
