package handlers

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

const (
	alikeMost   = 5   // shown
	alikeNear   = 150 // metres
	alikeWords  = 3   // that two cases share at least
	alikeCommon = 3   // a word of every so many cases tells nothing
	wordMost    = 8   // words shown
	earthRadius = 6_371_000
)

// lookalike is a case that may be about the same, and why.
type lookalike struct {
	models.Case
	Words  []string // that both have, as this case writes them
	Metres int      // between them; -1 when a place is not known
}

// Near reports whether both are about one spot.
func (a lookalike) Near() bool { return a.Metres >= 0 && a.Metres <= alikeNear }

// alikeTo returns the cases that look like c, the likest first: those near by and
// those that share words which few of the others have. It decides nothing.
func alikeTo(c models.Case, others []models.Case) []lookalike {
	others = slices.DeleteFunc(slices.Clone(others), func(o models.Case) bool { return o.Code == c.Code })
	own, theirs := caseWords(c), make([]map[string]string, len(others))
	in := map[string]int{}
	for i, o := range others {
		theirs[i] = caseWords(o)
		for w := range theirs[i] {
			in[w]++
		}
	}
	var found []lookalike
	for i, o := range others {
		a := lookalike{Case: o, Metres: distance(c.Location, o.Location)}
		for w, written := range own {
			if _, both := theirs[i][w]; both && (in[w]*alikeCommon <= len(others) || in[w] <= 2) {
				a.Words = append(a.Words, written)
			}
		}
		if slices.Sort(a.Words); a.Near() || len(a.Words) >= alikeWords {
			found = append(found, a)
		}
	}
	slices.SortStableFunc(found, func(a, b lookalike) int {
		if a.Near() != b.Near() {
			return map[bool]int{true: -1, false: 1}[a.Near()]
		}
		return cmp.Or(cmp.Compare(len(b.Words), len(a.Words)), b.CreatedAt.Compare(a.CreatedAt))
	})
	found = found[:min(len(found), alikeMost)]
	for i := range found {
		found[i].Words = found[i].Words[:min(len(found[i].Words), wordMost)]
	}
	return found
}

// caseWords are the words of a case, by what is compared of them.
func caseWords(c models.Case) map[string]string {
	words := map[string]string{}
	text := phoneInText.ReplaceAllString(c.Description+" "+c.Place, " ") // whose it is tells nothing of the matter
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		folded := lookup.Fold(w)
		if utf8.RuneCountInString(folded) > 1 || strings.ContainsFunc(folded, unicode.IsDigit) {
			words[folded] = strings.ToLower(w)
		}
	}
	return words
}

// distance is good enough within a province.
func distance(a, b *models.Location) int {
	if a == nil || b == nil {
		return -1
	}
	const rad = math.Pi / 180
	x := (b.Lng - a.Lng) * rad * math.Cos((a.Lat+b.Lat)/2*rad)
	y := (b.Lat - a.Lat) * rad
	return int(math.Hypot(x, y)*earthRadius + 0.5)
}
