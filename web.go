package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
	"time"

	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/models"
)

// handler wires what takes requests.
func (a *App) handler(o AppOptions) (http.Handler, error) {
	return handlers.New(handlers.Deps{
		Store: a.store, Messenger: liveMessenger{a.channels}, Zalo: liveZalo{a.channels},
		Log: a.log, Registry: a.registry,
		Due:          newPace(a.cfg.Conversation, a.mind.Immediate).due,
		DataDeletion: a.channels.deletion, Heard: a.traffic.heard,
		Catalogue: a.mind, Deadlines: a.mind.deadlines, Deadline: &handlers.Deadline{Store: a.store, Why: a.mind.whyDue}, Review: a.mind.due, Alerts: a.alerting(), Blobs: a.blobs, Stages: a.mind.stages(),
		Content: a.store, Knowledge: a.mind, Kinds: a.contentKinds(), Staff: a.store, Provider: provider(a.cfg.OIDC), UnitName: a.unitName,
		Map: handlers.Map{Tiles: a.cfg.Map.Tiles, Attribution: a.cfg.Map.Attribution}, Camera: a.cfg.Camera.URL,
		Desk: a.store, Choices: a.choices, Answering: a.answering(), Closing: a.closing,
		Channels: handlers.Channels{Desk: channelDesk{a.channels, a.mind.HasUnit}, Store: a.store},
		Calls:    a.store, Figures: a.store, Wording: a.mind.Render,
		PublicURL: a.cfg.PublicURL, Office: a.offices.Name, PrivacyContact: a.cfg.Office.PrivacyContact,
		MailStaff: staffMailer(a.cfg.SMTP), Kept: retention(a.cfg),
		LinkKey:     linkKey(a.cfg.SecretKey),
		DomainProof: a.cfg.Platforms.Zalo.DomainProof, Version: version, Sandbox: o.Sandbox,
		TrustedProxies: nearby(),
	})
}

// linkKey is made of the installation's secret, for addresses that serve for a while.
func linkKey(secret config.Secret) []byte {
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	mac.Write([]byte("langnghe links"))
	return mac.Sum(nil)
}

// unitName is what a unit is called today.
func (a *App) unitName(slug string) string {
	u, _ := a.mind.catalogue().Unit(slug)
	return u.Name(time.Now())
}

// choices are the units and the categories of the taxonomy, by their names.
func (a *App) choices() (c handlers.Choices) {
	known := a.mind.catalogue()
	for _, u := range known.Units() {
		c.Units = append(c.Units, handlers.Named{Code: u.Slug, Name: u.Latest()})
	}
	for _, k := range known.Categories() {
		c.Categories = append(c.Categories, handlers.Named{Code: k.Code, Name: k.Name})
	}
	return c
}

// provider is the identity provider of the configuration.
func provider(c config.OIDC) handlers.Provider {
	return handlers.Provider{Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: c.ClientSecret.Reveal(), Name: c.Name}
}

// nearby are the addresses that only a proxy of the operator's own can have:
// those of this machine and of private networks (RFC 1918, RFC 4193), where a
// proxy in front of a container stands too. Whoever comes from the internet has
// another, and what such a one says of itself is not believed.
func nearby() []string {
	return []string{"127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"}
}

// pace tells when an event is due: words and files wait for the rest of their
// burst, and a citizen who floods is answered more slowly.
type pace struct {
	gather    time.Duration
	immediate func(models.Event) bool
	flood     *flood
}

func newPace(c config.Conversation, immediate func(models.Event) bool) *pace {
	return &pace{gather: c.Gather, immediate: immediate, flood: newFlood(int(c.Flood))}
}

// due implements handlers.Deps.Due.
func (p *pace) due(e models.Event) time.Time {
	now := time.Now()
	wait := time.Duration(0)
	if e.Kind == models.EventMessage {
		wait = p.flood.wait(e.Conversation(), e.ID, now)
	}
	if p.gather > 0 && !p.immediate(e) {
		wait = max(wait, p.gather)
	}
	if wait == 0 {
		return time.Time{}
	}
	return now.Add(wait)
}
