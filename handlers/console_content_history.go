package handlers

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// historyData is every change of one piece.
type historyData struct {
	pieceRef
	Title    string
	Of       string
	May      bool
	Base     int64 // the change that counts
	Known    bool  // it is published
	Embedded bool  // the program brings one along, or the province has one
	Changed  bool  // what counts is a change made here
	Entries  []historyEntry
	Former   *pieceRef // the key under which it was before, if it had another
}

// historyEntry is one change: who, when, why, and what read otherwise.
type historyEntry struct {
	models.Content
	Changes  []fieldChange
	Counts   bool // it is how the piece reads now
	Answered int  // how many answers to earlier questions it changed when it was tried
}

// pieceHistory shows the changes of a piece, newest first.
func (s *server) pieceHistory(v *visit) error {
	k, _, p, err := s.asked(v, v.Query)
	if err != nil {
		return err
	}
	changes, err := s.Content.ContentHistory(v.Request.Context(), p.Content)
	if err != nil {
		return err
	}
	if len(changes) == 0 && !p.Known() {
		return store.ErrNotFound
	}
	d := historyData{
		pieceRef: pieceRef{k.Kind, p.Key, p.Unit}, Title: k.Title(p.Content, p.Whole), May: v.who.MayPublish(p.Owner()),
		Base: p.ID, Known: p.Known(), Embedded: p.Under != nil, Changed: p.Changed(),
	}
	if p.Unit != "" {
		d.Of = s.unitCalled(p.Unit)
	}
	if former := p.Whole.text(formerKey); former != "" && former != p.Key {
		d.Former = &pieceRef{k.Kind, former, p.Unit}
	}
	for _, c := range changes {
		if d.Title == "" && !d.Known && c.Body != "" { // as it was called last
			d.Title = k.Title(c, p.as(k, c.Body))
		}
	}
	for i, c := range changes {
		before := p.as(k, "")
		if i+1 < len(changes) {
			before = p.as(k, changes[i+1].Body)
		}
		e := historyEntry{Content: c, Changes: k.changes(p.Unit, before, p.as(k, c.Body)), Counts: i == 0}
		e.Answered = triedOn(c.Trial)
		d.Entries = append(d.Entries, e)
	}
	return v.show("content_history", d)
}

// restorePiece makes a piece read again as it did after an earlier change, or as
// the program brings it along.
func (s *server) restorePiece(v *visit) error {
	k, _, p, err := s.asked(v, v.PostForm)
	if err != nil {
		return err
	}
	base, okBase := changeNumber(v.PostForm("base"))
	to, okTo := changeNumber(v.PostForm("to"))
	switch {
	case !okBase || !okTo:
		return store.ErrNotFound
	case !v.who.MayPublish(p.Owner()):
		return errForbidden
	case base != p.ID:
		return store.ErrConflict
	}
	body := ""
	if to != 0 {
		earlier, err := s.Content.ContentHistory(v.Request.Context(), p.Content)
		if err != nil {
			return err
		}
		found := false
		for _, c := range earlier {
			if c.ID == to {
				body, found = c.Body, true
			}
		}
		if !found {
			return store.ErrNotFound
		}
	}
	why := cmp.Or(strings.TrimSpace(shortened(v.PostForm("why"), whyMost)), whyRestored)
	return s.restore(v, k, p, body, why)
}

// restore saves a body of earlier, which may not fit any more.
func (s *server) restore(v *visit, k *ContentKind, p standing, body, why string) error {
	piece := p.Content
	piece.Body, piece.Why, piece.By, piece.Trial = body, why, cmp.Or(v.who.Email, v.who.Name), ""
	c := contentChange{k: k, was: p, whole: p.as(k, body), why: why}
	saved, err := s.saveAtOnce(v, c, []models.Content{piece})
	switch {
	case err != nil || !saved:
		return err
	case body == "" && p.Under == nil:
		return v.done(contentPath+"?kind="+string(k.Kind), "saved") // it is gone
	}
	return v.done(pieceRef{k.Kind, p.Key, p.Unit}.At("piece"), "saved")
}

// saveAtOnce saves a change that nobody typed. When it does not fit, nothing is
// saved and the form is shown with what is wrong.
func (s *server) saveAtOnce(v *visit, c contentChange, pieces []models.Content) (saved bool, err error) {
	if pieces[0].Body != "" {
		if _, faults := c.k.Check(pieces[0], c.whole); len(faults) > 0 {
			return false, v.refuse(http.StatusUnprocessableEntity, "content", "faults", s.again(v, c, faults))
		}
	}
	if _, err := s.try(v.Request.Context(), pieces); err != nil {
		return false, s.unfit(v, c, err)
	}
	err = s.Content.Update(v.Request.Context(), func(tx *store.Tx) error { return publish(tx, v.who, tx.ReplaceContent, pieces...) })
	return err == nil, err
}

// confirmPiece notes that a piece was looked at today and is right.
func (s *server) confirmPiece(v *visit) error {
	k, _, p, err := s.asked(v, v.PostForm)
	if err != nil {
		return err
	}
	base, ok := changeNumber(v.PostForm("base"))
	switch {
	case !ok || !p.Known() || k.Confirm == nil:
		return store.ErrNotFound
	case !v.who.MayPublish(p.Owner()):
		return errForbidden
	case base != p.ID:
		return store.ErrConflict
	}
	c := contentChange{k: k, was: p, whole: p.Whole.Laid(nil), why: whyConfirmed, by: cmp.Or(v.who.Email, v.who.Name)}
	k.Confirm(c.whole, local(s.Now()).Format(time.DateOnly))
	if saved, err := s.saveAtOnce(v, c, c.pieces()); err != nil || !saved {
		return err
	}
	return v.done(ownPage(cmp.Or(v.PostForm("next"), pieceRef{k.Kind, p.Key, p.Unit}.At("piece"))), "saved")
}

// triedOn is how many answers a change changed when it was tried.
func triedOn(trial string) int {
	var answers []models.Difference
	_ = json.Unmarshal([]byte(trial), &answers) // one that was not tried has none
	return len(answers)
}
