package handlers

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

var errForbidden = errors.New("the role does not have the permission")

// anyStep is the step of what may be done in the middle of any login.
const anyStep = "any"

// visit is one request to a staff page, and who makes it.
type visit struct {
	*gin.Context
	s       *server
	who     models.Principal // nobody before the login
	login   store.Login
	session store.Session
}

// consolePage is what every staff template may name; Data is the page's own.
type consolePage struct {
	Who     models.Principal
	Inside  bool // the login is complete
	Path    string
	Nav     navigation     // to the pages that Who may open
	Flash   string         // what was just done; its words stand in the layout
	Alarms  []channelAlarm // on the pages where work begins
	Problem string         // why a form was refused; its words stand in the page
	Office  string
	Unit    string // what Who's unit is called, "" for the whole province
	Styles  []string
	Script  string // "" when it was not built
	Decoder string // of voices, likewise
	Data    any
}

// May reports whether the visitor has the permission.
func (p consolePage) May(permission models.Permission) bool { return p.Who.May(permission) }

// run does what the visit is for.
func (v *visit) run(do action) {
	if err := do(v); err != nil {
		v.fail(err)
	}
}

// show renders a page.
func (v *visit) show(name string, data any) error {
	return v.render(http.StatusOK, name, "", data)
}

// refuse renders a page again, its form filled by data, and says why: problem is
// a word of the page's template.
func (v *visit) refuse(status int, name, problem string, data any) error {
	return v.render(status, name, problem, data)
}

func (v *visit) render(status int, name, problem string, data any) error {
	var alarms []channelAlarm
	if name == "start" || name == "cases" {
		alarms = v.standing()
	}
	return v.execute(status, name, "layout.html", consolePage{
		Alarms: alarms,
		Who:    v.who, Inside: v.session.ID != "" && v.owed() == "", Path: v.Request.URL.Path, Nav: v.nav(), Flash: v.flashed(),
		Problem: problem, Office: v.s.Office, Unit: v.unit(), Styles: v.s.console.assets.styles, Script: v.s.console.assets.script, Decoder: v.s.console.assets.decoder, Data: data,
	})
}

// unit is what the visitor's unit is called.
func (v *visit) unit() string {
	if v.s.UnitName == nil || v.who.Unit == "" {
		return v.who.Unit
	}
	return cmp.Or(v.s.UnitName(v.who.Unit), v.who.Unit)
}

// fragment renders one named block of a page alone, for a script that puts it in
// place.
func (v *visit) fragment(name, block string, data any) error {
	return v.execute(http.StatusOK, name, block, consolePage{Who: v.who, Path: v.Request.URL.Path, Data: data})
}

func (v *visit) execute(status int, name, block string, p consolePage) error {
	set, err := v.s.console.pages()
	if err != nil {
		return err
	}
	t, ok := set[name]
	if !ok {
		return fmt.Errorf("there is no page %q", name)
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, block, p); err != nil {
		return fmt.Errorf("render page %s: %w", name, err)
	}
	v.Data(status, "text/html; charset=utf-8", out.Bytes())
	return nil
}

// word is what a block of a page makes of a key or of data, as plain text.
func (s *server) word(name, block string, key any) (string, error) {
	set, err := s.console.pages()
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := set[name].ExecuteTemplate(&out, block, key); err != nil {
		return "", fmt.Errorf("word %s of page %s: %w", block, name, err)
	}
	return html.UnescapeString(strings.TrimSpace(out.String())), nil
}

// fail shows the page of an error. What the visitor cannot mend is logged here,
// and nowhere else, and not told.
func (v *visit) fail(err error) {
	status, problem := consoleFault(err)
	if status == http.StatusInternalServerError {
		v.s.Log.WithError(err).WithField("route", v.FullPath()).Error("a staff page failed")
	}
	v.Abort()
	if err := v.render(status, "error", problem, nil); err != nil {
		v.s.Log.WithError(err).Error("show an error page")
		v.String(status, http.StatusText(status))
	}
}

// consoleFault is the status of an error and the error page's word for it.
func consoleFault(err error) (status int, problem string) {
	var known huma.StatusError
	switch {
	case errors.Is(err, errForbidden):
		return http.StatusForbidden, "forbidden"
	case errors.Is(err, store.ErrNotFound):
		return http.StatusNotFound, "missing"
	case errors.Is(err, store.ErrConflict), errors.Is(err, models.ErrStatus):
		return http.StatusConflict, "changed"
	case errors.Is(err, errBusy):
		return http.StatusServiceUnavailable, "busy"
	case errors.As(err, &known) && known.GetStatus() < http.StatusInternalServerError:
		words := map[int]string{http.StatusForbidden: "forbidden", http.StatusNotFound: "missing", http.StatusConflict: "changed"}
		if problem, ok := words[known.GetStatus()]; ok {
			return known.GetStatus(), problem
		}
		return known.GetStatus(), "invalid"
	}
	return http.StatusInternalServerError, "down"
}

// done sends the visitor on to a page of ours, where flash, a word of the layout,
// says what was done; "" says nothing.
func (v *visit) done(to, flash string) error {
	if flash != "" {
		http.SetCookie(v.Writer, &http.Cookie{
			Name: flashCookie, Value: flash, Path: startPath, MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.s.secured(),
		})
	}
	v.Redirect(http.StatusSeeOther, to)
	return nil
}

const flashCookie = "langnghe-done"

// flashed returns what the page before has done, once.
func (v *visit) flashed() string {
	word, err := v.Cookie(flashCookie)
	if err != nil || !slices.Contains(flashes(), word) {
		return ""
	}
	http.SetCookie(v.Writer, &http.Cookie{Name: flashCookie, Path: startPath, MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.s.secured()})
	return word
}

// flashes are the words of the layout's template "flash".
func flashes() []string {
	return []string{
		"account-disabled",
		"account-enabled",
		"call-recorded",
		"case-done",
		"case-filed",
		"case-gone",
		"channel-checked",
		"channel-drafted",
		"channel-not-started",
		"channel-removed",
		"channel-started",
		"channel-subscribed",
		"channel-unsubscribed",
		"channel-unsure",
		"device-off",
		"device-on",
		"device-tried",
		"factor-ended",
		"file-empty",
		"file-kind",
		"file-many",
		"file-too_large",
		"logged-out",
		"nothing-ticked",
		"password-changed",
		"photo-added",
		"photo-dropped",
		"saved",
		"session-ended",
		"sessions-ended",
		"taken",
		"taken-back",
		"talk-released",
		"talk-returned",
		"talk-spam",
		"talk-taken",
		"too-late",
		"view-dropped",
		"view-saved",
		"view-unnamed",
		"views-full",
	}
}

// ownPage returns the address of a staff page as it was asked for, and that of
// the start page for anything else: nobody is led away to another site.
func ownPage(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || u.Opaque != "" || strings.ContainsFunc(next, func(r rune) bool { return r <= ' ' || r == '\\' || r > '~' }) {
		return startPath
	}
	if !strings.HasPrefix(u.Path, startPath) || path.Clean(u.Path) != strings.TrimSuffix(u.Path, "/") {
		return startPath
	}
	return u.RequestURI()
}

// withNext adds to a step of the login where it leads.
func withNext(step, next string) string {
	if next = ownPage(next); next == startPath {
		return step
	}
	return step + "?next=" + url.QueryEscape(next)
}

// wanted is the page that the visitor asked for: this one, or where this step of
// the login leads.
func (v *visit) wanted(step string) string {
	switch {
	case step != "":
		return v.Query("next")
	case v.Request.Method == http.MethodGet:
		return v.Request.URL.RequestURI()
	}
	return ""
}

// sendToLogin asks who is not logged in to do so, and remembers what was asked for.
func (v *visit) sendToLogin(step string) {
	if v.GetHeader("HX-Request") != "" { // a script would put the login into the middle of the page
		v.Header("HX-Redirect", loginPath)
		v.AbortWithStatus(http.StatusUnauthorized)
		return
	}
	v.Redirect(http.StatusSeeOther, withNext(loginPath, v.wanted(step)))
}
