package handlers

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// TestFilesOfAnAnswerInABrowser: choosing a file attaches it, what is typed stays, the
// preview shows it, it can be taken away, and it goes with the words.
func TestFilesOfAnAnswerInABrowser(t *testing.T) {
	d, _ := evidenceDesk(t, databases.SQLite(t))
	d.account(t, lan, models.RoleOfficer)
	folder := t.TempDir()
	photo, paper := filepath.Join(folder, "sau khi dọn.jpg"), filepath.Join(folder, "biên bản.pdf")
	require.NoError(t, os.WriteFile(photo, []byte(placed().content), 0o600))
	require.NoError(t, os.WriteFile(paper, []byte(pdf), 0o600))
	odd := filepath.Join(folder, "a.zip")
	require.NoError(t, os.WriteFile(odd, []byte("PK\x03\x04"), 0o600))
	b := chromium(t, d)

	b.do(chromedp.Navigate(b.base + casePage + "?answer=resolve"))
	b.see("Đăng nhập")
	b.submit("Đặt mật khẩu", "#email", lan, "#password", oneTime)
	b.submit("Hồ sơ "+caseCode, "#new", sentence, "#again", sentence)
	b.do(chromedp.SendKeys("#loi-tra-loi", "Đã dọn sáng nay."))
	b.do(chromedp.SetUploadFiles("#chon-tep", []string{photo}))
	b.eventually(`String(document.querySelectorAll(".answer-list li img").length)`, "1")
	require.Equal(t, "none", b.eval(`getComputedStyle(document.querySelector("[data-attach]")).display`), "choosing attaches")
	b.do(chromedp.SetUploadFiles("#chon-tep", []string{paper}))
	b.eventually(`String(document.querySelectorAll(".answer-list li").length)`, "2")
	b.eventually(`document.querySelector("#gop-y").textContent.includes("Tệp: biên bản.pdf") ? "yes" : ""`, "yes")
	require.Equal(t, "Đã dọn sáng nay.", b.eval(`document.querySelector("#loi-tra-loi").value`))
	b.eventually(`String([...document.querySelectorAll(".answer-list img, .case-preview img")].filter(i => i.complete && i.naturalWidth > 0).length)`, "2")
	b.eval(`document.querySelector("#tra-loi").scrollIntoView(); ""`)
	b.sound("case-files")
	b.do(chromedp.SetUploadFiles("#chon-tep", []string{odd}))
	b.eventually(`(document.querySelector("#tep-gui-kem .alert") || {textContent: ""}).textContent.includes("chưa gửi được") ? "told" : ""`, "told")
	b.sound("case-files-refused")

	b.do(chromedp.SetUploadFiles("#chon-tep", []string{paper}))
	b.eventually(`String(document.querySelectorAll(".answer-list li").length)`, "3")
	b.do(chromedp.Click(".answer-list li:last-child button"))
	b.eventually(`String(document.querySelectorAll(".answer-list li").length)`, "2")
	b.do(chromedp.Click("form[data-answer] > p .btn-primary"))
	b.eventually(`document.querySelector(".case-held button") ? "held" : ""`, "held")
	require.Len(t, d.caseNow(t).Events[1].Files, 2)
	b.eval(`document.querySelector(".case-held button").click(); ""`)
	b.eventually(`String(document.querySelectorAll(".answer-list li").length)`, "2")
	require.Equal(t, "Đã dọn sáng nay.", b.eval(`document.querySelector("#loi-tra-loi").value`))
}
