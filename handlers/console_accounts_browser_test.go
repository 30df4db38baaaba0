package handlers

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// TestAccountsAndAuditInABrowser: somebody is added, found, and what was done is read.
func TestAccountsAndAuditInABrowser(t *testing.T) {
	d := newDesk(t, databases.SQLite(t), figuring)
	d.boss(t, "khac@x.vn")
	for code := range map[string]bool{"PA2026-AAAAAA": true, "PA2026-BBBBBB": true} {
		d.deskCase(t, code, func(c *models.Case) { c.Assignee = lan })
		d.note(t, models.Principal{Email: lan, Unit: "tran-bien"}, "case.looked", code, seenOfCase, 2)
	}
	for email, role := range map[string]models.Role{lan: models.RoleOfficer, "nguyen.van.mot.ten.rat.dai@tran-bien.dong-nai.gov.vn": models.RoleViewer} {
		require.NoError(t, d.store.SaveAccount(t.Context(), store.Account{Email: email, Name: "Nguyễn Thị Lan", Role: role, Unit: "tran-bien", Disabled: email == lan}, "h"))
	}
	d.account(t, "quan.tri@x.vn", models.RoleAdmin)
	require.NoError(t, d.store.SaveAccount(t.Context(), store.Account{Email: "quan.tri@x.vn", Name: "Trần Quản Trị", Role: models.RoleAdmin}, ""))
	b := chromium(t, d)
	b.do(chromedp.Navigate(b.base + accountsPath))
	b.see("Đăng nhập")
	b.submit("Đặt mật khẩu", "#email", "quan.tri@x.vn", "#password", oneTime)
	b.submit("Bật xác thực", "#new", sentence, "#again", sentence)
	secret := b.eval(`document.querySelector("#khoa").textContent.replaceAll(" ", "")`)
	b.submit("Mã dự phòng", "#code", d.screen(t).code(secret))
	b.do(chromedp.Navigate(b.base + accountsPath))
	b.see("Cán bộ")
	b.sound("accounts")
	b.do(chromedp.Navigate(b.base + memberPath(lan)))
	b.see("Nguyễn Thị Lan")
	b.sound("member")
	b.do(chromedp.Navigate(b.base + accountsPath))
	b.see("Cán bộ")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#moi-vai-tro").value = "officer"`))
	b.submit("Đường dẫn mời", "#moi-ten", "Lê Văn Mới", "#moi-thu", "moi@x.vn")
	b.sound("invited")
	b.do(chromedp.Navigate(b.base + auditPath))
	b.see("Nhật ký")
	b.sound("audit")
	b.do(chromedp.Navigate(b.base + auditPath + "?who=nguyen"))
	b.see("Nhật ký")
	b.sound("audit-several")
}
