package messenger

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/langnghe/langnghe/channel"
)

// verdict is what a failure means.
type verdict struct {
	kind channel.Kind
	wait time.Duration
}

// bySubcode reads the platform's error_subcode, which is narrower than the
// code and means the same under each (D:error-codes).
func bySubcode(subcode number) (verdict, bool) {
	switch subcode {
	case 1357046: // "Received invalid JSON reply": the message was sent
		return verdict{kind: channel.KindUnknown}, true
	case 2018278, 2534022, 2018065:
		return verdict{kind: channel.KindWindow}, true
	case 1545041, 2018108, 2018001, 33: // not available, blocked, unknown or gone
		return verdict{kind: channel.KindBlocked}, true
	case 1893063:
		return verdict{kind: channel.KindRestricted}, true
	case 2018300, 2534037:
		return verdict{kind: channel.KindOwned}, true
	case 2018321: // an automated flow of Messenger's holds the thread for minutes
		return verdict{kind: channel.KindTemporary, wait: 2 * time.Minute}, true
	case 2018338: // "bothersome behavior": this thread alone has to slow down
		return verdict{kind: channel.KindTemporary, wait: 10 * time.Minute}, true
	case 2018008, 2018024: // a fetch that failed; "temporary send message failure"
		return verdict{kind: channel.KindTemporary}, true
	case 99, 2018028: // a permission is missing
		return verdict{kind: channel.KindMisconfigured}, true
	}
	return verdict{}, false
}

// byCode reads the platform's code.
func byCode(code number) (verdict, bool) {
	switch code {
	case 2, 1200:
		return verdict{kind: channel.KindTemporary}, true
	case 4, 17, 32, 341, 613:
		return verdict{kind: channel.KindThrottled}, true
	case 102, 190:
		return verdict{kind: channel.KindToken}, true
	case 3, 10, 200, 230:
		return verdict{kind: channel.KindMisconfigured}, true
	case 551:
		return verdict{kind: channel.KindBlocked}, true
	case 368, 2022:
		return verdict{kind: channel.KindRestricted}, true
	case 100, 9000001: // a parameter of ours; deleted meanwhile
		return verdict{kind: channel.KindRejected}, true
	}
	if code < 1_000_000 {
		return verdict{}, false
	}
	return bySubcode(code) // 2018300 and 2018321 were seen as codes
}

// classify decides by subcode and code, never by the platform's words, but for
// a wrong appsecret_proof, which has no code of its own. Without them the HTTP
// status and the state of the connection tell whether the message may be out.
func (f *fault) classify() verdict {
	if f.answer.Code != 0 {
		return f.byAnswer()
	}
	switch {
	case f.status == 0 && !f.sent, f.status == http.StatusRequestTimeout:
		return verdict{kind: channel.KindTemporary}
	case f.status == http.StatusTooManyRequests:
		return verdict{kind: channel.KindThrottled, wait: f.wait}
	case f.err == nil && !f.refused && (f.status == http.StatusBadGateway || f.status == http.StatusServiceUnavailable):
		return verdict{kind: channel.KindTemporary} // a gateway's answer: the platform was not reached
	case f.status/100 == 3:
		return verdict{kind: channel.KindTemporary}
	case f.status/100 == 4 && f.refused:
		return verdict{kind: channel.KindRejected}
	case f.status/100 == 4:
		return verdict{kind: channel.KindMisconfigured} // no Graph API answers like this
	}
	return verdict{kind: channel.KindUnknown}
}

func (f *fault) byAnswer() verdict {
	v, known := bySubcode(f.answer.Subcode)
	if !known {
		v, known = byCode(f.answer.Code)
	}
	switch {
	case f.answer.Code == 100 && strings.Contains(string(f.answer.Message), "appsecret_proof"):
		v = verdict{kind: channel.KindMisconfigured}
	case !known && bool(f.answer.Transient):
		v = verdict{kind: channel.KindTemporary}
	case !known && f.status >= http.StatusInternalServerError:
		v = verdict{kind: channel.KindUnknown}
	case !known:
		v = verdict{kind: channel.KindRejected}
	}
	if v.kind == channel.KindThrottled {
		v.wait = f.wait
	}
	return v
}

// code returns the platform's code and subcode, or what stands for them.
func (f *fault) code() string {
	switch {
	case f.answer.Code != 0 && f.answer.Subcode != 0:
		return fmt.Sprintf("%d/%d", f.answer.Code, f.answer.Subcode)
	case f.answer.Code != 0:
		return fmt.Sprint(int64(f.answer.Code))
	case f.status != 0:
		return fmt.Sprintf("http/%d", f.status)
	}
	return "network"
}

// failure turns the error of a call into a *channel.SendError. words are what
// the message said.
func (s *Sender) failure(err error, words ...string) *channel.SendError {
	var f *fault
	if !errors.As(err, &f) { // the library could not read what the guard let pass
		f = &fault{sent: true, status: http.StatusOK, err: err}
	}
	v := f.classify()
	return &channel.SendError{Kind: v.kind, Code: f.code(), Wait: v.wait, Message: s.discreet(f.words(), words), Err: f.err}
}

// words tells what went wrong, as the platform or the network says it.
func (f *fault) words() string {
	switch {
	case f.answer.Message != "":
		return string(f.answer.Message)
	case errors.Is(f.err, context.DeadlineExceeded):
		return "no answer in time"
	case f.err != nil:
		return f.err.Error()
	}
	return fmt.Sprintf("HTTP %d without a readable error", f.status)
}

// discreet bounds a message and takes the channel's secrets out of it. One that
// quotes the words we sent is withheld: they may be a citizen's.
func (s *Sender) discreet(message string, words []string) string {
	const longest = 300 // runes
	for _, secret := range []string{s.page.PageToken, s.page.AppSecret, s.proof} {
		if secret != "" {
			message = strings.ReplaceAll(message, secret, "…")
		}
	}
	if r := []rune(message); len(r) > longest {
		message = string(r[:longest])
	}
	for _, w := range words {
		if quotes(message, w) {
			return "withheld, because it quotes the message"
		}
	}
	return message
}

// quotes reports whether message repeats a run of the words.
func quotes(message, words string) bool {
	const run = 8 // runes; shorter ones are the same by chance
	r := []rune(message)
	for i := 0; i+run <= len(r); i++ {
		if strings.Contains(words, string(r[i:i+run])) {
			return true
		}
	}
	return false
}
