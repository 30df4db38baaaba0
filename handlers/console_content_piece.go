package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const whyMost = 500 // runes of the reason of a change

// Reasons that nobody types; their words stand in the template "content-why".
const (
	whyConfirmed = "confirmed"
	whyRestored  = "restored"
)

// pieceData is what the page of one piece shows.
type pieceData struct {
	pieceRef
	Title  string
	Of     string // what its unit is called
	Made   bool   // the form makes a new one
	Units  []Named
	May    bool
	Own    *pieceRef // the visitor's unit's own variation, where there may be one
	Base   int64     // the change that the form was filled with
	Fields []fieldView
	Why    string
	Latest models.Content // the last change here, if there was one
	Due    models.Due     // why it must be looked at again
	Faults []ContentFault // those of no field of the form
	Shown  *trialData     // what the form would change; nil before it was asked
	Theirs *theirsData    // what somebody else changed meanwhile
	Since  bool           // it moves due dates of open cases

	Allowed []string // what may be filled into its texts, as it is typed
}

// trialData is what a change would change.
type trialData struct {
	Tried       bool // else it is only what citizens read now
	Changes     []fieldChange
	Answers     []ContentAnswer
	Differences []models.Difference
	Procedures  []ProcedureName
}

// Told names what a question is answered with, or asked back by.
func (d trialData) Told(r models.Reply) string { return toldBy(d.Procedures, r) }

// theirsData is what somebody else changed while a form was filled in.
type theirsData struct {
	Latest  models.Content
	Changes []fieldChange
	Fought  bool // both changed the same field
}

// contentForm shows a piece, to be changed by who may.
func (s *server) contentForm(v *visit) error {
	k, _, p, err := s.asked(v, v.Query)
	if err != nil {
		return err
	}
	switch {
	case !p.Known() && p.ID == 0:
		return store.ErrNotFound
	case !p.Known(): // it was taken away
		return v.done(pieceRef{k.Kind, p.Key, p.Unit}.At("history"), "")
	}
	d := s.pieceData(v, k, p, p.Whole, nil)
	d.Base = p.ID
	if answers, err := k.Preview(p.Content, p.Whole, nil); err == nil {
		d.Shown = &trialData{Answers: answers}
	}
	return v.show("content", d)
}

// pieceData is the page of a piece with a form filled by a body.
func (s *server) pieceData(v *visit, k *ContentKind, p standing, body Body, faults []ContentFault) pieceData {
	d := pieceData{
		pieceRef: pieceRef{k.Kind, p.Key, p.Unit}, Title: k.Title(p.Content, body), May: v.who.MayPublish(p.Owner()),
		Latest: p.Content, Due: s.dueNow(k.Kind)[pieceRef{k.Kind, p.Key, p.Unit}], Since: k.Moves,
		Fields: filled(k, p.Unit, body, false, faults),
	}
	if p.Unit != "" {
		d.Of = s.unitCalled(p.Unit)
	}
	if k.Allowed != nil {
		d.Allowed = k.Allowed(p.Content)
	}
	if p.Unit == "" && k.varies() && v.who.Unit != "" && v.who.MayPublish(v.who.Unit) {
		d.Own = &pieceRef{k.Kind, p.Key, v.who.Unit}
	}
	d.unplaced(faults)
	return d
}

// unplaced keeps the faults that no field of the form shows.
func (d *pieceData) unplaced(faults []ContentFault) {
	for i := range faults {
		placed := false
		for _, f := range d.Fields {
			placed = placed || f.Fault == &faults[i]
		}
		if !placed {
			d.Faults = append(d.Faults, faults[i])
		}
	}
}

// named is what the address of a form says of the piece, else the form: its own
// fields may be called the same.
func (v *visit) named(name string) string { return cmp.Or(v.Query(name), v.PostForm(name)) }

// readWhole reads a form whole, or says that it is too long: half of what somebody
// has typed must not be saved.
func readWhole(v *visit) error {
	err := v.Request.ParseForm()
	if err == nil {
		err = v.Request.ParseMultipartForm(consoleBody)
	}
	if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return huma.Error422UnprocessableEntity("the form is too long")
	}
	return nil
}

// changePiece tries what a form makes of a piece, shows it, and saves it when the
// form says so. Who was slower than somebody else is told what has changed, and
// keeps what they have typed.
func (s *server) changePiece(v *visit) error {
	if err := readWhole(v); err != nil {
		return err
	}
	k, h, p, err := s.asked(v, v.named)
	if err != nil {
		return err
	}
	base, ok := changeNumber(v.PostForm("base"))
	switch {
	case !ok || !p.Known() && p.ID == 0:
		return store.ErrNotFound
	case !v.who.MayPublish(p.Owner()):
		return errForbidden
	}
	was, err := s.formBase(v.Request.Context(), k, p, base)
	if err != nil {
		return err
	}
	body := typed(k, p.Unit, was, v.Request.PostForm, false)
	if base != p.ID {
		return s.slower(v, k, p, was, body)
	}
	c := contentChange{k: k, was: p, whole: body, why: strings.TrimSpace(v.PostForm("why")), by: cmp.Or(v.who.Email, v.who.Name)}
	return s.tryOrSave(v, h, c)
}

// formBase is how the piece read when the form was filled.
func (s *server) formBase(ctx context.Context, k *ContentKind, p standing, base int64) (Body, error) {
	if base == p.ID {
		return p.Whole, nil
	}
	history, err := s.Content.ContentHistory(ctx, p.Content)
	if err != nil {
		return nil, err
	}
	for _, c := range history {
		if c.ID == base {
			return p.as(k, c.Body), nil
		}
	}
	return p.as(k, ""), nil
}

// slower shows who saves later what somebody else has saved meanwhile, their own
// form with it.
func (s *server) slower(v *visit, k *ContentKind, p standing, was, body Body) error {
	joined, fought := settled(k, p.Unit, was, p.Whole, body)
	d := s.pieceData(v, k, p, joined, nil)
	d.Base, d.Why = p.ID, v.PostForm("why")
	for i := range d.Fields {
		d.Fields[i].Theirs = fought[d.Fields[i].Name]
	}
	d.Theirs = &theirsData{p.Content, k.changes(p.Unit, was, p.Whole), len(fought) > 0}
	return v.refuse(http.StatusConflict, "content", "slower", d)
}

// contentChange is what somebody wants a piece to say.
type contentChange struct {
	k     *ContentKind
	was   standing
	whole Body
	made  bool
	why   string
	by    string
}

// formerKey is the field of a body that says under which key the piece was before.
const formerKey = "was"

// pieces are what is to be saved: the piece, and where its key changes with it the
// old one, taken back.
func (c contentChange) pieces() []models.Content {
	p := c.was.Content
	p.Body, p.By, p.Why, p.Trial = c.was.over(c.k, c.whole), c.by, c.why, ""
	if c.k.Renames && !c.made && c.whole != nil {
		if key := c.k.Key(c.whole); key != p.Key {
			old := p
			if old.Body = ""; c.was.Under != nil {
				old.Body = c.k.Gone
			}
			whole := c.whole.Laid(Body{formerKey: p.Key})
			p.Key, p.ID, p.Body = key, 0, c.was.over(c.k, whole)
			return []models.Content{p, old}
		}
	}
	return []models.Content{p}
}

// checked is the change as it is read, the pieces that it saves, and what is wrong
// with it.
func (c contentChange) checked(h *shelf) (contentChange, []models.Content, []ContentFault) {
	if c.made {
		c.was.Key = c.k.Key(c.whole)
	}
	read, faults := c.k.Check(c.pieces()[0], c.whole)
	c.whole = c.whole.Laid(read)
	if c.made {
		c.was.Key = c.k.Key(c.whole) // as it was put right
	}
	pieces := c.pieces()
	if len(pieces) > 1 || c.made {
		taken := h.piece(c.k, pieces[0].Key, pieces[0].Unit)
		if pieces[0].ID = taken.ID; taken.Known() { // else it was taken back, or never was
			faults = append(faults, ContentFault{Field: c.k.KeyField, Code: "exists", Mend: "there is one already"})
		}
	}
	return c, pieces, faults
}

// tryOrSave shows what a change would change, or saves it.
func (s *server) tryOrSave(v *visit, h *shelf, c contentChange) error {
	save := v.PostForm("do") == "save"
	c, pieces, faults := c.checked(h)
	if save && len(faults) == 0 {
		faults = append(faults, reasonFaults(c.why)...)
		if pieces[0].Body == c.was.Body && len(pieces) == 1 {
			faults = append(faults, ContentFault{Code: "same", Mend: "nothing is changed"})
		}
	}
	if len(faults) > 0 {
		return v.refuse(http.StatusUnprocessableEntity, "content", "faults", s.again(v, c, faults))
	}
	differences, err := s.try(v.Request.Context(), pieces)
	if err != nil {
		return s.unfit(v, c, err)
	}
	if save {
		return s.savePieces(v, c, pieces)
	}
	d := s.again(v, c, nil)
	d.Shown = &trialData{Tried: true, Changes: c.k.changes(c.was.Unit, c.was.Whole, c.whole), Differences: differences, Procedures: s.names()}
	if d.Shown.Answers, err = c.k.Preview(pieces[0], c.whole, models.Overlaid(h.stored, pieces)); err != nil {
		return err
	}
	return v.show("content", d)
}

func reasonFaults(why string) []ContentFault {
	switch {
	case why == "":
		return []ContentFault{{Field: "why", Code: "missing", Mend: "is missing"}}
	case utf8.RuneCountInString(why) > whyMost || !clean(why):
		return []ContentFault{{Field: "why", Code: "long", Mend: "is too long"}}
	}
	return nil
}

// unfit shows the form again when what it makes does not fit what is published.
func (s *server) unfit(v *visit, c contentChange, err error) error {
	var known *huma.ErrorModel
	if !errors.As(err, &known) || known.Status != http.StatusUnprocessableEntity {
		return err
	}
	fault := ContentFault{Code: "unfit", Mend: known.Error()}
	if len(known.Errors) > 0 {
		fault.Mend = known.Errors[0].Message
	}
	return v.refuse(known.Status, "content", "faults", s.again(v, c, []ContentFault{fault}))
}

// again is the page with the form as it was typed.
func (s *server) again(v *visit, c contentChange, faults []ContentFault) pieceData {
	d := s.pieceData(v, c.k, c.was, c.whole, faults)
	d.Base, d.Why = c.was.ID, c.why
	if c.made {
		d.Made, d.Faults = true, nil
		d.Fields = filled(c.k, c.was.Unit, c.whole, true, faults)
		d.unplaced(faults)
		d.Units = s.unitsFor(v, c.k)
	}
	return d
}

// savePieces saves a change that was tried.
func (s *server) savePieces(v *visit, c contentChange, pieces []models.Content) error {
	err := s.Content.Update(v.Request.Context(), func(tx *store.Tx) error { return publish(tx, v.who, tx.ReplaceContent, pieces...) })
	if errors.Is(err, store.ErrConflict) {
		return s.lost(v, c)
	}
	if err != nil {
		return err
	}
	return v.done(pieceRef{c.k.Kind, pieces[0].Key, pieces[0].Unit}.At("piece"), "saved")
}

// lost is slower, for who was overtaken between the trial and the saving.
func (s *server) lost(v *visit, c contentChange) error {
	h, err := s.shelf(v.Request.Context())
	if err != nil {
		return err
	}
	return s.slower(v, c.k, h.piece(c.k, c.was.Key, c.was.Unit), c.was.Whole, c.whole)
}

// newPieceForm is the empty form of one more piece.
func (s *server) newPieceForm(v *visit) error {
	c, err := s.newPiece(v, v.Query)
	if err != nil {
		return err
	}
	c.whole = Body{}
	return v.show("content", s.again(v, c, nil))
}

// newPiece is a change that makes a piece.
func (s *server) newPiece(v *visit, value func(string) string) (contentChange, error) {
	k, ok := s.contentKind(models.ContentKind(value("kind")))
	if !ok || k.Key == nil {
		return contentChange{}, store.ErrNotFound
	}
	unit := ""
	if k.OfUnit || k.UnitMakes {
		unit = cmp.Or(v.who.Unit, value("unit"))
	}
	if unit != "" && (s.Catalogue == nil || !s.Catalogue.HasUnit(unit)) {
		return contentChange{}, store.ErrNotFound
	}
	if !v.who.MayPublish(unit) {
		return contentChange{}, errForbidden
	}
	p := standing{Content: models.Content{Kind: k.Kind, Unit: unit}}
	return contentChange{k: k, was: p, made: true, by: cmp.Or(v.who.Email, v.who.Name)}, nil
}

// makePiece tries and saves one more piece.
func (s *server) makePiece(v *visit) error {
	if err := readWhole(v); err != nil {
		return err
	}
	c, err := s.newPiece(v, v.named)
	if err != nil {
		return err
	}
	h, err := s.shelf(v.Request.Context())
	if err != nil {
		return err
	}
	c.whole = typed(c.k, c.was.Unit, Body{}, v.Request.PostForm, true)
	c.why = strings.TrimSpace(v.PostForm("why"))
	return s.tryOrSave(v, h, c)
}

// unitsFor are the units that the visitor may make a piece of the kind for.
func (s *server) unitsFor(v *visit, k *ContentKind) []Named {
	if !k.OfUnit || v.who.Unit != "" { // what a unit only may make, the province makes for all
		return nil
	}
	return s.choices().Units
}
