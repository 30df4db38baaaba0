package bot

import (
	"slices"

	"github.com/langnghe/langnghe/models"
)

// lose notes that files could not be stored. They stay with the report, whose
// case lists them, but are no part of what the unit will see.
func (t *talk) lose() {
	t.s.Lost += len(t.e.Files)
	for _, r := range []*Report{t.s.Report, t.s.Pending, t.s.Sealed} {
		r.lose(t.e.Files)
	}
}

func (r *Report) lose(files []models.File) {
	if r == nil {
		return
	}
	for _, f := range files {
		mine := slices.ContainsFunc(r.Files, func(own models.File) bool { return own.ID == f.ID })
		if mine && !slices.Contains(r.Lost, f.ID) {
			r.Lost = append(slices.Clip(r.Lost), f.ID)
		}
	}
}

// tells reports whether the unit would see anything of it.
func (r *Report) tells() bool { return len(r.Words) > 0 || r.Kept() > 0 || r.Location != nil }

// kept returns the files that are stored, or still being fetched.
func (r Report) kept() []models.File {
	return slices.DeleteFunc(slices.Clone(r.Files), func(f models.File) bool { return slices.Contains(r.Lost, f.ID) })
}

// Kept returns how many files are stored, or still being fetched.
func (r Report) Kept() int { return len(r.kept()) }

// Gone returns how many files could not be stored.
func (r Report) Gone() int { return len(r.Files) - r.Kept() }
