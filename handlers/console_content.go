package handlers

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	contentPath  = consolePath + "/content"
	contentPage  = 50 // pieces of one page
	contentWords = 100
)

// contentPages registers the pages by which staff edit what is published.
func (s *server) contentPages() {
	if s.Content == nil || len(s.Kinds) == 0 {
		return
	}
	s.page("GET /content", models.ReadContent, s.contentList)
	s.page("GET /content/piece", models.ReadContent, s.contentForm)
	s.page("POST /content/piece", models.Publish, s.changePiece)
	s.page("GET /content/new", models.Publish, s.newPieceForm)
	s.page("POST /content/new", models.Publish, s.makePiece)
	s.page("GET /content/history", models.ReadContent, s.pieceHistory)
	s.page("POST /content/restore", models.Publish, s.restorePiece)
	s.page("POST /content/confirm", models.Publish, s.confirmPiece)
}

// pieceRef names a piece in the addresses and forms of the pages.
type pieceRef struct {
	Kind      models.ContentKind
	Key, Unit string
}

// At is the address of a page about the piece.
func (r pieceRef) At(page string) string {
	q := url.Values{"kind": {string(r.Kind)}, "key": {r.Key}}
	if r.Unit != "" {
		q.Set("unit", r.Unit)
	}
	return contentPath + "/" + page + "?" + q.Encode()
}

// contentRow is a piece in the list.
type contentRow struct {
	pieceRef
	Title   string
	Of      string // what its unit is called
	Changed bool   // it was changed here
	Edited  time.Time
	By      string
	Due     string // why it must be looked at again, or ""
	AsOf    string // when it was last
	Base    int64
	Group   string
	May     bool // confirm and edit
}

// Dated is AsOf, a day or a month, as people write it.
func (r contentRow) Dated() string {
	parts := strings.Split(r.AsOf, "-")
	slices.Reverse(parts)
	return strings.Join(parts, "/")
}

// contentData is what the list shows.
type contentData struct {
	Kinds      []models.ContentKind
	Kind       models.ContentKind
	Query      string
	Due        bool   // only what must be looked at again
	Gone       bool   // only what was taken away
	Unit       string // only what is this unit's
	Units      []Named
	Group      string // only what is of this part of the list
	Groups     []string
	Rows       []contentRow
	Total      int
	DueCount   int
	Page, Last int
	Makes      bool // the visitor may make one more
	Confirms   bool // pieces of the kind wait to be confirmed
}

// At is the address of the same list with another page.
func (d contentData) At(page int) string {
	q := url.Values{"kind": {string(d.Kind)}}
	for name, value := range map[string]string{"q": d.Query, "unit": d.Unit, "group": d.Group} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for name, only := range map[string]bool{"due": d.Due, "gone": d.Gone} {
		if only {
			q.Set(name, "1")
		}
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	return contentPath + "?" + q.Encode()
}

// Earlier and Later are the pages beside this one, 0 when there is none.
func (d contentData) Earlier() int { return d.Page - 1 }
func (d contentData) Later() int   { return (d.Page + 1) % (d.Last + 1) }

// contentList lists what is published of a kind.
func (s *server) contentList(v *visit) error {
	k, ok := s.contentKind(models.ContentKind(cmp.Or(v.Query("kind"), string(s.Kinds[0].Kind))))
	if !ok {
		return store.ErrNotFound
	}
	h, err := s.shelf(v.Request.Context())
	if err != nil {
		return err
	}
	d := contentData{
		Kind: k.Kind, Query: strings.TrimSpace(v.Query("q")), Due: v.Query("due") != "", Gone: v.Query("gone") != "", Unit: v.Query("unit"), Group: v.Query("group"),
		Makes: k.Key != nil && s.mayMake(v.who, k), Confirms: k.Confirm != nil,
	}
	for _, other := range s.Kinds {
		d.Kinds = append(d.Kinds, other.Kind)
	}
	if v.who.Unit == "" && (k.OfUnit || k.varies()) {
		d.Units = s.choices().Units
	}
	rows := s.contentRows(v, k, h, &d)
	d.Total, d.Last = len(rows), max((len(rows)+contentPage-1)/contentPage, 1)
	page, _ := strconv.Atoi(v.Query("page"))
	d.Page = min(max(page, 1), d.Last)
	d.Rows = rows[(d.Page-1)*contentPage : min(d.Page*contentPage, len(rows))]
	return v.show("contents", d)
}

// contentRows are the pieces that the list is asked for.
func (s *server) contentRows(v *visit, k *ContentKind, h *shelf, d *contentData) (rows []contentRow) {
	due := s.dueNow(k.Kind)
	words := strings.Fields(lookup.Fold(shortened(d.Query, contentWords)))
	for _, p := range h.pieces(k) {
		if p.Known() == d.Gone || !p.Known() && p.ID == 0 || !k.readable(v.who, p) {
			continue
		}
		why := due[pieceRef{k.Kind, p.Key, p.Unit}]
		if v.who.May(models.Publish) && !v.who.MayPublish(p.Owner()) {
			why.Why = "" // others look at it again
		}
		if why.Why != "" {
			d.DueCount++
		}
		group := k.group(p.Content)
		if group != "" && !slices.Contains(d.Groups, group) {
			d.Groups = append(d.Groups, group)
		}
		if d.Group != "" && group != d.Group || d.Due && why.Why == "" || d.Unit != "" && p.Owner() != d.Unit || !k.matches(p, words) {
			continue
		}
		row := contentRow{
			pieceRef: pieceRef{k.Kind, p.Key, p.Unit}, Title: k.Title(p.Content, p.Whole), Changed: p.Changed(), Edited: p.At, By: p.By,
			Due: why.Why, AsOf: why.AsOf, Base: p.ID, Group: group, May: k.Confirm != nil && v.who.MayPublish(p.Owner()),
		}
		if d.Gone {
			row.Title = p.Key // what it was called is gone too
		}
		if p.Unit != "" {
			row.Of = s.unitCalled(p.Unit)
		}
		rows = append(rows, row)
	}
	return rows
}

// dueNow are the pieces of a kind that must be looked at again.
func (s *server) dueNow(kind models.ContentKind) map[pieceRef]models.Due {
	due := map[pieceRef]models.Due{}
	if s.Review == nil {
		return due
	}
	for _, d := range s.Review(s.Now()) {
		if d.Kind == string(kind) {
			ref := pieceRef{kind, d.Key, d.Unit}
			if kind == models.ContentUnit {
				ref.Unit = "" // its key names it
			}
			due[ref] = d
		}
	}
	return due
}

// mayMake reports whether the visitor may make a piece of a kind: of a unit's own
// kind for their unit, else for the province.
func (s *server) mayMake(p models.Principal, k *ContentKind) bool {
	if k.OfUnit || k.UnitMakes {
		return p.May(models.Publish)
	}
	return p.MayPublish("")
}

// unitCalled is what a unit is called, or its slug.
func (s *server) unitCalled(slug string) string {
	if s.UnitName == nil {
		return slug
	}
	return cmp.Or(s.UnitName(slug), slug)
}

// asked finds the piece that an address or a form names, if the visitor may read
// it. Whether there is one is Known's to say.
func (s *server) asked(v *visit, value func(string) string) (*ContentKind, *shelf, standing, error) {
	k, ok := s.contentKind(models.ContentKind(value("kind")))
	key, unit := value("key"), value("unit")
	if !ok || !clean(key) || !clean(unit) || unit != "" && (s.Catalogue == nil || !s.Catalogue.HasUnit(unit)) {
		return nil, nil, standing{}, store.ErrNotFound
	}
	if unit != "" && !k.OfUnit && !k.varies() || unit == "" && k.OfUnit {
		return nil, nil, standing{}, store.ErrNotFound
	}
	h, err := s.shelf(v.Request.Context())
	if err != nil {
		return nil, nil, standing{}, err
	}
	p := h.piece(k, key, unit)
	if !k.readable(v.who, p) {
		return nil, nil, standing{}, store.ErrNotFound
	}
	return k, h, p, nil
}
