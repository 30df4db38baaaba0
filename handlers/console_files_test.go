package handlers

import (
	"encoding/binary"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/picture"
	"github.com/langnghe/langnghe/picture/picturetest"
	"github.com/langnghe/langnghe/store"
)

const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

// tagged is a photo that tells where it was taken.
func placed() sent {
	return sent{"C:\\Ảnh \"mới\".JPEG", string(picturetest.Tagged(binary.BigEndian, 1))}
}

var chosenFile = regexp.MustCompile(`name="file" value="([A-Z0-9]+)"`)

// chosen are the files in a page's form.
func chosen(body string) (ids []string) {
	for _, m := range chosenFile.FindAllStringSubmatch(body, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// answering is a form of the case's page with its files.
func (b *screen) answering(t *testing.T, pairs ...string) []string {
	t.Helper()
	page := b.get(casePage)
	require.Equal(t, http.StatusOK, page.Code, b.d.log.String())
	for _, m := range formField.FindAllStringSubmatch(page.Body, -1)[:2] {
		pairs = append(pairs, m[1], m[2])
	}
	for _, id := range chosen(page.Body) {
		pairs = append(pairs, "file", id)
	}
	return pairs
}

// TestFilesGoWithAnAnswer: they are kept at once, shown as they will arrive, sent
// with the words, and come back with them.
func TestFilesGoWithAnAnswer(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, _ string) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		b.upload(casePage+"/files", []sent{placed()})
		d.advance(time.Millisecond)
		b.leads(b.upload(casePage+"/files", []sent{{"biên bản.exe", pdf}}, "action", "resolve", "text", "Đã dọn <i>xong</i>."), casePage+"?answer=resolve#tra-loi")
		page := b.get(casePage + "?answer=resolve")
		ids := chosen(page.Body)
		require.Len(t, ids, 2)
		require.Contains(t, page.Body, "Đã dọn &lt;i&gt;xong&lt;/i&gt;.</textarea>", "nothing typed is lost")
		require.Contains(t, page.Body, `<img src="/console/files/`+ids[0]+`"`)
		require.Contains(t, page.Body, "biên bản.pdf", "named by what it holds")
		hoa := d.member(t, "hoa@example.vn", models.RoleOfficer, "tran-bien")
		require.Empty(t, chosen(hoa.get(casePage).Body), "a draft is one's own")
		require.Empty(t, d.caseNow(t).Events[1:], "nothing happened to the case")
		require.Len(t, d.caseNow(t).Attachments, 4, "the citizen's own alone")

		preview := b.post(casePage+"/draft", b.answering(t, "action", "resolve", "text", "Đã dọn.")...)
		require.Contains(t, preview.Body, `<img src="/console/files/`+ids[0]+`" alt="Ảnh Ảnh mới.jpg"`)
		require.Contains(t, preview.Body, "Tệp: biên bản.pdf")

		b.leads(b.post(casePage, b.answering(t, "action", "resolve", "text", "Đã dọn.")...), casePage)
		said := d.caseNow(t).Events[1]
		require.Equal(t, []models.File{{ID: ids[0], Kind: channel.FileImage, Name: "Ảnh mới.jpg"}, {ID: ids[1], Kind: channel.FilePaper, Name: "biên bản.pdf"}}, said.Files)
		require.Empty(t, chosen(b.get(casePage).Body))
		require.Contains(t, b.get(casePage).Body, "Kèm tệp: Ảnh mới.jpg, biên bản.pdf")

		b.leads(b.post(casePage+"/undo"), casePage)
		require.ElementsMatch(t, ids, chosen(b.get(casePage).Body), "what was taken back is in the draft again")
		b.leads(b.post(casePage, b.answering(t, "action", "reply", "text", "Đã dọn.")...), casePage)
		d.advance(undoFor)
		told := d.play(t)
		require.Len(t, told, 1)
		require.Len(t, told[0].Files, 2)

		item := models.OutboxItem{Conversation: caseTalk, Channel: "messenger:1", Peer: "7", Case: caseCode, Text: "Ảnh mới.jpg", File: &told[0].Files[0], Status: models.OutDelivered, CreatedAt: d.now(), Origin: models.OriginStaff}
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error { return tx.Queue([]*models.OutboxItem{&item}, "") }))
		page = b.get(casePage)
		require.Contains(t, page.Body, `alt="Ảnh cơ quan gửi"`, "what was sent stands in the talk")
		require.Contains(t, page.Body, "✓✓", "with its tick")
	})
}

// TestNoCopyOfAPhotoTellsThePlace: what is kept, shown and sent is drawn anew, and
// small enough for every platform; what cannot be drawn is not kept.
func TestNoCopyOfAPhotoTellsThePlace(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, folder string) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		b.upload(casePage+"/files", []sent{placed()})
		files, err := d.store.DraftFiles(t.Context(), lan, caseCode)
		require.NoError(t, err)
		require.Len(t, files, 1)
		require.Equal(t, files[0].Blob, files[0].Shown)
		require.Nil(t, files[0].Place)
		shown := b.get("/console/files/" + files[0].ID)
		require.Equal(t, "image/jpeg", shown.Header.Get("Content-Type"))
		meta, err := picture.ReadMeta(strings.NewReader(shown.Body))
		require.NoError(t, err)
		require.Nil(t, meta.Place)
		original := b.get("/console/files/" + files[0].ID + "?original=1")
		require.Equal(t, shown.Body, original.Body, "there is no other")
		before := kept(t, folder)
		for name, content := range map[string]string{"a.jpg": placed().content[:200], "a.zip": "PK\x03\x04", "a.pdf": "<html>", "b.pdf": ""} {
			refused := b.upload(casePage+"/files", []sent{{name, content}}, "text", "còn đây")
			require.Equal(t, http.StatusSeeOther, refused.Code, name)
			require.Contains(t, b.get(casePage).Body, "alert", name)
		}
		require.Contains(t, b.get(casePage).Body, "còn đây</textarea>")
		require.Equal(t, before, kept(t, folder), "nothing of them is kept")
	})
}

// TestAStaleAnswerKeepsItsFiles: a browser would not.
func TestAStaleAnswerKeepsItsFiles(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, _ string) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		b.upload(casePage+"/files", []sent{placed()})
		form := b.answering(t, "action", "reply", "text", "lời")
		hoa := d.member(t, "hoa@example.vn", models.RoleOfficer, "tran-bien")
		hoa.leads(hoa.act(t, "action", "note", "text", "tôi đã gọi"), casePage)
		stale := b.post(casePage, form...)
		require.Equal(t, http.StatusConflict, stale.Code)
		require.Len(t, chosen(stale.Body), 1, "what was chosen is still in the form")
		require.Contains(t, stale.Body, "lời</textarea>")

		gone := b.answering(t, "action", "reply", "text", "lời", "file", "AAAAAAAA")
		refused := b.post(casePage, gone...)
		require.Equal(t, http.StatusConflict, refused.Code)
		require.Contains(t, refused.Body, "không còn")
		require.Len(t, chosen(refused.Body), 1, "nothing was sent")
		left := b.post(casePage, b.answering(t, "action", "reply", "text", "lời", "upload", "a.jpg")...)
		require.Equal(t, http.StatusUnprocessableEntity, left.Code)
		require.Contains(t, left.Body, "chưa được đính kèm", "a browser without scripts sent its name alone")
		require.Len(t, d.caseNow(t).Events, 2)
	})
}

// TestAnAnswerHasAFewFiles, however many are sent at once; each can be taken away.
func TestAnAnswerHasAFewFiles(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, _ string) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		var all sync.WaitGroup
		for range filesMost + 2 {
			twin := &screen{t: t, d: d, cookies: map[string]*http.Cookie{}, address: b.address}
			for name, c := range b.cookies {
				twin.cookies[name] = c
			}
			all.Go(func() { twin.upload(casePage+"/files", []sent{{"a.pdf", pdf}}) })
		}
		all.Wait()
		page := b.get(casePage)
		ids := chosen(page.Body)
		require.LessOrEqual(t, len(ids), filesMost)
		for len(ids) < filesMost {
			b.upload(casePage+"/files", []sent{{"a.pdf", pdf}})
			ids = chosen(b.get(casePage).Body)
		}
		b.upload(casePage+"/files", []sent{{"a.pdf", pdf}})
		page = b.get(casePage)
		require.Len(t, chosen(page.Body), filesMost)
		require.Contains(t, page.Body, "Đã đủ 5 tệp")
		hoa := d.member(t, "hoa@example.vn", models.RoleOfficer, "tran-bien")
		hoa.post(casePage+"/files/drop", "drop", ids[0])
		require.Len(t, chosen(b.get(casePage).Body), filesMost, "it is not theirs")
		b.leads(b.post(casePage+"/files/drop", "drop", ids[0], "text", "đang viết"), casePage+"#tra-loi")
		page = b.get(casePage)
		require.Equal(t, ids[1:], chosen(page.Body))
		require.Contains(t, page.Body, "đang viết</textarea>")
	})
}

// TestFilesGoWithWordsInAConversation as they do with an answer to a case.
func TestFilesGoWithWordsInAConversation(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, _ string) {
		d.fillTalk(t, models.ModeHuman)
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		b.leads(b.upload(talkPage+"/files", []sent{placed()}, "text", "Xem ảnh"), talkPage+"#tra-loi")
		ids := chosen(b.get(talkPage).Body)
		require.Len(t, ids, 1)
		require.Equal(t, http.StatusOK, b.get("/console/files/"+ids[0]).Code)
		far := d.member(t, "xa@example.vn", models.RoleOfficer, "long-khanh")
		require.Equal(t, http.StatusNotFound, far.get("/console/files/"+ids[0]).Code)
		viewer := d.member(t, "xem@example.vn", models.RoleViewer, "tran-bien")
		require.Equal(t, http.StatusNotFound, viewer.get("/console/files/"+ids[0]).Code)
		require.Contains(t, b.post(talkPage+"/draft", "text", "Xem ảnh", "file", ids[0]).Body, `<img src="/console/files/`+ids[0])
		b.leads(b.talkForm("/reply", "text", "Xem ảnh ạ.", "file", ids[0]), talkPage)
		require.Empty(t, chosen(b.get(talkPage).Body))
		b.leads(b.post(talkPage+"/undo"), talkPage)
		require.Equal(t, ids, chosen(b.get(talkPage).Body))
		b.leads(b.talkForm("/reply", "text", "Xem ảnh ạ.", "file", ids[0]), talkPage)
		d.advance(undoFor)
		told := d.play(t)
		require.Len(t, told, 1)
		require.Equal(t, []models.File{{ID: ids[0], Kind: channel.FileImage, Name: "Ảnh mới.jpg"}}, told[0].Files)
		d.advance(time.Second)
		again := b.talkForm("/reply", "text", "lần nữa", "file", ids[0])
		require.Equal(t, http.StatusConflict, again.Code)
		require.Contains(t, again.Body, "không còn")
	})
}

// FuzzSentName: whatever a file is called, its name can stand in a header, ends as
// its type does and is short.
func FuzzSentName(f *testing.F) {
	for _, name := range []string{"a.jpg", "../../etc/passwd", "C:\\x\\y.pdf", "\r\nX: y", "", ".", "ảnh \"một\"", strings.Repeat("ơ", 300), "\xff\x00"} {
		f.Add(name, true)
	}
	f.Fuzz(func(t *testing.T, name string, image bool) {
		file := keptFile{ContentType: "application/pdf"}
		if image {
			file.ContentType = "image/png"
		}
		got := sentName(name, file)
		ending := map[bool]string{true: ".png", false: ".pdf"}[image]
		require.True(t, strings.HasSuffix(got, ending))
		require.Greater(t, len(got), len(ending))
		require.LessOrEqual(t, len([]rune(got)), 64)
		require.NotContains(t, strings.ToValidUTF8(got, "\x00"), "\x00")
		require.False(t, strings.ContainsAny(got, "\"/\\\r\n<>"), got)
	})
}

// TestTheReporterReadsTheFilesOnTheWeb, who proved to be it, for a while; nobody else,
// and not what was taken back.
func TestTheReporterReadsTheFilesOnTheWeb(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, _ string) {
		d.server.LinkKey = []byte("key")
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		b.upload(casePage+"/files", []sent{{"giấy hẹn.pdf", pdf}})
		require.NotContains(t, d.proves("678"), "giấy hẹn")
		b.leads(b.post(casePage, b.answering(t, "action", "reply", "text", "Xem tệp.")...), casePage)
		require.NotContains(t, d.proves("679"), "giấy hẹn")
		page := d.proves("678")
		require.Contains(t, page, "giấy hẹn.pdf")
		address := html.UnescapeString(regexp.MustCompile(`href="(/tra-cuu/tep/[^"]+)"`).FindStringSubmatch(page)[1])
		got := d.public(httptest.NewRequest(http.MethodGet, address, nil))
		require.Equal(t, http.StatusOK, got.Code)
		require.Equal(t, pdf, got.Body.String())
		require.Equal(t, http.StatusNotFound, d.shows(strings.Replace(address, "tep/", "tep/X", 1)))
		require.Equal(t, http.StatusNotFound, d.shows(strings.Split(address, "?")[0]))
		b.leads(b.post(casePage+"/undo"), casePage)
		require.Equal(t, http.StatusNotFound, d.shows(address), "it was taken back")
		require.NotContains(t, d.proves("678"), "giấy hẹn")
		b.leads(b.post(casePage, b.answering(t, "action", "reply", "text", "Xem tệp.")...), casePage)
		require.Equal(t, http.StatusOK, d.shows(address))
		d.advance(photoFor)
		require.Equal(t, http.StatusNotFound, d.shows(address))
	})
}

// TestFilesAreTakenOnlyWhereTheCitizenGetsThem: who reported on the web finds them
// there, but not those of a sensitive case.
func TestFilesAreTakenOnlyWhereTheCitizenGetsThem(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, _ string) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		change := func(f func(*models.Case)) {
			require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
				c, err := tx.Case(caseCode)
				if err == nil {
					f(c)
					err = tx.SaveCase(c)
				}
				return err
			}))
		}
		require.Contains(t, b.get(casePage).Body, "đến trước lời nhắn")
		change(func(c *models.Case) { c.Conversation, c.Platform = "web:x", "web" })
		require.Contains(t, b.get(casePage).Body, "xem ở trang tra cứu</legend>")
		change(func(c *models.Case) { c.Sensitive, c.Assignee = true, lan })
		require.NotContains(t, b.get(casePage).Body, "chon-tep")
	})
}
