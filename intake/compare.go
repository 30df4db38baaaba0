package intake

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

// Outcome is what a file would change, by pieces.
type Outcome struct {
	Added, Changed, Unchanged, Removed int
	Pieces                             []models.Content // to be saved
}

// Merge lays the pieces over what was changed before: a column that a file does
// not have leaves what an earlier one said. Of a unit whose directory is in the
// file, contacts that are not in it any more are taken back.
func Merge(pieces, stored []models.Content) []models.Content {
	out := slices.Clone(pieces)
	for i, p := range out {
		if p.Kind == models.ContentProcedure || p.Kind == models.ContentUnit {
			if before, found := find(stored, p); found {
				out[i].Body = overlaid(before.Body, p.Body)
			}
		}
	}
	for _, s := range stored {
		_, still := find(pieces, s)
		listed := slices.ContainsFunc(pieces, func(p models.Content) bool { return p.Kind == s.Kind && p.Unit == s.Unit })
		if s.Kind == models.ContentContact && s.Body != "" && listed && !still {
			out = append(out, models.Content{Kind: s.Kind, Key: s.Key, Unit: s.Unit})
		}
	}
	return out
}

func find(all []models.Content, p models.Content) (models.Content, bool) {
	i := slices.IndexFunc(all, p.SameAs)
	if i < 0 {
		return models.Content{}, false
	}
	return all[i], true
}

// overlaid lays the fields of one object over those of another.
func overlaid(under, over string) string {
	var a, b map[string]any
	if json.Unmarshal([]byte(under), &a) != nil || json.Unmarshal([]byte(over), &b) != nil {
		return over
	}
	maps.Copy(a, b)
	return body(a)
}

// Compare sorts the pieces by what they do to what is published before; after
// is what would be.
func Compare(pieces []models.Content, before, after *lookup.Catalogue) Outcome {
	var o Outcome
	for _, p := range pieces {
		was, known := shown(before, p)
		is, stays := shown(after, p)
		switch {
		case known && reflect.DeepEqual(was, is):
			o.Unchanged++
			continue
		case !stays:
			o.Removed++
		case known:
			o.Changed++
		default:
			o.Added++
		}
		o.Pieces = append(o.Pieces, p)
	}
	return o
}

// shown is what is published of the piece, and whether there is such a thing.
func shown(c *lookup.Catalogue, p models.Content) (any, bool) {
	switch p.Kind {
	case models.ContentProcedure:
		head, known := c.ProcedureHead(p.Key)
		details, _ := c.ProcedureAt(p.Unit, p.Key)
		return []any{head, details}, known
	case models.ContentUnit:
		return c.Unit(p.Key)
	case models.ContentContact:
		return c.Contact(p.Unit, p.Key)
	default:
		return c.Holiday(p.Key)
	}
}
