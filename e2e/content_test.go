package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// sets writes into a field of a form.
func (b *tab) sets(selector, value string) {
	b.t.Helper()
	b.eval(`document.querySelector("` + selector + `").value = ""; ""`)
	b.do(chromedp.SendKeys(selector, value))
}

// saves gives a reason, sees what citizens will read, and saves.
func (b *tab) saves(reason, shown string) {
	b.t.Helper()
	b.sets("#why", reason)
	b.presses(`button[value=preview]`)
	b.sees("the preview of "+shown, `document.querySelector("#xem-thu").textContent === "Bà con sẽ đọc" && document.querySelector(".case-side").textContent.includes("`+shown+`")`)
	b.presses(`button[value=save]`)
	b.sees("what was done", `document.querySelector("[role=status].alert")`)
}

// told waits until the citizen hears the words in answer to a question.
func (c *phone) told(question, words string) {
	c.t.Helper()
	within(c.t, patience, words, func() bool { return strings.Contains(c.say(question).Text, words) })
}

// TestEditedContentIsTold: what staff change in the console is what their preview
// showed and what the phone hears: a procedure of the province, what a unit does
// otherwise, a number of its directory, and what was before, restored.
func TestEditedContentIsTold(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		province, unit := w.tab("hoa@dongnai.example.vn", "leader", ""), w.tab("lan@tranbien.example.vn", "leader", "tran-bien")
		c := w.phone(platforms[map[bool]int{true: 0, false: 1}[w.onPostgres()]], 1)
		const before = "Miễn phí khi đúng hạn"
		require.Contains(t, c.say("lệ phí đăng ký khai sinh").Text, before)

		province.opens("/console/content/piece?kind=procedure&key=khai-sinh")
		province.heading("Đăng ký khai sinh")
		province.sets("#f-fee-text", "Chín nghìn đồng mỗi bản")
		province.saves("nghị quyết mới", "Chín nghìn đồng mỗi bản")
		c.told("lệ phí đăng ký khai sinh", "Chín nghìn đồng mỗi bản")

		unit.opens("/console/content/piece?kind=procedure&key=khai-sinh&unit=tran-bien")
		unit.heading("Đăng ký khai sinh")
		unit.sets("#f-where", "Quầy số 12")
		unit.saves("dời quầy", "Quầy số 12")
		c.told("đăng ký khai sinh làm ở đâu", "Quầy số 12")

		unit.opens("/console/content/new?kind=contact")
		unit.heading("Thêm mục mới")
		unit.eval(`document.querySelector("#f-role").value = "duong_day_nong"; document.querySelector("#f-as_of").value = "2026-11-20"; document.querySelector("#f-public").checked = true; ""`)
		unit.sets("#f-phone", "0251 3123 456")
		unit.saves("số mới", "0251 3123 456")
		c.told("cho xin số đường dây nóng của phường", "0251 3123 456")

		province.opens("/console/content/new?kind=holiday")
		province.heading("Thêm mục mới")
		province.eval(`document.querySelector("#f-date").value = "2027-03-03"; document.querySelector("#f-kind").value = "holiday"; ""`)
		province.sets("#f-name", "Nghỉ sắp xếp trụ sở")
		province.saves("công văn", "Nghỉ sắp xếp trụ sở")
		c.told("ngày 03/03/2027 phường có làm việc không", "Nghỉ sắp xếp trụ sở")

		province.opens("/console/content?kind=unit&due=1")
		province.heading("Nội dung")
		province.presses(".desk-claim button")
		province.sees("what was done", `document.querySelector("[role=status].alert")`)
		require.Equal(t, 1, w.number("SELECT COUNT(*) FROM content WHERE kind = 'unit' AND body LIKE '%office_confirmed%true%'"))

		province.opens("/console/content/history?kind=procedure&key=khai-sinh")
		province.heading("Lịch sử")
		province.sees("what was before and after", `document.querySelector("ins").textContent.includes("Chín nghìn") && document.querySelector("del")`)
		province.sets("#why", "nghị quyết bị hoãn")
		province.presses(`input[name=to][value='0'] ~ button`)
		province.sees("what was done", `document.querySelector("[role=status].alert")`)
		c.told("lệ phí đăng ký khai sinh", before)
		require.Equal(t, 6, w.number("SELECT COUNT(*) FROM content WHERE why <> ''"))
		require.Equal(t, 6, w.number("SELECT COUNT(*) FROM audit WHERE action = 'content'"))
	})
}
