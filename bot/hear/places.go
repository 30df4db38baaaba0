package hear

import (
	"regexp"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/bot/lookup"
)

// houseLike is a number followed by a capitalised street: "25 Nguyễn Ái Quốc".
var houseLike = regexp.MustCompile(`\b[0-9]{1,5}(?:[/\\][0-9]{1,4}){0,3}[A-Za-z]?,?\s+(?:[Đđ]ường\s+)?\p{Lu}\p{L}+(?:\s+\p{Lu}\p{L}*){1,5}`)

// placeCode is a place written in one: "kp2", "ql20".
var placeCode = regexp.MustCompile(`^(?:kp|ql|dt|tl|hl|km)[0-9]{1,4}[a-z]?$`)

const longestPlace = 7 // words after the one that opens it

// span is a part of a text, in bytes.
type span struct{ from, to int }

// place returns the part of a text that tells where, as written, or "": from
// the first word that opens a place to where the last one that follows closely
// ends. Only what a number, a capital or the name of a unit marks is believed.
func (e *Ear) place(text string, words []lookup.Word) string {
	spans := e.placeSpans(text, words)
	if len(spans) == 0 {
		return ""
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	whole := spans[0]
	for _, s := range spans[1:] {
		if s.from > whole.to && strings.Trim(text[whole.to:s.from], " ,-–") != "" {
			break
		}
		whole.to = max(whole.to, s.to)
	}
	return strings.TrimSpace(text[whole.from:whole.to])
}

func (e *Ear) placeSpans(text string, words []lookup.Word) (spans []span) {
	if m := houseLike.FindStringIndex(text); m != nil {
		spans = append(spans, span{m[0], m[1]})
	}
	for _, m := range e.lists.placeStart.Find(words) {
		last := e.placeEnd(text, words, m.Last)
		if last > m.Last && e.marked(text, words[m.Last:last]) {
			spans = append(spans, span{words[m.First].Start, words[last-1].End})
		}
	}
	for i, w := range words {
		if placeCode.MatchString(w.Fold) {
			spans = append(spans, span{w.Start, words[e.placeEnd(text, words, i+1)-1].End})
		}
	}
	return spans
}

// marked reports whether the words name a particular place.
func (e *Ear) marked(text string, words []lookup.Word) bool {
	shouted := strings.ToUpper(text) == text
	return slices.ContainsFunc(words, func(w lookup.Word) bool {
		return strings.ContainsAny(w.Fold, "0123456789") || !shouted && capital(text, w)
	}) || len(e.cat.FindUnits(words)) > 0
}

// placeEnd returns the index after the last word of a place whose opening word
// ends before the word at. Behind a name with capitals it ends at the first
// word without.
func (e *Ear) placeEnd(text string, words []lookup.Word, at int) int {
	last, named := at, false
	for last < len(words) && last-at < longestPlace {
		upper := capital(text, words[last])
		if named && !upper || last > 0 && strings.ContainsAny(gap(text, words[last-1], words[last]), ",;.!?\n") || e.stops(words[last:]) {
			break
		}
		named = upper
		last++
	}
	return last
}

// stops reports whether the sentence goes on to something else. A capital is a
// name whatever the word is.
func (e *Ear) stops(rest []lookup.Word) bool {
	if rest[0].Upper {
		return false
	}
	for n := 1; n <= min(2, len(rest)); n++ {
		if len(e.lists.placeStop.Whole(rest[:n])) > 0 {
			return true
		}
	}
	return false
}

// gap returns what stands between two words that follow each other; the words
// of one abbreviation stand in the same place.
func gap(text string, before, after lookup.Word) string {
	if after.Start <= before.End {
		return ""
	}
	return text[before.End:after.Start]
}
