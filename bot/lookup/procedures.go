package lookup

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"slices"
)

// ProcedureHead is by what a procedure is found.
type ProcedureHead struct {
	Code    string
	Name    string
	Group   string
	Short   string // label of at most 20 runes
	Aliases []string
}

// Procedure is what is told of a procedure. The fields are described in
// data/README.md's sources; texts are in Vietnamese.
type Procedure struct {
	Code      string
	Name      string
	Where     string
	Documents []struct{ Name, Note, When string }
	Steps     []string
	Time      struct {
		Text   string
		Verify bool
	}
	Fee struct {
		Text   string
		Verify bool
	}
	Online struct {
		Available    bool
		Portal, Note string
	}
	AsOf   string `json:"as_of"` // "2026-09"
	Verify bool
}

type procedures struct {
	heads   []ProcedureHead
	details func() (map[string]Procedure, error)
	terms   map[string][]posting
}

// posting says how much a term speaks for a procedure.
type posting struct {
	procedure int
	weight    float64
}

func newProcedures(l Language, heads []ProcedureHead, details func() (map[string]Procedure, error)) procedures {
	p := procedures{heads: heads, details: details, terms: map[string][]posting{}}
	for i, h := range heads {
		seen := map[string]float64{}
		for _, name := range append([]string{h.Name, h.Short}, h.Aliases...) {
			for _, term := range terms(l.Words(name)) {
				seen[term] = min(seen[term]+1, 3)
			}
		}
		for term, n := range seen {
			p.terms[term] = append(p.terms[term], posting{i, n / (n + 0.6)})
		}
	}
	for term, list := range p.terms {
		idf := math.Log(1 + float64(len(heads))/float64(len(list)))
		for i := range list {
			list[i].weight *= idf
		}
		slices.SortFunc(p.terms[term], func(a, b posting) int { return a.procedure - b.procedure })
	}
	return p
}

// terms are the words and pairs that procedures are found by.
func terms(words []Word) []string {
	out := make([]string, 0, 2*len(words))
	for i, w := range words {
		out = append(out, w.Fold)
		if i > 0 {
			out = append(out, words[i-1].Fold+" "+w.Fold)
		}
	}
	return out
}

// retrieve scores every procedure by the terms it shares with the words, the
// best one 1; nil when none shares any.
func (p procedures) retrieve(words []Word) []float64 {
	scores := make([]float64, len(p.heads))
	found := terms(words)
	slices.Sort(found)
	for _, term := range slices.Compact(found) {
		for _, post := range p.terms[term] {
			scores[post.procedure] += post.weight
		}
	}
	top := slices.Max(scores)
	if top == 0 {
		return nil
	}
	for i := range scores {
		scores[i] /= top
	}
	return scores
}

func loadProcedures(files fs.FS) (map[string]Procedure, error) {
	raw, err := fs.ReadFile(files, "procedures.json")
	if err != nil {
		return nil, fmt.Errorf("load procedures: %w", err)
	}
	var out map[string]Procedure
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, fmt.Errorf("load procedures: %w", err)
	}
	return out, nil
}

// Procedures returns what procedures are found by, in the catalogue's order.
func (c *Catalogue) Procedures() []ProcedureHead { return c.procedures.heads }

// ProcedureHead returns what the procedure with that code is found by.
func (c *Catalogue) ProcedureHead(code string) (ProcedureHead, bool) {
	i := slices.IndexFunc(c.procedures.heads, func(h ProcedureHead) bool { return h.Code == code })
	if i < 0 {
		return ProcedureHead{}, false
	}
	return c.procedures.heads[i], true
}

// Procedure returns what is told of the procedure with that code. The first
// call reads the details of all.
func (c *Catalogue) Procedure(code string) (Procedure, bool) {
	details, err := c.procedures.details()
	if err != nil {
		return Procedure{}, false
	}
	p, known := details[code]
	return p, known
}

// ranked returns the indexes of the n highest scores above the floor, highest first.
func ranked(scores []float64, n int, floor float64) []int {
	var order []int
	for i, s := range scores {
		if s > floor {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	return order[:min(n, len(order))]
}
