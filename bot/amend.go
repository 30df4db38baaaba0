package bot

import (
	"slices"
	"strings"

	"github.com/langnghe/langnghe/models"
)

// amend changes or takes away words that the citizen edited or unsent: in the
// report at hand, or in the case they went to, whose history keeps both. Nothing
// is said; of a danger that is told so, staff hear.
func (t *talk) amend() {
	for _, w := range t.e.Words {
		if t.e.Kind == models.EventUnsend {
			w.Text = ""
		}
		if w.Mid == "" || t.reread(t.s.Report, w) || t.s.Pending.amend(w) || t.s.Sealed.amend(w) {
			continue
		}
		if code := t.s.caseOf(w.Mid); code != "" {
			t.effect(EditEvidence{Code: code, Mid: w.Mid, Text: w.Text})
		}
	}
	if d := t.e.Heard.Danger; d != nil && t.e.Kind == models.EventEdit && !slices.Contains(t.s.Dangers, d.Code) {
		t.effect(Alarm{Unit: t.unit()})
	}
}

// caseOf returns the code of the case that a message's words went to, or "".
func (s State) caseOf(mid string) string {
	if slices.Contains(s.FiledMids, mid) {
		return s.Filed
	}
	i := slices.IndexFunc(s.Added, func(a Added) bool { return a.Mid == mid })
	if i < 0 {
		return ""
	}
	return s.Added[i].Case
}

// added remembers which messages went to a case, so that an edit of one of them
// reaches it.
func (t *talk) added(code string, words []Word) {
	const most = 100
	for _, w := range words {
		switch {
		case w.Mid == "":
		case strings.EqualFold(code, t.s.Filed):
			t.s.FiledMids = append(t.s.FiledMids, w.Mid)
		default:
			t.s.Added = append(t.s.Added, Added{code, w.Mid})
		}
	}
	t.s.FiledMids = t.s.FiledMids[max(0, len(t.s.FiledMids)-most):]
	t.s.Added = t.s.Added[max(0, len(t.s.Added)-most):]
}

// reread amends the report at hand, and reads anew from the new text what had
// been read from the old.
func (t *talk) reread(r *Report, w Word) bool {
	old := r.text(w.Mid)
	if !r.amend(w) {
		return false
	}
	h := t.e.Heard
	for _, slot := range []struct {
		kept        *string
		from, heard string
	}{
		{&r.Contact.Phone, digits(old), h.Phone}, {&r.Contact.Name, old, h.Name}, {&r.Named, old, h.Name},
		{&r.Place, old, h.Place}, {&r.Decision, old, h.Decision},
	} {
		reread(slot.kept, slot.from, slot.heard, w.Text)
	}
	if r.Contact == (models.Contact{}) && !r.Anonymous {
		r.unsettle("contact")
	}
	if !r.tells() {
		r.unsettle("describe") // it has to be told anew
	}
	r.Changed = true
	return true
}

// reread puts what was heard now in place of what came from the old text; of
// what was all of it, the new text.
func reread(slot *string, old, heard, text string) {
	if *slot == "" || !strings.Contains(old, *slot) {
		return
	}
	if heard == "" && *slot == strings.TrimSpace(old) {
		heard = strings.TrimSpace(text)
	}
	*slot = heard
}

// text returns the words of a message in the report, or "".
func (r *Report) text(mid string) string {
	if r == nil {
		return ""
	}
	for _, w := range slices.Concat(r.Words, r.Answers) {
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
	told, answered := false, false
	r.Words, told = amended(r.Words, w)
	r.Answers, answered = amended(r.Answers, w)
	return told || answered
}

func amended(words []Word, w Word) ([]Word, bool) {
	i := slices.IndexFunc(words, func(old Word) bool { return old.Mid == w.Mid })
	switch {
	case i < 0:
		return words, false
	case w.Text == "":
		return slices.Delete(words, i, i+1), true
	}
	words[i] = w
	return words, true
}
