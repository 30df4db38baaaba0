package handlers

import (
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// tileServer stands for a source of tiles, and tells which were asked for.
func tileServer(t *testing.T) (address string, asked func(prefix string) bool) {
	t.Helper()
	var mu sync.Mutex
	paths := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		paths[r.URL.Path] = true
		mu.Unlock()
		tile := image.NewGray(image.Rect(0, 0, 256, 256))
		for i := range tile.Pix {
			tile.Pix[i] = 220
			if i%256 == 0 || i/256 == 0 {
				tile.Set(i%256, i/256, color.Gray{Y: 120})
			}
		}
		w.Header().Set("Content-Type", "image/png")
		_ = png.Encode(w, tile)
	}))
	t.Cleanup(server.Close)
	return server.URL, func(prefix string) bool {
		mu.Lock()
		defer mu.Unlock()
		for path := range paths {
			if strings.HasPrefix(path, prefix) {
				return true
			}
		}
		return false
	}
}

// TestMapInABrowser: the place stands on a map of the configured source, which is
// moved and enlarged by keyboard; no other host's pictures are let in.
func TestMapInABrowser(t *testing.T) {
	source, asked := tileServer(t)
	d := newDesk(t, databases.SQLite(t), answersWell, func(deps *Deps) {
		deps.Map = Map{Tiles: source + "/{z}/{x}/{y}.png", Attribution: "© Sở Nội vụ"}
	})
	d.fillCase(t)
	b := chromium(t, d)
	b.openCase(d)
	if !b.scripted() {
		t.Skip("skipped: the script was not built (run make assets)")
	}
	drawn := `[...document.querySelectorAll(".map-box img")].every(i => i.naturalWidth === 256) && document.querySelectorAll(".map-box img").length > 1 ? "yes" : ""`
	b.eventually(drawn, "yes")
	require.True(t, asked("/16/52213/30762"), "the tile of 10.95, 106.82")
	where := `["left", "top"].map((side, i) => { let pin = document.querySelector(".map-pin").getBoundingClientRect(), box = document.querySelector(".map-box").getBoundingClientRect(); return Math.round(Math.abs((pin[side] + [pin.width / 2, pin.height * 1.25][i] - box[side]) / (i ? box.height : box.width) * 10)); }).join()`
	b.eventually(where, "5,5")
	b.sound("map")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".map").scrollIntoView({behavior: "instant"})`))
	b.eventually(drawn, "yes")
	b.shoot("map-seen")
	b.do(chromedp.Focus(".map-box"))
	b.press("+")
	b.eventually(drawn, "yes")
	require.True(t, asked("/17/104427/61524"))
	b.press("0")
	require.Equal(t, "https://www.google.com/maps/dir/?api=1&destination=10.95,106.82", b.eval(`document.querySelector("[data-way]").href`))
	require.Equal(t, "blocked", b.eval(`new Promise(done => { let i = new Image(); i.onload = () => done("shown"); i.onerror = () => done("blocked"); i.src = "`+strings.Replace(source, "127.0.0.1", "localhost", 1)+`/1/1/1.png" })`))
}

func TestWithoutAMapThereIsALink(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		page := d.visitor(t, "officer").screen.get(casePage)
		require.NotContains(t, page.Body, "data-tiles")
		require.Contains(t, page.Body, "openstreetmap.org/?mlat=10.95")
		require.Contains(t, page.Header.Get("Content-Security-Policy"), "img-src 'self' data:;")
	})
}
