package e2e

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// TestPhotoTellsThePlace sends a photo that says where it was taken: the place
// is offered by the nearest ward, is the case's on a yes, and is in no picture
// that is shown.
func TestPhotoTellsThePlace(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		officer := w.token("officer", "--unit", "tran-bien")
		for i, platform := range platforms {
			t.Run(string(platform), func(t *testing.T) {
				c, lat, lng := w.phone(platform, i).on(t), 10.9446+0.01*float64(i), 106.8243 // apart: no neighbours
				c.SendPhotoFiles("", sandbox.PlacedPhoto(1, lat, lng))
				c.requireStep("report.describe", c.next())
				w.fetched(i + 1)
				c.requireStep("report.describe", c.say(garbage))
				offered := c.typed("Xong", false)
				c.requireStep("report.photo_place", offered)
				require.Contains(t, offered.Text, "Ảnh chụp gần Phường")
				c.requireStep("report.contact", c.say("đúng rồi"))
				c.requireStep("report.confirm", c.say("ẩn danh"))
				got := w.caseOf(officer, c.code(c.say("gửi")))
				require.NotNil(t, got.Location)
				require.InDelta(t, lat, got.Location.Lat, 1e-5)
				require.InDelta(t, lng, got.Location.Lng, 1e-5)
				status, shown := w.ask(officer, http.MethodGet, "/api/v1/attachments/"+got.Attachments[0].ID, nil)
				require.Equal(t, http.StatusOK, status)
				require.False(t, bytes.Contains(shown, []byte("Exif")))
			})
		}
	})
}

// fetched waits until so many files are stored.
func (w *world) fetched(n int) {
	w.t.Helper()
	within(w.t, patience, "files fetched", func() bool {
		return w.number("SELECT COUNT(*) FROM attachments WHERE status = 'stored'") == n
	})
}
