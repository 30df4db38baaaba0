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
	hash       uint32 // of Fold
	Start, End int    // bytes of the text it came from
}

// Apart reports whether a comma, a stop or a new line stands before the word.
func (w Word) Apart() bool { return w.apart }

// Accented reports whether the word was typed with accents.
func (w Word) Accented() bool { return len(w.accents) != len(w.Fold) }

// split cuts a text into words of letters and digits. Letters that were held
// down ("ơiiii") are taken once.
func split(text string) []Word {
	s := splitter{text: text, held: heldDown(text), words: make([]Word, 0, len(text)/4+1)}
	start, apart := -1, false
	for i, r := range text {
		if inside(r) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && s.add(start, i, apart) {
			apart = false
		}
		start, apart = -1, apart || parts(r)
	}
	if start >= 0 {
		s.add(start, len(text), apart)
	}
	return s.words
}

// inside reports whether the rune belongs to a word.
func inside(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	case extraFirst <= r && r <= extraLast:
		return true
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// parts reports whether the rune sets apart what stands on either side of it.
func parts(r rune) bool {
	switch r {
	case ',', '.', ';', ':', '!', '?', '\n':
		return true
	}
	return false
}

// splitter gathers words. All their letters share one buffer.
type splitter struct {
	text    string
	held    bool // a letter is held down somewhere
	words   []Word
	letters strings.Builder
}

// add adds the word between two places; false when it is marks alone.
func (s *splitter) add(start, end int, apart bool) bool {
	raw := s.text[start:end]
	if s.held {
		raw = squeeze(raw)
	}
	first, _ := utf8.DecodeRuneInString(raw)
	w := Word{Upper: unicode.IsUpper(first), apart: apart && len(s.words) > 0, Start: start, End: end}
	if w.Fold, w.accents = s.spell(raw); w.Fold == "" {
		return false
	}
	w.hash = hashOf(w.Fold)
	s.words = append(s.words, w)
	return true
}

// spell is the function of that name, but keeps what it makes in the buffer.
func (s *splitter) spell(raw string) (fold, accents string) {
	if plain(raw) {
		return raw, raw
	}
	if s.letters.Cap() == 0 {
		s.letters.Grow(2*len(s.text) + 16)
	}
	var foldBuf, accentBuf [longestWord]byte
	f, a := spellTo(foldBuf[:0], accentBuf[:0], raw)
	from := s.letters.Len()
	s.letters.Write(f)
	if len(f) == len(a) {
		fold = s.letters.String()[from:]
		return fold, fold
	}
	s.letters.Write(a)
	both := s.letters.String()[from:]
	return both[:len(f)], both[len(f):]
}

// plain reports whether a word is spelt as it will be compared.
func plain(raw string) bool {
	for i := range len(raw) {
		if c := raw[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
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
