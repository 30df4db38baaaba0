package e2e

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// staff is somebody at the console, with a browser that runs no scripts.
type staff struct {
	*world
	client *http.Client
}

// staff makes an account and logs in for the first time.
func (w *world) staff(email, unit string) staff {
	w.t.Helper()
	words := strings.Fields(w.must("user", "add", "--email", email, "--name", "Lan", "--role", "officer", "--unit", unit))
	jar, err := cookiejar.New(nil)
	require.NoError(w.t, err)
	s := staff{w, &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	s.post("/console/login", "email", email, "password", words[len(words)-1])
	s.post("/console/password", "new", "con trâu đi trước", "again", "con trâu đi trước")
	return s
}

func (s staff) get(path string) string {
	s.t.Helper()
	res, err := s.client.Get(s.url() + path)
	return s.page(res, err)
}

// post sends a form of pairs and returns the page that it leads to.
func (s staff) post(path string, pairs ...string) string {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	res, err := s.client.PostForm(s.url()+path, form)
	return s.page(res, err)
}

func (s staff) page(res *http.Response, err error) string {
	s.t.Helper()
	require.NoError(s.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, res.StatusCode, string(body))
	return string(body)
}

var hiddenField = regexp.MustCompile(`name="(key|seen|file)" value="([^"]*)"`)

// act sends a form with the hidden fields of the page at path, files among them.
func (s staff) act(path, to string, pairs ...string) string {
	s.t.Helper()
	given := map[string]bool{}
	for _, m := range hiddenField.FindAllStringSubmatch(s.get(path), -1) {
		if m[1] == "file" || !given[m[1]] {
			pairs = append(pairs, m[1], m[2])
		}
		given[m[1]] = true
	}
	return s.post(path+to, pairs...)
}

// TestAnsweringInTheConsole: what the preview shows is what the phone gets, ten
// seconds later; an answer that was taken back never arrives; a person takes over a
// conversation and hands it back.
func TestAnsweringInTheConsole(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		c := w.phone(sandbox.Zalo, 1)
		code := c.file("Rác chất đống đầu hẻm chưa ai dọn")
		lan := w.staff("lan@tranbien.example.vn", "tran-bien")
		page := "/console/cases/" + code
		require.Contains(t, lan.get(page), "Rác chất đống đầu hẻm")
		require.Contains(t, lan.act(page, "", "action", "accept"), "Đã ghi nhận")
		require.Contains(t, c.next().Text, "tiếp nhận")

		preview := lan.act(page, "/draft", "action", "reply", "text", "Xin chào ông/bà, mai xe đến dọn.")
		require.Contains(t, preview, "Cán bộ nhắn về vụ "+code)
		require.Contains(t, preview, "Xin chào ông/bà, mai xe đến dọn.")
		require.Contains(t, lan.act(page, "", "action", "reply", "text", "Lời viết nhầm."), "Hoàn tác")
		require.Contains(t, lan.post(page+"/undo"), "Đã hoàn tác")
		began := time.Now()
		lan.act(page, "", "action", "reply", "text", "Xin chào ông/bà, mai xe đến dọn.")
		m := c.nextWithin(30 * time.Second)
		require.Contains(t, m.Text, "Xin chào ông/bà, mai xe đến dọn.", "the other one was taken back")
		require.Greater(t, time.Since(began), 9*time.Second)
		require.NotContains(t, c.talk(), "Lời viết nhầm")

		talk := "/console/conversations/" + url.PathEscape(c.conversation())
		lan.act(talk, "/take")
		within(t, 10*time.Second, "the conversation is the officer's", func() bool { return strings.Contains(lan.get(talk), "Cán bộ đang trả lời") })
		lan.act(talk, "/reply", "text", "Tôi là Lan, nghe ông/bà đây.")
		require.Equal(t, "Tôi là Lan, nghe ông/bà đây.", strings.TrimSpace(c.nextWithin(30*time.Second).Text))
		lan.act(talk, "/handback")
		within(t, 10*time.Second, "the bot has it again", func() bool { return strings.Contains(lan.get(talk), "Trợ lý đang trả lời") })
		require.Contains(t, lan.get(talk), "Lan trả lại")
	})
}
