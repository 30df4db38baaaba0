package zalo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

func TestSendRequests(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		message channel.Message
		id      string
	}{
		"10_cs_text":        {channel.Message{Peer: peer, Text: norm.NFD.String("UBND phường xin chào")}, "63ecf43f0df7dba892e6"},
		"47_anonymous_text": {channel.Message{Peer: anonymousPeer("anon-6f1e2d3c4b5a", "conv-9a8b7c6d"), Text: "Dạ, từ 7h30 đến 16h30"}, "a1b2c3d4e5f607180044"},
	}
	for name, tt := range tests {
		want := readAPISample(t, name)
		p := newPlatform(t, reply{body: string(want.Response.Body)})
		id, err := p.sender(&source{access: "AT"}).Send(t.Context(), tt.message)
		require.NoError(t, err, name)
		assert.Equal(t, tt.id, id, name)
		require.Len(t, p.seen(), 1)
		got := p.seen()[0]
		assert.Equal(t, want.Request.Method, got.method)
		assert.Equal(t, want.Request.URL, DefaultAPIURL+got.url)
		assert.Equal(t, "AT", got.token)
		assert.Equal(t, "application/json", got.contentType)
		var compact bytes.Buffer
		require.NoError(t, json.Compact(&compact, want.Request.Body))
		assert.Equal(t, compact.String(), strings.TrimSpace(string(got.body)), "%s: byte for byte", name)
	}
}

func TestSendButtons(t *testing.T) {
	t.Parallel()
	var choices []models.Choice
	for i := range 7 {
		choices = append(choices, models.Choice{Payload: fmt.Sprintf("menu.root:c%d", i), Label: fmt.Sprintf("Nút %d", i)})
	}
	p := newPlatform(t, reply{body: sentOK})
	_, err := p.sender(&source{access: "AT"}, withButtons).Send(t.Context(), channel.Message{Peer: peer, Text: "a < b & c", Choices: choices})
	require.NoError(t, err)

	var sent, shape map[string]any
	require.NoError(t, json.Unmarshal(p.seen()[0].body, &sent))
	require.NoError(t, json.Unmarshal(readAPISample(t, "17_cs_buttons_UNVERIFIED").Request.Body, &shape))
	list := sent["message"].(map[string]any)["attachment"].(map[string]any)["payload"].(map[string]any)["buttons"].([]any)
	require.Len(t, list, maxButtons)
	assert.Equal(t, map[string]any{"title": "Nút 0", "type": "oa.query.hide", "payload": "#menu.root:c0"}, list[0])
	// All around the buttons is as in the sample.
	message := shape["message"].(map[string]any)
	message["text"] = "a < b & c"
	message["attachment"].(map[string]any)["payload"].(map[string]any)["buttons"] = list
	assert.Equal(t, shape, sent)
	assert.Contains(t, string(p.seen()[0].body), "a < b & c", "no HTML escapes")
}

func TestSendButtonsRefused(t *testing.T) {
	t.Parallel()
	message := channel.Message{Peer: peer, Text: "a", Choices: []models.Choice{{Payload: "p", Label: "l"}}}
	refused := reply{body: `{"error":-233,"message":"message type is invalid or not support"}`}

	p := newPlatform(t, refused, reply{body: sentOK})
	s := p.sender(&source{access: "AT"}, withButtons)
	for range 2 {
		_, err := s.Send(t.Context(), message)
		require.NoError(t, err)
	}
	require.Len(t, p.seen(), 3, "buttons, then text, then text at once")
	assert.Contains(t, string(p.seen()[0].body), "attachment")
	assert.NotContains(t, string(p.seen()[1].body), "attachment")
	assert.NotContains(t, string(p.seen()[2].body), "attachment")

	bad := reply{body: `{"error":-201,"message":"user_id is invalid!"}`}
	p = newPlatform(t, bad, bad, reply{body: sentOK})
	s = p.sender(&source{access: "AT"}, withButtons)
	_, err := s.Send(t.Context(), message)
	assert.Equal(t, channel.KindRejected, kindOfError(err))
	_, err = s.Send(t.Context(), message)
	require.NoError(t, err)
	assert.Contains(t, string(p.seen()[2].body), "attachment", "it was not the buttons' fault")
}

func TestSendErrorTable(t *testing.T) {
	t.Parallel()
	tests := map[channel.Kind][]int{
		channel.KindThrottled:     {-32, 429},
		channel.KindToken:         {-216, -220, -124, 216, 401, -401},
		channel.KindWindow:        {-230, -232},
		channel.KindBlocked:       {-213, -217, -227, -244},
		channel.KindRejected:      {-100, -201, -210, -233, -237, -238, -240, -241, -248, -249, -403},
		channel.KindMisconfigured: {-209, -212, -235, -242, -320, -321},
		channel.KindRestricted:    {-204, -205, -211, -219, -221, -223, -224},
		channel.KindTemporary:     {-200, -214, -218, -234, -99999, 1},
	}
	for kind, codes := range tests {
		for _, code := range codes {
			for _, form := range []string{"%d", `"%d"`} {
				body := fmt.Sprintf(`{"error":`+form+`,"message":"words with AT"}`, code)
				p := newPlatform(t, reply{body: body})
				_, err := p.sender(&source{access: "AT", renewed: "AT"}).Send(t.Context(), channel.Message{Peer: peer, Text: "a"})
				var fail *channel.SendError
				require.ErrorAs(t, err, &fail)
				assert.Equal(t, kind, fail.Kind, "%d", code)
				assert.Equal(t, fmt.Sprint(code), fail.Code)
				assert.Equal(t, "words with [token]", fail.Message)
			}
		}
	}
}

func TestSendWaits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		reply reply
		kind  channel.Kind
		wait  time.Duration
	}{
		{reply{body: `{"error":-32}`}, channel.KindThrottled, 15 * time.Second},
		{reply{body: `{"error":-234}`}, channel.KindTemporary, 6*time.Hour + 15*time.Second},
		{reply{status: 429, header: http.Header{"Retry-After": {"7"}}}, channel.KindThrottled, 7 * time.Second},
		{reply{status: 503, header: http.Header{"Retry-After": {"soon"}}}, channel.KindTemporary, 0},
	}
	for _, tt := range tests {
		_, err := newPlatform(t, tt.reply).sender(&source{access: "AT"}).Send(t.Context(), channel.Message{Peer: peer, Text: "a"})
		var fail *channel.SendError
		require.ErrorAs(t, err, &fail)
		assert.Equal(t, tt.kind, fail.Kind)
		assert.Equal(t, tt.wait, fail.Wait, "%+v", tt.reply)
	}
}

func TestSendStatuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status int
		body   string
		want   channel.Kind
	}{
		{502, "<html>", channel.KindTemporary},
		{503, "", channel.KindTemporary},
		{503, `{"error":-213,"message":"User has not followed OA"}`, channel.KindBlocked},
		{503, `{"error":"overloaded"}`, channel.KindTemporary},
		{500, "", channel.KindUnknown},
		{500, `{"error":"down"}`, channel.KindUnknown},
		{504, "<html>", channel.KindUnknown},
		{404, "<html>", channel.KindTemporary},
		{302, "", channel.KindTemporary},
		{200, "<html>", channel.KindUnknown},
		{200, `{"message":"no code"}`, channel.KindUnknown},
		{200, ``, channel.KindUnknown},
		{500, `{"error":0}`, channel.KindUnknown},
	}
	for _, tt := range tests {
		rep := reply{status: tt.status, body: tt.body, header: http.Header{"Location": {"/elsewhere"}}}
		_, err := newPlatform(t, rep).sender(&source{access: "AT"}).Send(t.Context(), channel.Message{Peer: peer, Text: "a"})
		assert.Equal(t, tt.want, kindOfError(err), "%d %s", tt.status, tt.body)
	}
}

func TestSendSuccessWithoutID(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"error":0}`, `{"error":"0","data":[]}`} {
		id, err := newPlatform(t, reply{body: body}).sender(&source{access: "AT"}).Send(t.Context(), channel.Message{Peer: peer, Text: "a"})
		require.NoError(t, err, "what was delivered is no error: %s", body)
		assert.Empty(t, id)
	}
}

func TestSendWithoutPeer(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, reply{body: sentOK})
	_, err := p.sender(&source{access: "AT"}).Send(t.Context(), channel.Message{Text: "a"})
	assert.Equal(t, channel.KindRejected, kindOfError(err))
	assert.Empty(t, p.seen())
}

func TestSendConnectionRefused(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, reply{body: sentOK})
	p.Close()
	_, err := p.sender(&source{access: "AT"}).Send(t.Context(), channel.Message{Peer: peer, Text: "a"})
	assert.Equal(t, channel.KindTemporary, kindOfError(err))
}

func TestSendBadURL(t *testing.T) {
	t.Parallel()
	s := NewSender(sampleAccount(), &source{access: "AT"}, Options{APIURL: "http://\x7f"})
	_, err := s.Send(t.Context(), channel.Message{Peer: peer, Text: "a"})
	assert.Equal(t, channel.KindMisconfigured, kindOfError(err))
}

// TestSendCut cuts the connection at a point of the exchange.
func TestSendCut(t *testing.T) {
	t.Parallel()
	tests := map[string]func(net.Conn){
		"before an answer":  func(net.Conn) {},
		"within the header": func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-") },
		"within the body":   func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{") },
	}
	for name, answer := range tests {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				answer(conn)
				_ = conn.Close()
			}
		}))
		s := NewSender(sampleAccount(), &source{access: "AT"}, Options{APIURL: server.URL})
		_, err := s.Send(t.Context(), channel.Message{Peer: peer, Text: "a"})
		assert.Equal(t, channel.KindUnknown, kindOfError(err), name)
		server.Close()
	}
}

func TestSendFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	trap := newPlatform(t, reply{body: sentOK})
	p := newPlatform(t, reply{status: http.StatusTemporaryRedirect, header: http.Header{"Location": {trap.URL}}})
	for _, client := range []*http.Client{nil, {}, p.Client()} {
		s := NewSender(sampleAccount(), &source{access: "AT"}, Options{APIURL: p.URL, HTTP: client})
		_, err := s.Send(t.Context(), channel.Message{Peer: peer, Text: "a"})
		assert.Equal(t, channel.KindTemporary, kindOfError(err))
	}
	assert.Empty(t, trap.seen(), "the token stays with the platform")
}

func TestSendTimeout(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel() // the request was read whole; the answer never comes
		<-release
	}))
	defer server.Close()
	defer close(release)
	s := NewSender(sampleAccount(), &source{access: "AT"}, Options{APIURL: server.URL})
	_, err := s.Send(ctx, channel.Message{Peer: peer, Text: "a"})
	assert.Equal(t, channel.KindUnknown, kindOfError(err))

	_, err = s.Send(ctx, channel.Message{Peer: peer, Text: "a"})
	assert.Equal(t, channel.KindTemporary, kindOfError(err), "cancelled before anything was written")
	assert.ErrorIs(t, err, context.Canceled)
}

func TestSendRenewsToken(t *testing.T) {
	t.Parallel()
	dead := reply{body: `{"error":-220,"message":"access_token is expired or removed"}`}
	message := channel.Message{Peer: peer, Text: "a"}

	p, tokens := newPlatform(t, dead, reply{body: sentOK}), &source{access: "A1", renewed: "A2"}
	id, err := p.sender(tokens).Send(t.Context(), message)
	require.NoError(t, err)
	assert.Equal(t, "63ecf43f0df7dba892e6", id)
	assert.Equal(t, []string{"A1"}, tokens.stale)
	assert.Equal(t, "A2", p.seen()[1].token)

	tests := map[string]struct {
		tokens *source
		want   channel.Kind
		calls  int
	}{
		"the second is refused too": {&source{access: "A1", renewed: "A2"}, channel.KindToken, 2},
		"no other token":            {&source{access: "A1", renewed: "A1"}, channel.KindToken, 1},
		"the grant is gone":         {&source{access: "A1", err: fmt.Errorf("x: %w", ErrGrant)}, channel.KindToken, 1},
		"no renewal now":            {&source{access: "A1", err: errors.New("down")}, channel.KindTemporary, 1},
		"never a token":             {&source{accessErr: ErrGrant}, channel.KindToken, 0},
		"no token now":              {&source{accessErr: errors.New("down")}, channel.KindTemporary, 0},
	}
	for name, tt := range tests {
		p := newPlatform(t, dead)
		_, err := p.sender(tt.tokens).Send(t.Context(), message)
		assert.Equal(t, tt.want, kindOfError(err), name)
		assert.Len(t, p.seen(), tt.calls, name)
	}
}

func TestWindowAndLimits(t *testing.T) {
	t.Parallel()
	s := NewSender(sampleAccount(), &source{}, Options{})
	last := clock()
	until := last.Add(7 * 24 * time.Hour)
	open, closed := channel.Window{Open: true, Until: until}, channel.Window{}
	for _, staff := range []bool{true, false} {
		assert.Equal(t, open, s.Window(last, last, staff))
		assert.Equal(t, open, s.Window(last, until.Add(-1), staff))
		assert.Equal(t, closed, s.Window(last, until, staff))
		assert.Equal(t, closed, s.Window(time.Time{}, last, staff), "never acted")
	}
	var _ channel.Sender = s
	var _ channel.Receiver = NewReceiver(nil)
	limits := s.Limits()
	assert.True(t, limits.Numbered)
	assert.Equal(t, 90, limits.PerMinute)
	assert.LessOrEqual(t, limits.MaxRunes, 2000)
	assert.Positive(t, limits.InFlight)
	assert.GreaterOrEqual(t, limits.MaxChoices, 9)
}

func TestUntilMorning(t *testing.T) {
	t.Parallel()
	at := func(hour int) time.Time {
		return time.Date(2026, 11, 23, hour, 0, 0, 0, time.FixedZone("", vietnamOffset))
	}
	assert.Equal(t, 8*time.Hour, untilMorning(at(22).UTC()))
	assert.Equal(t, time.Hour, untilMorning(at(5)))
	assert.Equal(t, 24*time.Hour, untilMorning(at(6)))
}
