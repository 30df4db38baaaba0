package models

import (
	"slices"
	"time"
)

// ContentKind is what a piece of published content is about.
type ContentKind string

// The kinds of content, with the key of each.
const (
	ContentProcedure ContentKind = "procedure" // code; with a unit, what that unit does otherwise
	ContentAlias     ContentKind = "alias"     // another way to ask for a procedure, folded
	ContentUnit      ContentKind = "unit"      // slug
	ContentContact   ContentKind = "contact"   // role, field and phone, "/" between; always with a unit
	ContentHoliday   ContentKind = "holiday"   // date: "2027-02-08"
	ContentHours     ContentKind = "hours"     // "office_hours", the only one
	ContentTemplate  ContentKind = "template"  // code; with a unit, that unit's own version
	ContentWording   ContentKind = "wording"   // entry of the catalogue: "greet"; of another language than Vietnamese "greet/en"
	ContentCategory  ContentKind = "category"  // code of the taxonomy
)

// Content is one piece of published content as it was last changed here. It
// stands over the embedded one of the same kind, key and unit.
type Content struct {
	ID   int64 // of the change, in the order of all changes; 0 before it is saved
	Kind ContentKind
	Key  string
	Unit string // slug, "" for the whole province
	Body string // JSON; "" when the change was taken back: the embedded one counts again
	At   time.Time
	By   string // e-mail or name of who changed it
	Why  string // what it was changed for
	// Trial is JSON of the answers to earlier questions that the change would
	// have changed, "" when it was not tried.
	Trial string
}

// OfUnits reports whether a piece of the kind may be one unit's: its Unit is set.
func (k ContentKind) OfUnits() bool {
	return k == ContentProcedure || k == ContentContact || k == ContentTemplate
}

// Owner is the slug of the unit whose own the piece is, "" when it is the whole
// province's.
func (c Content) Owner() string {
	switch {
	case c.Kind == ContentUnit:
		return c.Key
	case c.Kind.OfUnits():
		return c.Unit
	}
	return ""
}

// SameAs reports whether both are the same piece, whatever they say.
func (c Content) SameAs(d Content) bool {
	return c.Kind == d.Kind && c.Key == d.Key && c.Unit == d.Unit
}

// Overlaid is what is stored once the pieces are: each replaces the one that is
// the same.
func Overlaid(stored, pieces []Content) []Content {
	left := slices.DeleteFunc(slices.Clone(stored), func(s Content) bool { return slices.ContainsFunc(pieces, s.SameAs) })
	return append(left, pieces...)
}
