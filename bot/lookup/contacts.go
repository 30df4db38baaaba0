package lookup

import (
	"cmp"
	"slices"
)

// Contact is a public phone number of an office and whose it is.
type Contact struct {
	Unit  string // slug
	Role  string // code
	Field string // of an officer: code of the field of work
	Name  string
	Phone string // digits
	Email string
	Hours string
	AsOf  string `json:"as_of"` // "2026-11-02"
	Note  string
	// Public says whether citizens may be told.
	Public bool
	// Title is the role's name in Vietnamese, the field's with it.
	Title string `json:"-"`
}

type contactsSource struct {
	Roles []struct {
		Code, Name string
		Order      int
	}
	Fields []struct {
		Code, Name string
		Cues       []string
	}
	Sample []Contact
	own    []Contact // imported here
}

type contacts struct {
	list []Contact // public ones by unit, then in the order of their roles
}

func newContacts(src contactsSource) contacts {
	order, title, field := map[string]int{}, map[string]string{}, map[string]string{}
	for _, r := range src.Roles {
		order[r.Code], title[r.Code] = r.Order, r.Name
	}
	for _, f := range src.Fields {
		field[f.Code] = f.Name
	}
	var c contacts
	for _, s := range slices.Concat(src.Sample, src.own) {
		if !s.Public {
			continue
		}
		s.Title = title[s.Role]
		if f := field[s.Field]; f != "" {
			s.Title += " " + f
		}
		c.list = append(c.list, s)
	}
	slices.SortStableFunc(c.list, func(a, b Contact) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(order[a.Role], order[b.Role]))
	})
	return c
}

// Contacts returns the public contacts of a unit in the order of their roles.
// Without roles every one is returned.
func (c *Catalogue) Contacts(unit string, roles ...string) (out []Contact) {
	for _, k := range c.contacts.list {
		if k.Unit == unit && (len(roles) == 0 || slices.Contains(roles, k.Role)) {
			out = append(out, k)
		}
	}
	return out
}
