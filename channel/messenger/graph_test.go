package messenger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
)

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int32
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	t.Cleanup(trap.Close)
	s := graph(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, trap.URL, http.StatusTemporaryRedirect)
	})
	assert.Equal(t, channel.KindTemporary, failed(t, s).Kind)
	assert.Zero(t, elsewhere.Load(), "the token went along")
}

// network returns a sender whose connections are made by dial.
func network(t *testing.T, dial func(context.Context, string, string) (net.Conn, error)) *Sender {
	t.Helper()
	c := client(t)
	c.Transport.(*http.Transport).DialContext = dial
	return NewSender(testPage, Options{GraphURL: "http://graph.test", HTTP: c, Now: func() time.Time { return sampleNow }})
}

func TestWhatWasCertainlyNotSentIsTemporary(t *testing.T) {
	t.Parallel()
	refused, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, refused.Close())
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0) // it notes the failed handshake
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)

	for name, s := range map[string]*Sender{
		"refused": NewSender(testPage, Options{GraphURL: "http://" + refused.Addr().String(), HTTP: client(t), Now: func() time.Time { return sampleNow }}),
		"no such host": network(t, func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host", Name: "graph.test", IsNotFound: true}
		}),
		"untrusted": NewSender(testPage, Options{GraphURL: untrusted.URL, HTTP: client(t), Now: func() time.Time { return sampleNow }}),
	} {
		got := failed(t, s)
		assert.Equal(t, channel.KindTemporary, got.Kind, name)
		assert.Equal(t, "network", got.Code, name)
		assert.Error(t, got.Err, name)
	}
}

func TestATimeOutBeforeTheConnectionIsTemporary(t *testing.T) {
	t.Parallel()
	s := network(t, func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := s.Send(ctx, outgoingMessage())
	var failure *channel.SendError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, channel.KindTemporary, failure.Kind)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestATimeOutAfterTheRequestIsUnknown(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := graph(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	_, err := s.Send(ctx, outgoingMessage())
	var failure *channel.SendError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, channel.KindUnknown, failure.Kind)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestACutAfterTheRequestIsUnknown(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"without an answer": "",
		"in the headers":    "HTTP/1.1 200 OK\r\nContent-",
		"in the body":       "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"message_id\":\"m_",
		"in a 503":          "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 400\r\n\r\n{\"error\"",
	} {
		s := graph(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			conn, _, err := w.(http.Hijacker).Hijack()
			if assert.NoError(t, err) {
				_, _ = io.WriteString(conn, answer)
				assert.NoError(t, conn.Close())
			}
		})
		assert.Equal(t, channel.KindUnknown, failed(t, s).Kind, name)
	}
}

func TestTheCausesOfFailuresHoldNoAddressWithAProof(t *testing.T) {
	t.Parallel()
	s := network(t, func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("unplugged") })
	_, err := s.Profile(t.Context())
	require.Error(t, err)
	assert.Contains(t, err.Error(), "unplugged")
	assert.NotContains(t, err.Error(), "appsecret_proof")
	assert.NotContains(t, fmt.Sprintf("%+v", errors.Unwrap(err)), "appsecret_proof")
}
