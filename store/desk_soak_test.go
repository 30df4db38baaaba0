package store_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
	"github.com/stretchr/testify/require"
)

const deskMillion = 1_000_000

// TestDeskAtAMillionCases takes every list, search and count of the inbox at a
// million cases: none may run into the time that a search has. How long each takes
// is measured by the benchmark of the console (bench).
func TestDeskAtAMillionCases(t *testing.T) {
	if os.Getenv("LANGNGHE_SOAK") != "1" {
		t.Skip("skipped: set LANGNGHE_SOAK=1 to fill a million cases")
	}
	storetest.Each(t, func(t *testing.T, url string) {
		s := open(t, url, store.Options{})
		storetest.FillCases(t, url, deskMillion, deskNow())
		for _, p := range []models.Principal{
			{Name: "O", Email: "a7@x.vn", Role: models.RoleOfficer, Unit: storetest.Busiest}, {Name: "L", Email: "a8@x.vn", Role: models.RoleLeader},
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

// inTime does something, and tells how long it took where that is long.
func inTime(t *testing.T, name string, do func() error) {
	t.Helper()
	begin := time.Now()
	require.NoError(t, do(), name)
	if took := time.Since(begin); took > 25*time.Millisecond {
		t.Logf("%-40s %v", name, took.Round(time.Millisecond))
	}
}
