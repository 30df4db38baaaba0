package zalo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/langnghe/langnghe/channel"
)

// item is one line of the conversation list, s seconds after the clock.
func item(id, from, text string, s int) string {
	raw, _ := json.Marshal(text)
	return fmt.Sprintf(`{"src":0,"time":%d,"type":"text","message":%s,"message_id":"%s","from_id":"%s"}`,
		clock().Add(time.Duration(s)*time.Second).UnixMilli(), raw, id, from)
}

// list is a page of them.
func list(items ...string) reply {
	return reply{body: `{"error":0,"data":[` + strings.Join(items, ",") + `]}`}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	const text = "Xin chào\nông/bà"
	noise := func(s int) reply {
		var items []string
		for i := range historyPage {
			items = append(items, item("n", peer, "x", s-i))
		}
		return list(items...)
	}
	arrived := func(id string) channel.Settled { return channel.Settled{Arrived: true, PlatformID: id} }
	tests := map[string]struct {
		pages []reply
		want  channel.Settled
		calls int
	}{
		"nothing there":             {[]reply{list()}, channel.Settled{}, 1},
		"data is null":              {[]reply{{body: `{"error":0,"data":null}`}}, channel.Settled{}, 1},
		"there":                     {[]reply{list(item("m", sampleOA, text, 1))}, arrived("m"), 1},
		"white space and accents":   {[]reply{list(item("m", sampleOA, norm.NFD.String("Xin chào ông/bà "), 1))}, arrived("m"), 1},
		"no from_id, src tells":     {[]reply{list(item("m", "", text, 1))}, arrived("m"), 1},
		"by the citizen":            {[]reply{list(item("m", peer, text, 1))}, channel.Settled{}, 1},
		"known as another message":  {[]reply{list(item("known", sampleOA, text, 1))}, channel.Settled{}, 1},
		"older than the send":       {[]reply{list(item("m", sampleOA, text, -30))}, channel.Settled{}, 1},
		"the platform's clock lags": {[]reply{list(item("m", sampleOA, text, -1))}, arrived("m"), 1},
		"the earliest of several":   {[]reply{list(item("b", sampleOA, text, 5), item("a", sampleOA, text, 2))}, arrived("a"), 1},
		"on the second page":        {[]reply{noise(90), list(item("m", sampleOA, text, 1))}, arrived("m"), 2},
		"stops at what is too old":  {[]reply{noise(90), noise(-60), list(item("m", sampleOA, text, 1))}, channel.Settled{}, 2},
		"stops some time":           {[]reply{noise(90)}, channel.Settled{}, maxPages},
	}
	for name, tt := range tests {
		p := newPlatform(t, tt.pages...)
		got, err := p.sender(&source{access: "AT"}).Settle(t.Context(), channel.Message{Peer: peer, Text: text}, clock(), []string{"known"})
		require.NoError(t, err, name)
		assert.Equal(t, tt.want, got, name)
		assert.Len(t, p.seen(), tt.calls, name)
	}
}

func TestSettleRequest(t *testing.T) {
	t.Parallel()
	want := readAPISample(t, "45_conversation")
	p := newPlatform(t, reply{body: string(want.Response.Body)})
	s := p.sender(&source{access: "AT"})
	got, err := s.Settle(t.Context(), channel.Message{Peer: peer, Text: "Chào"}, time.UnixMilli(1790000000000), nil)
	require.NoError(t, err)
	assert.False(t, got.Arrived, "the citizen said it")
	sent, err := url.Parse(p.seen()[0].url)
	require.NoError(t, err)
	assert.Equal(t, http.MethodGet, p.seen()[0].method)
	assert.Equal(t, want.Request.URL, DefaultAPIURL+sent.Path)
	assert.Equal(t, want.Request.Query["data"], sent.Query().Get("data"))
	assert.Equal(t, "AT", p.seen()[0].token)
}

func TestSettleFailures(t *testing.T) {
	t.Parallel()
	message := channel.Message{Peer: peer, Text: "a"}
	for name, rep := range map[string]reply{
		"refused":         {body: `{"error":-204}`},
		"no list":         {body: `{"error":0,"data":{}}`},
		"no data":         {body: `{"error":0}`},
		"platform down":   {status: 503},
		"not Zalo's own":  {body: `<html>`},
		"a dead token":    {body: `{"error":-216}`},
		"a later failure": {body: `{"error":-32}`},
	} {
		got, err := newPlatform(t, rep).sender(&source{access: "AT", renewed: "AT"}).Settle(t.Context(), message, clock(), nil)
		require.Error(t, err, "%s must not count as not arrived", name)
		assert.Zero(t, got, name)
	}

	p := newPlatform(t, reply{body: `{"error":-216}`}, list(item("m", sampleOA, "a", 1)))
	got, err := p.sender(&source{access: "A1", renewed: "A2"}).Settle(t.Context(), message, clock(), nil)
	require.NoError(t, err)
	assert.True(t, got.Arrived, "with a renewed token")
}

func TestSettleAnonymous(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, list())
	got, err := p.sender(&source{access: "AT"}).Settle(t.Context(), channel.Message{Peer: anonymousPeer("a", "c"), Text: "a"}, clock(), nil)
	require.NoError(t, err)
	assert.False(t, got.Arrived)
	assert.Empty(t, p.seen(), "there is no list of them")
}

func TestProfile(t *testing.T) {
	t.Parallel()
	want := readAPISample(t, "43_getoa")
	p := newPlatform(t, reply{body: string(want.Response.Body)})
	got, err := p.sender(&source{access: "AT"}).Profile(t.Context())
	require.NoError(t, err)
	assert.Equal(t, Profile{OAID: sampleOA, Name: "UBND phường A", Verified: true, Type: 4}, got)
	assert.Equal(t, want.Request.URL, DefaultAPIURL+p.seen()[0].url)

	tokens := &source{access: "AT", renewed: "A2"}
	_, err = newPlatform(t, reply{body: `{"error":-216,"message":"Access token is invalid"}`}).sender(tokens).Profile(t.Context())
	assert.Equal(t, channel.KindToken, kindOfError(err))
	assert.Empty(t, tokens.stale, "a look must not spend a refresh token")
	_, err = newPlatform(t, reply{body: `{"error":0,"data":7}`}).sender(tokens).Profile(t.Context())
	require.Error(t, err)
	_, err = newPlatform(t, reply{}).sender(&source{accessErr: ErrGrant}).Profile(t.Context())
	assert.ErrorIs(t, err, ErrGrant)
}
