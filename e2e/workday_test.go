package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/web/webtest"
)

// passphrase is the password of all who log in with a browser.
const passphrase = "con trâu đi trước"

// tab is a real browser of somebody at the console.
type tab struct {
	*world
	ctx    context.Context
	email  string
	secret string // of the second factor
}

// tab makes an account and logs in for the first time: the one-time password, a
// password of one's own and, of a leader, a second factor. Without Chromium the test
// is skipped.
func (w *world) tab(email, role, unit string) *tab {
	w.t.Helper()
	once := w.must("user", "add", "--email", email, "--name", role+" "+unit, "--role", role, "--unit", unit)
	words := strings.Fields(once)
	b := &tab{world: w, ctx: webtest.Chromium(w.t, 4*time.Minute, "the working day"), email: email}
	b.opens("/console/cases")
	b.fills("Đặt mật khẩu", "#email", email, "#password", words[len(words)-1])
	if role == "officer" {
		b.fills("Hộp việc", "#new", passphrase, "#again", passphrase)
		return b
	}
	b.fills("Bật xác thực", "#new", passphrase, "#again", passphrase)
	b.secret = strings.ReplaceAll(b.eval(`document.querySelector("#khoa").textContent`), " ", "")
	b.fills("Mã dự phòng", "#code", b.code(0))
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, steps...))
}

func (b *tab) eval(expression string) string {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](expression))
	require.NoError(b.t, err, expression)
	return v
}

// sees waits until an expression, which may fail on the way, is true.
func (b *tab) sees(what, expression string) {
	b.t.Helper()
	shown := false
	defer func() {
		if !shown {
			b.t.Logf("at %s:\n%.3000s", b.eval("location.href"), b.eval("document.body.innerText"))
		}
	}()
	within(b.t, patience, what+" is shown", func() bool {
		v, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`(() => { try { return Boolean(`+expression+`) } catch { return false } })()`))
		shown = err == nil && v
		return shown
	})
}

// heading waits for a page.
func (b *tab) heading(words string) {
	b.t.Helper()
	b.sees("the page "+words, fmt.Sprintf(`document.readyState === "complete" && document.querySelector("h1").textContent.includes(%q)`, words))
}

func (b *tab) opens(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url() + path))
}

// presses a button by keyboard: the page may scroll under a mouse.
func (b *tab) presses(selector string) {
	b.t.Helper()
	b.eval(`document.querySelector("` + selector + `").focus(); ""`)
	b.do(chromedp.KeyEvent("\r"))
}

// fills types into fields, sends their form by Enter and waits for the page that
// it leads to.
func (b *tab) fills(heading string, pairs ...string) {
	b.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		b.do(chromedp.SendKeys(pairs[i], pairs[i+1]))
	}
	b.do(chromedp.KeyEvent("\r"))
	b.heading(heading)
}

// code is that of the second factor, some of its half minutes ahead: each is taken
// once, and a phone's clock may be one off.
func (b *tab) code(ahead int) string {
	b.t.Helper()
	code, err := totp.GenerateCode(b.secret, time.Now().Add(time.Duration(ahead)*30*time.Second))
	require.NoError(b.t, err)
	return code
}

// logsInAgain ends the session and begins another with the second factor.
func (b *tab) logsInAgain() {
	b.t.Helper()
	b.presses(".frame-more summary")
	b.presses(".frame-out button")
	b.heading("Đăng nhập")
	b.opens("/console/cases")
	b.fills("Xác thực hai bước", "#email", b.email, "#password", passphrase)
	b.fills("Hộp việc", "#code", b.code(1))
}

// listed waits until the list, which nobody loads again, has or has not a case.
func (b *tab) listed(code string, there bool) {
	b.t.Helper()
	b.sees(fmt.Sprintf("%s in the list: %t", code, there), fmt.Sprintf(`(document.getElementById("dong-%s") !== null) === %t`, code, there))
}

// writes opens a case in the way of an answer and types it, without sending it.
func (b *tab) writes(code, action, text string) {
	b.t.Helper()
	b.opens("/console/cases/" + code + "?answer=" + action)
	b.heading(code)
	b.do(chromedp.SendKeys("#loi-tra-loi", text))
	b.sees("the preview", fmt.Sprintf(`document.querySelector(".case-preview").textContent.includes(%q)`, text))
}

// sends sends the answer that is typed.
func (b *tab) sends() {
	b.t.Helper()
	b.presses("#tra-loi form[data-answer] .btn-primary")
}

// answers opens a case in the way of an answer, types it and sends it.
func (b *tab) answers(code, action, text string) {
	b.t.Helper()
	b.writes(code, action, text)
	b.sends()
	b.sees("the way back", `document.querySelector(".case-held button")`)
}

// passes hands a case on to another unit.
func (b *tab) passes(code, unit, reason string) {
	b.t.Helper()
	b.opens("/console/cases/" + code)
	b.heading(code)
	b.eval(`document.querySelector("#chuyen").closest("details").open = true; document.querySelector("#chuyen").value = "` + unit + `"; ""`)
	b.do(chromedp.SendKeys("#vi-sao", reason))
	b.presses("#chuyen ~ button")
	b.heading("Hộp việc")
	b.sees("what was done", `document.querySelector("[role=status].alert")`)
}

// TestWorkingDay is a day of two offices and a citizen: log in with a second
// factor, see a new case arrive without a reload, answer it, pass it on, resolve it
// over there; the phone hears each, rates, and says that it is not done.
func TestWorkingDay(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		here, there := w.tab("lan@tranbien.example.vn", "leader", "tran-bien"), w.tab("minh@tamhiep.example.vn", "leader", "tam-hiep")
		here.logsInAgain()
		there.opens("/console/cases")
		there.heading("Hộp việc")
		c := w.phone(platforms[map[bool]int{true: 0, false: 1}[w.onPostgres()]], 1)
		code := c.file("Rác chất đống đầu hẻm chưa ai dọn")
		here.listed(code, true)
		there.listed(code, false)

		here.answers(code, "reply", "Tổ vệ sinh hẹn sáng mai.")
		require.Contains(t, c.next().Text, "Tổ vệ sinh hẹn sáng mai.")
		here.passes(code, "tam-hiep", "Hẻm này thuộc phường Tam Hiệp.")
		require.Contains(t, c.next().Text, "Tam Hiệp")
		here.listed(code, false)

		there.listed(code, true)
		there.answers(code, "resolve", "Tổ thu gom đã dọn xong chiều nay.")
		told := c.next()
		require.Contains(t, told.Text, "Tổ thu gom đã dọn xong chiều nay.")
		c.requireStep("rate.score", told)
		there.opens("/console/cases")
		there.heading("Hộp việc")
		there.listed(code, false)
		c.requireStep("rate.comment", c.tap("rate.score:2"))
		require.Equal(t, 1, w.number("SELECT COUNT(*) FROM ratings WHERE score = 2 AND unit = 'tam-hiep' AND case_code = '"+code+"'"))
		c.tap("rate.comment:reopen")
		there.listed(code, true)
	})
}

// TestTwoOfficersOnOneCase: both see each other at it; the one who is slower is told
// that the case has changed and what, keeps every word, and the citizen hears one.
func TestTwoOfficersOnOneCase(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		c := w.phone(platforms[map[bool]int{true: 1, false: 0}[w.onPostgres()]], 1)
		code := c.file("Rác chất đống đầu hẻm chưa ai dọn")
		one, two := w.tab("an@tranbien.example.vn", "officer", "tran-bien"), w.tab("binh@tranbien.example.vn", "officer", "tran-bien")
		two.writes(code, "reply", "Chiều nay chúng tôi đến.")
		one.writes(code, "reply", "Tổ vệ sinh hẹn sáng mai.")
		for _, b := range []*tab{one, two} {
			b.sees("the other", `document.querySelector("#ai-dang-xem").textContent.includes("officer tran-bien đang viết")`)
		}
		one.sends()
		one.sees("the way back", `document.querySelector(".case-held button")`)
		two.sends()
		two.sees("what has changed, and what was typed", `document.readyState === "complete" && location.search === "" && document.querySelector("[role=alert]") &&
			document.body.textContent.includes("Tổ vệ sinh hẹn sáng mai.") && document.querySelector("#loi-tra-loi").value === "Chiều nay chúng tôi đến."`)
		require.Contains(t, c.next().Text, "Tổ vệ sinh hẹn sáng mai.")
		w.quiet()
		require.Empty(t, c.unread())
	})
}
