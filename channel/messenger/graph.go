package messenger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// callTime bounds one call. The platform itself gives up on fetching what
	// we link to after 10 seconds (D:saving-assets).
	callTime = 15 * time.Second
	// maxAnswer bounds an answer; the platform's are a few hundred bytes.
	maxAnswer = 1 << 20
)

// guard stands between huandu/facebook and the network. The library looks at
// no HTTP status, takes an error object that it cannot decode for success,
// reads without bound and follows redirects with the token. Everything but an
// answer of success is a *fault here, before the library sees it.
type guard struct{ *http.Client }

func newGuard(given *http.Client) guard {
	client := http.Client{}
	if given != nil {
		client = *given
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return guard{&client}
}

// fault is a call without success.
type fault struct {
	sent    bool          // the platform may have had the request
	status  int           // 0 when no answer came
	answer  graphError    // zero when the answer holds none
	refused bool          // the answer holds an error of the platform, of whatever shape
	wait    time.Duration // that the platform asks for; 0 when it does not
	err     error         // nil when the answer came whole
}

// Error implements error.
func (f *fault) Error() string {
	if f.err != nil {
		return f.err.Error()
	}
	return fmt.Sprintf("graph: HTTP %d, code %d/%d", f.status, f.answer.Code, f.answer.Subcode)
}

// Unwrap returns the cause.
func (f *fault) Unwrap() error { return f.err }

// graphError is the platform's error: {"error":{"message":"…","type":"…",
// "code":190,"error_subcode":463,"fbtrace_id":"…"}}. Code may be a string,
// is_transient a number.
type graphError struct {
	Message   text   `json:"message"`
	Code      number `json:"code"`
	Subcode   number `json:"error_subcode"`
	Transient truth  `json:"is_transient"`
}

// Do implements facebook.HttpClient.
func (g guard) Do(req *http.Request) (*http.Response, error) {
	var sent atomic.Bool // the transport's goroutines outlive the call
	trace := &httptrace.ClientTrace{
		// A new connection means that the one before had carried nothing.
		GotConn:      func(httptrace.GotConnInfo) { sent.Store(false) },
		WroteHeaders: func() { sent.Store(true) },
	}
	resp, err := g.Client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		return nil, &fault{sent: sent.Load(), err: bare(err)}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = errors.New("the answer is too long")
	}
	if err != nil {
		return nil, &fault{sent: true, status: resp.StatusCode, err: bare(err)}
	}
	if f := refusal(resp, body); f != nil {
		return nil, f
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// bare strips the URL, which holds the proof of the app's secret.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// refusal returns the fault that an answer is, or nil for success: status 2xx
// and a JSON object without an error.
func refusal(resp *http.Response, body []byte) *fault {
	var answer struct {
		Error json.RawMessage `json:"error"`
	}
	err := json.Unmarshal(body, &answer)
	f := &fault{sent: true, status: resp.StatusCode, refused: !absent(answer.Error)}
	if resp.StatusCode/100 == 2 && err == nil && !f.refused {
		return nil
	}
	decode(answer.Error, &f.answer)
	f.wait = pause(resp.Header)
	return f
}

// pause reads how long the platform asks to wait: Retry-After in seconds, or
// the minutes in X-Business-Use-Case-Usage (Graph API, rate limiting).
func pause(h http.Header) time.Duration {
	const longest = time.Hour
	if s, err := strconv.Atoi(strings.TrimSpace(h.Get("Retry-After"))); err == nil && s > 0 {
		return min(time.Duration(min(s, 3600))*time.Second, longest)
	}
	var usage map[string][]struct {
		Minutes number `json:"estimated_time_to_regain_access"`
	}
	decode([]byte(h.Get("X-Business-Use-Case-Usage")), &usage)
	wait := time.Duration(0)
	for _, kinds := range usage {
		for _, k := range kinds {
			wait = max(wait, time.Duration(min(k.Minutes, 60))*time.Minute)
		}
	}
	return wait
}
