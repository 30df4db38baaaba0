package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/web/webtest"
)

// echoBot is a product of a few lines: it answers every text through the
// platform's API, with choices.
type echoBot struct{ r *rig }

func (b echoBot) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err == nil {
		err = b.play(body)
	}
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// play answers a webhook of either platform.
func (b echoBot) play(body []byte) error {
	type message struct {
		Text string `json:"text"`
		Echo bool   `json:"is_echo"`
	}
	type party struct {
		ID string `json:"id"`
	}
	var in struct {
		Event   string  `json:"event_name"`
		Sender  party   `json:"sender"`
		Message message `json:"message"`
		Entry   []struct {
			Messaging []struct {
				Sender  party   `json:"sender"`
				Message message `json:"message"`
			} `json:"messaging"`
		} `json:"entry"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return err
	}
	if in.Event == "user_send_text" {
		text := "Bot nghe: " + in.Message.Text + "\n1. Gửi phản ánh\n2. Hỏi thủ tục"
		_, err := b.r.zaloCall("AT-old", "POST", "/v3.0/oa/message/cs", zaloText(in.Sender.ID, text))
		return err
	}
	for _, e := range in.Entry {
		m := e.Messaging[0]
		if m.Message.Text == "" || m.Message.Echo {
			continue
		}
		_, err := b.r.graphCall("POST", "/me/messages", map[string]any{
			"recipient": map[string]any{"id": m.Sender.ID}, "messaging_type": "RESPONSE",
			"message": map[string]any{"text": "Bot nghe: " + m.Message.Text, "quick_replies": []any{
				map[string]any{"content_type": "text", "title": "Gửi phản ánh", "payload": "menu.root:report"},
			}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// browser is one tab.
type browser struct {
	t   *testing.T
	ctx context.Context
}

// chromium starts a browser, or skips the test.
func chromium(t *testing.T) browser {
	t.Helper()
	return browser{t, webtest.Chromium(t, time.Minute, "the page")}
}

func (b browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, steps...))
}

// holds reports whether an expression is true on the page now.
func (b browser) holds(expression string) bool {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression))
	require.NoError(b.t, err)
	return v
}

// see waits until an element holds a text.
func (b browser) see(selector, text string) {
	b.t.Helper()
	script := fmt.Sprintf(`new Promise((resolve) => {
		const look = () => Array.from(document.querySelectorAll(%q)).some((n) => n.textContent.includes(%q));
		const watch = new MutationObserver(() => { if (look()) { watch.disconnect(); resolve(true); } });
		watch.observe(document, { subtree: true, childList: true, characterData: true });
		if (look()) resolve(true);
	})`, selector, text)
	_, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err, "%s should show %q", selector, text)
}

// shoot keeps a picture where SANDBOX_SHOTS says, for people to look at.
func (b browser) shoot(name string) {
	dir := os.Getenv("SANDBOX_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600))
}

func TestTwoPhonesInABrowser(t *testing.T) {
	b := chromium(t)
	r := newRig(t)
	require.NoError(t, r.Connect(r.base, newServer(t, echoBot{r})))
	console := chromedp.Console(b.ctx)

	b.do(chromedp.EmulateViewport(1366, 768), chromedp.Navigate(r.base+"/sandbox/"))
	b.see("#link", "Đã kết nối")
	b.do(chromedp.SendKeys(".phone.zalo .text", "Đèn hỏng <b>"), chromedp.Click(".phone.zalo .send"))
	b.see(".phone.zalo .bubble.bot", "Bot nghe: Đèn hỏng <b>")
	b.do(chromedp.SendKeys(".phone.messenger .text", "Rác đổ bừa\r"))
	b.see(".phone.messenger .bubble.bot", "Bot nghe: Rác đổ bừa")
	b.do(chromedp.Click(".phone.zalo .line:last-of-type"))
	b.see(".phone.zalo .bubble.bot", "Bot nghe: 2")
	b.do(chromedp.Click(".phone.messenger .chips button"))
	b.see(".phone.messenger .bubble.bot", "Bot nghe: Gửi phản ánh")
	b.do(chromedp.Click(".phone.zalo [data-act=photo]"), chromedp.WaitVisible(".phone.zalo .bubble img"))
	b.do(chromedp.Click(".phone.messenger [data-act=location]"))
	b.see(".phone.messenger .bubble.citizen", "Vị trí: 10.9447")
	b.see("#wire li", "/webhooks/zalo")
	b.see("#wire li", "/graph/")
	b.shoot("wide")
	assert.True(t, b.holds(`document.querySelector(".phone.zalo .text").value === ""`), "what was sent leaves the field")
	assert.True(t, b.holds(`document.documentElement.scrollWidth <= 1366 && document.documentElement.scrollHeight <= 768`), "fits 1366 by 768")

	b.do(chromedp.Click(".faults summary"))
	b.holds(`(() => {
		const down = document.querySelector("fieldset[data-platform=zalo] [data-fault=down]");
		down.value = "503";
		return down.dispatchEvent(new Event("change"));
	})()`)
	require.NoError(t, r.Wait(r.ctx(), func() bool { return r.Faults(Zalo).Down == "503" }))
	b.shoot("faults")

	b.do(chromedp.EmulateViewport(390, 844))
	assert.True(t, b.holds(`document.documentElement.scrollWidth <= 390`), "fits 390 without scrolling sideways")
	b.shoot("narrow")
	b.do(chromedp.Click(".tabs [data-tab=messenger]"))
	assert.True(t, b.holds(`getComputedStyle(document.querySelector(".phone.zalo")).display === "none"`), "one phone at a time")
	b.do(chromedp.WaitVisible(".phone.messenger .text"))
	assert.True(t, b.holds(`Array.from(document.querySelectorAll("button, input, select, textarea")).every((n) => n.labels?.length || n.textContent.trim() || n.getAttribute("aria-label"))`), "every control has a name")

	b.do(chromedp.Evaluate[chromedp.Void](`console.info("the end")`))
	for m, err := range console {
		require.NoError(t, err)
		if m.Text == "the end" {
			break
		}
		assert.NotEqual(t, "error", string(m.Type), m.Text)
		assert.False(t, m.IsException(), m.Text)
	}
}
