package handlers

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/langnghe/langnghe/models"
)

// scripted reports whether npm has built the console's script.
func (b browser) scripted() bool {
	return b.eval(`document.querySelector("script[src]") ? "yes" : ""`) == "yes"
}

// openCase logs an officer in and opens the case.
func (b browser) openCase(d *desk) {
	b.t.Helper()
	d.account(b.t, lan, models.RoleOfficer)
	b.do(chromedp.Navigate(b.base + casePage))
	b.see("Đăng nhập")
	b.submit("Đặt mật khẩu", "#email", lan, "#password", oneTime)
	b.submit("Hồ sơ "+caseCode, "#new", sentence, "#again", sentence)
}

// press sends a key to what has the focus.
func (b browser) press(key string) { b.t.Helper(); b.do(chromedp.KeyEvent(key)) }

// TestFilesInABrowser: a photo is turned and enlarged by keyboard over the whole
// screen; a voice of Zalo's is decoded and can be searched.
func TestFilesInABrowser(t *testing.T) {
	d := newDesk(t, databases.SQLite(t), answersWell)
	d.fillCase(t)
	b := chromium(t, d)
	b.openCase(d)
	if !b.scripted() {
		t.Skip("skipped: the script was not built (run make assets)")
	}
	b.do(chromedp.Focus("a[data-photo]"))
	b.press("\r")
	b.eventually(`document.querySelector(".photo-viewer[open] img")?.naturalWidth > 0 ? "yes" : ""`, "yes")
	b.sound("photo")
	tall := `document.querySelector(".photo-frame img").getBoundingClientRect().width < document.querySelector(".photo-frame img").getBoundingClientRect().height ? "tall" : "wide"`
	b.eventually(tall, "wide")
	b.press("r")
	b.eventually(tall, "tall")
	b.eventually(`document.querySelector(".photo-stage").scrollHeight > document.querySelector(".photo-stage").clientHeight ? "larger" : "fits"`, "fits")
	b.press("+")
	b.eventually(`document.querySelector(".photo-stage").scrollHeight > document.querySelector(".photo-stage").clientHeight ? "larger" : "fits"`, "larger")
	b.shoot("photo-turned")
	b.press("0")
	b.eventually(`document.querySelector(".photo-state").textContent`, "Ảnh 1/1, 100%, xoay 90°")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".photo-viewer").close()`))
	b.eventually(`document.activeElement.matches("a[data-photo]") ? "yes" : ""`, "yes")

	b.do(chromedp.Focus("[data-amr] button"))
	b.press("\r")
	b.eventually(`String(document.querySelector("[data-amr] audio")?.duration)`, "1")
	b.eventually(`String(document.querySelector("[data-amr] audio").seekable.end(0))`, "1")
	b.sound("voice")
}
