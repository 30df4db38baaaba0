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
		assert.Len(t, got.Ignored, 4, name) // 7, the odd one, standby, changes
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

func TestTypesThatLie(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("m", 5000)
	for name, c := range map[string]struct {
		message string
		want    models.Event
	}{
		"mid and text as numbers": {`{"mid":12345678901234567890,"text":5}`, models.Event{ID: "message:12345678901234567890", Mid: "12345678901234567890", Text: "5"}},
		"wrong types":             {`{"mid":"m_1","text":["x"],"quick_reply":"x","reply_to":3,"attachments":{"a":1},"is_echo":"no"}`, models.Event{ID: "message:m_1", Mid: "m_1"}},
		"attachments":             {`{"mid":"m_1","text":"x","attachments":[1,null,"x",{"type":7,"payload":[]},{"type":"image","payload":{"url":"https://a/b"}}]}`, models.Event{ID: "message:m_1", Mid: "m_1", Text: "x", Files: []models.File{{Kind: "image", URL: "https://a/b"}}}},
		"lone surrogate and NUL":  {`{"mid":"m_1","text":"a\ud83db\u0000c"}`, models.Event{ID: "message:m_1", Mid: "m_1", Text: "a\ufffdbc"}},
		"no UTF-8":                {"{\"mid\":\"m_1\",\"text\":\"a\xffb\"}", models.Event{ID: "message:m_1", Mid: "m_1", Text: "a\ufffdb"}},
		"a 5 KB mid":              {`{"mid":"` + long + `","text":"x"}`, models.Event{ID: "message:" + short(text(long)), Mid: short(text(long)), Text: "x"}},
	} {
		got := receive(t, message1(c.message))
		require.Len(t, got.Events, 1, name)
		c.want.Channel, c.want.Peer, c.want.Kind, c.want.Name = "messenger:104500000000001", "24900000000000011", models.EventMessage, "message"
		c.want.At = time.UnixMilli(1795401600123).UTC()
		assert.Equal(t, c.want, got.Events[0], name)
		assert.Less(t, len(got.Events[0].ID), 100, name)
	}
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	link := func(url, title string) []models.File { return []models.File{{Kind: "link", URL: url, Name: title}} }
	for name, c := range map[string]struct {
		attachments string
		want        models.Event
	}{
		"a reel's path":        {`{"type":"ig_reel","payload":{"url":"/reel/5/","title":"R"}}`, models.Event{Files: link("https://www.facebook.com/reel/5/", "R")}},
		"a shared post, twice": {`{"type":"share","payload":{"url":"https://f/p"}},{"type":"post","payload":{"url":"https://f/p","title":"P"}}`, models.Event{Files: link("https://f/p", "")}},
		"an image before its sticker": {`{"type":"image","payload":{"url":"https://f/s"}},{"type":"sticker","payload":{"url":"https://f/s","sticker_id":"1"}}`,
			models.Event{Sticker: true}},
		"no address to fetch":     {`{"type":"image","payload":{"url":"javascript:alert(1)"}},{"type":"file","payload":{"url":""}},{"type":"audio"}`, models.Event{}},
		"something new":           {`{"type":"hologram","payload":{"url":"https://f/h"}}`, models.Event{Files: link("https://f/h", "")}},
		"an old fallback":         {`{"type":"fallback","title":"T","url":"https://f/t","payload":null}`, models.Event{Files: link("https://f/t", "T")}},
		"a location in words":     {`{"type":"location","payload":{"coordinates":{"lat":"10.5","long":"106.5"}}}`, models.Event{Location: &models.Location{Lat: 10.5, Lng: 106.5}}},
		"a location nowhere":      {`{"type":"location","payload":{"coordinates":{"lat":91,"long":0}}}`, models.Event{}},
		"a location of no number": {`{"type":"location","payload":{"coordinates":{"lat":"NaN","long":0}}}`, models.Event{}},
	} {
		got := receive(t, message1(`{"mid":"m_1","attachments":[`+c.attachments+`]}`))
		require.Len(t, got.Events, 1, name)
		e := got.Events[0]
		assert.Equal(t, c.want, models.Event{Files: e.Files, Sticker: e.Sticker, Location: e.Location}, name)
	}
}

func TestEchoesAreOursByAppOrMetadata(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fields string
		person bool
	}{
		"our app":                 {`"app_id":700000000000001`, false},
		"our app, as a word":      {`"app_id":"700000000000001"`, false},
		"our metadata":            {`"metadata":"ln:7","app_id":263902037430900`, false},
		"the Page's inbox":        {`"app_id":263902037430900`, true},
		"no app":                  {`"text":"y"`, true},
		"another one's metadata":  {`"metadata":"out:8f2c","app_id":5`, true},
		"metadata with our start": {`"metadata":"ln:seven","app_id":5`, true},
	} {
		body := `{"object":"page","entry":[{"id":"104500000000001","messaging":[{"sender":{"id":"104500000000001"},"recipient":{"id":"9"},"timestamp":1795401600123,"message":{"mid":"m_1","is_echo":true,` + c.fields + `}}]}]}`
		got := receive(t, body)
		require.Len(t, got.Events, 1, name)
		e := got.Events[0]
		assert.Equal(t, models.EventEcho, e.Kind, name)
		assert.Equal(t, "9", e.Peer, name)
		assert.Equal(t, "echo:m_1", e.ID, name)
		assert.Equal(t, c.person, e.Person, name)
	}
}

func TestWhatThePageSendsIsNeverAMessageOfACitizen(t *testing.T) {
	t.Parallel()
	got := receive(t, `{"object":"page","entry":[{"id":"104500000000001","messaging":[{"sender":{"id":"104500000000001"},"recipient":{"id":"9"},"timestamp":1795401600123,"message":{"mid":"m_1","text":"x"}}]}]}`)
	require.Len(t, got.Events, 1)
	assert.Equal(t, models.EventEcho, got.Events[0].Kind)
	assert.Equal(t, "9", got.Events[0].Peer)
}

func TestALinksReferenceIsNoChoice(t *testing.T) {
	t.Parallel()
	got := receive(t, `{"object":"page","entry":[{"id":"104500000000001","messaging":[{"sender":{"id":"9"},"timestamp":1795401600123,"referral":{"ref":"report.confirm:yes"}}]}]}`)
	require.Len(t, got.Events, 1)
	assert.Equal(t, models.EventOpen, got.Events[0].Kind)
	assert.Equal(t, "ref:report.confirm:yes", got.Events[0].Payload)
}

func TestSharedContact(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]*models.Contact{
		"+84912345678":  {Phone: "0912345678"},
		"0912345678":    {Phone: "0912345678"},
		"+16502530000":  nil,
		"+849123":       nil,
		"+84a12345678":  nil,
		"a@example.org": nil,
	} {
		got := receive(t, message1(fmt.Sprintf(`{"mid":"m_1","text":%q,"quick_reply":{"payload":%q}}`, given, given)))
		require.Len(t, got.Events, 1, given)
		assert.Equal(t, want, got.Events[0].Contact, given)
		assert.Empty(t, got.Events[0].Payload, given)
		assert.Equal(t, given, got.Events[0].Text)
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		stamp number
		want  time.Time
	}{
		"milliseconds":        {number(at.UnixMilli()), at},
		"seconds":             {number(at.Unix()), at},
		"none":                {0, time.Time{}},
		"negative":            {-5, time.Time{}},
		"a little ahead":      {number(sampleNow.Add(time.Minute).UnixMilli()), sampleNow.Add(time.Minute)},
		"far in the future":   {number(sampleNow.AddDate(1, 0, 0).UnixMilli()), sampleNow},
		"beyond the calendar": {1 << 62, sampleNow},
	} {
		assert.Equal(t, c.want, instant(c.stamp, sampleNow), name)
	}
}
