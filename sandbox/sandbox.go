// Package sandbox plays the two platforms on loopback, so that the product can
// be tried and tested without an account: the Graph API with Messenger's
// webhooks, and Zalo's OpenAPI with its OAuth and webhooks. It is written from
// the platforms' documents and shares no code with the product's clients. It
// reaches the product only by signed webhooks and is reached only by API calls.
//
// Citizens are played by Citizen, from a test or from the page at /sandbox.
package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
)

// Platform is one of the two simulated platforms.
type Platform string

// The simulated platforms.
const (
	Messenger Platform = "messenger"
	Zalo      Platform = "zalo"
)

// Where the simulations stand below the base URL. Paths below these are the
// platforms' own.
const (
	GraphPath    = "/graph"         // platforms.messenger.graph_url
	ZaloPath     = "/zalo"          // platforms.zalo.api_url
	OAuthPath    = "/zalo-oauth"    // platforms.zalo.oauth_url
	TemplatePath = "/zalo-template" // platforms.zalo.template_url
	MediaPath    = "/media"         // citizens' files
)

// Page is a Facebook Page with the app that serves it.
type Page struct {
	ID, Name, AppID, AppSecret, Token, VerifyToken string
	DefaultApp                                     bool       // the app may take threads
	Templates                                      []Template // utility messages that Meta approved
	FieldTemplates                                 bool       // they are taken as attachments only, as integrations report, not in the form of Meta's page
	RatePerSecond                                  int        // sends a second before 613; 0 is the documented 300, below 0 none
}

// OA is a Zalo Official Account with the app that serves it.
type OA struct {
	ID, Name, AppID, AppSecret, SecretKey string
	AccessToken, RefreshToken             string
	CloudAccount                          bool       // a Zalo Cloud Account pays for sends between 48 h and 7 days; without it they get -320
	Buttons                               bool       // messages with buttons are taken; without it they get -201
	Templates                             []Template // that Zalo approved
	RatePerMinute                         int        // calls a minute before -32; 0 is the package's 100, below 0 none
}

// Options say what a Sandbox plays. The zero value of each field but Pages and
// OAs is a default that behaves as the platforms' documents say.
type Options struct {
	Pages []Page
	OAs   []OA
	// Clock gives the platforms' time: timestamps, windows, tokens and rates.
	Clock func() time.Time
	// NewID mints 20 or more lower-case hex digits that never repeat.
	NewID func() string
	// Client posts webhooks. Each request gets the platform's own time-out.
	Client *http.Client
	// Logf is told what no caller can see, such as webhooks given up.
	Logf func(format string, args ...any)
	// MessengerRetry are the waits before a webhook that was not answered 200
	// is sent again; until then the citizen's later webhooks wait too.
	MessengerRetry []time.Duration
	// ZaloRetry are the waits before a webhook is sent again whose connection
	// could not be opened; an error answer is never sent again.
	ZaloRetry []time.Duration
	// WireSize is how many exchanges the wire log keeps; 0 is 500.
	WireSize int
}

// Sandbox is both simulated platforms. It is safe for concurrent use.
type Sandbox struct {
	opt    Options
	mux    *http.ServeMux
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	wire   *wireLog
	media  *mediaStore
	base   atomic.Value // string, its own base URL

	mu       sync.Mutex
	targets  []string
	next     int // round robin over targets
	accounts []*account
	faults   map[Platform]*Faults
	lanes    map[*person]*lane
	pending  int // webhooks not yet answered or given up
	stats    Stats
	version  uint64 // counts changes that Wait and the page look at
	changed  chan struct{}
}

// New makes a sandbox. Connect it before citizens act; Close it at the end.
func New(o Options) *Sandbox {
	o.fill()
	ctx, cancel := context.WithCancel(context.Background())
	s := &Sandbox{
		opt: o, ctx: ctx, cancel: cancel,
		wire:    newWireLog(o.WireSize, o.secrets()),
		media:   newMediaStore(),
		faults:  map[Platform]*Faults{Messenger: {}, Zalo: {}},
		lanes:   map[*person]*lane{},
		changed: make(chan struct{}),
		stats:   Stats{Sends: map[Platform]int{}, Metadata: map[string]int{}, Refused: map[string]int{}},
	}
	for _, p := range o.Pages {
		s.accounts = append(s.accounts, newPageAccount(p))
	}
	for _, oa := range o.OAs {
		s.accounts = append(s.accounts, newOAAccount(oa, o.Clock()))
	}
	s.base.Store("")
	s.mux = s.routes()
	return s
}

func (o *Options) fill() {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.NewID == nil {
		o.NewID = randomID
	}
	if o.Client == nil {
		o.Client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	if o.Logf == nil {
		o.Logf = func(string, ...any) {}
	}
	if o.MessengerRetry == nil {
		o.MessengerRetry = []time.Duration{0, time.Second, 5 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute}
	}
	if o.ZaloRetry == nil {
		o.ZaloRetry = []time.Duration{30 * time.Second, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour}
	}
	if o.WireSize <= 0 {
		o.WireSize = 500
	}
}

func (o *Options) secrets() []string {
	var list []string
	for _, p := range o.Pages {
		list = append(list, p.AppSecret, p.Token, p.VerifyToken)
	}
	for _, oa := range o.OAs {
		list = append(list, oa.AppSecret, oa.SecretKey, oa.AccessToken, oa.RefreshToken)
	}
	return list
}

// randomID returns 24 hex digits.
func randomID() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// Connect tells the sandbox its own base URL and that of each replica of the
// product; webhooks go to the replicas in turn. Both must be on loopback. It
// may be called again, for instance after the product has moved to a new port.
func (s *Sandbox) Connect(base string, targets ...string) error {
	for _, u := range append([]string{base}, targets...) {
		if err := loopbackURL(u); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base.Store(strings.TrimSuffix(base, "/"))
	s.targets = nil
	for _, t := range targets {
		s.targets = append(s.targets, strings.TrimSuffix(t, "/"))
	}
	return nil
}

func loopbackURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return fmt.Errorf("sandbox address: %w", err)
	}
	if u.Scheme != "http" || !loopbackHost(u.Host) {
		return fmt.Errorf("sandbox address %q: not http on loopback", raw)
	}
	return nil
}

// loopbackHost reports whether host, with or without a port, names this machine.
func loopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Handler serves both platforms, the citizens' files and the page. It answers
// only requests from this machine to a loopback name.
func (s *Sandbox) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopbackHost(r.RemoteAddr) || !loopbackHost(r.Host) {
			http.Error(w, "the sandbox answers on loopback only", http.StatusForbidden)
			return
		}
		s.mux.ServeHTTP(w, r)
	})
}

// Mount hands /sandbox and everything below it to the sandbox.
func (s *Sandbox) Mount(r gin.IRouter) {
	h := gin.WrapH(s.Handler())
	r.GET("/sandbox", h)
	r.Any("/sandbox/*path", h)
}

func (s *Sandbox) routes() *http.ServeMux {
	m := http.NewServeMux()
	m.Handle(GraphPath+"/", s.platform(Messenger, s.graph))
	m.Handle(ZaloPath+"/", s.platform(Zalo, s.zaloAPI))
	m.Handle(OAuthPath+"/", s.platform(Zalo, s.zaloOAuth))
	m.Handle(TemplatePath+"/", s.platform(Zalo, s.zaloTemplateHost))
	m.Handle("GET "+MediaPath+"/{name}", s.media)
	s.pageRoutes(m)
	return m
}

// Close stops every delivery under way and waits for it to end.
func (s *Sandbox) Close() {
	s.mu.Lock() // no delivery begins from here on
	s.cancel()
	s.mu.Unlock()
	s.wg.Wait()
}

// ErrClosed says that the sandbox was closed while a caller waited.
var ErrClosed = errors.New("sandbox: closed")

// Wait blocks until cond holds or ctx ends. cond is asked again after every
// change: a message, a webhook's answer, a fault.
func (s *Sandbox) Wait(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return nil
		}
		if err := s.await(ctx, changed); err != nil {
			return err
		}
	}
}

// await blocks until changed is closed.
func (s *Sandbox) await(ctx context.Context, changed <-chan struct{}) error {
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("sandbox wait: %w", ctx.Err())
	case <-s.ctx.Done():
		return ErrClosed
	}
}

// Idle blocks until every webhook has been answered 200 or given up.
func (s *Sandbox) Idle(ctx context.Context) error {
	return s.Wait(ctx, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.pending == 0
	})
}

// notify wakes everyone in Wait. The caller holds mu.
func (s *Sandbox) notify() {
	s.version++
	close(s.changed)
	s.changed = make(chan struct{})
}

// stamp gives the platform's time in whole milliseconds, each later than the
// one before in the same talk, so that timestamps alone tell the order. The
// caller holds mu.
func (s *Sandbox) stamp(p *person) time.Time {
	now := s.opt.Clock().Truncate(time.Millisecond)
	if !now.After(p.last) {
		now = p.last.Add(time.Millisecond)
	}
	p.last = now
	return now
}
