package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	_ "image/jpeg"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// told is how soon a change of a case is on the citizen's phone (contract,
// section 6).
const told = 2 * time.Second

// TestReport files a report with three photos on each platform, with every way
// of taking a choice, and takes it to its end.
func TestReport(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		officer := w.token("officer", "--unit", "tran-bien")
		for i, platform := range platforms {
			t.Run(string(platform), func(t *testing.T) {
				c := w.phone(platform, i).on(t)
				code := reportWithPhotos(w, c)
				checkFiled(t, w, c, code, officer)
				statusOf(w, c, code)
				officerWorks(w, c, code, w.token("leader"))
			})
		}
		t.Run("by words", func(t *testing.T) { reportByWords(t, w, officer) })
	})
}

const (
	garbage = "Rác đổ thành đống bên lề đường, mấy ngày nay chưa ai dọn, hôi lắm"
	where   = "gần chợ Biên Hòa, đường Hưng Đạo Vương"
)

// reportWithPhotos follows, reports by tap, label, number and words, and
// returns the code.
func reportWithPhotos(w *world, c *phone) string {
	c.Follow()
	c.requireStep("menu.root", c.next())
	c.requireStep("report.describe", c.tap("menu.root:report"))
	c.requireStep("report.describe", c.say(garbage))
	c.SendPhotos(3)
	c.requireStep("report.describe", c.next())
	w.quiet() // on Zalo each photo is a message, and they may be answered apart
	c.read = len(c.Received())
	c.requireStep("report.place", c.typed("Xong", false))
	c.requireStep("report.contact", c.say(where))
	c.requireStep("report.confirm", c.say("Nguyễn Văn Hùng 0900 000 078"))
	filed := c.typed("Gửi", true)
	c.requireStep("report.filed", filed)
	return c.code(filed)
}

func checkFiled(t *testing.T, w *world, c *phone, code, token string) {
	t.Helper()
	var got caseItem
	within(t, patience, "three files stored", func() bool {
		got = w.caseOf(token, code)
		return len(got.Attachments) == 3 && !slices.ContainsFunc(got.Attachments, func(a attachment) bool { return a.Status != "stored" })
	})
	require.Equal(t, []string{"tran-bien", "phan_anh", "new", string(c.platform)}, []string{got.Unit, got.Kind, got.Status, got.Channel})
	require.Equal(t, garbage, got.Description)
	require.Contains(t, got.Place, "Hưng Đạo Vương")
	require.False(t, got.Anonymous)
	require.NotNil(t, got.Contact)
	require.Equal(t, "0900000078", got.Contact.Phone)
	require.Contains(t, got.Contact.Name, "Hùng")
	require.True(t, got.DueAt.After(got.CreatedAt))
	for i, a := range got.Attachments {
		checkPhoto(t, w, token, a, sandbox.SamplePhoto(i))
	}
	for _, path := range []string{"/api/v1/cases/" + code, "/api/v1/attachments/" + got.Attachments[0].ID} {
		status, _ := w.ask("", http.MethodGet, path, nil)
		require.Equal(t, http.StatusUnauthorized, status, path)
		status, _ = w.ask(w.token("officer", "--unit", "tam-hiep"), http.MethodGet, path, nil)
		require.Equal(t, http.StatusNotFound, status, path)
	}
}

func checkPhoto(t *testing.T, w *world, token string, a attachment, want []byte) {
	t.Helper()
	sum := sha256.Sum256(want)
	require.Equal(t, hex.EncodeToString(sum[:]), *a.SHA256)
	require.EqualValues(t, len(want), *a.Size)
	require.Equal(t, "image/jpeg", *a.ContentType)
	status, original := w.ask(token, http.MethodGet, "/api/v1/attachments/"+a.ID+"?original=true", nil)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, want, original)
	status, shown := w.ask(token, http.MethodGet, "/api/v1/attachments/"+a.ID, nil)
	require.Equal(t, http.StatusOK, status)
	_, _, err := image.DecodeConfig(bytes.NewReader(shown))
	require.NoError(t, err, "the copy that is shown is an image")
}

// statusOf asks for the status as the citizen and as a stranger.
func statusOf(w *world, c *phone, code string) {
	mine := c.say(code)
	require.Contains(c.t, mine.Text, code)
	require.Contains(c.t, mine.Text, "Hưng Đạo Vương")
	stranger := w.phone(c.platform, 500).on(c.t)
	theirs := stranger.say(strings.ToLower(code))
	require.Contains(c.t, theirs.Text, code)
	for _, private := range []string{"Hùng", "0900", "Hưng Đạo Vương", "Rác"} {
		require.NotContains(c.t, theirs.Text, private)
	}
}

// hears demands that the citizen is told in time after something was done.
func (p *phone) hears(after time.Time, words ...string) sandbox.Message {
	p.t.Helper()
	m := p.next()
	for _, word := range words {
		require.Contains(p.t, m.Text, word)
	}
	require.WithinDuration(p.t, after, m.At, told, "told too late")
	return m
}

// officerWorks takes a case through its life.
func officerWorks(w *world, c *phone, code, token string) {
	act := func(body map[string]string) (caseItem, time.Time) {
		c.t.Helper()
		got := w.act(token, code, body)
		return got, time.Now()
	}
	got, at := act(map[string]string{"action": "accept"})
	require.Equal(c.t, "accepted", got.Status)
	c.hears(at, code, got.DueAt.In(time.FixedZone("", 7*3600)).Format("02/01/2006"))
	got, at = act(map[string]string{"action": "ask", "text": "Đống rác nằm bên phải hay bên trái đường ạ?"})
	require.Equal(c.t, "waiting_citizen", got.Status)
	c.requireStep("status.reply", c.hears(at, "Đống rác nằm bên phải hay bên trái đường ạ?"))
	c.requireStep("status.reply", c.say("bên phải, sát cột điện"))
	require.Equal(c.t, "in_progress", w.caseOf(token, code).Status)
	c.typed("Xong", false)
	_, at = act(map[string]string{"action": "reply", "text": "Tổ vệ sinh hẹn sáng mai."})
	c.hears(at, "Tổ vệ sinh hẹn sáng mai.")
	got, at = act(map[string]string{"action": "resolve", "text": "Đã dọn sạch sáng nay."})
	require.Equal(c.t, "resolved", got.Status)
	c.requireStep("rate.score", c.hears(at, "Đã dọn sạch sáng nay."))
	reopens(w, c, code, token)
	got, at = act(map[string]string{"action": "transfer", "unit": "tam-hiep", "reason": "đường thuộc phường Tam Hiệp"})
	require.Equal(c.t, []string{"transferred", "tam-hiep"}, []string{got.Status, got.Unit})
	c.hears(at, "Tam Hiệp")
	got, at = act(map[string]string{"action": "reject", "reason": "not_competent", "text": "Đoạn này của khu công nghiệp."})
	require.Equal(c.t, "rejected", got.Status)
	c.hears(at, "Đoạn này của khu công nghiệp.")
	status, _ := w.ask(token, http.MethodPost, "/api/v1/cases/"+code+"/events", map[string]string{"action": "accept"})
	require.Equal(c.t, http.StatusConflict, status, "a rejected case is not accepted")
}

// reopens rates badly and says that the work is not done.
func reopens(w *world, c *phone, code, token string) {
	c.tap("rate.score:1")
	c.say("chưa xong")
	got := w.caseOf(token, code)
	require.Equal(c.t, "in_progress", got.Status)
	require.True(c.t, slices.ContainsFunc(got.Events, func(e struct{ Action, From, To, Text, Detail string }) bool {
		return e.From == "resolved" && e.To == "in_progress"
	}))
	c.tap("status.add:done")
}

// reportByWords files two reports with plain words alone, and merges them.
func reportByWords(t *testing.T, w *world, officer string) {
	c, d := w.phone(sandbox.Zalo, 7).on(t), w.phone(sandbox.Messenger, 7).on(t)
	var codes []string
	for _, p := range []*phone{c, d} {
		p.requireStep("report.place", p.say("Đèn đường hư cả tuần nay chưa ai sửa"))
		p.requireStep("report.contact", p.say("bo qua"))
		p.requireStep("report.confirm", p.say("ẩn danh"))
		filed := p.say("đúng rồi")
		p.requireStep("report.filed", filed)
		codes = append(codes, p.code(filed))
	}
	first := w.caseOf(officer, codes[0])
	require.True(t, first.Anonymous)
	require.Nil(t, first.Contact)
	require.Equal(t, "Đèn đường hư cả tuần nay chưa ai sửa", first.Description)
	merged := w.act(officer, codes[0], map[string]string{"action": "merge", "into": codes[1]})
	require.Equal(t, "merged", merged.Status)
	c.hears(time.Now(), codes[1])
	w.act(officer, codes[1], map[string]string{"action": "resolve", "text": "Đã thay bóng đèn."})
	at := time.Now()
	d.hears(at, "Đã thay bóng đèn.")
	c.hears(at, "Đã thay bóng đèn.")
}
