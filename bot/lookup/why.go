package lookup

import (
	"cmp"
	"slices"
)

// Common is what a text and a procedure have in common.
type Common struct {
	Phrase string   // the name or alias that has most of it
	Words  []string // those in common with any of them, as typed
}

// Match returns what the words have in common with the names of a procedure.
func (c *Catalogue) Match(words []Word, code string) Common {
	head, known := c.ProcedureHead(code)
	if !known {
		return Common{}
	}
	var m Common
	most := 0
	for _, phrase := range append([]string{head.Name, head.Short}, head.Aliases...) {
		common := shared(words, c.language.Words(phrase))
		if len(common) > most {
			most, m.Phrase = len(common), phrase
		}
		for _, w := range common {
			if !slices.Contains(m.Words, w) {
				m.Words = append(m.Words, w)
			}
		}
	}
	return m
}

func shared(words, others []Word) (out []string) {
	for _, w := range words {
		same := func(o Word) bool { return o.Fold == w.Fold }
		if slices.ContainsFunc(others, same) && !slices.Contains(out, w.Fold) {
			out = append(out, w.Fold)
		}
	}
	return out
}

// Alike says how alike two texts are by their words, 0-1; what may be left out
// at the start and the end of a message does not count.
func (c *Catalogue) Alike(a, b string) float64 {
	x, y := c.content(a), c.content(b)
	both := shared(x, y)
	all := shared(append(slices.Clone(x), y...), append(slices.Clone(x), y...))
	if len(all) == 0 {
		return 0
	}
	return float64(len(both)) / float64(len(all))
}

// content are the words of a text without particles.
func (c *Catalogue) content(text string) []Word {
	return slices.DeleteFunc(c.language.Words(text), c.particle)
}

// particle reports whether a word may be left out at the start or the end.
func (c *Catalogue) particle(w Word) bool {
	return slices.Contains(c.particles.Start, w.Fold) || slices.Contains(c.particles.End, w.Fold)
}

// Taught returns the procedure that citizens' questions taught to be meant by
// the words, and how much of them the taught phrase is, 0-1.
func (c *Catalogue) Taught(words []Word) (code string, share float64) {
	longest := 0
	for _, m := range c.taught.Find(words) {
		if n := m.Last - m.First; n > longest {
			longest, code = n, c.procedures.heads[m.Value].Code
		}
	}
	if longest == 0 {
		return "", 0
	}
	rest := slices.DeleteFunc(slices.Clone(words), c.particle)
	return code, float64(longest) / float64(max(longest, len(rest)))
}

const (
	leadingMost = 3   // words that are told to have led to a guess
	leadingFrom = 0.1 // of what the guess is worth, at least lost without such a word
	leadingIn   = 40  // words of a text that are tried
)

// CategoryWords returns where the words stand that led to a category: the
// taxonomy's own or, where there are none, those without which the guess would be
// worth the least.
func (c *Catalogue) CategoryWords(words []Word, code string) []Match {
	named := slices.DeleteFunc(c.FindMatters(words), func(m Match) bool { return c.categories[m.Value].Code != code })
	if len(named) > 0 {
		return named
	}
	whole := c.Guess(words).category(code)
	type loss struct {
		at    int
		worth float64
	}
	var losses []loss
	for i := range words[:min(len(words), leadingIn)] {
		without := slices.Delete(slices.Clone(words), i, i+1)
		if lost := whole - c.Guess(without).category(code); lost > leadingFrom*whole {
			losses = append(losses, loss{i, lost})
		}
	}
	slices.SortFunc(losses, func(a, b loss) int { return cmp.Compare(b.worth, a.worth) })
	losses = losses[:min(len(losses), leadingMost)]
	slices.SortFunc(losses, func(a, b loss) int { return cmp.Compare(a.at, b.at) })
	for _, l := range losses {
		named = append(named, Match{First: l.at, Last: l.at + 1})
	}
	return named
}

// category is how sure the guess is of a category, 0 of one that it does not think of.
func (g Guess) category(code string) float64 {
	for _, f := range g.Categories() {
		if f.Code == code {
			return f.Score
		}
	}
	return 0
}

// UnitWords returns where the words name the unit.
func (c *Catalogue) UnitWords(words []Word, slug string) (found []Match) {
	for _, m := range c.units.mentions(words) {
		if c.units.list[m.unit].Slug == slug && !slices.Contains(found, m.at) {
			found = append(found, m.at)
		}
	}
	return found
}
