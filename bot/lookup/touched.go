package lookup

import (
	"math"
	"slices"
)

// faint is the part of a weight by which it may change without being another.
const faint = 0.02

// Touched tells of which questions the answer may be another by then than by c:
// those that hold a taught phrase or another word of the taxonomy, or a term that speaks differently for some
// procedure. For all others both read the same.
func (c *Catalogue) Touched(then *Catalogue) func(text string) bool {
	changed := map[string]bool{}
	for term, at := range then.procedures.terms {
		was, known := c.procedures.terms[term]
		changed[term] = !known || !alike(c.procedures.posts[was], then.procedures.posts[at])
	}
	for term := range c.procedures.terms {
		if _, still := then.procedures.terms[term]; !still {
			changed[term] = true
		}
	}
	cues := !slices.EqualFunc(c.categories, then.categories, func(a, b Category) bool { return slices.Equal(a.Cues, b.Cues) })
	return func(text string) bool {
		words := c.Words(text)
		if cues && !slices.Equal(c.FindMatters(words), then.FindMatters(words)) {
			return true
		}
		return c.taught.Has(words) || then.taught.Has(words) ||
			slices.ContainsFunc(terms(words), func(term string) bool { return changed[term] })
	}
}

// alike reports whether two lists speak for the same procedures, by about the
// same weights.
func alike(a, b []posting) bool {
	return slices.EqualFunc(a, b, func(x, y posting) bool {
		return x.procedure == y.procedure && math.Abs(x.weight-y.weight) <= faint*x.weight
	})
}
