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

	fb "github.com/huandu/facebook/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// graphSample is one recorded pair of the Graph API.
type graphSample struct {
	Request struct {
		Method  string            `json:"method"`
		URL     string            `json:"url"`
		Headers map[string]string `json:"headers"`
		Query   map[string]string `json:"query"`
		Body    map[string]any    `json:"body"`
	} `json:"request"`
	Response struct {
		Status int            `json:"status"`
		Body   map[string]any `json:"body"`
	} `json:"response"`
}

// prepareGraph brings the fake into the state that the samples assume.
func prepareGraph(r *rig, name string) {
	c := r.citizen(Messenger)
	c.SetName("Nguyễn An", false)
	c.Say("Chào")
	r.mu.Lock()
	defer r.mu.Unlock()
	page := r.findAccount(Messenger, pageID)
	page.page.uploads["1857777774821032"] = kept{until: r.clock.Now().Add(time.Hour)}
	page.page.DefaultApp = true
	c.p.messages[0].ID = "m_in01"
	switch name {
	case "profile_get":
		page.page.profile["get_started"] = `{"payload":"GET_STARTED"}`
		page.page.profile["greeting"] = `[{"locale":"default","text":"..."}]`
	case "thread_owner":
		c.p.owner = appID
	case "user_profile_no_access":
		c.p.name = ""
	case "user_profile_phone_account":
		c.p.hidden = true
	}
}

// body writes a sample's body in the form that its content type names.
func (g graphSample) body(t *testing.T) (kind string, data []byte) {
	kind = g.Request.Headers["Content-Type"]
	switch kind {
	case "application/x-www-form-urlencoded":
		v := url.Values{}
		for k, x := range g.Request.Body {
			v.Set(k, x.(string))
		}
		v.Set("appsecret_proof", appProof(appSecret, pageToken))
		return kind, []byte(v.Encode())
	case "multipart/form-data":
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		require.NoError(t, w.WriteField("message", g.Request.Body["message"].(string)))
		part, err := w.CreateFormFile("filedata", "a.png")
		require.NoError(t, err)
		_, err = part.Write([]byte("png"))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return w.FormDataContentType(), b.Bytes()
	}
	return kind, marshal(g.Request.Body)
}

func TestGraphAnswersAsItsSamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/messenger/api/*.json")
	require.NoError(t, err)
	require.Greater(t, len(files), 30)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if name == "errors" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var g graphSample
			require.NoError(t, json.Unmarshal(readSample(t, "messenger", "api", name+".json"), &g))
			r := newRig(t)
			prepareGraph(r, name)
			u, err := url.Parse(g.Request.URL)
			require.NoError(t, err)
			q := url.Values{"access_token": {pageToken}, "appsecret_proof": {appProof(appSecret, pageToken)}}
			if strings.HasSuffix(u.Path, "/subscriptions") {
				q.Set("access_token", appID+"|"+appSecret)
			}
			for k, v := range g.Request.Query {
				q.Set(k, v)
			}
			kind, body := g.body(t)
			got, err := r.do(r.request(g.Request.Method, GraphPath+u.Path+"?"+q.Encode(), kind, body))
			require.NoError(t, err)
			assert.Equal(t, g.Response.Status, got.status)
			assert.Equal(t, shape(g.Response.Body), shape(map[string]any(got.body)))
		})
	}
}

func TestGraphErrorsAreWordForWord(t *testing.T) {
	t.Parallel()
	var list struct {
		Errors []struct {
			Status int            `json:"status"`
			Body   map[string]any `json:"body"`
		} `json:"errors"`
	}
	require.NoError(t, json.Unmarshal(readSample(t, "messenger", "api", "errors.json"), &list))
	require.Len(t, list.Errors, len(graphErrors()))
	r := newRig(t)
	r.citizen(Messenger).Say("Chào")
	for _, want := range list.Errors {
		code, sub := answer{body: want.Body}.code()
		r.SetFaults(Messenger, Faults{Refuse: Refusal{Code: code, Subcode: sub, Times: 1}})
		got, err := r.sendGraph("x")
		require.NoError(t, err)
		fail := got.body["error"].(map[string]any)
		assert.NotEmpty(t, fail["fbtrace_id"])
		fail["fbtrace_id"] = "T"
		assert.Equal(t, want.Body, map[string]any(got.body))
		assert.Equal(t, want.Status, got.status)
	}
	assert.Empty(t, r.citizen(Messenger).Received(), "a refused message must not arrive")
}

func TestGraphChecksTokenAndProof(t *testing.T) {
	t.Parallel()
	proof := appProof(appSecret, pageToken)
	tests := []struct {
		name, token, proof string
		bearer             bool
		code               int
	}{
		{name: "good", token: pageToken, proof: proof},
		{name: "bearer", token: pageToken, proof: proof, bearer: true},
		{name: "no token", proof: proof, code: 190},
		{name: "other token", token: "x", proof: proof, code: 190},
		{name: "no proof", token: pageToken, code: 100},
		{name: "another app's proof", token: pageToken, proof: appProof("other", pageToken), code: 100},
	}
	r := newRig(t)
	for _, tt := range tests {
		q := url.Values{"appsecret_proof": {tt.proof}}
		req := r.request("GET", GraphPath+"/v25.0/me?"+q.Encode(), "", nil)
		if tt.bearer {
			req.Header.Set("Authorization", "Bearer "+tt.token)
		} else {
			q.Set("access_token", tt.token)
			req.URL.RawQuery = q.Encode()
		}
		got, err := r.do(req)
		require.NoError(t, err)
		code, _ := got.code()
		assert.Equal(t, tt.code, code, tt.name)
	}
	r.SetFaults(Messenger, Faults{TokenExpired: true})
	got, err := r.sendGraph("x")
	require.NoError(t, err)
	code, sub := got.code()
	assert.Equal(t, []int{190, 463}, []int{code, sub})
}

func TestGraphWindows(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, kind, tag string
		after           time.Duration
		code, sub       int
	}{
		{"answer at once", "RESPONSE", "", 0, 0, 0},
		{"update within a day", "UPDATE", "", 24 * time.Hour, 0, 0},
		{"answer after a day", "RESPONSE", "", 24*time.Hour + time.Second, 10, 2018278},
		{"person after a day", "MESSAGE_TAG", "HUMAN_AGENT", 25 * time.Hour, 0, 0},
		{"person after a week", "MESSAGE_TAG", "HUMAN_AGENT", 7*24*time.Hour + time.Second, 10, 2018278},
		{"dead tag", "MESSAGE_TAG", "ACCOUNT_UPDATE", 0, 100, 0},
		{"no type", "", "", 0, 100, 0},
		{"template that nobody approved", "UTILITY", "", 0, 100, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.citizen(Messenger).Say("Chào")
			r.clock.Add(tt.after)
			got, err := r.graphCall("POST", "/me/messages", map[string]any{
				"recipient": map[string]any{"id": psid}, "messaging_type": tt.kind, "tag": tt.tag, "message": map[string]any{"text": "x"},
			})
			require.NoError(t, err)
			code, sub := got.code()
			assert.Equal(t, []int{tt.code, tt.sub}, []int{code, sub})
		})
	}
}

func TestGraphLimits(t *testing.T) {
	t.Parallel()
	quick := func(n int, title string) map[string]any {
		list := []any{}
		for range n {
			list = append(list, map[string]any{"content_type": "text", "title": title, "payload": "a.b:c"})
		}
		return map[string]any{"text": "x", "quick_replies": list}
	}
	tests := []struct {
		name    string
		message map[string]any
		ok      bool
	}{
		{"1999 runes", map[string]any{"text": strings.Repeat("ệ", 1999)}, true},
		{"2000 runes", map[string]any{"text": strings.Repeat("ệ", 2000)}, false},
		{"13 quick replies", quick(13, "Gửi phản ánh"), true},
		{"14 quick replies", quick(14, "Gửi phản ánh"), false},
		{"a title of 21", quick(1, strings.Repeat("ệ", 21)), false},
		{"metadata of 1000", map[string]any{"text": "x", "metadata": strings.Repeat("a", 1000)}, false},
		{"nothing", map[string]any{}, false},
		{"text and file", map[string]any{"text": "x", "attachment": map[string]any{"type": "image", "payload": map[string]any{"url": "https://x"}}}, false},
		{"unknown upload", map[string]any{"attachment": map[string]any{"type": "image", "payload": map[string]any{"attachment_id": "1"}}}, false},
	}
	r := newRig(t)
	r.citizen(Messenger).Say("Chào")
	for _, tt := range tests {
		got, err := r.graphCall("POST", "/me/messages", map[string]any{
			"recipient": map[string]any{"id": psid}, "messaging_type": "RESPONSE", "message": tt.message,
		})
		require.NoError(t, err)
		assert.Equal(t, tt.ok, got.status == http.StatusOK, tt.name)
	}
}

func TestGraphRecipients(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	got, err := r.sendGraph("x")
	require.NoError(t, err)
	code, sub := got.code()
	assert.Equal(t, []int{100, 2018001}, []int{code, sub}, "nobody knows this PSID yet")

	c := r.citizen(Messenger)
	got, err = r.sendGraph("x")
	require.NoError(t, err)
	_, sub = got.code()
	assert.Equal(t, 2018278, sub, "who never wrote cannot be written to")

	c.Say("Chào")
	c.SetBlocked(true)
	got, err = r.sendGraph("x")
	require.NoError(t, err)
	code, _ = got.code()
	assert.Equal(t, 551, code)

	c.SetBlocked(false)
	c.StaffTakes()
	got, err = r.sendGraph("x")
	require.NoError(t, err)
	code, _ = got.code()
	assert.Equal(t, 2018300, code)

	c.StaffReturns()
	got, err = r.sendGraph("x")
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, got.status)
}

func TestGraphRate(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Pages[0].RatePerSecond = 2 })
	r.citizen(Messenger).Say("Chào")
	var codes []int
	for range 3 {
		got, err := r.sendGraph("x")
		require.NoError(t, err)
		code, _ := got.code()
		codes = append(codes, code)
	}
	assert.Equal(t, []int{0, 0, 613}, codes)
	r.clock.Add(time.Second)
	got, err := r.sendGraph("x")
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, got.status)
}

func TestGraphTellsTheTalk(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.citizen(Messenger).Say("Chào")
	sent, err := r.sendGraph("Xin chào")
	require.NoError(t, err)
	got, err := r.graphCall("GET", "/me/conversations", nil)
	require.NoError(t, err)
	assert.Equal(t, []any{map[string]any{"id": "t_" + psid}}, got.body["data"])
	got, err = r.graphCall("GET", "/t_"+psid+"/messages", nil)
	require.NoError(t, err)
	newest := got.body["data"].([]any)[0].(map[string]any)
	assert.Equal(t, sent.body["message_id"], newest["id"])
	for _, path := range []string{"/t_" + psid, "/me/conversations"} {
		q := url.Values{"access_token": {pageToken}, "appsecret_proof": {appProof(appSecret, pageToken)}, "fields": {"id,messages.limit(20){id,created_time,from,message}"}}
		got, err = r.do(r.request("GET", GraphPath+"/v25.0"+path+"?"+q.Encode(), "", nil))
		require.NoError(t, err)
		thread := got.body
		if list, many := thread["data"].([]any); many {
			thread = list[0].(map[string]any)
		}
		messages := thread["messages"].(map[string]any)["data"].([]any)
		require.Len(t, messages, 2, path)
		assert.Equal(t, "Xin chào", messages[0].(map[string]any)["message"])
		assert.Equal(t, pageID, messages[0].(map[string]any)["from"].(map[string]any)["id"])
	}
}

// The real client of the product's kind, not our own requests.
func TestGraphTakesHuandu(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.citizen(Messenger).Say("Chào")
	app := fb.New(appID, appSecret)
	app.EnableAppsecretProof = true
	session := app.Session(pageToken)
	session.BaseURL = r.base + GraphPath + "/"
	session.Version = "v25.0"
	res, err := session.WithContext(r.ctx()).Post("/"+pageID+"/messages", fb.Params{
		"recipient": fb.Params{"id": psid}, "messaging_type": "RESPONSE", "message": fb.Params{"text": "Xin chào <&> 👍", "metadata": "out:1"},
	})
	require.NoError(t, err)
	got := r.citizen(Messenger).Received()
	require.Len(t, got, 1)
	assert.Equal(t, "Xin chào <&> 👍", got[0].Text)
	assert.Equal(t, "out:1", got[0].Metadata)
	assert.Equal(t, got[0].ID, res["message_id"])

	_, err = session.WithContext(r.ctx()).Delete("/"+pageID+"/subscribed_apps", nil)
	require.NoError(t, err)
	assert.False(t, r.findAccount(Messenger, pageID).page.subscribed("messages"), "DELETE comes as POST with method=DELETE")

	r.SetFaults(Messenger, Faults{Throttle: 1})
	_, err = session.WithContext(r.ctx()).Post("/me/messages", fb.Params{"recipient": fb.Params{"id": psid}, "messaging_type": "RESPONSE", "message": fb.Params{"text": "x"}})
	var fail *fb.Error
	require.ErrorAs(t, err, &fail)
	assert.Equal(t, 613, fail.Code)
}

func FuzzGraph(f *testing.F) {
	f.Add("POST", "v25.0/me/messages", "application/json", []byte(`{"recipient":{"id":"1"},"message":{"text":"x"}}`))
	f.Add("POST", "me/messages", "application/x-www-form-urlencoded", []byte(`recipient={"id":"1"}&message=null`))
	f.Add("POST", "1/message_attachments", "multipart/form-data; boundary=b", []byte("--b\r\n\r\n--b--"))
	f.Add("GET", "t_/messages", "", []byte(`[]`))
	s := New(testOptions(time.Now))
	f.Cleanup(s.Close)
	f.Fuzz(func(t *testing.T, method, path, kind string, body []byte) {
		c := call{method: method, path: path, header: http.Header{"Content-Type": {kind}}, body: body, params: map[string]string{}, files: map[string]upload{}}
		if c.readBody() != nil {
			return
		}
		c.params["access_token"], c.params["appsecret_proof"] = pageToken, appProof(appSecret, pageToken)
		if rep := s.graph(c); rep.status < 200 || rep.status > 599 || !json.Valid(rep.bytes()) {
			t.Fatalf("%s %s: answer %d %s", method, path, rep.status, rep.bytes())
		}
	})
}
