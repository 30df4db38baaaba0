package handlers

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/picture"
	"github.com/langnghe/langnghe/store"
)

// Inbox takes events in. Append returns after they are durable, and
// store.ErrFull at once when too many are waiting.
type Inbox interface {
	Append(ctx context.Context, events []models.Event) error
}

// Store is what the handlers ask of package store; *store.Store has it all.
type Store interface {
	Inbox
	caseStore
	talkStore
	erasureStore
	healthStore
	Principal(ctx context.Context, token string) (models.Principal, error)
}

// Handshaker is Messenger's receiver: it also knows the verify tokens.
type Handshaker interface {
	channel.Receiver
	// Handshake reports whether the token is the verify token of a channel.
	Handshake(token string) bool
}

// Deps is what the handlers work with. Only Store, Log and Registry must be
// set; a nil channel is a platform on which nothing is configured.
type Deps struct {
	Store     Store
	Messenger Handshaker
	Zalo      channel.Receiver
	Log       logrus.FieldLogger
	Registry  *prometheus.Registry // served at /metrics; the handlers add theirs
	Now       func() time.Time     // nil is time.Now

	// Due tells when an event may be played; nil or a zero time is at once.
	Due func(models.Event) time.Time
	// Heard is told of the events that a platform sent, once they are durable; nil
	// is not.
	Heard func(events []models.Event, now time.Time)
	// DataDeletion verifies Meta's signed_request and tells whose data it is
	// about. Nil means that no Messenger channel is configured.
	DataDeletion func(signedRequest string) (Deletion, error)

	Catalogue Catalogue                       // nil knows no unit and no category
	Deadlines func() models.Deadlines         // nil moves no deadline
	Deadline  *Deadline                       // nil tells nothing of due dates; needs Deadlines
	Alerts    *Alerting                       // nil lets staff choose of nothing to be told
	Review    func(at time.Time) []models.Due // content due for review, sorted; nil serves no list
	Blobs     Blobs                           // nil serves no file
	Stages    models.DossierStages            // nil serves no dossiers
	Content   ContentStore                    // nil serves no content and no questions
	Knowledge Knowledge                       // set with Content
	Kinds     []ContentKind                   // of content that the console edits; none serves no page of it
	Staff     StaffStore                      // nil serves no console
	Provider  Provider                        // by which staff may log in too; without an issuer there is none
	UnitName  func(slug string) string        // what staff call a unit; nil calls it by its slug
	Answering Answering                       // how staff write to citizens
	Desk      DeskStore                       // nil serves no inbox of the staff
	Choices   func() Choices                  // what lists can be bounded to; nil offers nothing
	Closing   <-chan struct{}                 // closed when the process is about to end; nil never is
	Channels  Channels                        // without a desk there are no pages of channels
	Calls     CallStore                       // nil serves no list of whom to call
	Figures   FigureStore                     // nil serves no figures
	Map       Map                             // where tiles of maps come from
	Camera    string                          // where what cameras saw is looked up, with {counter} and {time}; "" offers it nowhere

	Kept models.Retention // for how long what is known of citizens is kept

	// MailStaff mails a member of staff; the same id is the same mail. Nil mails
	// nobody.
	MailStaff func(ctx context.Context, to, id, subject, body string) error

	// Wording renders an entry of the wording catalogue; nil has none.
	Wording func(key string, data any) (string, error)

	PublicURL      string // absolute, without a final slash; where citizens reach the product
	Office         string // who answers for the product, shown on the public pages
	PrivacyContact string // whom to ask about one's data
	LinkKey        []byte // vouches for addresses that serve for a while; nil gives none
	DomainProof    string // Zalo's domain proof: its code, or the whole file as downloaded
	Version        string // told in the OpenAPI document

	// TrustedProxies are the addresses whose X-Forwarded-For is believed when
	// lookups are limited per citizen; none by default.
	TrustedProxies []string
	Sandbox        http.Handler // mounted at /sandbox; nil outside sandbox mode
}

// server holds the dependencies; its methods are the handlers.
type server struct {
	Deps
	metrics *metrics
	update  func(ctx context.Context, f func(caseTx) error) error
	lookups *limiter      // by address
	proofs  *limiter      // by code
	large   chan struct{} // one value per large webhook body in memory
	ids     *idSource
	pages   pages
	console console
	drawer  *picture.Drawer // of what staff upload
}

// New returns the handler of every route of the product. It fails when the
// embedded templates or the trusted proxies cannot be read.
func New(d Deps) (http.Handler, error) { return newServer(d).routes() }

func newServer(d Deps) *server {
	if d.Now == nil {
		d.Now = time.Now
	}
	return &server{
		Deps: d, metrics: newMetrics(d.Registry, d.Store, d.Now), lookups: newLimiter(d.Now, lookupEvery, lookupBurst),
		proofs: newLimiter(d.Now, proofEvery, proofBurst), ids: newIDSource(),
		large: make(chan struct{}, largeBodies), drawer: picture.NewDrawer(),
		console: console{exports: make(chan struct{}, exportsMost), passwords: newPasswords(hashCost()), provider: newProvider(d.Provider, d.PublicURL, d.Now)},
		update: func(ctx context.Context, f func(caseTx) error) error {
			return d.Store.Update(ctx, func(tx *store.Tx) error { return f(tx) })
		},
	}
}

// routes builds the handler of every route.
func (s *server) routes() (http.Handler, error) {
	r, err := s.router()
	return withHead(r), err
}

func (s *server) router() (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	if err := r.SetTrustedProxies(s.TrustedProxies); err != nil {
		return nil, err
	}
	r.HandleMethodNotAllowed = true
	r.Use(s.identify, s.recover, s.secure)
	s.webhookRoutes(r)
	s.healthRoutes(r)
	s.apiRoutes(r)
	if err := s.pageRoutes(r); err != nil {
		return nil, err
	}
	return r, s.consoleRoutes(r)
}

// withHead answers HEAD wherever GET is answered (RFC 9110, section 9.1), as
// monitors ask; the server itself leaves the body out. The sandbox sees to its
// own.
func withHead(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead && !strings.HasPrefix(r.URL.Path, sandboxPath) {
			get := *r
			get.Method = http.MethodGet
			r = &get
		}
		next.ServeHTTP(w, r)
	})
}
