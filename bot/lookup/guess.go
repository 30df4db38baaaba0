package lookup

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Guess is what the catalogue makes of a text.
type Guess struct {
	Intents    map[string]float64 // probability by intent; "oos" is a question outside the catalogue
	Procedures []Found            // best first, at most three
	Categories []Found            // of a report, best first, at most three
}

// Found is something found, and how sure that is, 0-1.
type Found struct {
	Code  string
	Score float64
}

// Guess reads what the words are about.
func (c *Catalogue) Guess(words []Word) Guess {
	g := Guess{Intents: map[string]float64{}}
	procedures := make([]float64, len(c.procedures.heads))
	categories := make([]Found, len(c.categories))
	for i, category := range c.categories {
		categories[i].Code = category.Code
	}
	for i, p := range c.score(words) {
		t := c.topics[i]
		g.Intents[t.intent] += p
		switch {
		case t.procedure >= 0:
			procedures[t.procedure] = p
		case t.category >= 0:
			categories[t.category].Score = p
		}
	}
	g.Procedures = c.join(words, procedures, g.Intents["ask"])
	g.Categories = c.cued(words, categories, g.Intents["report"])
	return g
}

// topic is what a class of the model means; -1 is no procedure or category.
type topic struct {
	intent              string
	procedure, category int
}

func newTopics(classes []string, heads []ProcedureHead, categories []Category) []topic {
	topics := make([]topic, len(classes))
	for i, class := range classes {
		intent, code, _ := strings.Cut(class, ":")
		topics[i] = topic{
			intent:    intent,
			procedure: slices.IndexFunc(heads, func(h ProcedureHead) bool { return h.Code == code }),
			category:  slices.IndexFunc(categories, func(k Category) bool { return k.Code == code }),
		}
		switch intent {
		case "ask":
			topics[i].category = -1
		case "report":
			topics[i].procedure = -1
		}
	}
	return topics
}

// score reads the words as a whole and clause by clause, and lets the clauses
// that say something clear speak louder: a story is mostly about other things
// than what its teller wants.
func (c *Catalogue) score(words []Word) []float64 {
	total := c.model.Score(words)
	parts := clauses(words)
	if len(parts) < 2 {
		return total
	}
	weight := 1.0
	for _, part := range parts {
		scores := c.model.Score(part)
		w := clarity * slices.Max(scores) * slices.Max(scores) / math.Sqrt(float64(len(parts)))
		for i, s := range scores {
			total[i] += w * s
		}
		weight += w
	}
	for i := range total {
		total[i] /= weight
	}
	return total
}

// clauses cuts words where a comma or a stop stands, but not into pieces that
// are too short to say anything.
func clauses(words []Word) (parts [][]Word) {
	start := 0
	for i, w := range words {
		if w.apart && i-start >= shortestClause && len(words)-i >= shortestClause {
			parts = append(parts, words[start:i])
			start = i
		}
	}
	return append(parts, words[start:])
}

// Of the reading clause by clause, set by measurement.
const (
	clarity        = 1.0
	shortestClause = 4 // words
)

// retrieved is how much the shared terms weigh beside the model.
const retrieved = 0.35

// join combines what the model says of the procedures with the terms they
// share with the words. Only both together make sure.
func (c *Catalogue) join(words []Word, model []float64, ask float64) []Found {
	terms := c.procedures.retrieve(words)
	scores := make([]float64, len(model))
	for i, p := range model {
		scores[i] = (1 - retrieved) * p / max(ask, 1e-9)
		if terms != nil {
			scores[i] += retrieved * terms[i] * terms[i]
		}
	}
	var out []Found
	for _, i := range ranked(scores, 3, 0.02) {
		out = append(out, Found{c.procedures.heads[i].Code, scores[i]})
	}
	return out
}

// cued returns the three likeliest categories, their scores as shares of the
// whole: what the model says, raised where the taxonomy's own words stand.
func (c *Catalogue) cued(words []Word, model []Found, whole float64) []Found {
	hits := map[string]int{}
	for _, m := range longest(c.categoryCues.Find(words)) {
		hits[c.categories[m.Value].Code]++
	}
	sum := 0.0
	for i := range model {
		model[i].Score = model[i].Score/max(whole, 1e-9) + cue*float64(min(hits[model[i].Code], 2))
		sum += model[i].Score
	}
	slices.SortStableFunc(model, func(a, b Found) int { return cmp.Compare(b.Score, a.Score) })
	out := slices.Clone(model[:min(3, len(model))])
	for i := range out {
		out[i].Score /= max(sum, 1e-9)
	}
	return out
}

// cue is how much one of the taxonomy's words adds to a category.
const cue = 0.3
