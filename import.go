package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/langnghe/langnghe/intake"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

type importCmd struct {
	Kind  string `arg:"" enum:"procedures,units,contacts,holidays,dossiers" help:"What the file holds: procedures, units, contacts, holidays or dossiers."`
	File  string `arg:"" type:"existingfile" help:"YAML, CSV or XLSX."`
	Check bool   `help:"Only say what would change."`
}

// Run publishes what a file holds, all of it or nothing.
func (c importCmd) Run(e *env) (err error) {
	cfg, err := e.load()
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	records, err := intake.Read(c.File, c.Kind, raw)
	if err != nil {
		return err
	}
	st, err := openStore(e, cfg, false)
	if err != nil {
		return fmt.Errorf("database_url: %w", err)
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if intake.Kind(c.Kind) == intake.Dossiers {
		return c.importDossiers(e, st, records)
	}
	outcome, faults, err := compare(e, st, intake.Kind(c.Kind), records)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "added %d, changed %d, unchanged %d, removed %d, rejected %d\n",
		outcome.Added, outcome.Changed, outcome.Unchanged, outcome.Removed, rejected(faults))
	if len(faults) > 0 {
		return refused(faults)
	}
	if c.Check {
		return nil
	}
	for i := range outcome.Pieces {
		outcome.Pieces[i].By, outcome.Pieces[i].Why = "import", filepath.Base(c.File)
	}
	return st.SaveContent(e, outcome.Pieces)
}

// compare says what the records would change of what is published.
func compare(ctx context.Context, st *store.Store, kind intake.Kind, records []intake.Record) (intake.Outcome, []intake.Fault, error) {
	var none intake.Outcome
	stored, err := st.Content(ctx)
	if err != nil {
		return none, nil, err
	}
	m, err := newMind(false)
	if err != nil {
		return none, nil, err
	}
	_ = m.learn(stored) // what does not fit any more is told by langnghe check
	pieces, faults := intake.Content(kind, records, m.catalogue())
	if len(faults) > 0 {
		return none, faults, nil
	}
	pieces = intake.Merge(pieces, stored)
	after, err := m.tried(models.Overlaid(stored, pieces))
	if err != nil {
		return none, nil, err
	}
	return intake.Compare(pieces, m.catalogue(), after.catalogue), nil, nil
}

// rejected counts the rows that have a fault.
func rejected(faults []intake.Fault) int {
	rows := map[int]bool{}
	for _, f := range faults {
		rows[f.Row] = true
	}
	return len(rows)
}

func refused(faults []intake.Fault) error {
	errs := make([]error, 0, len(faults)+1)
	for _, f := range faults {
		errs = append(errs, f)
	}
	return errors.Join(append(errs, errors.New("nothing was changed"))...)
}
