package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"github.com/langnghe/langnghe/store"
)

const (
	hashesAtOnce   = 2                // each takes 64 MiB and a core
	hashWait       = 10 * time.Second // for a free place
	passwordLeast  = 10               // characters
	passwordMost   = 128
	passwordOwn    = 6 // characters beside those that anybody would guess
	personalLetter = 3 // a part of a name or address is at least so long
)

var errBusy = errors.New("too many passwords are being hashed")

// hashCost is what a password's hash costs: as RFC 9106, section 4, recommends
// where memory is scarce.
func hashCost() *argon2id.Params {
	return &argon2id.Params{Memory: 64 * 1024, Iterations: 3, Parallelism: 4, SaltLength: 16, KeyLength: 32}
}

// HashPassword returns the argon2id hash of a password in its PHC form. The error
// is that of the source of chance.
func HashPassword(password string) (string, error) {
	return argon2id.CreateHash(norm.NFC.String(password), hashCost())
}

// passwords hashes and compares them, few at once.
type passwords struct {
	cost   *argon2id.Params
	places chan struct{}
}

func newPasswords(cost *argon2id.Params) *passwords {
	return &passwords{cost: cost, places: make(chan struct{}, hashesAtOnce)}
}

// take waits for a place. errBusy when there is none for long.
func (p *passwords) take(ctx context.Context) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, hashWait)
	defer cancel()
	select {
	case p.places <- struct{}{}:
		return func() { <-p.places }, nil
	case <-ctx.Done():
		return nil, errBusy
	}
}

// hash returns the hash of a password. However it was typed, the same letters
// are the same password.
func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	leave, err := p.take(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return argon2id.CreateHash(norm.NFC.String(password), p.cost)
}

// match reports whether the hash is of the password. It takes as long when there
// is no hash, so that nobody learns from it who has an account.
func (p *passwords) match(ctx context.Context, password, hash string) (bool, error) {
	leave, err := p.take(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	password = norm.NFC.String(shortened(password, 4*passwordMost))
	if hash == "" {
		return false, p.waste(password)
	}
	return argon2id.ComparePasswordAndHash(password, hash)
}

func (p *passwords) waste(password string) error {
	_, err := argon2id.CreateHash(password, p.cost)
	return err
}

// passwordFault says why a password is not taken, as a word of the template, or
// "". Length counts, and that it is not what anybody would try first; which
// kinds of characters it has does not (NIST SP 800-63B-4, section 3.1.1.2).
func passwordFault(password, again string, l store.Login) string {
	n := utf8.RuneCountInString(norm.NFC.String(password))
	switch {
	case n < passwordLeast:
		return "short"
	case n > passwordMost:
		return "long"
	case norm.NFC.String(password) != norm.NFC.String(again):
		return "differ"
	case guessable(password, l):
		return "guessable"
	}
	return ""
}

// guessable reports whether little is left of the password without what
// everybody tries, what is known of its owner, and what repeats.
func guessable(password string, l store.Login) bool {
	rest := strings.ToLower(norm.NFC.String(password))
	tried := []string{"password", "matkhau", "langnghe", "qwerty", "123456789", "12345678", "1234567", "123456", "abcdef", "abc123", "admin", "vietnam"}
	name, _, _ := strings.Cut(l.Email, "@")
	tried = append(tried, name)
	tried = append(tried, strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(".-_+", r) })...)
	tried = append(tried, strings.Fields(strings.ToLower(norm.NFC.String(l.Name)))...)
	for _, word := range tried {
		if utf8.RuneCountInString(word) >= personalLetter {
			rest = strings.ReplaceAll(rest, word, "")
		}
	}
	distinct := map[rune]bool{}
	for _, r := range rest {
		distinct[r] = true
	}
	return utf8.RuneCountInString(rest) < passwordOwn || len(distinct) < passwordOwn-1
}

// passwordView is what the form of a new password needs.
type passwordView struct {
	Next   string
	First  bool // the one that was given is for one use
	Invite bool
	Email  string
}

func (s *server) passwordForm(v *visit) error {
	return v.show("password", passwordView{Next: v.Query("next"), First: v.login.OneTime, Email: v.who.Email})
}

// changePassword takes a new password. Who has one of their own gives that first.
func (s *server) changePassword(v *visit) error {
	view := passwordView{Next: v.PostForm("next"), First: v.login.OneTime, Email: v.who.Email}
	refuse := func(problem string) error { return v.refuse(http.StatusUnprocessableEntity, "password", problem, view) }
	if !v.login.OneTime {
		switch ok, err := v.confirm(v.PostForm("current")); {
		case errors.As(err, new(*slowDown)):
			return refuse("slow")
		case err != nil:
			return err
		case !ok:
			return refuse("wrong")
		}
	}
	chosen := v.PostForm("new")
	if problem := passwordFault(chosen, v.PostForm("again"), v.login); problem != "" {
		return refuse(problem)
	}
	same, err := s.console.passwords.match(v.Request.Context(), chosen, v.login.Hash)
	if err != nil {
		return err
	}
	if same {
		return refuse("same")
	}
	if err := v.setPassword(chosen); err != nil {
		return err
	}
	return v.done(ownPage(view.Next), "password-changed")
}

func (v *visit) setPassword(chosen string) error {
	hash, err := v.s.console.passwords.hash(v.Request.Context(), chosen)
	if err != nil {
		return err
	}
	return v.s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		if err := tx.SetPassword(v.who.Email, hash, v.session.ID); err != nil {
			return err
		}
		return tx.Audit(v.who, "password.changed", v.who.Email, "")
	})
}

// confirm reports whether the password is the visitor's, who is logged in: what
// is done with an account needs more than a browser that was left open.
func (v *visit) confirm(password string) (bool, error) {
	ctx, email := v.Request.Context(), v.who.Email
	if err := v.count(accountBrake(email)); err != nil {
		return false, err
	}
	ok, err := v.s.console.passwords.match(ctx, password, v.login.Hash)
	if err != nil {
		return false, err
	}
	return ok, v.s.Staff.Update(ctx, func(tx *store.Tx) error {
		if !ok {
			return tx.Audit(v.who, "password.wrong", email, v.ClientIP())
		}
		return tx.ReleaseBrake(accountBrake(email).Key)
	})
}
