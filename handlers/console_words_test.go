package handlers

import (
	"errors"
	"html"
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// TestASearchLeadsOn: who finds nothing in one list is led to all cases and back, and
// the fields of the filter stay closed over what was found.
func TestASearchLeadsOn(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t), connecting, figuring, answersWell)
	d.fillDay(t)
	officer := d.visitor(t, models.RoleOfficer).screen
	page := officer.get(casesPath + "?view=overdue&q=0912+345+678")
	require.NotContains(t, page.Body, `id="dong-PA2026-DUONG1"`)
	require.Regexp(t, `<details>\s*<summary>Lọc thêm`, page.Body)
	links := regexp.MustCompile(`<a href="([^"]+)">(?:Tìm trong tất cả hồ sơ|Bỏ tìm)</a>`).FindAllStringSubmatch(page.Body, -1)
	require.Len(t, links, 2)
	wider := officer.get(html.UnescapeString(links[0][1]))
	require.Equal(t, http.StatusOK, wider.Code)
	require.Contains(t, wider.Body, `id="dong-PA2026-DUONG1"`, "a phone typed with spaces is found")
	require.Equal(t, casesPath+"?view=overdue", html.UnescapeString(links[1][1]))
	require.Regexp(t, `<details open>\s*<summary>Lọc thêm`, officer.get(casesPath+"?kind=phan_anh").Body)
}

// TestTappedChoicesReadAsWords: staff read what stands on a button, not what Zalo sends
// for it.
func TestTappedChoicesReadAsWords(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t), func(deps *Deps) {
		deps.Wording = func(key string, _ any) (string, error) {
			if label, known := map[string]string{"choice.report.confirm.yes": "Gửi", "choice.menu": "Danh mục"}[key]; known {
				return label, nil
			}
			return "", errors.New("no such entry")
		}
	})
	w := talkWriter{label: d.server.choiceLabel}
	for text, want := range map[string]talkLine{
		"#report.confirm:yes":   {Note: "tapped", Text: "Gửi"},
		"#ask.answer:menu":      {Note: "tapped", Text: "Danh mục"},
		"#ask.choose:khai-sinh": {Note: "tapped"},
		"#1 là nhà tôi: số 5":   {Text: "#1 là nhà tôi: số 5"},
		"lúc 7:30":              {Text: "lúc 7:30"},
	} {
		want.By = byCitizen
		require.Equal(t, want, w.heard(models.Event{Text: text}), text)
	}
}

// TestDatesOfContent: a day and a month read as people write them.
func TestDatesOfContent(t *testing.T) {
	t.Parallel()
	for asOf, want := range map[string]string{"2026-07": "07/2026", "2026-03-04": "04/03/2026", "": ""} {
		require.Equal(t, want, contentRow{AsOf: asOf}.Dated())
	}
}
