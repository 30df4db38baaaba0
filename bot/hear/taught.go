package hear

import (
	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
)

// mostly is how much of a message a taught phrase must be to be what is meant.
const mostly = 0.6

// taught reports whether the words are what staff said a citizen's question was
// about. A danger or a matter to report is never taken for one.
func (e *Ear) taught(h *bot.Heard, words []lookup.Word) bool {
	if h.Danger != nil || e.surelyComplains(words) {
		return false
	}
	code, share := e.cat.Taught(words)
	p, known := e.procedures()[code]
	if share < mostly || !known {
		return false
	}
	h.Intent, h.Confidence, h.Sure, h.Procedures = bot.IntentAsk, 1, true, []bot.ProcedureView{p}
	return true
}
