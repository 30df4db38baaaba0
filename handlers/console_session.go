package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/store"
)

// secured reports whether the product is reached through TLS.
func (s *server) secured() bool { return strings.HasPrefix(s.PublicURL, "https://") }

// sessionCookie is the cookie with a session's token. With the prefix browsers
// take it only from the very host, by TLS (RFC 6265bis, section 4.1.3.2).
func (s *server) sessionCookie(token string, maxAge int) *http.Cookie {
	name := "langnghe"
	if s.secured() {
		name = "__Host-langnghe"
	}
	return &http.Cookie{
		Name: name, Value: token, Path: "/", MaxAge: maxAge, Secure: s.secured(), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// identify finds out who visits. store.ErrNotFound: nobody that is logged in.
func (v *visit) identify() error {
	token, err := v.Cookie(v.s.sessionCookie("", 0).Name)
	if err != nil || !plainID(token) {
		return store.ErrNotFound
	}
	find := v.s.Staff.Session
	if v.GetHeader(background) != "" || v.FullPath() == livePath { // asked by the page, not by who sits before it
		find = v.s.Staff.WatchSession
	}
	session, login, err := find(v.Request.Context(), token, sessionIdle)
	if err != nil {
		return err
	}
	v.session, v.login = session, login
	v.who = login.Principal()
	return nil
}

// owed is the step of the login that is still to be done, or "".
func (v *visit) owed() string {
	switch {
	case v.session.ID == "":
		return ""
	case v.login.Secret != "" && !v.session.Verified:
		return codePath
	case v.login.OneTime && !v.session.Provider:
		return passwordPath
	case v.login.Secret == "" && v.login.Role.MustProve() && !(v.session.Provider && v.session.Verified):
		return factorPath
	}
	return ""
}

// begin starts a session; one that the browser had ends.
func (v *visit) begin(tx *store.Tx, n store.Session) (token string, err error) {
	if v.session.ID != "" {
		if err := tx.EndSession(v.session.Email, v.session.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
			return "", err
		}
	}
	n.Address, n.Agent = v.ClientIP(), shortened(v.Request.UserAgent(), 300)
	n.ExpiresAt = v.s.Now().Add(sessionMost)
	return tx.StartSession(n)
}

func (v *visit) setSession(token string) {
	http.SetCookie(v.Writer, v.s.sessionCookie(token, int(sessionMost.Seconds())))
}

// logOut ends the session.
func (s *server) logOut(v *visit) error {
	err := s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		if err := tx.EndSession(v.session.Email, v.session.ID); err != nil {
			return err
		}
		return tx.Audit(v.who, "logout", v.session.Email, "")
	})
	if err != nil {
		return err
	}
	http.SetCookie(v.Writer, s.sessionCookie("", -1))
	return v.done(loginPath, "logged-out")
}

// accountView is what the page of one's account tells.
type accountView struct {
	Sessions []sessionView
	Factor   bool // there is a second factor
	Needed   bool // the role must have one
	Codes    int  // recovery codes left
}

type sessionView struct {
	store.Session
	Own             bool
	Browser, System string // "" when not known
}

func (s *server) accountPage(v *visit) error {
	data, err := v.account()
	if err != nil {
		return err
	}
	return v.show("account", data)
}

func (v *visit) account() (accountView, error) {
	ctx := v.Request.Context()
	sessions, err := v.s.Staff.Sessions(ctx, v.who.Email, sessionIdle)
	if err != nil {
		return accountView{}, err
	}
	codes, err := v.s.Staff.RecoveryCodes(ctx, v.who.Email)
	return accountView{
		Factor: v.login.Secret != "", Needed: v.who.Role.MustProve(), Codes: codes, Sessions: sessionViews(sessions, v.session.ID),
	}, err
}

// sessionViews shows sessions, of which one may be that of who looks.
func sessionViews(sessions []store.Session, own string) (views []sessionView) {
	for _, one := range sessions {
		browser, system := device(one.Agent)
		views = append(views, sessionView{one, one.ID == own, browser, system})
	}
	return views
}

// endSession ends one of the visitor's sessions, or all but this one.
func (s *server) endSession(v *visit) error {
	id, flash := v.PostForm("id"), "session-ended"
	err := s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		end := func() error { return tx.EndSession(v.who.Email, id) }
		if id == "others" {
			flash = "sessions-ended"
			end = func() error { return tx.EndSessions(v.who.Email, v.session.ID) }
		}
		if err := end(); err != nil {
			return err
		}
		return tx.Audit(v.who, "session.ended", v.who.Email, shortened(id, 12))
	})
	if err != nil {
		return err
	}
	return v.done(accountPath, flash)
}

// device reads what a browser calls itself, as far as its owner knows it by. The
// order matters: most call themselves several names.
func device(agent string) (browser, system string) {
	first := func(names [][2]string) string {
		i := slices.IndexFunc(names, func(n [2]string) bool { return strings.Contains(agent, n[0]) })
		if i < 0 {
			return ""
		}
		return names[i][1]
	}
	return first([][2]string{
			{"coc_coc", "Coc Coc"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"},
			{"Firefox", "Firefox"}, {"Chrome", "Chrome"}, {"Safari", "Safari"},
		}), first([][2]string{
			{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Mac OS", "macOS"}, {"Linux", "Linux"},
		})
}

// shortened bounds a text to at most n bytes.
func shortened(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
