package handlers

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// TestAnsweringInABrowser is the main path, by keyboard: a case is opened, the
// coach reads along, the answer is seen as the citizen will, sent, and taken back.
func TestAnsweringInABrowser(t *testing.T) {
	d := newDesk(t, databases.SQLite(t), answersWell)
	d.fillCase(t)
	d.fillTalk(t, models.ModeHuman)
	d.account(t, lan, models.RoleOfficer)
	b := chromium(t, d)
	console := chromedp.Console(b.ctx)

	b.do(chromedp.Navigate(b.base + casePage))
	b.see("Đăng nhập")
	b.submit("Đặt mật khẩu", "#email", lan, "#password", oneTime)
	b.submit("Hồ sơ "+caseCode, "#new", sentence, "#again", sentence)
	b.sound("case")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("main details").forEach(d => { d.open = true })`))
	b.sound("case-open")

	b.do(chromedp.Navigate(b.base + casePage + "?answer=resolve"))
	b.see("Hồ sơ " + caseCode)
	b.do(chromedp.SendKeys("#loi-tra-loi", "Kính gửi Quý công dân"))
	b.eventually(`document.querySelector("#gop-y").textContent.includes("XEM TRƯỚC resolve") ? "yes" : ""`, "yes")
	require.Contains(t, b.eval(`document.querySelector("#gop-y").textContent`), "«kính gửi»")
	b.sound("case-draft")
	b.do(chromedp.SendKeys("#loi-tra-loi", ". Đã dọn sáng nay."))
	b.eval(`document.querySelector("#loi-tra-loi").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", ctrlKey: true, bubbles: true})); ""`)
	b.eventually(`document.querySelector(".case-held button") ? document.activeElement.textContent.trim() : ""`, "Hoàn tác")
	require.Equal(t, models.StatusResolved, d.caseNow(t).Status)
	b.do(chromedp.KeyEvent("\r"))
	b.eventually(`(document.querySelector("#loi-tra-loi") || {value: ""}).value`, "Kính gửi Quý công dân. Đã dọn sáng nay.")
	require.Equal(t, models.StatusNew, d.caseNow(t).Status)

	b.do(chromedp.Navigate(b.base + talksPath))
	b.see("Trò chuyện cần cán bộ")
	b.sound("talks")
	b.do(chromedp.Navigate(b.base + talkPage))
	b.see("Trò chuyện qua")
	b.sound("talk")
	b.do(chromedp.Evaluate[chromedp.Void](`console.info("the end")`))
	for m, err := range console {
		require.NoError(t, err)
		if m.Text == "the end" {
			break
		}
		require.False(t, m.IsException() || strings.Contains(m.Text, "Content Security Policy"), m.Text)
	}
}

// eventually waits for an expression to have the value.
func (b browser) eventually(expression, want string) {
	b.t.Helper()
	got := ""
	require.Eventually(b.t, func() bool {
		v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](expression))
		got = v
		return err == nil && v == want
	}, 20*time.Second, 50*time.Millisecond, "%s is not %q but %q", expression, want, got)
}
