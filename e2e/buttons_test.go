package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// TestZaloButtons offers the first choices as buttons where the OA takes them,
// and numbered in the text besides.
func TestZaloButtons(t *testing.T) {
	each(t, setup{buttons: true}, func(t *testing.T, w *world) {
		c := w.phone(sandbox.Zalo, 1)
		c.Follow()
		menu := c.next()
		c.requireStep("menu.root", menu)
		var buttons []sandbox.Choice
		for _, choice := range menu.Choices {
			if choice.Kind == sandbox.Query {
				buttons = append(buttons, choice)
			}
		}
		require.NotEmpty(t, buttons)
		require.LessOrEqual(t, len(buttons), 5)
		for _, b := range buttons {
			require.True(t, strings.HasPrefix(b.Payload, "#menu.root:"), b.Payload)
			require.Contains(t, menu.Text, ". "+b.Title, "what is a button stands in the text too")
		}
		c.file("Rác chất đống đầu hẻm chưa ai dọn")
		require.Empty(t, w.box.Stats().Refused)
	})
}

// TestZaloRefusesButtons sends the text alone where the platform takes no
// buttons after all, and does not try them again.
func TestZaloRefusesButtons(t *testing.T) {
	plain := func(o *sandbox.Options) { o.OAs[0].Buttons = false }
	each(t, setup{buttons: true, options: plain}, func(t *testing.T, w *world) {
		c := w.phone(sandbox.Zalo, 1)
		c.Follow()
		c.requireStep("menu.root", c.next())
		c.file("Rác chất đống đầu hẻm chưa ai dọn")
		w.quiet()
		require.Equal(t, map[string]int{"zalo -201": 1}, w.box.Stats().Refused)
		require.Empty(t, c.unread(), c.talk())
	})
}
