package zalo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
)

// stored is a file as the blob store gives it.
func stored(kind, name, contentType, data string) *channel.File {
	return &channel.File{
		Kind: kind, Name: name, Type: contentType, Size: int64(len(data)),
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil },
	}
}

// part reads the one part of an upload.
func part(t *testing.T, r seen) (field, name, data string) {
	t.Helper()
	kind, attrs, err := mime.ParseMediaType(r.contentType)
	require.NoError(t, err)
	require.Equal(t, "multipart/form-data", kind)
	p, err := multipart.NewReader(bytes.NewReader(r.body), attrs["boundary"]).NextPart()
	require.NoError(t, err)
	body, err := io.ReadAll(p)
	require.NoError(t, err)
	return p.FormName(), p.FileName(), string(body)
}

func TestSendFilesAsTheSamples(t *testing.T) {
	t.Parallel()
	for upload, c := range map[string]struct {
		send string
		file *channel.File
	}{
		"30_upload_image": {"13_cs_image_attachment", stored(channel.FileImage, "image.jpg", "image/jpeg", "JPEG")},
		"32_upload_file":  {"14_cs_file", stored(channel.FilePaper, "bieu-mau.pdf", "application/pdf", "%PDF")},
	} {
		up, send := readAPISample(t, upload), readAPISample(t, c.send)
		p := newPlatform(t, reply{body: string(up.Response.Body)}, reply{body: string(send.Response.Body)})
		id, err := p.sender(&source{access: "AT"}).Send(t.Context(), channel.Message{Peer: peer, Text: c.file.Name, File: c.file})
		require.NoError(t, err)
		assert.Equal(t, "63ecf43f0df7dba892e6", id)
		require.Len(t, p.seen(), 2)
		first, second := p.seen()[0], p.seen()[1]
		assert.Equal(t, up.Request.Method+" "+up.Request.URL, first.method+" "+DefaultAPIURL+first.url)
		assert.Equal(t, "AT", first.token)
		field, name, data := part(t, first)
		assert.Equal(t, []string{"file", c.file.Name}, []string{field, name})
		assert.Contains(t, []string{"JPEG", "%PDF"}, data)
		assert.Equal(t, send.Request.URL, DefaultAPIURL+second.url)
		var compact bytes.Buffer
		require.NoError(t, json.Compact(&compact, send.Request.Body))
		assert.Equal(t, compact.String(), strings.TrimSpace(string(second.body)), "byte for byte")
	}
}

// TestAFileWithoutATokenIsNamedByItsID: one client saw attachment_id for files too.
func TestAFileWithoutATokenIsNamedByItsID(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, reply{body: `{"data":{"attachment_id":"A1"},"error":0}`}, reply{body: sentOK})
	_, err := p.sender(&source{access: "AT"}).Send(t.Context(), channel.Message{Peer: peer, File: stored(channel.FilePaper, "a.pdf", "application/pdf", "x")})
	require.NoError(t, err)
	assert.Contains(t, string(p.seen()[1].body), `{"type":"file","payload":{"token":"A1"}}`)
}

// TestAFailedUploadSaidNothing: whatever became of an upload, its message may be
// tried again; and what the platform would refuse is not sent to it.
func TestAFailedUploadSaidNothing(t *testing.T) {
	t.Parallel()
	photo := func() *channel.File { return stored(channel.FileImage, "a.jpg", "image/jpeg", "x") }
	large, foreign, gone := photo(), photo(), photo()
	large.Size, foreign.Type = 1_000_001, "image/webp"
	gone.Open = func(context.Context) (io.ReadCloser, error) { return nil, errors.New("away") }
	short := photo()
	short.Size = 9
	for name, c := range map[string]struct {
		file  *channel.File
		reply reply
		want  channel.Kind
		calls int
	}{
		"lost":          {photo(), reply{status: 500}, channel.KindTemporary, 1},
		"limit":         {photo(), reply{body: `{"error":-210,"message":"Parameter exceeds allowable limit"}`}, channel.KindRejected, 1},
		"no id":         {photo(), reply{body: `{"error":0,"data":{}}`}, channel.KindRejected, 1},
		"dead token":    {photo(), reply{body: `{"error":-216}`}, channel.KindToken, 1},
		"too large":     {large, reply{body: sentOK}, channel.KindRejected, 0},
		"another type":  {foreign, reply{body: sentOK}, channel.KindRejected, 0},
		"not stored":    {gone, reply{body: sentOK}, channel.KindTemporary, 0},
		"cut in a disk": {short, reply{body: sentOK}, channel.KindTemporary, 0},
	} {
		p := newPlatform(t, c.reply)
		_, err := p.sender(&source{access: "AT", renewed: "AT"}).Send(t.Context(), channel.Message{Peer: peer, File: c.file})
		assert.Equal(t, c.want, kindOfError(err), name)
		assert.Len(t, p.seen(), c.calls, name)
	}
	p := newPlatform(t, reply{body: `{"error":0,"data":{"attachment_id":"A"}}`}, reply{status: 500})
	_, err := p.sender(&source{access: "AT"}).Send(t.Context(), channel.Message{Peer: peer, File: photo()})
	assert.Equal(t, channel.KindUnknown, kindOfError(err), "the message itself may be out")
}

func TestSettleFindsAFile(t *testing.T) {
	t.Parallel()
	now := clock().UnixMilli()
	list := func(kind string) string {
		raw, err := json.Marshal(map[string]any{"error": 0, "data": []any{
			map[string]any{"src": 0, "time": now, "type": kind, "message": "", "message_id": "m1", "from_id": sampleAccount().OAID},
		}})
		require.NoError(t, err)
		return string(raw)
	}
	for kind, arrived := range map[string]bool{"photo": true, "file": true, "text": false} {
		p := newPlatform(t, reply{body: list(kind)})
		got, err := p.sender(&source{access: "AT"}).Settle(t.Context(), channel.Message{Peer: peer, Text: "a.jpg", File: &channel.File{}}, clock().Add(-time.Minute), nil)
		require.NoError(t, err)
		assert.Equal(t, arrived, got.Arrived, kind)
	}
}
