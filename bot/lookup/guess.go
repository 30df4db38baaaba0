package lookup

import (
	"slices"
	"strings"
)

// Guess is what the catalogue makes of a text. Which intent it is, is known at
// once; procedures and categories are worked out when they are asked for.
type Guess struct {
	catalogue *Catalogue
	words     []Word
	margins   []float64 // by class of the model
	shares    []float64 // by intent
}

// Found is something found, and how sure that is, 0-1.
type Found struct {
	Code  string
	Score float64
}

// Guess reads what the words are about.
func (c *Catalogue) Guess(words []Word) Guess {
	words = c.language.Meant(words)
	margins, known := c.model.Margins(words)
	return Guess{catalogue: c, words: words, margins: margins, shares: c.model.Shares(c.model.Evidence(margins, len(words), known))}
}

// Share returns the probability that the intent is one of these; "oos" is a
// question outside the catalogue.
func (g Guess) Share(intents ...string) (p float64) {
	for _, name := range intents {
		if i := slices.Index(g.catalogue.model.Intents, name); i >= 0 {
			p += g.shares[i]
		}
	}
	return p
}

// Likeliest returns the intent with the greatest share.
func (g Guess) Likeliest() (intent string, p float64) {
	for i, share := range g.shares {
		if share > p {
			intent, p = g.catalogue.model.Intents[i], share
		}
	}
	return intent, p
}

// Shares returns the n likeliest intents, likeliest first.
func (g Guess) Shares(n int) (out []Found) {
	for _, i := range ranked(g.shares, n, 0) {
		out = append(out, Found{g.catalogue.model.Intents[i], g.shares[i]})
	}
	return out
}

// Procedures returns those that a question may be about, best first, at most
// three. What the model says of them is combined with the terms they share with
// the words. Of one that was published since it was trained the terms alone tell.
func (g Guess) Procedures() []Found {
	c := g.catalogue
	scores, terms := make([]float64, len(c.procedures.heads)), c.procedures.weights(g.words)
	g.among(scores, "ask", c.topics.procedures, 1-retrieved)
	top := max(slices.Max(terms), 1e-9)
	for i, t := range terms {
		if c.topics.learned[i] {
			scores[i] += retrieved * t * t / (top * top)
		} else {
			scores[i] = named(t, c.procedures.most[i])
		}
	}
	var out []Found
	for _, i := range ranked(scores, 3, leastOffered) {
		out = append(out, Found{c.procedures.heads[i].Code, scores[i]})
	}
	return out
}

const (
	retrieved    = 0.05   // how much the shared terms weigh beside the model
	leastOffered = 0.0002 // up to here a procedure is not even the third
)

// named says how far the name of a procedure stands in the words, 0-1: half of
// its terms are little.
func named(terms, all float64) float64 {
	share := min(terms/max(all, 1e-9), 1)
	return share * share * share
}

// Confidence returns how sure it is that the words ask for what was found
// first, 0-1.
func (g Guess) Confidence(first Found) float64 {
	m := g.catalogue.model
	from, among := m.Among(g.margins, "ask")
	if len(among) > 0 && m.Classes[from+argmax(among)] == "ask:"+first.Code {
		return m.Confidence(m.SureEvidence(g.margins, g.shares))
	}
	return g.Share("ask", "oos") * first.Score
}

// Newer reports whether a procedure was published since the model was trained:
// a question about it is outside all that the model knows.
func (g Guess) Newer(code string) bool {
	c := g.catalogue
	i := slices.IndexFunc(c.procedures.heads, func(h ProcedureHead) bool { return h.Code == code })
	return i >= 0 && !c.topics.learned[i]
}

func argmax(x []float64) (at int) {
	for i, v := range x {
		if v > x[at] {
			at = i
		}
	}
	return at
}

// among adds to the scores the shares that an intent's classes have among
// themselves; at says which score a class belongs to, -1 none.
func (g Guess) among(scores []float64, intent string, at []int, weight float64) {
	span, shares := g.catalogue.model.Among(g.margins, intent)
	for i, share := range shares {
		if to := at[span+i]; to >= 0 {
			scores[to] += weight * share
		}
	}
}

// Categories returns the three likeliest of a report, their scores as shares of
// the whole: what the model says, raised where the taxonomy's own words stand.
func (g Guess) Categories() []Found {
	c := g.catalogue
	scores := make([]float64, len(c.categories))
	g.among(scores, "report", c.topics.categories, 1)
	hits, sum := make([]int, len(scores)), 0.0
	for _, m := range longest(c.categoryCues.Find(g.words)) {
		hits[m.Value]++
	}
	for i, n := range hits {
		scores[i] += cue * float64(min(n, 2))
		sum += scores[i]
	}
	var out []Found
	for _, i := range ranked(scores, 3, -1) {
		out = append(out, Found{c.categories[i].Code, scores[i] / max(sum, 1e-9)})
	}
	return out
}

// cue is how much one of the taxonomy's words adds to a category.
const cue = 0.3

// topics say which procedure or category each class of the model is, -1 none.
type topics struct {
	procedures, categories []int
	learned                []bool // of each procedure, whether there is a class for it
}

func newTopics(classes []string, heads []ProcedureHead, categories []Category) topics {
	t := topics{make([]int, len(classes)), make([]int, len(classes)), make([]bool, len(heads))}
	for i, class := range classes {
		intent, code, _ := strings.Cut(class, ":")
		t.procedures[i] = slices.IndexFunc(heads, func(h ProcedureHead) bool { return h.Code == code })
		t.categories[i] = slices.IndexFunc(categories, func(k Category) bool { return k.Code == code })
		if intent == "ask" && t.procedures[i] >= 0 {
			t.learned[t.procedures[i]] = true
		}
	}
	return t
}
