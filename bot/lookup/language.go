package lookup

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Language spells out what citizens abbreviate.
type Language struct {
	short  map[string][]entry // by first word
	first  filter             // of those first words
	rhymes rhymes
	left   map[string]bool // words that are no Telex or VNI, as they may seem
}

// entry replaces the words from by the words to.
type entry struct{ from, to []Word }

type languageSource struct {
	Abbreviations []struct {
		From      []string
		To        string
		Ambiguous []string
	}
	Particles struct {
		Start, End []string
	}
}

// DecodeLanguage reads the "language" part of catalogue.json.
func DecodeLanguage(raw []byte) (Language, error) {
	var src languageSource
	if err := json.Unmarshal(raw, &src); err != nil {
		return Language{}, fmt.Errorf("decode language: %w", err)
	}
	return newLanguage(src), nil
}

// newLanguage indexes the abbreviations. One that has several meanings is
// spelt out, by its first, only when it cannot be a Vietnamese syllable: it
// has no vowel.
func newLanguage(src languageSource) Language {
	l := Language{short: map[string][]entry{}, rhymes: newRhymes(), left: map[string]bool{}}
	for word := range strings.SplitSeq(english, " ") {
		l.left[word] = true
	}
	for _, a := range src.Abbreviations {
		for _, from := range a.From {
			if len(a.Ambiguous) > 0 && strings.ContainsAny(Fold(from), "aeiouy") {
				continue
			}
			e := entry{split(from), split(a.To)}
			if len(e.from) > 0 {
				key := e.from[0].accents
				l.short[key] = append(l.short[key], e)
			}
		}
	}
	l.first = newFilter(len(l.short))
	for _, list := range l.short {
		l.first.add(list[0].from[0].hash)
	}
	return l
}

// Words cuts a text into words and spells abbreviations out. The words of one
// abbreviation share its place in the text.
func (l Language) Words(text string) []Word {
	raw := split(text)
	exact := typedAccents(raw)
	words := l.spellOut(raw)
	for i := range words {
		words[i].exact = exact
	}
	return words
}

// spellOut replaces abbreviations. Words without any are returned as they are.
func (l Language) spellOut(raw []Word) []Word {
	var out []Word
	copied := 0 // words of raw that are in out
	for i := 0; i < len(raw); {
		e, found := l.longest(raw[i:])
		if !found {
			i++
			continue
		}
		out = append(append(slices.Grow(out, len(raw)-copied+len(e.to)), raw[copied:i]...), e.to...)
		last := raw[i+len(e.from)-1]
		for j := range e.to {
			w := &out[len(out)-len(e.to)+j]
			w.Start, w.End, w.apart = raw[i].Start, last.End, j == 0 && raw[i].apart
		}
		i += len(e.from)
		copied = i
	}
	if copied == 0 {
		return raw
	}
	return append(out, raw[copied:]...)
}

// typedAccents reports whether a message was typed with accents. About two of
// three words of written Vietnamese have one; some writers are sloppy.
func typedAccents(words []Word) bool {
	n := 0
	for i := range words {
		if words[i].Accented() {
			n++
		}
	}
	return 5*n >= 2*len(words)
}

func (l Language) longest(words []Word) (best entry, found bool) {
	if !l.first.may(words[0].hash) {
		return entry{}, false
	}
	for _, e := range l.short[words[0].accents] {
		if len(e.from) > len(best.from) && startsWith(words, e.from) {
			best, found = e, true
		}
	}
	return best, found
}

func startsWith(words, prefix []Word) bool {
	if len(words) < len(prefix) {
		return false
	}
	for i, w := range prefix {
		if words[i].accents != w.accents {
			return false
		}
	}
	return true
}
