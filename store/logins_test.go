package store_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
)

const an = "an@tran-bien.example.vn"

// clock is a time that a test moves.
type clock struct{ us atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.us.Store(time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC).UnixMicro())
	return c
}

func (c *clock) now() time.Time           { return time.UnixMicro(c.us.Load()).UTC() }
func (c *clock) advance(by time.Duration) { c.us.Add(by.Microseconds()) }

// withAccount runs f on a store of each kind that has one account.
func withAccount(t *testing.T, f func(t *testing.T, s *store.Store, c *clock)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		c := newClock()
		s := open(t, url, store.Options{Now: c.now, SecretKey: []byte(strings.Repeat("k", 32))})
		a := store.Account{Email: "An@Tran-Bien.example.vn", Name: "An", Role: models.RoleOfficer, Unit: "tran-bien"}
		require.NoError(t, s.SaveAccount(t.Context(), a, "one-time"))
		f(t, s, c)
	})
}

func startSession(t *testing.T, s *store.Store, expires time.Time) (token string) {
	t.Helper()
	inTx(t, s, func(tx *store.Tx) {
		var err error
		token, err = tx.StartSession(store.Session{Email: an, Address: "192.0.2.7", Agent: "Firefox", ExpiresAt: expires})
		require.NoError(t, err)
	})
	return token
}

func TestSessionsExpireAndAreIdle(t *testing.T) {
	withAccount(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		token := startSession(t, s, c.now().Add(3*time.Hour))
		got, login, err := s.Session(ctx, token, time.Hour)
		require.NoError(t, err)
		require.Equal(t, an, got.Email)
		require.Equal(t, "192.0.2.7", got.Address)
		require.True(t, login.OneTime)
		require.Equal(t, "one-time", login.Hash)
		require.NotEqual(t, token, got.ID)

		c.advance(50 * time.Minute)
		_, _, err = s.Session(ctx, token, time.Hour)
		require.NoError(t, err)
		c.advance(50 * time.Minute)
		_, _, err = s.Session(ctx, token, time.Hour)
		require.NoError(t, err, "it was seen 50 minutes ago")
		_, _, err = s.Session(ctx, token+"x", time.Hour)
		require.ErrorIs(t, err, store.ErrNotFound)
		_, _, err = s.Session(ctx, got.ID, time.Hour)
		require.ErrorIs(t, err, store.ErrNotFound, "what names a session does not let in")

		c.advance(61 * time.Minute)
		_, _, err = s.Session(ctx, token, time.Hour)
		require.ErrorIs(t, err, store.ErrNotFound, "idle")
		_, _, err = s.Session(ctx, token, 4*time.Hour)
		require.NoError(t, err)
		c.advance(20 * time.Minute)
		_, _, err = s.Session(ctx, token, 4*time.Hour)
		require.ErrorIs(t, err, store.ErrNotFound, "expired")
		startSession(t, s, c.now().Add(time.Hour))
		list, err := s.Sessions(ctx, an, 24*time.Hour)
		require.NoError(t, err)
		require.Len(t, list, 1, "the expired one is forgotten")
	})
}

func TestSessionsEnd(t *testing.T) {
	withAccount(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx, later := t.Context(), c.now().Add(time.Hour)
		start := func() (string, string) {
			token := startSession(t, s, later)
			got, _, err := s.Session(ctx, token, time.Hour)
			require.NoError(t, err)
			return token, got.ID
		}
		alive := func(token string) bool {
			_, _, err := s.Session(ctx, token, time.Hour)
			return err == nil
		}
		first, id := start()
		inTx(t, s, func(tx *store.Tx) {
			require.ErrorIs(t, tx.EndSession("other@example.vn", id), store.ErrNotFound, "not theirs")
			require.NoError(t, tx.EndSession(an, id))
		})
		require.False(t, alive(first))

		own, ownID := start()
		other, _ := start()
		inTx(t, s, func(tx *store.Tx) { require.NoError(t, tx.SetPassword(an, "chosen", ownID)) })
		require.True(t, alive(own))
		require.False(t, alive(other))
		login, err := s.Login(ctx, strings.ToUpper(an))
		require.NoError(t, err)
		require.False(t, login.OneTime)

		var renewed string
		inTx(t, s, func(tx *store.Tx) { renewed, err = tx.VerifySession(ownID); require.NoError(t, err) })
		require.False(t, alive(own), "the token is another one")
		got, _, err := s.Session(ctx, renewed, time.Hour)
		require.NoError(t, err)
		require.True(t, got.Verified)

		require.NoError(t, s.SaveAccount(ctx, login.Account, "reset"))
		require.False(t, alive(renewed), "a reset ends all")
		again, _ := start()
		login.Disabled = true
		require.NoError(t, s.SaveAccount(ctx, login.Account, ""))
		require.False(t, alive(again))
	})
}

func TestSecondFactorIsSealedAndUsedOnce(t *testing.T) {
	withAccount(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		token := startSession(t, s, c.now().Add(time.Hour))
		session, _, err := s.Session(ctx, token, time.Hour)
		require.NoError(t, err)
		inTx(t, s, func(tx *store.Tx) {
			require.NoError(t, tx.SetPending(session.ID, "PENDING"))
			require.NoError(t, tx.SetSecondFactor(an, "SECRET", 10))
			require.NoError(t, tx.SetRecoveryCodes(an, []string{"aaaa", "bbbb"}))
		})
		session, login, err := s.Session(ctx, token, time.Hour)
		require.NoError(t, err)
		require.Equal(t, "PENDING", session.Pending)
		require.Equal(t, "SECRET", login.Secret)

		inTx(t, s, func(tx *store.Tx) {
			for step, want := range map[int64]bool{9: false, 10: false} {
				ok, err := tx.UseStep(an, step)
				require.NoError(t, err)
				require.Equal(t, want, ok, step)
			}
			for _, want := range []bool{true, false} {
				ok, err := tx.UseStep(an, 11)
				require.NoError(t, err)
				require.Equal(t, want, ok)
				ok, err = tx.UseRecoveryCode(an, "bbbb")
				require.NoError(t, err)
				require.Equal(t, want, ok)
			}
		})
		left, err := s.RecoveryCodes(ctx, an)
		require.NoError(t, err)
		require.Equal(t, 1, left)
		inTx(t, s, func(tx *store.Tx) { require.NoError(t, tx.SetSecondFactor(an, "", 0)) })
		left, err = s.RecoveryCodes(ctx, an)
		require.NoError(t, err)
		require.Zero(t, left)
	})
}

func TestNothingOfALoginIsStoredPlainly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		s := open(t, url, store.Options{SecretKey: []byte(strings.Repeat("k", 32))})
		require.NoError(t, s.SaveAccount(t.Context(), store.Account{Email: an, Role: models.RoleViewer}, "hash"))
		token := startSession(t, s, time.Now().Add(time.Hour))
		var invite string
		inTx(t, s, func(tx *store.Tx) {
			var err error
			invite, err = tx.Invite(an, time.Now().Add(time.Hour))
			require.NoError(t, err)
			require.NoError(t, tx.SetSecondFactor(an, "TOPSECRET", 1))
			require.NoError(t, tx.SetRecoveryCodes(an, []string{"recovery"}))
		})
		for table, word := range map[string]string{"sessions": token, "invites": invite, "accounts": "TOPSECRET", "recovery_codes": "recovery"} {
			require.NotContains(t, strings.ReplaceAll(dump(t, url, table), table, ""), word)
		}
	})
}

func TestSecondFactorNeedsTheSecretKey(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.SQLite(t), store.Options{})
	require.NoError(t, s.SaveAccount(t.Context(), store.Account{Email: an, Role: models.RoleViewer}, "hash"))
	err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.SetSecondFactor(an, "SECRET", 1) })
	require.ErrorContains(t, err, "no secret key")
}

func TestInvitationsAreForOneUse(t *testing.T) {
	withAccount(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		invite := func() (token string) {
			inTx(t, s, func(tx *store.Tx) {
				var err error
				token, err = tx.Invite(an, c.now().Add(72*time.Hour))
				require.NoError(t, err)
			})
			return token
		}
		use := func(token string) error {
			return s.Update(ctx, func(tx *store.Tx) error { _, err := tx.UseInvite(token); return err })
		}
		old := invite()
		token := invite()
		_, err := s.Invited(ctx, old)
		require.ErrorIs(t, err, store.ErrNotFound, "a new one ends the old one")
		of, err := s.Invited(ctx, token)
		require.NoError(t, err)
		require.Equal(t, an, of)
		require.NoError(t, use(token))
		require.ErrorIs(t, use(token), store.ErrNotFound)

		late := invite()
		c.advance(73 * time.Hour)
		_, err = s.Invited(ctx, late)
		require.ErrorIs(t, err, store.ErrNotFound)
		require.ErrorIs(t, use(late), store.ErrNotFound)
	})
}

func TestBrakeGrows(t *testing.T) {
	withAccount(t, func(t *testing.T, s *store.Store, c *clock) {
		b := store.Brake{Key: "x", Free: 3, First: time.Minute, Most: 3 * time.Minute}
		try := func() (wait time.Duration, first bool) {
			inTx(t, s, func(tx *store.Tx) {
				until, f, err := tx.Try(b)
				require.NoError(t, err)
				if first = f; !until.IsZero() {
					wait = until.Sub(c.now())
				}
			})
			return wait, first
		}
		for range 3 {
			wait, first := try()
			require.Zero(t, wait)
			require.False(t, first)
		}
		wait, first := try()
		require.Zero(t, wait, "the fourth is made, and then there is a wait")
		require.True(t, first)
		for _, want := range []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute, 3 * time.Minute} {
			wait, first = try()
			require.Equal(t, want, wait)
			require.False(t, first)
			c.advance(wait)
			wait, _ = try()
			require.Zero(t, wait)
		}
		inTx(t, s, func(tx *store.Tx) { require.NoError(t, tx.Succeeded(b.Key)) })
		wait, _ = try()
		require.Zero(t, wait, "the latest try was a good one")
		inTx(t, s, func(tx *store.Tx) { require.NoError(t, tx.ReleaseBrake(b.Key)) })
		wait, _ = try()
		require.Zero(t, wait)
		c.advance(25 * time.Hour)
		for range 3 {
			wait, first = try()
			require.Zero(t, wait)
			require.False(t, first, "yesterday is forgotten")
		}
	})
}

// TestBrakeHoldsManyAtOnce: trying at the same time is no way around it.
func TestBrakeHoldsManyAtOnce(t *testing.T) {
	withAccount(t, func(t *testing.T, s *store.Store, _ *clock) {
		made := make(chan bool)
		for range 20 {
			go func() {
				var until time.Time
				err := s.Update(t.Context(), func(tx *store.Tx) (err error) {
					until, _, err = tx.Try(store.Brake{Key: "x", Free: 5, First: time.Hour, Most: time.Hour})
					return err
				})
				made <- err == nil && until.IsZero()
			}()
		}
		n := 0
		for range 20 {
			if <-made {
				n++
			}
		}
		require.Equal(t, 6, n)
	})
}

func TestBrakesAreBounded(t *testing.T) {
	t.Parallel()
	c := newClock()
	url := storetest.SQLite(t)
	s := open(t, url, store.Options{Now: c.now})
	now := c.now().UnixMicro()
	_, err := raw(t, url).Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20500)
INSERT INTO brakes (key, tries, at, until) SELECT 'k' || i, 9, ? - i, CASE WHEN i > 20400 THEN ? ELSE 0 END FROM n`, now, now+1_000_000)
	require.NoError(t, err)
	inTx(t, s, func(tx *store.Tx) {
		_, _, err := tx.Try(store.Brake{Key: "one more", Free: 1, First: time.Hour, Most: time.Hour})
		require.NoError(t, err)
	})
	var kept, holding int
	row := raw(t, url).QueryRow("SELECT COUNT(*), COUNT(CASE WHEN until > 0 THEN 1 END) FROM brakes")
	require.NoError(t, row.Scan(&kept, &holding))
	require.Equal(t, 19_501, kept)
	require.Equal(t, 100, holding, "who is held up stays so")
}
