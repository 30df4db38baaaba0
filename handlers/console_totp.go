package handlers

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

const (
	codeStep      = 30 // seconds, RFC 6238 section 5.2
	codeDrift     = 1  // steps that a phone's clock may be off
	secretBytes   = 20 // of a second factor, RFC 4226 section 4
	recoveryCount = 10
	recoveryRunes = 16 // 5 bits each
	quietZone     = 4  // modules around a QR code, ISO/IEC 18004
)

// newSecret makes the secret of a second factor, in base32.
func newSecret() string {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

// stepOf returns the time step whose code this is (RFC 6238). Nobody may use one
// of it twice, which the store sees to.
func stepOf(code, secret string, now time.Time) (step int64, ok bool) {
	opts := hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}
	for _, drift := range []int64{0, -codeDrift, codeDrift} {
		step := now.Unix()/codeStep + drift
		if ok, err := hotp.ValidateCustom(code, uint64(step), secret, opts); err == nil && ok { //nolint:gosec // after 1970
			return step, true
		}
	}
	return 0, false
}

// readCode reads what was typed as a code: the digits of a second factor, or a
// recovery code as it is stored. Both "" when it is neither.
func readCode(typed string) (digits, recovery string) {
	code := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\t' || r == '\u00a0' {
			return -1
		}
		return r
	}, strings.ToUpper(typed))
	only := func(letters string) bool { return strings.Trim(code, letters) == "" }
	switch {
	case len(code) == 6 && only("0123456789"):
		return code, ""
	case len(code) == recoveryRunes && only("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"):
		return "", code
	}
	return "", ""
}

// newRecoveryCodes makes the codes that stand in for a lost phone, once each.
func newRecoveryCodes() []string {
	codes := make([]string, recoveryCount)
	for i := range codes {
		codes[i] = rand.Text()[:recoveryRunes]
	}
	return codes
}

// grouped4 writes a code in groups of four, as it is easier to copy.
func grouped4(code, between string) string {
	var groups []string
	for len(code) > 4 {
		groups, code = append(groups, code[:4]), code[4:]
	}
	return strings.Join(append(groups, code), between)
}

// keyURI is what authenticator apps read from the QR code: the Key Uri Format of
// Google Authenticator.
func keyURI(issuer, email, secret string) string {
	label := url.PathEscape(issuer + ":" + email)
	return "otpauth://totp/" + label + "?secret=" + secret + "&issuer=" + url.PathEscape(issuer)
}

// qrCode draws a text as a QR code, black on white whatever the page's colours.
func qrCode(text string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.L, qr.Auto)
	if err != nil {
		return "", fmt.Errorf("encode a QR code: %w", err)
	}
	size := code.Bounds().Dx()
	var dark strings.Builder
	for y := range size {
		for x := range size {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				fmt.Fprintf(&dark, "M%d %dh1v1h-1z", x+quietZone, y+quietZone)
			}
		}
	}
	side := size + 2*quietZone
	return template.HTML(fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="220" height="220" shape-rendering="crispEdges" aria-hidden="true"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`, //nolint:gosec // numbers only
		side, side, side, side, dark.String())), nil
}
