// Package zalo is the channel to Zalo Official Accounts (OA): it verifies and
// parses their webhook, sends consult messages, and keeps their tokens alive.
//
// A tap on one of our buttons, and a citizen who types it, arrive alike: as
// user_send_text whose text is "#flow.step:choice". The parser keeps that text
// as it is; package hear reads the choice from it.
package zalo

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

// Limits of the platform, from developers.zalo.me/docs/official-account
// ("Tin Tư vấn", "Error code", "Rate limit") and the SDKs zalo-php-sdk and
// zalo-java-sdk.
const (
	maxRunes      = 1900               // Zalo takes 2,000 characters; the rest is room for an introduction
	maxChoices    = 13                 // numbered in the text, so bounded by good sense alone: as on Messenger
	maxButtons    = 5                  // of one message
	maxTitle      = 100                // runes of a button
	inFlight      = 64                 // sends at once, several times rate × latency of the largest package
	perMinute     = 90                 // the smallest package with an API allows 100
	window        = 7 * 24 * time.Hour // since the latest act of the citizen; the first 48 h are free of charge
	accessLife    = 25 * time.Hour     // of an access token, when Zalo does not tell
	callTimeout   = 10 * time.Second   // of one call to the API
	uploadTimeout = 18 * time.Second   // of an upload, which is larger
	historyPage   = 10                 // most messages that the conversation list gives at once
	nightEnds     = 6                  // hour in Vietnam at which promotion is allowed again
	vietnamOffset = 7 * 60 * 60        // seconds east of UTC, the whole year
)

// The default addresses of the platform.
const (
	DefaultAPIURL   = "https://openapi.zalo.me"
	DefaultOAuthURL = "https://oauth.zaloapp.com"
)

// Account is one Official Account and the app that serves it.
type Account struct {
	Unit         string // slug of the unit, or "" for the whole province
	OAID         string
	AppID        string
	AppSecret    string // of the app: renews tokens
	OASecretKey  string // of the app's webhook page: signs events; not the app secret
	AccessToken  string // as configured; see Tokens
	RefreshToken string // as configured; see Tokens
	Buttons      bool   // offer the first choices as buttons too, which v3 does not promise
}

// Channel returns the key of the account's channel.
func (a Account) Channel() string { return models.ChannelKey(models.Zalo, a.OAID) }

// Options are what Sender and Tokens need of the world. The zero value talks
// to Zalo itself.
type Options struct {
	APIURL      string           // "" is DefaultAPIURL
	OAuthURL    string           // "" is DefaultOAuthURL
	TemplateURL string           // "" is DefaultTemplateURL
	HTTP        *http.Client     // nil is a client of its own; redirects are never followed
	Now         func() time.Time // nil is time.Now
	// Alarm tells staff of what only a person can mend: kind is "channel",
	// about is the channel's key, one of the Alarm words and a code. It is
	// called once for each trouble with one token pair. nil keeps silent.
	Alarm func(kind, about string)
}

// withDefaults fills in what was left out.
func (o Options) withDefaults() Options {
	o.APIURL = strings.TrimRight(cmp.Or(o.APIURL, DefaultAPIURL), "/")
	o.TemplateURL = strings.TrimRight(cmp.Or(o.TemplateURL, DefaultTemplateURL), "/")
	o.OAuthURL = strings.TrimRight(cmp.Or(o.OAuthURL, DefaultOAuthURL), "/")
	o.HTTP = withoutRedirects(cmp.Or(o.HTTP, newClient()))
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Alarm == nil {
		o.Alarm = func(string, string) {}
	}
	return o
}

// newClient returns a client that keeps a connection for every send in flight.
func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		MaxIdleConnsPerHost: inFlight,
		IdleConnTimeout:     30 * time.Second, // a connection that the platform closed meanwhile makes an unknown outcome
		TLSHandshakeTimeout: callTimeout,
		ForceAttemptHTTP2:   true,
	}}
}

// withoutRedirects returns a client like c that never carries a token to
// another address.
func withoutRedirects(c *http.Client) *http.Client {
	own := *c
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// Limits implements channel.Sender.
func (s *Sender) Limits() channel.Limits {
	return channel.Limits{
		MaxRunes:   maxRunes,
		MaxChoices: maxChoices,
		Numbered:   true,
		InFlight:   inFlight,
		PerMinute:  perMinute,
		Image:      imageLimits(),
		Paper:      paperLimits(),
	}
}

// Window implements channel.Sender. Consult messages may be sent day and night
// for 7 days after the citizen's latest act, by the bot as by a person. After
// 48 hours each is charged to the OA, which Zalo refuses with -320 or -321 when
// nobody pays.
func (s *Sender) Window(lastUser, now time.Time, _ bool) channel.Window {
	until := lastUser.Add(window)
	if lastUser.IsZero() || !now.Before(until) {
		return channel.Window{}
	}
	return channel.Window{Open: true, Until: until}
}

// anonymousPeer names a visitor who is not logged in. An answer needs both
// ids, so the peer is made of both. Other peers are digits and hold no "@".
func anonymousPeer(id, conversation string) string {
	return url.QueryEscape(id) + "@" + url.QueryEscape(conversation)
}

// splitAnonymous undoes anonymousPeer.
func splitAnonymous(peer string) (id, conversation string, ok bool) {
	left, right, ok := strings.Cut(peer, "@")
	if !ok {
		return "", "", false
	}
	id, errID := url.QueryUnescape(left)
	conversation, errConversation := url.QueryUnescape(right)
	return id, conversation, errID == nil && errConversation == nil
}
