package zalo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// memory is a TokenStore in memory, for several managers.
type memory struct {
	mu       sync.Mutex
	pair     Pair
	locked   bool
	ttl      time.Duration
	saved    []Pair
	failSave int // saves that fail yet
	failRead error
	failLock error
	onSave   func()
}

func (m *memory) Tokens(context.Context) (Pair, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pair, m.failRead
}

func (m *memory) Save(_ context.Context, p Pair) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.onSave != nil {
		m.onSave()
	}
	if m.failSave > 0 {
		m.failSave--
		return errors.New("disk full")
	}
	m.pair, m.saved = p, append(m.saved, p)
	return nil
}

func (m *memory) Lock(_ context.Context, ttl time.Duration) (func(), bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.locked || m.failLock != nil {
		return nil, false, m.failLock
	}
	m.locked, m.ttl = true, ttl
	return m.unlock, true, nil
}

func (m *memory) unlock() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.locked = false
}

// oauth is the platform's OAuth endpoint: refresh tokens serve once, and each
// renewal kills the access token before it.
type oauth struct {
	*httptest.Server
	mu      sync.Mutex
	access  string
	refresh string
	calls   []string // refresh tokens as they came
	answers []string // bodies instead of the true answer, in turn; "cut" cuts the line after rotating, "down" is a 503
}

func newOAuth(t *testing.T) *oauth {
	t.Helper()
	o := &oauth{access: "A0", refresh: "R0"}
	o.Server = httptest.NewServer(http.HandlerFunc(o.serve))
	t.Cleanup(o.Close)
	return o
}

func (o *oauth) serve(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if r.URL.Path != "/v4/oa/access_token" || r.Header.Get("secret_key") != "app-secret" || r.FormValue("app_id") != sampleApp || r.FormValue("grant_type") != "refresh_token" {
		http.Error(w, "empty api", http.StatusNotFound)
		return
	}
	o.calls = append(o.calls, r.FormValue("refresh_token"))
	var answer string
	if len(o.answers) > 0 {
		answer, o.answers = o.answers[0], o.answers[1:]
	}
	switch {
	case answer == "down":
		w.WriteHeader(http.StatusServiceUnavailable)
	case answer != "" && answer != "cut":
		_, _ = io.WriteString(w, answer)
	case r.FormValue("refresh_token") != o.refresh:
		_, _ = io.WriteString(w, `{"error":-14014,"error_name":"Invalid refresh token.","error_description":""}`)
	case answer == "cut":
		o.rotate()
		panic(http.ErrAbortHandler)
	default:
		o.rotate()
		_, _ = fmt.Fprintf(w, `{"access_token":%q,"refresh_token":%q,"expires_in":"90000"}`, o.access, o.refresh)
	}
}

func (o *oauth) rotate() {
	n := len(o.calls)
	o.access, o.refresh = fmt.Sprintf("A%d", n), fmt.Sprintf("R%d", n)
}

func (o *oauth) spent() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string{}, o.calls...)
}

// bench is one manager with all around it.
type bench struct {
	*Tokens
	store  *memory
	oauth  *oauth
	now    *atomic.Int64 // seconds since the start
	mu     sync.Mutex
	alarms []string
}

func (b *bench) alarmed() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string{}, b.alarms...)
}

func (b *bench) pass(d time.Duration) { b.now.Add(int64(d / time.Second)) }

func (b *bench) clock() time.Time { return clock().Add(time.Duration(b.now.Load()) * time.Second) }

// manager returns another manager on the same store and platform, as another replica has it.
func (b *bench) manager(a Account) *Tokens {
	alarm := func(kind, about string) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.alarms = append(b.alarms, kind+" "+about)
	}
	t := NewTokens(a, b.store, Options{OAuthURL: b.oauth.URL, Now: b.clock, Alarm: alarm})
	t.pause = time.Millisecond
	return t
}

func configured(access, refresh string) Account {
	a := sampleAccount()
	a.AccessToken, a.RefreshToken = access, refresh
	return a
}

func newBench(t *testing.T) *bench {
	b := &bench{store: &memory{}, oauth: newOAuth(t), now: &atomic.Int64{}}
	b.Tokens = b.manager(configured("A0", "R0"))
	return b
}

const channelAlarm = "channel zalo:" + sampleOA + " "
