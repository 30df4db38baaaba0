package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

// shelf is what is published of the kinds that the console edits: what the
// program brings along, and what was changed here.
type shelf struct {
	stored []models.Content
	latest map[pieceRef]models.Content // the same
}

// standing is one piece as it stands.
type standing struct {
	models.Content      // its latest change; without an ID it was never changed here
	Under          Body // what the change is laid over; nil when nothing is
	Whole          Body // how it reads
	Gone           bool // it was taken away
}

// Known reports whether the piece is published.
func (p standing) Known() bool { return !p.Gone && (p.Under != nil || p.Body != "") }

// Changed reports whether it was changed here and the change counts.
func (p standing) Changed() bool { return p.Body != "" }

func (s *server) shelf(ctx context.Context) (*shelf, error) {
	stored, err := s.Content.Content(ctx)
	h := &shelf{stored, make(map[pieceRef]models.Content, len(stored))}
	for _, p := range stored {
		h.latest[pieceRef{p.Kind, p.Key, p.Unit}] = p
	}
	return h, err
}

// of is the latest change of a piece, or the piece unchanged.
func (h *shelf) of(ref pieceRef) models.Content {
	if p, changed := h.latest[ref]; changed {
		return p
	}
	return models.Content{Kind: ref.Kind, Key: ref.Key, Unit: ref.Unit}
}

// pieces are all of a kind, in the order of their units and keys.
func (h *shelf) pieces(k *ContentKind) []standing {
	embedded := map[pieceRef]Body{}
	var all []pieceRef
	for _, p := range k.Embedded() {
		ref := pieceRef{p.Kind, p.Key, p.Unit}
		embedded[ref] = bodyOf(p.Body)
		all = append(all, ref)
	}
	for _, p := range h.stored {
		ref := pieceRef{p.Kind, p.Key, p.Unit}
		if _, there := embedded[ref]; !there && p.Kind == k.Kind {
			all = append(all, ref)
		}
	}
	out := make([]standing, len(all))
	for i, ref := range all {
		out[i] = h.stand(k, h.of(ref), embedded)
	}
	slices.SortStableFunc(out, func(a, b standing) int { return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Key, b.Key)) })
	return out
}

// piece is the piece of that key and unit, whether there is one or not.
func (h *shelf) piece(k *ContentKind, key, unit string) standing {
	embedded := map[pieceRef]Body{}
	for _, e := range k.Embedded() {
		if e.Key == key {
			embedded[pieceRef{e.Kind, e.Key, e.Unit}] = bodyOf(e.Body)
		}
	}
	return h.stand(k, h.of(pieceRef{k.Kind, key, unit}), embedded)
}

// stand lays a piece over what it stands over: the embedded one, or, of a unit's
// variation, the province's.
func (h *shelf) stand(k *ContentKind, p models.Content, embedded map[pieceRef]Body) standing {
	at := standing{Content: p, Gone: p.Body != "" && p.Body == k.Gone}
	if under, ok := embedded[pieceRef{p.Kind, p.Key, p.Unit}]; ok {
		at.Under = under
	} else if p.Unit != "" && k.varies() {
		if whole := h.stand(k, h.of(pieceRef{p.Kind, p.Key, ""}), embedded); whole.Known() {
			at.Under = whole.Whole
		}
	}
	at.Whole = at.Under.Laid(bodyOf(p.Body))
	if k.KeyField != "" && at.Known() {
		at.Whole[k.KeyField] = p.Key
	}
	return at
}

// as is how the piece read with another body of its own.
func (p standing) as(k *ContentKind, body string) Body {
	whole := p.Under.Laid(bodyOf(body))
	if k.KeyField != "" {
		whole[k.KeyField] = p.Key
	}
	return whole
}

// over is the body that makes the piece read as whole: nothing when it reads so
// without.
func (p standing) over(k *ContentKind, whole Body) string {
	body := whole.beyond(p.Under)
	delete(body, k.KeyField)
	if k.Entire && len(body) > 0 {
		body = whole.Laid(nil)
		delete(body, k.KeyField)
	}
	return body.String()
}

// readable reports whether the visitor may know the piece.
func (k *ContentKind) readable(p models.Principal, piece standing) bool {
	internal := k.Internal != nil && k.Internal(piece.Whole)
	return p.Reads(piece.Content) && (!internal || p.SeesContacts())
}

// matches reports whether every word is in what the piece is called or says.
func (k *ContentKind) matches(piece standing, words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := lookup.Fold(k.Title(piece.Content, piece.Whole) + " " + piece.Key + " " + piece.Whole.String())
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
