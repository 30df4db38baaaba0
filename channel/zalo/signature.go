package zalo

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
)

// signatureHeader carries "mac=" and 64 hexadecimal digits.
const signatureHeader = "X-ZEvent-Signature"

// signer is whose signature a body bears. OAs of one app share it.
type signer struct{ appID, key string }

// signerOf finds whose signature the body bears. Only those of the app that
// the body names are tried.
func signerOf(signers []signer, header string, body []byte) (signer, bool) {
	mac := cleanMAC(header)
	timestamp := member(body, "timestamp")
	app := member(body, "app_id")
	for _, s := range signers {
		if app != "" && app != s.appID {
			continue
		}
		want := s.mac(body, timestamp)
		if subtle.ConstantTimeCompare([]byte(want), []byte(mac)) == 1 {
			return s, true
		}
	}
	return signer{}, false
}

// mac is Zalo's rule: a plain SHA-256, no HMAC, over app id, raw body, the
// body's own timestamp and the OA secret key.
func (s signer) mac(body []byte, timestamp string) string {
	h := sha256.New()
	h.Write([]byte(s.appID))
	h.Write(body)
	h.Write([]byte(timestamp))
	h.Write([]byte(s.key))
	return hex.EncodeToString(h.Sum(nil))
}

// cleanMAC takes "mac=" off. Real traffic has it, one client compares without.
func cleanMAC(header string) string {
	mac := strings.ToLower(strings.TrimSpace(header))
	if rest, ok := strings.CutPrefix(mac, "mac"); ok {
		mac = strings.TrimPrefix(strings.TrimSpace(rest), "=")
	}
	return strings.TrimSpace(mac)
}

// member returns the text of a string or number that stands in a JSON object
// at the top, quotes off, or "". It works on raw bytes that nobody has vouched
// for yet: it does not recurse, and takes what it can of a broken body.
func member(body []byte, name string) string {
	depth := 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			end := closing(body, i+1)
			key := body[i+1 : end]
			next := skipSpace(body, end+1)
			if depth == 1 && string(key) == name && next < len(body) && body[next] == ':' {
				return scalar(body, skipSpace(body, next+1))
			}
			i = end
		}
	}
	return ""
}

// closing returns the index of the quote that closes a string, or the body's length.
func closing(body []byte, i int) int {
	for ; i < len(body) && body[i] != '"'; i++ {
		if body[i] == '\\' {
			i++
		}
	}
	return min(i, len(body))
}

// skipSpace returns the index of the first byte that is not white space.
func skipSpace(body []byte, i int) int {
	for i < len(body) && strings.IndexByte(" \t\r\n", body[i]) >= 0 {
		i++
	}
	return i
}

// scalar returns the string or number that begins at i.
func scalar(body []byte, i int) string {
	if i >= len(body) {
		return ""
	}
	if body[i] == '"' {
		return string(body[i+1 : closing(body, i+1)])
	}
	end := i
	for end < len(body) && strings.IndexByte("+-.0123456789eE", body[end]) >= 0 {
		end++
	}
	return string(body[i:end])
}
