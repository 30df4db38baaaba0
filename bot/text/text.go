// Package text holds every sentence a citizen reads, renders it, and lays a
// message out for its platform.
package text

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
)

//go:embed vi.tmpl
var vi string

//go:embed en.tmpl
var en string

// Catalogue is the wording of one language, and knows those of the others. It
// is safe for concurrent use.
type Catalogue struct {
	entries *template.Template
	others  map[string]*Catalogue // by language
	days    weekdays
	base    *Catalogue // the built-in wording that this one was changed from; nil is built in
}

// Load parses the built-in wording, Vietnamese and what there is of other
// languages, in a few milliseconds.
func Load() (*Catalogue, error) {
	c, err := Parse(vi)
	if err != nil {
		return nil, err
	}
	return c, c.add(English, en, englishDays)
}

// The languages. What one other than Vietnamese does not have is said in Vietnamese.
const (
	Vietnamese = "vi"
	English    = "en"
)

// Parse reads a Vietnamese catalogue: one {{define "key"}} per entry.
func Parse(source string) (*Catalogue, error) {
	c := &Catalogue{others: map[string]*Catalogue{}, days: vietnameseDays}
	t, err := template.New("").Option("missingkey=error").Funcs(c.helpers()).Parse(source)
	if err != nil {
		return nil, fmt.Errorf("parse wording: %w", err)
	}
	c.entries = t
	return c, nil
}

// add reads the wording of another language. What it does not have stays
// Vietnamese.
func (c *Catalogue) add(language, source string, days weekdays) error {
	other := &Catalogue{days: days}
	t, err := c.entries.Clone()
	if err == nil {
		t, err = t.Funcs(other.helpers()).Parse(source)
	}
	if err != nil {
		return fmt.Errorf("parse wording %s: %w", language, err)
	}
	other.entries = t
	c.others[language] = other
	return nil
}

// In returns the wording of a language, such as a State's: "en". Of "" and of a
// language that is not known it is c itself.
func (c *Catalogue) In(language string) *Catalogue {
	if other, ok := c.others[language]; ok {
		return other
	}
	return c
}

// Has reports whether there is an entry of that key.
func (c *Catalogue) Has(key string) bool { return c.entries.Lookup(key) != nil }

// Keys lists the entries in alphabetical order.
func (c *Catalogue) Keys() []string {
	var keys []string
	for _, t := range c.entries.Templates() {
		if t.Name() != "" {
			keys = append(keys, t.Name())
		}
	}
	slices.Sort(keys)
	return keys
}

// Render fills the entry with data. It fails on an unknown key and on a slot
// that the data does not have. Where changed wording fails, the built-in one is
// said: no change may silence the bot.
func (c *Catalogue) Render(key string, data any) (string, error) {
	var b strings.Builder
	err := c.entries.ExecuteTemplate(&b, key, data)
	switch {
	case err == nil:
		return strings.TrimSpace(b.String()), nil
	case c.base != nil:
		return c.base.Render(key, data)
	}
	return "", fmt.Errorf("render %s: %w", key, err)
}

// Label returns what stands on the button of a step's choice: the entry
// "choice.<step>.<choice>", else "choice.<choice>", else "". It has at most 20
// runes.
func (c *Catalogue) Label(step, choice string) string {
	for _, key := range []string{"choice." + step + "." + choice, "choice." + choice} {
		if c.Has(key) {
			return c.word(key)
		}
	}
	return ""
}

// word renders an entry without slots; an unknown one is "".
func (c *Catalogue) word(key string) string {
	if !c.Has(key) {
		return ""
	}
	s, err := c.Render(key, nil)
	if err != nil {
		return ""
	}
	return s
}
