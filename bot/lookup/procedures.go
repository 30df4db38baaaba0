package lookup

import (
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
	Learned []string `json:"-"` // those of the aliases that citizens' questions taught
}

// Procedure is what is told of a procedure. The fields are described in
// data/README.md's sources; texts are in Vietnamese.
type Procedure struct {
	Code      string
	Name      string
	Where     string
	Who       string `json:"who_may_apply"`
	Documents []struct{ Name, Note, When string }
	Steps     []string
	Result    string
	Forms     []string
	Basis     []string                            `json:"legal_basis"`
	NotThis   []struct{ Code, Difference string } `json:"not_this"` // what is taken for it, and when it is that
	Asked     []struct{ Q, A string }             `json:"faq"`
	Time      struct {
		Text   string
		Verify bool
	}
	Fee struct {
		Text   string
		Verify bool
	}
	Online struct {
		Available           bool
		Portal, Level, Note string
	}
	AsOf    string `json:"as_of"`  // "2026-09", or a day of it
	Review  string `json:"review"` // day by which it must be looked at again, "" half a year after AsOf
	Contact string // whom to call about it, of a unit's own
	Hours   string // when it is taken in, where that is not the office's hours
	Verify  bool
}

type procedures struct {
	heads   []ProcedureHead
	details func() (map[string]Procedure, error)
	terms   map[string]int // index of postings
	posts   [][]posting
	most    []float64 // of each procedure, what its likeliest name has of the terms' weights
}

// posting says how much a term speaks for a procedure.
type posting struct {
	procedure int
	weight    float64
}

func newProcedures(l Language, heads []ProcedureHead, details func() (map[string]Procedure, error)) procedures {
	p := procedures{heads: heads, details: details, terms: map[string]int{}}
	for i, h := range heads {
		seen := map[string]float64{}
		for _, name := range append([]string{h.Name, h.Short}, h.Aliases...) {
			for _, term := range terms(l.Words(name)) {
				seen[term] = min(seen[term]+1, 3)
			}
		}
		for term, n := range seen {
			at, known := p.terms[term]
			if !known {
				at = len(p.posts)
				p.terms[term], p.posts = at, append(p.posts, nil)
			}
			p.posts[at] = append(p.posts[at], posting{i, n / (n + 0.6)})
		}
	}
	for _, list := range p.posts {
		idf := math.Log(1 + float64(len(heads))/float64(len(list)))
		for i := range list {
			list[i].weight *= idf
		}
	}
	for i, h := range heads {
		p.most = append(p.most, 0)
		for _, name := range append([]string{h.Name}, h.Aliases...) {
			p.most[i] = max(p.most[i], p.weights(l.Words(name))[i])
		}
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

// weights adds up the weights of the terms that each procedure shares with the
// words.
func (p procedures) weights(words []Word) []float64 {
	scores := make([]float64, len(p.heads))
	for _, at := range p.known(words) {
		for _, post := range p.posts[at] {
			scores[post.procedure] += post.weight
		}
	}
	return scores
}

// known returns the postings of the terms in the words, each once.
func (p procedures) known(words []Word) []int {
	found := make([]int, 0, 2*len(words))
	var pair []byte
	for i := range words {
		if at, known := p.terms[words[i].Fold]; known {
			found = append(found, at)
		}
		if i == 0 {
			continue
		}
		pair = append(append(append(pair[:0], words[i-1].Fold...), ' '), words[i].Fold...)
		if at, known := p.terms[string(pair)]; known {
			found = append(found, at)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
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

// Differs reports whether the unit handles the procedure in its own way.
func (c *Catalogue) Differs(unit, code string) bool { return c.changed.units[unit][code] != "" }

// ProcedureAt returns what is told of the procedure at that unit, which may have
// a fee, a place, hours or a contact of its own.
func (c *Catalogue) ProcedureAt(unit, code string) (Procedure, bool) {
	p, known := c.Procedure(code)
	if !known {
		return p, false
	}
	own, err := c.changed.at(unit, p)
	return own, err == nil
}

// ranked returns the indexes of the n highest scores above the floor, highest first.
func ranked(scores []float64, n int, floor float64) []int {
	order := make([]int, 0, n+1)
	for i, s := range scores {
		if s <= floor {
			continue
		}
		at := len(order)
		for at > 0 && scores[order[at-1]] < s {
			at--
		}
		if at < n {
			order = slices.Insert(order, at, i)
			order = order[:min(n, len(order))]
		}
	}
	return order
}
