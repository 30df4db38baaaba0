package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

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

// TestWindows lets the platforms' windows close: a person's words still go out
// on Messenger for seven days, as a person's; what cannot go out any more is to
// be phoned about.
func TestWindows(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		officer := w.token("officer")
		for i, platform := range platforms {
			c := w.phone(platform, i)
			c.requireStep("report.place", c.say("Rác chất đống đầu hẻm chưa ai dọn"))
			c.tap("report.place:skip")
			c.requireStep("report.confirm", c.say("0900 000 078"))
			code := c.code(c.tap("report.confirm:yes"))
			w.quiet()
			w.ages(c, 25*time.Hour)
			w.act(officer, code, map[string]string{"action": "reply", "text": "Tổ vệ sinh hẹn sáng mai."})
			word := c.hears(time.Now(), "Tổ vệ sinh hẹn sáng mai.")
			if platform == sandbox.Messenger {
				require.Equal(t, []string{"MESSAGE_TAG", "HUMAN_AGENT"}, []string{word.Type, word.Tag})
				w.act(officer, code, map[string]string{"action": "accept"})
				w.toCall(officer, c)
			}
			w.ages(c, 8*24*time.Hour)
			w.act(officer, code, map[string]string{"action": "reply", "text": "Đã dọn xong."})
			w.toCall(officer, c)
			w.quiet()
			require.Empty(t, c.unread(), c.talk())
		}
		require.Equal(t, 1, w.box.Stats().HumanAgent)
		require.Equal(t, map[string]int{}, w.box.Stats().Refused, "the windows are known before sending")
	})
}

// ages makes the citizen's last word older, for the platform and for us.
func (w *world) ages(c *phone, d time.Duration) {
	c.Rewind(d)
	w.exec(fmt.Sprintf("UPDATE conversations SET last_user_at = last_user_at - %d WHERE id = '%s'", d.Microseconds(), c.conversation()))
}

// toCall waits until the newest message to a citizen is one to phone about.
func (w *world) toCall(token string, c *phone) {
	w.t.Helper()
	within(w.t, patience, "a message to phone about", func() bool { return w.outboxOf(token, c)[0].Status == "to_call" })
}

// TestBlocked writes to a citizen who has left: the message ends, with the
// platform's error, and nobody is asked twice.
func TestBlocked(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		officer := w.token("officer")
		for i, platform := range platforms {
			c := w.phone(platform, i)
			code := c.file("Rác chất đống đầu hẻm chưa ai dọn")
			w.quiet()
			c.SetBlocked(true)
			w.act(officer, code, map[string]string{"action": "reply", "text": "Tổ vệ sinh hẹn sáng mai."})
			within(t, patience, "the message ends", func() bool { return w.outboxOf(officer, c)[0].Status == "failed" })
			require.Equal(t, 1, w.outboxOf(officer, c)[0].Attempts)
			require.NotNil(t, w.outboxOf(officer, c)[0].Error)
			require.NotEmpty(t, w.outboxOf(officer, c)[0].Error.Code)
		}
	})
}

// TestNotAnswered does what citizens do without saying anything, and what
// changes words that were said: no answer to any of it.
func TestNotAnswered(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		officer := w.token("officer")
		for i, platform := range platforms {
			c := w.phone(platform, i)
			first := c.Say("Rác chất đống đầu hẻm")
			c.requireStep("report.place", c.next())
			c.tap("report.place:skip")
			c.React(c.Received()[0].ID)
			c.Read()
			c.Edit(first.ID, "Rác chất đống cuối hẻm")
			w.quiet()
			require.Empty(t, c.unread(), c.talk())
			c.requireStep("report.confirm", c.tap("report.contact:anonymous"))
			code := c.code(c.tap("report.confirm:yes"))
			want := map[sandbox.Platform]string{sandbox.Messenger: "Rác chất đống cuối hẻm", sandbox.Zalo: "Rác chất đống đầu hẻm"}
			require.Equal(t, want[platform], w.caseOf(officer, code).Description, "Zalo has no edits")
			c.Unfollow()
			w.quiet()
			require.Empty(t, c.unread(), c.talk())
			c.SendSticker()
			c.next()
		}
	})
}

// spoken are the unread answers but the one line a day that tells, outside
// office hours, when staff are back.
func (p *phone) spoken() []sandbox.Message {
	return slices.DeleteFunc(slices.Clone(p.unread()), func(m sandbox.Message) bool {
		return strings.Contains(m.Text, "cán bộ đã về") && len(m.Choices) == 0
	})
}
