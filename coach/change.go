package coach

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Change is what an office made otherwise of the template of that code, or a new one.
type Change struct {
	Code string
	Unit string // slug; only there it is so, "" everywhere
	Body []byte // JSON: the fields of Template that differ
}

// With returns the book with the change, which also is returned as it stands then.
// A unit's own version begins with what others get.
func (b *Book) With(c Change) (*Book, Template, error) {
	t, _ := b.Template(c.Code, c.Unit)
	t.Actions, t.Units, t.Categories = slices.Clone(t.Actions), slices.Clone(t.Units), slices.Clone(t.Categories)
	d := json.NewDecoder(bytes.NewReader(c.Body))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return nil, t, fmt.Errorf("template %q: %w", c.Code, err)
	}
	if t.Code, t.own = c.Code, c.Unit; c.Unit != "" {
		t.Units = nil
	}
	if err := t.check(); err != nil {
		return nil, t, err
	}
	out := &Book{Templates: slices.Clone(b.Templates), rules: b.rules}
	same := func(o Template) bool { return o.Code == t.Code && o.own == t.own }
	if i := slices.IndexFunc(out.Templates, same); i >= 0 {
		out.Templates[i] = t
	} else {
		out.Templates = append(out.Templates, t)
	}
	return out, t, nil
}

// At lists the templates of a unit, hidden ones too: each is the unit's own version
// where it has one. For "" they are those that units have unless they say otherwise.
func (b *Book) At(unit string) (list []Template) {
	for _, t := range b.Templates {
		if own, _ := b.Template(t.Code, unit); own.own == t.own {
			list = append(list, t)
		}
	}
	return list
}

// Template returns the template of that code, as the unit has it.
func (b *Book) Template(code, unit string) (found Template, ok bool) {
	for _, t := range b.Templates {
		if t.Code == code && (t.own == unit || t.own == "" && !ok) {
			found, ok = t, true
		}
	}
	return found, ok
}

// Own reports whether the template is a unit's own version.
func (t Template) Own() bool { return t.own != "" }
