package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/bot/hear"
	"github.com/langnghe/langnghe/bot/lookup"
)

const (
	sure           = 0.8 // from here on the bot answers without asking back
	confusionsMost = 15
)

// line is an utterance and what it means.
type line struct {
	ID, Text, Intent, Style, Category string
	Procedures                        []string // that are right, best first
	OOS                               bool     // asks for what the catalogue does not hold
	Also                              []string `json:"category_also"`
}

// said is a line and what was understood of it.
type said struct {
	line
	hear.Utterance
}

func (s said) inside() bool { return s.line.Intent == "ask" && !s.OOS }

// refused reports whether the bot says that it does not know.
func (s said) refused() bool {
	return s.Utterance.Intent == "other" || s.Utterance.Intent == "ask" && len(s.Utterance.Procedures) == 0
}

// hit reports whether one of the first n procedures is right.
func (s said) hit(n int) bool {
	first := s.Utterance.Procedures[:min(n, len(s.Utterance.Procedures))]
	return s.Utterance.Intent == "ask" && slices.ContainsFunc(first, func(code string) bool { return slices.Contains(s.line.Procedures, code) })
}

// atOnce reports whether the bot answers without asking back.
func (s said) atOnce() bool {
	return s.Utterance.Intent == "ask" && len(s.Utterance.Procedures) > 0 && s.Confidence >= sure
}

func (s said) wrong() bool { return !s.inside() || !s.hit(1) }

func (s said) categoryRight() bool {
	return slices.Contains(append([]string{s.line.Category}, s.Also...), s.Utterance.Category)
}

// intent is the predicted one; both ways of refusing count as right where there
// is nothing to answer.
func (s said) intent() string {
	if (s.line.Intent == "other" || s.OOS) && s.refused() {
		return s.line.Intent
	}
	return s.Utterance.Intent
}

// figures are what is measured of a set.
type figures struct {
	lines, folded []said
}

// measure understands every line as it is and once more without accents.
func measure(gold []line, understand func(string) hear.Utterance) figures {
	var f figures
	for _, l := range gold {
		f.lines = append(f.lines, said{l, understand(l.Text)})
		f.folded = append(f.folded, said{l, understand(lookup.Fold(l.Text))})
	}
	return f
}

// share is how many of those that are meant are so, 0-1; 0 of none.
func share(all []said, meant, so func(said) bool) float64 {
	n, hits := 0, 0
	for _, s := range all {
		if meant(s) {
			n++
			if so(s) {
				hits++
			}
		}
	}
	return float64(hits) / float64(max(n, 1))
}

func (s said) outside() bool { return s.OOS }
func (s said) report() bool  { return s.line.Intent == "report" }

func first(n int) func(said) bool { return func(s said) bool { return s.hit(n) } }

// goals of the product, each with its figure.
func (f figures) goals() []goal {
	folded := share(f.lines, said.inside, first(1)) - share(f.folded, said.inside, first(1))
	return []goal{
		{"procedure R@1", share(f.lines, said.inside, first(1)), 0.90, true},
		{"procedure R@3", share(f.lines, said.inside, first(3)), 0.97, true},
		{"R@1 lost, same lines without accents", folded, 0.03, false},
		{"in the catalogue, answered at once", share(f.lines, said.inside, said.atOnce), 0.70, true},
		{"of answers at once, wrong", share(f.lines, said.atOnce, said.wrong), 0.02, false},
		{"outside the catalogue, refused", share(f.lines, said.outside, said.refused), 0.90, true},
		{"in the catalogue, refused", share(f.lines, said.inside, said.refused), 0.03, false},
		{"intent macro-F1", f.macroF1(), 0.92, true},
		{"report category", share(f.lines, said.report, said.categoryRight), 0.85, true},
	}
}

type goal struct {
	name  string
	value float64
	bound float64
	more  bool // is better
}

func (g goal) met() bool { return g.more == (g.value >= g.bound) || g.value == g.bound }

// intents lists those that occur, with the F1 of each.
func (f figures) intents() (names []string, f1 map[string]float64) {
	f1 = map[string]float64{}
	for _, s := range f.lines {
		f1[s.line.Intent] = 0
	}
	names = slices.Sorted(maps.Keys(f1))
	for _, name := range names {
		right, occurs := 0, 0
		for _, s := range f.lines {
			gold, got := s.line.Intent == name, s.intent() == name
			if gold {
				occurs++
			}
			if got {
				occurs++
			}
			if gold && got {
				right++
			}
		}
		f1[name] = float64(2*right) / float64(max(occurs, 1))
	}
	return names, f1
}

func (f figures) macroF1() float64 {
	names, f1 := f.intents()
	sum := 0.0
	for _, name := range names {
		sum += f1[name]
	}
	return sum / float64(max(len(names), 1))
}

// confusions counts what was taken for what, the commonest first.
func (f figures) confusions() []string {
	counts := map[string]int{}
	for _, s := range f.lines {
		if meant, got := s.meant(), s.got(); meant != got {
			counts[meant+" → "+got]++
		}
	}
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%4d  %s", counts[name], name)
	}
	return names[:min(confusionsMost, len(names))]
}

func (s said) meant() string {
	switch {
	case s.OOS:
		return "outside"
	case s.inside():
		return "ask:" + s.line.Procedures[0]
	case s.report():
		return "report:" + s.line.Category
	}
	return s.line.Intent
}

// got is what was understood; what is right in any way is what was meant.
func (s said) got() string {
	switch got := s.intent(); {
	case s.OOS && s.refused(), s.inside() && s.hit(1), s.report() && got == "report" && s.categoryRight():
		return s.meant()
	case got == "ask" && len(s.Utterance.Procedures) > 0:
		return "ask:" + s.Utterance.Procedures[0]
	case got == "report" && s.report():
		return "report:" + s.Utterance.Category
	default:
		return got
	}
}

func table(out io.Writer, f figures) {
	fmt.Fprintf(out, "%d lines\n\n", len(f.lines))
	for _, g := range f.goals() {
		bound, met := "≤", "short"
		if g.more {
			bound = "≥"
		}
		if g.met() {
			met = "met"
		}
		fmt.Fprintf(out, "%-38s %5.3f   goal %s %.2f   %s\n", g.name, g.value, bound, g.bound, met)
	}
	fmt.Fprintf(out, "\n%-12s lines  asks    R@1    R@3  intent right\n", "style")
	for _, style := range f.styles() {
		of := func(s said) bool { return s.Style == style }
		asks := func(s said) bool { return of(s) && s.inside() }
		right := func(s said) bool { return s.intent() == s.line.Intent }
		fmt.Fprintf(out, "%-12s %5d %5d  %5.3f  %5.3f  %5.3f\n", style, count(f.lines, of), count(f.lines, asks),
			share(f.lines, asks, first(1)), share(f.lines, asks, first(3)), share(f.lines, of, right))
	}
	names, f1 := f.intents()
	fmt.Fprintf(out, "\n%-12s lines     F1\n", "intent")
	for _, name := range names {
		fmt.Fprintf(out, "%-12s %5d  %5.3f\n", name, count(f.lines, func(s said) bool { return s.line.Intent == name }), f1[name])
	}
	fmt.Fprintf(out, "\ncommonest confusions\n%s\n", strings.Join(f.confusions(), "\n"))
}

func count(all []said, of func(said) bool) (n int) {
	for _, s := range all {
		if of(s) {
			n++
		}
	}
	return n
}

func (f figures) styles() []string {
	styles := map[string]bool{}
	for _, s := range f.lines {
		styles[s.Style] = true
	}
	return slices.Sorted(maps.Keys(styles))
}
