package sandbox

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"net/http"
	"strings"
)

// zaloSignature is Zalo's signature header in Go's spelling.
const zaloSignature = "X-Zevent-Signature"

// signature makes the headers with which the account's platform signs a body.
func (a *account) signature(body []byte) http.Header {
	h := http.Header{}
	if a.page != nil {
		h.Set("X-Hub-Signature-256", "sha256="+keyedHash(sha256.New, a.page.AppSecret, body))
		h.Set("X-Hub-Signature", "sha1="+keyedHash(sha1.New, a.page.AppSecret, body))
		return h
	}
	h.Set(zaloSignature, "mac="+zaloMac(a.oa.AppID, body, bodyTimestamp(body), a.oa.SecretKey))
	return h
}

func keyedHash(kind func() hash.Hash, key string, body []byte) string {
	m := hmac.New(kind, []byte(key))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// zaloMac is a plain digest of a concatenation, not an HMAC.
func zaloMac(appID string, body []byte, timestamp, oaSecretKey string) string {
	h := sha256.New()
	h.Write([]byte(appID))
	h.Write(body)
	h.Write([]byte(timestamp))
	h.Write([]byte(oaSecretKey))
	return hex.EncodeToString(h.Sum(nil))
}

// bodyTimestamp returns the body's timestamp as it is written, without quotes.
func bodyTimestamp(body []byte) string {
	var b struct {
		Timestamp json.RawMessage `json:"timestamp"`
	}
	if json.Unmarshal(body, &b) != nil {
		return ""
	}
	return strings.Trim(string(b.Timestamp), `"`)
}

// appProof is Meta's appsecret_proof: who holds a token must hold the app's secret too.
func appProof(appSecret, token string) string { return keyedHash(sha256.New, appSecret, []byte(token)) }
