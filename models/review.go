package models

import "cmp"

// Why a piece of published content must be looked at again.
const (
	DueVerify = "verify" // nobody has confirmed it yet
	DueReview = "review" // it was confirmed too long ago
)

// Due is a piece of published content that staff must look at again.
type Due struct {
	Kind string // of Content
	Key  string // as Content has it
	Unit string // slug, "" for the whole province
	AsOf string // day or month of the last confirmation, "" when there was none
	Why  string // DueVerify or DueReview
	// Internal says that citizens are not told of it.
	Internal bool
}

// Compare orders by kind, unit and key, which together tell a piece from others.
func (d Due) Compare(e Due) int {
	return cmp.Or(cmp.Compare(d.Kind, e.Kind), cmp.Compare(d.Unit, e.Unit), cmp.Compare(d.Key, e.Key))
}
