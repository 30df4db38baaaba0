package zalo

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
)

func TestTokensConfiguredPairIsFreshWhenFirstSeen(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token, err := b.Access(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "A0", token)
	assert.Empty(t, b.oauth.spent(), "nothing is renewed")
	assert.Equal(t, clock(), b.store.pair.ObtainedAt)
	assert.Equal(t, clock().Add(25*time.Hour), b.store.pair.ExpiresAt)

	b.pass(time.Hour)
	_, err = b.manager(configured("A0", "R0")).Access(t.Context())
	require.NoError(t, err)
	assert.Equal(t, clock(), b.store.pair.ObtainedAt, "seen before")
	assert.Len(t, b.store.saved, 1)
}

func TestTokensStoredPairWinsUntilANewOneIsConfigured(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token, err := b.Renew(t.Context(), "A0")
	require.NoError(t, err)
	assert.Equal(t, "A1", token)

	access := func(a Account) string {
		token, err := b.manager(a).Access(t.Context())
		require.NoError(t, err)
		return token
	}
	assert.Equal(t, "A1", access(configured("A0", "R0")), "after a restart")
	assert.Equal(t, "A1", access(configured("", "")), "no pair configured")
	assert.Equal(t, "A9", access(configured("A9", "R9")), "a newer pair")
	assert.Equal(t, "A9", access(configured("A0", "R0")), "a stale configuration never overwrites it")
	assert.Equal(t, "R9", b.store.pair.Refresh)
}

func TestTokensEightSendsOnADeadToken(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.Access(t.Context())
	require.NoError(t, err)
	b.oauth.mu.Lock()
	b.oauth.access = "killed" // the platform forgot A0
	b.oauth.mu.Unlock()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.oauth.mu.Lock()
		good := r.Header.Get("access_token") == b.oauth.access
		b.oauth.mu.Unlock()
		if !good {
			_, _ = io.WriteString(w, `{"error":-216,"message":"Access token is invalid"}`)
			return
		}
		_, _ = io.WriteString(w, sentOK)
	}))
	defer api.Close()

	var wg sync.WaitGroup
	replicas := []*Tokens{b.Tokens, b.manager(configured("A0", "R0"))}
	for i := range 16 {
		s := NewSender(sampleAccount(), replicas[i%2], Options{APIURL: api.URL})
		wg.Go(func() {
			_, err := s.Send(context.Background(), channel.Message{Peer: peer, Text: "a"})
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.Equal(t, []string{"R0"}, b.oauth.spent(), "one renewal for eight sends of each of two replicas")
	assert.Equal(t, lockTTL, b.store.ttl)
	assert.Greater(t, lockTTL, renewTime, "the lock outlives the renewal")
	assert.Greater(t, renewTime, oauthTimeout)
	assert.False(t, b.store.locked)
	assert.Empty(t, b.alarmed())
}

func TestTokensExpiredIsRenewedBeforeUse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.Access(t.Context())
	require.NoError(t, err)
	b.pass(25 * time.Hour)
	token, err := b.Access(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "A1", token)

	// A replica that finds an expired pair in the store renews it, even if it is not the refused one.
	b.pass(25 * time.Hour)
	token, err = b.manager(configured("A0", "R0")).Renew(t.Context(), "A0")
	require.NoError(t, err)
	assert.Equal(t, "A2", token)
}

func TestTokensStoredBeforeUse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.Access(t.Context())
	require.NoError(t, err)
	b.store.failSave = saveTries + 1 // all tries of the renewal, and the first one after

	_, err = b.Renew(t.Context(), "A0")
	require.Error(t, err, "not stored, not used")
	assert.Equal(t, []string{channelAlarm + AlarmUnsaved}, b.alarmed())
	_, err = b.Access(t.Context())
	require.Error(t, err)
	assert.Equal(t, "A0", b.store.pair.Access)

	token, err := b.Access(t.Context())
	require.NoError(t, err, "kept in memory, stored at last")
	assert.Equal(t, "A1", token)
	assert.Equal(t, "A1", b.store.pair.Access)
	assert.Equal(t, []string{"R0"}, b.oauth.spent(), "never renewed again for that")
}

func TestTokensSavingIsTriedAgainAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.Access(t.Context())
	require.NoError(t, err)
	b.store.failSave = saveTries - 1
	token, err := b.Renew(t.Context(), "A0")
	require.NoError(t, err)
	assert.Equal(t, "A1", token)
	assert.Empty(t, b.alarmed())
}

func TestTokensAnotherReplicaRenewed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	other := b.manager(configured("A0", "R0"))
	for _, m := range []*Tokens{b.Tokens, other} {
		_, err := m.Access(t.Context())
		require.NoError(t, err)
	}
	_, err := other.Renew(t.Context(), "A0")
	require.NoError(t, err)
	token, err := b.Renew(t.Context(), "A0")
	require.NoError(t, err)
	assert.Equal(t, "A1", token)
	assert.Len(t, b.oauth.spent(), 1)
}

func TestTokensWaitForTheLock(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.Access(t.Context())
	require.NoError(t, err)
	b.store.locked = true // another replica is at it
	done := make(chan string)
	go func() {
		token, err := b.Renew(context.Background(), "A0")
		assert.NoError(t, err)
		done <- token
	}()
	stored := b.store.pair
	stored.Access, stored.Refresh, stored.ObtainedAt = "B1", "S1", clock().Add(time.Second)
	require.NoError(t, b.store.Save(t.Context(), stored)) // and done, its lock still held
	assert.Equal(t, "B1", <-done)
	assert.Empty(t, b.oauth.spent())
}

func TestTokensCallerGoesAway(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.Renew(ctx, "A0")
	if err != nil {
		require.ErrorIs(t, err, context.Canceled)
	}
	token, err := b.Renew(t.Context(), "A0")
	require.NoError(t, err, "the renewal outlives who asked")
	assert.Equal(t, "A1", token)
	assert.Len(t, b.oauth.spent(), 1)
}

func TestTokensAnswers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer  string
		access  string
		refresh string
		life    time.Duration
	}{
		"as documented":            {`{"access_token":"A","refresh_token":"R","expires_in":"90000"}`, "A", "R", 25 * time.Hour},
		"a number":                 {`{"access_token":"A","refresh_token":"R","expires_in":3600}`, "A", "R", time.Hour},
		"no refresh token":         {`{"access_token":"A","expires_in":"3600"}`, "A", "R0", time.Hour},
		"no life":                  {`{"access_token":"A","refresh_token":"R"}`, "A", "R", accessLife},
		"a senseless life":         {`{"access_token":"A","refresh_token":"R","expires_in":"-1"}`, "A", "R", accessLife},
		"a token beside error 0":   {`{"error":0,"access_token":"A","refresh_token":"R","expires_in":"1e3"}`, "A", "R", 1000 * time.Second},
		"a life of another nature": {`{"access_token":"A","refresh_token":"R","expires_in":["x"]}`, "A", "R", accessLife},
	}
	for name, tt := range tests {
		b := newBench(t)
		b.oauth.answers = []string{tt.answer}
		token, err := b.Renew(t.Context(), "A0")
		require.NoError(t, err, name)
		assert.Equal(t, tt.access, token, name)
		assert.Equal(t, tt.refresh, b.store.pair.Refresh, name)
		assert.Equal(t, clock().Add(tt.life), b.store.pair.ExpiresAt, name)
	}
}

func TestTokensRefusals(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer string
		grant  bool // gone
		again  bool // tried again after the cool-down
		alarms []string
	}{
		"dead":              {`{"error":-14014,"error_name":"Invalid refresh token."}`, true, false, []string{channelAlarm + AlarmGrant}},
		"dead, no number":   {`{"error_name":"Invalid refresh token."}`, true, false, []string{channelAlarm + AlarmGrant}},
		"dead, other shape": {`{"error":"-118","message":"invalid grant"}`, true, false, []string{channelAlarm + AlarmGrant}},
		"wrong secret":      {`{"error":-14004,"error_name":"Invalid secret key"}`, true, true, []string{channelAlarm + AlarmGrant}},
		"wrong app":         {`{"error":-14002,"error_name":"Invalid appId"}`, true, true, []string{channelAlarm + AlarmGrant}},
		"another code":      {`{"error":-14024,"error_name":"?"}`, false, true, nil},
		"empty token":       {`{"access_token":"","refresh_token":"R","expires_in":"90000"}`, false, true, []string{channelAlarm + AlarmLost}},
		"no JSON":           {`<html>`, false, true, []string{channelAlarm + AlarmLost}},
		"down":              {"down", false, true, nil},
	}
	for name, tt := range tests {
		b := newBench(t)
		b.oauth.answers = []string{tt.answer}
		_, err := b.Renew(t.Context(), "A0")
		require.Error(t, err, name)
		assert.Equal(t, tt.grant, errors.Is(err, ErrGrant), name)
		assert.Equal(t, "A0", b.store.pair.Access, "%s: a good pair is never overwritten by nothing", name)
		assert.Equal(t, tt.alarms, append([]string(nil), b.alarmed()...), name)

		_, err = b.Renew(t.Context(), "A0")
		require.Error(t, err, "%s: not at once", name)
		assert.Equal(t, tt.grant, errors.Is(err, ErrGrant), name)
		assert.Len(t, b.oauth.spent(), 1, name)

		b.pass(coolDown)
		token, err := b.Renew(t.Context(), "A0")
		if tt.again {
			require.NoError(t, err, name)
			assert.Equal(t, "A2", token, name)
			assert.Equal(t, []string{"R0", "R0"}, b.oauth.spent(), name)
		} else {
			require.ErrorIs(t, err, ErrGrant, name)
			assert.Len(t, b.oauth.spent(), 1, "%s: never spent again", name)
		}
	}
}

func TestTokensLostOutcome(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.oauth.answers = []string{"cut"}
	_, err := b.Renew(t.Context(), "A0")
	require.ErrorIs(t, err, errLost)
	require.NotErrorIs(t, err, ErrGrant, "it may not have been spent")
	b.pass(coolDown)
	_, err = b.Renew(t.Context(), "A0")
	require.ErrorIs(t, err, ErrGrant, "it was")
	assert.Equal(t, []string{"R0", "R0"}, b.oauth.spent(), "tried once more with the same")
	assert.Equal(t, []string{channelAlarm + AlarmLost, channelAlarm + AlarmGrant}, b.alarmed())

	// An administrator consents again, on another replica.
	b.oauth.mu.Lock()
	b.oauth.access, b.oauth.refresh = "A7", "R7"
	b.oauth.mu.Unlock()
	_, err = b.manager(configured("A7", "R7")).Access(t.Context())
	require.NoError(t, err)
	token, err := b.Renew(t.Context(), "A0")
	require.NoError(t, err)
	assert.Equal(t, "A7", token)
}

func TestTokensDeadBecauseAnotherSpentIt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	stored := Pair{Access: "B1", Refresh: "S1", ObtainedAt: clock(), ExpiresAt: clock().Add(time.Hour), Configured: fingerprint(b.account)}
	got, err := b.failed(t.Context(), Pair{Access: "A0", Refresh: "R0"}, errDead)
	require.Error(t, err)
	assert.Empty(t, got)
	require.NoError(t, b.store.Save(t.Context(), stored))
	got, err = b.failed(t.Context(), Pair{Access: "A0", Refresh: "R0"}, errDead)
	require.NoError(t, err)
	assert.Equal(t, "B1", got)
}

func TestTokensWithoutAPair(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	none := b.manager(configured("", ""))
	_, err := none.Access(t.Context())
	require.ErrorIs(t, err, ErrGrant)
	assert.Equal(t, []string{channelAlarm + AlarmGrant}, b.alarmed())

	token, err := b.manager(configured("", "R0")).Access(t.Context())
	require.NoError(t, err, "a refresh token alone will do")
	assert.Equal(t, "A1", token)
}

func TestTokensStoreDown(t *testing.T) {
	t.Parallel()
	down := errors.New("down")
	for name, fail := range map[string]func(*memory){
		"reading": func(m *memory) { m.failRead = down },
		"locking": func(m *memory) { m.failLock = down },
	} {
		b := newBench(t)
		fail(b.store)
		_, err := b.Renew(t.Context(), "A0")
		require.ErrorIs(t, err, down, name)
		assert.Empty(t, b.oauth.spent(), "%s: nothing is spent that cannot be stored", name)
	}
	b := newBench(t)
	b.store.failSave = 1
	_, err := b.Access(t.Context())
	require.Error(t, err, "the configured pair could not be stored")
}
