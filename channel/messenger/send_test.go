package messenger

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
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
	assert.Equal(t, channel.Limits{MaxRunes: 1900, MaxChoices: 13, InFlight: inFlight, PerMinute: 18000, Image: imageLimits(), Paper: paperLimits()}, NewSender(testPage, Options{}).Limits())
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
