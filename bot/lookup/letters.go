package lookup

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// letter is a Vietnamese letter taken apart.
type letter struct {
	base byte // lower-case ASCII, or 0 when the rune is a mark alone
	mod  byte // of the vowel or of đ, or 0
	tone byte // hỏi and ngã are one tone here, or 0
}

// The marks. The South pronounces hỏi and ngã alike, and spells them so.
const (
	circumflex = '^'
	breve      = '('
	horn       = '+'
	stroke     = '-'
	acute      = '\''
	grave      = '`'
	tilde      = '~'
	dot        = '.'
	none       = ' '
)

// The Vietnamese letters of U+1EA0 to U+1EF9, of which each pair is one letter
// in both cases.
const (
	extraFirst, extraLast = 0x1EA0, 0x1EF9
	extraBase             = "aaaaaaaaaaaa" + "eeeeeeee" + "ii" + "oooooooooooo" + "uuuuuuu" + "yyyy"
	extraMod              = "  ^^^^^(((((" + "   ^^^^^" + "  " + "  ^^^^^+++++" + "  +++++" + "    "
	extraTone             = ".~'`~~.'`~~." + ".~~'`~~." + "~." + ".~'`~~.'`~~." + ".~'`~~." + "`.~~"
)

// takeApart knows the letters and combining marks that Vietnamese is written
// with; ok is false for any other rune.
func takeApart(r rune) (l letter, ok bool) {
	switch {
	case r < utf8.RuneSelf:
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return letter{base: byte(r)}, true
	case extraFirst <= r && r <= extraLast:
		i := (r - extraFirst) / 2
		return letter{extraBase[i], mark(extraMod[i]), mark(extraTone[i])}, true
	case r >= 0x300 && r < 0x370:
		return combining(r)
	}
	return latin(unicode.ToLower(r))
}

func mark(b byte) byte {
	if b == none {
		return 0
	}
	return b
}

func combining(r rune) (letter, bool) {
	switch r {
	case 0x300:
		return letter{tone: grave}, true
	case 0x301:
		return letter{tone: acute}, true
	case 0x303, 0x309:
		return letter{tone: tilde}, true
	case 0x323:
		return letter{tone: dot}, true
	case 0x302:
		return letter{mod: circumflex}, true
	case 0x306:
		return letter{mod: breve}, true
	case 0x31B:
		return letter{mod: horn}, true
	}
	return letter{}, true
}

func latin(r rune) (letter, bool) {
	switch r {
	case 'à', 'è', 'ì', 'ò', 'ù':
		return letter{base: plainOf(r), tone: grave}, true
	case 'á', 'é', 'í', 'ó', 'ú', 'ý':
		return letter{base: plainOf(r), tone: acute}, true
	case 'ã', 'ĩ', 'õ', 'ũ':
		return letter{base: plainOf(r), tone: tilde}, true
	case 'â', 'ê', 'ô':
		return letter{base: plainOf(r), mod: circumflex}, true
	case 'ă':
		return letter{base: 'a', mod: breve}, true
	case 'ơ', 'ư':
		return letter{base: plainOf(r), mod: horn}, true
	case 'đ':
		return letter{base: 'd', mod: stroke}, true
	}
	return letter{}, false
}

func plainOf(r rune) byte {
	switch r {
	case 'à', 'á', 'ã', 'â':
		return 'a'
	case 'è', 'é', 'ê':
		return 'e'
	case 'ì', 'í', 'ĩ':
		return 'i'
	case 'ò', 'ó', 'õ', 'ô', 'ơ':
		return 'o'
	case 'ý':
		return 'y'
	}
	return 'u'
}

// spell returns a word in lower case without accents, and in a form that keeps
// them but not the place of the tone mark: "hoà" and "hòa" are the same.
func spell(word string) (fold, accents string) {
	var foldBuf, accentBuf [longestWord]byte
	f, a := spellTo(foldBuf[:0], accentBuf[:0], word)
	fold = string(f)
	if len(a) == len(f) {
		return fold, fold
	}
	return fold, string(a)
}

// longestWord is how many bytes of letters are spelt without an allocation.
const longestWord = 48

// spellTo is spell into buffers. The forms are equal when they are as long.
func spellTo(f, a []byte, word string) (fold, accents []byte) {
	tone := byte(0)
	for _, r := range word {
		l, ok := takeApart(r)
		if !ok {
			f, a = foreign(f, r), foreign(a, r)
			continue
		}
		if l.base != 0 {
			f, a = append(f, l.base), append(a, l.base)
		}
		if l.mod != 0 {
			a = append(a, l.mod)
		}
		if l.tone != 0 {
			tone = l.tone
		}
	}
	if tone != 0 {
		a = append(a, tone)
	}
	return f, a
}

// foreign appends a letter of any other alphabet, and the plain one of a
// decorated letter.
func foreign(to []byte, r rune) []byte {
	for _, r := range norm.NFKD.String(string(r)) {
		if !unicode.Is(unicode.Mn, r) {
			to = utf8.AppendRune(to, unicode.ToLower(r))
		}
	}
	return to
}

// Fold makes texts comparable: lower case, no accents, đ as d. Digits and
// punctuation stay.
func Fold(s string) string {
	fold, _ := spell(s)
	return fold
}
