package relay

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func TestSameWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want bool
	}{
		{"hẻm 12 đường Nguyễn Trãi", "hem 12 duong nguyen trai", true},
		{"hẻm 12 Nguyễn Trãi", "trước hẻm 12, đường Nguyễn Trãi", true},
		{"hẻm 12 đường Nguyễn Trãi", "hẻm 14 đường Nguyễn Trãi", false},
		{"đường Nguyễn Trãi", "đường Nguyễn Huệ", false},
		{"chợ", "chợ", false},
		{"", "", false},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, sameWords(tt.a, tt.b), "%q %q", tt.a, tt.b)
	}
}

func TestMetres(t *testing.T) {
	t.Parallel()
	a := models.Location{Lat: 10.95, Lng: 106.82}
	require.InDelta(t, 111, metres(a, models.Location{Lat: 10.951, Lng: 106.82}), 1)
	require.InDelta(t, 109, metres(a, models.Location{Lat: 10.95, Lng: 106.821}), 1)
}

func TestPlaceSentOffersTheUnitsAround(t *testing.T) {
	t.Parallel()
	o := &Offices{
		Units: func(slug string) (bot.UnitView, bool) { return bot.UnitView{Slug: slug}, slug != "" },
		Centres: map[string]models.Location{
			"tran-bien": {Lat: 10.95, Lng: 106.82}, "bien-hoa": {Lat: 10.94, Lng: 106.80},
			"long-khanh": {Lat: 10.93, Lng: 107.24}, "phuoc-long": {Lat: 11.8, Lng: 106.98},
		},
	}
	near := o.nearest(&models.Location{Lat: 10.951, Lng: 106.821})
	got := o.picks("long-khanh", []bot.UnitView{{Slug: "bien-hoa"}}, near)
	require.Equal(t, []bot.UnitView{{Slug: "long-khanh"}, {Slug: "bien-hoa"}, {Slug: "tran-bien"}}, got)
	require.Empty(t, o.nearest(nil))
}

// tap takes a choice.
func (w *world) tap(peer, payload string) {
	w.t.Helper()
	e := w.event(peer, "")
	e.Payload = payload
	require.NoError(w.t, w.store.Append(w.t.Context(), []models.Event{e}))
	w.play()
}

// last is the newest message to a citizen.
func (w *world) last(peer string) models.OutboxItem {
	w.t.Helper()
	var last models.OutboxItem
	for _, it := range w.items() {
		if it.Peer == peer {
			last = it
		}
	}
	return last
}

func TestNeighbourJoinsAndHearsTheAnswer(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		report := func(peer string) {
			w.says(peer, complaint)
			w.play()
			w.says(peer, "hẻm 12 đường Nguyễn Trãi")
			w.play()
		}
		report("7001")
		require.Equal(t, "report.contact", step(w.last("7001")))
		w.tap("7001", "report.contact:anonymous")
		w.tap("7001", "report.confirm:yes")
		first := w.last("7001").Case
		require.NotEmpty(t, first)

		report("7002")
		require.Equal(t, "report.similar", step(w.last("7002")))
		w.tap("7002", "report.similar:join")
		w.tap("7002", "report.contact:anonymous")
		w.tap("7002", "report.confirm:yes")
		second := w.last("7002").Case
		require.NotEqual(t, first, second)
		c, err := w.store.Case(t.Context(), second)
		require.NoError(t, err)
		require.Equal(t, models.StatusMerged, c.Status)
		require.Equal(t, first, c.MergedInto)

		require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
			c, err := tx.Case(first)
			if err != nil {
				return err
			}
			if err := c.Move(models.ActResolve, "staff", w.inbox.Now(), "Đã sửa xong", ""); err != nil {
				return err
			}
			return tx.SaveCase(c)
		}))
		w.tap("7002", "report.filed:status")
		require.Contains(t, w.last("7002").Text, "Đã sửa xong", "the joined case's answer")

		w.says("7002", "chưa xong, nước vẫn chảy")
		w.play()
		for range 2 {
			if s := step(w.last("7002")); s == "status.reopen" {
				w.tap("7002", s+":yes")
			}
		}
		c, err = w.store.Case(t.Context(), second)
		require.NoError(t, err)
		require.Equal(t, models.StatusMerged, c.Status, "the joined case's own status stays")
	})
}
