package handlers

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// TestEveryPageOfACaseIsHiddenFromStrangers: each page and form of a case and of its
// conversation is walked by who may not know of them; all are told that there is none,
// also when the form is whole, and nothing changes.
func TestEveryPageOfACaseIsHiddenFromStrangers(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t), answersWell, func(deps *Deps) { deps.Camera = "https://camera.example.vn/{counter}?{time}" })
	d.fillCase(t)
	abroad := d.member(t, lan, models.RoleOfficer, "long-khanh")
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		_, _, err := tx.AddCaseFile(models.CaseFile{ID: "evidence1", Case: caseCode, Purpose: models.PurposeAfter, Source: "x", Blob: "shown"})
		return err
	}))
	whole := []string{
		"key", "k1", "seen", "1", "action", "note", "text", "lời", "reason", "vì thế", "unit", "long-khanh", "words", "Rác", "purpose", "after",
		"counter", "Quầy 1", "at", "2026-03-04T08:30", "kind", "phan_anh", "category", "rac-thai", "part", "0", "file", "photo", "drop", "photo",
	}
	walk := func(t *testing.T, b *screen, talks bool) {
		t.Helper()
		before := d.caseNow(t)
		walked := 0
		for route := range d.server.console.access {
			method, path, _ := strings.Cut(route, " ")
			if !strings.Contains(path, ":code") && !strings.Contains(path, "/files/:id") && (!talks || !strings.Contains(path, "/conversations/:id")) {
				continue
			}
			path = strings.NewReplacer("conversations/:id", "conversations/"+caseTalk, "files/:id", "files/photo", ":code", caseCode, ":id", "evidence1").Replace(path)
			var got answer
			switch {
			case method == http.MethodGet:
				got = b.get(path)
			case d.server.console.uploads[route]:
				got = b.upload(path, []sent{tagged()}, whole...)
			default:
				got = b.post(path, whole...)
			}
			require.Contains(t, []int{http.StatusNotFound, http.StatusForbidden}, got.Code, route)
			walked++
		}
		require.Greater(t, walked, 15)
		require.Equal(t, before, d.caseNow(t))
	}
	t.Run("of another unit", func(t *testing.T) { walk(t, abroad, true) })
	strangers := map[string]*screen{
		"officer": d.member(t, "hoa@example.vn", models.RoleOfficer, "tran-bien"), "viewer": d.member(t, "xem@example.vn", models.RoleViewer, "tran-bien"),
		"admin": d.visitor(t, models.RoleAdmin).screen,
	}
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case(caseCode)
		if err == nil {
			c.Sensitive = true
			err = tx.SaveCase(c)
		}
		return err
	}))
	for name, b := range strangers { // the talk itself is the unit's, without what belongs to the case
		t.Run("sensitive, "+name, func(t *testing.T) { walk(t, b, false) })
	}
}
