package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMessengerSignatureVectors(t *testing.T) {
	t.Parallel()
	var v struct {
		Vectors []struct {
			Name   string `json:"name"`
			Secret string `json:"app_secret"`
			Body   string `json:"raw_body_base64"`
			SHA256 string `json:"X-Hub-Signature-256"`
			SHA1   string `json:"X-Hub-Signature"`
		} `json:"vectors"`
	}
	require.NoError(t, json.Unmarshal(readSample(t, "messenger", "_signature_vectors.json"), &v))
	require.NotEmpty(t, v.Vectors)
	for _, x := range v.Vectors {
		body, err := base64.StdEncoding.DecodeString(x.Body)
		require.NoError(t, err)
		h := newPageAccount(Page{AppSecret: x.Secret}).signature(body)
		assert.Equal(t, x.SHA256, h.Get("X-Hub-Signature-256"), x.Name)
		assert.Equal(t, x.SHA1, h.Get("X-Hub-Signature"), x.Name)
	}
	raw, err := base64.StdEncoding.DecodeString(v.Vectors[1].Body)
	require.NoError(t, err)
	escaped, err := base64.StdEncoding.DecodeString(v.Vectors[0].Body)
	require.NoError(t, err)
	assert.Equal(t, string(escaped), string(escapeUnicode(raw)), "bodies leave in Meta's escaped form")
}

func TestZaloSignatureVectors(t *testing.T) {
	t.Parallel()
	var v map[string]struct {
		Mac  string `json:"mac"`
		File string `json:"file"`
	}
	require.NoError(t, json.Unmarshal(readSample(t, "zalo", "signatures.json"), &v))
	require.Greater(t, len(v), 60)
	a := newOAAccount(OA{AppID: zaloAppID, SecretKey: oaKey}, time.Now())
	for name, x := range v {
		h := a.signature(readSample(t, "zalo", "payloads", x.File))
		assert.Equal(t, "mac="+x.Mac, h.Get(zaloSignature), name)
	}
}

func TestMessengerSendsAgainUntil200(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.product.answer = func(n int, _ received) int {
		if n < 3 {
			return http.StatusServiceUnavailable
		}
		return http.StatusOK
	}
	c := r.citizen(Messenger)
	c.Say("một")
	c.Say("hai")
	require.NoError(t, r.Idle(r.ctx()))
	talk := c.Messages()
	assert.Equal(t, 3, talk[0].Attempts)
	assert.True(t, talk[0].Acked)
	assert.Equal(t, 1, talk[1].Attempts, "the second waits for the first, so order holds")
	assert.Len(t, r.product.got, 4)
}

func TestMessengerGivesUp(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.product.answer = func(int, received) int { return http.StatusForbidden }
	c := r.citizen(Messenger)
	c.Say("x")
	require.NoError(t, r.Idle(r.ctx()))
	assert.Equal(t, 1, r.Stats().Dropped)
	assert.Equal(t, 4, c.Messages()[0].Attempts)
	assert.False(t, c.Messages()[0].Acked)
}

func TestZaloDoesNotSendAgainAfterAnAnswer(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.product.answer = func(int, received) int { return http.StatusServiceUnavailable }
	c := r.citizen(Zalo)
	c.Say("x")
	require.NoError(t, r.Idle(r.ctx()))
	assert.Equal(t, 1, c.Messages()[0].Attempts)
	assert.False(t, c.Messages()[0].Acked)
}

func TestZaloSendsAgainWhenNothingListens(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	require.NoError(t, r.Connect(r.base, "http://127.0.0.1:1"))
	c := r.citizen(Zalo)
	c.Say("x")
	require.NoError(t, r.Idle(r.ctx()))
	assert.Equal(t, 2, c.Messages()[0].Attempts)
	assert.Equal(t, "retry 1", r.Wire(1)[0].Note[:7])
}

func TestEchoOrder(t *testing.T) {
	t.Parallel()
	for _, p := range []Platform{Messenger, Zalo} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.citizen(p).Say("Chào")
			r.product.next(t)
			for _, echo := range []Echo{EchoBefore, EchoAfter, EchoNever} {
				r.SetFaults(p, Faults{Echo: echo, DropReceipts: true})
				sent, err := r.send(p, "trả lời "+string(echo))
				require.NoError(t, err)
				require.Equal(t, http.StatusOK, sent.status)
				if echo == EchoBefore {
					assert.Len(t, r.product.got, 1, "the echo was answered before the send")
				}
				require.NoError(t, r.Idle(r.ctx()))
				if echo == EchoNever {
					assert.Empty(t, r.product.got)
					continue
				}
				assert.Contains(t, string(r.product.next(t).body), string(echo))
			}
		})
	}
}

func TestEchoCarriesAppAndMetadata(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.SetFaults(Messenger, Faults{Echo: EchoBefore})
	r.citizen(Messenger).Say("Chào")
	r.product.next(t)
	sent, err := r.sendGraph("x")
	require.NoError(t, err)
	body := decode(t, r.product.next(t).body)
	item := body["entry"].([]any)[0].(map[string]any)["messaging"].([]any)[0].(map[string]any)
	echo := item["message"].(map[string]any)
	assert.Equal(t, "out:x", echo["metadata"])
	assert.Equal(t, sent.body["message_id"], echo["mid"])
	assert.Equal(t, appID, strconv.FormatFloat(echo["app_id"].(float64), 'f', -1, 64))
	assert.Equal(t, true, echo["is_echo"])
}

func TestZaloEchoMayHaveAnotherID(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.SetFaults(Zalo, Faults{EchoOtherID: true, Echo: EchoBefore})
	r.citizen(Zalo).Say("Chào")
	r.product.next(t)
	sent, err := r.sendZalo("x")
	require.NoError(t, err)
	echo := decode(t, r.product.next(t).body)["message"].(map[string]any)
	assert.NotEqual(t, sent.body["data"].(map[string]any)["message_id"], echo["msg_id"])
}

func TestAccidentsOfASend(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		faults    Faults
		err       bool
		status    int
		delivered bool
	}{
		{"cut before", Faults{CutBefore: 1}, true, 0, false},
		{"delivered, then cut", Faults{DeliverThenCut: 1}, true, 0, true},
		{"down 502", Faults{Down: "502"}, false, 502, false},
		{"down 503", Faults{Down: "503"}, false, 503, false},
		{"down closed", Faults{Down: "close"}, true, 0, false},
		{"slow", Faults{LatencyMS: 30}, false, 200, true},
		{"throttled", Faults{Throttle: 1}, false, 0, false},
		{"ambiguous", Faults{Ambiguous: 1}, false, 0, true},
	}
	for _, p := range []Platform{Messenger, Zalo} {
		for _, tt := range tests {
			t.Run(string(p)+" "+tt.name, func(t *testing.T) {
				t.Parallel()
				r := newRig(t)
				c := r.citizen(p)
				c.Say("Chào")
				r.SetFaults(p, tt.faults)
				start := time.Now()
				got, err := r.send(p, "x")
				assert.Equal(t, tt.err, err != nil)
				if tt.status != 0 {
					assert.Equal(t, tt.status, got.status)
				}
				assert.GreaterOrEqual(t, time.Since(start), tt.faults.latency())
				require.NoError(t, r.Idle(r.ctx()))
				assert.Len(t, c.Received(), map[bool]int{true: 1}[tt.delivered])
			})
		}
	}
}

func TestAmbiguousAnswerOfMessenger(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.citizen(Messenger).Say("Chào")
	r.SetFaults(Messenger, Faults{Ambiguous: 1})
	got, err := r.sendGraph("x")
	require.NoError(t, err)
	code, sub := got.code()
	assert.Equal(t, []int{1, 1357046}, []int{code, sub})
}

func TestWebhookFaults(t *testing.T) {
	t.Parallel()
	for _, p := range []Platform{Messenger, Zalo} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			c := r.citizen(p)

			r.SetFaults(p, Faults{Duplicate: 2})
			c.Say("ba lần")
			require.NoError(t, r.Idle(r.ctx()))
			first := r.product.next(t)
			assert.Equal(t, first.body, r.product.next(t).body)
			assert.Equal(t, first.body, r.product.next(t).body)

			r.SetFaults(p, Faults{Reorder: 3})
			for _, text := range []string{"m1", "m2", "m3"} {
				c.Say(text)
			}
			require.NoError(t, r.Idle(r.ctx()))
			for _, text := range []string{"m3", "m2", "m1"} {
				assert.Contains(t, string(r.product.next(t).body), text)
			}

			r.SetFaults(p, Faults{Reorder: 3})
			c.Say("lẻ loi")
			require.NoError(t, r.Idle(r.ctx()), "a lone webhook is not held for ever")
			r.product.next(t)

			r.SetFaults(p, Faults{BadSignature: 1})
			c.Say("giả")
			bad := r.product.next(t)
			for k, v := range r.findAccount(p, c.p.account.id).signature(bad.body) {
				assert.NotEqual(t, v[0], bad.header.Get(k))
				assert.Len(t, bad.header.Get(k), len(v[0]))
			}
		})
	}
}

func TestZaloSignatureFaults(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.SetFaults(Zalo, Faults{NoMacPrefix: true, NumberTimestamp: true})
	r.citizen(Zalo).Say("x")
	h := r.product.next(t)
	assert.Len(t, h.header.Get(zaloSignature), 64)
	assert.IsType(t, 0.0, decode(t, h.body)["timestamp"])
	assert.Equal(t, "mac="+h.header.Get(zaloSignature), r.findAccount(Zalo, oaID).signature(h.body).Get(zaloSignature))
}

func TestParallelWebhooksDoNotWait(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const n = 10
	all := make(chan struct{})
	in := make(chan struct{}, n)
	gate := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		in <- struct{}{}
		<-all
	})
	srv := newServer(t, gate)
	require.NoError(t, r.Connect(r.base, srv, srv))
	r.SetFaults(Zalo, Faults{Parallel: true})
	r.citizen(Zalo).SendPhotos(n)
	for range n {
		select {
		case <-in:
		case <-time.After(5 * time.Second):
			require.FailNow(t, "a webhook waited for another")
		}
	}
	close(all)
	require.NoError(t, r.Idle(r.ctx()))
	assert.Equal(t, n, r.Stats().Answered)
}

func TestPostRecordedBody(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	body := readSample(t, "zalo", "payloads", "unknown_future_event.json")
	status, err := r.Post(r.ctx(), Zalo, oaID, body)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, body, r.product.next(t).body)
	_, err = r.Post(r.ctx(), Zalo, "1", body)
	require.Error(t, err)
}

func TestUnsubscribedPageGetsNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.graphCall("DELETE", "/me/subscribed_apps", nil)
	require.NoError(t, err)
	r.citizen(Messenger).Say("x")
	require.NoError(t, r.Idle(r.ctx()))
	assert.Empty(t, r.product.got)
}
