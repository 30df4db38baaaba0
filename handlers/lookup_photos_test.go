package handlers

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

var publicPhoto = regexp.MustCompile(`<img src="(/tra-cuu/anh/[^"]+)"`)

// public is a citizen's browser at the public pages.
func (d *desk) public(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	d.router.ServeHTTP(w, r)
	return w
}

func (d *desk) proves(digits string) string {
	form := url.Values{"ma": {caseCode}, "xac_nhan": {digits}}
	r := httptest.NewRequest(http.MethodPost, "/tra-cuu", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.public(r).Body.String()
}

func (d *desk) shows(address string) int {
	return d.public(httptest.NewRequest(http.MethodGet, address, nil)).Code
}

// TestTheReporterSeesWhatWasDone, and nobody else, for a quarter of an hour.
func TestTheReporterSeesWhatWasDone(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, _ string) {
		d.server.LinkKey = []byte("key")
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		b.leads(b.upload(evidencePage, []sent{tagged()}, "purpose", "after"), evidencePath(caseCode))
		b.leads(b.upload(evidencePage, []sent{{"x.png", string(pngOf(t))}}, "purpose", "before"), evidencePath(caseCode))
		require.NotContains(t, d.proves("678"), "<img", "nothing was answered yet")
		b.leads(b.act(t, "action", "resolve", "text", "Đã dọn.", "date", "2026-03-30"), casePage)
		require.NotContains(t, d.proves("679"), "<img")
		require.NotContains(t, d.public(httptest.NewRequest(http.MethodGet, "/tra-cuu?ma="+caseCode, nil)).Body.String(), "<img")
		page := d.proves("678")
		require.Contains(t, page, "hẹn kiểm tra lại việc này ngày 30/03/2026")
		found := publicPhoto.FindAllStringSubmatch(page, -1)
		require.Len(t, found, 1, "how it was is not shown")
		address := html.UnescapeString(found[0][1])
		got := d.public(httptest.NewRequest(http.MethodGet, address, nil))
		require.Equal(t, http.StatusOK, got.Code)
		require.Equal(t, "image/jpeg", got.Header().Get("Content-Type"))
		require.Contains(t, got.Header().Get("Cache-Control"), "no-store")

		id := strings.TrimPrefix(strings.SplitN(address, "?", 2)[0], photoPath)
		files, err := d.store.CaseFiles(t.Context(), caseCode)
		require.NoError(t, err)
		for _, f := range files {
			if f.ID != id {
				require.Equal(t, http.StatusNotFound, d.shows(strings.Replace(address, id, f.ID, 1)), "the address is of one photo")
			}
		}
		require.Equal(t, http.StatusNotFound, d.shows(strings.SplitN(address, "?", 2)[0]))
		require.Equal(t, http.StatusNotFound, d.shows(strings.Replace(address, "den=1", "den=9", 1)))
		d.advance(photoFor - time.Second)
		require.Equal(t, http.StatusOK, d.shows(address))
		d.advance(time.Second)
		require.Equal(t, http.StatusNotFound, d.shows(address))

		address = html.UnescapeString(publicPhoto.FindStringSubmatch(d.proves("678"))[1])
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			c, err := tx.Case(caseCode)
			if err == nil {
				c.Sensitive = true
				err = tx.SaveCase(c)
			}
			return err
		}))
		require.Equal(t, http.StatusNotFound, d.shows(address))
		require.NotContains(t, d.proves("678"), "<img")
	})
}

// TestAResultMayNameADay on which the office looks at it again.
func TestAResultMayNameADay(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		for _, odd := range []string{"2020-01-01", "2099-01-01", "mai"} {
			got := b.act(t, "action", "resolve", "text", "Đã vá tạm.", "date", odd)
			require.Equal(t, http.StatusUnprocessableEntity, got.Code, odd)
			require.Contains(t, got.Body, "Đã vá tạm.</textarea>")
		}
		require.Contains(t, b.post(casePage+"/draft", append(b.fields(t), "action", "resolve", "text", "Đã vá", "date", "2026-03-30")...).Body, "XEM TRƯỚC")
		b.leads(b.act(t, "action", "resolve", "text", "Đã vá tạm.", "date", "2026-03-30"), casePage)
		require.Contains(t, b.get(casePage).Body, "Hẹn kiểm tra lại ngày 30/03/2026")
		d.advance(undoFor)
		told := d.play(t)
		require.Len(t, told, 1)
		require.Equal(t, "2026-03-30", told[0].Date.Add(-time.Second).Format(time.DateOnly), "until the end of that day")
		b.leads(b.act(t, "action", "reply", "text", "Xin chào.", "date", "2026-03-30"), casePage)
		d.advance(undoFor)
		require.Zero(t, d.play(t)[0].Date, "a mere message promises nothing")
	})
}
