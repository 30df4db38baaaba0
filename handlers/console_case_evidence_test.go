package handlers

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/blob"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/picture/picturetest"
	"github.com/langnghe/langnghe/store"
)

// sent is one file of a form.
type sent struct{ name, content string }

// upload sends a form with files.
func (b *screen) upload(path string, files []sent, pairs ...string) answer {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		require.NoError(b.t, form.WriteField(pairs[i], pairs[i+1]))
	}
	for _, f := range files {
		part, err := form.CreateFormFile("photo", f.name)
		require.NoError(b.t, err)
		_, err = io.WriteString(part, f.content)
		require.NoError(b.t, err)
	}
	require.NoError(b.t, form.Close())
	return b.uploadBody(path, form.FormDataContentType(), &body)
}

func (b *screen) uploadBody(path, contentType string, body io.Reader) answer {
	r := httptest.NewRequest(http.MethodPost, "http://console.example.vn"+path, body)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Origin", "http://console.example.vn")
	return b.send(r)
}

// onEvidenceDesks runs f on a console with one case whose files are kept in a folder.
func onEvidenceDesks(t *testing.T, f func(t *testing.T, d *desk, folder string)) {
	t.Helper()
	t.Parallel()
	databases.Each(t, func(t *testing.T, dbURL string) {
		t.Parallel()
		d, folder := evidenceDesk(t, dbURL)
		f(t, d, folder)
	})
}

func evidenceDesk(t *testing.T, dbURL string) (d *desk, folder string) {
	t.Helper()
	folder = t.TempDir()
	kept, err := blob.Open(t.Context(), "file:"+folder)
	require.NoError(t, err)
	for key, content := range map[string]string{"original": "ORIGINAL", "shown": photo()} {
		require.NoError(t, kept.Put(t.Context(), key, strings.NewReader(content), int64(len(content)), ""))
	}
	d = newDesk(t, dbURL, answersWell, func(d *Deps) { d.Blobs = kept })
	d.fillCase(t)
	return d, folder
}

// kept counts the files of staff in the folder.
func kept(t *testing.T, folder string) (n int) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(folder, "staff"), func(_ string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return nil
	})
	require.NoError(t, err)
	return n
}

const evidencePage = casePage + "/evidence"

func tagged() sent {
	return sent{"sau khi dọn.jpg", string(picturetest.Tagged(binary.LittleEndian, 6))}
}

// TestAPhotoOfStaffTellsNoPlace: what is kept and served was drawn anew.
func TestAPhotoOfStaffTellsNoPlace(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, folder string) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		fields := b.fields(t)
		b.leads(b.upload(evidencePage, []sent{tagged()}, "purpose", "after"), evidencePath(caseCode))
		files, err := d.store.CaseFiles(t.Context(), caseCode)
		require.NoError(t, err)
		require.Len(t, files, 1)
		require.Equal(t, models.PurposeAfter, files[0].Purpose)
		require.Equal(t, lan, files[0].Email)
		got := b.get(evidencePage + "/" + files[0].ID)
		require.Equal(t, http.StatusOK, got.Code)
		require.Equal(t, "image/jpeg", got.Header.Get("Content-Type"))
		require.Contains(t, got.Header.Get("Content-Disposition"), "inline")
		require.Contains(t, got.Header.Get("Content-Security-Policy"), "sandbox")
		require.NotContains(t, got.Body, "Exif")
		require.NotContains(t, got.Body, "PhoneModel")
		img, err := jpeg.Decode(strings.NewReader(got.Body))
		require.NoError(t, err)
		require.Equal(t, 40, img.Bounds().Dx(), "upright")
		require.NoError(t, filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				content, err := os.ReadFile(path)
				require.NoError(t, err)
				require.NotContains(t, string(content), "PhoneModel", "nor is it kept as it came")
			}
			return err
		}))

		c := d.caseNow(t)
		last := c.Events[len(c.Events)-1]
		require.Equal(t, models.ActAttach, last.Action)
		require.Equal(t, "after "+files[0].ID, last.Detail)
		page := b.get(casePage)
		require.Contains(t, page.Body, `<img src="/console/cases/`+caseCode+`/evidence/`+files[0].ID)
		require.Contains(t, page.Body, "thêm ảnh")
		b.leads(b.post(casePage, append(fields, "action", "resolve", "text", "Đã dọn.")...), casePage)
		require.Equal(t, models.StatusResolved, d.caseNow(t).Status, "an answer begun before the photo came is not out of date")
		require.Equal(t, http.StatusOK, d.member(t, "xem@example.vn", models.RoleViewer, "tran-bien").get(evidencePage+"/"+files[0].ID).Code)
		require.Equal(t, http.StatusNotFound, d.member(t, "ban@example.vn", models.RoleOfficer, "long-khanh").get(evidencePage+"/"+files[0].ID).Code)
	})
}

// TestAPhotoSentAgainIsThereOnce: a weak line sends it twice, at once too.
func TestAPhotoSentAgainIsThereOnce(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, folder string) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		other := sent{"hai.png", string(pngOf(t))}
		var line sync.WaitGroup
		for range 4 {
			twin := &screen{t: t, d: d, cookies: map[string]*http.Cookie{}, address: b.address}
			for name, c := range b.cookies {
				twin.cookies[name] = c
			}
			line.Go(func() { twin.upload(evidencePage, []sent{tagged(), other}, "purpose", "after") })
		}
		line.Wait()
		b.leads(b.upload(evidencePage, []sent{tagged()}, "purpose", "after"), evidencePath(caseCode))
		files, err := d.store.CaseFiles(t.Context(), caseCode)
		require.NoError(t, err)
		require.Len(t, files, 2)
		require.Len(t, d.caseNow(t).Events, 3)
		require.Equal(t, 2, kept(t, folder), "and nothing else stays behind")
		b.leads(b.upload(evidencePage, []sent{tagged()}, "purpose", "before"), evidencePath(caseCode))
		require.Equal(t, 3, kept(t, folder), "the same photo may be of both")
	})
}

func TestWhatIsNoPhotoIsNotTaken(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, folder string) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		after := []string{"purpose", "after"}
		for name, c := range map[string]struct {
			files []sent
			words string
		}{
			"a page":      {[]sent{{"x.jpg", "<!DOCTYPE html><script>alert(1)</script>"}}, "không phải ảnh"},
			"a cut photo": {[]sent{{"x.jpg", tagged().content[:400]}}, "không phải ảnh"},
			"too large":   {[]sent{{"x.jpg", "\xFF\xD8\xFF" + strings.Repeat("x", staffFileMost)}}, "Ảnh quá lớn"},
			"an empty":    {[]sent{{"x.jpg", ""}}, "Chưa có ảnh"},
			"none":        {nil, "Chưa có ảnh"},
		} {
			got := b.upload(evidencePage, c.files, after...)
			require.Equal(t, http.StatusUnprocessableEntity, got.Code, name)
			require.Contains(t, got.Body, c.words, name)
		}
		require.Equal(t, http.StatusUnprocessableEntity, b.upload(evidencePage, []sent{tagged()}, "purpose", "secret").Code)
		require.Equal(t, http.StatusUnprocessableEntity, b.post(evidencePage, after...).Code, "a form without files")
		whole := "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nafter\r\n--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"x.jpg\"\r\n\r\n"
		require.Equal(t, http.StatusUnprocessableEntity, b.uploadBody(evidencePage, "multipart/form-data; boundary=x", strings.NewReader(whole+tagged().content)).Code, "the line broke")
		require.Zero(t, kept(t, folder))
		require.Len(t, d.caseNow(t).Events, 1)

		mixed := b.upload(evidencePage, []sent{tagged(), {"x.txt", "abc"}}, after...)
		require.Equal(t, http.StatusUnprocessableEntity, mixed.Code)
		require.Contains(t, mixed.Body, "Các ảnh đứng trước đã được nhận")
		require.Equal(t, 1, kept(t, folder))

		script := httptest.NewRequest(http.MethodPost, "http://console.example.vn"+evidencePage, strings.NewReader(whole+"abc\r\n--x--\r\n"))
		script.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		script.Header.Set("Origin", "http://console.example.vn")
		script.Header.Set("HX-Request", "true")
		told := b.send(script)
		require.Equal(t, http.StatusUnprocessableEntity, told.Code)
		require.Equal(t, "photo-kind", told.Body)
		viewer := d.member(t, "xem@example.vn", models.RoleViewer, "tran-bien")
		require.Equal(t, http.StatusForbidden, viewer.upload(evidencePage, []sent{tagged()}, after...).Code)
		foreign := d.member(t, "ban@example.vn", models.RoleOfficer, "long-khanh")
		require.Equal(t, http.StatusNotFound, foreign.upload(evidencePage, []sent{tagged()}, after...).Code)
	})
}

// TestOtherFormsStaySmall: only a form that holds files may be large.
// TestACaseHasSoManyPhotos: one more is refused, and leaves nothing behind.
func TestACaseHasSoManyPhotos(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, folder string) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			for i := range evidenceMost {
				id := fmt.Sprintf("photo%d", i)
				if _, _, err := tx.AddCaseFile(models.CaseFile{ID: id, Case: caseCode, Purpose: models.PurposeAfter, Source: id, Attachment: id}); err != nil {
					return err
				}
			}
			return nil
		}))
		refused := b.upload(evidencePage, []sent{tagged()}, "purpose", "before")
		require.Equal(t, http.StatusUnprocessableEntity, refused.Code, d.log.String())
		require.Contains(t, refused.Body, "Hồ sơ đã có 60 ảnh")
		require.Zero(t, kept(t, folder))
		files, err := d.store.CaseFiles(t.Context(), caseCode)
		require.NoError(t, err)
		require.Len(t, files, evidenceMost)
	})
}

func TestOtherFormsStaySmall(t *testing.T) {
	t.Parallel()
	d, _ := evidenceDesk(t, databases.SQLite(t))
	b := d.member(t, lan, models.RoleOfficer, "tran-bien")
	got := b.post(casePage, append(b.fields(t), "action", "note", "text", strings.Repeat("x", consoleBody))...)
	require.NotEqual(t, http.StatusSeeOther, got.Code)
	require.Len(t, d.caseNow(t).Events, 1)
}

// TestTheCitizensPhotoIsPicked as evidence of how it was.
func TestTheCitizensPhotoIsPicked(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, folder string) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		require.Contains(t, b.get(casePage).Body, `name="pick" value="photo"`)
		require.NotContains(t, b.get(casePage).Body, `name="pick" value="voice"`)
		for range 2 {
			b.leads(b.upload(evidencePage, nil, "purpose", "before", "pick", "photo"), evidencePath(caseCode))
		}
		require.Equal(t, http.StatusUnprocessableEntity, b.upload(evidencePage, nil, "purpose", "before", "pick", "voice").Code)
		files, err := d.store.CaseFiles(t.Context(), caseCode)
		require.NoError(t, err)
		require.Len(t, files, 1)
		require.Equal(t, "photo", files[0].Attachment)
		require.Zero(t, kept(t, folder), "it is no second copy")
		page := b.get(casePage).Body
		require.NotContains(t, page, `name="pick" value="photo"`)
		require.Equal(t, http.StatusNotFound, b.get(evidencePage+"/"+files[0].ID).Code)

		b.leads(b.post(evidencePage+"/"+files[0].ID+"/drop"), evidencePath(caseCode))
		require.Contains(t, b.get(casePage).Body, `name="pick" value="photo"`)
		require.Equal(t, models.ActDetach, d.caseNow(t).Events[2].Action)
		require.Equal(t, http.StatusNotFound, b.post(evidencePage+"/"+files[0].ID+"/drop").Code)
		b.leads(b.upload(evidencePage, []sent{tagged()}, "purpose", "after"), evidencePath(caseCode))
		foreign := d.member(t, "ban@example.vn", models.RoleOfficer, "long-khanh")
		files, err = d.store.CaseFiles(t.Context(), caseCode)
		require.NoError(t, err)
		require.Equal(t, http.StatusNotFound, foreign.post(fmt.Sprintf("%s/%s/drop", evidencePage, files[0].ID)).Code)
	})
}

// pngOf is another small picture.
func pngOf(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, image.NewGray(image.Rect(0, 0, 30, 20))))
	return out.Bytes()
}
