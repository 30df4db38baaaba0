package handlers

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// TestContentInABrowser is one change, by keyboard: found, tried, refused without
// a reason, saved, overtaken by a colleague's, and its history.
func TestContentInABrowser(t *testing.T) {
	d := newDesk(t, databases.SQLite(t), func(deps *Deps) {
		deps.Review = func(time.Time) []models.Due {
			return []models.Due{{Kind: "procedure", Key: "khai-sinh", Why: models.DueVerify}}
		}
	})
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		return tx.Ask(models.Question{Conversation: "zalo:3:7", Text: "khai sinh mất bao nhiêu", Outcome: models.Answered})
	}))
	d.account(t, lan, models.RoleOfficer)
	unbound := store.Account{Email: "hoa@example.vn", Name: "Hoa", Role: models.RoleOfficer}
	colleague := d.member(t, unbound.Email, unbound.Role, "")
	b := chromium(t, d)
	console := chromedp.Console(b.ctx)

	b.do(chromedp.Navigate(b.base + contentPath))
	b.see("Đăng nhập")
	b.submit("Đặt mật khẩu", "#email", lan, "#password", oneTime)
	b.submit("Nội dung", "#new", sentence, "#again", sentence)
	b.sound("content-list")
	b.do(chromedp.Navigate(b.base + khaiSinh))
	b.see("Đăng ký khai sinh")
	b.sound("content-read")
	b.do(chromedp.Navigate(b.base + khaiSinh + "&unit=tran-bien"))
	b.see("Đăng ký khai sinh")
	b.sound("content-piece")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#f-fee-text").value = "5.000 đồng"`))
	b.submit("Đăng ký khai sinh", "#why", "nghị quyết mới")
	b.eventually(`document.querySelector("#xem-thu").textContent`, "Bà con sẽ đọc")
	b.sound("content-tried")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#why").value = ""`))
	b.do(chromedp.Click("button[value=save]"))
	b.eventually(`(document.querySelector("[role=alert]") || {textContent: ""}).textContent.includes("Còn thiếu") ? "yes" : ""`, "yes")
	b.sound("content-refused")

	require.Equal(t, 303, colleague.post(contentPath+"/piece", "kind", "procedure", "key", "khai-sinh", "unit", "tran-bien", "base", "0", "fee.text", "7.000 đồng", "why", "họp sáng nay", "do", "save").Code)
	b.do(chromedp.SendKeys("#why", "nghị quyết mới"), chromedp.Click("button[value=save]"))
	b.eventually(`(document.querySelector("[role=alert]") || {textContent: ""}).textContent.includes("họp sáng nay") ? "yes" : ""`, "yes")
	b.sound("content-slower")
	require.Equal(t, "5.000 đồng", b.eval(`document.querySelector("#f-fee-text").value`))
	b.do(chromedp.Click("button[value=save]"))
	b.eventually(`(document.querySelector("[role=status]") || {textContent: ""}).textContent`, "Đã lưu.")
	b.do(chromedp.Navigate(b.base + strings.Replace(khaiSinh, "/piece?", "/history?", 1) + "&unit=tran-bien"))
	b.see("Lịch sử")
	b.sound("content-history")
	b.do(chromedp.Navigate(b.base + contentPath + "/new?kind=contact"))
	b.see("Thêm mục mới")
	b.sound("content-new")
	b.do(chromedp.Navigate(b.base + contentPath + "/new?kind=template"))
	b.see("Thêm mục mới")
	b.sound("content-new-template")
	b.do(chromedp.Evaluate[chromedp.Void](`console.info("the end")`))
	for m, err := range console {
		require.NoError(t, err)
		if m.Text == "the end" {
			break
		}
		require.False(t, m.IsException() || strings.Contains(m.Text, "Content Security Policy"), m.Text)
	}
}
