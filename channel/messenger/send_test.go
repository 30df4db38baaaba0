package messenger

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client returns a client of its own, whose connections end with the test.
func client(t *testing.T) *http.Client {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// graph starts a Graph API that answers with handler, and returns a sender to it.
func graph(t *testing.T, handler http.HandlerFunc) *Sender {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return NewSender(testPage, Options{GraphURL: server.URL, HTTP: client(t), Now: func() time.Time { return sampleNow }})
}

// answering is a Graph API that always answers the same.
func answering(t *testing.T, status int, body string) *Sender {
	t.Helper()
	return graph(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

const accepted = `{"recipient_id":"24900000000000011","message_id":"m_out01"}`

func outgoingMessage() channel.Message {
	return channel.Message{ID: 7, Peer: "24900000000000011", Text: "Xin chào", LastUser: sampleNow.Add(-time.Hour)}
}

// failed sends and returns the failure.
func failed(t *testing.T, s *Sender) *channel.SendError {
	t.Helper()
	id, err := s.Send(t.Context(), outgoingMessage())
	assert.Empty(t, id)
	var failure *channel.SendError
	require.ErrorAs(t, err, &failure)
	return failure
}

// sampleBody returns the request's body in a sample of the Graph API.
func sampleBody(t *testing.T, name string) map[string]json.RawMessage {
	t.Helper()
	raw, err := os.ReadFile("testdata/api/" + name + ".json")
	require.NoError(t, err)
	var sample struct {
		Request struct {
			Body map[string]json.RawMessage `json:"body"`
		} `json:"request"`
	}
	require.NoError(t, json.Unmarshal(raw, &sample))
	return sample.Request.Body
}

func TestSendOnTheWire(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		sample  string
		message channel.Message
		age     time.Duration // of the citizen's latest act
		want    url.Values    // beside token, proof and format
	}{
		"text": {
			"send_text", channel.Message{Text: "Xin chào"}, time.Hour,
			url.Values{"messaging_type": {"RESPONSE"}, "message": {`{"text":"Xin chào","metadata":"ln:7"}`}},
		},
		"choices": {
			"send_text_quick_replies",
			channel.Message{Text: "Chọn một mục:", Choices: []models.Choice{{Payload: "menu.root:report", Label: "Gửi phản ánh"}, {Payload: "menu.root:ask", Label: "Một nhãn dài hơn hai mươi ký tự"}}},
			time.Hour,
			url.Values{"messaging_type": {"RESPONSE"}, "message": {`{"text":"Chọn một mục:","metadata":"ln:7","quick_replies":[` +
				`{"content_type":"text","title":"Gửi phản ánh","payload":"menu.root:report"},` +
				`{"content_type":"text","title":"Một nhãn dài hơn ha…","payload":"menu.root:ask"}]}`}},
		},
		"a person within a day": {
			"send_text", channel.Message{Text: "Xin chào", Staff: true}, day - time.Second,
			url.Values{"messaging_type": {"RESPONSE"}, "message": {`{"text":"Xin chào","metadata":"ln:7"}`}},
		},
		"a person after a day": {
			"send_human_agent", channel.Message{Text: "Cán bộ xin trả lời", Staff: true}, day,
			url.Values{"messaging_type": {"MESSAGE_TAG"}, "tag": {"HUMAN_AGENT"}, "message": {`{"text":"Cán bộ xin trả lời","metadata":"ln:7"}`}},
		},
		"a notice of the bot": {
			"send_text", channel.Message{Text: "Xin chào", Notice: true}, day - time.Second,
			url.Values{"messaging_type": {"RESPONSE"}, "message": {`{"text":"Xin chào","metadata":"ln:7"}`}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got *http.Request
			s := graph(t, func(w http.ResponseWriter, r *http.Request) {
				assert.NoError(t, r.ParseForm())
				got = r
				_, _ = io.WriteString(w, accepted)
			})
			m := c.message
			m.ID, m.Peer, m.LastUser = 7, "24900000000000011", sampleNow.Add(-c.age)
			id, err := s.Send(t.Context(), m)
			require.NoError(t, err)
			assert.Equal(t, "m_out01", id)
			assert.Equal(t, "POST /v25.0/104500000000001/messages", got.Method+" "+got.URL.RequestURI())
			assert.Equal(t, "application/x-www-form-urlencoded", got.Header.Get("Content-Type"))
			c.want.Set("recipient", `{"id":"24900000000000011"}`)
			c.want.Set("format", "json")
			c.want.Set("access_token", testPage.PageToken)
			c.want.Set("appsecret_proof", hex.EncodeToString(sign(testPage.AppSecret, []byte(testPage.PageToken))))
			assert.Equal(t, c.want, got.PostForm)
			assertAsSample(t, sampleBody(t, c.sample), got.PostForm)
		})
	}
}

// assertAsSample compares what the samples fix: recipient, type, tag and text.
func assertAsSample(t *testing.T, sample map[string]json.RawMessage, form url.Values) {
	t.Helper()
	var words struct{ Text string }
	require.NoError(t, json.Unmarshal(sample["message"], &words))
	assert.Contains(t, form.Get("message"), words.Text)
	assert.JSONEq(t, string(sample["recipient"]), form.Get("recipient"))
	if form.Has("tag") {
		assert.JSONEq(t, string(sample["tag"]), `"`+form.Get("tag")+`"`)
		assert.JSONEq(t, string(sample["messaging_type"]), `"`+form.Get("messaging_type")+`"`)
	}
}

func TestTheFormHasTheFieldsOfTheLibrarysSample(t *testing.T) {
	t.Parallel()
	sample := sampleBody(t, "send_text_form_urlencoded_as_huandu")
	s := graph(t, func(w http.ResponseWriter, r *http.Request) {
		assert.NoError(t, r.ParseForm())
		for field := range sample {
			assert.True(t, r.PostForm.Has(field), field)
		}
		assert.Len(t, r.PostForm, len(sample))
		_, _ = io.WriteString(w, accepted)
	})
	_, err := s.Send(t.Context(), outgoingMessage())
	assert.NoError(t, err)
}

func TestWindow(t *testing.T) {
	t.Parallel()
	s := NewSender(testPage, Options{})
	last := sampleNow
	for name, c := range map[string]struct {
		last  time.Time
		after time.Duration
		staff bool
		want  time.Duration // after last; 0 is closed
	}{
		"bot at once":          {last, 0, false, windowAnyone},
		"bot to the end":       {last, 24*time.Hour - time.Nanosecond, false, windowAnyone},
		"bot after a day":      {last, 24 * time.Hour, false, 0},
		"staff after a day":    {last, 24 * time.Hour, true, windowStaff},
		"staff to the end":     {last, 7*24*time.Hour - time.Nanosecond, true, windowStaff},
		"staff after a week":   {last, 7 * 24 * time.Hour, true, 0},
		"a citizen never came": {time.Time{}, 0, true, 0},
	} {
		want := channel.Window{}
		if c.want > 0 {
			want = channel.Window{Open: true, Until: c.last.Add(c.want)}
		}
		assert.Equal(t, want, s.Window(c.last, last.Add(c.after), c.staff), name)
	}
}

func TestNothingIsSentOutsideOfTheWindow(t *testing.T) {
	t.Parallel()
	s := graph(t, func(http.ResponseWriter, *http.Request) { t.Error("called") })
	for age, staff := range map[time.Duration]bool{windowAnyone: false, windowStaff: true} {
		m := outgoingMessage()
		m.LastUser, m.Staff = sampleNow.Add(-age), staff
		_, err := s.Send(t.Context(), m)
		var failure *channel.SendError
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, channel.KindWindow, failure.Kind)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	assert.Equal(t, channel.Limits{MaxRunes: 1900, MaxChoices: 13, InFlight: 64, PerMinute: 18000}, NewSender(testPage, Options{}).Limits())
}

func TestPlatformErrors(t *testing.T) {
	t.Parallel()
	want := map[string]channel.Kind{
		"1/99": channel.KindMisconfigured, "1/1357046": channel.KindUnknown, "2": channel.KindTemporary, "4": channel.KindThrottled,
		"10/2018278": channel.KindWindow, "10/2534022": channel.KindWindow, "10/2018065": channel.KindWindow,
		"10/2018108": channel.KindBlocked, "10/1893063": channel.KindRestricted, "10": channel.KindMisconfigured,
		"100": channel.KindRejected, "100/33": channel.KindBlocked, "100/2018001": channel.KindBlocked,
		"100/2018008": channel.KindTemporary, "100/2018047": channel.KindRejected, "100/2018074": channel.KindRejected,
		"100/2018109": channel.KindRejected, "100/2018218": channel.KindRejected,
		"190/463": channel.KindToken, "190/460": channel.KindToken,
		"200": channel.KindMisconfigured, "200/1545041": channel.KindBlocked, "230": channel.KindMisconfigured,
		"368": channel.KindRestricted, "551/1545041": channel.KindBlocked, "613": channel.KindThrottled, "613/2018338": channel.KindTemporary,
		"1200/2018024": channel.KindTemporary, "2018300": channel.KindOwned, "2018321": channel.KindTemporary,
		"2022": channel.KindRestricted, "9000001": channel.KindRejected,
	}
	raw, err := os.ReadFile("testdata/api/errors.json")
	require.NoError(t, err)
	var file struct {
		Errors []struct {
			Status int             `json:"status"`
			Body   json.RawMessage `json:"body"`
		} `json:"errors"`
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Len(t, file.Errors, len(want))
	for _, e := range file.Errors {
		for _, status := range []int{e.Status, http.StatusOK} { // decided by code, whatever the status
			got := failed(t, answering(t, status, string(e.Body)))
			kind, listed := want[got.Code]
			assert.True(t, listed, got.Code)
			assert.Equal(t, kind, got.Kind, "%s under %d", got.Code, status)
			var body struct{ Error struct{ Message string } }
			require.NoError(t, json.Unmarshal(e.Body, &body))
			assert.Equal(t, body.Error.Message, got.Message)
		}
	}
}

func TestFurtherErrors(t *testing.T) {
	t.Parallel()
	body := func(fields string) string { return `{"error":{"message":"M",` + fields + `}}` }
	for name, c := range map[string]struct {
		status int
		body   string
		want   channel.Kind
		code   string
	}{
		"dead token, code as a word":        {400, body(`"code":"190","error_subcode":"467"`), channel.KindToken, "190/467"},
		"is_transient as a number":          {500, body(`"code":2,"is_transient":1`), channel.KindTemporary, "2"},
		"an unknown transient":              {500, body(`"code":987654,"is_transient":true`), channel.KindTemporary, "987654"},
		"unknown":                           {400, body(`"code":987654`), channel.KindRejected, "987654"},
		"unknown, after a fault of theirs":  {500, body(`"code":987654`), channel.KindUnknown, "987654"},
		"owned by another app":              {400, body(`"code":100,"error_subcode":2534037`), channel.KindOwned, "100/2534037"},
		"owned, as a subcode":               {400, body(`"code":10,"error_subcode":2018300`), channel.KindOwned, "10/2018300"},
		"page limits":                       {400, body(`"code":32`), channel.KindThrottled, "32"},
		"session":                           {400, body(`"code":102`), channel.KindToken, "102"},
		"capability":                        {400, body(`"code":3`), channel.KindMisconfigured, "3"},
		"not reviewed":                      {400, body(`"code":200,"error_subcode":2018028`), channel.KindMisconfigured, "200/2018028"},
		"small code is no subcode":          {400, body(`"code":33`), channel.KindRejected, "33"},
		"wrong proof":                       {400, `{"error":{"message":"Invalid appsecret_proof provided in the API argument","code":100}}`, channel.KindMisconfigured, "100"},
		"an error in a word":                {500, `{"error":"Fatal"}`, channel.KindUnknown, "http/500"},
		"an error in a word, refused":       {400, `{"error":"Fatal"}`, channel.KindRejected, "http/400"},
		"an error without a code":           {400, `{"error":{"message":"M"}}`, channel.KindRejected, "http/400"},
		"a gateway's page":                  {502, `<html>Bad Gateway</html>`, channel.KindTemporary, "http/502"},
		"a gateway's silence":               {503, ``, channel.KindTemporary, "http/503"},
		"a gateway's JSON":                  {503, `{"note":"busy"}`, channel.KindTemporary, "http/503"},
		"the platform's own 503":            {503, `{"error":"busy"}`, channel.KindUnknown, "http/503"},
		"an empty 500":                      {500, ``, channel.KindUnknown, "http/500"},
		"a gateway that waited":             {504, `<html>`, channel.KindUnknown, "http/504"},
		"too many, says a gateway":          {429, ``, channel.KindThrottled, "http/429"},
		"request time-out":                  {408, ``, channel.KindTemporary, "http/408"},
		"no Graph API here":                 {404, `<html>`, channel.KindMisconfigured, "http/404"},
		"accepted, without an id":           {200, `{"recipient_id":"24900000000000011"}`, channel.KindUnknown, "http/200"},
		"accepted, with a number for an id": {200, `{"message_id":5}`, channel.KindUnknown, "http/200"},
		"accepted, true":                    {200, `true`, channel.KindUnknown, "http/200"},
		"accepted, nothing":                 {200, ``, channel.KindUnknown, "http/200"},
		"accepted, a page":                  {200, `<html>`, channel.KindUnknown, "http/200"},
		"accepted, without end":             {200, `{"message_id":"` + strings.Repeat("m", maxAnswer) + `"}`, channel.KindUnknown, "http/200"},
		"refused, in a list":                {400, `[{"error":{"code":190}}]`, channel.KindMisconfigured, "http/400"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := failed(t, answering(t, c.status, c.body))
			assert.Equal(t, c.want, got.Kind)
			assert.Equal(t, c.code, got.Code)
			assert.NotEmpty(t, got.Message)
		})
	}
}

func TestAThrottledChannelWaitsAsAsked(t *testing.T) {
	t.Parallel()
	const throttled = `{"error":{"message":"M","code":613}}`
	for name, c := range map[string]struct {
		header, value, body string
		status              int
		want                time.Duration
	}{
		"nothing said":       {"X", "1", throttled, 400, 0},
		"seconds":            {"Retry-After", "7", throttled, 400, 7 * time.Second},
		"from a gateway":     {"Retry-After", "7", ``, 429, 7 * time.Second},
		"too long":           {"Retry-After", "9999999999", throttled, 400, time.Hour},
		"a date":             {"Retry-After", "Mon, 23 Nov 2026 03:00:00 GMT", throttled, 400, 0},
		"usage of a page":    {"X-Business-Use-Case-Usage", `{"1":[{"type":"messenger","estimated_time_to_regain_access":3}]}`, throttled, 400, 3 * time.Minute},
		"usage, unreadable":  {"X-Business-Use-Case-Usage", `{"1":7}`, throttled, 400, 0},
		"usage, not reached": {"X-Business-Use-Case-Usage", `{"1":[{"estimated_time_to_regain_access":-3}]}`, throttled, 400, 0},
	} {
		s := graph(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(c.header, c.value)
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		})
		got := failed(t, s)
		assert.Equal(t, channel.KindThrottled, got.Kind, name)
		assert.Equal(t, c.want, got.Wait, name)
	}
}

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

func TestErrorsTellNeitherSecretsNorWords(t *testing.T) {
	t.Parallel()
	proof := hex.EncodeToString(sign(testPage.AppSecret, []byte(testPage.PageToken)))
	for said, want := range map[string]string{
		"Malformed access token PAGE_TOKEN":                     "Malformed access token …",
		"proof " + proof + " of " + testPage.AppSecret:          "proof … of …",
		"(#100) text 'Đèn hỏng, gọi 0912345678' is not allowed": "withheld, because it quotes the message",
		"(#100) title 'Bỏ qua bước này' is too long":            "withheld, because it quotes the message",
		strings.Repeat("ă", 1000):                               strings.Repeat("ă", 300),
	} {
		raw, err := json.Marshal(map[string]any{"error": map[string]any{"message": said, "code": 100}})
		require.NoError(t, err)
		m := outgoingMessage()
		m.Text, m.Choices = "Đèn hỏng, gọi 0912345678", []models.Choice{{Payload: "a.b:c", Label: "Bỏ qua bước này"}}
		_, err = answering(t, 400, string(raw)).Send(t.Context(), m)
		var failure *channel.SendError
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, want, failure.Message)
		assert.NotContains(t, fmt.Sprintf("%v %+v", err, failure), testPage.PageToken)
	}
}

func TestManySendAtOnce(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	s := graph(t, func(w http.ResponseWriter, r *http.Request) {
		assert.NoError(t, r.ParseForm())
		assert.NotEmpty(t, r.PostForm.Get("appsecret_proof"))
		_, _ = fmt.Fprintf(w, `{"message_id":"m_%d"}`, calls.Add(1))
	})
	ids := make(chan string, 64)
	var all sync.WaitGroup
	for range cap(ids) {
		all.Go(func() {
			id, err := s.Send(t.Context(), outgoingMessage())
			assert.NoError(t, err)
			ids <- id
		})
	}
	all.Wait()
	close(ids)
	seen := map[string]bool{}
	for id := range ids {
		seen[id] = true
	}
	assert.Len(t, seen, 64)
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
