package zalo

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// row is an event with the fields that its JSON leaves out.
type row struct {
	ID, Channel, Peer string
	Kind              models.EventKind
	At                time.Time
	Event             models.Event
}

type outcome struct {
	Events  []row    `json:",omitempty"`
	Ignored []string `json:",omitempty"`
}

// receive takes in a body that the sample OA signed.
func receive(t testing.TB, body []byte, now time.Time) outcome {
	t.Helper()
	got, err := NewReceiver([]Account{sampleAccount()}).Receive(sign(sampleAccount(), body), body, now)
	require.NoError(t, err)
	require.Zero(t, got.Refused)
	out := outcome{Ignored: got.Ignored}
	for _, ev := range got.Events {
		out.Events = append(out.Events, row{ev.ID, ev.Channel, ev.Peer, ev.Kind, ev.At, ev})
	}
	return out
}

func TestReceiveSamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/payloads/*.json")
	require.NoError(t, err)
	require.Len(t, files, 67)
	got := map[string]outcome{}
	for _, file := range files {
		out := receive(t, sample(t, filepath.Base(file)), time.Unix(0, 0))
		assert.NotEmpty(t, append(out.Ignored, make([]string, len(out.Events))...), file)
		got[filepath.Base(file)] = out
	}
	compareGolden(t, "testdata/events.golden.json", got)
}

func compareGolden(t *testing.T, file string, got any) {
	t.Helper()
	text, err := json.MarshalIndent(got, "", " ")
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(file, append(text, '\n'), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(text))
}

// body makes an event of the sample OA's; rest begins with a comma or is "".
func body(name, rest string) []byte {
	return []byte(`{"app_id":"` + sampleApp + `","event_name":"` + name + `","sender":{"id":"33"},"recipient":{"id":"` + sampleOA + `"},"timestamp":"1790000000000"` + rest + `}`)
}

func TestReceiveTolerates(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		name, rest string
		check      func(*testing.T, models.Event)
	}{
		"ids as numbers beyond 2^53": {"user_send_text", `,"sender":{"id":3333444455556666777},"message":{"msg_id":9007199254740993,"text":"a"}`, func(t *testing.T, ev models.Event) {
			assert.Equal(t, "3333444455556666777", ev.Peer)
			assert.Equal(t, "9007199254740993", ev.Mid)
		}},
		"photo for image, no full size": {"user_send_image", `,"message":{"attachments":[{"type":"photo","payload":{"thumbnail":"https://x.zdn.vn/t"}}]}`, func(t *testing.T, ev models.Event) {
			assert.Equal(t, []models.File{{Kind: "image", URL: "https://x.zdn.vn/t"}}, ev.Files)
		}},
		"an odd attachment keeps its neighbours": {"user_send_image", `,"message":{"attachments":[7,{"payload":"x"},{"payload":{"url":"https://x.zdn.vn/1"}}]}`, func(t *testing.T, ev models.Event) {
			assert.Equal(t, []models.File{{Kind: "image", URL: "https://x.zdn.vn/1"}}, ev.Files)
		}},
		"attachments of a wrong type keep the words": {"user_send_text", `,"message":{"attachments":"none","text":"giữ lại","msg_id":"m"}`, func(t *testing.T, ev models.Event) {
			assert.Equal(t, "giữ lại", ev.Text)
			assert.Equal(t, "user_send_text:m", ev.ID)
		}},
		"a message without a message": {"user_send_text", `,"message":null`, func(t *testing.T, ev models.Event) {
			assert.Equal(t, models.EventMessage, ev.Kind)
			assert.Empty(t, ev.Text)
		}},
		"a type of message never heard of": {"user_send_hologram", `,"message":{"msg_id":"m","attachments":[{"type":"hologram","payload":{"url":"https://x.zdn.vn/h"}}]}`, func(t *testing.T, ev models.Event) {
			assert.Equal(t, models.EventMessage, ev.Kind)
			assert.Equal(t, []models.File{{Kind: "file", URL: "https://x.zdn.vn/h"}}, ev.Files)
		}},
		"flat place": {"user_send_location", `,"message":{"attachments":[{"type":"location","payload":{"lat":10.5,"long":"106.5"}}]}`, func(t *testing.T, ev models.Event) {
			assert.Equal(t, &models.Location{Lat: 10.5, Lng: 106.5}, ev.Location)
		}},
		"no place on Earth": {"user_send_location", `,"message":{"attachments":[{"type":"location","payload":{"coordinates":{"latitude":"NaN","longitude":"106"}}}]}`, func(t *testing.T, ev models.Event) {
			assert.Nil(t, ev.Location)
		}},
		"a business card without a number": {"user_send_business_card", `,"message":{"attachments":[{"type":"link","payload":{"description":"[","url":"https://zalo.me/x"}}]}`, func(t *testing.T, ev models.Event) {
			assert.Equal(t, []models.File{{Kind: "link", URL: "https://zalo.me/x", Name: "["}}, ev.Files)
		}},
		"our own words under a citizen's name": {"user_send_text", `,"sender":{"id":"` + sampleOA + `"},"recipient":{"id":"33"},"message":{"text":"a"}`, func(t *testing.T, ev models.Event) {
			assert.Equal(t, models.EventEcho, ev.Kind)
			assert.Equal(t, "33", ev.Peer)
		}},
		"NUL and a lone surrogate": {"user_send_text", `,"message":{"text":"a\u0000b\ud800c","msg_id":"m\u0000"}`, func(t *testing.T, ev models.Event) {
			assert.Equal(t, "ab\uFFFDc", ev.Text)
			assert.Equal(t, "m", ev.Mid)
		}},
		"a message id too long to index": {"user_send_text", `,"message":{"msg_id":"` + strings.Repeat("m", 5000) + `"}`, func(t *testing.T, ev models.Event) {
			assert.LessOrEqual(t, len(ev.ID), maxID)
		}},
		"a receipt that is not swapped": {"user_seen_message", `,"message":{"msg_id":"m"}`, func(t *testing.T, ev models.Event) {
			assert.Equal(t, "33", ev.Peer)
			assert.Equal(t, []string{"m"}, ev.Mids)
		}},
		"a time outside the platform's life": {"user_send_text", `,"timestamp":"99999999999999999"`, func(t *testing.T, ev models.Event) {
			assert.Equal(t, time.Unix(1e9, 0), ev.At)
		}},
		"an anonymous visitor's own id": {"anonymous_send_text", `,"message":{"anonymous_id":"a b","conversation_id":"c@d"}`, func(t *testing.T, ev models.Event) {
			id, conversation, ok := splitAnonymous(ev.Peer)
			assert.True(t, ok)
			assert.Equal(t, []string{"a b", "c@d"}, []string{id, conversation})
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// encoding/json merges repeated members: rest overrides.
			out := receive(t, body(tt.name, tt.rest), time.Unix(1e9, 0))
			require.Len(t, out.Events, 1)
			tt.check(t, out.Events[0].Event)
		})
	}
}

func TestReceiveLeavesOut(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	tests := map[string]struct {
		body []byte
		want string
	}{
		"a peer nothing can be sent to": {body("user_send_text", `,"sender":{"id":"`+strings.Repeat("9", 5000)+`"}`), "user_send_text"},
		"no peer at all":                {[]byte(`{"event_name":"follow","timestamp":"1790000000000"}`), "follow"},
		"a receipt for nothing":         {body("user_seen_message", `,"message":{"msg_ids":[]}`), "user_seen_message"},
		"a rating without a score":      {body("user_feedback", `,"message":{"rate":9}`), "user_feedback"},
		"a name unfit for a metric":     {body(`x\n`+strings.Repeat("x", 5000), ""), "unnamed"},
		"too deep":                      {body("user_send_text", `,"x":`+deep), unparsable},
		"no object":                     {[]byte(`[1]`), unparsable},
		"no JSON":                       {[]byte("\xff\xfe"), unparsable},
		"nothing":                       {nil, unparsable},
	}
	for name, tt := range tests {
		body := tt.body
		if strings.HasPrefix(string(body), "{") {
			// The OA must be known for the event to count at all.
			body = []byte(strings.Replace(string(body), `{`, `{"oa_id":"`+sampleOA+`",`, 1))
		}
		out := receive(t, body, time.Unix(0, 0))
		assert.Empty(t, out.Events, name)
		assert.Equal(t, []string{tt.want}, out.Ignored, name)
	}
}

func TestEventIDs(t *testing.T) {
	t.Parallel()
	id := func(b []byte) string { return receive(t, b, time.Unix(0, 0)).Events[0].ID }
	same := body("follow", "")
	assert.Equal(t, id(same), id(same), "delivered again")
	assert.NotEqual(t, id(same), id([]byte(strings.Replace(string(same), "1790000000000", "1790000000001", 1))), "followed again")

	noTime := func(text string) []byte {
		return []byte(strings.Replace(string(body("user_send_text", `,"message":{"text":"`+text+`"}`)), `"1790000000000"`, `null`, 1))
	}
	assert.NotEqual(t, id(noTime("a")), id(noTime("b")), "neither id nor time")
	assert.Equal(t, id(noTime("a")), id(noTime("a")))

	one := `,"message":{"msg_id":"m"}`
	assert.NotEqual(t, id(body("user_send_text", one)), id(body("user_received_message", one)), "a message and its receipt share msg_id")
}

func TestTagEventIsOnePerCitizen(t *testing.T) {
	t.Parallel()
	out := receive(t, body("add_user_to_tag", `,"tag":{"name":"x","user_ids":["1","2",{},"3"]}`), time.Unix(0, 0))
	require.Len(t, out.Events, 3)
	assert.Equal(t, []string{"1", "2", "3"}, []string{out.Events[0].Peer, out.Events[1].Peer, out.Events[2].Peer})
	assert.NotEqual(t, out.Events[0].ID, out.Events[1].ID)
}

func TestNationalPhone(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"84900000000":     "0900000000",
		"+84 900 000 000": "0900000000",
		"0084900000000":   "0900000000",
		"840900000000":    "0900000000",
		"0900.000.000":    "0900000000",
		"900000000":       "0900000000",
		"0":               "",
		"":                "",
		"không có":        "",
	} {
		assert.Equal(t, want, nationalPhone(raw), raw)
	}
}

func FuzzReceive(f *testing.F) {
	files, err := filepath.Glob("testdata/payloads/*.json")
	require.NoError(f, err)
	for _, file := range files {
		f.Add(sample(f, filepath.Base(file)))
	}
	r := NewReceiver([]Account{sampleAccount()})
	f.Fuzz(func(t *testing.T, body []byte) {
		if app := member(body, "app_id"); app != "" && app != sampleApp {
			return
		}
		got, err := r.Receive(http.Header(sign(sampleAccount(), body)), body, time.Unix(0, 0))
		if err != nil {
			t.Fatalf("a signed body is an error: %v", err)
		}
		if len(got.Events)+len(got.Ignored)+got.Refused == 0 {
			t.Fatal("a body was neither taken, nor left out, nor refused")
		}
		for _, ev := range got.Events {
			checkEvent(t, ev)
		}
	})
}

// checkEvent holds what the store relies on.
func checkEvent(t *testing.T, ev models.Event) {
	words := []string{ev.ID, ev.Peer, ev.Name, ev.Mid, ev.Text, ev.ReplyTo, ev.Metadata}
	for _, f := range ev.Files {
		words = append(words, f.URL, f.Name)
	}
	_, err := json.Marshal(ev)
	switch {
	case err != nil:
		t.Fatalf("event cannot be stored: %v", err)
	case strings.Contains(strings.Join(append(words, ev.Mids...), " "), "\x00"):
		t.Fatalf("NUL in %q", words)
	case ev.ID == "" || len(ev.ID) > maxID || len(ev.Peer) > maxPeer:
		t.Fatalf("id %q peer %q", ev.ID, ev.Peer)
	case ev.Peer == "" && ev.Kind != models.EventRated:
		t.Fatal("no peer")
	case ev.At.IsZero() || ev.Kind == "":
		t.Fatalf("no time or kind: %+v", ev)
	}
}
