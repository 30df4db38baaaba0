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
	return &shelf{stored: stored}, err
}

// pieces are all of a kind, in the order of their units and keys.
func (h *shelf) pieces(k *ContentKind) []standing {
	embedded := map[string]models.Content{}
	var all []models.Content
	for _, p := range k.Embedded() {
		embedded[p.Unit+"\n"+p.Key] = p
		all = append(all, models.Content{Kind: p.Kind, Key: p.Key, Unit: p.Unit})
	}
	for _, p := range h.stored {
		if p.Kind != k.Kind {
			continue
		}
		if i := slices.IndexFunc(all, p.SameAs); i >= 0 {
			all[i] = p
		} else {
			all = append(all, p)
		}
	}
	out := make([]standing, len(all))
	for i, p := range all {
		out[i] = h.stand(k, p, embedded)
	}
	slices.SortStableFunc(out, func(a, b standing) int { return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Key, b.Key)) })
	return out
}

// piece is the piece of that key and unit, whether there is one or not.
func (h *shelf) piece(k *ContentKind, key, unit string) standing {
	p := models.Content{Kind: k.Kind, Key: key, Unit: unit}
	embedded := map[string]models.Content{}
	for _, e := range k.Embedded() {
		if e.Key == key {
			embedded[e.Unit+"\n"+e.Key] = e
		}
	}
	if i := slices.IndexFunc(h.stored, p.SameAs); i >= 0 {
		p = h.stored[i]
	}
	return h.stand(k, p, embedded)
}

// stand lays a piece over what it stands over: the embedded one, or, of a unit's
// variation, the province's.
func (h *shelf) stand(k *ContentKind, p models.Content, embedded map[string]models.Content) standing {
	at := standing{Content: p, Gone: p.Body != "" && p.Body == k.Gone}
	if e, ok := embedded[p.Unit+"\n"+p.Key]; ok {
		at.Under = bodyOf(e.Body)
	} else if p.Unit != "" && k.varies() {
		province := models.Content{Kind: p.Kind, Key: p.Key}
		if i := slices.IndexFunc(h.stored, province.SameAs); i >= 0 {
			province = h.stored[i]
		}
		if whole := h.stand(k, province, embedded); whole.Known() {
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
