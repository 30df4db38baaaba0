package lookup

import "github.com/langnghe/langnghe/models"

// DossierStages returns the states of a dossier (data/dossiers.yaml).
func (c *Catalogue) DossierStages() models.DossierStages { return c.stages }
