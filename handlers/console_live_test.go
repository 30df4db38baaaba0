package handlers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// logInAt logs an officer of the ward in by the browser.
func (b browser) logInAt(d *desk, email string) {
	b.t.Helper()
	d.member(b.t, email, models.RoleOfficer, "tran-bien")
	b.do(chromedp.Navigate(b.base + loginPath))
	b.see("Đăng nhập")
	b.submit("Hộp việc", "#email", email, "#password", sentence)
}

// shows waits until the list has, or has not, the text.
func (b browser) shows(text string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector("#hop").innerText`))
		return err == nil && strings.Contains(v, text)
	}, 20*time.Second, 50*time.Millisecond, text)
}

// TestInboxInABrowser is a morning at the inbox by keyboard: a case arrives while
// the list is looked at, is found, ticked and taken; a second officer is told who
// has it and sees who writes.
func TestInboxInABrowser(t *testing.T) {
	d := newDesk(t, databases.SQLite(t))
	for _, code := range []string{"PA2026-AAAAA1", "PA2026-BBBBB2"} {
		d.advance(time.Minute)
		d.deskCase(t, code)
	}
	b := chromium(t, d)
	console := chromedp.Console(b.ctx)
	if len(d.server.console.assets.script) == 0 {
		t.Skip("skipped: no script was built (run make assets), so nothing arrives live")
	}
	b.logInAt(d, lan)
	b.shows("PA2026-BBBBB2")
	b.sound("cases")
	b.do(chromedp.EmulateViewport(1366, 768), chromedp.KeyEvent("j"), chromedp.KeyEvent("x"))
	require.Equal(t, "dong-PA2026-BBBBB2", b.eval(`document.activeElement.id`))

	d.advance(time.Minute)
	d.deskCase(t, "PA2026-CCCCC3", func(c *models.Case) { c.Description = "Cây đổ chắn đường" })
	b.shows("Cây đổ chắn đường")
	require.Eventually(t, func() bool {
		return strings.Contains(b.eval(`document.querySelector("#song").textContent`), "1 việc mới")
	}, 5*time.Second, 50*time.Millisecond)
	require.Equal(t, "PA2026-BBBBB2", b.eval(`[...document.querySelectorAll("input.desk-tick:checked")].map(e => e.value).join()`), "what was ticked stays ticked")
	require.Equal(t, "dong-PA2026-BBBBB2", b.eval(`document.activeElement.id`), "and who was at a line stays there")

	require.NoError(t, d.store.Attend(t.Context(), store.Presence{Item: "PA2026-CCCCC3", Email: "hoa@example.vn", Name: "Hoà", Doing: store.Writing}))
	b.shows("Hoà đang viết")

	b.do(chromedp.KeyEvent("a"))
	b.shows("Anh/chị đang giữ")
	require.Equal(t, lan, d.readCase(t, "PA2026-BBBBB2").Assignee)
	other := d.member(t, "hoa@example.vn", models.RoleOfficer, "tran-bien")
	require.Equal(t, http.StatusConflict, other.post(casesPath+"/claim", "code", "PA2026-BBBBB2").Code)

	b.do(chromedp.KeyEvent("/"))
	require.Equal(t, "tim", b.eval(`document.activeElement.id`))
	b.eval(`document.querySelector("#tim").value = ""`) // the driver types what a page has taken for a command
	b.do(chromedp.SendKeys("#tim", "cay do"), chromedp.KeyEvent("\r"))
	require.Eventually(t, func() bool { return b.eval(`String(document.querySelectorAll("[data-row]").length)`) == "1" }, 10*time.Second, 50*time.Millisecond)
	b.shows("PA2026-CCCCC3")
	require.Equal(t, "true", b.eval(`String(document.querySelector("[data-for=transfer]").hidden)`), "only what the action needs is asked")
	require.Equal(t, "?q=cay+do", b.eval(`location.search`))
	b.eval(`document.activeElement.blur(); ""`)
	b.do(chromedp.KeyEvent("?"))
	require.Equal(t, "true", b.eval(`String(document.querySelector("#phim").open)`))
	b.sound("cases-keys")
	b.do(chromedp.Evaluate[chromedp.Void](`console.info("the end")`))
	for m, err := range console {
		require.NoError(t, err)
		if m.Text == "the end" {
			break
		}
		require.False(t, m.IsException() || strings.Contains(m.Text, "Content Security Policy"), m.Text)
	}
}
