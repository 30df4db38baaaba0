package zalo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Pair is an OA's token pair. The refresh token serves once: with it come a new
// access token and a new refresh token, and both old ones die.
type Pair struct {
	Access, Refresh string
	ObtainedAt      time.Time
	ExpiresAt       time.Time // of the access token
	// Configured lists the fingerprints of the configured pairs seen so far,
	// the newest first. It is opaque to the store.
	Configured string
}

// TokenStore keeps the pair of one OA for all replicas.
type TokenStore interface {
	// Tokens returns the stored pair, or the zero Pair when there is none.
	Tokens(ctx context.Context) (Pair, error)
	// Save stores a pair.
	Save(ctx context.Context, p Pair) error
	// Lock takes the OA's lock for ttl, unless somebody holds it: then ok is
	// false. unlock gives it back.
	Lock(ctx context.Context, ttl time.Duration) (unlock func(), ok bool, err error)
}

// Words of an alarm.
const (
	AlarmGrant   = "token_dead"    // nothing goes out: an administrator of the OA must consent again
	AlarmLost    = "token_lost"    // a renewal was cut off: the grant may be gone at the next one
	AlarmOld     = "token_old"     // three quarters of its life are over and no renewal succeeded
	AlarmUnsaved = "token_unsaved" // a new pair exists in this process's memory alone
)

const (
	lockTTL   = time.Minute            // outlives a whole renewal
	renewTime = 45 * time.Second       // of a renewal: waiting, the call and storing
	lockPause = 100 * time.Millisecond // between two looks at a lock that another holds
	savePause = 500 * time.Millisecond // between two tries to store a new pair
	saveTries = 5
	coolDown  = 5 * time.Second // after a failed renewal
	keepEvery = time.Minute     // between two rounds of Run
	maxSeen   = 8               // fingerprints kept
)

// errCooling is wrapped by the error of a renewal that was not tried.
var errCooling = errors.New("zalo: a renewal failed just now")

// Tokens is the TokenSource that keeps one OA's pair alive, together with the
// other replicas through their common store. It is safe for concurrent use.
//
// The stored pair wins over the configured one, until the configuration names
// a pair that was never seen before. A new pair is stored before it is used,
// and kept in memory until storing succeeds.
type Tokens struct {
	account Account
	store   TokenStore
	options Options
	flight  singleflight.Group
	pause   time.Duration // savePause, shorter in tests

	mu      sync.Mutex
	pair    Pair      // the latest that this process knows
	spent   string    // the refresh token that pair was got for, while it is in this memory alone
	dead    string    // a refresh token that Zalo does not know
	retryAt time.Time // no renewal is tried before
	lastErr error     // why
	alarmed []string  // what was told about pair already
}

// NewTokens returns the manager of the account's pair.
func NewTokens(a Account, store TokenStore, o Options) *Tokens {
	return &Tokens{account: a, store: store, options: o.withDefaults(), pause: savePause}
}

// Access implements TokenSource. It renews only a token that has expired.
func (t *Tokens) Access(ctx context.Context) (string, error) {
	if p, ok := t.known(); ok && t.fit(p, "") {
		return p.Access, nil
	}
	return t.Renew(ctx, "")
}

// Renew implements TokenSource. All who ask while a renewal is under way share
// its outcome, and a renewal once begun outlives them.
func (t *Tokens) Renew(ctx context.Context, stale string) (string, error) {
	renew := func(ctx context.Context) (string, error) { return t.renew(ctx, stale) }
	token, err := t.share(ctx, renew)
	if err == nil && token == stale {
		// It was another's question that was answered, asked before the
		// platform refused this token.
		return t.share(ctx, renew)
	}
	return token, err
}

// share does work unless some is under way, and waits for that which is.
func (t *Tokens) share(ctx context.Context, work func(context.Context) (string, error)) (string, error) {
	result := t.flight.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewTime)
		defer cancel()
		return work(ctx)
	})
	select {
	case <-ctx.Done():
		return "", fmt.Errorf("wait for a token: %w", ctx.Err())
	case r := <-result:
		token, _ := r.Val.(string)
		return token, r.Err
	}
}

// renew returns a fit token other than stale: of this process, of another
// replica, or a new one.
func (t *Tokens) renew(ctx context.Context, stale string) (string, error) {
	if p, ok := t.known(); ok && t.fit(p, stale) {
		return p.Access, nil
	}
	for {
		if token, ok, err := t.reread(ctx, stale); ok || err != nil {
			return token, err
		}
		unlock, ok, err := t.store.Lock(ctx, lockTTL)
		if err != nil {
			return "", fmt.Errorf("lock tokens: %w", err)
		}
		if ok {
			defer unlock()
			return t.renewLocked(ctx, stale)
		}
		if err := sleep(ctx, lockPause); err != nil {
			return "", fmt.Errorf("wait for another's renewal: %w", err)
		}
	}
}

// reread looks whether the store holds a token that will do.
func (t *Tokens) reread(ctx context.Context, stale string) (string, bool, error) {
	stored, err := t.store.Tokens(ctx)
	if err != nil {
		return "", false, fmt.Errorf("read tokens: %w", err)
	}
	p, ours := t.pick(stored)
	if ours || !t.fit(p, stale) {
		return "", false, nil
	}
	t.remember(p)
	return p.Access, true, nil
}

// renewLocked settles which pair counts, and spends its refresh token if its
// access token will not do. The caller holds the lock.
func (t *Tokens) renewLocked(ctx context.Context, stale string) (string, error) {
	stored, err := t.store.Tokens(ctx)
	if err != nil {
		return "", fmt.Errorf("read tokens: %w", err)
	}
	p, ours := t.pick(stored)
	if ours {
		if err := t.store.Save(ctx, p); err != nil {
			return "", fmt.Errorf("store tokens: %w", err)
		}
	}
	t.remember(p)
	if t.fit(p, stale) {
		return p.Access, nil
	}
	if err := t.mayRefresh(p); err != nil {
		if errors.Is(err, ErrGrant) {
			t.alarm(AlarmGrant)
		}
		return "", err
	}
	g, err := t.exchange(ctx, p.Refresh)
	if err != nil {
		return t.failed(ctx, p, err)
	}
	return t.accept(ctx, p, g)
}

// pick chooses among the stored pair, the one that this process could not store
// yet and the configured one. ours says that the chosen one is not stored.
func (t *Tokens) pick(stored Pair) (p Pair, ours bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.spent != "" && t.spent == stored.Refresh {
		stored, ours = t.pair, true
	}
	print := fingerprint(t.account)
	seen := strings.Fields(stored.Configured)
	if print == "" || slices.Contains(seen, print) {
		return stored, ours
	}
	seen = append([]string{print}, seen...)
	now := t.options.Now()
	return Pair{
		Access:     t.account.AccessToken,
		Refresh:    t.account.RefreshToken,
		ObtainedAt: now, // a configured pair counts as fresh when it is first seen
		ExpiresAt:  now.Add(accessLife),
		Configured: strings.Join(seen[:min(len(seen), maxSeen)], " "),
	}, true
}

// fingerprint names the configured pair without telling it, or "" when there is none.
func fingerprint(a Account) string {
	if a.AccessToken == "" && a.RefreshToken == "" {
		return ""
	}
	return digest([]byte(a.AccessToken + "\n" + a.RefreshToken))
}

// mayRefresh tells why the pair's refresh token must not be spent now, or nil.
func (t *Tokens) mayRefresh(p Pair) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case p.Refresh == "":
		return fmt.Errorf("%w: there is no refresh token", ErrGrant)
	case p.Refresh == t.dead:
		return errDead
	case t.options.Now().Before(t.retryAt):
		return fmt.Errorf("%w: %w", errCooling, t.lastErr)
	}
	return nil
}

// accept keeps a new pair: in memory at once, since the old one is dead, and in
// the store before anybody uses it.
func (t *Tokens) accept(ctx context.Context, old Pair, g grant) (string, error) {
	now := t.options.Now()
	p := Pair{Access: string(g.Access), Refresh: string(g.Refresh), ObtainedAt: now, ExpiresAt: now.Add(g.life()), Configured: old.Configured}
	if p.Refresh == "" {
		p.Refresh = old.Refresh
	}
	t.hold(p, old.Refresh)
	var err error
	for try := range saveTries {
		if err = t.store.Save(ctx, p); err == nil {
			t.remember(p)
			return p.Access, nil
		}
		if try+1 < saveTries && sleep(ctx, t.pause) != nil {
			break
		}
	}
	t.alarm(AlarmUnsaved)
	return "", fmt.Errorf("store new tokens: %w", err)
}

// failed takes note of a failed renewal. A refresh token may be dead only
// because another replica, whose lock we did not see, has spent it: then the
// store holds the pair that it got.
func (t *Tokens) failed(ctx context.Context, p Pair, err error) (string, error) {
	if errors.Is(err, errDead) {
		if stored, readErr := t.store.Tokens(ctx); readErr == nil && stored.Refresh != p.Refresh && t.fit(stored, p.Access) {
			t.remember(stored)
			return stored.Access, nil
		}
	}
	t.note(p, err)
	switch {
	case errors.Is(err, ErrGrant):
		t.alarm(AlarmGrant)
	case errors.Is(err, errLost):
		t.alarm(AlarmLost)
	}
	return "", fmt.Errorf("renew token: %w", err)
}

// fit reports whether the pair's access token may be used by one whom stale failed.
func (t *Tokens) fit(p Pair, stale string) bool {
	return p.Access != "" && p.Access != stale && t.options.Now().Before(p.ExpiresAt)
}

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
