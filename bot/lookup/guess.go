package lookup

import (
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
	var categories []Found
	for i, p := range c.model.Score(words) {
		intent, code, _ := strings.Cut(c.model.Classes[i], ":")
		g.Intents[intent] += p
		switch intent {
		case "ask":
			at := slices.IndexFunc(c.procedures.heads, func(h ProcedureHead) bool { return h.Code == code })
			if at >= 0 {
				procedures[at] = p
			}
		case "report":
			categories = append(categories, Found{code, p})
		}
	}
	g.Procedures = c.join(words, procedures, g.Intents["ask"])
	g.Categories = best(categories, g.Intents["report"])
	return g
}

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
	for _, i := range ranked(scores, 3, 0.05) {
		out = append(out, Found{c.procedures.heads[i].Code, scores[i]})
	}
	return out
}

// best returns the three likeliest, their scores as shares of the whole.
func best(all []Found, whole float64) []Found {
	slices.SortStableFunc(all, func(a, b Found) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	out := slices.Clone(all[:min(3, len(all))])
	for i := range out {
		out[i].Score /= max(whole, 1e-9)
	}
	return out
}
