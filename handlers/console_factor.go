package handlers

import (
	"errors"
	"html/template"
	"net/http"

	"github.com/langnghe/langnghe/store"
)

// issuer names the product in an authenticator app.
const issuer = "Lắng Nghe"

// codeView is what the form of the second factor's code needs.
type codeView struct {
	Next    string
	Minutes int // to wait
}

func (s *server) codeForm(v *visit) error {
	if v.owed() != codePath {
		return v.done(ownPage(v.Query("next")), "")
	}
	return v.show("code", codeView{Next: v.Query("next")})
}

// giveCode completes a login by the second factor, or by a recovery code in its
// place.
func (s *server) giveCode(v *visit) error {
	view := codeView{Next: v.PostForm("next")}
	if v.owed() != codePath {
		return v.done(ownPage(view.Next), "")
	}
	err := v.count(codeBrake(v.who.Email))
	if slow := new(slowDown); errors.As(err, &slow) {
		view.Minutes = slow.minutes(s.Now())
		return v.refuse(http.StatusTooManyRequests, "code", "slow", view)
	}
	if err != nil {
		return err
	}
	var token string
	err = s.Staff.Update(v.Request.Context(), func(tx *store.Tx) (err error) {
		token, err = v.prove(tx, v.PostForm("code"))
		return err
	})
	if err != nil {
		return err
	}
	if token == "" {
		return v.refuse(http.StatusUnprocessableEntity, "code", "wrong", view)
	}
	v.setSession(token)
	return v.done(ownPage(view.Next), "")
}

// prove checks a code and completes the login of the session, whose token it
// returns: "" when the code counts for nothing.
func (v *visit) prove(tx *store.Tx, typed string) (token string, err error) {
	email := v.who.Email
	digits, recovery := readCode(typed)
	ok := false
	if step, right := stepOf(digits, v.login.Secret, v.s.Now()); right {
		ok, err = tx.UseStep(email, step)
	} else if recovery != "" {
		ok, err = tx.UseRecoveryCode(email, recovery)
	}
	if err != nil {
		return "", err
	}
	if !ok {
		return "", tx.Audit(v.who, "code.wrong", email, v.ClientIP())
	}
	if recovery != "" {
		if err := tx.Audit(v.who, "recovery.used", email, v.ClientIP()); err != nil {
			return "", err
		}
	}
	if err := tx.ReleaseBrake(codeBrake(email).Key); err != nil {
		return "", err
	}
	if err := tx.Audit(v.who, "login", email, v.ClientIP()); err != nil {
		return "", err
	}
	return tx.VerifySession(v.session.ID)
}

// factorView is what setting up a second factor needs.
type factorView struct {
	Next   string
	QR     template.HTML
	Secret string // for who cannot scan
	Needed bool   // the role must have one
}

// factor makes the secret that the session sets up, or takes the one it has.
func (v *visit) factor(next string) (view factorView, err error) {
	secret := v.session.Pending
	if secret == "" {
		secret = newSecret()
		err = v.s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error { return tx.SetPending(v.session.ID, secret) })
		if err != nil {
			return view, err
		}
	}
	picture, err := qrCode(keyURI(issuer, v.who.Email, secret))
	return factorView{Next: next, QR: picture, Secret: grouped4(secret, " "), Needed: v.who.Role.MustProve()}, err
}

func (s *server) factorForm(v *visit) error {
	if v.login.Secret != "" {
		return v.done(accountPath, "")
	}
	view, err := v.factor(v.Query("next"))
	if err != nil {
		return err
	}
	return v.show("factor", view)
}

// setFactor takes the second factor that the first code proves, and shows the
// recovery codes, this once.
func (s *server) setFactor(v *visit) error {
	if v.login.Secret != "" {
		return v.done(accountPath, "")
	}
	digits, _ := readCode(v.PostForm("code"))
	step, ok := stepOf(digits, v.session.Pending, s.Now())
	if v.session.Pending == "" || !ok {
		view, err := v.factor(v.PostForm("next"))
		if err != nil {
			return err
		}
		return v.refuse(http.StatusUnprocessableEntity, "factor", "wrong", view)
	}
	codes := newRecoveryCodes()
	var token string
	err := s.Staff.Update(v.Request.Context(), func(tx *store.Tx) (err error) {
		if err := tx.SetSecondFactor(v.who.Email, v.session.Pending, step); err != nil {
			return err
		}
		if err := tx.SetRecoveryCodes(v.who.Email, codes); err != nil {
			return err
		}
		if err := tx.Audit(v.who, "factor.set", v.who.Email, v.ClientIP()); err != nil {
			return err
		}
		token, err = tx.VerifySession(v.session.ID)
		return err
	})
	if err != nil {
		return err
	}
	v.setSession(token)
	v.login.Secret, v.session.Verified = v.session.Pending, true
	return v.show("codes", newCodesView(codes, v.PostForm("next")))
}

// codesView is new recovery codes and where to go on.
type codesView struct {
	Codes []string
	Next  string
}

func newCodesView(codes []string, next string) codesView {
	view := codesView{Next: ownPage(next)}
	for _, code := range codes {
		view.Codes = append(view.Codes, grouped4(code, "-"))
	}
	return view
}

// confirmed does something to the visitor's second factor after the password.
func (v *visit) confirmed(do func(*store.Tx) error) (refused string, err error) {
	switch ok, err := v.confirm(v.PostForm("password")); {
	case errors.As(err, new(*slowDown)):
		return "slow", nil
	case err != nil:
		return "", err
	case !ok:
		return "wrong", nil
	}
	return "", v.s.Staff.Update(v.Request.Context(), do)
}

// endFactor ends the second factor. Who must have one sets up another next.
func (s *server) endFactor(v *visit) error {
	refused, err := v.confirmed(func(tx *store.Tx) error {
		if err := tx.SetSecondFactor(v.who.Email, "", 0); err != nil {
			return err
		}
		return tx.Audit(v.who, "factor.ended", v.who.Email, v.ClientIP())
	})
	if err != nil {
		return err
	}
	if refused != "" {
		return v.refuseAccount(refused)
	}
	return v.done(accountPath, "factor-ended")
}

// renewCodes makes new recovery codes in place of those that are left.
func (s *server) renewCodes(v *visit) error {
	if v.login.Secret == "" {
		return store.ErrConflict
	}
	codes := newRecoveryCodes()
	refused, err := v.confirmed(func(tx *store.Tx) error {
		if err := tx.SetRecoveryCodes(v.who.Email, codes); err != nil {
			return err
		}
		return tx.Audit(v.who, "recovery.renewed", v.who.Email, v.ClientIP())
	})
	if err != nil {
		return err
	}
	if refused != "" {
		return v.refuseAccount(refused)
	}
	return v.show("codes", newCodesView(codes, accountPath))
}

func (v *visit) refuseAccount(problem string) error {
	data, err := v.account()
	if err != nil {
		return err
	}
	return v.refuse(http.StatusUnprocessableEntity, "account", problem, data)
}
