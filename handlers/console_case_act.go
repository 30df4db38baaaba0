package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// bouncesMost is how often a case may be passed on before only who answers for
// the whole province may do it again.
const bouncesMost = 3

var (
	errTakenBefore = errors.New("the form was taken before")
	errBounced     = errors.New("the case was passed on too often")
)

// caseCode is the code in its stored form.
func (ch *change) caseCode() string { return strings.ToUpper(ch.code) }

// actOnCase does one action to a case, through the same change as the API. What
// is written to the citizen waits ten seconds in the inbox, in which it can be
// taken back.
func (s *server) actOnCase(v *visit) error {
	form := readForm(v)
	if form.Action == models.ActNote {
		form.Text = withMentions(form.Text, v.PostFormArray("mention"))
	}
	ch, err := s.formChange(v, form)
	if err == nil {
		err = s.applyForm(v, ch, form)
	}
	if errors.Is(err, errTakenBefore) {
		err = nil
	}
	if back := v.PostForm("back"); err == nil && back != "" && ch.Action == models.ActNote { // an answer can be taken back on the case's page
		return v.done(ownPage(back), "case-done")
	}
	if err == nil {
		return s.afterAction(v, ch.caseCode())
	}
	status, problem := caseFault(err)
	if problem == "" {
		return err
	}
	switch {
	case problem == "invalid" && strings.TrimSpace(form.Text) == "" && slices.Contains(actionFields[form.Action], "text"):
		problem = "empty"
	case problem == "invalid" && form.Action == models.ActNote:
		problem = "mention"
	}
	return s.reshow(v, status, problem, form)
}

// afterAction leads back to the case, or to the inbox when the case now belongs to
// others.
func (s *server) afterAction(v *visit, code string) error {
	_, err := s.seenCase(v.Request.Context(), v.who, code)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return v.done(casesPath, "case-gone")
	case err != nil:
		return err
	}
	return v.done(casePath(code), "case-done")
}

// formChange is what the form asks for.
func (s *server) formChange(v *visit, form answerForm) (*change, error) {
	if form.Left != nil {
		return nil, form.Left
	}
	ch, err := s.newChange(v.Request.Context(), v.who, v.Param("code"), form.body())
	if _, known := actionFields[form.Action]; err == nil && !known {
		return nil, invalid("body.action", "is not known")
	}
	if err != nil {
		return nil, err
	}
	return ch, s.chooseWay(v.Request.Context(), v.who, ch, form.Way)
}

// body keeps of the form what belongs to its action: one form holds the fields of
// several.
func (f answerForm) body() actionBody {
	b, all := actionBody{Action: f.Action}, f.fields()
	for name, to := range map[string]*string{
		"to": &b.To, "text": &b.Text, "reason": &b.Reason, "unit": &b.Unit, "into": &b.Into,
		"kind": &b.Kind, "category": &b.Category, "priority": &b.Priority, "cause": &b.Cause, "date": &b.Date,
	} {
		if takes(f.Action, name) {
			*to = all[name]
		}
	}
	b.Into = strings.ToUpper(strings.TrimSpace(b.Into))
	return b
}

// caseFault is the status of a fault that the page can tell of in its own words,
// and "" for the problem of any other.
func caseFault(err error) (status int, problem string) {
	for _, fault := range []func(error) (int, string){lostFiles, wayFault} {
		if status, problem = fault(err); problem != "" {
			return status, problem
		}
	}
	var known huma.StatusError
	switch {
	case errors.Is(err, store.ErrConflict):
		return http.StatusConflict, "changed"
	case errors.Is(err, models.ErrStatus):
		return http.StatusConflict, "status"
	case errors.Is(err, errBounced):
		return http.StatusConflict, "bounced"
	case errors.As(err, &known) && known.GetStatus() == http.StatusUnprocessableEntity:
		return http.StatusUnprocessableEntity, "invalid"
	case errors.As(err, &known) && known.GetStatus() == http.StatusConflict:
		return http.StatusConflict, "target"
	}
	return 0, ""
}

// applyForm does the change in one transaction with what the console keeps beside.
func (s *server) applyForm(v *visit, ch *change, form answerForm) error {
	var before models.Footing
	ch.unless = func(c *models.Case) error {
		before = c.Footing()
		return s.unlessChanged(v.who, ch, c, form.Seen)
	}
	if slices.Contains(answers(), ch.Action) {
		ch.due = ch.at.Add(undoFor)
	}
	return s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		if first, err := tx.UseForm(v.who.Email + " " + form.Key); err != nil || !first {
			return cmpErr(err, errTakenBefore)
		}
		if err := ch.enclose(tx, form.Files); err != nil {
			return err
		}
		c, err := ch.apply(tx)
		if err != nil {
			return err
		}
		if err := tx.MarkSeen(v.who.Email, c.Code); err != nil || ch.due.IsZero() {
			return err
		}
		if err := tx.SaveDraft(v.who.Email, c.Code, ""); err != nil || len(ch.events) == 0 {
			return err
		}
		return tx.HoldAnswer(held(ch, v.who.Email, before))
	})
}

// enclose makes the files of the form go with the words; only an answer has any.
func (ch *change) enclose(tx *store.Tx, ids []string) (err error) {
	if !slices.Contains(answers(), ch.Action) {
		return nil
	}
	ch.files, err = takeFiles(tx, ch.by, ch.caseCode(), ids)
	return err
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// unlessChanged refuses what was decided in sight of another state of the case. A
// note is always welcome.
func (s *server) unlessChanged(p models.Principal, ch *change, c *models.Case, seen int) error {
	switch {
	case ch.Action == models.ActNote:
		return nil
	case len(models.Decided(c.Events)) != seen:
		return store.ErrConflict
	case ch.Action == models.ActTransfer && len(c.Transfers()) >= bouncesMost && p.Unit != "":
		return errBounced
	}
	return nil
}

// unmergeCase undoes a merge: both histories say so, and the citizen hears that
// the case goes on.
func (s *server) unmergeCase(v *visit) error {
	form := readForm(v)
	if strings.TrimSpace(form.Reason) == "" || !clean(form.Reason) || len(form.Reason) > 2000 {
		return s.reshow(v, http.StatusUnprocessableEntity, "reason", form)
	}
	if _, err := s.seenCase(v.Request.Context(), v.who, v.Param("code")); err != nil {
		return err
	}
	u := unmerge{by: v.who, at: s.Now().UTC(), reason: form.Reason, seen: form.Seen}
	err := s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error { return u.apply(tx, strings.ToUpper(v.Param("code"))) })
	if status, problem := caseFault(err); problem != "" {
		return s.reshow(v, status, problem, form)
	}
	if err != nil {
		return err
	}
	return v.done(casePath(v.Param("code")), "case-done")
}
