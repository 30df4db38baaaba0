package bot

import (
	"slices"
	"strings"

	"github.com/langnghe/langnghe/models"
)

// amend changes or takes away words that the citizen edited or unsent: in the
// report at hand, or in the case filed last. Nothing is said.
func (t *talk) amend() {
	for _, w := range t.e.Words {
		if t.e.Kind == models.EventUnsend {
			w.Text = ""
		}
		if w.Mid == "" || t.reread(t.s.Report, w) || t.s.Pending.amend(w) || t.s.Sealed.amend(w) {
			continue
		}
		if slices.Contains(t.s.FiledMids, w.Mid) {
			t.effect(EditEvidence{Code: t.s.Filed, Mid: w.Mid, Text: w.Text})
		}
	}
}

// reread amends the report at hand, and reads anew from the new text what had
// been read from the old.
func (t *talk) reread(r *Report, w Word) bool {
	old := r.text(w.Mid)
	if !r.amend(w) {
		return false
	}
	h := t.e.Heard
	reread(&r.Contact.Phone, digits(old), h.Phone)
	reread(&r.Contact.Name, old, h.Name)
	reread(&r.Named, old, h.Name)
	reread(&r.Place, old, h.Place)
	reread(&r.Decision, old, h.Decision)
	return true
}

// reread puts what was heard now in place of what came from the old text.
func reread(slot *string, old, heard string) {
	if *slot != "" && strings.Contains(old, *slot) {
		*slot = heard
	}
}

// text returns the words of a message in the report, or "".
func (r *Report) text(mid string) string {
	if r == nil {
		return ""
	}
	for _, w := range r.Words {
		if w.Mid == mid {
			return w.Text
		}
	}
	return ""
}

// digits returns the figures of a text.
func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
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
