package handlers

import (
	"errors"
	"net/http"
	"time"

	"github.com/langnghe/langnghe/store"
)

// InviteTime is how long an invitation may be taken.
const InviteTime = 72 * time.Hour

// invited returns whose password the link sets. store.ErrNotFound when it was
// used or has expired. Looking at it, as chat programs do, does not use it up.
func (v *visit) invited() (store.Login, error) {
	token := v.Param("token")
	if !plainID(token) {
		return store.Login{}, store.ErrNotFound
	}
	email, err := v.s.Staff.Invited(v.Request.Context(), token)
	if err != nil {
		return store.Login{}, err
	}
	login, err := v.s.Staff.Login(v.Request.Context(), email)
	if err == nil && login.Disabled {
		err = store.ErrNotFound
	}
	return login, err
}

func (s *server) inviteForm(v *visit) error {
	login, err := v.invited()
	if errors.Is(err, store.ErrNotFound) {
		return v.refuse(http.StatusNotFound, "error", "invite", nil)
	}
	if err != nil {
		return err
	}
	return v.show("password", passwordView{First: true, Invite: true, Email: login.Email})
}

// acceptInvite sets the password of a new account and logs in.
func (s *server) acceptInvite(v *visit) error {
	login, err := v.invited()
	if errors.Is(err, store.ErrNotFound) {
		return v.refuse(http.StatusNotFound, "error", "invite", nil)
	}
	if err != nil {
		return err
	}
	chosen := v.PostForm("new")
	if problem := passwordFault(chosen, v.PostForm("again"), login); problem != "" {
		return v.refuse(http.StatusUnprocessableEntity, "password", problem, passwordView{First: true, Invite: true, Email: login.Email})
	}
	hash, err := s.console.passwords.hash(v.Request.Context(), chosen)
	if err != nil {
		return err
	}
	err = s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		if _, err := tx.UseInvite(v.Param("token")); err != nil {
			return err
		}
		if err := tx.SetPassword(login.Email, hash, ""); err != nil {
			return err
		}
		return tx.Audit(login.Principal(), "invite.accepted", login.Email, v.ClientIP())
	})
	if err != nil {
		return err
	}
	return v.admit(login, startPath)
}
