package lookup

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Word is one word of a text, in the forms that are compared.
type Word struct {
	Fold       string // lower case without accents, abbreviations spelt out
	accents    string // the same with accents, as spell makes it
	Upper      bool   // begins with a capital
	apart      bool   // a comma, a stop or a new line stands before it
	exact      bool   // the message was typed with accents: a word without has none
	Start, End int    // bytes of the text it came from
}

// Accented reports whether the word was typed with accents.
func (w Word) Accented() bool { return w.accents != w.Fold }

// split cuts a text into words of letters and digits. Letters that were held
// down ("ơiiii") are taken once.
func split(text string) []Word {
	words := make([]Word, 0, len(text)/4+1)
	start, apart := -1, false
	add := func(end int) {
		if w := newWord(text[start:end], start, end); w.Fold != "" { // not marks alone
			w.apart = apart && len(words) > 0
			words, apart = append(words, w), false
		}
		start = -1
	}
	for i, r := range text {
		inside := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
		switch {
		case inside && start < 0:
			start = i
		case !inside && start >= 0:
			add(i)
		}
		apart = apart || strings.ContainsRune(",.;:!?\n", r)
	}
	if start >= 0 {
		add(len(text))
	}
	return words
}

func newWord(raw string, start, end int) Word {
	raw = squeeze(raw)
	first, _ := utf8.DecodeRuneInString(raw)
	fold, accents := spell(raw)
	return Word{Fold: fold, accents: accents, Upper: unicode.IsUpper(first), Start: start, End: end}
}

// squeeze takes a letter that is repeated three times or more once.
func squeeze(s string) string {
	if !heldDown(s) {
		return s
	}
	var out []rune
	run := 0
	for _, r := range s {
		if n := len(out); n > 0 && out[n-1] == r && !unicode.IsDigit(r) {
			run++
		} else {
			run = 1
		}
		if run == 3 {
			out = out[:len(out)-1]
		}
		if run < 3 {
			out = append(out, r)
		}
	}
	return string(out)
}

// heldDown reports whether a rune is repeated three times or more.
func heldDown(s string) bool {
	last, run := rune(-1), 0
	for _, r := range s {
		if r != last {
			last, run = r, 0
		}
		if run++; run == 3 {
			return true
		}
	}
	return false
}
