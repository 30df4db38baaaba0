package sandbox

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

//go:embed page
var pageFiles embed.FS

// maxPageBody bounds a request of the page other than an upload, in bytes.
const maxPageBody = 64 << 10

// pageRoutes serves the two phones. Requests that change something are
// refused when another site's page makes them.
func (s *Sandbox) pageRoutes(m *http.ServeMux) {
	sameSite := http.NewCrossOriginProtection()
	post := func(path string, serve func(*http.Request) (any, error)) {
		m.Handle("POST "+path, sameSite.Handler(jsonHandler(serve)))
	}
	get := func(path string, serve func(*http.Request) (any, error)) {
		m.Handle("GET "+path, jsonHandler(serve))
	}
	m.Handle("GET /sandbox", http.RedirectHandler("/sandbox/", http.StatusSeeOther))
	m.HandleFunc("GET /sandbox/{$}", pageFile("index.html", "text/html; charset=utf-8"))
	m.HandleFunc("GET /sandbox/app.js", pageFile("app.js", "text/javascript; charset=utf-8"))
	m.HandleFunc("GET /sandbox/style.css", pageFile("style.css", "text/css; charset=utf-8"))
	m.HandleFunc("GET /sandbox/icon.svg", pageFile("icon.svg", "image/svg+xml"))
	m.Handle("GET /sandbox/media/{name}", s.media)
	m.HandleFunc("GET /sandbox/api/events", s.events)
	get("/sandbox/api/accounts", s.listAccounts)
	get("/sandbox/api/phone", s.showPhone)
	get("/sandbox/api/stats", func(*http.Request) (any, error) { return s.Stats(), nil })
	get("/sandbox/api/wire", s.showWire)
	get("/sandbox/faults", s.showFaults)
	post("/sandbox/faults", s.changeFaults)
	post("/sandbox/api/act", s.act)
	post("/sandbox/api/upload", s.receiveUpload)
}

func securityHeaders(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

func pageFile(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		data, err := pageFiles.ReadFile("page/" + name)
		if err != nil {
			http.Error(w, "not found", http.StatusNotFound)
			return
		}
		securityHeaders(w.Header())
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(data) // a caller that hung up is no concern of ours
	}
}

// pageError is a request of the page that cannot be done.
type pageError struct {
	status int
	reason string
}

func (e pageError) Error() string { return e.reason }

func badRequest(format string, args ...any) error {
	return pageError{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

// jsonHandler answers what serve returns as JSON, an error as {"error"}.
func jsonHandler(serve func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := serve(r)
		status := http.StatusOK
		if err != nil {
			status = http.StatusInternalServerError
			var known pageError
			switch {
			case errors.As(err, &known):
				status = known.status
			case errors.Is(err, ErrNoAccount):
				status = http.StatusNotFound
			case errors.Is(err, ErrNoChoice):
				status = http.StatusConflict
			}
			body = map[string]string{"error": err.Error()}
		}
		securityHeaders(w.Header())
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write(marshal(body)) // a caller that hung up is no concern of ours
	})
}

// readJSON reads a bounded body that must be of JSON's type and hold no unknown key.
func readJSON(r *http.Request, into any) error {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return pageError{http.StatusUnsupportedMediaType, "the body must be application/json"}
	}
	d := json.NewDecoder(io.LimitReader(r.Body, maxPageBody))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return badRequest("body: %v", err)
	}
	return nil
}

func (s *Sandbox) listAccounts(*http.Request) (any, error) {
	list := []any{}
	for _, a := range s.accounts {
		list = append(list, map[string]any{"platform": a.platform, "id": a.id, "name": a.name})
	}
	return list, nil
}

// citizenOf finds the phone that a request's query names.
func (s *Sandbox) citizenOf(r *http.Request) (*Citizen, error) {
	q := r.URL.Query()
	return s.pickCitizen(Platform(q.Get("platform")), q.Get("account"), q.Get("citizen"))
}

func (s *Sandbox) pickCitizen(p Platform, account, id string) (*Citizen, error) {
	if _, err := strconv.ParseUint(id, 10, 64); err != nil {
		return nil, badRequest("citizen must be a number")
	}
	return s.Citizen(p, account, id)
}

// showPhone answers one talk, its files at addresses of the page's own origin.
func (s *Sandbox) showPhone(r *http.Request) (any, error) {
	c, err := s.citizenOf(r)
	if err != nil {
		return nil, err
	}
	messages := append([]Message{}, c.Messages()...) // never null in JSON
	for i, m := range messages {
		messages[i].Attachments = nil
		for _, at := range m.Attachments {
			if name, own := strings.CutPrefix(at.URL, s.mediaURL("")); own {
				at.URL = "/sandbox/media/" + name
			}
			messages[i].Attachments = append(messages[i].Attachments, at)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"typing": c.p.typing, "blocked": c.p.blocked, "messages": messages}, nil
}

func (s *Sandbox) showWire(r *http.Request) (any, error) {
	after, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	if err != nil {
		after = 0
	}
	return s.Wire(after), nil
}

func (s *Sandbox) showFaults(*http.Request) (any, error) {
	return map[Platform]Faults{Messenger: s.Faults(Messenger), Zalo: s.Faults(Zalo)}, nil
}

// changeFaults takes {"platform","faults"}; a fault that is not named stays.
func (s *Sandbox) changeFaults(r *http.Request) (any, error) {
	var in struct {
		Platform Platform        `json:"platform"`
		Faults   json.RawMessage `json:"faults"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.faults[in.Platform]
	if now == nil {
		return nil, badRequest("platform must be messenger or zalo")
	}
	f := *now
	d := json.NewDecoder(strings.NewReader(string(in.Faults)))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, badRequest("faults: %v", err)
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	*now = f
	s.notify()
	return f, nil
}

// check refuses faults that would only hang the sandbox or do nothing.
func (f Faults) check() error {
	switch {
	case f.Down != "" && f.Down != "502" && f.Down != "503" && f.Down != "close":
		return badRequest(`down must be "", "502", "503" or "close"`)
	case f.Echo != "" && f.Echo != EchoAfter && f.Echo != EchoBefore && f.Echo != EchoNever:
		return badRequest(`echo must be "after", "before" or "never"`)
	case f.LatencyMS < 0 || f.LatencyMS > 60_000:
		return badRequest("latency_ms must be 0 to 60000")
	case f.Duplicate < 0 || f.Duplicate > 50 || f.Reorder < 0 || f.Reorder > 50:
		return badRequest("duplicate and reorder must be 0 to 50")
	}
	return nil
}

// actInput is what the page asks a citizen, or the platform, to do.
type actInput struct {
	Platform Platform `json:"platform"`
	Account  string   `json:"account"`
	Citizen  string   `json:"citizen"`
	Action   string   `json:"action"`
	Text     string   `json:"text"`  // say, tap, staff, name; unsend and edit: the message's id is ID
	ID       string   `json:"id"`    // edit, unsend, react
	Count    int      `json:"count"` // photo: how many; rewind: hours
	Lat      float64  `json:"lat"`
	Lng      float64  `json:"lng"`
}

func (s *Sandbox) act(r *http.Request) (any, error) {
	var in actInput
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	if in.Action == "expire_token" {
		s.ExpireToken(in.Account)
		return map[string]bool{"ok": true}, nil
	}
	c, err := s.pickCitizen(in.Platform, in.Account, in.Citizen)
	if err != nil {
		return nil, err
	}
	if err := c.do(in); err != nil {
		return nil, err
	}
	return map[string]bool{"ok": true}, nil
}

// do carries out one act of the page.
func (c *Citizen) do(in actInput) error {
	acts := map[string]func(){
		"say":           func() { c.Say(in.Text) },
		"photo":         func() { c.SendPhotos(min(max(in.Count, 1), 10)) },
		"location":      func() { c.SendLocation(in.Lat, in.Lng) },
		"sticker":       func() { c.SendSticker() },
		"voice":         func() { c.SendVoice([]byte("#!AMR\nsandbox")) },
		"follow":        c.Follow,
		"unfollow":      c.Unfollow,
		"read":          c.Read,
		"react":         func() { c.React(in.ID) },
		"edit":          func() { c.Edit(in.ID, in.Text) },
		"unsend":        func() { c.Unsend(in.ID) },
		"staff":         func() { c.StaffSays(in.Text) },
		"staff_takes":   c.StaffTakes,
		"staff_returns": c.StaffReturns,
		"name":          func() { c.SetName(in.Text, false) },
		"block":         func() { c.SetBlocked(true) },
		"unblock":       func() { c.SetBlocked(false) },
		"rewind":        func() { c.Rewind(time.Duration(in.Count) * time.Hour) },
	}
	if in.Action == "tap" {
		_, err := c.Tap(in.Text)
		return err
	}
	act := acts[in.Action]
	if act == nil {
		return badRequest("unknown action %q", in.Action)
	}
	act()
	return nil
}

// receiveUpload sends a file from the computer: a photo as a photo, a sound as
// a voice message, the rest as a file.
func (s *Sandbox) receiveUpload(r *http.Request) (any, error) {
	c, err := s.citizenOf(r)
	if err != nil {
		return nil, err
	}
	r.Body = http.MaxBytesReader(nil, r.Body, maxAPIBody)
	in, head, err := r.FormFile("file")
	if err != nil {
		return nil, badRequest("file: %v", err)
	}
	data, err := io.ReadAll(in)
	_ = in.Close() // read to its end
	if err != nil {
		return nil, badRequest("file: %v", err)
	}
	kind, _, _ := strings.Cut(http.DetectContentType(data), "/")
	if kind != "image" && kind != "audio" && kind != "video" {
		kind = "file"
	}
	c.SendFile(kind, head.Filename, data)
	return map[string]string{"kind": kind}, nil
}
