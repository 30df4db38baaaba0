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
	shouted bool            // without a small letter, so a capital tells nothing
}

// read takes the words of a burst apart.
func (e *Ear) read(said []bot.Word) reading {
	text := joined(said)
	if text == "" {
		return reading{}
	}
	words := e.cat.Words(text)
	return reading{text: text, words: words, forms: e.forms(words), shouted: shouted(text)}
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
