package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	consolePath = "/console"
	startPath   = consolePath + "/"
	loginPath   = consolePath + "/login"
	codePath    = consolePath + "/login/code"
	// InvitePath, with a token behind it, is where an invitation is taken.
	InvitePath = consolePath + "/invite/"

	passwordPath = consolePath + "/password"
	factorPath   = consolePath + "/second-factor"
	accountPath  = consolePath + "/account"
)

const (
	sessionIdle = 2 * time.Hour  // without a request, and a session is over
	sessionMost = 12 * time.Hour // a working day, whatever is done in it
	consoleBody = 64 << 10       // bytes of a form
)

// Map is where tiles of maps come from.
type Map struct {
	Tiles       string // address of one, with {z}, {x} and {y}; "" shows no map
	Attribution string
}

// policy is consolePolicy, which also lets a map's tiles in.
func (m Map) policy() string {
	u, err := url.Parse(m.Tiles)
	if err != nil || u.Host == "" {
		return consolePolicy
	}
	return strings.Replace(consolePolicy, "img-src 'self'", "img-src 'self' "+u.Scheme+"://"+u.Host, 1)
}

// consolePolicy lets the console's own scripts run, and no inline ones. A voice that
// one of them decoded is played from memory.
const consolePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// StaffStore keeps what staff log in with.
type StaffStore interface {
	Login(ctx context.Context, email string) (store.Login, error)
	Session(ctx context.Context, token string, idle time.Duration) (store.Session, store.Login, error)
	WatchSession(ctx context.Context, token string, idle time.Duration) (store.Session, store.Login, error)
	Sessions(ctx context.Context, email string, idle time.Duration) ([]store.Session, error)
	RecoveryCodes(ctx context.Context, email string) (int, error)
	Invited(ctx context.Context, token string) (email string, err error)
	AuditEntries(ctx context.Context, f store.AuditFilter) ([]store.AuditEntry, string, error)
	answerStore
	Update(ctx context.Context, f func(*store.Tx) error) error
}

// console is what the staff's pages share.
type console struct {
	group     *gin.RouterGroup
	pages     func() (pages, error) // read when the first of staff comes: they take 3 MB
	assets    assets
	access    map[string]models.Permission // what each route needs, by "GET /console/…"
	uploads   map[string]bool              // routes whose forms hold files
	passwords *passwords
	provider  *provider
	watch     *watch        // of the inbox; nil without one
	exports   chan struct{} // one value for each file of many lines that is being written
}

// consoleRoutes registers the staff's pages. A new page is one line here, one
// file of handlers and one template in web/pages/console.
func (s *server) consoleRoutes(r *gin.Engine) error {
	if s.Staff == nil {
		return nil
	}
	if err := s.openConsole(r); err != nil {
		return err
	}
	s.open("GET /login", s.loginForm)
	s.open("POST /login", s.logIn)
	if s.Provider.Issuer != "" {
		s.open("GET /login/provider", s.goToProvider)
		s.open("GET /login/provider/callback", s.returnFromProvider)
	}
	s.open("GET /invite/:token", s.inviteForm)
	s.open("POST /invite/:token", s.acceptInvite)
	s.step("GET /login/code", codePath, s.codeForm)
	s.step("POST /login/code", codePath, s.giveCode)
	s.step("GET /password", passwordPath, s.passwordForm)
	s.step("POST /password", passwordPath, s.changePassword)
	s.step("GET /second-factor", factorPath, s.factorForm)
	s.step("POST /second-factor", factorPath, s.setFactor)
	s.step("POST /logout", anyStep, s.logOut)
	s.page("POST /second-factor/end", models.OwnAccount, s.endFactor)
	s.page("POST /second-factor/codes", models.OwnAccount, s.renewCodes)
	s.page("GET /account", models.OwnAccount, s.accountPage)
	s.page("POST /account/sessions/end", models.OwnAccount, s.endSession)
	if s.Content != nil {
		s.page("GET /questions", models.ReadQuestions, s.questionsPage)
		s.page("POST /questions", models.Publish, s.teachQuestions)
		s.page("GET /understand", models.ReadContent, s.understandPage)
	}
	s.contentPages()
	s.deskRoutes()
	s.fileRoutes()
	s.casePages()
	s.talkPages()
	s.callRoutes()
	s.fieldRoutes()
	s.figureRoutes()
	s.deadlinePages()
	s.accountRoutes()
	s.auditRoutes()
	s.channelRoutes()
	s.alertRoutes()
	s.page("GET /", models.OwnAccount, s.startPage)
	return nil
}

func (s *server) openConsole(r *gin.Engine) (err error) {
	s.console.access, s.console.uploads = map[string]models.Permission{}, map[string]bool{}
	s.console.pages = sync.OnceValues(func() (pages, error) { return readPages("pages/console") })
	if s.console.assets, err = readAssets(); err != nil {
		return err
	}
	guard, err := sameOrigin(s.PublicURL)
	if err != nil {
		return err
	}
	r.GET(consolePath, func(c *gin.Context) { c.Redirect(http.StatusSeeOther, startPath) })
	s.console.group = r.Group(consolePath, s.secureConsole, func(c *gin.Context) {
		if guard.Check(c.Request) != nil {
			(&visit{Context: c, s: s}).fail(errForbidden)
		}
	})
	s.console.group.GET("/assets/:name", s.asset)
	return nil
}

// sameOrigin refuses what another site makes a browser send: its requests that
// change something come from our own pages, which proxies may show under the
// public address.
func sameOrigin(public string) (*http.CrossOriginProtection, error) {
	guard := http.NewCrossOriginProtection()
	u, err := url.Parse(public)
	if err != nil || u.Host == "" {
		return guard, err
	}
	return guard, guard.AddTrustedOrigin(u.Scheme + "://" + u.Host)
}

// secureConsole sets what the staff's pages need beyond the public ones.
func (s *server) secureConsole(c *gin.Context) {
	c.Header("Content-Security-Policy", consolePolicy)
	c.Header("Cache-Control", "no-store")
	most := int64(consoleBody)
	if s.console.uploads[c.Request.Method+" "+c.FullPath()] {
		most = uploadMost
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, most)
}

// action handles a visit. Its error becomes a page in one place (visit.fail).
type action func(*visit) error

// page registers a page for whose roles have the permission: "GET /questions" is
// /console/questions.
func (s *server) page(route string, need models.Permission, do action) {
	s.handle(route, need, "", do)
}

// step registers a page that is also open in the middle of a login, to who owes
// that step.
func (s *server) step(route, step string, do action) {
	s.handle(route, models.OwnAccount, step, do)
}

func (s *server) handle(route string, need models.Permission, step string, do action) {
	method, path, _ := strings.Cut(route, " ")
	s.console.access[method+" "+consolePath+path] = need
	s.console.group.Handle(method, path, func(c *gin.Context) {
		v := &visit{Context: c, s: s}
		err := v.identify()
		owed := v.owed()
		switch {
		case errors.Is(err, store.ErrNotFound):
			v.sendToLogin(step)
		case err != nil:
			v.fail(err)
		case owed != "" && step != owed && step != anyStep:
			v.Redirect(http.StatusSeeOther, withNext(owed, v.wanted(step)))
		case !v.who.May(need):
			v.fail(errForbidden)
		default:
			v.run(do)
		}
	})
}

// open registers a page for everybody.
func (s *server) open(route string, do action) {
	method, path, _ := strings.Cut(route, " ")
	s.console.group.Handle(method, path, func(c *gin.Context) {
		v := &visit{Context: c, s: s}
		if err := v.identify(); err != nil && !errors.Is(err, store.ErrNotFound) {
			v.fail(err)
			return
		}
		v.run(do)
	})
}

// startPage leads who works on cases to them, and lists for anybody else what the
// role may open.
func (s *server) startPage(v *visit) error {
	if s.Desk != nil && v.who.MayAct() {
		return v.done(casesPath, "")
	}
	return v.show("start", nil)
}
