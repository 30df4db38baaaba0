package handlers

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// weakLine stands between a browser and the console: of the photos that are sent the
// first is taken in but its answer is lost, the second is lost on the way.
type weakLine struct {
	next  http.Handler
	mu    sync.Mutex
	tries int
	sizes []int64
}

func (l *weakLine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != evidencePage {
		l.next.ServeHTTP(w, r)
		return
	}
	l.mu.Lock()
	l.tries++
	try := l.tries
	l.sizes = append(l.sizes, r.ContentLength)
	l.mu.Unlock()
	switch try {
	case 1:
		l.next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	case 2:
		panic(http.ErrAbortHandler)
	}
	l.next.ServeHTTP(w, r)
}

// largePhoto is as large as a phone's: 3000 by 2000, of noise.
func largePhoto(t *testing.T, folder, name string) string {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 3000, 2000))
	dice := rand.New(rand.NewPCG(1, uint64(len(name))))
	for i := range img.Pix {
		img.Pix[i] = uint8(dice.Uint32())
	}
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, img, nil))
	path := filepath.Join(folder, name)
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	return path
}

// TestPhotosOnAWeakLine: on a phone in the street two photos go into the case from the
// list of the day; the line breaks, they are sent again, and each is there once.
func TestPhotosOnAWeakLine(t *testing.T) {
	d, folder := evidenceDesk(t, databases.SQLite(t))
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case(caseCode)
		if err == nil {
			c.Assignee = lan
			err = tx.SaveCase(c)
		}
		return err
	}))
	line := &weakLine{next: d.router}
	d.router = line
	b := chromium(t, d)
	b.do(chromedp.EmulateViewport(390, 844))
	b.logInAt(d, lan)
	b.do(chromedp.Navigate(b.base + fieldPath))
	b.see("Đi thực địa")
	if !b.scripted() {
		t.Skip("skipped: the script was not built (run make assets)")
	}
	var photos []string
	for _, name := range []string{"mot.jpg", "hai-a.jpg"} {
		photos = append(photos, largePhoto(t, t.TempDir(), name))
	}
	b.do(chromedp.SetUploadFiles("#chup-"+caseCode, photos))
	b.eventually(`String(document.querySelectorAll("#anh-`+caseCode+` .field-photos img").length)`, "2")
	require.Equal(t, "2", b.eval(`String([...document.querySelectorAll(".upload-list li")].filter(e => e.textContent.includes("đã gửi")).length)`))
	files, err := d.store.CaseFiles(t.Context(), caseCode)
	require.NoError(t, err)
	require.Len(t, files, 2)
	require.Equal(t, 2, kept(t, folder))
	require.Equal(t, 4, line.tries)
	for _, size := range line.sizes {
		require.Less(t, size, int64(3<<20), "a photo is made smaller before it is sent")
	}
	for _, f := range files {
		require.Equal(t, models.PurposeAfter, f.Purpose)
		body, err := d.server.Blobs.Open(t.Context(), f.Blob)
		require.NoError(t, err)
		size, err := jpeg.DecodeConfig(io.LimitReader(body, 1<<20))
		require.NoError(t, err)
		require.NoError(t, body.Close())
		require.Equal(t, 2048, size.Width)
	}
	b.sound("field-sent")
	bad := filepath.Join(t.TempDir(), "giay.jpg")
	require.NoError(t, os.WriteFile(bad, []byte("<html>"), 0o600))
	b.do(chromedp.SetUploadFiles("#chup-"+caseCode, []string{bad}))
	b.eventually(`[...document.querySelectorAll(".upload-list li")].at(-1).textContent.includes("không phải ảnh") ? "told" : ""`, "told")

	b.do(chromedp.Click(".field-done a"))
	b.see("Hồ sơ " + caseCode)
	require.True(t, strings.Contains(b.eval(`document.querySelector("#loi-tra-loi").value`), "ở hẻm 5"))
	b.sound("field-done")
}

// TestTheListOfADayPrints on A4, without what is only for a screen, no case torn over
// two pages, and with what a pen needs.
func TestTheListOfADayPrints(t *testing.T) {
	d := newDesk(t, databases.SQLite(t), figuring, answersWell)
	d.fillDay(t)
	for i := range 12 {
		d.deskCase(t, fmt.Sprint("PA2026-NHIEU", i), func(c *models.Case) { c.Assignee, c.Place = lan, fmt.Sprint("hẻm ", i, ", đường Võ Thị Sáu") })
	}
	b := chromium(t, d)
	b.logInAt(d, lan)
	b.do(chromedp.Navigate(b.base + fieldPath))
	b.see("Đi thực địa")
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	require.NoError(t, err)
	pages := regexp.MustCompile(`/MediaBox\s*\[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]`).FindAll(pdf, -1)
	require.GreaterOrEqual(t, len(pages), 2, "A4")
	require.Len(t, pages, len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)))

	b.do(chromedp.EmulateViewport(702, 1021)) // A4 within its margins
	b.eval(`for (const sheet of document.styleSheets) for (const rule of sheet.cssRules) if (rule.media && rule.media.mediaText === "print") rule.media.mediaText = "all"; ""`)
	require.Equal(t, "702", b.eval(`String(document.documentElement.scrollWidth)`))
	require.Equal(t, "none none none none block avoid", b.eval(`[".frame-top", ".desk-tabs", ".field-camera", ".field-done", ".field-result"].map(s => getComputedStyle(document.querySelector(s)).display).join(" ") + " " + getComputedStyle(document.querySelector(".field-case")).breakInside`))
	require.Equal(t, "0912345678", b.eval(`document.querySelector(".field-case").innerText.match(/0912345678/)[0]`))
	b.shoot("field-print")
}
