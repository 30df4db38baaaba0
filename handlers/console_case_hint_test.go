package handlers

import (
	"html"
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
