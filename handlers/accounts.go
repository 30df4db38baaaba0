package handlers

import (
	"cmp"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// AccountFault says why an account is not made or changed. Its text is for who is
// at the command line; the console has words of its own.
type AccountFault string

// The faults.
const (
	AccountEmail  AccountFault = "--email: is no e-mail address: give one such as lan@tranbien.example.vn"
	AccountName   AccountFault = "--name: is empty or too long: give a name"
	AccountRole   AccountFault = "--role: is none: give admin, inspector, leader, officer, viewer or auditor"
	AccountKnown  AccountFault = "--email: has an account already: use langnghe user reset"
	AccountRights AccountFault = "the account, role or unit is not yours to manage"
	AccountOwn    AccountFault = "nobody changes their own role, unit or access"
	AccountLast   AccountFault = "it is the last active account of the role admin for the whole province: make another first"
)

// Error implements error.
func (f AccountFault) Error() string { return string(f) }

// nameRunes is the most letters of a name.
const nameRunes = 100

// CommandLine is who works at the command line, with every right.
func CommandLine() models.Principal {
	return models.Principal{Name: "command line", Role: models.RoleAdmin}
}

// AddAccount makes an account with a one-time password, by its hash. AccountFault.
func AddAccount(tx *store.Tx, by models.Principal, a store.Account, hash string) error {
	address, err := mail.ParseAddress(a.Email)
	switch {
	case err != nil || address.Address != a.Email || len(a.Email) > 200 || !plainID(a.Email) || strings.ContainsAny(a.Email, "/?#%"):
		return AccountEmail
	case !by.MayManage(a.Role, a.Unit):
		return AccountRights
	}
	if err := soundAccount(a); err != nil {
		return err
	}
	err = tx.MakeAccount(a, hash)
	if errors.Is(err, store.ErrConflict) {
		return AccountKnown
	}
	if err != nil {
		return err
	}
	return tx.Audit(by, "account.added", strings.ToLower(a.Email), strings.TrimSpace(string(a.Role)+" "+a.Unit))
}

func soundAccount(a store.Account) error {
	switch {
	case strings.TrimSpace(a.Name) == "" || !clean(a.Name) || utf8.RuneCountInString(a.Name) > nameRunes:
		return AccountName
	case !slices.Contains(models.Roles, a.Role):
		return AccountRole
	}
	return nil
}

// ChangeAccount changes name, role, unit and access of an account. What is taken
// away ends at once: another role or unit, and none, end the account's sessions.
// AccountFault, store.ErrNotFound.
func ChangeAccount(tx *store.Tx, by models.Principal, email string, change func(*store.Account)) error {
	before, err := manageable(tx, by, email)
	if err != nil {
		return err
	}
	after := before
	if change(&after); after == before {
		return nil
	}
	if err := soundAccount(after); err != nil {
		return err
	}
	moved := after.Role != before.Role || after.Unit != before.Unit
	switch {
	case (moved || after.Disabled != before.Disabled) && own(by, before):
		return AccountOwn
	case moved && !by.MayManage(after.Role, after.Unit):
		return AccountRights
	}
	if err := notLast(tx, before, after); err != nil {
		return err
	}
	if err := tx.SaveAccount(after, ""); err != nil {
		return err
	}
	action := "account.changed"
	if after.Disabled != before.Disabled {
		action = map[bool]string{true: "account.disabled", false: "account.enabled"}[after.Disabled]
	}
	return tx.Audit(by, action, before.Email, difference(before, after))
}

// own reports whether the account is that of who asks.
func own(by models.Principal, a store.Account) bool { return strings.EqualFold(by.Email, a.Email) }

// manageable returns an account that the principal may manage, or has; of any other
// it knows nothing.
func manageable(tx *store.Tx, by models.Principal, email string) (store.Account, error) {
	a, err := tx.Account(email)
	if err == nil && !by.MayManage(a.Role, a.Unit) && !own(by, a) {
		err = store.ErrNotFound
	}
	return a, err
}

// notLast refuses to take the last active administrator of the province away.
func notLast(tx *store.Tx, before, after store.Account) error {
	rules := func(a store.Account) bool { return a.Role == models.RoleAdmin && a.Unit == "" && !a.Disabled }
	if !rules(before) || rules(after) {
		return nil
	}
	n, err := tx.Rulers(models.RoleAdmin)
	if err == nil && n <= 1 {
		err = AccountLast
	}
	return err
}

// difference tells what became of an account.
func difference(before, after store.Account) string {
	var parts []string
	for _, one := range [][3]string{
		{"name", before.Name, after.Name}, {"role", string(before.Role), string(after.Role)},
		{"unit", cmp.Or(before.Unit, "*"), cmp.Or(after.Unit, "*")},
	} {
		if one[1] != one[2] {
			parts = append(parts, one[0]+" "+one[1]+" → "+one[2])
		}
	}
	return strings.Join(parts, "; ")
}

// ResetAccount gives an account another one-time password, by its hash, and lets it
// in again: its password, its sessions and, if asked for, its second factor end.
// AccountFault, store.ErrNotFound.
func ResetAccount(tx *store.Tx, by models.Principal, email, hash string, factor bool) error {
	a, err := manageable(tx, by, email)
	if err != nil {
		return err
	}
	if own(by, a) {
		return AccountOwn
	}
	a.Disabled = false
	if err := tx.SaveAccount(a, hash); err != nil {
		return err
	}
	detail := ""
	if factor {
		if err := tx.SetSecondFactor(a.Email, "", 0); err != nil {
			return err
		}
		detail = "second factor"
	}
	for _, brake := range []store.Brake{accountBrake(a.Email), codeBrake(a.Email)} {
		if err := tx.ReleaseBrake(brake.Key); err != nil {
			return err
		}
	}
	return tx.Audit(by, "account.reset", a.Email, detail)
}

// InviteTo makes the link, behind the public address, by which the account's
// password is set once.
func InviteTo(tx *store.Tx, email string, now time.Time) (path string, err error) {
	token, err := tx.Invite(email, now.Add(InviteTime))
	return InvitePath + token, err
}
