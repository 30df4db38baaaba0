package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// hidden stands for a number or a name that the citizen chose to hide.
const hidden = "•••"

// mask blanks the numbers of eight figures and more (phones, identity cards,
// accounts; a house number stays) and every mention of the names.
func mask(text string, names ...string) string {
	for _, name := range names {
		text = cover(text, strings.TrimSpace(name), hidden)
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		if n := number(text[i:]); n > 0 {
			b.WriteString(hidden)
			i += n
			continue
		}
		n := digitsPrefix(text[i:])
		if n == 0 {
			_, n = utf8.DecodeRuneInString(text[i:])
		}
		b.WriteString(text[i : i+n])
		i += n
	}
	return b.String()
}

// cover puts something else in place of a name or word where it stands as whole
// words.
func cover(text, name, instead string) string {
	if name == "" {
		return text
	}
	var b strings.Builder
	for {
		i := strings.Index(text, name)
		if i < 0 {
			return b.String() + text
		}
		before, _ := utf8.DecodeLastRuneInString(b.String() + text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(name):])
		b.WriteString(text[:i])
		if unicode.IsLetter(before) || unicode.IsLetter(after) {
			b.WriteString(name)
		} else {
			b.WriteString(instead)
		}
		text = text[i+len(name):]
	}
}

// number returns the length of the long number that text begins with, with the
// dots, dashes and blanks inside it, or 0.
func number(text string) int {
	const least = 8
	figures, end := 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			figures++
			end = i + 1
		case (c == ' ' || c == '.' || c == '-') && i == end && figures > 0:
		default:
			i = len(text)
		}
	}
	if figures < least {
		return 0
	}
	return end
}

// digitsPrefix returns how many figures text begins with.
func digitsPrefix(text string) int {
	return len(text) - len(strings.TrimLeft(text, "0123456789"))
}

func runesOf(s string) int { return utf8.RuneCountInString(s) }
