package handlers

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// TestMovesInABrowser: every form beside the answer is whole at both sizes; a
// colleague is named, a camera linked and a part split off, by keyboard.
func TestMovesInABrowser(t *testing.T) {
	d := newDesk(t, databases.SQLite(t), answersWell, splits, func(deps *Deps) { deps.Camera = "https://camera.example.vn/{counter}/{time}" })
	d.fillCase(t)
	require.NoError(t, d.store.SaveAccount(t.Context(), accountOf("binh@example.vn", "Bình", "tran-bien"), "x"))
	b := chromium(t, d)
	b.openCase(d)
	open := func() {
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll(".case-moves details").forEach(d => { d.open = true }); document.querySelector(".case-moves").scrollIntoView({behavior: "instant"})`))
	}
	open()
	b.sound("moves")
	for _, y := range []string{"0", "700", "1400", "2100"} {
		b.do(chromedp.Evaluate[chromedp.Void](`scrollTo({top: document.querySelector(".case-moves").getBoundingClientRect().top + scrollY + ` + y + `, behavior: "instant"})`))
		b.shoot("moves-" + y)
	}
	b.do(chromedp.SendKeys("#ghi-chu", "nhờ xem giúp"))
	b.do(chromedp.Focus(`[name=mention][value="binh@example.vn"]`))
	b.press(" ")
	b.do(chromedp.Focus(`form:has(#ghi-chu) button`))
	b.press("\r")
	b.eventually(`document.querySelector("#lich-su").parentElement.textContent.includes("nhờ xem giúp @Bình") ? "yes" : ""`, "yes")

	open()
	b.do(chromedp.SendKeys("#quay", "Quầy 3"))
	b.do(chromedp.Focus(`form:has(#quay) button`))
	b.press("\r")
	b.eventually(`document.querySelector(".frame-facts").textContent.includes("Quầy 3, ") ? "yes" : ""`, "yes")

	open()
	b.do(chromedp.Focus(`[name=part]`))
	b.press(" ")
	b.do(chromedp.SetValue("#tach-linh-vuc", "rac"))
	b.do(chromedp.Focus(`form:has(#tach-loai) button`))
	b.press("\r")
	b.eventually(`document.querySelector("#lich-su").parentElement.textContent.includes("tách hồ sơ") ? "yes" : ""`, "yes")
	part, err := d.store.Case(t.Context(), partCode)
	require.NoError(t, err)
	require.Equal(t, models.StatusNew, part.Status)
	b.sound("moved")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#lich-su").scrollIntoView({behavior: "instant"})`))
	b.shoot("moved-history")
	b.do(chromedp.Navigate(b.base + casesPath + "?view=mentioned"))
	b.see("Hộp việc")
	b.sound("mentioned")
}

func accountOf(email, name, unit string) store.Account {
	return store.Account{Email: email, Name: name, Role: models.RoleOfficer, Unit: unit}
}
