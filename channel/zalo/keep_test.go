package zalo

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTokensReadOnly(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	look := b.ReadOnly()
	token, err := look.Access(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "A0", token, "the configured pair")
	assert.Empty(t, b.store.saved)
	_, err = look.Renew(t.Context(), "A0")
	require.Error(t, err)
	_, err = b.Renew(t.Context(), "A0")
	require.NoError(t, err)
	b.pass(100 * time.Hour)
	token, err = look.Access(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "A1", token, "as it is, though expired")
	_, err = b.manager(configured("", "")).ReadOnly().Access(t.Context())
	require.NoError(t, err)
	b.store.failRead = errors.New("down")
	_, err = look.Access(t.Context())
	require.Error(t, err)
	b.store.failRead, b.store.pair = nil, Pair{}
	_, err = b.manager(configured("", "")).ReadOnly().Access(t.Context())
	require.ErrorIs(t, err, ErrGrant)
	assert.Len(t, b.oauth.spent(), 1)
}

func TestKeep(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	require.NoError(t, b.Keep(t.Context()))
	assert.Equal(t, "A0", b.store.pair.Access, "the configured pair is taken in")
	b.pass(12*time.Hour + 29*time.Minute)
	require.NoError(t, b.Keep(t.Context()))
	assert.Empty(t, b.oauth.spent(), "not yet at half its life")
	b.pass(time.Minute)
	require.NoError(t, b.Keep(t.Context()))
	assert.Equal(t, "A1", b.store.pair.Access)

	// From half its life on it fails; at three quarters somebody is told, once.
	b.oauth.mu.Lock()
	b.oauth.answers = []string{"down", "down", "down"}
	b.oauth.mu.Unlock()
	b.pass(13 * time.Hour)
	require.Error(t, b.Keep(t.Context()))
	assert.Empty(t, b.alarmed())
	b.pass(6 * time.Hour)
	require.Error(t, b.Keep(t.Context()))
	b.pass(time.Minute)
	require.Error(t, b.Keep(t.Context()))
	assert.Equal(t, []string{channelAlarm + AlarmOld}, b.alarmed())
	token, err := b.Access(t.Context())
	require.NoError(t, err, "the token is still good")
	assert.Equal(t, "A1", token)
	b.pass(time.Minute)
	require.NoError(t, b.Keep(t.Context()))
	assert.Equal(t, "A5", b.store.pair.Access)
}

func TestKeepLearnsAndStores(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.Access(t.Context())
	require.NoError(t, err)
	_, err = b.manager(configured("A0", "R0")).Renew(t.Context(), "A0")
	require.NoError(t, err)
	require.NoError(t, b.Keep(t.Context()))
	token, err := b.Access(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "A1", token, "what another replica got")

	b.store.failSave = saveTries
	_, err = b.Renew(t.Context(), "A1")
	require.Error(t, err)
	require.NoError(t, b.Keep(t.Context()))
	assert.Equal(t, "A2", b.store.pair.Access, "what could not be stored before")

	b.store.failRead = errors.New("down")
	require.Error(t, b.Keep(t.Context()))
}

func TestRunStops(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	b.store.onSave = cancel // the first round is at work
	done := make(chan struct{})
	go func() {
		b.Run(ctx)
		close(done)
	}()
	<-done
	require.Error(t, ctx.Err())
}
