package e2e

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// The Page that is connected while the product runs.
const (
	laterPage = "1000007"
	laterPath = "/console/channels/messenger:" + laterPage
)

var factorSecret = regexp.MustCompile(`<code id="khoa">([A-Z2-7 ]+)</code>`)

// administrator makes an account of the whole province and logs in with a second
// factor.
func (w *world) administrator(email string) staff {
	w.t.Helper()
	words := strings.Fields(w.must("user", "add", "--email", email, "--name", "An", "--role", "admin"))
	jar, err := cookiejar.New(nil)
	require.NoError(w.t, err)
	s := staff{w, &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	s.post("/console/login", "email", email, "password", words[len(words)-1])
	s.post("/console/password", "new", "con trâu đi trước", "again", "con trâu đi trước")
	secret := strings.ReplaceAll(factorSecret.FindStringSubmatch(s.get("/console/second-factor"))[1], " ", "")
	code, err := totp.GenerateCode(secret, time.Now())
	require.NoError(w.t, err)
	s.post("/console/second-factor", "code", code)
	return s
}

// TestAChannelIsConnectedWhileTheProductRuns: one process takes requests, another
// sends, and neither is restarted.
func TestAChannelIsConnectedWhileTheProductRuns(t *testing.T) {
	more := func(o *sandbox.Options) {
		o.Pages = append(o.Pages, sandbox.Page{
			ID: laterPage, Name: "UBND phường Long Khánh", AppID: "2000007", AppSecret: "later-app-secret", Token: "LATER-TOKEN", RatePerSecond: -1,
		})
	}
	each(t, setup{role: "web", options: more}, func(t *testing.T, w *world) {
		worker := w.another("worker")
		worker.start()
		s, token := w.administrator("an@example.vn"), w.token("leader")
		draft := s.post("/console/channels/new", "platform", "messenger", "page_id", laterPage, "app_id", "2000007", "unit", "long-khanh",
			"app_secret", "later-app-secret", "page_token", "WRONG-TOKEN")
		require.Contains(t, draft, "Chưa bật")
		verify := regexp.MustCompile(`verify token\)</dt><dd><code>([A-Z2-7]+)</code>`).FindStringSubmatch(draft)[1]
		status, body := w.ask("", http.MethodGet, "/webhooks/messenger?hub.mode=subscribe&hub.challenge=7&hub.verify_token="+url.QueryEscape(verify), nil)
		require.Equal(t, http.StatusOK, status, "the platform's page asks before the channel is started")
		require.Equal(t, "7", string(body))
		require.Contains(t, s.post(laterPath+"/start"), "Chưa bật: thử kết nối chưa được")
		s.post(laterPath+"/edit", "app_id", "2000007", "unit", "long-khanh", "page_token", "LATER-TOKEN")
		require.Contains(t, s.post(laterPath+"/start"), "Kênh đã chạy")

		citizen, err := w.box.Citizen(sandbox.Messenger, laterPage, "24900000000009")
		require.NoError(t, err)
		c := &phone{Citizen: citizen, t: t, platform: sandbox.Messenger}
		c.requireStep("report.place", c.say("Rác chất đống đầu hẻm chưa ai dọn"))
		c.requireStep("report.contact", c.tap("report.place:skip"))
		c.requireStep("report.confirm", c.say("Hùng 0900000078"))
		filed := c.tap("report.confirm:yes")
		code := c.code(filed)
		require.Equal(t, "long-khanh", w.caseOf(token, code).Unit)

		page := s.post(laterPath + "/check")
		require.Contains(t, page, "UBND phường Long Khánh")
		require.Contains(t, page, "Trang đã đăng ký mọi mục cần thiết")
		within(t, time.Minute, "traffic is told", func() bool { return !strings.Contains(s.get(laterPath), "chưa nhận tin nào") })
		within(t, time.Minute, "sends are told", func() bool { return !strings.Contains(s.get(laterPath), "chưa gửi tin nào") })

		require.Contains(t, s.post(laterPath+"/remove", "sure", "1"), "Đã gỡ kênh")
		sent := len(c.Received())
		status, err = w.box.Post(t.Context(), sandbox.Messenger, laterPage, []byte(`{"object":"page","entry":[{"id":"1000007","messaging":[]}]}`))
		require.NoError(t, err)
		require.Equal(t, http.StatusForbidden, status, "the webhook of a channel that is no more is refused")
		within(t, patience, "the worker lets go of the channel", func() bool {
			return w.number(fmt.Sprintf("SELECT COUNT(*) FROM channels WHERE channel = 'messenger:1000007' AND lease_until > %d", time.Now().UnixMicro())) == 0
		})
		w.act(token, code, map[string]string{"action": "reply", "text": "Tổ vệ sinh hẹn sáng mai."})
		within(t, patience, "the answer is somebody's to phone", func() bool {
			return w.number("SELECT COUNT(*) FROM outbox WHERE status = 'to_call' AND channel = 'messenger:1000007'") > 0
		})
		require.Len(t, c.Received(), sent)
		require.Zero(t, w.number("SELECT COUNT(*) FROM outbox WHERE open = 1 AND channel = 'messenger:1000007'"))
		for _, secret := range []string{"LATER-TOKEN", "WRONG-TOKEN", "later-app-secret"} {
			require.NotContains(t, w.log.String()+worker.log.String(), secret)
		}
		worker.stop()
		w.stop()
	})
}
