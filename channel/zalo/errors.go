package zalo

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/langnghe/langnghe/channel"
)

// maxWords bounds what is kept of the platform's own words, in runes.
const maxWords = 200

// kindOfCode is the platform's error table (official wording beside each code).
// Any of them means that the message was not delivered.
func kindOfCode(code int) channel.Kind {
	switch code {
	case -32, // Your application (or OA) reached limit call api
		429: // the same, as one would expect it of HTTP
		return channel.KindThrottled
	case -216, // Access token is invalid
		-220, // access_token is expired or removed
		-124, // the same in the table of template messages
		216,  // this and the next two were seen by one client
		401,
		-401:
		return channel.KindToken
	case -230, // User has not interacted with the OA in the past 7 days
		-232: // the last interaction has expired
		return channel.KindWindow
	case -213, // User has not followed OA
		-217, // User has blocked invitation from OA
		-227, // User is banned or has been inactive for more than 45 days
		-244: // User has restricted this message type from your OA
		return channel.KindBlocked
	case -100, // attachment_id was expired
		-201, // <field> is invalid!
		-210, // Parameter exceeds allowable limit
		-233, // message type is invalid or not support
		-237, // The group is disabled
		-238, // the group's asset is used
		-240, // MessageV2 API has been shut down
		-241, // of group assets
		-248, // Violates our platform standards
		-249, // Template does not support send via UID
		-403: // OA is not in group
		return channel.KindRejected
	case -209, // Not supported this api: the app is not active
		-212, // App has not registed this api
		-235, // API does not support this type of OA
		-242, // Invalid appsecret_proof
		-320, // needs a Zalo Cloud Account: free messages still go
		-321: // no money on the Zalo Cloud Account: as above
		return channel.KindMisconfigured
	case -204, // Offical Account is disable
		-205, // Offical Account is not exist
		-211, // Out of quota
		-219, // App is removed or disabled
		-221, // OA needs to be verified
		-223, // Official Account has not authorized this API
		-224: // needs to upgrade OA Tier Package
		return channel.KindRestricted
	}
	// Among them -200 (Send message failed), -214 and -218 (later), -234 (at
	// night), and what Zalo may add: refused, for a reason that may pass.
	return channel.KindTemporary
}

// status is the part of every answer that tells how it went. Business failures
// come under HTTP 200.
type status struct {
	Code    word            `json:"error"`
	Message word            `json:"message"`
	Data    json.RawMessage `json:"data"`
}

// readStatus reads an answer's body; own tells whether it is Zalo's, which
// always holds a number in "error".
func readStatus(body []byte) (st status, code int, own bool) {
	if json.Unmarshal(body, &st) != nil {
		return status{}, 0, false
	}
	code, err := strconv.Atoi(string(st.Code))
	return st, code, err == nil
}

// failure turns an error answer into a SendError.
func (st status) failure(code int, token string, now time.Time, codes func(int) channel.Kind) error {
	if codes == nil {
		codes = kindOfCode
	}
	fail := &channel.SendError{Kind: codes(code), Code: strconv.Itoa(code), Message: clean(string(st.Message), token)}
	switch {
	case fail.Kind == channel.KindThrottled:
		fail.Wait = now.Truncate(time.Minute).Add(time.Minute).Sub(now)
	case code == -234, code == -133, code == -144, code == -147: // at night; what a day allows
		fail.Wait = untilMorning(now)
	}
	return fail
}

// untilMorning tells how long the platform's night still lasts.
func untilMorning(now time.Time) time.Duration {
	local := now.In(time.FixedZone("", vietnamOffset))
	morning := time.Date(local.Year(), local.Month(), local.Day(), nightEnds, 0, 0, 0, local.Location())
	if !morning.After(local) {
		morning = morning.AddDate(0, 0, 1)
	}
	return morning.Sub(local)
}

// clean makes the platform's words fit to be stored: short, without our token.
func clean(words, token string) string {
	if token != "" {
		words = strings.ReplaceAll(words, token, "[token]")
	}
	if runes := []rune(words); len(runes) > maxWords {
		words = string(runes[:maxWords])
	}
	return words
}

// kindOfError returns the kind of a SendError, or "".
func kindOfError(err error) channel.Kind {
	var fail *channel.SendError
	if errors.As(err, &fail) {
		return fail.Kind
	}
	return ""
}

// codeOf returns the platform's code of a SendError, or "".
func codeOf(err error) string {
	var fail *channel.SendError
	if errors.As(err, &fail) {
		return fail.Code
	}
	return ""
}
