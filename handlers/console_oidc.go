package handlers

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/langnghe/langnghe/store"
)

const (
	providerPath     = loginPath + "/provider"
	providerCallback = providerPath + "/callback"
	providerCookie   = "langnghe-login"
	providerTime     = 10 * time.Minute // for the login at the provider
	providerTimeout  = 10 * time.Second // of one request to it
)

// errProvider says that a login at the provider has come to nothing.
var errProvider = errors.New("the login at the provider does not count")

// Provider is the OpenID Connect provider by which staff may log in.
type Provider struct {
	Issuer, ClientID, ClientSecret string
	Name                           string // on the button; "" is the issuer
}

// provider is a Provider as it was found by discovery, at the first login.
type provider struct {
	Provider
	callback string
	client   *http.Client
	now      func() time.Time

	mu    sync.Mutex
	found *oidc.Provider
}

func newProvider(p Provider, public string, now func() time.Time) *provider {
	return &provider{Provider: p, callback: public + providerCallback, client: &http.Client{Timeout: providerTimeout}, now: now}
}

// offered is the name on the button, "" without a provider.
func (p *provider) offered() string {
	switch {
	case p.Issuer == "":
		return ""
	case p.Name == "":
		return p.Issuer
	}
	return p.Name
}

// discover asks the issuer for its addresses and keys, until it has told them
// once.
func (p *provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("discover the provider: %w", err)
	}
	p.found = found
	return found, nil
}

func (p *provider) oauth(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: found.Endpoint(), RedirectURL: p.callback,
		Scopes: []string{oidc.ScopeOpenID, "email"},
	}
}

// handshake is what the browser keeps while its user is at the provider: it ties
// the answer to this browser (state), to this request (nonce) and the exchange of
// the code to us (verifier, RFC 7636).
type handshake struct{ State, Nonce, Verifier, Next string }

func readHandshake(cookie string) (h handshake, err error) {
	b, err := base64.RawURLEncoding.DecodeString(cookie)
	if err == nil {
		err = json.Unmarshal(b, &h)
	}
	if err == nil && (h.State == "" || h.Nonce == "" || h.Verifier == "") {
		err = errProvider
	}
	return h, err
}

func (v *visit) keepHandshake(value string, maxAge int) {
	http.SetCookie(v.Writer, &http.Cookie{
		Name: providerCookie, Value: value, Path: providerPath, MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.s.secured(),
	})
}

// goToProvider sends the visitor to the provider's login.
func (s *server) goToProvider(v *visit) error {
	p := s.console.provider
	found, err := p.discover(v.Request.Context())
	if err != nil {
		return v.refuseProvider(err)
	}
	h := handshake{rand.Text(), rand.Text(), oauth2.GenerateVerifier(), ownPage(v.Query("next"))}
	kept, _ := json.Marshal(h) // strings never fail
	v.keepHandshake(base64.RawURLEncoding.EncodeToString(kept), int(providerTime.Seconds()))
	v.Redirect(http.StatusSeeOther, p.oauth(found).AuthCodeURL(h.State, oidc.Nonce(h.Nonce), oauth2.S256ChallengeOption(h.Verifier)))
	return nil
}

// returnFromProvider logs in whom the provider vouches for, when they have an
// account.
func (s *server) returnFromProvider(v *visit) error {
	cookie, _ := v.Cookie(providerCookie)
	v.keepHandshake("", -1)
	h, err := readHandshake(cookie)
	if err != nil || subtle.ConstantTimeCompare([]byte(h.State), []byte(v.Query("state"))) != 1 {
		return v.refuseProvider(errProvider)
	}
	who, err := s.console.provider.exchange(v.Request.Context(), v.Query("code"), h)
	if err != nil {
		return v.refuseProvider(err)
	}
	login, err := s.Staff.Login(v.Request.Context(), who.Email)
	if errors.Is(err, store.ErrNotFound) || login.Disabled {
		return v.refuse(http.StatusForbidden, "login", "stranger", s.loginView("", h.Next))
	}
	if err != nil {
		return err
	}
	token := ""
	err = s.Staff.Update(v.Request.Context(), func(tx *store.Tx) (err error) {
		if token, err = v.begin(tx, store.Session{Email: login.Email, Provider: true, Verified: who.strong()}); err != nil {
			return err
		}
		return tx.Audit(login.Principal(), "login.provider", login.Email, v.ClientIP())
	})
	if err != nil {
		return err
	}
	v.setSession(token)
	return v.done(ownPage(h.Next), "")
}

// refuseProvider shows the login again. The provider's answer may hold what is
// nobody's business, so only its kind is told.
func (v *visit) refuseProvider(err error) error {
	v.s.Log.WithError(err).Warn("a login at the identity provider failed")
	return v.refuse(http.StatusBadGateway, "login", "provider", v.s.loginView("", startPath))
}

// claims are what the provider says of who logged in.
type claims struct {
	Email    string   `json:"email"`
	Verified bool     `json:"email_verified"`
	Methods  []string `json:"amr"` // RFC 8176
	Nonce    string   `json:"nonce"`
}

// strong reports whether the provider asked for a second factor itself.
func (c claims) strong() bool {
	return slices.ContainsFunc(c.Methods, func(m string) bool { return slices.Contains([]string{"mfa", "otp", "hwk", "sc"}, m) })
}

// exchange turns the code into what the provider vouches for.
func (p *provider) exchange(ctx context.Context, code string, h handshake) (c claims, err error) {
	found, err := p.discover(ctx)
	if err != nil {
		return c, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.oauth(found).Exchange(ctx, code, oauth2.VerifierOption(h.Verifier))
	if err != nil {
		return c, fmt.Errorf("exchange the code: %w", err)
	}
	raw, _ := token.Extra("id_token").(string)
	proven, err := found.Verifier(&oidc.Config{ClientID: p.ClientID, Now: p.now}).Verify(ctx, raw)
	if err != nil {
		return c, fmt.Errorf("verify the token: %w", err)
	}
	if err := proven.Claims(&c); err != nil {
		return c, fmt.Errorf("read the token: %w", err)
	}
	switch {
	case c.Nonce != h.Nonce:
		return c, fmt.Errorf("%w: it answers another request", errProvider)
	case c.Email == "" || !c.Verified:
		return c, fmt.Errorf("%w: it holds no verified e-mail address", errProvider)
	}
	return c, nil
}
