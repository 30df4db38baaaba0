package main

import (
	"errors"
	"fmt"

	"github.com/langnghe/langnghe/intake"
	"github.com/langnghe/langnghe/store"
)

// errOnlyCheck gives a transaction up whose outcome was only asked for.
var errOnlyCheck = errors.New("only a check")

// importDossiers takes over where dossiers stand, all of a file or nothing. Who
// waits for a result that is in it is told.
func (c importCmd) importDossiers(e *env, st *store.Store, records []intake.Record) error {
	m, err := newMind(false)
	if err != nil {
		return err
	}
	list, faults := intake.DossierList(records, m.catalogue())
	var outcome store.DossierOutcome
	if len(faults) == 0 {
		err = st.Update(e, func(tx *store.Tx) (err error) {
			outcome, err = tx.SaveDossiers(list, m.stages().Done)
			if err == nil && c.Check {
				return errOnlyCheck
			}
			return err
		})
	}
	if err != nil && !errors.Is(err, errOnlyCheck) {
		return err
	}
	fmt.Fprintf(e.stdout, "added %d, changed %d, unchanged %d, rejected %d\n", outcome.Added, outcome.Changed, outcome.Unchanged, rejected(faults))
	if len(faults) > 0 {
		return refused(faults)
	}
	return nil
}
