package sandbox

import (
	"fmt"
	"net/http"
)

// graphError is a failure as Graph words it. Its HTTP status is an assumption
// of the documents; only code and subcode are certain.
type graphError struct {
	Code, Sub int
	Message   string
	Transient bool
}

// Errors that the simulation finds by itself; graphErrors holds them and the
// ones that only Refuse brings.
var (
	errOutsideWindow = graphErr(10, 2018278)
	errInvalidParam  = graphErr(100, 0)
	errNoObject      = graphErr(100, 33)
	errNoUser        = graphErr(100, 2018001)
	errNoAttachment  = graphErr(100, 2018074)
	errTooBig        = graphErr(100, 2018109)
	errNoProfile     = graphErr(100, 2018218)
	errTokenExpired  = graphErr(190, 463)
	errPersonGone    = graphErr(551, 1545041)
	errPageThrottled = graphErr(613, 0)
	errOwned         = graphErr(2018300, 0)
	errAmbiguous     = graphErr(1, 1357046)
)

// graphErrors are the errors of Meta's error-codes page, in its words.
func graphErrors() []graphError {
	const closed = "(#10) This message is sent outside of allowed window."
	return []graphError{
		{1, 99, "An unknown error occurred.", false},
		{1, 1357046, "Received invalid JSON reply.", false},
		{2, 0, "An unexpected error has occurred. Please retry your request later.", true},
		{4, 0, "Application request limit reached", false},
		{10, 2018278, closed, false},
		{10, 2534022, closed, false},
		{10, 2018065, closed, false},
		{10, 2018108, "They can't receive your messages right now.", false},
		{10, 1893063, "You are temporarily restricted from sending messages.", false},
		{10, 0, "(#10) Application does not have permission for this action", false},
		{100, 0, "(#100) Invalid parameter", false},
		{100, 33, "Unsupported get request. Object with ID '...' does not exist", false},
		{100, 2018001, "(#100) No matching user found", false},
		{100, 2018008, "Failed to fetch the file from the url.", false},
		{100, 2018047, "Upload attachment failure.", false},
		{100, 2018074, "Possible invalid ID or you do not own the attachment.", false},
		{100, 2018109, "Attachment size exceeds allowable limit", false},
		{100, 2018218, "No profile available for this user.", false},
		{190, 463, "Error validating access token: Session has expired", false},
		{190, 460, "The session has been invalidated because the user changed their password", false},
		{200, 0, "(#200) Cannot message users who are not admins, developers or testers of the app until pages_messaging permission is reviewed and the app is live.", false},
		{200, 1545041, "Message Not Sent: This person isn't available right now.", false},
		{230, 0, "Requires pages_messaging permission to manage the object", false},
		{368, 0, "temporarily blocked for policies violations", false},
		{551, 1545041, "(#551) This person isn't available right now.", false},
		{613, 0, "(#613) Calls to this api have exceeded the rate limit.", false},
		{613, 2018338, "Warning! You are engaging in behavior that may be considered bothersome", false},
		{1200, 2018024, "(#1200) Temporary send message failure. Please try again later.", true},
		{2018300, 0, "Message failed to send because another app is controlling this thread now.", false},
		{2018321, 0, "The chat is currently controlled by Messenger while the user is in an automated question and answer flow.", false},
		{2022, 0, "temporarily blocked / commerce messages disabled", false},
		{9000001, 0, "This Message has been deleted by the user or the business.", false},
	}
}

// graphErr finds an error by code and subcode; one that no page prints gets plain words.
func graphErr(code, sub int) graphError {
	for _, e := range graphErrors() {
		if e.Code == code && e.Sub == sub {
			return e
		}
	}
	return graphError{code, sub, fmt.Sprintf("(#%d) Error", code), false}
}

// saying returns the same error with other words.
func (e graphError) saying(words string) graphError {
	e.Message = words
	return e
}

func (e graphError) status() int {
	if e.Transient {
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

func (e graphError) key() string { return fmt.Sprintf("messenger %d/%d", e.Code, e.Sub) }

// graphFail answers an error and counts it.
func (s *Sandbox) graphFail(e graphError) reply {
	body := map[string]any{"message": e.Message, "type": "OAuthException", "code": e.Code, "fbtrace_id": "A" + s.opt.NewID()}
	if e.Sub != 0 {
		body["error_subcode"] = e.Sub
	}
	if e.Transient {
		body["is_transient"] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Refused[e.key()]++
	return reply{status: e.status(), body: map[string]any{"error": body}}
}
