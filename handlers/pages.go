package handlers

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/web"
)

// pages are the parsed templates, one set per page, each with the layout.
type pages map[string]*template.Template

// partPrefix begins the names of files whose blocks several pages use.
const partPrefix = "part_"

// readPages parses the embedded templates of a folder. What belongs to the page
// case.html may also stand in case-facts.html and the like, what all pages share in
// layout-files.html.
func readPages(folder string) (pages, error) {
	layout, err := template.New("layout.html").Funcs(template.FuncMap{"date": date, "when": when, "options": options, "pair": pair}).ParseFS(web.Files, folder+"/layout*.html")
	if err != nil {
		return nil, fmt.Errorf("read the layout: %w", err)
	}
	if parts, err := fs.Glob(web.Files, folder+"/"+partPrefix+"*.html"); err == nil && len(parts) > 0 {
		if layout, err = layout.ParseFS(web.Files, parts...); err != nil {
			return nil, fmt.Errorf("read parts of the pages: %w", err)
		}
	}
	names, err := fs.Glob(web.Files, folder+"/*.html")
	if err != nil {
		return nil, fmt.Errorf("list the pages: %w", err)
	}
	set := pages{}
	for _, name := range names {
		page, part, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".html"), "-")
		if part != "" || strings.HasPrefix(page, partPrefix) {
			continue
		}
		t, err := template.Must(layout.Clone()).ParseFS(web.Files, folder+"/"+page+`[.\-]*html`)
		if err != nil {
			return nil, fmt.Errorf("read page %s: %w", name, err)
		}
		set[page] = t
	}
	return set, nil
}

// date and when write a time as people here do: 04/03/2026, 17:00 04/03/2026.
func date(t time.Time) string { return local(t).Format("02/01/2006") }
func when(t time.Time) string { return local(t).Format("15:04 02/01/2006") }

// pair hands a block of a page one thing of a list, and the page it is on.
func pair(page, of any) struct{ Page, Of any } { return struct{ Page, Of any }{page, of} }

func local(t time.Time) time.Time { return t.In(time.FixedZone("", localOffset)) }

// page is what every template may name.
type page struct {
	Office, Privacy string
	Sandbox         bool
	Code            string // as asked for
	Problem         string // why there is nothing to show: slow, unknown, down, wrong, tired
	Case            *caseStatus
	Answer          *caseAnswer // only for who has proven to be the reporter
	Erasure         *store.Erasure
	Kept            *keptView // for how long
}

// keptView is for how long what is known of citizens is kept.
type keptView struct {
	Talks, Drafts span
	Cases         []keptCase
}

type keptCase struct {
	Kind models.Kind
	Kept span
}

// span is a length of time in whole years or, where they are none, days; 0 is for ever.
type span struct {
	N     int
	Years bool
}

func newSpan(d time.Duration) span {
	const year = 365
	days := int(d.Hours()) / 24
	if days > 0 && days%year == 0 {
		return span{days / year, true}
	}
	return span{days, false}
}

// privacy tells what is kept of citizens, and for how long.
func (s *server) privacy(c *gin.Context) {
	kept := &keptView{Talks: newSpan(s.Kept.Talks), Drafts: newSpan(s.Kept.Drafts)}
	for _, kind := range models.Kinds {
		kept.Cases = append(kept.Cases, keptCase{kind, newSpan(s.Kept.Cases[kind])})
	}
	s.show(c, http.StatusOK, "privacy", page{Kept: kept})
}

func (s *server) pageRoutes(r *gin.Engine) error {
	set, err := readPages("pages")
	if err != nil {
		return err
	}
	s.pages = set
	static, err := fs.Sub(web.Files, "static")
	if err != nil {
		return fmt.Errorf("open the static files: %w", err)
	}
	r.StaticFS("/static", http.FS(filesOnly{static}))
	r.GET("/", func(c *gin.Context) { s.show(c, http.StatusOK, "home", page{}) })
	r.GET("/quyen-rieng-tu", s.privacy)
	r.GET("/tra-cuu", s.lookup)
	r.POST("/tra-cuu", s.readAnswer)
	r.GET(photoPath+":id", s.showAfter)
	r.GET(sentPath+":id", s.showSent)
	r.GET("/xoa-du-lieu/:code", s.erasure)
	r.GET("/zalo_verifier:code", s.prove())
	if s.Sandbox != nil {
		r.Any(sandboxPath, gin.WrapH(s.Sandbox))
		r.Any(sandboxPath+"/*path", gin.WrapH(s.Sandbox))
	}
	r.NoRoute(s.missing)
	r.NoMethod(s.wrongMethod)
	return nil
}

// filesOnly hides the listings of folders.
type filesOnly struct{ fs.FS }

// Open implements fs.FS.
func (f filesOnly) Open(name string) (fs.File, error) {
	if info, err := fs.Stat(f.FS, name); err != nil || info.IsDir() {
		return nil, fs.ErrNotExist
	}
	return f.FS.Open(name)
}

// show renders a page whole before the first byte is sent, so that a failing
// template never leaves half a page.
func (s *server) show(c *gin.Context, status int, name string, p page) {
	p.Office, p.Privacy, p.Sandbox = s.Office, s.PrivacyContact, s.Sandbox != nil
	var out bytes.Buffer
	if err := s.pages[name].ExecuteTemplate(&out, "layout.html", p); err != nil {
		s.Log.WithError(err).WithField("page", name).Error("render a page")
		problem(c, http.StatusInternalServerError, "")
		return
	}
	c.Data(status, "text/html; charset=utf-8", out.Bytes())
}

// missing answers what has no route.
func (s *server) missing(c *gin.Context) {
	if s.forMachines(c) {
		problem(c, http.StatusNotFound, "there is no such route")
		return
	}
	s.strayed(c, http.StatusNotFound)
}

// strayed shows who followed a wrong address the way on: staff within the console.
func (s *server) strayed(c *gin.Context, status int) {
	if s.Staff == nil || !strings.HasPrefix(c.Request.URL.Path, startPath) {
		s.show(c, status, "missing", page{})
		return
	}
	s.secureConsole(c)
	v := &visit{Context: c, s: s}
	err := v.identify()
	if err == nil || errors.Is(err, store.ErrNotFound) {
		err = v.render(status, "error", "missing", nil)
	}
	if err != nil {
		v.fail(err)
	}
}

func (s *server) wrongMethod(c *gin.Context) {
	if s.forMachines(c) {
		problem(c, http.StatusMethodNotAllowed, "the route has no such method")
		return
	}
	s.strayed(c, http.StatusMethodNotAllowed)
}

func (s *server) forMachines(c *gin.Context) bool {
	return strings.HasPrefix(c.Request.URL.Path, "/api/") || strings.HasPrefix(c.Request.URL.Path, "/webhooks/")
}

// erasure tells how far a request to be forgotten is.
func (s *server) erasure(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	code := c.Param("code")
	var found *store.Erasure
	err := store.ErrNotFound
	if plainID(code) {
		found, err = s.Store.Erasure(c.Request.Context(), code)
	}
	status, why := pageFault(err)
	if status == http.StatusServiceUnavailable {
		s.Log.WithError(err).Error("look an erasure up")
	}
	s.show(c, status, "erasure", page{Code: code, Problem: why, Erasure: found})
}

// pageFault is the status of a page and the template's word for the reason.
func pageFault(err error) (status int, why string) {
	switch {
	case err == nil:
		return http.StatusOK, ""
	case errors.Is(err, store.ErrNotFound):
		return http.StatusNotFound, "unknown"
	}
	return http.StatusServiceUnavailable, "down"
}
