package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/web/webtest"
)

// axeSource is where npm puts the accessibility checker.
const axeSource = "../web/node_modules/axe-core/axe.min.js"

// browser is one tab of a real browser at the console.
type browser struct {
	t    *testing.T
	ctx  context.Context
	base string
	axe  string // the checker, or "" where npm is missing
}

// chromium starts a browser, or skips the test.
func chromium(t *testing.T, d *desk) browser {
	t.Helper()
	server := httptest.NewServer(d.router)
	t.Cleanup(server.Close)
	ctx := webtest.Chromium(t, 4*time.Minute, "the console")
	axe, err := os.ReadFile(axeSource)
	if err != nil {
		t.Log("not checked: accessibility (run make assets)")
	}
	return browser{t, ctx, server.URL, string(axe)}
}

func (b browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, steps...))
}

func (b browser) eval(expression string) string {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err, expression)
	return v
}

// submit fills fields, sends their form by Enter, as who works by keyboard does,
// and waits for the page with the heading.
func (b browser) submit(heading string, pairs ...string) {
	b.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		b.do(chromedp.SendKeys(pairs[i], pairs[i+1]))
	}
	b.eval(`document.documentElement.dataset.left = "yes"`) // the page after may have the same heading
	b.do(chromedp.KeyEvent("\r"))
	b.see(heading)
}

// see waits for the heading.
func (b browser) see(heading string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.readyState === "complete" && !document.documentElement.dataset.left && document.querySelector("h1") ? document.querySelector("h1").textContent.trim() : ""`))
		return err == nil && strings.Contains(v, heading)
	}, 20*time.Second, 50*time.Millisecond, heading)
}

// checkRules are those of WCAG 2.2 AA, the size of targets (2.5.8) among them, which
// the checker leaves out unless it is asked for.
const checkRules = `{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], rules: {"target-size": {enabled: true}}}`

// covered lists what can be used on the page, or in the dialog that is open over it,
// and has something else on top of its middle.
const covered = `[...(document.querySelector("dialog:modal") || document).querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
	.filter(e => e.checkVisibility({opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true}) && !e.disabled)
	.filter(e => {
		e.scrollIntoView({block: "center", inline: "center"});
		const r = e.getClientRects()[0];
		if (!r || r.width < 2 || r.height < 2 || r.right < 0) return false; // shown on focus
		const hit = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
		return hit && hit !== e && !e.contains(hit) && !hit.contains(e) && hit.closest("label")?.control !== e;
	}).map(e => e.outerHTML.slice(0, 200)).join("\n")`

// sound checks the page at both sizes: no sideways scrolling, nothing on top of what
// can be used, nothing serious that the checker finds. It keeps a picture where
// CONSOLE_SHOTS says.
func (b browser) sound(name string) {
	b.t.Helper()
	for _, size := range [][2]int64{{1366, 768}, {390, 844}} {
		b.do(chromedp.EmulateViewport(size[0], size[1]))
		wide := b.eval(`String(document.documentElement.scrollWidth)`)
		require.Equal(b.t, fmt.Sprint(size[0]), wide, "%s scrolls sideways at %d", name, size[0])
		require.Empty(b.t, b.eval(covered), "%s at %d: something is on top of these", name, size[0])
		b.eval(`document.querySelectorAll(".talk").forEach(e => { e.scrollTop = e.scrollHeight });
			document.querySelectorAll("nav").forEach(e => { e.scrollLeft = 0 });
			document.querySelector("nav [aria-current]")?.scrollIntoView({inline: "center"}); scrollTo(0, 0); ""`)
		b.shoot(fmt.Sprintf("%s-%d", name, size[0]))
		b.accessible(name)
	}
}

// accessible lets the checker look at the page as it is shown now.
func (b browser) accessible(name string) {
	b.t.Helper()
	if b.axe == "" {
		return
	}
	b.eval(b.axe + `; "checker"`)
	found := b.eval(`axe.run(` + checkRules + `).then(r => JSON.stringify(r.violations
			.filter(v => v.impact === "serious" || v.impact === "critical")
			.map(v => ({id: v.id, nodes: v.nodes.map(n => n.html + " " + n.failureSummary)}))))`)
	var faults []any
	require.NoError(b.t, json.Unmarshal([]byte(found), &faults))
	require.Empty(b.t, faults, "%s at %s", name, b.eval(`String(innerWidth)`))
}

func (b browser) shoot(name string) {
	dir := os.Getenv("CONSOLE_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600))
}

// TestLoginInABrowser is a leader's first day, by keyboard: the one-time
// password, a password of their own, a second factor, and the next login with it.
func TestLoginInABrowser(t *testing.T) {
	d := newDesk(t, databases.SQLite(t))
	d.account(t, lan, models.RoleLeader)
	b := chromium(t, d)
	console := chromedp.Console(b.ctx)

	b.do(chromedp.Navigate(b.base + accountPath))
	b.see("Đăng nhập")
	b.sound("login")
	require.Equal(t, "email", b.eval(`document.activeElement.id`))
	b.submit("Đăng nhập", "#email", lan, "#password", "sai")
	b.sound("login-refused")
	b.submit("Đặt mật khẩu", "#password", oneTime)
	b.sound("password")
	b.submit("Bật xác thực", "#new", sentence, "#again", sentence)
	b.sound("factor")
	secret := strings.ReplaceAll(b.eval(`document.querySelector("#khoa").textContent`), " ", "")
	b.submit("Mã dự phòng", "#code", d.screen(t).code(secret))
	b.sound("codes")
	b.do(chromedp.Click("main a.btn"))
	b.see("Tài khoản của tôi")
	b.sound("account")

	b.do(chromedp.Click(".frame-more summary"), chromedp.Click(".frame-out button"))
	b.see("Đăng nhập")
	d.advance(time.Minute)
	b.submit("Xác thực hai bước", "#email", lan, "#password", sentence)
	b.sound("code")
	b.submit("Hộp việc", "#code", d.screen(t).code(secret))
	b.sound("start")
	b.do(chromedp.Navigate(b.base + accountPath))
	b.do(chromedp.KeyEvent("\t"), chromedp.KeyEvent("\r"))
	require.Equal(t, "noi-dung", b.eval(`document.activeElement.id`), "the first key leads past the navigation")
	require.Equal(t, "", b.eval(`document.cookie`), "no script reads the session")
	b.do(chromedp.Evaluate[chromedp.Void](`console.info("the end")`))
	for m, err := range console {
		require.NoError(t, err)
		if m.Text == "the end" {
			break
		}
		require.False(t, m.IsException() || strings.Contains(m.Text, "Content Security Policy"), m.Text)
	}
}
