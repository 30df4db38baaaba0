package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/handlers"
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
	Email  string `required:"" help:"E-mail address, which is the login."`
	Invite bool   `help:"Print a link to set the password by, good once and for 72 hours, instead of a password."`
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
		a := store.Account{Email: c.Email, Name: c.Name, Role: models.Role(c.Role), Unit: c.Unit}
		if c.Invite {
			return invite(e, st, a)
		}
		return grant(e, st, a)
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
	Email        string `required:"" help:"Whose account."`
	Invite       bool   `help:"Print a link to set the password by, good once and for 72 hours, instead of a password."`
	SecondFactor bool   `help:"Also end the second factor, of who has lost phone and recovery codes."`
}

// Run gives an account a new password and enables it.
func (c userResetCmd) Run(e *env) error {
	return withStore(e, func(st *store.Store) error {
		a, err := account(e, st, c.Email)
		if err != nil {
			return err
		}
		a.Disabled = false
		if c.SecondFactor {
			if err := endFactor(e, st, a.Email); err != nil {
				return err
			}
		}
		if c.Invite {
			return invite(e, st, a)
		}
		return grant(e, st, a)
	})
}

// endFactor ends an account's second factor.
func endFactor(e *env, st *store.Store, email string) error {
	return st.Update(e, func(tx *store.Tx) error {
		if err := tx.SetSecondFactor(email, "", 0); err != nil {
			return err
		}
		return tx.Audit(models.Principal{Name: "command line"}, "factor.ended", email, "")
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
	hash, err := handlers.HashPassword(password)
	if err != nil {
		return fmt.Errorf("hash the password: %w", err)
	}
	if err := st.SaveAccount(e, a, hash); err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.stdout, password)
	return err
}

// invite stores the account and prints a link to set its password by. A password
// that it had counts no more.
func invite(e *env, st *store.Store, a store.Account) error {
	cfg, err := e.load()
	if err != nil {
		return err
	}
	unknown, err := handlers.HashPassword(rand.Text())
	if err != nil {
		return fmt.Errorf("hash the password: %w", err)
	}
	var token string
	err = st.Update(e, func(tx *store.Tx) (err error) {
		if err := tx.SaveAccount(a, unknown); err != nil {
			return err
		}
		token, err = tx.Invite(a.Email, time.Now().Add(handlers.InviteTime))
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.stdout, cfg.PublicURL+handlers.InvitePath+token)
	return err
}
