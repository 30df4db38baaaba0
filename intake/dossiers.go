package intake

import (
	"slices"
	"time"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

// Dossiers is a list of where dossiers stand.
const Dossiers Kind = "dossiers"

// DossierList makes dossiers of the records. With any fault there is none.
func DossierList(records []Record, published *lookup.Catalogue) (list []models.Dossier, faults []Fault) {
	seen := map[string]bool{}
	for _, r := range records {
		f := &fields{Record: r}
		d := dossier(f, published)
		f.end()
		if len(f.faults) == 0 && seen[d.Code] {
			f.fault("code", Twice, "stands in an earlier row too")
		}
		seen[d.Code] = true
		list, faults = append(list, d), append(faults, f.faults...)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return slices.Clip(list), nil
}

// resultMax is how many bytes the words of a list may have.
const resultMax = 2000

func dossier(f *fields, published *lookup.Catalogue) models.Dossier {
	d := models.Dossier{
		Procedure: f.short("procedure"), Unit: f.unit(published), Result: f.short("result"),
		Received: f.moment("received"), Due: f.moment("due"), Updated: f.moment("updated"),
	}
	if written := f.needed("code"); written != "" {
		code, ok := models.DossierCode(written)
		if !ok {
			f.fault("code", Odd, "%q is no code like H19.12-261126-0001", written)
		}
		d.Code = code
	}
	if said := f.needed("stage"); said != "" {
		stage, known := published.DossierStages().Find(said)
		if !known {
			f.fault("stage", Unknown, "%q is none of the states", said)
		}
		d.Stage = stage.Code
	}
	return d
}

func (f *fields) short(name string) string {
	s := f.text(name)
	if len(s) > resultMax {
		f.fault(name, Long, "has more than %d bytes", resultMax)
	}
	return s
}

// moment is a day or a time of Vietnam.
func (f *fields) moment(name string) time.Time {
	s := f.text(name)
	at, ok := models.ParseDay(s)
	if !ok {
		f.fault(name, BadDate, "%q is no date like 2026-11-02 or 02/11/2026", s)
	}
	return at
}
