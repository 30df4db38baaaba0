package messenger

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
)

// sentAt is a message of a thread as the Graph API lists it.
func sentAt(id, from, words string, at time.Time) string {
	raw, err := json.Marshal(map[string]any{
		"id": id, "created_time": at.Format("2006-01-02T15:04:05-0700"), "message": words,
		"from": map[string]string{"id": from, "name": "X"},
	})
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

func TestSettle(t *testing.T) {
	t.Parallel()
	const page, words = "104500000000001", "Xin chào"
	since := sampleNow.Add(123 * time.Millisecond)
	later := since.Add(2 * time.Second)
	arrived := channel.Settled{Arrived: true, PlatformID: "m_1"}
	for name, c := range map[string]struct {
		message string
		want    channel.Settled
	}{
		"arrived":                     {sentAt("m_1", page, words, later), arrived},
		"in the same second":          {sentAt("m_1", page, words, sampleNow), arrived},
		"spaces trimmed":              {sentAt("m_1", page, " Xin  chào\n", later), arrived},
		"an hour in another zone":     {sentAt("m_1", page, words, later.In(time.FixedZone("", 7*3600))), arrived},
		"known as another message":    {sentAt("m_known", page, words, later), channel.Settled{}},
		"other words":                 {sentAt("m_1", page, "Xin chào ạ", later), channel.Settled{}},
		"the citizen's own":           {sentAt("m_1", "24900000000000011", words, later), channel.Settled{}},
		"long before":                 {sentAt("m_1", page, words, since.Add(-time.Minute)), channel.Settled{}},
		"without a time":              {`{"id":"m_1","from":{"id":"104500000000001"},"message":"Xin chào"}`, channel.Settled{}},
		"without an id":               {sentAt("", page, words, later), channel.Settled{}},
		"the time in another form":    {strings.Replace(sentAt("m_1", page, words, later), "+0000", "Z", 1), arrived},
		"behind others, newest first": {sentAt("m_2", "24900000000000011", "?", later) + "," + sentAt("m_1", page, words, later), arrived},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := graph(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, "/v25.0/104500000000001/conversations", r.URL.Path)
				assert.Equal(t, "Bearer PAGE_TOKEN", r.Header.Get("Authorization"))
				q := r.URL.Query()
				assert.False(t, q.Has("access_token"), "the token stands in the address")
				assert.NotEmpty(t, q.Get("appsecret_proof"))
				assert.Equal(t, "messenger", q.Get("platform"))
				assert.Equal(t, "24900000000000011", q.Get("user_id"))
				assert.Equal(t, "id,messages.limit(20){id,created_time,from,message}", q.Get("fields"))
				_, _ = io.WriteString(w, `{"data":[{"id":"t_1","messages":{"data":[`+c.message+`]}}]}`)
			})
			got, err := s.Settle(t.Context(), outgoingMessage(), since, []string{"m_0", "m_known"})
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

// The documented list of conversations names threads alone.
func TestSettleAsksForTheMessagesOfAThread(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/api/conversations_of_user.json")
	require.NoError(t, err)
	details, err := os.ReadFile("testdata/api/message_details.json")
	require.NoError(t, err)
	type sample struct {
		Response struct {
			Body json.RawMessage `json:"body"`
		} `json:"response"`
	}
	var threads, message sample
	require.NoError(t, json.Unmarshal(raw, &threads))
	require.NoError(t, json.Unmarshal(details, &message))
	s := graph(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v25.0/104500000000001/conversations":
			_, _ = w.Write(threads.Response.Body)
		case "/v25.0/t_10224":
			assert.Equal(t, expansion, r.URL.Query().Get("fields"))
			own := sentAt("m_out", "104500000000001", "Xin chào", sampleNow)
			_, _ = io.WriteString(w, `{"id":"t_10224","messages":{"data":[`+string(message.Response.Body)+`,`+own+`]}}`)
		default:
			t.Errorf("asked for %s", r.URL.Path)
		}
	})
	got, err := s.Settle(t.Context(), outgoingMessage(), sampleNow, nil)
	require.NoError(t, err)
	assert.Equal(t, channel.Settled{Arrived: true, PlatformID: "m_out"}, got)
}

func TestSettleWithoutAConversation(t *testing.T) {
	t.Parallel()
	got, err := answering(t, 200, `{"data":[]}`).Settle(t.Context(), outgoingMessage(), sampleNow, nil)
	require.NoError(t, err)
	assert.Zero(t, got)
}

func TestAQuestionThatFailsSettlesNothing(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]channel.Kind{
		`{"error":{"message":"M","code":190}}`: channel.KindToken,
		`{"error":{"message":"M","code":613}}`: channel.KindThrottled,
		`<html>`:                               channel.KindTemporary,
	} {
		got, err := answering(t, 500, body).Settle(t.Context(), outgoingMessage(), sampleNow, nil)
		assert.Zero(t, got)
		var failure *channel.SendError
		require.ErrorAs(t, err, &failure, body)
		assert.Equal(t, want, failure.Kind, body)
	}
	for _, body := range []string{`{}`, `{"data":7}`, `{"data":[{"id":"t_1"}]}`, `{"data":[{"id":"t_2"}]}`} {
		s := graph(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/t_1") {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			_, _ = io.WriteString(w, body)
		})
		_, err := s.Settle(t.Context(), outgoingMessage(), sampleNow, nil)
		assert.Error(t, err, body)
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	s := graph(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "/v25.0/104500000000001", r.URL.Path)
		_, _ = io.WriteString(w, `{"id":"104500000000001","name":"UBND phường Trấn Biên"}`)
	})
	name, err := s.Profile(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "UBND phường Trấn Biên", name)

	_, err = answering(t, 400, `{"error":{"message":"Session has expired","code":190,"error_subcode":463}}`).Profile(t.Context())
	var failure *channel.SendError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, channel.KindToken, failure.Kind)
}

func TestMissingFields(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/api/subscribed_get.json")
	require.NoError(t, err)
	var sample struct {
		Response struct {
			Body json.RawMessage `json:"body"`
		} `json:"response"`
	}
	require.NoError(t, json.Unmarshal(raw, &sample))
	all := []string{"messages", "messaging_postbacks", "message_echoes", "message_edits", "message_deliveries", "message_reads", "messaging_handovers"}
	for body, want := range map[string][]string{
		string(sample.Response.Body): all[1:],
		`{"data":[]}`:                all,
		`{"data":[{"id":"5","subscribed_fields":["messages"]}]}`:                                              all,
		`{"data":[{"id":"700000000000001","subscribed_fields":["` + strings.Join(all, `","`) + `","feed"]}]}`: {},
	} {
		got, err := answering(t, 200, body).MissingFields(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, got, body)
	}
	_, err = answering(t, 200, `{}`).MissingFields(t.Context())
	assert.Error(t, err)
}

func TestPeersAreAskedForAsTheApp(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/api/ids_for_pages.json")
	require.NoError(t, err)
	var sample struct {
		Response struct {
			Body json.RawMessage `json:"body"`
		} `json:"response"`
	}
	require.NoError(t, json.Unmarshal(raw, &sample))
	s := graph(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "/v25.0/218471000000001/ids_for_pages", r.URL.Path)
		assert.Contains(t, r.Header.Get("Authorization"), "|", "the app's own token")
		assert.False(t, r.URL.Query().Has("access_token"), "the token stands in the address")
		assert.NotEmpty(t, r.URL.Query().Get("appsecret_proof"))
		_, _ = w.Write(sample.Response.Body)
	})
	got, err := s.Peers(t.Context(), "218471000000001")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"104500000000001": "24900000000000011"}, got)
	got, err = answering(t, 200, `{"data":[{"id":"","page":{"id":"1"}},{"id":"2"}]}`).Peers(t.Context(), "1")
	require.NoError(t, err)
	require.Empty(t, got)
	_, err = answering(t, 400, `{"error":{"message":"no","code":100,"error_subcode":33}}`).Peers(t.Context(), "1")
	var refused *channel.SendError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, channel.KindBlocked, refused.Kind)
}
