package bot

import (
	"slices"

	"github.com/langnghe/langnghe/models"
)

// amend changes or takes away words that the citizen edited or unsent: in the
// report at hand, or in the case filed last. Nothing is said.
func (t *talk) amend() {
	for _, w := range t.e.Words {
		if t.e.Kind == models.EventUnsend {
			w.Text = ""
		}
		if w.Mid == "" || t.s.Report.amend(w) || t.s.Pending.amend(w) || t.s.Sealed.amend(w) {
			continue
		}
		if slices.Contains(t.s.FiledMids, w.Mid) {
			t.effect(EditEvidence{Code: t.s.Filed, Mid: w.Mid, Text: w.Text})
		}
	}
}

// amend replaces the word with the same Mid, or removes it when the new text
// is empty. It reports whether there was one.
func (r *Report) amend(w Word) bool {
	if r == nil {
		return false
	}
	i := slices.IndexFunc(r.Words, func(old Word) bool { return old.Mid == w.Mid })
	switch {
	case i < 0:
		return false
	case w.Text == "":
		r.Words = slices.Delete(r.Words, i, i+1)
	default:
		r.Words[i] = w
	}
	return true
}
