package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// Times of contract, section 6.
const (
	settled = 15 * time.Second
	onceUp  = 30 * time.Second
)

// TestTokenExpiry lets the OA's token die under eight sends: one refresh, all
// delivered; the new pair serves after a restart and after a kill.
func TestTokenExpiry(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		w.box.ExpireToken(oaID)
		var phones []*phone
		for i := range 8 {
			c := w.phone(sandbox.Zalo, i)
			c.Say("xin chào")
			phones = append(phones, c)
		}
		for _, c := range phones {
			c.requireStep("menu.root", c.next())
		}
		require.Equal(t, 1, w.box.Stats().Refreshes)
		for _, end := range []func(){w.stop, w.kill} {
			end()
			w.start()
			refused := w.box.Stats().Refused
			for _, c := range phones {
				c.requireStep("menu.root", c.say("xin chào"))
			}
			require.Equal(t, refused, w.box.Stats().Refused, "the stored pair was not used")
		}
		w.quiet()
		require.Equal(t, 1, w.box.Stats().Refreshes)
	})
}

// TestPlatformDown takes the APIs away while citizens write, and brings them
// back: each answer comes once, in time.
func TestPlatformDown(t *testing.T) {
	for _, down := range []string{"502", "503", "close"} {
		t.Run(down, func(t *testing.T) {
			each(t, setup{}, func(t *testing.T, w *world) { platformDown(t, w, down) })
		})
	}
}

func platformDown(t *testing.T, w *world, down string) {
	var phones []*phone
	for i, platform := range platforms {
		w.box.SetFaults(platform, sandbox.Faults{Down: down})
		c := w.phone(platform, i)
		c.acked(c.Say("xin chào").ID)
		phones = append(phones, c)
	}
	for _, platform := range platforms {
		within(t, patience, "two calls in vain", func() bool { return len(calls(w, platform)) >= 2 })
		w.box.SetFaults(platform, sandbox.Faults{})
	}
	for _, c := range phones {
		c.requireStep("menu.root", c.nextWithin(onceUp))
	}
	w.quiet()
	for i, c := range phones {
		require.Empty(t, c.unread(), c.talk())
		require.Equal(t, 1, w.box.Stats().Sends[platforms[i]])
	}
}

// calls are the calls of the product to a platform's API that have ended.
func calls(w *world, p sandbox.Platform) []sandbox.Exchange {
	return slices.DeleteFunc(w.box.Wire(0), func(x sandbox.Exchange) bool {
		return x.Platform != p || x.Direction != sandbox.APICall
	})
}

// TestUnknownOutcome cuts sends off before and after delivery, with and
// without an echo that tells of it: settled in time, delivered exactly once.
func TestUnknownOutcome(t *testing.T) {
	for name, faults := range map[string]sandbox.Faults{
		"delivered then cut":           {DeliverThenCut: 1},
		"delivered then cut, no echo":  {DeliverThenCut: 1, Echo: sandbox.EchoNever, DropReceipts: true},
		"delivered then cut, other id": {DeliverThenCut: 1, EchoOtherID: true},
		"cut before":                   {CutBefore: 1},
		"ambiguous":                    {Ambiguous: 1, Echo: sandbox.EchoNever, DropReceipts: true},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, setup{}, func(t *testing.T, w *world) { unknownOutcome(t, w, faults) })
		})
	}
}

func unknownOutcome(t *testing.T, w *world, faults sandbox.Faults) {
	token := w.token("officer")
	began := time.Now()
	var phones []*phone
	for i, platform := range platforms {
		w.box.SetFaults(platform, faults)
		c := w.phone(platform, i)
		c.Say("xin chào")
		phones = append(phones, c)
	}
	for _, c := range phones {
		c.requireStep("menu.root", c.nextWithin(settled))
		within(t, settled-time.Since(began), "outcome settled", func() bool {
			own := w.outboxOf(token, c)
			return len(own) == 1 && slices.Contains([]string{"sent", "delivered", "read"}, own[0].Status)
		})
	}
	for _, c := range phones {
		c.requireStep("menu.root", c.say("xin chào"))
	}
	w.quiet()
	for i, c := range phones {
		require.Empty(t, c.unread(), "delivered more than once:\n%s", c.talk())
		require.Equal(t, 2, w.box.Stats().Sends[platforms[i]])
	}
}

// TestThrottled lets Messenger refuse one send for its rate: the answer goes out
// later, once.
func TestThrottled(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		w.box.SetFaults(sandbox.Messenger, sandbox.Faults{Throttle: 1})
		c := w.phone(sandbox.Messenger, 1)
		c.Say("xin chào")
		c.requireStep("menu.root", c.nextWithin(onceUp))
		w.quiet()
		require.Equal(t, map[string]int{"messenger 613/0": 1}, w.box.Stats().Refused)
		require.Empty(t, c.unread(), c.talk())
	})
}

// TestRate keeps a channel within its rate without wasting any of it: a minute's
// worth goes out at once, also when the product has idled before, and what is
// beyond it comes as the rate allows, notices after replies.
func TestRate(t *testing.T) {
	each(t, setup{rate: "60/min"}, func(t *testing.T, w *world) {
		officer := w.token("officer")
		first := w.phone(sandbox.Zalo, 99)
		code := first.file("Rác chất đống đầu hẻm chưa ai dọn") // five messages
		w.quiet()
		began := time.Now()
		var phones []*phone
		for i := range 50 {
			c := w.phone(sandbox.Zalo, i)
			c.Say("xin chào")
			phones = append(phones, c)
		}
		for _, c := range phones {
			c.requireStep("menu.root", c.next())
		}
		require.Less(t, time.Since(began), 10*time.Second, "what was within the rate had to wait")
		const beyond = 25 // more than the rate gives back while a slow machine gets here
		for i := range beyond {
			w.phone(sandbox.Zalo, 100+i).Say("xin chào")
		}
		within(t, patience, "replies that wait for the rate", func() bool {
			return w.number("SELECT COUNT(*) FROM outbox WHERE status = 'queued'") >= 3
		})
		w.act(officer, code, map[string]string{"action": "reply", "text": "Tổ vệ sinh hẹn sáng mai."})
		notice := first.next()
		after := 0
		for i := range beyond {
			if c := w.phone(sandbox.Zalo, 100+i); c.next().At.After(notice.At) {
				after++
			}
		}
		require.Zero(t, after, "a notice went before a reply")
		allowed := 60 + int(time.Since(began).Seconds()) + 1
		require.LessOrEqual(t, w.box.Stats().Sends[sandbox.Zalo], 5+allowed)
	})
}

// TestEchoBefore lets the echo of each message arrive before the answer to its
// send: nothing doubles, and the outbox shows sent, delivered and read.
func TestEchoBefore(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		token := w.token("officer")
		for i, platform := range platforms {
			w.box.SetFaults(platform, sandbox.Faults{Echo: sandbox.EchoBefore, DropReceipts: true})
			c := w.phone(platform, i)
			c.requireStep("menu.root", c.say("xin chào"))
			w.quiet()
			require.Equal(t, "sent", w.outboxOf(token, c)[0].Status)
			w.box.SetFaults(platform, sandbox.Faults{Echo: sandbox.EchoBefore})
			c.requireStep("menu.root", c.say("xin chào"))
			w.quiet()
			require.Len(t, w.outboxOf(token, c), 2)
			within(t, patience, "the outbox shows delivered", func() bool { return w.outboxOf(token, c)[0].Status == "delivered" })
			c.Read()
			within(t, patience, "the outbox shows read", func() bool { return w.outboxOf(token, c)[0].Status == "read" })
			require.Empty(t, c.unread(), c.talk())
		}
		require.Empty(t, w.talks(token, "human"), "an echo of our own was taken for a person's word")
	})
}

// TestSlowPlatform lets both platforms take five seconds for every answer: no
// acknowledgement waits for a send.
func TestSlowPlatform(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		for _, platform := range platforms {
			w.box.SetFaults(platform, sandbox.Faults{LatencyMS: 5000})
		}
		var phones []*phone
		for i := range 10 {
			c := w.phone(platforms[i%2], i)
			c.Say("xin chào")
			phones = append(phones, c)
		}
		for _, c := range phones {
			c.next() // it is on the phone; the product does not know yet
			c.acked(c.Say("Rác chất đống đầu hẻm chưa ai dọn").ID)
		}
		for _, platform := range platforms {
			for _, x := range calls(w, platform) {
				require.NotContains(t, x.Path, "message", "an acknowledgement waited for the end of a send")
			}
			w.box.SetFaults(platform, sandbox.Faults{})
		}
		for _, c := range phones {
			c.requireStep("report.place", c.next())
		}
		w.quiet()
		for _, c := range phones {
			require.Empty(t, c.unread(), c.talk())
		}
	})
}

// TestHostileLinks sends attachments that lie where the product must not
// fetch: it asks none of them, and says that the files are not there.
func TestHostileLinks(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		trap := newTrap(t)
		token := w.token("officer")
		for i, platform := range platforms {
			c := w.phone(platform, i)
			c.requireStep("report.place", c.say("Rác chất đống đầu hẻm chưa ai dọn"))
			links := trap.links(w.base)
			for _, link := range links {
				c.SendURL("image", "anh.jpg", link)
				c.requireStep("report.place", c.next())
			}
			within(t, patience, "the files given up", func() bool {
				return w.number(fmt.Sprintf("SELECT COUNT(*) FROM attachments WHERE status = 'failed' AND conversation = '%s'", c.conversation())) == len(links)
			})
			contact := c.tap("report.place:skip")
			require.Contains(t, strings.ToLower(contact.Text), "chưa lưu được", "the citizen is told with the next turn")
			c.requireStep("report.confirm", c.tap("report.contact:anonymous"))
			got := w.caseOf(token, c.code(c.tap("report.confirm:yes")))
			require.Len(t, got.Attachments, len(links), "failed files stay listed")
			for _, a := range got.Attachments {
				require.Equal(t, "failed", a.Status)
				require.NotNil(t, a.Reason)
				require.Nil(t, a.SHA256)
			}
		}
		require.Zero(t, trap.hits.Load(), "a file was fetched from where none may be")
	})
}
