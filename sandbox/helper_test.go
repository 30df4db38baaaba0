package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The ids and secrets of the samples.
const (
	pageID, appID    = "104500000000001", "700000000000001"
	psid             = "24900000000000011"
	oaID, zaloAppID  = "2222333344445555666", "1111222233334444555"
	zaloUser         = "3333444455556666777"
	appSecret        = "test-app-secret-0123456789abcdef"
	oaKey, pageToken = "test-oa-secret-key", "PAGE_TOKEN"
)

// received is a webhook as the product got it.
type received struct {
	path   string
	header http.Header
	body   []byte
}

// stub is a product that only writes down what it is sent.
type stub struct {
	got chan received

	mu     sync.Mutex
	answer func(n int, r received) int // status for the n-th webhook, from 1
	n      int
}

func (p *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
		return
	}
	body, _ := io.ReadAll(r.Body)
	got := received{r.URL.Path, r.Header, body}
	p.mu.Lock()
	p.n++
	status := http.StatusOK
	if p.answer != nil {
		status = p.answer(p.n, got)
	}
	p.mu.Unlock()
	w.WriteHeader(status)
	p.got <- got
}

// next returns the next webhook, or fails the test.
func (p *stub) next(t *testing.T) received {
	t.Helper()
	select {
	case r := <-p.got:
		return r
	case <-time.After(5 * time.Second):
		require.FailNow(t, "no webhook came")
		return received{}
	}
}

// rig is a sandbox between a stub product and a test.
type rig struct {
	*Sandbox
	t       *testing.T
	base    string
	product *stub
	clock   *fakeClock
}

type fakeClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func testOptions(clock func() time.Time) Options {
	return Options{
		Pages: []Page{{ID: pageID, Name: "UBND xã", AppID: appID, AppSecret: appSecret, Token: pageToken, VerifyToken: "VT"}},
		OAs: []OA{{
			ID: oaID, Name: "UBND phường A", AppID: zaloAppID, AppSecret: "zalo-app-secret", SecretKey: oaKey,
			AccessToken: "AT-old", RefreshToken: "RT-old", CloudAccount: true,
		}},
		Clock:          clock,
		MessengerRetry: []time.Duration{0, time.Millisecond, time.Millisecond},
		ZaloRetry:      []time.Duration{time.Millisecond},
	}
}

func newRig(t *testing.T, change ...func(*Options)) *rig {
	t.Helper()
	clock := &fakeClock{now: time.UnixMilli(1795401600000)}
	o := testOptions(clock.Now)
	for _, f := range change {
		f(&o)
	}
	s := New(o)
	front := httptest.NewServer(s.Handler())
	product := &stub{got: make(chan received, 1000)}
	back := httptest.NewServer(product)
	require.NoError(t, s.Connect(front.URL, back.URL))
	t.Cleanup(func() {
		s.Close()
		front.CloseClientConnections()
		front.Close()
		back.Close()
	})
	return &rig{s, t, front.URL, product, clock}
}

// ctx ends soon enough that a lost message fails the test.
func (r *rig) ctx() context.Context {
	ctx, cancel := context.WithTimeout(r.t.Context(), 5*time.Second)
	r.t.Cleanup(cancel)
	return ctx
}

func (r *rig) citizen(p Platform) *Citizen {
	account, id := pageID, psid
	if p == Zalo {
		account, id = oaID, zaloUser
	}
	c, err := r.Citizen(p, account, id)
	require.NoError(r.t, err)
	return c
}

// answer is what a platform answered.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

func (r *rig) do(req *http.Request) (answer, error) {
	res, err := http.DefaultClient.Do(req.WithContext(r.ctx()))
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{status: res.StatusCode, header: res.Header}
	_ = json.Unmarshal(data, &a.body) // an answer that is no object stays nil
	return a, nil
}

func (r *rig) request(method, path, kind string, body []byte) *http.Request {
	req, err := http.NewRequest(method, r.base+path, bytes.NewReader(body))
	require.NoError(r.t, err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	return req
}

// graphCall calls Graph with the Page's token and proof.
func (r *rig) graphCall(method, path string, body any) (answer, error) {
	q := url.Values{"access_token": {pageToken}, "appsecret_proof": {appProof(appSecret, pageToken)}}
	return r.do(r.request(method, GraphPath+"/v25.0"+path+"?"+q.Encode(), "application/json", marshal(body)))
}

// zaloCall calls the OpenAPI with a token.
func (r *rig) zaloCall(token, method, path string, body any) (answer, error) {
	req := r.request(method, ZaloPath+path, "application/json", marshal(body))
	req.Header.Set("access_token", token)
	return r.do(req)
}

// sendGraph sends a text as RESPONSE.
func (r *rig) sendGraph(text string) (answer, error) {
	return r.graphCall("POST", "/me/messages", map[string]any{
		"recipient": map[string]any{"id": psid}, "messaging_type": "RESPONSE",
		"message": map[string]any{"text": text, "metadata": "out:" + text},
	})
}

// sendZalo sends a text with the pair's first token.
func (r *rig) sendZalo(text string) (answer, error) {
	return r.zaloCall("AT-old", "POST", "/v3.0/oa/message/cs", zaloText(zaloUser, text))
}

func zaloText(user, text string) map[string]any {
	return map[string]any{"recipient": map[string]any{"user_id": user}, "message": map[string]any{"text": text}}
}

func (r *rig) send(p Platform, text string) (answer, error) {
	if p == Zalo {
		return r.sendZalo(text)
	}
	return r.sendGraph(text)
}

// code digs the platform's error out of an answer.
func (a answer) code() (code, sub int) {
	if e, isGraph := a.body["error"].(map[string]any); isGraph {
		c, _ := e["code"].(float64)
		s, _ := e["error_subcode"].(float64)
		return int(c), int(s)
	}
	c, _ := a.body["error"].(float64)
	return int(c), 0
}

func readSample(t *testing.T, parts ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, parts...)...))
	require.NoError(t, err)
	return data
}

func decode(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal(data, &v))
	return v
}

// shape replaces every leaf by the name of its type, so that samples and
// answers compare by form. Of a list the first item stands for all.
func shape(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = shape(x)
		}
		return out
	case []any:
		if len(v) == 0 {
			return []any{}
		}
		return []any{shape(v[0])}
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "bool"
	}
	return v
}
