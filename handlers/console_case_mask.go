package handlers

import (
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// Hiding a single letter would take a case apart.
const hiddenLeast, hiddenMost = 2, 200 // letters

// What the history says of a case whose personal data was hidden or released.
const (
	notedHidden   = "masked"
	notedReleased = "unmasked"
)

// maskWords hides words of a case from whoever sees it, in the console as in the
// API, the lists and the search. The case as it was is kept.
func (s *server) maskWords(v *visit) error {
	form, words := readForm(v), strings.TrimSpace(v.PostForm("words"))
	if n := utf8.RuneCountInString(words); !clean(words) || n < hiddenLeast || n > hiddenMost {
		return s.reshow(v, http.StatusUnprocessableEntity, "words", form)
	}
	err := s.rewrite(v, notedHidden, func(tx *store.Tx, c *models.Case) error { return tx.Hide(c, words, v.who.Name) })
	if errors.Is(err, errNothing) {
		return s.reshow(v, http.StatusUnprocessableEntity, "words", form)
	}
	if err != nil {
		return err
	}
	return v.done(casePath(v.Param("code")), "case-done")
}

// unmaskWords puts back what was hidden.
func (s *server) unmaskWords(v *visit) error {
	err := s.rewrite(v, notedReleased, func(tx *store.Tx, c *models.Case) error { return tx.Unhide(c) })
	if err = ignoring(err, errNothing); err != nil {
		return err
	}
	return v.done(casePath(v.Param("code")), "case-done")
}

var errNothing = errors.New("there is nothing to hide or to release")

// rewrite changes the words of a case and of its history, and says in it that this
// was done, not what was hidden.
func (s *server) rewrite(v *visit, noted string, change func(*store.Tx, *models.Case) error) error {
	c, err := s.seenCase(v.Request.Context(), v.who, v.Param("code"))
	if err != nil {
		return err
	}
	return s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		c, err := tx.Case(c.Code)
		if err != nil {
			return err
		}
		if err := change(tx, c); errors.Is(err, store.ErrNotFound) {
			return errNothing
		} else if err != nil {
			return err
		}
		if err := c.Move(models.ActNote, v.who.Name, s.Now().UTC(), "", noted); err != nil {
			return err
		}
		if err := tx.RewriteCase(c); err != nil {
			return err
		}
		return tx.Audit(v.who, "case."+noted, c.Code, "")
	})
}
