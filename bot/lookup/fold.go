package lookup

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold makes texts comparable: lower case, no accents, đ as d. Digits and
// punctuation stay.
func Fold(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	var it norm.Iter
	it.InitString(norm.NFKD, s)
	for !it.Done() {
		for _, r := range string(it.Next()) {
			if !unicode.Is(unicode.Mn, r) {
				b.WriteRune(plain(r))
			}
		}
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || 'A' <= s[i] && s[i] <= 'Z' {
			return false
		}
	}
	return true
}

func plain(r rune) rune {
	if r == 'đ' || r == 'Đ' {
		return 'd'
	}
	return unicode.ToLower(r)
}

// The South pronounces these two tones alike, and spells them so.
const hoi, nga = '\u0309', '\u0303'

// accents is a syllable's letters and marks without regard to where the tone
// mark stands ("hoà" and "hòa" are the same) and to hỏi and ngã.
func accents(s string) string {
	if isPlain(s) {
		return s
	}
	var letters, marks []rune
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		if unicode.Is(unicode.Mn, r) {
			if r == hoi {
				r = nga
			}
			marks = append(marks, r)
		} else {
			letters = append(letters, r)
		}
	}
	slices.Sort(marks)
	return string(letters) + string(marks)
}

// Word is one word of a text, in the forms that are compared.
type Word struct {
	Fold       string // lower case without accents, abbreviations spelt out
	accents    string // with accents; Fold when it was typed without
	Upper      bool   // begins with a capital
	Start, End int    // bytes of the text it came from
}

// Accented reports whether the word was typed with accents.
func (w Word) Accented() bool { return w.accents != w.Fold }

// split cuts a text into words of letters and digits. Letters that were held
// down ("ơiiii") are taken once.
func split(text string) []Word {
	words := make([]Word, 0, len(text)/4+1)
	start := -1
	for i, r := range text + " " {
		inside := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
		switch {
		case inside && start < 0:
			start = i
		case !inside && start >= 0:
			words = append(words, newWord(text[start:i], start, i))
			start = -1
		}
	}
	return words
}

func newWord(raw string, start, end int) Word {
	raw = squeeze(raw)
	first, _ := utf8.DecodeRuneInString(raw)
	return Word{Fold: Fold(raw), accents: accents(raw), Upper: unicode.IsUpper(first), Start: start, End: end}
}

// squeeze takes a letter that is repeated three times or more once.
func squeeze(s string) string {
	runes := []rune(s)
	out := runes[:0:0]
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && runes[j] == runes[i] {
			j++
		}
		if j-i < 3 || unicode.IsDigit(runes[i]) {
			out = append(out, runes[i:j]...)
		} else {
			out = append(out, runes[i])
		}
		i = j
	}
	return string(out)
}
