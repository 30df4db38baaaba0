package messenger

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/langnghe/langnghe/channel"
)

func addSamples(f *testing.F) {
	f.Helper()
	for _, file := range samples(f) {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
}

// Whatever a signed body holds, it is no error and no panic, and every event
// of it can be stored.
func FuzzReceive(f *testing.F) {
	addSamples(f)
	f.Add([]byte(message1(`{"mid":"m_1","text":"a\ud83d\u0000","attachments":[{"type":"location","payload":{"coordinates":{"lat":"1e999","long":0}}}]}`)))
	r := NewReceiver([]Page{testPage})
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := r.Receive(signedBy(testPage.AppSecret, body), body, sampleNow)
		if err != nil {
			t.Fatalf("a signed body is an error: %v", err)
		}
		for _, e := range got.Events {
			switch {
			case e.Channel != testPage.Key(), e.ID == "", e.Peer == "", e.Kind == "":
				t.Errorf("unidentified event %+v", e)
			case len(e.ID) > 400, len(e.Peer) > maxID, len(e.Mid) > maxID:
				t.Errorf("no index holds %+v", e)
			case e.At.IsZero(), e.At.After(sampleNow.Add(24 * time.Hour)), e.Watermark.After(sampleNow.Add(24 * time.Hour)):
				t.Errorf("no such time in %+v", e)
			}
			for _, s := range []string{e.ID, e.Peer, e.Mid, e.Text, e.Payload, e.ReplyTo, e.Metadata, e.Name} {
				if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
					t.Errorf("PostgreSQL refuses %q", s)
				}
			}
		}
	})
}

// Only the secret's own signature opens the door.
func FuzzSignature(f *testing.F) {
	body := []byte(`{"object":"page","entry":[]}`)
	right := signedBy(testPage.AppSecret, body).Get("X-Hub-Signature-256")
	for _, header := range []string{right, "", "sha256=", "sha1=00", strings.ToUpper(right), "sha256=" + strings.Repeat("0", 64)} {
		f.Add(header)
	}
	r := NewReceiver([]Page{testPage})
	f.Fuzz(func(t *testing.T, header string) {
		_, err := r.Receive(http.Header{"X-Hub-Signature-256": {header}}, body, sampleNow)
		if same := header[:min(len(header), 7)] == "sha256=" && strings.EqualFold(header, right); same != (err == nil) {
			t.Errorf("%q: %v", header, err)
		}
		if err != nil && err != channel.ErrSignature {
			t.Errorf("another error: %v", err)
		}
	})
}

func FuzzSignedRequest(f *testing.F) {
	f.Add(signedRequest("secret", `{"algorithm":"HMAC-SHA256","user_id":"5"}`))
	f.Add(".")
	f.Fuzz(func(t *testing.T, request string) {
		user, secret, err := ParseSignedRequest([]string{"secret"}, request)
		if (err == nil) != (user != "" && secret == "secret") {
			t.Errorf("%q: %q %q %v", request, user, secret, err)
		}
	})
}

func BenchmarkReceive(b *testing.B) {
	body, err := os.ReadFile("testdata/payloads/01_message_text.json")
	if err != nil {
		b.Fatal(err)
	}
	r, h := NewReceiver([]Page{testPage}), signedBy(testPage.AppSecret, body)
	for b.Loop() {
		if got, err := r.Receive(h, body, sampleNow); err != nil || len(got.Events) != 1 {
			b.Fatal(got, err)
		}
	}
}
