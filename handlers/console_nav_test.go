package handlers

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// TestNavigation: every role comes to every page that it may open, over one link, and
// the page that is shown is the one that is marked.
func TestNavigation(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t), connecting, alerting, figuring, answersWell, func(deps *Deps) { tellDue(t, deps) })
	for _, role := range models.Roles {
		require.LessOrEqual(t, len(daily(role)), 4, "one row of a phone")
		visitor := d.visitor(t, role)
		for _, path := range daily(role) {
			require.True(t, slices.ContainsFunc(menu(), func(item menuItem) bool { return item.path == path }), path)
		}
		for _, item := range menu() {
			if !role.May(item.need) {
				continue
			}
			page := visitor.screen.get(item.path)
			require.Equal(t, http.StatusOK, page.Code, item.path)
			require.Contains(t, page.Body, fmt.Sprintf(`<a href="%s" aria-current="page">`, item.path), role)
			for _, other := range menu() {
				if role.May(other.need) && other.path != item.path {
					require.Contains(t, page.Body, fmt.Sprintf(`<a href="%s">`, other.path), role)
				}
			}
		}
	}
	lost := d.screen(t).get(casesPath + "/x/undo")
	require.Equal(t, http.StatusMethodNotAllowed, lost.Code)
	require.NotContains(t, lost.Body, questionsPath, "who is not logged in is shown the way to the login alone")
}

// TestAWrongAddressStaysInTheConsole: staff are led on, not to the citizens' pages.
func TestAWrongAddressStaysInTheConsole(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t))
	page := d.visitor(t, models.RoleOfficer).screen.get(questionsPath + "/none")
	require.Equal(t, http.StatusNotFound, page.Code)
	require.Contains(t, page.Body, `href="`+questionsPath+`"`)
	require.Contains(t, page.Header.Get("Content-Security-Policy"), "script-src 'self'")
}

// TestNavigationByKeyboard opens and leaves the disclosure at both sizes.
func TestNavigationByKeyboard(t *testing.T) {
	d := newDesk(t, databases.SQLite(t), connecting, alerting, figuring, answersWell)
	next, taken := casesPath, map[models.Role]*screen{}
	for _, role := range models.Roles {
		taken[role] = d.visitor(t, role).screen
	}
	d.door(taken, &next)
	b := chromium(t, d)
	const height = `Math.round(document.querySelector(".frame-top").offsetHeight / 60) + " rows"`
	b.do(chromedp.EmulateViewport(390, 844))
	for _, role := range append(slices.Clone(models.Roles), models.RoleAdmin) {
		for _, next = range daily(role) {
			b.do(chromedp.Navigate(b.base + "/as?" + string(role)))
			require.Equal(t, "2 rows", b.eval(height), "%s at %s", role, next)
		}
	}
	for _, size := range [][2]int64{{1366, 768}, {390, 844}} {
		b.do(chromedp.EmulateViewport(size[0], size[1]), chromedp.Navigate(b.base+casesPath))
		b.see("Hộp việc")
		require.Equal(t, map[int64]string{1366: "1 rows", 390: "2 rows"}[size[0]], b.eval(height))
		b.do(chromedp.KeyEvent("\t"), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\r"))
		require.Equal(t, "true", b.eval(`String(document.querySelector(".frame-more").open)`))
		require.Equal(t, fmt.Sprint(size[0]), b.eval(`String(document.documentElement.scrollWidth)`))
		b.accessible("menu")
		b.shoot(fmt.Sprintf("menu-%d", size[0]))
		b.do(chromedp.KeyEvent("\t"), chromedp.KeyEvent("\u001b"))
		require.Equal(t, "false SUMMARY", b.eval(`document.querySelector(".frame-more").open + " " + document.activeElement.tagName`))
		b.do(chromedp.KeyEvent("\r"))
		b.eval(`document.querySelector(".frame-nav a").focus(); ""`)
		require.Equal(t, "false", b.eval(`String(document.querySelector(".frame-more").open)`), "it does not lie on what is used next")
	}
}
