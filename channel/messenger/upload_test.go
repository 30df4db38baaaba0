package messenger

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
)

func photo(data string) *channel.File {
	return &channel.File{
		Kind: channel.FileImage, Name: "a.png", Type: "image/png", Size: int64(len(data)),
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil },
	}
}

func enclosing(f *channel.File) channel.Message {
	m := outgoingMessage()
	m.Text, m.File = f.Name, f
	return m
}

func TestSendAFileAsTheSamples(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		age   time.Duration
		staff bool
		kind  string // of the message
		tag   string
	}{
		"within a day":         {time.Hour, true, "RESPONSE", ""},
		"a person after a day": {25 * time.Hour, true, "MESSAGE_TAG", "HUMAN_AGENT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls []*http.Request
			var data []byte
			s := graph(t, func(w http.ResponseWriter, r *http.Request) {
				calls = append(calls, r)
				if strings.HasSuffix(r.URL.Path, "/message_attachments") {
					assert.NoError(t, r.ParseMultipartForm(1<<20))
					f, err := r.MultipartForm.File["filedata"][0].Open()
					assert.NoError(t, err)
					data, err = io.ReadAll(f)
					assert.NoError(t, err)
					_, _ = io.WriteString(w, `{"attachment_id":"1857777774821032"}`)
					return
				}
				assert.NoError(t, r.ParseForm())
				_, _ = io.WriteString(w, accepted)
			})
			m := enclosing(photo("PNG"))
			m.Staff, m.LastUser = c.staff, sampleNow.Add(-c.age)
			id, err := s.Send(t.Context(), m)
			require.NoError(t, err)
			assert.Equal(t, "m_out01", id)
			require.Len(t, calls, 2)
			assert.Equal(t, "POST /v25.0/104500000000001/message_attachments", calls[0].Method+" "+calls[0].URL.RequestURI())
			form := calls[0].MultipartForm
			var want string
			require.NoError(t, json.Unmarshal(sampleBody(t, "upload_attachment_file")["message"], &want))
			assert.JSONEq(t, want, form.Value["message"][0])
			assert.Equal(t, "PNG", string(data))
			assert.Equal(t, []string{"a.png", "image/png"}, []string{form.File["filedata"][0].Filename, form.File["filedata"][0].Header.Get("Content-Type")})
			assert.NotEmpty(t, form.Value["appsecret_proof"])

			sample := sampleBody(t, "send_attachment_id")
			var message map[string]any
			require.NoError(t, json.Unmarshal(sample["message"], &message))
			message["metadata"] = "ln:7"
			sent, err := json.Marshal(message)
			require.NoError(t, err)
			assert.JSONEq(t, string(sent), calls[1].PostForm.Get("message"), "the sample, and our metadata")
			assert.Equal(t, c.kind, calls[1].PostForm.Get("messaging_type"))
			assert.Equal(t, c.tag, calls[1].PostForm.Get("tag"))
		})
	}
}

// TestAFailedUploadSaidNothing: see the test of the same name in channel/zalo.
func TestAFailedUploadSaidNothing(t *testing.T) {
	t.Parallel()
	large, foreign := photo("x"), photo("x")
	large.Size, foreign.Type = 10_000_001, "text/html"
	for name, c := range map[string]struct {
		file   *channel.File
		status int
		body   string
		want   channel.Kind
	}{
		"ambiguous":    {photo("x"), 500, `{"error":{"message":"m","code":1,"error_subcode":1357046}}`, channel.KindTemporary},
		"lost":         {photo("x"), 500, "", channel.KindTemporary},
		"no id":        {photo("x"), 200, `{}`, channel.KindTemporary},
		"refused":      {photo("x"), 400, `{"error":{"message":"too big","code":100,"error_subcode":2018294}}`, channel.KindRejected},
		"too large":    {large, 200, accepted, channel.KindRejected},
		"another type": {foreign, 200, accepted, channel.KindRejected},
	} {
		_, err := answering(t, c.status, c.body).Send(t.Context(), enclosing(c.file))
		var failure *channel.SendError
		require.ErrorAs(t, err, &failure, name)
		assert.Equal(t, c.want, failure.Kind, name)
	}
}

// TestSettleFindsAFile, which has no words in the list of a thread.
func TestSettleFindsAFile(t *testing.T) {
	t.Parallel()
	for words, arrived := range map[string]bool{"": true, "a.png": false} {
		own := sentAt("m_out", "104500000000001", words, sampleNow)
		s := answering(t, 200, `{"data":[{"id":"t_1","messages":{"data":[`+own+`]}}]}`)
		got, err := s.Settle(t.Context(), enclosing(photo("x")), sampleNow, nil)
		require.NoError(t, err)
		assert.Equal(t, arrived, got.Arrived, words)
	}
}
