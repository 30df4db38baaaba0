package main

import (
	"crypto/rand"
	"errors"
	"fmt"
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
	if err := c.check(); err != nil {
		return err
	}
	a := store.Account{Email: c.Email, Name: c.Name, Role: models.Role(c.Role), Unit: c.Unit}
	return grant(e, c.Email, c.Invite, func(tx *store.Tx, hash string) error {
		return handlers.AddAccount(tx, handlers.CommandLine(), a, hash)
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
		err := st.Update(e, func(tx *store.Tx) error {
			return handlers.ChangeAccount(tx, handlers.CommandLine(), c.Email, func(a *store.Account) { a.Disabled = true })
		})
		return unknownAccount(err, c.Email)
	})
}

type userResetCmd struct {
	Email        string `required:"" help:"Whose account."`
	Invite       bool   `help:"Print a link to set the password by, good once and for 72 hours, instead of a password."`
	SecondFactor bool   `help:"Also end the second factor, of who has lost phone and recovery codes."`
}

// Run gives an account a new password and enables it.
func (c userResetCmd) Run(e *env) error {
	return grant(e, c.Email, c.Invite, func(tx *store.Tx, hash string) error {
		return handlers.ResetAccount(tx, handlers.CommandLine(), c.Email, hash, c.SecondFactor)
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

// unknownAccount tells that there is no such account.
func unknownAccount(err error, email string) error {
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("--email: %q has no account", email)
	}
	return err
}

// grant lets somebody in by what give does with the hash of a one-time password,
// and prints that, or the link of an invitation in its place.
func grant(e *env, email string, invite bool, give func(tx *store.Tx, hash string) error) error {
	cfg, err := e.load()
	if err != nil {
		return err
	}
	password := rand.Text()
	hash, err := handlers.HashPassword(password)
	if err != nil {
		return fmt.Errorf("hash the password: %w", err)
	}
	return withStore(e, func(st *store.Store) error {
		err := st.Update(e, func(tx *store.Tx) error {
			if err := give(tx, hash); err != nil || !invite {
				return err
			}
			path, err := handlers.InviteTo(tx, email, time.Now())
			password = cfg.PublicURL + path
			return err
		})
		if err != nil {
			return unknownAccount(err, email)
		}
		_, err = fmt.Fprintln(e.stdout, password)
		return err
	})
}
