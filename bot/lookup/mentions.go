package lookup

import (
	"cmp"
	"slices"
)

// What speaks for and against a unit that a name may mean.
const (
	kindAgrees    = 20
	kindDiffers   = -10
	districtNamed = 25
	otherAccents  = -30
	notAPlace     = -25 // a street, a person or a landmark of that name
)

var scoreOf = [...]int{byOwnName: 40, byFormerName: 30, byAlias: 25, byPartName: 22, byDistrict: 10}

// mention is one unit that may be meant at one place of a text.
type mention struct{ unit, score int }

func (u units) mentions(words []Word) []mention {
	names := longest(u.names.Find(words))
	if len(names) == 0 {
		return nil
	}
	districts := u.districts.Find(words)
	var out []mention
	for _, m := range names {
		here := words[m.First:m.Last]
		kind, bonus := u.before(words, m)
		if kind == "" && bonus <= 0 && len(here) < len(words) && u.ordinary(here) {
			continue
		}
		senses := u.narrow(u.senses[m.Value], kind)
		exact := isExact(senses, here, kind, districts, m)
		for _, s := range senses {
			if exact && s.kind != kind {
				continue
			}
			score := scoreOf[s.how] + bonus
			switch {
			case kind != "" && kind == s.kind:
				score += kindAgrees
			case kind != "":
				score += kindDiffers
			}
			if s.how != byDistrict && namedElsewhere(districts, s.district, m) {
				score += districtNamed
			}
			if m.Accented && !sameAccents(here, s.words) {
				score += otherAccents
			}
			out = append(out, mention{s.unit, score})
		}
	}
	return out
}

// isExact reports whether the words are the full name of a unit of today, kind
// and all, so that none of another kind is meant: unless an old district is
// named too, which that one belonged to.
func isExact(senses []sense, here []Word, kind string, districts []Match, m Match) bool {
	exact := false
	for _, s := range senses {
		if s.how != byDistrict && s.kind != kind && namedElsewhere(districts, s.district, m) {
			return false
		}
		exact = exact || kind != "" && s.how == byOwnName && s.kind == kind && sameAccents(here, s.words)
	}
	return exact
}

// narrow leaves only the province of a name that is also a commune's, unless
// the word of the commune's kind stands before it.
func (u units) narrow(senses []sense, kind string) []sense {
	for i, s := range senses {
		if s.unit == province && !slices.ContainsFunc(senses, func(o sense) bool { return o.unit != province && o.kind != "" && o.kind == kind }) {
			return senses[i : i+1]
		}
	}
	return senses
}

// province is the index of the province among the units.
const province = 0

// namedElsewhere reports whether the district is named outside the match.
func namedElsewhere(districts []Match, district int, m Match) bool {
	return slices.ContainsFunc(districts, func(d Match) bool {
		return d.Value == district && (d.First >= m.Last || m.First >= d.Last)
	})
}

// before reads the word that stands before a name: its kind, or what makes it
// a place for sure (1) or rather not one.
func (u units) before(words []Word, m Match) (kind string, bonus int) {
	for n := min(2, m.First); n > 0; n-- {
		before := words[m.First-n : m.First]
		if u.kinds.Is(before) {
			return join(before), 0
		}
		if values := u.beforePlace.Whole(before); len(values) > 0 {
			if values[0] == 0 {
				return "", 1
			}
			return "", notAPlace
		}
	}
	return "", 0
}

// ordinary reports whether the name is also an ordinary word, and was written
// like one.
func (u units) ordinary(name []Word) bool {
	return !name[0].Upper && u.common.Is(name)
}

// sameAccents compares accents where the citizen typed any.
func sameAccents(typed, name []Word) bool {
	for i, w := range typed {
		if w.Accented() && w.accents != name[i].accents {
			return false
		}
	}
	return true
}

// longest drops every match that overlaps a longer one, or an earlier one as long.
func longest(found []Match) []Match {
	if len(found) < 2 {
		return found
	}
	byLength := slices.Clone(found)
	slices.SortStableFunc(byLength, func(a, b Match) int { return cmp.Compare(b.Last-b.First, a.Last-a.First) })
	var kept []Match
	for _, m := range byLength {
		if !slices.ContainsFunc(kept, func(k Match) bool { return m.First < k.Last && k.First < m.Last }) {
			kept = append(kept, m)
		}
	}
	slices.SortFunc(kept, func(a, b Match) int { return cmp.Compare(a.First, b.First) })
	return kept
}
