package bot

import (
	"slices"
	"time"
)

// reviewed marks the procedures whose confirmation is too old by then as not
// confirmed; the list that was given stays as it was.
func reviewed(ps []ProcedureView, now time.Time) []ProcedureView {
	ps = slices.Clone(ps)
	for i, p := range ps {
		ps[i].Verify = p.Verify || !p.ReviewBy.IsZero() && !now.Before(p.ReviewBy)
	}
	return ps
}
