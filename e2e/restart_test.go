package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// takeover is how soon the work of a killed process goes on (contract,
// section 6).
const takeover = 5 * time.Second

// TestRestart ends the product in the middle of talks, gently and by a power
// cut, while citizens go on writing.
func TestRestart(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		token := w.token("officer")
		for i, end := range []func(){w.stop, w.kill} {
			var phones []*phone
			for j, platform := range platforms {
				c := w.phone(platform, 10*i+j)
				c.requireStep("report.place", c.say("Rác chất đống đầu hẻm chưa ai dọn"))
				phones = append(phones, c)
			}
			w.quiet()
			end()
			for j, c := range phones {
				c.Say(fmt.Sprintf("hẻm %d, gần chợ Biên Hòa", 10*i+j))
			}
			w.start()
			for _, c := range phones {
				c.requireStep("report.contact", c.next())
				c.requireStep("report.confirm", c.tap("report.contact:anonymous"))
				got := w.caseOf(token, c.code(c.tap("report.confirm:yes")))
				require.Equal(t, "Rác chất đống đầu hẻm chưa ai dọn", got.Description)
				require.Contains(t, got.Place, "chợ Biên Hòa")
			}
			w.quiet()
			for _, c := range phones {
				require.Empty(t, c.unread(), c.talk())
			}
		}
	})
}

// TestKilledAfterAcknowledgement kills the product the moment it has
// acknowledged: the answer comes soon after the restart, once.
func TestKilledAfterAcknowledgement(t *testing.T) {
	each(t, setup{gather: "300ms"}, func(t *testing.T, w *world) {
		var phones []*phone
		for i := range 6 {
			c := w.phone(platforms[i%2], i)
			c.acked(c.Say("Rác chất đống đầu hẻm chưa ai dọn").ID)
			phones = append(phones, c)
		}
		w.kill()
		answered := 0
		for _, c := range phones {
			answered += len(c.Received())
		}
		require.Less(t, answered, len(phones), "the kill came too late to prove anything")
		w.start()
		began := time.Now()
		for _, c := range phones {
			c.requireStep("report.place", c.next())
		}
		require.Less(t, time.Since(began), takeover)
		w.quiet()
		for _, c := range phones {
			require.Empty(t, c.unread(), c.talk())
		}
	})
}

// TestParked breaks one conversation's state in the database: it is parked and
// shown, others go on, and it is released when mended.
func TestParked(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		token := w.token("officer")
		c, other := w.phone(sandbox.Zalo, 1), w.phone(sandbox.Zalo, 2)
		c.requireStep("report.place", c.say("Rác chất đống đầu hẻm chưa ai dọn"))
		w.quiet()
		w.exec("UPDATE conversations SET state = '{broken' WHERE id = '" + c.conversation() + "'")
		c.Say("gần chợ Biên Hòa")
		other.requireStep("report.place", other.say("Đèn đường hư cả tuần nay"))
		var parked []talkItem
		within(t, patience, "one conversation parked", func() bool {
			parked = w.talks(token, "parked")
			return len(parked) == 1
		})
		require.Equal(t, c.conversation(), parked[0].ID)
		require.NotNil(t, parked[0].Error)
		require.NotEmpty(t, *parked[0].Error)
		other.requireStep("report.contact", other.tap("report.place:skip"))
		c.Say("bên phải đường")
		w.quiet()
		require.Empty(t, c.unread(), "a parked conversation is not answered")
		w.exec("UPDATE conversations SET state = '' WHERE id = '" + c.conversation() + "'")
		call[talkItem](w.product, token, "POST", "/api/v1/conversations/"+c.conversation()+"/release", nil)
		c.next()
		w.quiet()
		require.Empty(t, w.talks(token, "parked"))
		require.Zero(t, w.number("SELECT COUNT(*) FROM inbox WHERE status <> 1"))
		require.Zero(t, w.command("", "check", "--deep").code)
	})
}

// TestBrokenEvent breaks one stored event: its conversation is parked, others
// go on, and it is answered when mended and released.
func TestBrokenEvent(t *testing.T) {
	each(t, setup{gather: "2s"}, func(t *testing.T, w *world) {
		token := w.token("officer")
		c, other := w.phone(sandbox.Zalo, 1), w.phone(sandbox.Zalo, 2)
		c.acked(c.Say("Rác chất đống đầu hẻm chưa ai dọn").ID)
		mine := " WHERE conversation = '" + c.conversation() + "' AND kind = 'message'"
		w.exec("UPDATE inbox SET body = '{broken ' || body" + mine)
		other.requireStep("report.place", other.say("Đèn đường hư cả tuần nay"))
		within(t, patience, "one conversation parked", func() bool { return len(w.talks(token, "parked")) == 1 })
		require.Empty(t, c.Received())
		w.exec("UPDATE inbox SET body = substr(body, 9)" + mine)
		call[talkItem](w.product, token, "POST", "/api/v1/conversations/"+c.conversation()+"/release", nil)
		c.requireStep("report.place", c.next())
		require.Empty(t, w.talks(token, "parked"))
	})
}

// TestKilledWhileSending kills the product while a platform takes its time to
// answer sends that it has delivered, and tells nothing of them by itself:
// after the restart they are found there, and not sent again.
func TestKilledWhileSending(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		var phones []*phone
		for i, platform := range platforms {
			w.box.SetFaults(platform, sandbox.Faults{LatencyMS: 5000, Echo: sandbox.EchoNever, DropReceipts: true})
			c := w.phone(platform, i)
			c.requireStep("menu.root", c.say("xin chào"))
			phones = append(phones, c)
		}
		w.kill()
		for _, platform := range platforms {
			w.box.SetFaults(platform, sandbox.Faults{})
		}
		w.start()
		w.quiet()
		token := w.token("officer")
		for i, c := range phones {
			require.Empty(t, c.unread(), "sent again:\n%s", c.talk())
			require.Equal(t, 1, w.box.Stats().Sends[platforms[i]])
			own := w.outboxOf(token, c)
			require.Len(t, own, 1)
			require.Contains(t, []string{"sent", "delivered", "read"}, own[0].Status)
			c.requireStep("menu.root", c.say("xin chào"))
		}
	})
}
