package e2e

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
	"github.com/langnghe/langnghe/store/storetest"
)

// TestAlbumOnTwoProcesses posts ten photos beside each other to two processes
// on one PostgreSQL: one talk, one answer, one case with all ten.
func TestAlbumOnTwoProcesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Postgres(t), setup{gather: "700ms"})
	second := w.another("")
	second.start()
	w.connect(w.product, second)
	token := w.token("officer")
	for i, platform := range platforms {
		w.box.SetFaults(platform, sandbox.Faults{Parallel: true})
		c := w.phone(platform, i)
		c.Follow()
		c.requireStep("menu.root", c.next())
		c.requireStep("report.describe", c.tap("menu.root:report"))
		for n := range 10 {
			c.SendFile("image", "anh.jpg", sandbox.SamplePhoto(n))
		}
		c.requireStep("report.describe", c.next())
		w.quiet()
		require.Empty(t, c.unread(), "the album was answered more than once:\n%s", c.talk())
		c.requireStep("report.describe", c.say("Rác chất đống đầu hẻm chưa ai dọn"))
		c.requireStep("report.place", c.tap("report.describe:done"))
		code := c.finish()
		within(t, patience, "ten files stored", func() bool {
			stored := slices.DeleteFunc(w.caseOf(token, code).Attachments, func(a attachment) bool { return a.Status != "stored" })
			return len(stored) == 10
		})
		require.Len(t, w.caseOf(token, code).Attachments, 10)
	}
	require.Len(t, all[caseItem](w.product, token, "/api/v1/cases"), 2)
	require.Equal(t, 2, w.number("SELECT COUNT(*) FROM conversations"))
}

// TestRoles splits the product into a process that takes requests and one that
// plays and sends.
func TestRoles(t *testing.T) {
	each(t, setup{role: "web"}, func(t *testing.T, w *world) {
		worker := w.another("worker")
		token := w.token("officer")
		c := w.phone(sandbox.Messenger, 1)
		c.acked(c.Say("xin chào").ID)
		w.idle()
		require.Zero(t, w.box.Stats().Sends[sandbox.Messenger], "the web role sends nothing")
		worker.start()
		c.requireStep("menu.root", c.next())
		for i, platform := range platforms {
			p := w.phone(platform, 10+i)
			p.requireStep("report.place", p.say("Rác chất đống đầu hẻm chưa ai dọn"))
			p.SendPhotos(1)
			p.requireStep("report.place", p.next())
			code := p.finish()
			within(t, patience, "the file stored", func() bool {
				list := w.caseOf(token, code).Attachments
				return len(list) == 1 && list[0].Status == "stored"
			})
			w.act(token, code, map[string]string{"action": "reply", "text": "Tổ vệ sinh hẹn sáng mai."})
			p.hears(time.Now(), "Tổ vệ sinh hẹn sáng mai.")
		}
		worker.stop()
		w.stop()
	})
}

// TestFailover kills the process that sends for the channels: the other one
// takes over in time.
func TestFailover(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		within(t, patience, "the first process holds both channels", func() bool {
			return w.number("SELECT COUNT(*) FROM channels WHERE owner <> ''") == 2
		})
		second := w.another("")
		second.start()
		w.connect(second)
		var phones []*phone
		for i := range 4 {
			c := w.phone(platforms[i%2], i)
			c.requireStep("menu.root", c.say("xin chào"))
			phones = append(phones, c)
		}
		w.kill()
		killed := time.Now()
		for _, c := range phones {
			c.Say("Rác chất đống đầu hẻm chưa ai dọn")
		}
		for _, c := range phones {
			m := c.next()
			c.requireStep("report.place", m)
			require.Less(t, m.At.Sub(killed), takeover)
		}
		w.connect(second)
		w.quiet()
		for _, c := range phones {
			require.Empty(t, c.unread(), c.talk())
		}
	})
}
