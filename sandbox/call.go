package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxAPIBody bounds a request to the platforms, uploads included, in bytes.
const maxAPIBody = 26 << 20

// call is one request of the product to a platform, its three body forms made one.
type call struct {
	method string
	path   string // below the platform's prefix, without the leading slash
	header http.Header
	body   []byte
	params map[string]string // query, form or the body's top keys; nested values are JSON
	files  map[string]upload // of a multipart body
}

// upload is a file of a multipart body.
type upload struct {
	name string
	data []byte
}

// reply is what a platform answers.
type reply struct {
	status int
	header http.Header
	body   any    // written as JSON
	raw    string // written instead of body when not empty
	cut    bool   // no answer: the connection is closed
	note   string // for the wire log
	after  func() // runs when the answer has left
}

func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

// platform wraps a platform's API: faults of the whole platform, latency, the
// wire log, and what happens after the answer.
func (s *Sandbox) platform(p Platform, serve func(call) reply) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		c, err := readCall(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		f := s.Faults(p)
		rep := downReply(f.Down)
		if f.Down == "" {
			rep = serve(c)
		}
		s.linger(r, f.latency())
		answer := rep.bytes()
		s.logCall(p, r, c, rep, answer, start)
		write(w, rep, answer)
		if rep.after != nil {
			rep.after()
		}
	})
}

func downReply(down string) reply {
	switch down {
	case "502":
		return reply{status: http.StatusBadGateway, note: "down"}
	case "close":
		return reply{cut: true, note: "down"}
	}
	return reply{status: http.StatusServiceUnavailable, note: "down"}
}

// linger delays an answer; a caller that has hung up is not waited for.
func (s *Sandbox) linger(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	case <-s.ctx.Done():
	}
}

func (s *Sandbox) logCall(p Platform, r *http.Request, c call, rep reply, answer []byte, start time.Time) {
	x := Exchange{
		At: s.opt.Clock(), Platform: p, Direction: APICall, Method: r.Method, Path: r.URL.RequestURI(),
		Status: rep.status, TookMS: time.Since(start).Milliseconds(), Request: c.readable(), Response: string(answer), Note: rep.note,
	}
	if rep.cut {
		x.Status, x.Response = 0, ""
	}
	s.wire.add(x)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notify()
}

// readable is the request's body for the log: forms decoded, files left out.
func (c call) readable() string {
	if len(c.files) > 0 {
		return "(multipart)"
	}
	if form, err := url.QueryUnescape(string(c.body)); err == nil && strings.HasPrefix(c.header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return form
	}
	return string(c.body)
}

func (rep reply) bytes() []byte {
	if rep.raw != "" || rep.body == nil {
		return []byte(rep.raw)
	}
	return marshal(rep.body)
}

// marshal writes JSON as the platforms do, without escaping HTML.
func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return []byte("null") // only our own maps, strings and numbers come here
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// write sends the answer whole, so that what runs after it is truly after it.
func write(w http.ResponseWriter, rep reply, answer []byte) {
	control := http.NewResponseController(w)
	if rep.cut {
		conn, _, err := control.Hijack()
		if err != nil {
			w.WriteHeader(http.StatusBadGateway) // behind something that hides the connection
			return
		}
		_ = conn.Close() // the cut is the point
		return
	}
	h := w.Header()
	for k, v := range rep.header {
		h[k] = v
	}
	if len(answer) > 0 && h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json; charset=UTF-8")
	}
	h.Set("Content-Length", strconv.Itoa(len(answer)))
	w.WriteHeader(rep.status)
	_, _ = w.Write(answer) // a caller that hung up is no concern of ours
	_ = control.Flush()
}

// readCall reads a request of any of the forms that the platforms take:
// JSON, form or multipart body, query, and "method" as Graph's override.
func readCall(r *http.Request) (call, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxAPIBody))
	if err != nil {
		return call{}, fmt.Errorf("read body: %w", err)
	}
	_, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	c := call{method: r.Method, path: path, header: r.Header, body: body, params: map[string]string{}, files: map[string]upload{}}
	c.addValues(r.URL.Query())
	if err := c.readBody(); err != nil {
		return call{}, err
	}
	if m := c.params["method"]; r.Method == http.MethodPost && m != "" {
		c.method = strings.ToUpper(m)
	}
	return c, nil
}

func (c *call) readBody() error {
	kind, attrs, _ := mime.ParseMediaType(c.header.Get("Content-Type"))
	switch kind {
	case "application/x-www-form-urlencoded":
		v, err := url.ParseQuery(string(c.body))
		if err != nil {
			return fmt.Errorf("read form: %w", err)
		}
		c.addValues(v)
	case "multipart/form-data":
		return c.readParts(attrs["boundary"])
	case "application/json":
		c.addJSON()
	}
	return nil
}

func (c *call) addValues(v url.Values) {
	for k := range v {
		c.params[k] = v.Get(k)
	}
}

// addJSON adds the top keys; a body that is no object is left to the handler.
func (c *call) addJSON() {
	var top map[string]json.RawMessage
	if json.Unmarshal(c.body, &top) != nil {
		return
	}
	for k, raw := range top {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		c.params[k] = text
	}
}

func (c *call) readParts(boundary string) error {
	form, err := multipart.NewReader(bytes.NewReader(c.body), boundary).ReadForm(maxAPIBody)
	if err != nil {
		return fmt.Errorf("read multipart: %w", err)
	}
	c.addValues(form.Value)
	for k, list := range form.File {
		f, err := list[0].Open()
		if err != nil {
			return fmt.Errorf("open part: %w", err)
		}
		data, err := io.ReadAll(f)
		_ = f.Close() // held in memory
		if err != nil {
			return fmt.Errorf("read part: %w", err)
		}
		c.files[k] = upload{list[0].Filename, data}
	}
	return nil
}
