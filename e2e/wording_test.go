package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// types replaces what stands in a field.
func (b *tab) types(selector, words string) {
	b.t.Helper()
	b.eval(fmt.Sprintf(`document.querySelector(%q).value = ""; ""`, selector))
	b.do(chromedp.SendKeys(selector, words))
}

// publishes presses "Lưu" with a reason and waits until it is saved.
func (b *tab) publishes() {
	b.t.Helper()
	b.types("#why", "bà con chưa rõ")
	b.presses("button[value=save]")
	b.sees("that it is saved", `document.querySelector("[role=status].alert").textContent.includes("Đã lưu")`)
}

// TestWordsAreChangedInTheConsole: the province changes what the bot says and the
// term of a category, a unit a text to begin answers with: each is shown as
// citizens will read it, what does not fit is refused in words, and what was saved
// is said, and stands in the answer form, at once.
func TestWordsAreChangedInTheConsole(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		reporter := w.phone(platforms[0], 1)
		code := reporter.file("Rác chất đống đầu hẻm chưa ai dọn")
		filed := w.caseOf(w.token("officer"), code)

		province := w.tab("hoa@dongnai.example.vn", "admin", "")
		province.opens("/console/content?kind=wording&group=welcome&q=giup")
		province.heading("Nội dung trả lời bà con")
		province.sees("the entry", `[...document.querySelectorAll(".desk-row a")].some(a => a.textContent.includes("menu.root"))`)
		province.shoot("content-wording-list")
		province.opens("/console/content/piece?kind=wording&key=report.confirm")
		province.heading("report.confirm")
		province.eval(`document.querySelector(".content-allowed").open = true; ""`)
		province.shoot("content-wording-long")
		province.do(chromedp.EmulateViewport(390, 844))
		require.Equal(t, "390", province.eval(`String(document.documentElement.scrollWidth)`), "long slots are broken")
		province.do(chromedp.EmulateViewport(1366, 768))
		province.opens("/console/content/piece?kind=wording&key=menu.root")
		province.heading("menu.root")
		province.sees("the message with its choices", `document.querySelector(".case-preview").textContent.includes("1. Gửi phản ánh")`)
		province.types("#f-text", "Chào {{.Code}}")
		province.presses("button[value=preview]")
		province.sees("why it is refused", `document.querySelector("[role=alert]").textContent.includes("{{.Code}} không dùng được ở chỗ này")`)
		province.shoot("content-wording-refused")
		province.types("#f-text", "Ông/bà cần giúp việc gì ạ, xin chọn.")
		province.presses("button[value=preview]")
		province.sees("the new message", `document.querySelector(".case-preview").textContent.includes("xin chọn.")`)
		province.shoot("content-wording-tried")
		province.publishes()
		within(t, patience, "the wording to be said", func() bool { return strings.Contains(reporter.say("#menu.root:menu").Text, "xin chọn.") })

		province.opens("/console/content/piece?kind=category&key=" + filed.Category)
		province.types("#f-deadline_days", "5")
		province.presses("button[value=preview]")
		province.sees("how many dates move", `document.querySelector("#xem-thu").parentElement.textContent.includes("Số vụ sẽ có hạn muộn hơn")`)
		province.shoot("content-category-tried")

		unit := w.tab("lan@tranbien.example.vn", "leader", "tran-bien")
		unit.opens("/console/content/new?kind=template")
		unit.heading("Thêm mục mới")
		unit.types("#f-name", "Hẹn dọn rác")
		unit.types("#f-text", "Xin chào ông/bà. {unit} hẹn dọn ở {place} [ngày nào].")
		unit.eval(`document.querySelector("input[name=actions][value=reply]").click(); ""`)
		unit.presses("button[value=preview]")
		unit.sees("the message", `document.querySelector(".case-preview").textContent.includes("hẹn dọn ở hẻm 45")`)
		unit.shoot("content-template-tried")
		unit.publishes()
		within(t, patience, "the template in the answer form", func() bool {
			unit.opens("/console/cases/" + code + "?answer=reply")
			unit.heading(code)
			return unit.eval(`String([...document.querySelectorAll(".case-texts h3")].some(h => h.textContent === "Hẹn dọn rác"))`) == "true"
		})
		require.Equal(t, 1, w.number("SELECT COUNT(*) FROM content WHERE kind = 'template' AND unit = 'tran-bien'"))
	})
}

// shoot keeps a picture of the page at both sizes, where somebody wants to look.
func (b *tab) shoot(name string) {
	b.t.Helper()
	dir := os.Getenv("CONSOLE_SHOTS")
	if dir == "" {
		return
	}
	for _, size := range [][2]int64{{1366, 768}, {390, 844}} {
		b.do(chromedp.EmulateViewport(size[0], size[1]))
		png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		require.NoError(b.t, err)
		require.NoError(b.t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, size[0])), png, 0o600))
	}
}
