package sandbox

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// zaloSample is one recorded pair of Zalo's APIs.
type zaloSample struct {
	Request struct {
		Method    string            `json:"method"`
		URL       string            `json:"url"`
		Body      map[string]any    `json:"body"`
		Query     map[string]string `json:"query"`
		Form      map[string]string `json:"form"`
		Multipart map[string]string `json:"multipart"`
	} `json:"request"`
	Response struct {
		Status  int               `json:"status"`
		Headers map[string]string `json:"headers"`
		Body    map[string]any    `json:"body"`
	} `json:"response"`
	Errors []struct {
		Status int            `json:"status"`
		Body   map[string]any `json:"body"`
	} `json:"errors"`
}

func zaloSamples(t *testing.T) map[string]zaloSample {
	t.Helper()
	files, err := filepath.Glob("testdata/zalo/api/*.json")
	require.NoError(t, err)
	list := map[string]zaloSample{}
	for _, file := range files {
		var z zaloSample
		require.NoError(t, json.Unmarshal(readSample(t, "zalo", "api", filepath.Base(file)), &z))
		list[strings.TrimSuffix(filepath.Base(file), ".json")] = z
	}
	require.Greater(t, len(list), 15)
	return list
}

func (r *rig) zaloRequest(z zaloSample) *http.Request {
	u, err := url.Parse(z.Request.URL)
	require.NoError(r.t, err)
	prefix, kind, body := ZaloPath, "application/json", marshal(z.Request.Body)
	switch {
	case z.Request.Form != nil:
		v := url.Values{}
		for k, x := range z.Request.Form {
			v.Set(k, x)
		}
		prefix, kind, body = OAuthPath, "application/x-www-form-urlencoded", []byte(v.Encode())
	case z.Request.Multipart != nil:
		kind, body = multipartFile(r.t, "file", z.Request.Multipart["file"], []byte("data"))
	}
	q := url.Values{}
	for k, v := range z.Request.Query {
		q.Set(k, v)
	}
	req := r.request(z.Request.Method, prefix+u.Path+"?"+q.Encode(), kind, body)
	req.Header.Set("access_token", "AT-old")
	req.Header.Set("secret_key", "zalo-app-secret")
	return req
}

func multipartFile(t *testing.T, field, name string, data []byte) (kind string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile(field, name)
	require.NoError(t, err)
	_, err = part.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return w.FormDataContentType(), b.Bytes()
}

// prepareZalo brings the fake into the state that the samples assume.
func prepareZalo(r *rig) {
	c := r.citizen(Zalo)
	c.SetName("Nguyễn Văn A", false)
	c.Say("Chào")
	r.mu.Lock()
	defer r.mu.Unlock()
	oa := r.findAccount(Zalo, oaID).oa
	oa.Buttons = true
	for _, id := range []string{"wESbL53O_shd", "12i8LV3Bcmm"} {
		oa.uploads[id] = kept{until: r.clock.Now().Add(time.Hour)}
	}
}

func TestZaloAnswersAsItsSamples(t *testing.T) {
	t.Parallel()
	for name, z := range zaloSamples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			prepareZalo(r)
			got, err := r.do(r.zaloRequest(z))
			require.NoError(t, err)
			assert.Equal(t, z.Response.Status, got.status)
			assert.Equal(t, shape(z.Response.Body), shape(map[string]any(got.body)))
			if z.Response.Headers["X-RateLimit-Limit"] != "" {
				assert.Equal(t, "4000", got.header.Get("X-RateLimit-Limit"))
				assert.NotEmpty(t, got.header.Get("X-RateLimit-Remain"))
			}
		})
	}
}

func TestZaloErrorsAreWordForWord(t *testing.T) {
	t.Parallel()
	seen := 0
	for name, z := range zaloSamples(t) {
		if name == "03_oauth_refresh" {
			continue // OAuth has its own test
		}
		for _, want := range z.Errors {
			code, _ := answer{body: want.Body}.code()
			e := zaloError{code: code}
			words, _ := want.Body["message"].(string)
			if field, named := strings.CutSuffix(words, " is invalid!"); named {
				e.field = field
			}
			assert.Equal(t, words, e.message(), "%s %d", name, code)
			seen++
		}
	}
	assert.Greater(t, seen, 50)
}

func TestZaloRefusesUnderStatus200(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.citizen(Zalo).Say("Chào")
	for code := range zaloErrors() {
		r.SetFaults(Zalo, Faults{Refuse: Refusal{Code: code, Times: 1}})
		got, err := r.sendZalo("x")
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, got.status)
		assert.InDelta(t, code, got.body["error"], 0)
		assert.NotContains(t, got.body, "data")
	}
	assert.Empty(t, r.citizen(Zalo).Received())
}

func TestZaloWantsItsOwnHeader(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.citizen(Zalo).Say("Chào")
	req := r.request("GET", ZaloPath+"/v2.0/oa/getoa", "", nil)
	req.Header.Set("Authorization", "Bearer AT-old")
	got, err := r.do(req)
	require.NoError(t, err)
	code, _ := got.code()
	assert.Equal(t, -216, code)
}

func TestZaloWindows(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		act   func(*Citizen)
		after time.Duration
		poor  bool
		code  int
		quota any
	}{
		{"wrote just now", func(c *Citizen) { c.Say("x") }, 0, false, 0, map[string]any{"quota_type": "reply"}},
		{"48 hours", func(c *Citizen) { c.Say("x") }, 48 * time.Hour, true, 0, map[string]any{"quota_type": "reply"}},
		{"49 hours, charged", func(c *Citizen) { c.Say("x") }, 49 * time.Hour, false, 0, nil},
		{"49 hours, nobody pays", func(c *Citizen) { c.Say("x") }, 49 * time.Hour, true, -320, nil},
		{"more than 7 days", func(c *Citizen) { c.Say("x") }, 7*24*time.Hour + time.Second, false, -230, nil},
		{"only followed", (*Citizen).Follow, time.Hour, false, 0, map[string]any{"quota_type": "welcome_msg"}},
		{"never", func(*Citizen) {}, 0, false, -232, nil},
		{"blocked", func(c *Citizen) { c.Say("x"); c.SetBlocked(true) }, 0, false, -213, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, func(o *Options) { o.OAs[0].CloudAccount = !tt.poor })
			r.mu.Lock()
			r.findAccount(Zalo, oaID).oa.expires = r.clock.Now().Add(365 * 24 * time.Hour)
			r.mu.Unlock()
			tt.act(r.citizen(Zalo))
			r.clock.Add(tt.after)
			got, err := r.sendZalo("Xin chào")
			require.NoError(t, err)
			code, _ := got.code()
			assert.Equal(t, tt.code, code)
			data, _ := got.body["data"].(map[string]any)
			assert.Equal(t, tt.quota, data["quota"])
		})
	}
}

func TestZaloForms(t *testing.T) {
	t.Parallel()
	element := func(e map[string]any) map[string]any {
		return map[string]any{"attachment": map[string]any{"type": "template", "payload": map[string]any{"template_type": "media", "elements": []any{e}}}}
	}
	buttons := map[string]any{"text": "x", "attachment": map[string]any{"type": "template", "payload": map[string]any{
		"buttons": []any{map[string]any{"title": "a", "type": "oa.query.hide", "payload": "#a.b:c"}},
	}}}
	tests := []struct {
		name    string
		message map[string]any
		code    int
	}{
		{"2000 runes", map[string]any{"text": strings.Repeat("ệ", 2000)}, 0},
		{"2000 runes, decomposed", map[string]any{"text": strings.Repeat("ệ", 2000)}, 0},
		{"2001 runes", map[string]any{"text": strings.Repeat("ệ", 2001)}, -210},
		{"nothing", map[string]any{"text": ""}, -201},
		{"image by address", element(map[string]any{"media_type": "image", "url": "https://x"}), 0},
		{"both address and id", element(map[string]any{"media_type": "image", "url": "https://x", "attachment_id": "1"}), -201},
		{"old upload", element(map[string]any{"media_type": "image", "attachment_id": "1"}), -100},
		{"short form", map[string]any{"attachment": map[string]any{"type": "image", "payload": map[string]any{"attachment_id": "1"}}}, -201},
		{"buttons where the OA takes none", buttons, -201},
	}
	r := newRig(t)
	r.citizen(Zalo).Say("x")
	for _, tt := range tests {
		got, err := r.zaloCall("AT-old", "POST", "/v3.0/oa/message/cs", map[string]any{"recipient": map[string]any{"user_id": zaloUser}, "message": tt.message})
		require.NoError(t, err)
		code, _ := got.code()
		assert.Equal(t, tt.code, code, tt.name)
	}
	got, err := r.zaloCall("AT-old", "POST", "/v3.0/oa/message/cs", zaloText("1", "x"))
	require.NoError(t, err)
	assert.Equal(t, "user_id is invalid!", got.body["message"])
}

func TestZaloUploads(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	tests := []struct {
		kind, name string
		size       int
		code       int
		key        string
	}{
		{"image", "a.jpg", 1 << 20, 0, "attachment_id"},
		{"image", "a.jpg", 1<<20 + 1, -210, ""},
		{"image", "a", 1, 0, ""},
		{"file", "a.pdf", 1, 0, "token"},
		{"file", "a.zip", 1, 0, ""},
		{"gif", "a.gif", 1, 0, "attachment_id"},
	}
	for _, tt := range tests {
		kind, body := multipartFile(t, "file", tt.name, make([]byte, tt.size))
		req := r.request("POST", ZaloPath+"/v2.0/oa/upload/"+tt.kind, kind, body)
		req.Header.Set("access_token", "AT-old")
		got, err := r.do(req)
		require.NoError(t, err)
		code, _ := got.code()
		assert.Equal(t, tt.code, code, tt.name)
		data, _ := got.body["data"].(map[string]any)
		_, has := data[tt.key]
		assert.Equal(t, tt.key != "", has, "%s %s", tt.kind, tt.name)
	}
}

func TestZaloRate(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.OAs[0].RatePerMinute = 2 })
	r.citizen(Zalo).Say("x")
	var codes []int
	for range 3 {
		got, err := r.sendZalo("x")
		require.NoError(t, err)
		code, _ := got.code()
		codes = append(codes, code)
	}
	assert.Equal(t, []int{0, 0, -32}, codes)
	r.clock.Add(time.Minute)
	got, err := r.sendZalo("y")
	require.NoError(t, err)
	assert.InDelta(t, 0, got.body["error"], 0)
}

func TestZaloConversation(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.citizen(Zalo)
	c.Say("một")
	sent, err := r.sendZalo("hai")
	require.NoError(t, err)
	c.SendPhotos(1)
	ask := func(offset, count int) answer {
		data := marshal(map[string]any{"user_id": zaloUser, "offset": offset, "count": count})
		got, err := r.zaloCall("AT-old", "GET", "/v2.0/oa/conversation?"+url.Values{"data": {string(data)}}.Encode(), nil)
		require.NoError(t, err)
		return got
	}
	list := ask(0, 10).body["data"].([]any)
	require.Len(t, list, 3)
	kinds := []any{}
	for _, m := range list {
		kinds = append(kinds, m.(map[string]any)["type"], m.(map[string]any)["src"])
	}
	assert.Equal(t, []any{"photo", 1.0, "text", 0.0, "text", 1.0}, kinds, "newest first")
	assert.Equal(t, sent.body["data"].(map[string]any)["message_id"], list[1].(map[string]any)["message_id"])
	assert.Len(t, ask(1, 1).body["data"], 1)
	assert.InDelta(t, -201, ask(0, 11).body["error"], 0)
}

func FuzzZalo(f *testing.F) {
	f.Add("POST", "v3.0/oa/message/cs", []byte(`{"recipient":{"user_id":"1"},"message":{"text":"x"}}`))
	f.Add("POST", "v3.0/oa/message/cs", []byte(`{"recipient":{"user_id":"1"},"message":{"attachment":{"type":"template","payload":{"elements":[null]}}}}`))
	f.Add("POST", "v2.0/oa/message", []byte(`{"sender_action":null}`))
	f.Add("POST", "v3.0/oa/quota/message", []byte(`[]`))
	s := New(testOptions(time.Now))
	f.Cleanup(s.Close)
	if _, err := s.Citizen(Zalo, oaID, "1"); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, path string, body []byte) {
		h := http.Header{"Content-Type": {"application/json"}}
		h.Set("access_token", "AT-old")
		c := call{method: method, path: path, header: h, body: body, params: map[string]string{"data": string(body)}, files: map[string]upload{}}
		if rep := s.zaloAPI(c); rep.status != 200 && rep.status != 404 || !json.Valid(rep.bytes()) {
			t.Fatalf("%s %s: answer %d %s", method, path, rep.status, rep.bytes())
		}
	})
}
