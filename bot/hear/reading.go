package hear

import (
	"strings"
	"unicode"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
)

// maxRead is how many bytes of a burst are read for meaning; every word is
// kept, whatever its length.
const maxRead = 6000

// reading is what was written, taken apart once for all that is read from it.
type reading struct {
	text    string
	words   []lookup.Word
	forms   [][]lookup.Word // as a choice or a command, see Ear.forms
	number  string          // the first phone number that may be the writer's own, or ""
	dials   bool            // a phone number stands in it, whoever has it
	rude    []span          // profanity that is not among the words
	shouted bool            // without a small letter, so a capital tells nothing
}

// read takes the words of a burst apart.
func (e *Ear) read(said []bot.Word, step string) reading {
	return e.readText(joined(said), step)
}

func (e *Ear) readText(text, step string) reading {
	if text == "" {
		return reading{}
	}
	rude := e.rudeTokens(text, step)
	words := without(e.cat.Words(text), rude)
	number, dials := e.ownPhone(text, words)
	return reading{text: text, rude: rude, words: words, forms: e.forms(words), number: number, dials: dials, shouted: shouted(text)}
}

// intended returns what a short message says that puts two things against each
// other ("lane 21, not 12"): the part that is meant, else all of it.
func (e *Ear) intended(r reading) (part reading, contrasts bool) {
	if len(r.words) > longestWhole {
		return r, false
	}
	found := e.lists.contrast.Find(r.words)
	if len(found) == 0 {
		return r, false
	}
	words := r.words
	for _, m := range e.lists.contrastRight.Find(words) {
		if m.First > found[len(found)-1].Last && m.Last < len(words) {
			return e.readText(r.text[words[m.Last].Start:], ""), true
		}
	}
	if e.leads(words[:found[0].First]) {
		for _, w := range words[found[0].Last:] {
			if w.Apart() { // "no, lane 21", "not lane 12, lane 21"
				return e.readText(r.text[w.Start:], ""), true
			}
		}
		return r, false
	}
	return e.readText(strings.TrimSpace(r.text[:words[found[0].First-1].End]), ""), true
}

// leads reports whether the words say nothing of their own before others.
func (e *Ear) leads(words []lookup.Word) bool {
	return len(words) == 0 || covered(words, e.lists.particle.between, e.lists.particle.start)
}

func joined(said []bot.Word) string {
	text := ""
	if len(said) == 1 {
		text = said[0].Text
	} else {
		texts := make([]string, len(said))
		for i, w := range said {
			texts[i] = w.Text
		}
		text = strings.Join(texts, "\n")
	}
	text = strings.ToValidUTF8(text, " ")
	if len(text) > maxRead {
		text = strings.ToValidUTF8(text[:maxRead], "")
	}
	return text
}

// capital reports whether the word was written with a capital that tells
// something.
func (r reading) capital(w lookup.Word) bool { return !r.shouted && capital(r.text, w) }

// shouted reports whether the text has no letter that could be a capital and
// is none.
func shouted(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return unicode.ToUpper(r) != r }) < 0
}
