package zalo

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// source is a TokenSource of fixed words.
type source struct {
	access, renewed string
	accessErr, err  error
	stale           []string
}

func (s *source) Access(context.Context) (string, error) { return s.access, s.accessErr }

func (s *source) Renew(_ context.Context, stale string) (string, error) {
	s.stale = append(s.stale, stale)
	return s.renewed, s.err
}

// reply is what the fake platform answers.
type reply struct {
	status int
	body   string
	header http.Header
}

const sentOK = `{"data":{"message_id":"63ecf43f0df7dba892e6"},"error":0,"message":"Success"}`

// seen is a request as it came over the wire.
type seen struct {
	method, url, token, contentType string
	body                            []byte
}

// platform answers in turn, the last answer again and again, and records requests.
type platform struct {
	*httptest.Server
	mu       sync.Mutex
	requests []seen
}

func newPlatform(t *testing.T, replies ...reply) *platform {
	t.Helper()
	p := &platform{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		rep := replies[min(len(p.requests), len(replies)-1)]
		p.requests = append(p.requests, seen{r.Method, r.URL.String(), r.Header.Get("access_token"), r.Header.Get("Content-Type"), body})
		p.mu.Unlock()
		for k, v := range rep.header {
			w.Header()[k] = v
		}
		if rep.status != 0 {
			w.WriteHeader(rep.status)
		}
		_, _ = io.WriteString(w, rep.body)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *platform) seen() []seen {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]seen{}, p.requests...)
}

// sender returns a sender of the sample OA to the platform.
func (p *platform) sender(tokens TokenSource, with ...func(*Account)) *Sender {
	a := sampleAccount()
	for _, f := range with {
		f(&a)
	}
	return NewSender(a, tokens, Options{APIURL: p.URL, Now: clock})
}

// clock stands at 23:59:45 of a Monday in Vietnam.
func clock() time.Time { return time.Date(2026, 11, 23, 16, 59, 45, 0, time.UTC) }

func withButtons(a *Account) { a.Buttons = true }

// apiSample is a recorded pair of request and answer.
type apiSample struct {
	Request struct {
		Method, URL string
		Body        json.RawMessage
		Query       map[string]string
	}
	Response struct{ Body json.RawMessage }
}

func readAPISample(t *testing.T, name string) apiSample {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "api", name+".json"))
	require.NoError(t, err)
	var s apiSample
	require.NoError(t, json.Unmarshal(raw, &s))
	return s
}

const peer = "3333444455556666777"
