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
	scores    []float64 // by class of the model
	shares    []float64 // by intent
}

// Found is something found, and how sure that is, 0-1.
type Found struct {
	Code  string
	Score float64
}

// Guess reads what the words are about.
func (c *Catalogue) Guess(words []Word) Guess {
	g := Guess{catalogue: c, words: words, scores: c.model.scoreClauses(words), shares: make([]float64, len(c.topics.intents))}
	for i, p := range g.scores {
		g.shares[c.topics.list[i].intent] += p
	}
	return g
}

// Share returns the probability that the intent is one of these; "oos" is a
// question outside the catalogue.
func (g Guess) Share(intents ...string) (p float64) {
	for _, name := range intents {
		if i := slices.Index(g.catalogue.topics.intents, name); i >= 0 {
			p += g.shares[i]
		}
	}
	return p
}

// Likeliest returns the intent with the greatest share.
func (g Guess) Likeliest() (intent string, p float64) {
	for i, share := range g.shares {
		if share > p {
			intent, p = g.catalogue.topics.intents[i], share
		}
	}
	return intent, p
}

// Shares returns the n likeliest intents, likeliest first.
func (g Guess) Shares(n int) (out []Found) {
	for _, i := range ranked(g.shares, n, 0) {
		out = append(out, Found{g.catalogue.topics.intents[i], g.shares[i]})
	}
	return out
}

// Procedures returns those that a question may be about, best first, at most
// three. What the model says of them is combined with the terms they share
// with the words: only both together make sure.
func (g Guess) Procedures() []Found {
	c := g.catalogue
	terms := c.procedures.retrieve(g.words)
	scores := make([]float64, len(c.procedures.heads))
	ask := max(g.Share("ask"), 1e-9)
	for i, t := range c.topics.list {
		if t.procedure >= 0 {
			scores[t.procedure] = (1 - retrieved) * g.scores[i] / ask
		}
	}
	for i, t := range terms {
		scores[i] += retrieved * t * t
	}
	var out []Found
	for _, i := range ranked(scores, 3, 0.02) {
		out = append(out, Found{c.procedures.heads[i].Code, scores[i]})
	}
	return out
}

// retrieved is how much the shared terms weigh beside the model.
const retrieved = 0.35

// Categories returns the three likeliest of a report, their scores as shares of
// the whole: what the model says, raised where the taxonomy's own words stand.
func (g Guess) Categories() []Found {
	c := g.catalogue
	scores := make([]float64, len(c.categories))
	whole, sum := max(g.Share("report"), 1e-9), 0.0
	for i, t := range c.topics.list {
		if t.category >= 0 {
			scores[t.category] = g.scores[i] / whole
		}
	}
	hits := make([]int, len(scores))
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

// topics are what the classes of the model mean.
type topics struct {
	list    []topic
	intents []string // in alphabetical order
}

// topic is what one class means; -1 is no procedure or category.
type topic struct {
	intent              int // index
	procedure, category int
}

func newTopics(classes []string, heads []ProcedureHead, categories []Category) topics {
	var t topics
	for _, class := range classes {
		intent, _, _ := strings.Cut(class, ":")
		t.intents = append(t.intents, intent)
	}
	slices.Sort(t.intents)
	t.intents = slices.Compact(t.intents)
	for _, class := range classes {
		intent, code, _ := strings.Cut(class, ":")
		one := topic{slices.Index(t.intents, intent), -1, -1}
		switch intent {
		case "ask":
			one.procedure = slices.IndexFunc(heads, func(h ProcedureHead) bool { return h.Code == code })
		case "report":
			one.category = slices.IndexFunc(categories, func(k Category) bool { return k.Code == code })
		}
		t.list = append(t.list, one)
	}
	return t
}
