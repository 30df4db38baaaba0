package handlers

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// busy files some cases at two units, of which one is sensitive and one is done.
func (d *desk) busy(t *testing.T) {
	t.Helper()
	for i := range 6 {
		d.unreached(t, fmt.Sprint("PA2026-AAAAA", i), func(c *models.Case) {
			c.Unit = []string{"tran-bien", "long-khanh"}[i%2]
			c.Sensitive = i == 4
			if i == 2 {
				if err := c.Move(models.ActResolve, "Lan", d.now().Add(90*time.Minute), "", ""); err != nil {
					t.Error(err)
				}
			}
		})
	}
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.InsertRating("PA2026-AAAAA2", "tran-bien", "zalo:3:PA2026-AAAAA2", 4, ""); err != nil {
			return err
		}
		return tx.Ask(models.Question{Unit: "tran-bien", Procedure: "khai-sinh", Outcome: models.Answered})
	}))
	d.advance(4 * 24 * time.Hour)
}

// received is what a page says was received.
func received(t *testing.T, body string) string {
	t.Helper()
	_, rest, found := strings.Cut(body, `<th scope="row">Đã nhận</th><td class="chart-number">`)
	require.True(t, found, body)
	n, _, _ := strings.Cut(rest, "<")
	return n
}

// TestFiguresByRole: every role sees the figures of its unit, of the cases that it
// may know of, on the page, in the workbook and on paper.
func TestFiguresByRole(t *testing.T) {
	onFiguring(t, func(t *testing.T, d *desk) {
		d.busy(t)
		for _, role := range models.Roles {
			b := d.visitor(t, role).screen
			page := b.get(figuresPath)
			require.Equal(t, http.StatusOK, page.Code, page.Body)
			want := 2
			if role.May(models.ReadSensitive) {
				want = 3
			}
			require.Equal(t, strconv.Itoa(want), received(t, page.Body), role)
			require.Contains(t, page.Body, "Phường Trấn Biên")
			require.NotContains(t, page.Body, "Long Khánh", "another unit is not compared with")
			require.Contains(t, page.Body, fmt.Sprintf("<strong>%d người</strong> chưa được báo", want))
			require.Contains(t, page.Body, "<svg")
			require.Contains(t, page.Body, "Giao thông")

			sheet := b.get(figuresPath + ".xlsx")
			require.Equal(t, http.StatusOK, sheet.Code)
			book, err := excelize.OpenReader(strings.NewReader(sheet.Body))
			require.NoError(t, err)
			n, err := book.GetCellValue("Tổng hợp", "B6")
			require.NoError(t, err)
			require.Equal(t, strconv.Itoa(want), n)
			kind, err := book.GetCellType("Tổng hợp", "B6")
			require.NoError(t, err)
			require.Contains(t, []excelize.CellType{excelize.CellTypeNumber, excelize.CellTypeUnset}, kind, "a number that Excel counts with")
			paper := b.get(figuresPath + ".pdf")
			require.Equal(t, http.StatusOK, paper.Code)
			require.True(t, strings.HasPrefix(paper.Body, "%PDF-"))
			require.Contains(t, paper.Header.Get("Content-Disposition"), ".pdf")
		}
	})
}

func TestUnitsAreComparedByTheProvince(t *testing.T) {
	onFiguring(t, func(t *testing.T, d *desk) {
		d.busy(t)
		b := d.member(t, lan, models.RoleViewer, "")
		page := b.get(figuresPath).Body
		require.Equal(t, "5", received(t, page))
		require.Contains(t, page, "So sánh các đơn vị")
		require.Contains(t, page, "Phường Long Khánh")
		one := b.get(figuresPath + "?period=30&unit=long-khanh").Body
		require.Equal(t, "3", received(t, one))
		require.NotContains(t, one, "So sánh các đơn vị")
		today := d.now().Format(time.DateOnly)
		require.Equal(t, "0", received(t, b.get(figuresPath+"?from="+today+"&until="+today).Body))
		for query, status := range map[string]int{"?from=2026-03-02&until=2026-03-01": 422, "?from=x": 422, "?from=2020-01-01&until=2026-01-01": 422, "?unit=none": 422} {
			for _, file := range []string{"", ".xlsx", ".pdf"} {
				require.Equal(t, status, b.get(figuresPath+file+query).Code, query)
			}
		}
	})
}

func TestPresets(t *testing.T) {
	t.Parallel()
	set, err := readPages("pages/console")
	require.NoError(t, err)
	today := time.Date(2026, 8, 31, 12, 0, 0, 0, time.FixedZone("", localOffset))
	for name, want := range map[string][2]string{
		"": {"2026-08-02", "2026-08-31"}, "7": {"2026-08-25", "2026-08-31"}, "month": {"2026-08-01", "2026-08-31"},
		"last-month": {"2026-07-01", "2026-07-31"}, "quarter": {"2026-07-01", "2026-08-31"}, "year": {"2026-01-01", "2026-08-31"},
	} {
		p := readPeriod(url.Values{"period": {name}}, today)
		require.Equal(t, want, [2]string{p.From, p.Until}, name)
		var out bytes.Buffer
		require.NoError(t, set["figures"].ExecuteTemplate(&out, "preset", p.Name))
		require.NotEmpty(t, strings.TrimSpace(out.String()), name)
	}
}

// TestReportsSayEverything: each key of the report has words, and a year of days
// fits into a chart.
func TestReportsSayEverything(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t), figuring)
	calendar := officeHours().Calendar
	for _, days := range []int{1, 30, 60, 366} {
		from := calendar.Midnight(testNow)
		tally := models.NewTally(calendar, from, from.AddDate(0, 0, days), testNow.AddDate(2, 0, 0))
		for i := range days {
			at := from.AddDate(0, 0, i).Add(9 * time.Hour)
			tally.Add(models.CaseFact{Unit: fmt.Sprint("u", i%3), Category: strings.Repeat("rất dài ", 20), Kind: models.PhanAnh, Platform: models.Zalo, Status: models.StatusResolved, CreatedAt: at, ResolvedAt: at.Add(time.Hour)})
		}
		f := tally.Figures()
		f.Asked = []models.Asked{{N: 1}}
		of, err := d.server.newReport(&visit{s: d.server}, period{}, f)
		require.NoError(t, err)
		for _, table := range of.Tables {
			require.NotEmpty(t, table.Title, table.Key)
			require.NotContains(t, table.Head, "", table.Key)
			for _, row := range table.Rows {
				require.Len(t, row, len(table.Head))
				require.NotEmpty(t, row[0].Text, table.Key)
			}
			if c := table.Chart; c != nil {
				for _, g := range c.Columns {
					for _, s := range g.Stands {
						require.LessOrEqual(t, s.X+s.W, chartWidth)
						require.GreaterOrEqual(t, s.Y, 0)
					}
				}
				for _, b := range c.Bars {
					require.LessOrEqual(t, b.Length, chartWidth-chartNumber)
				}
			}
		}
		require.LessOrEqual(t, len(of.Tables[1].Rows), 60, "%d days", days)
		for _, write := range []func(report) ([]byte, error){report.sheet, report.paper} {
			body, err := write(of)
			require.NoError(t, err)
			require.NotEmpty(t, body)
		}
	}
}

// TestAMorningOfALeaderInABrowser: figures, from there to whom to call, the phone,
// what came of it.
func TestAMorningOfALeaderInABrowser(t *testing.T) {
	d := newDesk(t, databases.SQLite(t), figuring)
	d.busy(t)
	d.account(t, lan, models.RoleOfficer)
	b := chromium(t, d)
	b.do(chromedp.Navigate(b.base + figuresPath))
	b.see("Đăng nhập")
	b.submit("Đặt mật khẩu", "#email", lan, "#password", oneTime)
	b.submit("Số liệu", "#new", sentence, "#again", sentence)
	b.sound("figures")
	require.Equal(t, "2", b.eval(`document.querySelector("#bang-sums ~ .frame-scroll td").textContent`))
	b.do(chromedp.Click(".alert-danger a"))
	b.see("Gọi điện cho bà con")
	b.sound("calls")
	b.do(chromedp.Click(".call-list a.btn"))
	b.see("Cuộc gọi về")
	b.do(chromedp.Click("form[action$='/phone'] button"))
	require.Eventually(t, func() bool { return b.eval(`String(!!document.querySelector("#so-dien-thoai"))`) == "true" }, 20*time.Second, 50*time.Millisecond)
	b.sound("call")
	b.do(chromedp.Click("input[value='reached']"), chromedp.SendKeys("#ghi-chu", "bà con cảm ơn"), chromedp.Click("main form[action^='/console/calls/']:not([action$='/phone']) button"))
	b.see("Gọi điện cho bà con")
	require.Contains(t, b.eval(`document.querySelector(".alert-success").textContent`), "Đã ghi kết quả")
	require.Equal(t, "1", b.eval(`String(document.querySelectorAll(".call-list li").length)`))
}
