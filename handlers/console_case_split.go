package handlers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// splitView is what the page of a case offers to take out of it.
type splitView struct {
	Offered bool
	Parts   []splitPart
	Files   []splitPart // by id
}

// splitPart is a sentence, or a file.
type splitPart struct {
	ID, Text string
	Ticked   bool
}

// splitOf offers the parts of a case to who reads its words as they are.
func (s *server) splitOf(v *visit, c models.Case) (view splitView) {
	_, allowed := c.Status.Next(models.ActSplit)
	if view.Offered = allowed && s.Answering.NewCode != nil && v.who.SeesContacts() && v.who.MayAct(); !view.Offered {
		return view
	}
	parts, files := v.PostFormArray("part"), v.PostFormArray("file") // of a form that was refused
	for i, text := range c.Parts() {
		id := strconv.Itoa(i)
		view.Parts = append(view.Parts, splitPart{id, text, slices.Contains(parts, id)})
	}
	for _, a := range c.Attachments {
		view.Files = append(view.Files, splitPart{a.ID, a.Name, slices.Contains(files, a.ID)})
	}
	return view
}

// split takes a part out of a case.
type split struct {
	by        models.Principal
	at        time.Time
	seen      int // decided events of the case when the page was made
	parts     []string
	files     []string
	portion   models.Portion
	deadlines func() models.Deadlines
}

// splitCase makes a case of a part of another: both histories say so, and the
// citizen hears the new code and its date.
func (s *server) splitCase(v *visit) error {
	form := readForm(v)
	form.Action = models.ActSplit
	if _, err := s.seenCase(v.Request.Context(), v.who, v.Param("code")); err != nil {
		return err
	}
	sp, err := s.readSplit(v, form)
	if err == nil {
		err = s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
			if first, err := tx.UseForm(v.who.Email + " " + form.Key); err != nil || !first {
				return cmpErr(err, errTakenBefore)
			}
			return sp.apply(tx, strings.ToUpper(v.Param("code")))
		})
	}
	if err = ignoring(err, errTakenBefore); err == nil {
		return s.afterAction(v, strings.ToUpper(v.Param("code")))
	}
	if status, problem := caseFault(err); problem != "" {
		if problem == "invalid" {
			problem = "split"
		}
		return s.reshow(v, status, problem, form)
	}
	return err
}

func (s *server) readSplit(v *visit, form answerForm) (*split, error) {
	sp := &split{by: v.who, at: s.Now().UTC(), seen: form.Seen, parts: v.PostFormArray("part"), files: v.PostFormArray("file"), deadlines: s.Deadlines}
	body := actionBody{Action: models.ActClassify, Kind: form.Kind, Category: form.Category}
	switch {
	case s.Answering.NewCode == nil || !v.who.SeesContacts():
		return nil, errForbidden
	case form.Kind == "" || form.Category == "" || len(body.problems(s.Catalogue)) > 0 || !s.hasUnit(form.Unit):
		return nil, invalid("body.category", "unit, kind and category are needed")
	case len(sp.parts)+len(sp.files) == 0:
		return nil, invalid("body.part", "words or files are needed")
	}
	kind := models.Kind(form.Kind)
	sp.portion = models.Portion{
		Code: s.Answering.NewCode(s.Now()), Unit: form.Unit, Kind: kind, Category: form.Category,
		Sensitive: s.Catalogue.Sensitive(form.Category) && kind != models.KhenNgoi,
	}
	return sp, nil
}

func (sp *split) apply(tx *store.Tx, code string) error {
	c, err := seenIn(tx, sp.by, code)
	if err == nil && len(models.Decided(c.Events)) != sp.seen {
		err = store.ErrConflict
	}
	if err != nil {
		return err
	}
	if err := sp.choose(*c); err != nil {
		return err
	}
	part, err := c.Split(sp.portion, sp.by.Name, sp.at)
	if err != nil {
		return err
	}
	if sp.deadlines != nil {
		part.DueAt = sp.deadlines().DueAt(part.Kind, part.Category, part.CreatedAt)
	}
	if err := tx.InsertCase(&part); err != nil {
		return err
	}
	if err := tx.SaveCase(c); err != nil {
		return err
	}
	if err := tx.MarkSeen(sp.by.Email, c.Code); err != nil {
		return err
	}
	if err := sp.tell(tx, *c, part); err != nil {
		return err
	}
	return tx.Audit(sp.by, "case.split", c.Code, part.Code)
}

// choose fills in what was ticked, as the case has it.
func (sp *split) choose(c models.Case) error {
	var words []string
	sp.portion.Files = nil // the transaction may be tried again
	for i, part := range c.Parts() {
		if slices.Contains(sp.parts, strconv.Itoa(i)) {
			words = append(words, part)
		}
	}
	for _, a := range c.Attachments {
		if slices.Contains(sp.files, a.ID) {
			sp.portion.Files = append(sp.portion.Files, a)
		}
	}
	if sp.portion.Words = strings.Join(words, "\n"); len(words)+len(sp.portion.Files) == 0 {
		return invalid("body.part", "is not of this case")
	}
	return nil
}

// tell puts the new code and date into the inbox, for the citizen.
func (sp *split) tell(tx *store.Tx, c, part models.Case) error {
	n := models.Notice{Case: part.Code, Action: models.ActSplit, Into: c.Code}
	if part.DueAt.After(sp.at) {
		n.Date = part.DueAt
	}
	id := fmt.Sprintf("case:%s:%d:%s", c.Code, len(c.Events), part.Code)
	e, ok := models.StatusEvent(part.Conversation, id, n, sp.at)
	if !ok {
		return nil // nobody to tell by chat
	}
	return tx.Append([]models.Event{e})
}
