package handlers

import (
	"html"
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// TestASuggestionIsTakenWithOneClick: the category, and the unit with the reason,
// as the page's own forms send them.
func TestASuggestionIsTakenWithOneClick(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleLeader, "tran-bien")
		b.enrol()
		hint := regexp.MustCompile(`(?s)<form class="case-hint".*?</form>`)
		press := func(n int) answer {
			form := hint.FindAllString(b.get(casePage).Body, -1)[n]
			var pairs []string
			for _, m := range regexp.MustCompile(`name="(\w+)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
				pairs = append(pairs, m[1], html.UnescapeString(m[2]))
			}
			return b.post(casePage, pairs...)
		}
		b.leads(press(0), casePage)
		require.Equal(t, "can_bo", d.caseNow(t).Category)
		b.leads(press(0), casesPath) // the category fits now; the unit's officers lose sight of the case
		c := d.caseNow(t)
		require.Equal(t, "long-khanh", c.Unit)
		require.Equal(t, models.StatusTransferred, c.Status)
		require.Equal(t, "Người dân nhắc Long Khánh, vì có chữ «xã <Long Khánh>»", c.Events[len(c.Events)-1].Text)
		require.Equal(t, models.ActTransfer, d.play(t)[0].Action, "the citizen is told")
	})
}

// TestTheCauseIsAskedForWhenACaseEnds, once, of a closed list, and stands in the
// history with what it replaced.
func TestTheCauseIsAskedForWhenACaseEnds(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		const asks = "Vụ này do đâu?"
		require.NotContains(t, b.get(casePage).Body, asks)
		b.leads(b.act(t, "action", "resolve", "text", "Đã dọn xong."), casePage)
		require.Contains(t, b.get(casePage).Body, asks)
		require.Equal(t, http.StatusUnprocessableEntity, b.act(t, "action", "classify", "cause", "aliens").Code)
		b.leads(b.act(t, "action", "classify", "cause", "data"), casePage)
		b.leads(b.act(t, "action", "classify", "cause", "contractor"), casePage)
		page := b.get(casePage)
		require.NotContains(t, page.Body, asks)
		require.Contains(t, page.Body, "<dd>Đơn vị thi công, dịch vụ làm chưa tốt</dd>")
		require.Contains(t, page.Body, "Dữ liệu giữa các hệ thống chưa khớp → Đơn vị thi công, dịch vụ làm chưa tốt")
		require.Equal(t, "contractor", d.caseNow(t).Cause)
	})
}
