// Package coach helps staff to write to citizens: texts to begin with, whose
// placeholders are checked, and a coach that reads a draft by rules. It decides
// nothing and forbids nothing. Texts and rules are data; the package knows no
// clock, no case and no database.
package coach

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

// Book is everything that answers are written with.
type Book struct {
	Templates []Template
	rules     []rule
}

// Load reads the templates (templates.yaml) and the coach's rules (coach.yaml).
// Every fault is told at once, each with the code of what has it.
func Load(templates, coach []byte) (*Book, error) {
	var texts struct{ Templates []Template }
	if err := yaml.UnmarshalWithOptions(templates, &texts, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	var faults []error
	for _, t := range texts.Templates {
		faults = append(faults, t.check())
	}
	rules, err := readRules(coach)
	if faults = append(faults, err); errors.Join(faults...) != nil {
		return nil, errors.Join(faults...)
	}
	return &Book{Templates: texts.Templates, rules: rules}, nil
}

// Template is a text to begin an answer with. In Text, {word} is one of
// Placeholders; what the writer has to fill in stands in brackets: [which day].
type Template struct {
	Code       string
	Name       string   // for staff
	Actions    []string // reply, ask, resolve, reject: where it is offered
	Units      []string // slugs; empty is every unit
	Categories []string // codes of the taxonomy; empty is every one
	Text       string
	Hidden     bool // offered nowhere

	// own is the unit whose version this is: it stands there for what others get.
	own string
}

// Actions are the kinds of answer that a template may be for.
var Actions = []string{"reply", "ask", "resolve", "reject"}

// textMost, nameMost and codeMost bound a template's text, name and code, in runes.
const textMost, nameMost, codeMost = 1500, 80, 60

// Placeholders are what a text may name: the case's code, what its unit and
// category are called, its place, its due date and today.
var Placeholders = []string{"code", "unit", "category", "place", "due", "today"}

// Fault is what is wrong with a template.
type Fault struct {
	Template  string // code
	Field     string
	Code      string // missing, unknown, placeholder, long
	About     string // the word in question
	Expecting string
}

// Error implements error.
func (f Fault) Error() string {
	return strings.TrimSpace(fmt.Sprintf("template %q: %s: %s %s %s", f.Template, f.Field, f.About, map[string]string{
		"missing": "is missing", "unknown": "is not known", "placeholder": "is no placeholder", "long": "is too long",
	}[f.Code], f.Expecting))
}

// check reports what is wrong with a template.
func (t Template) check() error {
	var faults []error
	fault := func(field, code, about, expecting string) {
		faults = append(faults, Fault{t.Code, field, code, about, expecting})
	}
	for field, missing := range map[string]bool{
		"code": t.Code == "", "name": strings.TrimSpace(t.Name) == "", "text": strings.TrimSpace(t.Text) == "", "actions": len(t.Actions) == 0,
	} {
		if missing {
			fault(field, "missing", "", "")
		}
	}
	if t.Code != "" && !isCode(t.Code) {
		fault("code", "unknown", t.Code, "use up to 60 of a-z, 0-9, - and _")
	}
	for _, action := range t.Actions {
		if !slices.Contains(Actions, action) {
			fault("actions", "unknown", action, "use "+strings.Join(Actions, ", "))
		}
	}
	if n := utf8.RuneCountInString(t.Text); n > textMost {
		fault("text", "long", "", fmt.Sprintf("by %d of %d letters", n-textMost, textMost))
	}
	if utf8.RuneCountInString(t.Name) > nameMost {
		fault("name", "long", "", "")
	}
	for _, name := range named(t.Text) {
		if !slices.Contains(Placeholders, name) {
			fault("text", "placeholder", "{"+name+"}", "use "+strings.Join(Placeholders, ", "))
		}
	}
	return errors.Join(faults...)
}

// isCode reports whether a code can stand in a page and in an address as it is.
func isCode(code string) bool {
	return len(code) <= codeMost && strings.Trim(code, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// named are the placeholders of a text.
func named(text string) (names []string) {
	for {
		_, rest, found := strings.Cut(text, "{")
		if !found {
			return names
		}
		name, after, _ := strings.Cut(rest, "}")
		names, text = append(names, name), after
	}
}

// For returns the templates for an answer of that kind, those of the unit and of
// the category first.
func (b *Book) For(action, unit, category string) []Template {
	fits := func(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
	var found []Template
	for _, t := range b.At(unit) {
		if !t.Hidden && slices.Contains(t.Actions, action) && fits(t.Units, unit) && fits(t.Categories, category) {
			found = append(found, t)
		}
	}
	slices.SortStableFunc(found, func(a, b Template) int { return b.special() - a.special() })
	return found
}

// special is how narrowly a template is meant.
func (t Template) special() int {
	n := 0
	if len(t.Units) > 0 || t.own != "" {
		n++
	}
	if len(t.Categories) > 0 {
		n += 2
	}
	return n
}

// Fill puts the values in. A placeholder whose value is not known becomes a
// bracket, which the writer sees and the coach points at.
func (t Template) Fill(values map[string]string) string {
	pairs := make([]string, 0, 2*len(Placeholders))
	for _, name := range Placeholders {
		value := values[name]
		if value == "" {
			value = "[…]"
		}
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.TrimSpace(strings.NewReplacer(pairs...).Replace(t.Text))
}
