package messenger

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

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
