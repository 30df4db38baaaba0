package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	manyMost = 100 // cases that are acted on at once
	nameMost = 60  // letters of a saved list's name
)

// takenError says that a case was not free any more.
type takenError struct {
	Code string
	By   string // name of who has it; "" when it has ended meanwhile
}

// Error implements error.
func (e *takenError) Error() string { return fmt.Sprintf("the case %s is not free", e.Code) }

// claim gives a case that nobody has to the principal, who may see it and act. Of
// two at once one gets it; the other gets a *takenError with who has it. Taking
// what one has already is no error.
func (s *server) claim(ctx context.Context, p models.Principal, code string) (*models.Case, error) {
	c, err := s.seenCase(ctx, p, code)
	if err != nil {
		return nil, err
	}
	err = s.Staff.Update(ctx, func(tx *store.Tx) error {
		taken, err := tx.TakeCase(p, c.Code)
		if err == nil && !taken {
			err = &takenError{Code: c.Code}
		}
		if err != nil {
			return err
		}
		if c, err = tx.Case(c.Code); err != nil {
			return err
		}
		return s.claimed(tx, p, c)
	})
	var taken *takenError
	if !errors.As(err, &taken) {
		return c, err
	}
	return s.holder(ctx, p, taken)
}

// claimed writes down that the principal has the case.
func (s *server) claimed(tx *store.Tx, p models.Principal, c *models.Case) error {
	if err := c.Move(models.ActAssign, p.Name, s.Now().UTC(), "", strings.ToLower(p.Email)); err != nil {
		return err
	}
	if err := tx.SaveCase(c); err != nil {
		return err
	}
	if err := tx.MarkSeen(p.Email, c.Code); err != nil {
		return err
	}
	return tx.Audit(p, "case.assign", c.Code, p.Email)
}

// holder finds out who was faster.
func (s *server) holder(ctx context.Context, p models.Principal, taken *takenError) (*models.Case, error) {
	c, err := s.Store.Case(ctx, taken.Code)
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(c.Assignee, p.Email) {
		return c, nil
	}
	if taken.By = c.Assignee; c.Status.Ended() {
		taken.By = ""
	}
	accounts, err := s.Store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		if strings.EqualFold(a.Email, taken.By) && a.Name != "" {
			taken.By = a.Name
		}
	}
	return nil, taken
}

// claimCase takes a case from the list.
func (s *server) claimCase(v *visit) error {
	_, err := s.claim(v.Request.Context(), v.who, v.PostForm("code"))
	var taken *takenError
	if err != nil && !errors.As(err, &taken) {
		return err
	}
	form := backTo(v)
	if taken == nil && v.GetHeader("HX-Request") == "" {
		return v.done(form.Address(), "taken")
	}
	data, err := s.deskData(v, form)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if taken != nil {
		data.Taken, status = taken, http.StatusConflict
	}
	return v.showDesk(status, data)
}

// backTo is the list from which something was done.
func backTo(v *visit) deskForm {
	q, err := url.ParseQuery(v.PostForm("back"))
	if err != nil {
		q = nil
	}
	return readDesk(q)
}

// outcome is what became of one of several cases.
type outcome struct {
	Code   string
	Reason string // "" when it was done; else a word of the template
}

// actOnMany does one action to each of the cases that are ticked, by the status
// machine of the API, and tells what became of each.
func (s *server) actOnMany(v *visit) error {
	codes, body := v.PostFormArray("code"), manyBody(v)
	form := backTo(v)
	if len(codes) == 0 || len(codes) > manyMost {
		return v.done(form.Address(), "nothing-ticked")
	}
	outcomes := make([]outcome, len(codes))
	for i, code := range codes {
		outcomes[i] = outcome{code, s.doOne(v, code, body)}
	}
	data, err := s.deskData(v, form)
	if err != nil {
		return err
	}
	data.Outcomes = outcomes
	return v.showDesk(http.StatusOK, data)
}

// manyBody is the action that the form asks for, with the fields that belong to it.
func manyBody(v *visit) actionBody {
	body := actionBody{Action: models.Action(v.PostForm("action"))}
	switch body.Action {
	case models.ActAssign:
		body.To = v.PostForm("to")
	case models.ActTransfer:
		body.Unit, body.Reason = v.PostForm("unit"), v.PostForm("text")
	case models.ActResolve:
		body.Text = v.PostForm("text")
	default:
		body.Action = "" // nothing else is done to many at once
	}
	return body
}

// doOne returns why the action was not done, "" when it was.
func (s *server) doOne(v *visit, code string, body actionBody) string {
	if body.Action == "" || utf8.RuneCountInString(body.Text+body.Reason) > 2000 {
		return "invalid"
	}
	ctx := v.Request.Context()
	c, err := s.do(ctx, v.who, code, body)
	if err == nil {
		err = s.Desk.MarkSeen(ctx, v.who.Email, c.Code)
	}
	if err == nil {
		return ""
	}
	status, reason := consoleFault(err)
	if status == http.StatusInternalServerError {
		s.Log.WithError(err).WithField("case", code).Error("act on one of many cases")
	}
	return reason
}

// saveView keeps the list that is shown by a name.
func (s *server) saveView(v *visit) error {
	form, name := backTo(v), strings.TrimSpace(v.PostForm("name"))
	form.Cursor = ""
	if name == "" || !clean(name) || utf8.RuneCountInString(name) > nameMost {
		return v.done(form.Address(), "view-unnamed")
	}
	err := s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		return tx.SaveView(v.who.Email, store.SavedView{Name: name, Query: form.values().Encode()})
	})
	switch {
	case errors.Is(err, store.ErrFull):
		return v.done(form.Address(), "views-full")
	case err != nil:
		return err
	}
	return v.done(form.Address(), "view-saved")
}

// dropView forgets a saved list.
func (s *server) dropView(v *visit) error {
	err := s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		return tx.DropView(v.who.Email, v.PostForm("name"))
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return v.done(backTo(v).Address(), "view-dropped")
}
