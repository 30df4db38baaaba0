package text

import (
	"maps"
	"slices"
	"strings"
	"text/template/parse"
)

// slot is what stands between braces: an expression, how it is used, and inside
// which {{with}} and {{range}}, because these say what the dot means.
type slot struct {
	use   slotUse
	scope string
	expr  string
}

type slotUse byte

const (
	slotSaid     slotUse = iota // {{.Code}}
	slotAsked                   // {{if .Code}}, {{with .Code}}
	slotRepeated                // {{range .Cases}}
	slotIncluded                // {{template "x" .}}
)

// String writes the slot as it is typed.
func (s slot) String() string {
	switch s.use {
	case slotAsked:
		return "{{if " + s.expr + "}}"
	case slotRepeated:
		return "{{range " + s.expr + "}}"
	case slotIncluded:
		return s.expr
	}
	return "{{" + s.expr + "}}"
}

// slots are all of an entry.
type slots struct {
	at       map[slot]bool
	includes []string // entries that it names by {{template}}
	words    []string // beginnings of those that it names by word
	nested   bool     // a list stands in a list
	into     func(name string) *parse.Tree
}

// slotsOf lists the slots of a tree. With into, what it includes counts as its own.
func slotsOf(t *parse.Tree, into func(name string) *parse.Tree) *slots {
	s := &slots{at: map[slot]bool{}, into: into}
	if t != nil && t.Root != nil {
		s.list(t.Root, "", false)
	}
	return s
}

func (s *slots) list(l *parse.ListNode, scope string, repeated bool) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			s.say(n.Pipe, scope)
		case *parse.IfNode:
			s.at[slot{slotAsked, scope, n.Pipe.String()}] = true
			s.list(n.List, scope, repeated)
			s.list(n.ElseList, scope, repeated)
		case *parse.WithNode:
			s.at[slot{slotAsked, scope, n.Pipe.String()}] = true
			s.list(n.List, scope+"/"+n.Pipe.String(), repeated)
			s.list(n.ElseList, scope, repeated)
		case *parse.RangeNode:
			s.at[slot{slotRepeated, scope, n.Pipe.String()}] = true
			s.nested = s.nested || repeated
			s.list(n.List, scope+"/"+n.Pipe.String(), true)
			s.list(n.ElseList, scope, repeated)
		case *parse.TemplateNode:
			s.include(n, scope, repeated)
		}
	}
}

// say notes what is written out. Whether it is there may be asked too.
func (s *slots) say(p *parse.PipeNode, scope string) {
	expr := p.String()
	s.at[slot{slotSaid, scope, expr}] = true
	if len(p.Decl) == 0 {
		s.at[slot{slotAsked, scope, expr}] = true
	}
	if rest, names := strings.CutPrefix(expr, `word (print "`); names {
		prefix, _, _ := strings.Cut(rest, `"`)
		s.words = append(s.words, prefix)
	}
}

func (s *slots) include(n *parse.TemplateNode, scope string, repeated bool) {
	s.at[slot{slotIncluded, scope, n.String()}] = true
	s.includes = append(s.includes, n.Name)
	if s.into == nil || n.Pipe == nil {
		return
	}
	switch n.Pipe.String() {
	case "$":
		scope = ""
	case ".":
	default:
		return
	}
	if t := s.into(n.Name); t != nil {
		s.list(t.Root, scope, repeated)
	}
}

// shown lists what may stand between braces, as it is typed.
func (s *slots) shown() []string {
	seen := map[string]bool{}
	for k := range s.at {
		if k.use != slotAsked || !s.at[slot{slotSaid, k.scope, k.expr}] {
			seen[k.String()] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// beyond lists the slots that are not among those known, as they are typed.
func (s *slots) beyond(known *slots) []string {
	seen := map[string]bool{}
	for k := range s.at {
		if !known.at[k] {
			seen[k.String()] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// known lists what an entry may name: what its built-in wording does, in any
// language.
func (c *Catalogue) known(key string) *slots {
	s := &slots{at: map[slot]bool{}}
	for _, language := range c.Languages() {
		in := c.In(language)
		into := func(name string) *parse.Tree {
			if t := in.entries.Lookup(name); t != nil {
				return t.Tree
			}
			return nil
		}
		one := slotsOf(into(key), into)
		maps.Copy(s.at, one.at)
	}
	return s
}

// Slots lists what may stand between braces in an entry, as it is typed.
func (c *Catalogue) Slots(key string) []string { return c.known(key).shown() }
