package handlers

import (
	"net/http"

	"github.com/langnghe/langnghe/store"
)

// attendCase notes what the visitor is doing at a case, and shows who else is at
// it: the block "presence" of the layout. A page says so again every ten seconds,
// and says "gone" when it is left.
func (s *server) attendCase(v *visit) error {
	ctx := v.Request.Context()
	c, err := s.seenCase(ctx, v.who, v.Param("code"))
	if err != nil {
		return err
	}
	return s.attend(v, c.Code)
}

// attend is attendCase for a case's code or a conversation's id that the visitor
// may know of.
func (s *server) attend(v *visit, item string) error {
	ctx, doing := v.Request.Context(), store.Doing(v.PostForm("doing"))
	switch doing {
	case store.Looking, store.Writing:
		err := s.Desk.Attend(ctx, store.Presence{Item: item, Email: v.who.Email, Name: v.who.Name, Doing: doing})
		if err != nil {
			return err
		}
	default:
		v.Status(http.StatusNoContent)
		return s.Desk.Leave(ctx, item, v.who.Email)
	}
	people, err := s.present(v, item)
	if err != nil {
		return err
	}
	return v.execute(http.StatusOK, "cases", "presence", consolePage{Who: v.who, Data: people})
}

// present returns who else is at a case or conversation now.
func (s *server) present(v *visit, item string) ([]store.Presence, error) {
	found, err := s.Desk.Present(v.Request.Context(), []string{item})
	return others(found[item], v.who.Email), err
}
