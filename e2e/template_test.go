package e2e

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

const approvedTemplates = `
templates:
  - {channel: "zalo:3000001", purpose: case_answered, id: "300001", params: ["ma_hs=code", "link=link"], text: "Phản ánh {{ma_hs}} của ông/bà đã có trả lời. Xem tại {{link}}"}
  - {channel: "messenger:1000001", purpose: case_answered, id: phan_anh_tra_loi, params: ["1=code", "2=unit"], text: "Phản ánh {{1}} của ông/bà đã được {{2}} trả lời, mời ông/bà nhắn lại để xem."}
`

// TestTheLawfulWay: eight days after a citizen wrote, the page offers the approved
// text as it will arrive; one that was chosen arrives so, asked for by the wire that
// the platform's documents show, and nothing else; the other way is the call list.
func TestTheLawfulWay(t *testing.T) {
	s := setup{more: approvedTemplates, options: func(o *sandbox.Options) {
		o.OAs[0].Templates = []sandbox.Template{{ID: "300001", Text: "Phản ánh {{ma_hs}} của ông/bà đã có trả lời. Xem tại {{link}}"}}
		o.Pages[0].Templates = []sandbox.Template{{ID: "phan_anh_tra_loi", Text: "Phản ánh {{1}} của ông/bà đã được {{2}} trả lời, mời ông/bà nhắn lại để xem."}}
		o.Pages[0].FieldTemplates = true // the form of Meta's page is refused
	}}
	each(t, s, func(t *testing.T, w *world) {
		officer := w.token("officer")
		lan := w.staff("lan@example.vn", "tran-bien")
		for i, platform := range platforms {
			c := w.phone(platform, i)
			c.requireStep("report.place", c.say("Rác chất đống đầu hẻm chưa ai dọn"))
			c.tap("report.place:skip")
			c.requireStep("report.confirm", c.say("0900 000 07"+string(rune('1'+i))))
			code := c.code(c.tap("report.confirm:yes"))
			page := "/console/cases/" + code
			require.NotContains(t, lan.get(page), `name="way"`)
			w.quiet()
			w.ages(c, 8*24*time.Hour)
			offer := lan.get(page)
			require.Contains(t, offer, `name="way" value="template"`)
			require.Contains(t, offer, "Phản ánh "+code+" của ông/bà đã")
			before := len(calls(w, platform))
			lan.act(page, "", "action", "resolve", "text", "Đã dọn.", "way", "template")
			m := c.nextWithin(30 * time.Second)
			require.Contains(t, m.Text, "Phản ánh "+code+" của ông/bà đã")
			require.NotContains(t, m.Text, "Đã dọn.")
			require.Empty(t, m.Choices)
			w.quiet()
			require.Empty(t, c.unread(), "once, and nothing beside it")
			sends := 0
			for _, x := range calls(w, platform)[before:] {
				switch {
				case platform == sandbox.Zalo && strings.HasSuffix(x.Path, "/message/template"):
					sends++
					var body map[string]any
					require.NoError(t, json.Unmarshal([]byte(x.Request), &body))
					require.Equal(t, "84900000072", body["phone"])
					require.True(t, strings.HasPrefix(x.Path, "/zalo-template/"), x.Path)
				case platform == sandbox.Messenger && strings.HasSuffix(x.Path, "/messages"):
					sends++
					require.Contains(t, x.Request, "messaging_type=UTILITY")
					require.NotContains(t, x.Request, "tag=")
				}
			}
			want := map[sandbox.Platform]int{sandbox.Zalo: 1, sandbox.Messenger: 2}[platform] // the refused form, and the other
			require.Equal(t, want, sends)
			within(t, patience, "the tick of a template", func() bool { return w.outboxOf(officer, c)[0].Status == "delivered" })
			require.Contains(t, lan.get(page), "mẫu đã duyệt")

			lan.act(page, "", "action", "reply", "text", "Xin gọi lại.", "way", "call")
			within(t, patience, "the call list has it", func() bool { return w.outboxOf(officer, c)[0].Status == "to_call" })
			require.Empty(t, c.unread())
			require.Contains(t, lan.get("/console/calls"), url.PathEscape(code))
		}
		require.Zero(t, w.box.Stats().HumanAgent)
	})
}
