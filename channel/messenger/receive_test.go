package messenger

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The clock of the sample payloads stands shortly before this.
var sampleNow = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)

var testPage = Page{
	PageID: "104500000000001", AppID: "700000000000001",
	AppSecret: "test-app-secret-0123456789abcdef", PageToken: "PAGE_TOKEN", VerifyToken: "verify me",
}

func signedBy(secret string, body []byte) http.Header {
	return http.Header{"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(sign(secret, body))}}
}

// receive takes in a signed body.
func receive(t *testing.T, body string) channel.Received {
	t.Helper()
	got, err := NewReceiver([]Page{testPage}).Receive(signedBy(testPage.AppSecret, []byte(body)), []byte(body), sampleNow)
	require.NoError(t, err)
	return got
}

// golden is what a sample payload becomes, as it stands in testdata/golden.
type golden struct {
	Events  []goldenEvent `json:"events"`
	Ignored []string      `json:"ignored,omitempty"`
	Refused int           `json:"refused,omitempty"`
}

type goldenEvent struct {
	Channel string           `json:"channel"`
	ID      string           `json:"id"`
	Peer    string           `json:"peer"`
	Kind    models.EventKind `json:"kind"`
	At      time.Time        `json:"at"`
	models.Event
}

func goldenOf(got channel.Received) golden {
	g := golden{Events: []goldenEvent{}, Ignored: got.Ignored, Refused: got.Refused}
	for _, e := range got.Events {
		g.Events = append(g.Events, goldenEvent{e.Channel, e.ID, e.Peer, e.Kind, e.At, e})
	}
	return g
}

func samples(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob("testdata/payloads/[0-9]*.json")
	require.NoError(tb, err)
	require.Equal(tb, 69, len(files))
	return files
}

func TestReceiveSamplePayloads(t *testing.T) {
	t.Parallel()
	for _, file := range samples(t) {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(file)
			require.NoError(t, err)
			got := goldenOf(receive(t, string(body)))
			assert.NotZero(t, len(got.Events)+len(got.Ignored), "neither an event nor knowingly ignored")
			text, err := json.MarshalIndent(got, "", "  ")
			require.NoError(t, err)
			path := filepath.Join("testdata", "golden", name)
			if *update {
				require.NoError(t, os.WriteFile(path, append(text, '\n'), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(text)+"\n")
		})
	}
}

func TestReceiveGivesTheSameIDsAgain(t *testing.T) {
	t.Parallel()
	later := sampleNow.Add(36 * time.Hour)
	for _, file := range samples(t) {
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		var ids [3][]string
		for i := range ids {
			if i == 2 { // written anew, in another entry
				var v any
				require.NoError(t, json.Unmarshal(body, &v))
				if top, ok := v.(map[string]any); ok && top["entry"] != nil {
					for _, e := range top["entry"].([]any) {
						e.(map[string]any)["time"] = 1795401999999
					}
				}
				body, err = json.MarshalIndent(v, "", "\t")
				require.NoError(t, err)
			}
			got, err := NewReceiver([]Page{testPage}).Receive(signedBy(testPage.AppSecret, body), body, later)
			require.NoError(t, err)
			for _, e := range got.Events {
				ids[i] = append(ids[i], e.ID)
			}
		}
		assert.Equal(t, ids[0], ids[1], file)
		assert.Equal(t, ids[0], ids[2], file)
	}
}

// The samples stand for different events, but for the one that is sent again
// and the message that is edited and taken back.
func TestReceiveGivesDifferentEventsDifferentIDs(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, file := range samples(t) {
		if strings.Contains(file, "91_same_event_again") {
			continue
		}
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, e := range receive(t, string(body)).Events {
			assert.Empty(t, seen[e.ID], "%s and %s have the id %s", seen[e.ID], file, e.ID)
			seen[e.ID] = file
		}
	}
	assert.Greater(t, len(seen), 40)
}

func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/payloads/_signature_vectors.json")
	require.NoError(t, err)
	var file struct {
		Vectors []struct {
			Name   string `json:"name"`
			Secret string `json:"app_secret"`
			Body   string `json:"raw_body_base64"`
			Header string `json:"X-Hub-Signature-256"`
			SHA1   string `json:"X-Hub-Signature"`
		} `json:"vectors"`
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Len(t, file.Vectors, 2)
	for _, v := range file.Vectors {
		body, err := base64.StdEncoding.DecodeString(v.Body)
		require.NoError(t, err)
		page := testPage
		page.AppSecret = v.Secret
		r := NewReceiver([]Page{page})
		got, err := r.Receive(http.Header{"X-Hub-Signature-256": {v.Header}}, body, sampleNow)
		require.NoError(t, err, v.Name)
		require.Len(t, got.Events, 1, v.Name)
		assert.Equal(t, "Đồng Nai äöå / <&> 👍", got.Events[0].Text, v.Name)

		var decoded any
		require.NoError(t, json.Unmarshal(body, &decoded))
		again, err := json.Marshal(decoded)
		require.NoError(t, err)
		for name, wrong := range map[string]struct {
			header string
			body   []byte
		}{
			"encoded anew":     {v.Header, again},
			"one byte more":    {v.Header, append(append([]byte{}, body...), '\n')},
			"no header":        {"", body},
			"no prefix":        {strings.TrimPrefix(v.Header, "sha256="), body},
			"the older scheme": {v.SHA1, body},
			"cut short":        {v.Header[:len(v.Header)-2], body},
			"one more byte":    {v.Header + "00", body},
			"no hexadecimal":   {"sha256=" + strings.Repeat("z", 64), body},
			"another secret":   {"sha256=" + hex.EncodeToString(sign("another", body)), body},
			"no secret":        {"sha256=" + hex.EncodeToString(sign("", body)), body},
		} {
			got, err := r.Receive(http.Header{"X-Hub-Signature-256": {wrong.header}}, wrong.body, sampleNow)
			assert.ErrorIs(t, err, channel.ErrSignature, "%s: %s", v.Name, name)
			assert.Zero(t, got, "%s: %s", v.Name, name)
		}
	}
}

func TestAPageWithoutSecretSignsNothing(t *testing.T) {
	t.Parallel()
	body := []byte(`{"object":"page","entry":[]}`)
	r := NewReceiver([]Page{{PageID: "1"}})
	_, err := r.Receive(signedBy("", body), body, sampleNow)
	assert.ErrorIs(t, err, channel.ErrSignature)
	assert.False(t, r.Handshake(""))
}

func TestAnEntryCountsForItsOwnSecretOnly(t *testing.T) {
	t.Parallel()
	entry := func(page string) string {
		return fmt.Sprintf(`{"id":%q,"messaging":[{"sender":{"id":"9"},"timestamp":1795401600123,"message":{"mid":"m_%s","text":"x"}}]}`, page, page)
	}
	body := []byte(`{"object":"page","entry":[` + entry("1") + `,` + entry("2") + `,` + entry("3") + `,` + entry("4") + `]}`)
	r := NewReceiver([]Page{
		{PageID: "1", AppSecret: "alpha"}, {PageID: "2", AppSecret: "beta"}, {PageID: "3", AppSecret: "alpha"},
	})
	got, err := r.Receive(signedBy("alpha", body), body, sampleNow)
	require.NoError(t, err)
	require.Len(t, got.Events, 2)
	assert.Equal(t, "messenger:1", got.Events[0].Channel)
	assert.Equal(t, "messenger:3", got.Events[1].Channel)
	assert.Equal(t, 1, got.Refused)
	assert.Equal(t, []string{"unknown_page"}, got.Ignored)

	got, err = r.Receive(signedBy("beta", body), body, sampleNow)
	require.NoError(t, err)
	require.Len(t, got.Events, 1)
	assert.Equal(t, "messenger:2", got.Events[0].Channel)
	assert.Equal(t, 2, got.Refused)
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	r := NewReceiver([]Page{testPage, {PageID: "2", VerifyToken: "other"}, {PageID: "3"}})
	for token, want := range map[string]bool{"verify me": true, "other": true, "": false, "verify": false, "verify me ": false} {
		assert.Equal(t, want, r.Handshake(token), token)
	}
}

// message wraps the value of an item's message.
func message1(value string) string {
	return `{"object":"page","entry":[{"id":"104500000000001","messaging":[` + item1(value) + `]}]}`
}

func item1(value string) string {
	return `{"sender":{"id":"24900000000000011"},"recipient":{"id":"104500000000001"},"timestamp":1795401600123,"message":` + value + `}`
}

func TestAnOddItemNeverLosesItsNeighbours(t *testing.T) {
	t.Parallel()
	const good = `{"mid":"m_good","text":"còn đây"}`
	for name, odd := range map[string]string{
		"null":            `null`,
		"a number":        `7`,
		"an array":        `[[]]`,
		"empty":           `{}`,
		"no sender":       `{"message":{"mid":"m_x","text":"x"}}`,
		"sender a number": `{"sender":5,"message":{"mid":"m_x","text":"x"}}`,
		"a 5 KB sender":   `{"sender":{"id":"` + strings.Repeat("9", 5000) + `"},"message":{"mid":"m_x","text":"x"}}`,
		"NUL as sender":   `{"sender":{"id":"\u0000"},"message":{"mid":"m_x","text":"x"}}`,
		"message a word":  item1(`"x"`),
		"message null":    item1(`null`),
		"edit of nothing": `{"sender":{"id":"9"},"message_edit":{"text":"x"}}`,
		"unknown kind":    `{"sender":{"id":"9"},"telepathy":{"text":"x"}}`,
		"deep":            `{"sender":{"id":"9"},"odd":` + strings.Repeat(`[`, 5000) + strings.Repeat(`]`, 5000) + `}`,
	} {
		body := `{"object":"page","entry":[7,{"id":"104500000000001","messaging":[` + odd + `,` + item1(good) + `],"standby":"none","changes":{}}]}`
		got := receive(t, body)
		require.Len(t, got.Events, 1, name)
		assert.Equal(t, "còn đây", got.Events[0].Text, name)
		// The shape of the body (7, "none"), the entry 7, the odd item; null is the same as absent.
		assert.GreaterOrEqual(t, len(got.Ignored), 3, name)
	}
}

func TestHostileBodies(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"nothing":       ``,
		"no JSON":       `{"object":`,
		"too deep":      strings.Repeat(`[`, 20000) + strings.Repeat(`]`, 20000),
		"null":          `null`,
		"an array":      `[]`,
		"object":        `{"object":{"page":1},"entry":7}`,
		"a long object": `{"object":"` + strings.Repeat("a", 5000) + `"}`,
		"a label trick": `{"object":"a\"} 1\n"}`,
		"entry a map":   `{"object":"page","entry":{"id":"1"}}`,
	} {
		got := receive(t, body)
		assert.Empty(t, got.Events, name)
		require.Len(t, got.Ignored, 1, name)
		assert.Regexp(t, `^[a-z_]{1,48}$`, got.Ignored[0], name)
	}
}
