package zalo

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
)

// The account that signed the samples.
const (
	sampleApp = "1111222233334444555"
	sampleOA  = "2222333344445555666"
	sampleKey = "test-oa-secret-key"
)

func sampleAccount() Account {
	return Account{OAID: sampleOA, AppID: sampleApp, AppSecret: "app-secret", OASecretKey: sampleKey}
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "payloads", name))
	require.NoError(t, err)
	return body
}

// sign returns the header for a body, by the platform's rule.
func sign(a Account, body []byte) http.Header {
	h := http.Header{}
	h.Set(signatureHeader, "mac="+a.signer().mac(body, member(body, "timestamp")))
	return h
}

func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/signatures.json")
	require.NoError(t, err)
	var vectors map[string]struct{ MAC, File string }
	require.NoError(t, json.Unmarshal(raw, &vectors))
	require.Len(t, vectors, 67)
	signers := []signer{{sampleApp, sampleKey}}
	for name, v := range vectors {
		body := sample(t, v.File)
		for _, header := range []string{v.MAC, "mac=" + v.MAC, "mac = " + v.MAC, " MAC=" + strings.ToUpper(v.MAC) + " "} {
			_, ok := signerOf(signers, header, body)
			assert.True(t, ok, "%s with %q", name, header)
		}
		flipped := append([]byte{}, body...)
		flipped[len(flipped)/2] ^= 1
		_, ok := signerOf(signers, v.MAC, flipped)
		assert.False(t, ok, "%s changed", name)
	}
}

func TestReceiveRefusesSignature(t *testing.T) {
	t.Parallel()
	body := sample(t, "user_send_text.json")
	good := sign(sampleAccount(), body).Get(signatureHeader)
	keyless := sampleAccount()
	keyless.OASecretKey = ""
	tests := map[string]struct {
		account Account
		header  string
		body    []byte
	}{
		"missing":                {sampleAccount(), "", body},
		"empty mac":              {sampleAccount(), "mac=", body},
		"wrong":                  {sampleAccount(), "mac=" + strings.Repeat("0", 64), body},
		"cut short":              {sampleAccount(), good[:len(good)-1], body},
		"white space added":      {sampleAccount(), good, append([]byte(" "), body...)},
		"key of no one":          {keyless, sign(keyless, body).Get(signatureHeader), body},
		"another app named":      {sampleAccount(), good, []byte(strings.Replace(string(body), sampleApp, "999", 1))},
		"signed for another app": {Account{OAID: sampleOA, AppID: "999", OASecretKey: sampleKey}, good, body},
	}
	for name, tt := range tests {
		h := http.Header{}
		h.Set(signatureHeader, tt.header)
		got, err := NewReceiver([]Account{tt.account}).Receive(h, tt.body, time.Now())
		require.ErrorIs(t, err, channel.ErrSignature, name)
		assert.Empty(t, got, name)
	}
}

func TestReceiveSeveralOAs(t *testing.T) {
	t.Parallel()
	body := sample(t, "user_send_text.json")
	own := sampleAccount()
	sister := Account{OAID: "77", AppID: sampleApp, OASecretKey: sampleKey}           // the same app
	stranger := Account{OAID: "88", AppID: sampleApp, OASecretKey: "another-key"}     // another key
	foreign := Account{OAID: "99", AppID: "1234567890", OASecretKey: "yet-other-key"} // another app
	r := NewReceiver([]Account{foreign, stranger, sister, own})

	for _, to := range []Account{own, sister} {
		sent := []byte(strings.Replace(string(body), sampleOA, to.OAID, 1))
		got, err := r.Receive(sign(own, sent), sent, time.Now())
		require.NoError(t, err)
		require.Len(t, got.Events, 1)
		assert.Equal(t, "zalo:"+to.OAID, got.Events[0].Channel)
	}
	got, err := r.Receive(sign(stranger, body), body, time.Now())
	require.NoError(t, err)
	assert.Equal(t, channel.Received{Refused: 1}, got, "one OA signs in another's name")

	unknown := []byte(strings.Replace(string(body), sampleOA, "12121212", 1))
	got, err = r.Receive(sign(own, unknown), unknown, time.Now())
	require.NoError(t, err)
	assert.Equal(t, channel.Received{Refused: 1}, got, "an OA that is not ours")
}

func TestMember(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		`{"timestamp":"12"}`:                         "12",
		`{"timestamp": 12 }`:                         "12",
		"{\n \"timestamp\"\t:\n\"12\"}":              "12",
		`{"a":{"timestamp":"1"},"timestamp":"2"}`:    "2",
		`{"a":["timestamp",":","1"],"timestamp":2}`:  "2",
		`{"a":"\"timestamp\":\"1\"","timestamp":2}`:  "2",
		`{"a":"timestamp","timestamp":"2"}`:          "2",
		`{"a":"x\\","timestamp":"2"}`:                "2",
		strings.Repeat(`[`, 1e5) + `"timestamp":"1"`: "",
		`{"x":` + strings.Repeat(`[`, 1e5) + strings.Repeat(`]`, 1e5) + `,"timestamp":"3"}`: "3",
		`{"timestamp":null}`: "",
		`{"timestamp":"12`:   "12",
		`{"timestamp":"12\`:  `12\`,
		`{"timestamp":`:      "",
		`{"timestamp"`:       "",
		`"`:                  "",
		"":                   "",
	}
	for body, want := range tests {
		assert.Equal(t, want, member([]byte(body), "timestamp"), "%.60s", body)
	}
}

func FuzzSignature(f *testing.F) {
	files, err := filepath.Glob("testdata/payloads/*.json")
	require.NoError(f, err)
	for _, file := range files {
		f.Add("mac=0", sample(f, filepath.Base(file)))
	}
	f.Add("mac = ", []byte(`{"timestamp":"1\`))
	own := sampleAccount().signer()
	f.Fuzz(func(t *testing.T, header string, body []byte) {
		if _, ok := signerOf([]signer{own}, header, body); ok {
			t.Fatalf("a signature was guessed: %q", header)
		}
		good := "mac=" + own.mac(body, member(body, "timestamp"))
		_, ok := signerOf([]signer{own}, good, body)
		app := member(body, "app_id")
		if ok != (app == "" || app == own.appID) {
			t.Fatalf("signed body taken: %v, app %q", ok, app)
		}
	})
}
