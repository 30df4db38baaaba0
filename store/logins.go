package store

import (
	"context"
	"strings"
	"time"
)

// Login is what an account logs in with.
type Login struct {
	Account
	Hash    string // of the password, argon2id in its PHC form; "" before an invitation is taken
	OneTime bool   // the password must be changed
	Secret  string // of the second factor, "" when there is none
}

// email is how an account is found, however its address is written.
func email(s string) string { return strings.ToLower(strings.TrimSpace(clean(s))) }

// Login returns what the account logs in with. ErrNotFound.
func (s *Store) Login(ctx context.Context, of string) (Login, error) {
	var w accountRow
	err := s.read.WithContext(ctx).Where("email = ?", email(of)).Take(&w).Error
	if err != nil {
		return Login{}, wrap("find login", err)
	}
	secret, err := s.opened(w.Totp, totpPlace(w.Email))
	return Login{Account: w.model(), Hash: w.Hash, OneTime: w.OneTime != 0, Secret: secret}, wrap("decrypt second factor", err)
}

func totpPlace(of string) string { return "account/" + of + "/totp" }

// sealed and opened keep a secret encrypted at a place; "" stays "".
func (s *Store) sealed(secret, place string) (string, error) {
	switch {
	case secret == "":
		return "", nil
	case s.seal == nil:
		return "", errNoSecret
	}
	return s.seal.close(secret, place), nil
}

func (s *Store) opened(sealed, place string) (string, error) {
	switch {
	case sealed == "":
		return "", nil
	case s.seal == nil:
		return "", errNoSecret
	}
	return s.seal.open(sealed, place)
}

// SetPassword stores the hash of a password that its owner has chosen. Every
// session of the account but one ends, and so does every invitation.
func (t *Tx) SetPassword(of, hash, but string) error {
	r := t.run()
	if _, err := r.exec("UPDATE accounts SET hash = ?, one_time = 0 WHERE email = ?", clean(hash), email(of)); err != nil {
		return wrap("set password", err)
	}
	if _, err := r.exec("DELETE FROM invites WHERE email = ?", email(of)); err != nil {
		return wrap("end invitations", err)
	}
	return t.EndSessions(of, but)
}

// SetSecondFactor stores the secret of the account's second factor, encrypted,
// with the time step of the code that proved it; "" ends the factor, and its
// recovery codes with it.
func (t *Tx) SetSecondFactor(of, secret string, step int64) error {
	of = email(of)
	sealed, err := t.s.sealed(secret, totpPlace(of))
	if err == nil {
		_, err = t.run().exec("UPDATE accounts SET totp = ?, totp_step = ? WHERE email = ?", sealed, step, of)
	}
	if err == nil && secret == "" {
		err = t.SetRecoveryCodes(of, nil)
	}
	return wrap("set second factor", err)
}

// UseStep notes that a code of the time step was used. It reports false when
// that step, or a later one, was used before: such a code counts for nothing.
func (t *Tx) UseStep(of string, step int64) (bool, error) {
	n, err := t.run().exec("UPDATE accounts SET totp_step = ? WHERE email = ? AND totp_step < ?", step, email(of), step)
	return n == 1, wrap("use code", err)
}

// SetRecoveryCodes stores the hashes of the account's recovery codes in place of
// those it had.
func (t *Tx) SetRecoveryCodes(of string, codes []string) error {
	r, of := t.run(), email(of)
	if _, err := r.exec("DELETE FROM recovery_codes WHERE email = ?", of); err != nil {
		return wrap("forget recovery codes", err)
	}
	for _, code := range codes {
		if _, err := r.exec("INSERT INTO recovery_codes (email, hash) VALUES (?, ?)", of, digest(of+":"+code)); err != nil {
			return wrap("store recovery code", err)
		}
	}
	return nil
}

// UseRecoveryCode uses one up. It reports false when the account has no such code.
func (t *Tx) UseRecoveryCode(of, code string) (bool, error) {
	of = email(of)
	n, err := t.run().exec("DELETE FROM recovery_codes WHERE email = ? AND hash = ?", of, digest(of+":"+code))
	return n == 1, wrap("use recovery code", err)
}

// RecoveryCodes returns how many the account has left.
func (s *Store) RecoveryCodes(ctx context.Context, of string) (n int, err error) {
	err = s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM recovery_codes WHERE email = ?", email(of)).Scan(&n).Error
	return n, wrap("count recovery codes", err)
}

// Invite stores an invitation to set the account's password and returns its
// token, which is good once and until it expires. Earlier ones end.
func (t *Tx) Invite(of string, expires time.Time) (token string, err error) {
	r, token := t.run(), randomText(sessionRandom)
	if _, err := r.exec("DELETE FROM invites WHERE email = ? OR expires_at <= ?", email(of), t.now.UnixMicro()); err != nil {
		return "", wrap("end invitations", err)
	}
	_, err = r.exec("INSERT INTO invites (hash, email, expires_at) VALUES (?, ?, ?)", digest(token), email(of), expires.UnixMicro())
	return token, wrap("store invitation", err)
}

// Invited returns whose account the token invites to. ErrNotFound when it was
// used or has expired.
func (s *Store) Invited(ctx context.Context, token string) (of string, err error) {
	err = s.read.WithContext(ctx).Table("invites").Select("email").
		Where("hash = ? AND expires_at > ?", digest(token), s.now().UnixMicro()).Take(&of).Error
	return of, wrap("find invitation", err)
}

// UseInvite uses an invitation up and returns whose it was. ErrNotFound: of two
// who use one at once, the second.
func (t *Tx) UseInvite(token string) (of string, err error) {
	type row struct{ Email string }
	rows, err := find[row](t.db, "DELETE FROM invites WHERE hash = ? AND expires_at > ? RETURNING email", digest(token), t.now.UnixMicro())
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return "", wrap("use invitation", err)
	}
	return rows[0].Email, nil
}
