package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// TestStaffTyping lets a person type in the Page's inbox and in the OA's chat
// tool: the bot is silent until the talk is handed back, and then says so.
func TestStaffTyping(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		officer := w.token("officer", "--unit", "tran-bien")
		for i, platform := range platforms {
			c := w.phone(platform, i)
			c.requireStep("menu.root", c.say("xin chào"))
			c.StaffSays("Chào bác, tôi là Lan ở phường đây.")
			c.next() // the person's words
			within(t, patience, "a person holds the talk", func() bool { return held(w, officer, c) })
			c.Say("Rác chất đống đầu hẻm chưa ai dọn")
			c.SendPhotos(1)
			w.quiet()
			require.Empty(t, c.spoken(), "the bot spoke over a person:\n%s", c.talk())
			path := "/api/v1/conversations/" + c.conversation() + "/handback"
			status, _ := w.ask(w.token("viewer"), http.MethodPost, path, nil)
			require.Equal(t, http.StatusForbidden, status)
			call[talkItem](w.product, officer, http.MethodPost, path, nil)
			within(t, patience, "the talk is the bot's again", func() bool { return !held(w, officer, c) })
			w.quiet()
			c.read = len(c.Received())
			back := c.say("xin chào")
			require.Contains(t, back.Text, "Cán bộ đã trao đổi xong")
			c.requireStep("menu.root", back)
			status, _ = w.ask(officer, http.MethodPost, path, nil)
			require.Equal(t, http.StatusConflict, status, "nobody holds it any more")
		}
	})
}

func held(w *world, token string, c *phone) bool {
	for _, k := range w.talks(token, "human") {
		if k.ID == c.conversation() {
			return true
		}
	}
	return false
}

// spoken are the unread answers but the one line a day that tells, outside
// office hours, when staff are back.
func (p *phone) spoken() []sandbox.Message {
	return slices.DeleteFunc(slices.Clone(p.unread()), func(m sandbox.Message) bool {
		return strings.Contains(m.Text, "cán bộ đã về") && len(m.Choices) == 0
	})
}
