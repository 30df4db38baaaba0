package zalo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Run renews the pair at half its life and alarms when that fails, until ctx
// ends. It looks once a minute.
func (t *Tokens) Run(ctx context.Context) {
	for ctx.Err() == nil {
		// What fails here is tried again in the next round, and alarmed about.
		_ = t.Keep(ctx)
		_ = sleep(ctx, keepEvery)
	}
}

// Keep is one round of Run: it learns what other replicas have stored, stores
// what this one could not, and renews a pair that is past half its life.
func (t *Tokens) Keep(ctx context.Context) error {
	if _, err := t.share(ctx, t.learn); err != nil {
		return err
	}
	p, _ := t.known()
	now, life := t.options.Now(), p.ExpiresAt.Sub(p.ObtainedAt)
	if now.Before(p.ObtainedAt.Add(life / 2)) {
		return nil
	}
	_, err := t.Renew(ctx, p.Access)
	if err != nil && !errors.Is(err, ErrGrant) && !now.Before(p.ObtainedAt.Add(life*3/4)) {
		t.alarm(AlarmOld)
	}
	return err
}

// learn brings memory and store together.
func (t *Tokens) learn(ctx context.Context) (string, error) {
	stored, err := t.store.Tokens(ctx)
	if err != nil {
		return "", fmt.Errorf("read tokens: %w", err)
	}
	p, ours := t.pick(stored)
	if ours {
		return t.renew(ctx, "")
	}
	t.remember(p)
	return p.Access, nil
}

// ReadOnly returns a source that gives the pair that counts as it is: it never
// renews, stores or locks. Another process may be using the pair.
func (t *Tokens) ReadOnly() TokenSource { return readOnly{t} }

type readOnly struct{ tokens *Tokens }

// Access implements TokenSource.
func (r readOnly) Access(ctx context.Context) (string, error) {
	stored, err := r.tokens.store.Tokens(ctx)
	if err != nil {
		return "", fmt.Errorf("read tokens: %w", err)
	}
	p, _ := r.tokens.pick(stored)
	if p.Access == "" {
		return "", fmt.Errorf("%w: there is no access token", ErrGrant)
	}
	return p.Access, nil
}

// Renew implements TokenSource by refusing.
func (r readOnly) Renew(context.Context, string) (string, error) {
	return "", errors.New("zalo: tokens are not renewed here")
}

// known returns the pair in memory; ok is false while it may not be used.
func (t *Tokens) known() (p Pair, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.pair, t.pair.Access != "" && t.spent == ""
}

// remember takes over a pair that the store holds. Troubles of the one before
// are forgotten.
func (t *Tokens) remember(p Pair) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.replace(p)
	t.spent = ""
}

// hold takes over a pair that is not stored yet, got for the refresh token spent.
func (t *Tokens) hold(p Pair, spent string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.replace(p)
	t.spent = spent
}

// replace sets the pair. The caller holds mu.
func (t *Tokens) replace(p Pair) {
	if p.Access != t.pair.Access || p.Refresh != t.pair.Refresh {
		t.alarmed, t.retryAt, t.lastErr = nil, time.Time{}, nil
	}
	t.pair = p
}

// note remembers a failed renewal, so that the next is not tried at once, and
// one with a dead refresh token never again.
func (t *Tokens) note(p Pair, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.retryAt, t.lastErr = t.options.Now().Add(coolDown), err
	if errors.Is(err, errDead) {
		t.dead = p.Refresh
	}
}

// alarm tells staff, once for each trouble with one pair.
func (t *Tokens) alarm(word string) {
	t.mu.Lock()
	again := slices.Contains(t.alarmed, word)
	if !again {
		t.alarmed = append(t.alarmed, word)
	}
	t.mu.Unlock()
	if !again {
		t.options.Alarm("channel", t.account.Channel()+" "+word)
	}
}
