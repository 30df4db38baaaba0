package e2e

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// TestPhotoOfWhatWasDone: an officer in the street sends a photo from the list of the
// day straight into the case, and answers with a day to look again; the citizen reads
// the answer and that day, and sees the photo, which tells nobody where it was taken.
func TestPhotoOfWhatWasDone(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		officer := w.tab("an@tranbien.example.vn", "officer", "tran-bien")
		c := w.phone(platforms[map[bool]int{true: 0, false: 1}[w.onPostgres()]], 1)
		c.requireStep("report.place", c.say("Ổ gà sâu giữa đường, xe máy té hoài"))
		c.requireStep("report.contact", c.tap("report.place:skip"))
		c.requireStep("report.confirm", c.say("Trần Thị Đào 0912345678"))
		code := c.code(c.tap("report.confirm:yes"))

		photo := filepath.Join(t.TempDir(), "sau.jpg")
		require.NoError(t, os.WriteFile(photo, sandbox.PlacedPhoto(1, 10.9446, 106.8243), 0o600))
		officer.do(chromedp.EmulateViewport(390, 844))
		officer.opens("/console/field?who=unit")
		officer.heading("Đi thực địa")
		officer.do(chromedp.SetUploadFiles("#chup-"+code, []string{photo}))
		if officer.eval(`document.querySelector(".upload-list") ? "yes" : ""`) == "" { // npm built no script
			officer.presses("#anh-" + code + " button[type=submit]")
		}
		officer.sees("the photo", fmt.Sprintf(`document.querySelector("#anh-%s img").naturalWidth > 0`, code))

		officer.writes(code, "resolve", "Đã vá tạm.")
		again := time.Now().AddDate(0, 0, 30)
		officer.eval(`document.querySelector("#hen-lai").value = "` + again.Format(time.DateOnly) + `"; ""`)
		officer.sends()
		officer.sees("the way back", `document.querySelector(".case-held button")`)
		told := c.next().Text
		require.Contains(t, told, "Đã vá tạm.")
		require.Contains(t, told, "hẹn kiểm tra lại việc này vào")

		link := regexp.MustCompile(`<img src="(/tra-cuu/anh/[^"]+)"`)
		_, page := w.prove(code, "679")
		require.Nil(t, link.FindStringSubmatch(page))
		_, page = w.prove(code, "678")
		found := link.FindStringSubmatch(page)
		require.NotNil(t, found)
		resp, err := http.Get(w.url() + html.UnescapeString(found[1]))
		require.NoError(t, err)
		defer resp.Body.Close()
		require.Equal(t, http.StatusOK, resp.StatusCode)
		shown, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NotContains(t, string(shown), "Exif")
		require.Equal(t, 1, w.number("SELECT COUNT(*) FROM case_files WHERE purpose = 'after' AND case_code = '"+code+"'"))
	})
}
