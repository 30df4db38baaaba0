package text

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
)

// Entry is one entry of the wording in one language, and what it shall say.
type Entry struct{ Language, Key, Words string }

// Source returns what an entry says in a language, with its slots. Of what is
// not in that language it is the Vietnamese; of what is not there, "".
func (c *Catalogue) Source(language, key string) string {
	if t := c.In(language).entries.Lookup(key); t != nil {
		return strings.TrimSpace(t.Root.String())
	}
	return ""
}

// Languages lists the languages, Vietnamese first.
func (c *Catalogue) Languages() []string {
	return append([]string{Vietnamese}, slices.Sorted(maps.Keys(c.others))...)
}

// Own reports whether an entry has words of its own in a language.
func (c *Catalogue) Own(language, key string) bool {
	in := c.In(language)
	return c.Has(key) && (in == c || !in.borrows(c, key))
}

// With returns the wording with these entries, each checked by Check, over its
// own. c itself stays as it is, and is what the result falls back on.
func (c *Catalogue) With(entries []Entry) (*Catalogue, error) {
	if len(entries) == 0 {
		return c, nil
	}
	out := &Catalogue{others: map[string]*Catalogue{}, days: c.days, base: c}
	if err := out.lay(entries, Vietnamese, nil); err != nil {
		return nil, err
	}
	for language, other := range c.others {
		changed := &Catalogue{days: other.days, base: other}
		if err := changed.lay(entries, language, c); err != nil {
			return nil, err
		}
		out.others[language] = changed
	}
	return out, nil
}

// lay makes the entries of a language: those of the base and over them what
// changed. What a language borrows of the Vietnamese changes with that.
func (c *Catalogue) lay(entries []Entry, language string, vietnamese *Catalogue) error {
	t, err := c.base.entries.Clone()
	if err != nil {
		return fmt.Errorf("change wording: %w", err)
	}
	c.entries = t.Funcs(c.helpers())
	for _, e := range entries {
		if language != Vietnamese && e.Language == Vietnamese && c.base.borrows(vietnamese, e.Key) {
			err = errors.Join(err, c.set(e))
		}
	}
	for _, e := range entries {
		if e.Language == language {
			err = errors.Join(err, c.set(e))
		}
	}
	return err
}

// set makes the entry say something else.
func (c *Catalogue) set(e Entry) error {
	parsed, err := c.parse(e)
	if err == nil {
		_, err = c.entries.AddParseTree(e.Key, parsed.Tree)
	}
	if err != nil {
		return fmt.Errorf("change wording %s: %w", e.Key, err)
	}
	return nil
}

// borrows reports whether an entry is that of the other catalogue.
func (c *Catalogue) borrows(of *Catalogue, key string) bool {
	if of == nil {
		return false
	}
	own, its := c.entries.Lookup(key), of.entries.Lookup(key)
	return own != nil && its != nil && own.Tree == its.Tree
}

// parse reads the words of an entry alone.
func (c *Catalogue) parse(e Entry) (*template.Template, error) {
	return template.New(e.Key).Option("missingkey=error").Funcs(c.helpers()).Parse(strings.TrimSpace(e.Words))
}
