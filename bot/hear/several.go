package hear

import (
	"slices"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
)

// requests splits a message where one request ends and another may begin.
func (e *Ear) requests(words []lookup.Word) (parts [][]lookup.Word) {
	start := 0
	for _, m := range e.lists.besides.Find(words) {
		if m.First > start {
			parts = append(parts, words[start:m.First])
		}
		start = m.Last
	}
	if start == 0 {
		return clauses(words)
	}
	return append(parts, words[start:])
}

// both finds a second procedure that is asked for in the same message: two of
// its parts are each surely about one, not the same, and the one that the
// whole is about comes first.
func (e *Ear) both(h *bot.Heard, words []lookup.Word) {
	if h.Intent != bot.IntentAsk || h.Complains || h.Danger != nil || len(words) <= short {
		return
	}
	var found []string
	for _, part := range e.requests(words) {
		if code := e.surelyAsks(part, doubly); code != "" && !slices.Contains(found, code) {
			found = append(found, code)
		}
	}
	if len(found) != 2 || len(h.Procedures) == 0 || !slices.Contains(found, h.Procedures[0].Code) {
		return
	}
	if found[1] == h.Procedures[0].Code {
		slices.Reverse(found)
	}
	first, known := e.procedures()[found[0]]
	second, too := e.procedures()[found[1]]
	if known && too {
		h.Procedures, h.Both, h.Sure, h.Confidence = []bot.ProcedureView{first, second}, true, true, max(h.Confidence, sure)
	}
}

// alsoAsks finds a procedure that is asked for beside a matter that is told
// ("với lại"): it is answered, and the matter is taken up.
func (e *Ear) alsoAsks(h *bot.Heard, words []lookup.Word) {
	if h.Intent != bot.IntentReport || h.Danger != nil || h.Denounces || !e.lists.besides.Has(words) {
		return
	}
	for _, part := range e.requests(words) {
		if p, known := e.procedures()[e.surelyAsks(part, sure)]; known && e.asks(part) {
			h.Intent, h.Procedures, h.Complains = bot.IntentAsk, []bot.ProcedureView{p}, true
			return
		}
	}
}

// doubly is how sure each of two requests must be: both are answered.
const doubly = 0.88

// surelyAsks is the procedure that a part of a message is about, at least that
// surely, or "".
func (e *Ear) surelyAsks(part []lookup.Word, least float64) string {
	if len(part) < shortestClause {
		return ""
	}
	var alone bot.Heard
	alone.Intent = bot.IntentAsk
	e.answerable(&alone, e.cat.Guess(part))
	if alone.Confidence < least || len(alone.Procedures) == 0 {
		return ""
	}
	return alone.Procedures[0].Code
}

// aspect notes which part of a procedure a whole question asks for, by a phrase
// of several words: the answer starts with it.
func (e *Ear) aspect(h *bot.Heard, words []lookup.Word) {
	if h.Intent != bot.IntentAsk || len(h.Procedures) == 0 || h.Part != "" || h.Both {
		return
	}
	for _, m := range e.lists.meanings.Find(words) {
		first := e.lists.choices[m.Value][0]
		if m.Last-m.First < 2 || first == "steps" || !slices.Contains(parts[:], first) {
			continue
		}
		if h.Part != "" && h.Part != first {
			h.Part = "" // several parts: all of it
			return
		}
		h.Part = first
	}
}
