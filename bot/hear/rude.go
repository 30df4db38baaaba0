package hear

import (
	"strings"
	"unicode"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
)

// rudeTokens finds the profanity that only the letters as typed can tell: short
// forms that are ordinary abbreviations elsewhere, and words behind a mask
// ("đ.m", "c*c"). Where a question is asked for, a short form is what it stands
// for.
func (e *Ear) rudeTokens(text, step string) (rude []span) {
	tokens := tokens(text)
	for i, t := range tokens {
		short, signed := t.to-t.from <= longestShort, strings.ContainsAny(text[t.from:t.to], masks)
		if !short && !signed {
			continue
		}
		typed := lower(text, t)
		alone := e.lists.profaneAlone[typed] && !strings.HasPrefix(step, "ask.") && (i > 0 && e.lists.profaneBefore[lower(text, tokens[i-1])] || e.loneProfanity(text, tokens))
		if alone || e.masked(typed) || i == 0 && e.sighs(text, tokens) {
			rude = append(rude, t)
		}
	}
	return rude
}

// sighs reports whether a text begins with a short form in small letters that
// is an exclamation there.
func (e *Ear) sighs(text string, tokens []span) bool {
	first := tokens[0]
	return len(tokens) > 1 && e.lists.profaneFirst[text[first.from:first.to]] && !e.lists.profaneFirstNot[lower(text, tokens[1])]
}

// longestShort is how many bytes a short form has.
const longestShort = 4

// masks are the signs and stops that hide letters or hold them apart.
const masks = "*!@#$%._-"

// loneProfanity reports whether the tokens are nothing but short forms and what
// stands around an exclamation.
func (e *Ear) loneProfanity(text string, tokens []span) bool {
	for _, t := range tokens {
		if typed := lower(text, t); !e.lists.profaneAlone[typed] && !e.lists.profaneWith[typed] {
			return false
		}
	}
	return true
}

func lower(text string, t span) string { return strings.ToLower(text[t.from:t.to]) }

// masked reports whether a token is profanity of which letters are hidden by
// signs or apart by stops.
func (e *Ear) masked(typed string) bool {
	if !strings.ContainsAny(typed, masks) {
		return false
	}
	signs, stops := false, false
	plain := strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("*!@#$%", r):
			signs = true
			return -1
		case r == '.' || r == '_' || r == '-':
			stops = true
			return -1
		}
		return r
	}, typed)
	return signs && e.lists.profaneMasked[plain] || stops && (e.lists.profaneWords[plain] || e.lists.profaneMasked[plain] && signs)
}

// tokens cuts a text at spaces, without the stops and quotes around each piece.
func tokens(text string) (out []span) {
	from := -1
	for i, r := range text + " " {
		if !unicode.IsSpace(r) && r != ',' && r != ';' && r != ':' {
			if from < 0 {
				from = i
			}
			continue
		}
		if from >= 0 {
			piece := strings.TrimRight(text[from:i], ".!?…\"')»”")
			kept := strings.TrimLeft(piece, "\"'(«“")
			if start := from + len(piece) - len(kept); kept != "" {
				out = append(out, span{start, start + len(kept)})
			}
		}
		from = -1
	}
	return out
}

// without returns the words that do not stand in the spans.
func without(words []lookup.Word, spans []span) []lookup.Word {
	if len(spans) == 0 {
		return words
	}
	var out []lookup.Word
	for _, w := range words {
		if !within(w, spans) {
			out = append(out, w)
		}
	}
	return out
}

func within(w lookup.Word, spans []span) bool {
	for _, s := range spans {
		if w.Start >= s.from && w.End <= s.to {
			return true
		}
	}
	return false
}

// temper reads anger and swear-words. Of those that are ordinary words without
// accents, only accented ones count; a measure ("5 dm") is none.
func (e *Ear) temper(h *bot.Heard, r reading) {
	for _, s := range r.rude {
		h.Rude = append(h.Rude, r.text[s.from:s.to])
	}
	for _, m := range e.lists.profane.Find(r.words) {
		measure := m.Last-m.First == 1 && m.First > 0 && hasDigit(r.words[m.First-1])
		if (m.Value == 0 || m.Accented) && !measure {
			h.Rude = append(h.Rude, r.text[r.words[m.First].Start:r.words[m.Last-1].End])
		}
	}
	h.Angry = len(h.Rude) > 0 || e.lists.angry.Has(r.words)
}
