package lookup

import (
	"cmp"
	"slices"
)

// Contact is a public phone number of an office and whose it is.
type Contact struct {
	Unit   string // slug
	Role   string // code
	Field  string // of an officer: code of the field of work
	Name   string
	Phone  string // digits
	Phone2 string // digits, or ""
	Email  string
	Hours  string
	AsOf   string `json:"as_of"` // "2026-11-02"
	Note   string
	// Public says whether citizens may be told.
	Public bool
	// Title is the role's name in Vietnamese, the field's with it.
	Title string `json:"-"`
}

// Role is whose a number of the directory is (data/contacts.schema.yaml).
type Role struct {
	Code, Name string
	Order      int
	Person     bool // must be named
}

// Key tells the contact from the others of its unit.
func (c Contact) Key() string { return c.Role + "/" + c.Field + "/" + c.Phone }

// WorkField is what an officer works on (data/contacts.schema.yaml).
type WorkField struct {
	Code, Name string
	Cues       []string // words by which citizens ask for it
}

type contactsSource struct {
	Roles  []Role
	Fields []WorkField
	Sample []Contact
	own    []Contact // imported here
}

type contacts struct {
	list   []Contact // by unit, then in the order of their roles
	roles  []Role
	fields []WorkField
}

func newContacts(src contactsSource) contacts {
	order, title, field := map[string]int{}, map[string]string{}, map[string]string{}
	for _, r := range src.Roles {
		order[r.Code], title[r.Code] = r.Order, r.Name
	}
	for _, f := range src.Fields {
		field[f.Code] = f.Name
	}
	c := contacts{roles: src.Roles, fields: src.Fields}
	for _, s := range slices.Concat(src.Sample, src.own) {
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
		if k.Public && k.Unit == unit && (len(roles) == 0 || slices.Contains(roles, k.Role)) {
			out = append(out, k)
		}
	}
	return out
}

// Contact returns the contact with that key, public or not.
func (c *Catalogue) Contact(unit, key string) (Contact, bool) {
	i := slices.IndexFunc(c.contacts.list, func(k Contact) bool { return k.Unit == unit && k.Key() == key })
	if i < 0 {
		return Contact{}, false
	}
	return c.contacts.list[i], true
}

// ContactRole returns the role of the directory with that code.
func (c *Catalogue) ContactRole(code string) (Role, bool) {
	i := slices.IndexFunc(c.contacts.roles, func(r Role) bool { return r.Code == code })
	if i < 0 {
		return Role{}, false
	}
	return c.contacts.roles[i], true
}

// ContactRoles returns the roles of the directory, in its order.
func (c *Catalogue) ContactRoles() []Role { return c.contacts.roles }

// ContactField reports whether the directory knows that field of work.
func (c *Catalogue) ContactField(code string) bool {
	return slices.ContainsFunc(c.contacts.fields, func(f WorkField) bool { return f.Code == code })
}

// WorkFields returns the fields of work of the directory, in its order.
func (c *Catalogue) WorkFields() []WorkField { return c.contacts.fields }

// RoleServiceCentre is the role of the counter where dossiers are taken: its
// hours are those that citizens ask for.
const RoleServiceCentre = "trung_tam_hcc"

// OfficeHours returns the hours that the unit tells of its counter, or "". Those
// of a hotline or of somebody in office are no office hours.
func (c *Catalogue) OfficeHours(unit string) string {
	for _, k := range c.Contacts(unit, RoleServiceCentre) {
		if k.Hours != "" {
			return k.Hours
		}
	}
	return ""
}
