package store

import (
	"context"
	"time"
)

const (
	// sessionRandom is how many random bytes the token of a session or invitation has.
	sessionRandom = 32
	// seenEvery is how exactly a session's SeenAt is kept.
	seenEvery = time.Minute
	// What a session was proved by, added up in its column verified.
	byFactor, byProvider = 1, 2
)

// Session is a browser that is logged in with an account.
type Session struct {
	ID        string // names it and lets nobody in
	Email     string
	Verified  bool   // the second factor was given
	Provider  bool   // it was begun by an identity provider, not by a password
	Pending   string // secret of a second factor that is being set up, or ""
	Address   string // from where it was started
	Agent     string // what the browser calls itself
	CreatedAt time.Time
	SeenAt    time.Time // to the minute
	ExpiresAt time.Time
}

// sessionRow is a session as it is stored.
type sessionRow struct {
	Hash      string `gorm:"primaryKey"`
	Email     string
	Verified  int64
	Pending   string
	Address   string
	Agent     string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	SeenAt    int64
	ExpiresAt int64
}

// TableName implements gorm's Tabler.
func (sessionRow) TableName() string { return "sessions" }

func (w sessionRow) model() Session {
	return Session{
		ID: w.Hash, Email: w.Email, Verified: w.Verified&byFactor != 0, Provider: w.Verified&byProvider != 0, Address: w.Address, Agent: w.Agent,
		CreatedAt: fromMicros(w.CreatedAt), SeenAt: fromMicros(w.SeenAt), ExpiresAt: fromMicros(w.ExpiresAt),
	}
}

// StartSession stores a session and returns its token, of which only a hash is
// kept. Those that have expired are forgotten. The times but ExpiresAt are the
// store's.
func (t *Tx) StartSession(n Session) (token string, err error) {
	if _, err := t.run().exec("DELETE FROM sessions WHERE expires_at <= ?", t.now.UnixMicro()); err != nil {
		return "", wrap("forget expired sessions", err)
	}
	token = randomText(sessionRandom)
	row := sessionRow{
		Hash: digest(token), Email: email(n.Email), Verified: byFactor*toInt(n.Verified) + byProvider*toInt(n.Provider), Address: clean(n.Address), Agent: clean(n.Agent),
		CreatedAt: t.now.UnixMicro(), SeenAt: t.now.UnixMicro(), ExpiresAt: micros(n.ExpiresAt),
	}
	if err := t.db.Create(&row).Error; err != nil {
		return "", wrap("start session", err)
	}
	return token, t.noteSeen(n.Email)
}

// Session returns the session with the token, and its account's login.
// ErrNotFound when it has expired, was not seen for the idle time, or its account
// is disabled. It counts as seen.
func (s *Store) Session(ctx context.Context, token string, idle time.Duration) (Session, Login, error) {
	session, login, err := s.WatchSession(ctx, token, idle)
	now := s.now()
	if err != nil || now.Sub(session.SeenAt) < seenEvery {
		return session, login, err
	}
	return session, login, s.transact(ctx, func(t *Tx) error {
		if _, err := t.run().exec("UPDATE sessions SET seen_at = ? WHERE hash = ?", now.UnixMicro(), session.ID); err != nil {
			return wrap("note session as seen", err)
		}
		return t.noteSeen(session.Email)
	})
}

// noteSeen notes that somebody is at work with the account.
func (t *Tx) noteSeen(of string) error {
	_, err := t.run().exec("UPDATE accounts SET seen_at = ? WHERE email = ?", t.now.UnixMicro(), email(of))
	return wrap("note account as seen", err)
}

// WatchSession is Session for what a page asks for by itself: it does not count
// as seen, so that a page that is left open does not keep its session alive.
func (s *Store) WatchSession(ctx context.Context, token string, idle time.Duration) (Session, Login, error) {
	now := s.now()
	var row sessionRow
	err := s.read.WithContext(ctx).
		Where("hash = ? AND expires_at > ? AND seen_at > ?", digest(token), now.UnixMicro(), now.Add(-idle).UnixMicro()).
		Take(&row).Error
	if err != nil {
		return Session{}, Login{}, wrap("find session", err)
	}
	login, err := s.Login(ctx, row.Email)
	if err == nil && login.Disabled {
		err = ErrNotFound
	}
	if err != nil {
		return Session{}, Login{}, wrap("find session's account", err)
	}
	session := row.model()
	session.Pending, err = s.opened(row.Pending, pendingPlace(row.Hash))
	return session, login, wrap("decrypt pending secret", err)
}

// Sessions lists the account's sessions that have neither expired nor been idle
// for too long, the one seen last first.
func (s *Store) Sessions(ctx context.Context, of string, idle time.Duration) ([]Session, error) {
	now := s.now()
	rows, err := find[sessionRow](s.read.WithContext(ctx),
		"SELECT * FROM sessions WHERE email = ? AND expires_at > ? AND seen_at > ? ORDER BY seen_at DESC, hash",
		email(of), now.UnixMicro(), now.Add(-idle).UnixMicro())
	return each(rows, sessionRow.model), wrap("list sessions", err)
}

// VerifySession notes that the second factor was given, and returns the token
// that the session has from now on.
func (t *Tx) VerifySession(id string) (token string, err error) {
	token = randomText(sessionRandom)
	n, err := t.run().exec("UPDATE sessions SET hash = ?, verified = verified | 1, pending = '' WHERE hash = ?", digest(token), id)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return token, wrap("verify session", err)
}

// SetPending keeps the secret of a second factor that the session sets up.
func (t *Tx) SetPending(id, secret string) error {
	sealed, err := t.s.sealed(secret, pendingPlace(id))
	if err == nil {
		_, err = t.run().exec("UPDATE sessions SET pending = ? WHERE hash = ?", sealed, id)
	}
	return wrap("keep pending secret", err)
}

func pendingPlace(id string) string { return "session/" + id }

// EndSession ends one session of the account. ErrNotFound.
func (t *Tx) EndSession(of, id string) error {
	n, err := t.run().exec("DELETE FROM sessions WHERE email = ? AND hash = ?", email(of), id)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return wrap("end session", err)
}

// EndSessions ends all sessions of the account but one; but may be "".
func (t *Tx) EndSessions(of, but string) error {
	_, err := t.run().exec("DELETE FROM sessions WHERE email = ? AND hash <> ?", email(of), but)
	return wrap("end sessions", err)
}
