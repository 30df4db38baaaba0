package messenger

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func signedRequest(secret, payload string) string {
	encoded := base64.RawURLEncoding.EncodeToString([]byte(payload))
	return base64.RawURLEncoding.EncodeToString(sign(secret, []byte(encoded))) + "." + encoded
}

func TestParseSignedRequest(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/payloads/_data_deletion.json")
	require.NoError(t, err)
	type form struct {
		SignedRequest string `json:"signed_request"`
	}
	var sample struct {
		Secret string `json:"app_secret"`
		Form   form   `json:"form"`
		Padded form   `json:"form_padded_signature"`
	}
	require.NoError(t, json.Unmarshal(raw, &sample))
	for _, request := range []string{sample.Form.SignedRequest, sample.Padded.SignedRequest} {
		user, secret, err := ParseSignedRequest([]string{"another", sample.Secret}, request)
		require.NoError(t, err)
		assert.Equal(t, "218471000000001", user)
		assert.Equal(t, sample.Secret, secret)
	}
}

func TestParseSignedRequestRefuses(t *testing.T) {
	t.Parallel()
	const good = `{"algorithm":"HMAC-SHA256","user_id":"5"}`
	request := signedRequest("secret", good)
	_, payload, _ := strings.Cut(request, ".")
	for name, wrong := range map[string]string{
		"nothing":           "",
		"one part":          "abc",
		"no base64":         "!!." + payload,
		"no signature":      "." + payload,
		"another payload":   strings.Split(request, ".")[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"algorithm":"HMAC-SHA256","user_id":"6"}`)),
		"another secret":    signedRequest("other", good),
		"an empty secret":   signedRequest("", good),
		"another algorithm": signedRequest("secret", `{"algorithm":"none","user_id":"5"}`),
		"no algorithm":      signedRequest("secret", `{"user_id":"5"}`),
		"no user":           signedRequest("secret", `{"algorithm":"HMAC-SHA256"}`),
		"an odd user":       signedRequest("secret", `{"algorithm":"HMAC-SHA256","user_id":{"a":1}}`),
		"a user of 5 KB":    signedRequest("secret", `{"algorithm":"HMAC-SHA256","user_id":"`+strings.Repeat("5", 5000)+`"}`),
		"no JSON":           signedRequest("secret", `{`),
	} {
		user, secret, err := ParseSignedRequest([]string{"", "secret"}, wrong)
		assert.ErrorIs(t, err, ErrSignedRequest, name)
		assert.Empty(t, user+secret, name)
	}
	user, _, err := ParseSignedRequest([]string{"secret"}, signedRequest("secret", `{"algorithm":"hmac-sha256","user_id":5}`))
	require.NoError(t, err)
	assert.Equal(t, "5", user)
}
