package messenger

import (
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// ErrSignedRequest says that a data deletion request is not the platform's.
var ErrSignedRequest = errors.New("messenger: not a signed request of one of our apps")

// ParseSignedRequest verifies and reads the signed_request of the data
// deletion callback: base64url(signature) "." base64url(JSON), signed by
// HMAC-SHA256 over the second part as it stands (Graph API,
// app-dashboard/data-deletion-callback). It returns the user's id, which is of
// the app and no PSID of a page, and that of the secrets which signed, which
// tells the app. Every failure wraps ErrSignedRequest.
func ParseSignedRequest(secrets []string, signedRequest string) (userID, secret string, err error) {
	signature, payload, _ := strings.Cut(signedRequest, ".")
	given, err := unpad(signature)
	if err != nil {
		return "", "", fmt.Errorf("%w: signature: %w", ErrSignedRequest, err)
	}
	secret, signed := signer(secrets, given, payload)
	if !signed {
		return "", "", fmt.Errorf("%w: wrong signature", ErrSignedRequest)
	}
	raw, err := unpad(payload)
	if err != nil {
		return "", "", fmt.Errorf("%w: payload: %w", ErrSignedRequest, err)
	}
	userID, err = deletionUser(raw)
	if err != nil {
		return "", "", err
	}
	return userID, secret, nil
}

// unpad decodes base64url; the platform was seen with and without padding.
func unpad(part string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(part, "="))
}

func signer(secrets []string, given []byte, payload string) (string, bool) {
	found, signed := "", false
	for _, secret := range secrets {
		// With an empty key anybody could sign.
		if secret != "" && hmac.Equal(given, sign(secret, []byte(payload))) {
			found, signed = secret, true
		}
	}
	return found, signed
}

// {"algorithm":"HMAC-SHA256","issued_at":1795401600,"user_id":"218471000000001"}
func deletionUser(raw []byte) (string, error) {
	var request struct {
		Algorithm text `json:"algorithm"`
		UserID    text `json:"user_id"`
	}
	valid, _ := decode(raw, &request)
	switch {
	case !valid:
		return "", fmt.Errorf("%w: payload is no JSON", ErrSignedRequest)
	case !strings.EqualFold(string(request.Algorithm), "HMAC-SHA256"):
		return "", fmt.Errorf("%w: unknown algorithm", ErrSignedRequest)
	case !addressable(string(request.UserID)):
		return "", fmt.Errorf("%w: no user", ErrSignedRequest)
	}
	return string(request.UserID), nil
}
