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
	lackedAccents = -20 // a word has none in a message that was typed with them
	slipped       = -5
	notAPlace     = -25 // a street, a person or a landmark of that name
)

var scoreOf = [...]int{byOwnName: 40, byFormerName: 30, byAlias: 25, byPartName: 22, byDistrict: 10}

// mention is one unit that may be meant at one place of a text.
type mention struct {
	unit, score int
	at          Match // its words
}

// accentScore is what the accents of a name speak against a unit.
func accentScore(m nameMatch, typed, name []Word) int {
	switch {
	case m.slip:
		return slipped
	case m.Accented && !sameAccents(typed, name):
		return otherAccents
	case m.Accented && !allAccents(typed, name):
		return lackedAccents
	}
	return 0
}

// nameMatch is a name of a unit found in a text.
type nameMatch struct {
	Match
	slip bool // it was typed with a slip
}

// named finds the names of units, those typed with a slip where a word before
// them tells that a place follows, or where little else is said.
func (u units) named(words []Word) []nameMatch {
	exact := longest(u.names.Find(words))
	names := make([]nameMatch, 0, len(exact))
	for i := 1; i < len(words); i++ {
		if named, follows := u.placeFollows(words, i); follows && !covers(exact, i) && (named || len(words) <= longestAside) {
			names = u.slipsAt(names, words, i, named)
		}
	}
	if len(exact)+len(names) == 0 && 0 < len(words) && len(words) <= longestSlip {
		names = u.slipsAt(nil, words, 0, false)
		names = slices.DeleteFunc(names, func(m nameMatch) bool { return m.Last < len(words) })
	}
	slipped := len(names)
	for _, m := range exact {
		if !slices.ContainsFunc(names[:slipped], func(s nameMatch) bool { return m.First < s.Last && s.First < m.Last }) {
			names = append(names, nameMatch{m, false})
		}
	}
	return names
}

// slipsAt adds the names that may have been meant at word i; named tells that
// the word of a unit's kind stands before it.
func (u units) slipsAt(names []nameMatch, words []Word, i int, named bool) []nameMatch {
	values, n := u.slips.find(words[i:], named)
	for _, v := range values {
		if !u.agrees(words[i:i+n], v) {
			continue
		}
		names = append(names, nameMatch{Match{Value: v, First: i, Last: i + n}, true})
	}
	return names
}

// agrees reports whether the accents that were typed are about those of the name.
func (u units) agrees(typed []Word, name int) bool {
	if !slices.ContainsFunc(typed, func(w Word) bool { return w.exact || w.Accented() }) {
		return true
	}
	accents := joinAccents(typed)
	return slices.ContainsFunc(u.senses[name], func(s sense) bool { return distance(accents, joinAccents(s.words)) <= mostSlips })
}

// placeFollows reports whether something before word i tells that a place
// follows, and whether that is the word of a unit's kind.
func (u units) placeFollows(words []Word, i int) (named, follows bool) {
	if before := words[i-1]; words[i].apart && before.End-before.Start > longestShort {
		return false, false
	}
	if u.kindBefore(words, i) != "" {
		return true, true
	}
	for n := 1; n <= min(2, i); n++ {
		if values := u.beforePlace.Whole(words[i-n : i]); len(values) > 0 && values[0] == 0 {
			return false, u.kindAt(words[i:]) == 0
		}
	}
	return false, false
}

// kindBefore returns the word of a unit's kind that stands before word i, or "".
func (u units) kindBefore(words []Word, i int) string {
	for n := min(2, i); n > 0; n-- {
		before := words[i-n : i]
		if u.kinds.Is(before) {
			return join(before)
		}
		if n == 2 && before[0].Fold == "thu" && before[1].Fold == "tuc" && before[0].Start == before[1].Start {
			return "thi tran" // "tt", which was spelt out as another of its meanings
		}
	}
	return ""
}

// kindAt returns how many words that name a kind the words begin with.
func (u units) kindAt(words []Word) int {
	for n := min(2, len(words)); n > 0; n-- {
		if u.kinds.Is(words[:n]) {
			return n
		}
	}
	return 0
}

// longestShort is how many bytes a kind may have behind which a stop marks it
// as shortened ("p.", "tt.").
const longestShort = 2

// covers reports whether word i stands in one of the matches.
func covers(found []Match, i int) bool {
	return slices.ContainsFunc(found, func(m Match) bool { return m.First <= i && i < m.Last })
}

func (u units) mentions(words []Word) []mention {
	names := u.named(words)
	if len(names) == 0 {
		return nil
	}
	districts := u.districts.Find(words)
	var out []mention
	for _, m := range names {
		here := words[m.First:m.Last]
		kind, bonus := u.before(words, m.Match)
		senses := u.narrow(u.senses[m.Value], kind)
		if kind == "" && bonus <= 0 && len(here) < len(words) && u.ordinary(here) && !inDistrict(senses, districts, m.Match) {
			continue
		}
		exact := !m.slip && isExact(senses, here, kind, districts, m.Match)
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
			if s.how != byDistrict && namedElsewhere(districts, s.district, m.Match) {
				score += districtNamed
			}
			score += accentScore(m, here, s.words)
			out = append(out, mention{s.unit, score, m.Match})
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

// inDistrict reports whether an old district of one of the units is named too.
func inDistrict(senses []sense, districts []Match, m Match) bool {
	return slices.ContainsFunc(senses, func(s sense) bool { return s.how != byDistrict && namedElsewhere(districts, s.district, m) })
}

// namedElsewhere reports whether the district is named outside the match.
func namedElsewhere(districts []Match, district int, m Match) bool {
	return slices.ContainsFunc(districts, func(d Match) bool {
		return d.Value == district && (d.First >= m.Last || m.First >= d.Last)
	})
}

// before reads the word that stands before a name: its kind, or what makes it
// a place for sure (1) or rather not one.
func (u units) before(words []Word, m Match) (kind string, bonus int) {
	if kind := u.kindBefore(words, m.First); kind != "" {
		return kind, 0
	}
	for n := min(2, m.First); n > 0; n-- {
		if values := u.beforePlace.Whole(words[m.First-n : m.First]); len(values) > 0 {
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

// allAccents reports whether a message with accents has all of the name's.
func allAccents(typed, name []Word) bool {
	for i, w := range typed {
		if w.exact && w.accents != name[i].accents {
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
