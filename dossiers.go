package main

import (
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
)

// stages are the states of a dossier.
func (m *mind) stages() models.DossierStages { return m.catalogue().DossierStages() }

// wireDossiers makes what asks the configured source for dossiers; without one
// the imported lists are all that is known.
func (a *App) wireDossiers() relay.DossierBook {
	c := a.cfg.Dossiers
	book := relay.DossierBook{Stages: a.mind.stages(), Cache: c.Cache}
	if c.URL == "" {
		return book
	}
	a.dossiers = relay.NewDossiers(relay.DossiersDeps{
		Store: a.store, Source: relay.NewHTTPDossiers(c.URL, c.Token.Reveal(), c.Timeout, book.Stages),
		Timeout: c.Timeout, Stages: book.Stages, Log: a.log, Now: time.Now,
	})
	book.Ask = a.dossiers.Wake
	return book
}
