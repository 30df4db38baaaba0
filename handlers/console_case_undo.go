package handlers

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// unmerge undoes the merge of a case into another.
type unmerge struct {
	by     models.Principal
	at     time.Time
	reason string
	seen   int // decided events of the case when the page was made
}

// apply locks both cases in the order of their codes, as a merge does.
func (u unmerge) apply(tx caseTx, code string) error {
	c, err := tx.Case(code)
	if err != nil {
		return err
	}
	if len(models.Decided(c.Events)) != u.seen {
		return store.ErrConflict
	}
	target := c.MergedInto
	if err := c.Unmerge(u.by.Name, u.at, u.reason); err != nil {
		return err
	}
	if err := tx.SaveCase(c); err != nil {
		return err
	}
	if err := u.note(tx, target, code); err != nil {
		return err
	}
	n := models.Notice{Case: code, Action: models.ActReopen}
	if e, ok := models.StatusEvent(c.Conversation, fmt.Sprintf("case:%s:%d:%s", c.Code, len(c.Events), c.Code), n, u.at); ok {
		if err := tx.Append([]models.Event{e}); err != nil {
			return err
		}
	}
	return tx.Audit(u.by, "case.unmerge", code, target)
}

// note writes into the history of the case that it had been merged into.
func (u unmerge) note(tx caseTx, target, code string) error {
	t, err := tx.Case(target)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := t.Move(models.ActNote, u.by.Name, u.at, "", "unmerged "+code); err != nil {
		return err
	}
	return tx.SaveCase(t)
}

// takeBack takes the latest answer back, if its citizen was not told yet. Its
// words become the draft again.
func (s *server) takeBack(v *visit) error {
	ctx, code := v.Request.Context(), strings.ToUpper(v.Param("code"))
	if _, err := s.seenCase(ctx, v.who, code); err != nil {
		return err
	}
	err := s.Staff.Update(ctx, func(tx *store.Tx) error {
		answer, err := tx.TakeBack(code, v.who.Email)
		if err != nil {
			return err
		}
		c, err := tx.Case(code)
		if err != nil {
			return err
		}
		return takenBack(tx, c, answer, v.who, s.Now().UTC())
	})
	switch {
	case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrNotFound), errors.Is(err, models.ErrStatus):
		return v.done(casePath(code), "too-late")
	case err != nil:
		return err
	}
	return v.done(casePath(code), "taken-back")
}

func takenBack(tx *store.Tx, c *models.Case, answer store.HeldAnswer, by models.Principal, at time.Time) error {
	said := c.Events[max(len(c.Events)-1, 0):]
	if err := c.TakeBack(answer.Footing, by.Name, at); err != nil {
		return err
	}
	if err := tx.SaveCase(c); err != nil {
		return err
	}
	if slices.ContainsFunc(said, func(e models.CaseEvent) bool { return e.Action == models.ActResolve }) {
		if err := tx.ForgetAsked(c.Unit, c.Code, said[0].At); err != nil {
			return err
		}
	}
	if err := tx.SaveDraft(by.Email, c.Code, said[0].Text); err != nil {
		return err
	}
	if err := tx.ReturnFiles(by.Email, c.Code, answer.Files()); err != nil {
		return err
	}
	return tx.Audit(by, "case.take_back", c.Code, string(said[0].Action))
}
