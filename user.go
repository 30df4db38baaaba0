package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"golang.org/x/crypto/argon2"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Make a staff account; its one-time password is printed once."`
	List    userListCmd    `cmd:"" help:"List the accounts."`
	Disable userDisableCmd `cmd:"" help:"Disable an account."`
	Reset   userResetCmd   `cmd:"" help:"Give an account a new one-time password."`
}

type userAddCmd struct {
	Email string `required:"" help:"E-mail address, which is the login."`
	who
}

// Run makes an account.
func (c userAddCmd) Run(e *env) error {
	if a, err := mail.ParseAddress(c.Email); err != nil || a.Address != c.Email {
		return fmt.Errorf("--email: %q is no e-mail address: give one such as lan@tranbien.example.vn", c.Email)
	}
	if err := c.check(); err != nil {
		return err
	}
	return withStore(e, func(st *store.Store) error {
		if _, err := account(e, st, c.Email); err == nil {
			return fmt.Errorf("--email: %s has an account already: use langnghe user reset", c.Email)
		}
		return grant(e, st, store.Account{Email: c.Email, Name: c.Name, Role: models.Role(c.Role), Unit: c.Unit})
	})
}

type userListCmd struct{}

// Run lists the accounts, one a line.
func (userListCmd) Run(e *env) error {
	return withStore(e, func(st *store.Store) error {
		accounts, err := st.Accounts(e)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			fmt.Fprintf(e.stdout, "%s\t%s\t%s\t%s\t%s\n", a.Email, a.Name, a.Role, a.Unit, map[bool]string{true: "disabled", false: "active"}[a.Disabled])
		}
		return nil
	})
}

type userDisableCmd struct {
	Email string `required:"" help:"Whose account."`
}

// Run disables an account.
func (c userDisableCmd) Run(e *env) error {
	return withStore(e, func(st *store.Store) error {
		a, err := account(e, st, c.Email)
		if err != nil {
			return err
		}
		a.Disabled = true
		return st.SaveAccount(e, a, "")
	})
}

type userResetCmd struct {
	Email string `required:"" help:"Whose account."`
}

// Run gives an account a new password and enables it.
func (c userResetCmd) Run(e *env) error {
	return withStore(e, func(st *store.Store) error {
		a, err := account(e, st, c.Email)
		if err != nil {
			return err
		}
		a.Disabled = false
		return grant(e, st, a)
	})
}

func withStore(e *env, f func(*store.Store) error) (err error) {
	_, st, err := open(e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	return f(st)
}

// account finds an account by its e-mail, read in any case as the store keeps it.
func account(e *env, st *store.Store, email string) (store.Account, error) {
	accounts, err := st.Accounts(e)
	if err != nil {
		return store.Account{}, err
	}
	i := slices.IndexFunc(accounts, func(a store.Account) bool { return strings.EqualFold(a.Email, email) })
	if i < 0 {
		return store.Account{}, fmt.Errorf("--email: %q has no account", email)
	}
	return accounts[i], nil
}

// grant stores the account with a new one-time password and prints that.
func grant(e *env, st *store.Store, a store.Account) error {
	password := rand.Text()
	if err := st.SaveAccount(e, a, passwordHash(password)); err != nil {
		return err
	}
	_, err := fmt.Fprintln(e.stdout, password)
	return err
}

// passwordHash returns the argon2id hash of a password in its PHC form, with
// the parameters that RFC 9106, section 4, recommends where memory is scarce.
func passwordHash(password string) string {
	const (
		passes  = 3
		memory  = 64 * 1024 // KiB
		threads = 4
		size    = 32
	)
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	key := argon2.IDKey([]byte(password), salt, passes, memory, threads, size)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, threads, enc.EncodeToString(salt), enc.EncodeToString(key))
}
