package e2e

import (
	"bytes"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// attach chooses files for an answer on a page.
func (s staff) attach(path string, files map[string]string) string {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, content := range files {
		part, err := form.CreateFormFile("upload", name)
		require.NoError(s.t, err)
		_, err = io.WriteString(part, content)
		require.NoError(s.t, err)
	}
	require.NoError(s.t, form.Close())
	return s.page(s.client.Post(s.url()+path+"/files", form.FormDataContentType(), &body))
}

// TestAnAnswerWithFiles: a photo and a paper reach both phones before the words,
// each once, also when the first upload breaks off and a message is lost from sight.
func TestAnAnswerWithFiles(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		officer := w.token("officer")
		lan := w.staff("lan@example.vn", "tran-bien")
		for i, platform := range platforms {
			c := w.phone(platform, i)
			code := c.file("Rác chất đống đầu hẻm chưa ai dọn")
			page := "/console/cases/" + code
			w.quiet()
			w.box.SetFaults(platform, sandbox.Faults{CutUpload: 1, DeliverThenCut: 1})
			require.Contains(t, lan.attach(page, map[string]string{"sau khi dọn.jpg": string(sandbox.SamplePhoto(3))}), "sau khi dọn.jpg")
			lan.attach(page, map[string]string{"biên bản.pdf": "%PDF-1.4\n%%EOF\n"})
			before := len(c.unread())
			lan.act(page, "", "action", "resolve", "text", "Tổ vệ sinh đã dọn sáng nay.")
			within(t, time.Minute, "the words arrive", func() bool {
				got := c.unread()
				return len(got) > 0 && strings.Contains(got[len(got)-1].Text, "đã dọn sáng nay")
			})
			w.quiet()
			got := c.unread()[before:]
			require.Len(t, got, 3, c.talk())
			require.Equal(t, []string{"image", "file", ""}, []string{kindOf(got[0]), kindOf(got[1]), kindOf(got[2])})
			require.Equal(t, "biên bản.pdf", got[1].Attachments[0].Name)
			require.NotEmpty(t, got[2].Choices, "the choices stand under the last message")
			photo := fetch(t, got[0].Attachments[0].URL)
			_, err := jpeg.Decode(strings.NewReader(photo))
			require.NoError(t, err, "uploaded, not linked")
			require.NotContains(t, photo, "Exif")
			require.Equal(t, "%PDF-1.4\n%%EOF\n", fetch(t, got[1].Attachments[0].URL))
			uploads := 0
			for _, x := range calls(w, platform) {
				if strings.Contains(x.Path, "/upload/") || strings.Contains(x.Path, "/message_attachments") {
					uploads++
				}
			}
			require.GreaterOrEqual(t, uploads, 3, "one was repeated")
			for _, item := range w.outboxOf(officer, c)[:3] {
				require.Contains(t, []string{"sent", "delivered"}, item.Status)
			}
			require.Contains(t, lan.get(page), "Ảnh cơ quan gửi")
			c.read = len(c.Received())
		}
		for metadata, n := range w.box.Stats().Metadata {
			require.Equal(t, 1, n, metadata)
		}
		require.Zero(t, w.box.Stats().Repeats)
	})
}

func kindOf(m sandbox.Message) string {
	if len(m.Attachments) == 0 {
		return ""
	}
	return m.Attachments[0].Kind
}

func fetch(t *testing.T, link string) string {
	t.Helper()
	res, err := http.Get(link) //nolint:noctx // loopback
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode)
	return string(body)
}
