package zalo

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/langnghe/langnghe/channel"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 1 << 20

// answer is what came back for a request.
type answer struct {
	status int // HTTP's
	retry  time.Duration
	body   []byte
}

// lostError is a request whose answer never came, or not whole.
type lostError struct {
	written bool // the platform may have acted on it
	err     error
}

// Error implements error.
func (e *lostError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *lostError) Unwrap() error { return e.err }

// exchange sends a request and reads its answer whole. Its error is a
// *lostError.
func exchange(client *http.Client, req *http.Request) (answer, error) {
	var written atomic.Bool
	trace := &httptrace.ClientTrace{
		// The transport asks for another connection only if nothing went out
		// on the first.
		GetConn:      func(string) { written.Store(false) },
		WroteHeaders: func() { written.Store(true) },
	}
	res, err := client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		return answer{}, &lostError{written: written.Load(), err: err}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil && res.StatusCode < http.StatusMultipleChoices {
		return answer{}, &lostError{written: true, err: err}
	}
	return answer{status: res.StatusCode, retry: retryAfter(res.Header), body: body}, nil
}

// retryAfter reads the header of that name, in seconds; 0 when there is none.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > 3600 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// request is one call to the API.
type request struct {
	method, path string // path with query
	base         string // "" is the API's address
	body         any    // nil for none

	form     []byte        // sent instead of body
	formType string        // its content type
	timeout  time.Duration // 0 is callTimeout

	codes func(code int) channel.Kind // its error table; nil is the OA's
}

// call makes one call and returns the data of a successful answer. Every
// failure is a *channel.SendError.
func (s *Sender) call(ctx context.Context, token string, r request) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(r.timeout, callTimeout))
	defer cancel()
	req, err := r.build(ctx, cmp.Or(r.base, s.options.APIURL))
	if err != nil {
		return nil, &channel.SendError{Kind: channel.KindMisconfigured, Code: "url", Message: "the request cannot be built", Err: err}
	}
	req.Header["access_token"] = []string{token} // literally so, not "Authorization"
	got, err := exchange(s.options.HTTP, req)
	if err != nil {
		return nil, lost(err)
	}
	return s.read(got, token, r.codes)
}

// build makes the HTTP request.
func (r request) build(ctx context.Context, base string) (*http.Request, error) {
	body := bytes.NewBuffer(r.form)
	if r.body != nil {
		encoder := json.NewEncoder(body)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(r.body); err != nil {
			return nil, fmt.Errorf("encode body: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, r.method, base+r.path, body)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	switch {
	case r.form != nil:
		req.Header.Set("Content-Type", r.formType)
	case r.body != nil:
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// lost classifies a request without an answer.
func lost(err error) error {
	fail := &channel.SendError{Kind: channel.KindTemporary, Code: "connect", Message: "no connection", Err: err}
	if lost, ok := err.(*lostError); ok && lost.written {
		fail.Kind, fail.Code, fail.Message = channel.KindUnknown, "lost", "no answer after the request was written"
	}
	return fail
}

// read classifies an answer. What is not the platform's own body comes from
// something in between.
func (s *Sender) read(got answer, token string, codes func(int) channel.Kind) (json.RawMessage, error) {
	st, code, own := readStatus(got.body)
	switch {
	case own && code == 0 && got.status < http.StatusMultipleChoices:
		return st.Data, nil
	case own && code != 0:
		return nil, st.failure(code, token, s.options.Now(), codes)
	}
	fail := &channel.SendError{Kind: kindOfStatus(got.status), Code: "http/" + strconv.Itoa(got.status), Message: "no answer of Zalo's own", Wait: got.retry}
	return nil, fail
}

// kindOfStatus tells what an HTTP status means that came without Zalo's own
// body: refused at the door, or broken off somewhere behind it.
func kindOfStatus(status int) channel.Kind {
	switch {
	case status == http.StatusTooManyRequests:
		return channel.KindThrottled
	case status < http.StatusMultipleChoices:
		return channel.KindUnknown
	case status < http.StatusInternalServerError,
		status == http.StatusBadGateway, status == http.StatusServiceUnavailable:
		return channel.KindTemporary
	}
	return channel.KindUnknown
}
