package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// accountBrake slows down who guesses one account's password, from wherever.
func accountBrake(email string) store.Brake {
	return store.Brake{Key: "account:" + email, Free: 5, First: 30 * time.Second, Most: 15 * time.Minute}
}

// addressBrake slows down who guesses from one household or office, which many
// share.
func addressBrake(address string) store.Brake {
	return store.Brake{Key: "address:" + subscriber(address), Free: 20, First: 30 * time.Second, Most: time.Hour}
}

// codeBrake slows down who has the password and guesses the second factor.
func codeBrake(email string) store.Brake {
	return store.Brake{Key: "code:" + email, Free: 5, First: time.Minute, Most: time.Hour}
}

// slowDown says that nobody may try before a time.
type slowDown struct{ until time.Time }

// Error implements error.
func (e *slowDown) Error() string { return fmt.Sprintf("no more tries before %s", e.until) }

// minutes is how long to wait, rounded up.
func (e *slowDown) minutes(now time.Time) int {
	return int((e.until.Sub(now) + time.Minute - 1) / time.Minute)
}

// count counts a try by each brake before it is made. A *slowDown when one of them
// holds; then none has counted.
func (v *visit) count(brakes ...store.Brake) error {
	return v.s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		for _, b := range brakes {
			until, first, err := tx.Try(b)
			switch {
			case err != nil:
				return err
			case !until.IsZero():
				return &slowDown{until}
			case first:
				kind, of, _ := strings.Cut(b.Key, ":")
				if err := tx.Audit(models.Principal{}, "locked", kind+" "+v.known(of), v.ClientIP()); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// known hides what was typed as an address and is none of ours: people type
// passwords there.
func (v *visit) known(of string) string {
	if of == v.login.Email || of == subscriber(v.ClientIP()) {
		return of
	}
	return "unknown"
}

// loginView is what the login's forms need.
type loginView struct {
	Email, Next string
	Minutes     int    // to wait
	Provider    string // by which one may log in too, or ""
}

func (s *server) loginView(email, next string) loginView {
	return loginView{Email: email, Next: next, Provider: s.console.provider.offered()}
}

func (s *server) loginForm(v *visit) error {
	if v.session.ID != "" {
		return v.done(ownPage(v.Query("next")), "")
	}
	return v.show("login", s.loginView("", v.Query("next")))
}

// logIn checks e-mail and password and starts a session. Whether there is such an
// account is told to nobody, by words, status or time.
func (s *server) logIn(v *visit) error {
	view := s.loginView(v.PostForm("email"), v.PostForm("next"))
	email := strings.ToLower(strings.TrimSpace(shortened(view.Email, 254)))
	login, err := s.Staff.Login(v.Request.Context(), email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	v.login.Email = login.Email // for the audit of a lock
	var slow *slowDown
	err = v.count(addressBrake(v.ClientIP()), accountBrake(email))
	if errors.As(err, &slow) {
		view.Minutes = slow.minutes(s.Now())
		return v.refuse(http.StatusTooManyRequests, "login", "slow", view)
	}
	if err != nil {
		return err
	}
	ok, err := s.console.passwords.match(v.Request.Context(), v.PostForm("password"), login.Hash)
	if err != nil {
		return err
	}
	if !ok || login.Disabled {
		if err := v.noteFailure(login); err != nil {
			return err
		}
		return v.refuse(http.StatusUnprocessableEntity, "login", "wrong", view)
	}
	return v.admit(login, view.Next)
}

func (v *visit) noteFailure(login store.Login) error {
	return v.s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		return tx.Audit(login.Principal(), "login.failed", cmp.Or(login.Email, "unknown"), v.ClientIP())
	})
}

// admit starts the session of who has proved the password. What else the login
// needs is asked next.
func (v *visit) admit(login store.Login, next string) error {
	var token string
	err := v.s.Staff.Update(v.Request.Context(), func(tx *store.Tx) (err error) {
		if err := tx.Succeeded(addressBrake(v.ClientIP()).Key); err != nil {
			return err
		}
		if err := tx.ReleaseBrake(accountBrake(login.Email).Key); err != nil {
			return err
		}
		if token, err = v.begin(tx, store.Session{Email: login.Email}); err != nil {
			return err
		}
		if login.Secret != "" {
			return nil // logged in is who gives the code
		}
		return tx.Audit(login.Principal(), "login", login.Email, v.ClientIP())
	})
	if err != nil {
		return err
	}
	v.setSession(token)
	return v.done(ownPage(next), "")
}
