package handlers

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const approvedText = "Phản ánh PA2026-AAAAAA của ông/bà <đã> có trả lời."

// approves makes the preview as the relay's is where a template was approved.
func (d *desk) approves() {
	plain := d.server.Answering.Preview
	d.server.Answering.Preview = func(ctx context.Context, e models.Event) ([]Shown, error) {
		if e.Notice.Way == models.WayTemplate {
			return []Shown{{Text: approvedText, Template: true}}, nil
		}
		return plain(ctx, e)
	}
}

// silentFor makes the citizen's latest word so old.
func (d *desk) silentFor(t *testing.T, ago time.Duration) {
	t.Helper()
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		c, err := tx.LockConversation(caseTalk)
		if err == nil {
			c.LastUserAt = d.now().Add(-ago)
			err = tx.SaveConversations([]models.Conversation{*c})
		}
		return err
	}))
}

// TestStaffChooseTheLawfulWay: after the window has closed, with the text in sight,
// and nothing is sent before; what was chosen goes with the answer.
func TestStaffChooseTheLawfulWay(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		d.approves()
		require.NotContains(t, b.get(casePage).Body, `name="way"`, "words of our own are allowed")
		refused := b.act(t, "action", "reply", "text", "lời", "way", "template")
		require.Equal(t, http.StatusConflict, refused.Code)
		require.Contains(t, refused.Body, "không còn gửi mẫu")
		require.Contains(t, refused.Body, "lời</textarea>")

		d.silentFor(t, 8*24*time.Hour)
		page := b.get(casePage)
		require.Contains(t, page.Body, `name="way" value="template"`)
		require.Contains(t, page.Body, "của ông/bà &lt;đã&gt; có trả lời.", "the exact text")
		for _, way := range []string{"", "sms"} {
			refused = b.act(t, "action", "reply", "text", "lời", "way", way)
			require.Equal(t, http.StatusUnprocessableEntity, refused.Code)
			require.Contains(t, refused.Body, "xin chọn cách báo")
		}
		require.Len(t, d.caseNow(t).Events, 1, "nothing was sent")
		require.Contains(t, b.post(casePage+"/draft", append(b.fields(t), "action", "reply", "text", "lời", "way", "template")...).Body, "của ông/bà &lt;đã&gt; có trả lời.")
		require.Contains(t, b.post(casePage+"/draft", append(b.fields(t), "action", "reply", "text", "lời")...).Body, "XEM TRƯỚC", "nothing is chosen yet")
		b.leads(b.act(t, "action", "note", "text", "đã gọi"), casePage)

		b.leads(b.act(t, "action", "reply", "text", "một", "way", "template"), casePage)
		b.leads(b.act(t, "action", "resolve", "text", "hai", "way", "call"), casePage)
		d.advance(undoFor)
		var ways []string
		for _, n := range d.play(t) {
			ways = append(ways, n.Text+" "+n.Way)
		}
		require.Equal(t, []string{"một template", "hai "}, ways)

		require.NoError(t, d.store.HoldChannel(t.Context(), "messenger:1", "token", d.now().Add(time.Hour)))
		require.NotContains(t, b.get(casePage).Body, `name="way"`, "a dead channel brings no template either")
	})
}

func TestWayInABrowser(t *testing.T) {
	d := newDesk(t, databases.SQLite(t), answersWell)
	d.fillCase(t)
	d.account(t, lan, models.RoleOfficer)
	d.approves()
	d.silentFor(t, 8*24*time.Hour)
	b := chromium(t, d)
	b.do(chromedp.Navigate(b.base + casePage))
	b.see("Đăng nhập")
	b.submit("Đặt mật khẩu", "#email", lan, "#password", oneTime)
	b.submit("Hồ sơ "+caseCode, "#new", sentence, "#again", sentence)
	b.do(chromedp.SendKeys("#loi-tra-loi", "Đã dọn."))
	b.eval(`document.querySelector("#tra-loi").scrollIntoView(); ""`)
	b.sound("case-way")
	b.do(chromedp.Click("#cach-bao input[value=template]"))
	b.eval(`document.querySelector("#cach-bao").scrollIntoView(); ""`)
	b.shoot("case-way-form")
	b.eventually(`document.querySelector("#gop-y").textContent.includes("có trả lời") ? "shown" : ""`, "shown")
}
