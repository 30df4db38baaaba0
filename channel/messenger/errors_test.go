package messenger

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

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
