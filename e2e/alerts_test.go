package e2e

import (
	"fmt"
	"html"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/relay/pushtest"
	"github.com/langnghe/langnghe/sandbox"
)

var pushKey = regexp.MustCompile(`data-key="([^"]+)"`)

// TestADeviceIsTold: an officer turns alerts on, a citizen reports to the bot, and of
// two processes one tells the device, by keys that outlast both.
func TestADeviceIsTold(t *testing.T) {
	each(t, setup{idle: true}, func(t *testing.T, w *world) {
		service := pushtest.New(t)
		file, err := os.OpenFile(w.config, os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = fmt.Fprintf(file, "push: {contact: gopy@example.vn, loopback: ['%s']}\n", service.Host())
		require.NoError(t, err)
		require.NoError(t, file.Close())
		w.start()
		worker := w.another("worker")
		worker.start()

		s := w.staff("lan@example.vn", "tran-bien")
		key := html.UnescapeString(pushKey.FindStringSubmatch(s.get("/console/account/alerts"))[1])
		device := service.Device(key)
		page := s.post("/console/account/devices", "endpoint", device.Endpoint, "key", device.Key, "auth", device.Auth)
		require.Contains(t, page, "Đã bật thông báo")
		s.post("/console/account/alerts", "push", "new", "push", "answered") // also when the office is closed

		c := w.phone(sandbox.Messenger, 1)
		code := c.file("Đèn đường trước trường mẫu giáo hỏng ba ngày nay")
		within(t, patience, "the device is told", func() bool { return len(device.Got()) > 0 })
		require.JSONEq(t, fmt.Sprintf(`{"kind":"new","case":%q,"link":"/console/cases/%s"}`, code, code), device.Got()[0].Text)
		require.Equal(t, "mailto:gopy@example.vn", device.Got()[0].Contact)

		w.kill()
		w.start()
		require.Equal(t, key, html.UnescapeString(pushKey.FindStringSubmatch(s.get("/console/account/alerts"))[1]))
		c.say("mã " + code + " tôi xin gửi thêm: cột đèn số 4")
		worker.stop()
		w.stop()
		told := map[string]int{}
		for _, m := range device.Got() {
			told[m.Text]++
			require.Equal(t, 1, told[m.Text], m.Text)
		}
	})
}
