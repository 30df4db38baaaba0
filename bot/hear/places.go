package hear

import (
	"regexp"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
)

// houseLike is a number followed by a capitalised street: "25 Nguyễn Ái Quốc".
var houseLike = regexp.MustCompile(`^[0-9]{1,5}(?:[/\\][0-9]{1,4}){0,3}[A-Za-z]?,?\s+(?:[Đđ]ường\s+)?\p{Lu}\p{L}+(?:\s+\p{Lu}\p{L}*){1,5}`)

// streetLike is a street as it is named in English: "Phan Trung street".
var streetLike = regexp.MustCompile(`(?:\p{Lu}\p{L}*\s+){1,4}(?:[Ss]treet|[Rr]oad|[Ll]ane|[Aa]lley|[Mm]arket)\b`)

// houseWord is what says before a number that it is a house's.
var houseWord = regexp.MustCompile(`(?:^|\b)[sS][ốô]\s+$`)

// house finds the first house with its street.
func house(text string) (span, bool) {
	for i := range len(text) {
		if !numeral(text[i]) || i > 0 && wordByte(text[i-1]) {
			continue
		}
		if m := houseLike.FindString(text[i:min(len(text), i+longestHouse)]); m != "" {
			return span{i - len(houseWord.FindString(text[:i])), i + len(m)}, true
		}
	}
	return span{}, false
}

const longestHouse = 200 // bytes of a house with its street

// wordByte reports whether a byte keeps a number from being one of its own.
func wordByte(c byte) bool {
	return numeral(c) || c == '_' || letter(c|0x20)
}

// placeCode reports whether a word is a place written in one: "kp2", "ql20".
func placeCode(folded string) bool {
	if len(folded) < 3 {
		return false
	}
	switch folded[:2] {
	case "kp", "ql", "dt", "tl", "hl", "km":
	default:
		return false
	}
	number := folded[2:]
	if last := len(number) - 1; last > 0 && letter(number[last]) {
		number = number[:last]
	}
	return len(number) <= 4 && strings.Trim(number, "0123456789") == ""
}

const longestPlace = 7 // words after the one that opens it

// span is a part of a text, in bytes.
type span struct{ from, to int }

// place returns the part of a text that tells where, as written, or "": from
// the first word that opens a place to where the last one that follows closely
// ends. Only what a number, a capital, a surname or the name of a unit marks is
// believed, unless the bot asked where.
func (e *Ear) place(r reading, step string) string {
	if step == placeStep {
		if answer := e.placeAnswer(r); answer != "" {
			return answer
		}
	}
	text, spans := r.text, e.placeSpans(r)
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

// placeStep is where the bot asks for the place.
const placeStep = "report.place"

// longestAnswer is how many words an answer to "where" may have to be nothing else.
const longestAnswer = 12

// placeAnswer returns a whole answer to "where" that begins like a place, by a
// house or by a word that opens one, however it is spelt; else "".
func (e *Ear) placeAnswer(r reading) string {
	words := r.words
	if !e.opensPlace(words) {
		words = cutStart(e.lists.placeLead, words)
	}
	if len(words) < 2 || len(words) > longestAnswer || r.phone() != "" || e.asks(r.words) || e.surelyComplains(words) || e.matterBeside(words) {
		return ""
	}
	if _, _, command := e.command(r, ""); command || !e.opensPlace(words) {
		return ""
	}
	if cut := cutEnd(e.lists.particle.end, words); len(cut) > 1 {
		words = cut
	}
	return r.text[words[0].Start:words[len(words)-1].End]
}

// happens reports whether a short sentence tells what goes on, or what somebody
// is to do, and names no place: "gọi rồi", "nhanh lên". It ends as they do.
func (e *Ear) happens(h bot.Heard, r reading) bool {
	words := cutEnd(e.lists.particle.end, r.words)
	if h.Place != "" || len(h.Units) > 0 || len(words) == 0 || len(r.words) > short {
		return false
	}
	if e.lists.placeStart.Has(words) || e.lists.placeBeside.Has(words) || e.lists.placeLandmark.Has(words) || longestOf(e.lists.placeAnswer, words) > 0 {
		return false
	}
	return e.endsWith(e.lists.sentenceEnd, words) || e.endsWith(e.lists.sentenceEnd, r.words) || e.asks(r.words)
}

// matterBeside reports whether the taxonomy's words stand beside those that open
// a place: a market is one, traffic before it is not.
func (e *Ear) matterBeside(words []lookup.Word) bool {
	matters := e.cat.FindMatters(words)
	if len(matters) == 0 {
		return false
	}
	places := mark(nil, e.lists.placeStart.Find(words), len(words))
	return slices.ContainsFunc(matters, func(m lookup.Match) bool { return !places[m.First] })
}

// opensPlace reports whether the words begin with a house or with a word that
// opens a place, and go on with what can be its name.
func (e *Ear) opensPlace(words []lookup.Word) bool {
	if len(words) < 2 {
		return false
	}
	if hasDigit(words[0]) || words[0].Fold == "so" && hasDigit(words[1]) {
		return true
	}
	for n := min(3, len(words)); n > 0; n-- {
		if e.lists.placeStart.Is(words[:n]) || e.lists.placeAnswer.Is(words[:n]) {
			return n == len(words) || !e.stops(words[n:]) || e.lists.placeStart.Begins(words[n:]) || e.lists.phoneOwn.Begins(words[n:])
		}
	}
	return placeCode(words[0].Fold)
}

func (e *Ear) placeSpans(r reading) (spans []span) {
	text, words := r.text, r.words
	if s, found := house(text); found {
		spans = append(spans, s)
	}
	if at := streetLike.FindStringIndex(text); at != nil {
		spans = append(spans, span{at[0], at[1]})
	}
	for _, m := range e.lists.placeStart.Find(words) {
		if e.unnamedRoad(r, m) || e.unnumbered(words, m) {
			continue
		}
		last := e.placeEnd(r, m.First, m.Last)
		if e.ledRoad(r, m) {
			last = min(last, m.Last+longestRoad)
			spans = append(spans, span{words[m.First].Start, words[last-1].End})
		}
		if last > m.Last && (e.marked(r, words[m.Last:last]) || e.surname(words[m.Last])) {
			spans = append(spans, span{words[m.First].Start, words[last-1].End})
		}
	}
	for _, m := range e.lists.placeBeside.Find(words) {
		if n := longestOf(e.lists.placeLandmark, words[m.Last:]); n > 0 && !words[m.Last].Apart() {
			spans = append(spans, span{words[m.First].Start, words[m.Last+n-1].End})
		}
	}
	for i, w := range words {
		if placeCode(w.Fold) {
			spans = append(spans, span{w.Start, words[e.placeEnd(r, i, i+1)-1].End})
		}
	}
	return spans
}

// marked reports whether the words name a particular place.
func (e *Ear) marked(r reading, words []lookup.Word) bool {
	return slices.ContainsFunc(words, func(w lookup.Word) bool {
		return hasDigit(w) || r.capital(w)
	}) || e.cat.NamesUnit(words)
}

// surname reports whether the word is a surname, as many roads have one.
func (e *Ear) surname(w lookup.Word) bool {
	one := []lookup.Word{w}
	return e.lists.surnames.Is(one) || e.lists.surnamesDoubtful.Is(one) && e.lists.placeName.Is(one)
}

// unnumbered reports whether a number is missing behind a word that needs one.
func (e *Ear) unnumbered(words []lookup.Word, m lookup.Match) bool {
	return e.lists.placeNumbered.Is(words[m.First:m.Last]) && m.Last < len(words) && !hasDigit(words[m.Last])
}

// unnamedRoad reports whether a place opens with "đường" and no name follows:
// that has a capital or a number, or begins with a word that many roads' do.
func (e *Ear) unnamedRoad(r reading, m lookup.Match) bool {
	if !e.lists.placeRoad.Is(r.words[m.Last-1 : m.Last]) {
		return false
	}
	if m.Last == len(r.words) {
		return true
	}
	next := r.words[m.Last]
	return !hasDigit(next) && !r.capital(next) && !e.lists.placeName.Begins(r.words[m.Last:]) && !e.ledRoad(r, m)
}

// longestRoad is how many words the name of a road may have that nothing but
// "ở đường" before it tells to be one.
const longestRoad = 2

// ledRoad reports whether "ở đường" or the like stands before small letters that
// may be the name of a road.
func (e *Ear) ledRoad(r reading, m lookup.Match) bool {
	words := r.words
	if m.First == 0 || m.Last+longestRoad > len(words) || !e.lists.placeRoad.Is(words[m.First:m.Last]) || !e.lists.placeIn.Is(words[m.First-1:m.First]) {
		return false
	}
	next := words[m.Last : m.Last+longestRoad]
	return !hasDigit(next[0]) && !r.capital(next[0]) && !next[1].Apart() && !e.surname(next[0]) &&
		!e.lists.placeRoadNever.Is(next[:1]) && !e.stops(next) && !e.stops(next[1:])
}

// hasDigit reports whether a digit is in the word.
func hasDigit(w lookup.Word) bool { return strings.ContainsAny(w.Fold, "0123456789") }

// onlyPlace reports whether the words do nothing but name a place: whatever the
// model makes of them, they tell no matter.
func (e *Ear) onlyPlace(r reading, place string) bool {
	if place == "" || e.lists.complains.Has(r.words) || e.cat.NamesMatter(r.words) {
		return false
	}
	known := make([]bool, len(r.words))
	for _, list := range []lookup.Phrases{e.lists.placeStart, e.lists.placeLead} {
		for _, m := range list.Find(r.words) {
			for i := m.First; i < m.Last; i++ {
				known[i] = true
			}
		}
	}
	for i, w := range r.words {
		if !known[i] && !hasDigit(w) && !r.capital(w) {
			return false
		}
	}
	return true
}

// placeEnd returns the index after the last word of a place that opens with the
// words from first to before at. Behind a unit's name, or one with capitals, it
// ends at the first word without.
func (e *Ear) placeEnd(r reading, first, at int) int {
	text, words := r.text, r.words
	last := e.cat.UnitAfter(words, first, at)
	named := last > at
	spared := -1 // the word behind a surname is part of the name, whatever it is
	for last < len(words) && last-at < longestPlace {
		upper := r.capital(words[last])
		if named && !upper || last > 0 && strings.ContainsAny(gap(text, words[last-1], words[last]), ",;.!?\n") || !upper && last != spared && e.stops(words[last:]) && (last > at || !e.lists.placeStart.Begins(words[last:])) {
			break
		}
		if !upper && e.surname(words[last]) {
			spared = last + 1
		}
		named = upper
		last++
	}
	return last
}

// stops reports whether the sentence goes on to something else.
func (e *Ear) stops(rest []lookup.Word) bool {
	for n := 1; n <= min(2, len(rest)); n++ {
		if e.lists.placeStop.Is(rest[:n]) {
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
