package sandbox

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (r *rig) page(method, path string, body any, header ...string) answer {
	r.t.Helper()
	req := r.request(method, path, "application/json", marshal(body))
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	got, err := r.do(req)
	require.NoError(r.t, err)
	return got
}

func actOf(p Platform, action string, more ...any) map[string]any {
	body := map[string]any{"platform": p, "account": pageID, "citizen": psid, "action": action}
	if p == Zalo {
		body["account"], body["citizen"] = oaID, zaloUser
	}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	return body
}

func TestPageIsServedUnderAStrictPolicy(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for path, kind := range map[string]string{"/sandbox": "text/html", "/sandbox/": "text/html", "/sandbox/app.js": "text/javascript", "/sandbox/style.css": "text/css"} {
		res, err := http.Get(r.base + path)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		assert.Equal(t, http.StatusOK, res.StatusCode)
		assert.Contains(t, res.Header.Get("Content-Type"), kind)
		assert.Contains(t, res.Header.Get("Content-Security-Policy"), "default-src 'self'")
	}
	html, err := pageFiles.ReadFile("page/index.html")
	require.NoError(t, err)
	for _, inline := range []string{"<script>", "<style", " style=", " onclick="} {
		assert.NotContains(t, string(html), inline)
	}
	script, err := pageFiles.ReadFile("page/app.js")
	require.NoError(t, err)
	for _, markup := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("} {
		assert.NotContains(t, string(script), markup)
	}
}

func TestOtherSitesMayNotAct(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	say := actOf(Zalo, "say", "text", "x")
	tests := []struct {
		name   string
		header []string
		status int
	}{
		{"the page itself", []string{"Sec-Fetch-Site", "same-origin", "Origin", r.base}, 200},
		{"no browser", nil, 200},
		{"another site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
		{"another port of this machine", []string{"Sec-Fetch-Site", "same-site", "Origin", "http://127.0.0.1:1"}, 403},
		{"an old browser on another site", []string{"Origin", "https://evil.example"}, 403},
		{"a form", []string{"Content-Type", "text/plain"}, 415},
	}
	for _, tt := range tests {
		for _, path := range []string{"/sandbox/api/act", "/sandbox/faults"} {
			body := any(say)
			if path == "/sandbox/faults" {
				body = map[string]any{"platform": "zalo", "faults": map[string]any{}}
			}
			assert.Equal(t, tt.status, r.page("POST", path, body, tt.header...).status, "%s %s", tt.name, path)
		}
	}
	assert.Len(t, r.citizen(Zalo).Messages(), 2)
}

func TestHandlerIsForLoopbackOnly(t *testing.T) {
	t.Parallel()
	s := New(testOptions(time.Now))
	defer s.Close()
	tests := []struct {
		remote, host string
		status       int
	}{
		{"127.0.0.1:5000", "127.0.0.1:8080", 200},
		{"[::1]:5000", "localhost:8080", 200},
		{"192.0.2.1:5000", "127.0.0.1:8080", 403},
		{"127.0.0.1:5000", "evil.example", 403},
	}
	for _, tt := range tests {
		req := httptest.NewRequest(http.MethodGet, "/sandbox/", nil)
		req.RemoteAddr, req.Host = tt.remote, tt.host
		rec := httptest.NewRecorder()
		s.Handler().ServeHTTP(rec, req)
		assert.Equal(t, tt.status, rec.Code, "%s %s", tt.remote, tt.host)
	}
}

func TestMountHandsTheSandboxItsPaths(t *testing.T) {
	t.Parallel()
	s := New(testOptions(time.Now))
	defer s.Close()
	engine := gin.New()
	s.Mount(engine)
	srv := newServer(t, engine)
	for path, status := range map[string]int{"/sandbox": 200, "/sandbox/": 200, "/sandbox/app.js": 200, "/sandbox/api/accounts": 200, "/sandbox/none": 404, "/graph/me": 404} {
		res, err := http.Get(srv + path)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		assert.Equal(t, status, res.StatusCode, path)
	}
	res, err := http.Get(srv + "/sandbox/api/events")
	require.NoError(t, err)
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	require.True(t, lines.Scan(), "events flow through gin too")
	assert.Equal(t, "id: 0", lines.Text())
}

func TestPageActs(t *testing.T) {
	t.Parallel()
	for _, p := range []Platform{Messenger, Zalo} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			c := r.citizen(p)
			acts := []map[string]any{
				actOf(p, "say", "text", "Đèn hỏng"), actOf(p, "photo", "count", 2), actOf(p, "location", "lat", 10.9, "lng", 106.8),
				actOf(p, "sticker"), actOf(p, "voice"), actOf(p, "follow"), actOf(p, "unfollow"), actOf(p, "read"), actOf(p, "react", "id", "x"),
				actOf(p, "edit", "id", "x", "text", "y"), actOf(p, "unsend", "id", "x"), actOf(p, "staff", "text", "Em đây"),
				actOf(p, "staff_takes"), actOf(p, "staff_returns"), actOf(p, "name", "text", "Hoa"), actOf(p, "block"), actOf(p, "unblock"), actOf(p, "rewind", "count", 25),
			}
			for _, body := range acts {
				assert.Equal(t, http.StatusOK, r.page("POST", "/sandbox/api/act", body).status, body["action"])
			}
			require.NoError(t, r.Idle(r.ctx()))
			want := map[Platform]int{Messenger: 6, Zalo: 7}[p] // an album is one message on Messenger
			assert.Len(t, c.Messages(), want)
			assert.Equal(t, http.StatusConflict, r.page("POST", "/sandbox/api/act", actOf(p, "tap", "text", "x")).status)
			assert.Equal(t, http.StatusBadRequest, r.page("POST", "/sandbox/api/act", actOf(p, "dance")).status)
			assert.Equal(t, http.StatusBadRequest, r.page("POST", "/sandbox/api/act", map[string]any{"unknown": 1}).status)
			assert.Equal(t, http.StatusNotFound, r.page("POST", "/sandbox/api/act", map[string]any{"platform": p, "account": "1", "citizen": "1"}).status)
			assert.Equal(t, http.StatusBadRequest, r.page("POST", "/sandbox/api/act", map[string]any{"platform": p, "citizen": "x"}).status)
		})
	}
}

func TestPageShowsAPhone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.citizen(Messenger).SendPhotos(1)
	q := url.Values{"platform": {"messenger"}, "account": {pageID}, "citizen": {psid}}
	got := r.page("GET", "/sandbox/api/phone?"+q.Encode(), nil)
	list := got.body["messages"].([]any)
	require.Len(t, list, 1)
	at := list[0].(map[string]any)["attachments"].([]any)[0].(map[string]any)
	require.True(t, strings.HasPrefix(at["url"].(string), "/sandbox/media/"), "the policy allows the page's own origin only")
	assert.Equal(t, http.StatusOK, r.page("GET", at["url"].(string), nil).status)
	assert.True(t, strings.HasPrefix(r.citizen(Messenger).Messages()[0].Attachments[0].URL, r.base+"/media/"), "the talk itself keeps the platform's address")
}

func TestPageUpload(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	tests := []struct {
		name, kind string
		data       []byte
	}{
		{"anh.jpg", "image", SamplePhoto(1)},
		{"don.pdf", "file", []byte("%PDF-1.7")},
	}
	q := url.Values{"platform": {"zalo"}, "account": {oaID}, "citizen": {zaloUser}}
	for i, tt := range tests {
		kind, body := multipartFile(t, "file", tt.name, tt.data)
		got, err := r.do(r.request("POST", "/sandbox/api/upload?"+q.Encode(), kind, body))
		require.NoError(t, err)
		assert.Equal(t, tt.kind, got.body["kind"])
		at := r.citizen(Zalo).Messages()[i].Attachments[0]
		assert.Equal(t, tt.name, at.Name)
		assert.Equal(t, len(tt.data), at.Size)
	}
	got, err := r.do(r.request("POST", "/sandbox/api/upload?"+q.Encode(), "application/json", nil))
	require.NoError(t, err)
	assert.Equal(t, http.StatusBadRequest, got.status)
}

func TestPageFaults(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	set := func(p string, faults any) answer {
		return r.page("POST", "/sandbox/faults", map[string]any{"platform": p, "faults": faults})
	}
	assert.Equal(t, http.StatusOK, set("zalo", map[string]any{"latency_ms": 5, "duplicate": 1}).status)
	assert.Equal(t, http.StatusOK, set("zalo", map[string]any{"echo": "before"}).status)
	assert.Equal(t, Faults{LatencyMS: 5, Duplicate: 1, Echo: EchoBefore}, r.Faults(Zalo), "what is not named stays")
	assert.Equal(t, Faults{}, r.Faults(Messenger))
	for _, bad := range []any{
		map[string]any{"down": "x"}, map[string]any{"echo": "x"}, map[string]any{"latency_ms": -1}, map[string]any{"duplicate": 51}, map[string]any{"unknown": 1}, "x",
	} {
		assert.Equal(t, http.StatusBadRequest, set("zalo", bad).status)
	}
	assert.Equal(t, http.StatusBadRequest, set("email", map[string]any{}).status)
	all := r.page("GET", "/sandbox/faults", nil)
	assert.InDelta(t, 5, all.body["zalo"].(map[string]any)["latency_ms"], 0)

	assert.Equal(t, http.StatusOK, r.page("POST", "/sandbox/api/act", actOf(Zalo, "expire_token")).status)
	got, err := r.sendZalo("x")
	require.NoError(t, err)
	code, _ := got.code()
	assert.Equal(t, -220, code)
}

func TestEventsStreamTheWireLog(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	req := r.request("GET", "/sandbox/api/events", "", nil)
	res, err := http.DefaultClient.Do(req.WithContext(r.ctx()))
	require.NoError(t, err)
	defer res.Body.Close()
	assert.Equal(t, "text/event-stream", res.Header.Get("Content-Type"))
	r.citizen(Zalo).Say("Đèn hỏng")
	lines := bufio.NewScanner(res.Body)
	lastID := ""
	for lines.Scan() {
		if id, found := strings.CutPrefix(lines.Text(), "id: "); found {
			lastID = id
		}
		data, found := strings.CutPrefix(lines.Text(), "data: ")
		if !found {
			continue
		}
		var news struct {
			Wire []Exchange `json:"wire"`
		}
		require.NoError(t, json.Unmarshal([]byte(data), &news))
		if len(news.Wire) > 0 {
			assert.Equal(t, Webhook, news.Wire[0].Direction)
			assert.Contains(t, news.Wire[0].Request, "Đèn hỏng")
			break
		}
	}
	assert.Equal(t, "1", lastID, "an event's id is where a page goes on that comes back")
	assert.Len(t, r.Wire(0), 1)
}

func TestSubscriptionMakesTheHandshake(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	deaf := newServer(t, http.NotFoundHandler())
	require.NoError(t, r.Connect(r.base, deaf))
	q := url.Values{"access_token": {appID + "|" + appSecret}}
	got := r.page("POST", GraphPath+"/v25.0/"+appID+"/subscriptions?"+q.Encode(), map[string]any{"object": "page", "verify_token": "VT"})
	assert.Equal(t, http.StatusBadRequest, got.status)
	code, _ := got.code()
	assert.Equal(t, 2200, code)
}
