package hear

import (
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
)

// parts are the choices that tell one part of a procedure.
var parts = [...]string{"documents", "fee", "time", "where", "steps", "online"}

// longestPart is how many words a question about a part of what was told may have.
const longestPart = 7

// another is the confidence from which a short question that names no part is
// one about another procedure.
const another = 0.5

// follow reads a short question about one part of the procedure that was told
// before ("and how much is it?"): it names none itself.
func (e *Ear) follow(h *bot.Heard, s bot.State, r reading, at time.Time) {
	code := s.Subject(at)
	if code == "" && (s.Step == "report.filed" || s.Step == "status.show") {
		e.followCase(h, r)
		return
	}
	if code == "" {
		e.partAlone(h, s, r)
		return
	}
	if len(r.words) > longestPart || h.Complains || h.Danger != nil || h.Phone+h.Name+h.Place+h.Code != "" {
		return
	}
	p, known := e.procedures()[code]
	part := e.part(r.words)
	if part == "" && h.Intent == bot.IntentAsk && len(h.Procedures) > 0 && h.Confidence >= another {
		h.Sure, h.Bare = true, true // "and marriage?"
		return
	}
	if !known || part == "" || len(h.Procedures) > 1 || len(h.Procedures) == 1 && h.Procedures[0].Code != code {
		return
	}
	h.Part, h.Procedures = part, []bot.ProcedureView{p}
	h.Intent, h.Sure, h.Bare, h.Confidence = bot.IntentAsk, true, true, 1
}

// partAlone reads a question that is nothing but one about a part, where no
// procedure was told of: it is the wish to ask, and which is meant is still open.
func (e *Ear) partAlone(h *bot.Heard, s bot.State, r reading) {
	flow, _, _ := strings.Cut(s.Step, ".")
	asking := flow == "" || flow == "menu" || flow == "ask"
	if !asking || h.Intent != bot.IntentOther || !h.Sure || h.Complains || h.Danger != nil || e.part(r.words) == "" {
		return
	}
	h.Intent, h.Bare, h.Confidence = bot.IntentAsk, true, 1
}

// tellBeside finds a matter that is told beside a question: a part of the
// sentence that asks nothing and complains for sure.
func (e *Ear) tellBeside(h *bot.Heard, r reading) {
	if h.Intent != bot.IntentAsk || h.Complains || h.Bare || h.English || len(r.words) <= short {
		return
	}
	parts := clauses(r.words)
	for i, part := range parts {
		if len(part) < shortestClause || e.asks(part) || !e.surelyComplains(part) {
			continue
		}
		if g := e.cat.Guess(part); g.Share("report", "danger") >= complaining {
			h.Complains, h.Kind = true, e.kind(part, true)
			e.categorise(h, part, g)
			h.Procedures = nil
			e.answerable(h, e.cat.Guess(slices.Concat(slices.Concat(parts[:i]...), slices.Concat(parts[i+1:]...))))
			h.Sure = h.Confidence >= sure
			return
		}
	}
}

// shortestClause is how many words a part of a sentence needs to tell a matter.
const shortestClause = 4

// clauses cuts the words where a comma or a stop stands.
func clauses(words []lookup.Word) [][]lookup.Word {
	var parts [][]lookup.Word
	first := 0
	for i := range words {
		if i > first && words[i].Apart() {
			parts = append(parts, words[first:i])
			first = i
		}
	}
	return append(parts, words[first:])
}

// followCase reads a short question about how long the case will take that was
// spoken of just before.
func (e *Ear) followCase(h *bot.Heard, r reading) {
	if len(r.words) > longestPart || h.Danger != nil || len(h.Procedures) > 0 || h.Phone+h.Name+h.Place+h.Code != "" || e.surelyComplains(r.words) || e.part(r.words) != "time" {
		return
	}
	h.Complains, h.Part = false, "time"
	h.Intent, h.Sure, h.Bare, h.Confidence = bot.IntentStatus, true, true, 1
}

// part returns which part of a procedure the words ask for, or "": the longest
// phrase that names one wins.
func (e *Ear) part(words []lookup.Word) string {
	best, part := 0, ""
	for _, m := range e.lists.meanings.Find(words) {
		first := e.lists.choices[m.Value][0]
		if n := m.Last - m.First; n > best && slices.Contains(parts[:], first) {
			best, part = n, first
		}
	}
	return part
}

// onlyUnit reports whether a place is nothing but the name of a commune or ward,
// which is no place in it.
func (e *Ear) onlyUnit(place string) bool {
	words := e.cat.Words(place)
	for kind := 1; kind <= min(2, len(words)); kind++ {
		if end := e.cat.UnitAfter(words, 0, kind); end > kind && end == len(words) {
			return true
		}
	}
	return false
}
