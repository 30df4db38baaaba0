package handlers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// dueContent is what is due of two units and of the whole province, in order.
var dueContent = [...]models.Due{
	{Kind: "contact", Key: "chu_tich//0900000005", Unit: "long-khanh", AsOf: "2025-04-01", Why: models.DueReview},
	{Kind: "contact", Key: "cong_chuc/cong-nghe/0900000048", Unit: "tran-bien", AsOf: "2025-04-01", Why: models.DueReview, Internal: true},
	{Kind: "holiday", Key: "2027-02-08", Why: models.DueVerify},
	{Kind: "procedure", Key: "khai-sinh", AsOf: "2026-07", Why: models.DueVerify},
	{Kind: "unit", Key: "tran-bien", Unit: "tran-bien", Why: models.DueVerify},
}

func dueAPI(t *testing.T) *bench {
	t.Helper()
	return newAPI(t, func(d *Deps) {
		d.Review = func(at time.Time) []models.Due {
			require.Equal(t, testNow, at)
			return append([]models.Due(nil), dueContent[:]...)
		}
	})
}

// keysDue are the units and keys of a page, and its next cursor.
func keysDue(t *testing.T, b *bench, token, query string) (keys []string, next string) {
	t.Helper()
	code, got := b.call(t, token, http.MethodGet, "/content/due"+query, "")
	require.Equal(t, http.StatusOK, code, "%v", got)
	items, _ := got["items"].([]any)
	for _, item := range items {
		m, _ := item.(map[string]any)
		unit, _ := m["unit"].(string)
		key, _ := m["key"].(string)
		keys = append(keys, unit+":"+key)
	}
	next, _ = got["next_cursor"].(string)
	return keys, next
}

// TestDuePerRole holds that every role reads what is due, and that internal
// numbers are only for roles that see contacts.
func TestDuePerRole(t *testing.T) {
	t.Parallel()
	b := dueAPI(t)
	for _, role := range models.Roles {
		keys, next := keysDue(t, b, string(role), "")
		require.Len(t, keys, len(dueContent), role)
		require.Empty(t, next)
		sees := models.Principal{Role: role}.SeesContacts()
		require.Equal(t, sees, strings.Contains(keys[1], "0900000048"), role)
		require.Contains(t, keys[0], "0900000005", "a public number is told to all")
	}
	code, _ := b.call(t, "", http.MethodGet, "/content/due", "")
	require.Equal(t, http.StatusUnauthorized, code)
}

// TestDueOfAUnit holds that who is bound to a unit sees its own and everybody's.
func TestDueOfAUnit(t *testing.T) {
	t.Parallel()
	keys, _ := keysDue(t, dueAPI(t), "officer@long-khanh", "")
	require.Equal(t, []string{"long-khanh:chu_tich//0900000005", ":2027-02-08", ":khai-sinh"}, keys)
}

func TestDueOfAKind(t *testing.T) {
	t.Parallel()
	b := dueAPI(t)
	keys, _ := keysDue(t, b, "admin", "?kind=unit")
	require.Equal(t, []string{"tran-bien:tran-bien"}, keys)
	keys, _ = keysDue(t, b, "admin", "?kind=")
	require.Len(t, keys, len(dueContent))
	code, _ := b.call(t, "admin", http.MethodGet, "/content/due?kind=alias", "")
	require.Equal(t, http.StatusUnprocessableEntity, code)
}

// TestDuePages holds that pages together are the whole list, each piece once,
// also for who is not told every number.
func TestDuePages(t *testing.T) {
	t.Parallel()
	b := dueAPI(t)
	for _, role := range []string{"admin", "viewer"} {
		for _, limit := range []string{"1", "2", "4"} {
			var all []string
			for cursor, pages := "", 0; ; pages++ {
				require.Less(t, pages, 10)
				keys, next := keysDue(t, b, role, "?limit="+limit+"&cursor="+cursor)
				all = append(all, keys...)
				if cursor = next; cursor == "" {
					break
				}
			}
			whole, _ := keysDue(t, b, role, "")
			require.Equal(t, whole, all, "%s by %s", role, limit)
		}
	}
	for _, bad := range []string{"x", "!!", "W10x", "bnVsbA%3D%3D"} {
		code, _ := b.call(t, "admin", http.MethodGet, "/content/due?cursor="+bad, "")
		require.Equal(t, http.StatusUnprocessableEntity, code, bad)
	}
}
