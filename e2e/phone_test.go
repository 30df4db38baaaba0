package e2e

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// phone is a citizen's phone; it remembers which answers were read.
type phone struct {
	*sandbox.Citizen
	t        *testing.T
	platform sandbox.Platform
	read     int
}

// phone returns the phone of the n-th citizen of a platform.
func (w *world) phone(p sandbox.Platform, n int) *phone {
	w.t.Helper()
	account, id := pageID, "2490000000000"+strconv.Itoa(1000+n)
	if p == sandbox.Zalo {
		account, id = oaID, "333344445555666"+strconv.Itoa(1000+n)
	}
	c, err := w.box.Citizen(p, account, id)
	require.NoError(w.t, err)
	return &phone{Citizen: c, t: w.t, platform: p}
}

// on returns the phone for another test, whose failure it then is.
func (p *phone) on(t *testing.T) *phone { p.t = t; return p }

// conversation is the id of the citizen's talk.
func (p *phone) conversation() string {
	account := map[sandbox.Platform]string{sandbox.Messenger: pageID, sandbox.Zalo: oaID}[p.platform]
	return fmt.Sprintf("%s:%s:%s", p.platform, account, p.ID())
}

// next waits for the next unread answer.
func (p *phone) next() sandbox.Message {
	p.t.Helper()
	return p.nextWithin(patience)
}

func (p *phone) nextWithin(d time.Duration) sandbox.Message {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), d)
	defer cancel()
	m, err := p.WaitReply(ctx, p.read+1)
	require.NoError(p.t, err, "no answer; the talk so far:\n%s", p.talk())
	p.read++
	return m
}

// unread are the answers that were not read yet.
func (p *phone) unread() []sandbox.Message { return p.Received()[p.read:] }

// talk is the whole talk, for failures.
func (p *phone) talk() string {
	var b strings.Builder
	for _, m := range p.Messages() {
		fmt.Fprintf(&b, "%s: %s", m.From, m.Text)
		for _, c := range m.Choices {
			fmt.Fprintf(&b, " [%s %s]", c.Payload, c.Title)
		}
		if len(m.Attachments) > 0 {
			fmt.Fprintf(&b, " (%d files)", len(m.Attachments))
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

// say writes a text and returns the answer.
func (p *phone) say(text string) sandbox.Message {
	p.t.Helper()
	p.Say(text)
	return p.next()
}

// tap takes a choice by payload and returns the answer.
func (p *phone) tap(payload string) sandbox.Message {
	p.t.Helper()
	_, err := p.Tap(payload)
	require.NoError(p.t, err, p.talk())
	return p.next()
}

// typed types what stands for a choice, by its label: the label itself, or its
// number.
func (p *phone) typed(label string, number bool) sandbox.Message {
	p.t.Helper()
	list := p.Received()
	last := list[len(list)-1]
	i := slices.IndexFunc(last.Choices, func(c sandbox.Choice) bool { return c.Title == label })
	require.GreaterOrEqual(p.t, i, 0, "no choice %q in:\n%s", label, p.talk())
	if number {
		return p.say(strconv.Itoa(i + 1))
	}
	return p.say(label)
}

// acked waits until the webhook of a message was answered 200.
func (p *phone) acked(id string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	_, err := p.Wait(ctx, func(talk []sandbox.Message) bool {
		return slices.ContainsFunc(talk, func(m sandbox.Message) bool { return m.ID == id && m.Acked })
	})
	require.NoError(p.t, err, p.talk())
}

// marks are labels by which a step is known on Zalo, whose plain texts carry
// no payload.
var marks = map[string]string{
	"menu.root":          "Gửi phản ánh",
	"report.describe":    "Xong",
	"report.photo_place": "Đúng",
	"report.place":       "Bỏ qua",
	"report.contact":     "Ẩn danh",
	"report.confirm":     "Gửi",
	"report.filed":       "Tra cứu vụ việc",
	"rate.score":         "5 điểm",
	"rate.comment":       "Bỏ qua",
	"status.reply":       "Việc khác",
	"status.reopen":      "Mở lại",
}

// requireStep demands that a message offers the choices of a step.
func (p *phone) requireStep(step string, m sandbox.Message) {
	p.t.Helper()
	if p.platform == sandbox.Zalo {
		require.True(p.t, slices.ContainsFunc(m.Choices, func(c sandbox.Choice) bool { return c.Title == marks[step] }),
			"step %s not in %q\n%s", step, m.Text, p.talk())
		return
	}
	require.True(p.t, slices.ContainsFunc(m.Choices, func(c sandbox.Choice) bool { return strings.HasPrefix(c.Payload, step+":") }),
		"step %s not in %q %v\n%s", step, m.Text, m.Choices, p.talk())
}

// codeForm is a case code.
var codeForm = regexp.MustCompile(`PA2\d{3}-[0-9A-Z]{6,}`)

// code reads the case code of a message.
func (p *phone) code(m sandbox.Message) string {
	p.t.Helper()
	code := codeForm.FindString(m.Text)
	require.NotEmpty(p.t, code, "no code in %q\n%s", m.Text, p.talk())
	return code
}

// file reports a complaint the short way and returns the case code.
func (p *phone) file(complaint string) string {
	p.t.Helper()
	p.requireStep("report.place", p.say(complaint))
	return p.finish()
}

// finish goes from report.place to the filed case.
func (p *phone) finish() string {
	p.t.Helper()
	p.requireStep("report.contact", p.tap("report.place:skip"))
	p.requireStep("report.confirm", p.tap("report.contact:anonymous"))
	filed := p.tap("report.confirm:yes")
	p.requireStep("report.filed", filed)
	return p.code(filed)
}
