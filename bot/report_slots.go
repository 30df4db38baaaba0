package bot

import (
	"slices"
	"unicode/utf8"

	"github.com/langnghe/langnghe/models"
)

func unsettled(what string) func(*talk) bool {
	return func(t *talk) bool { return !t.s.Report.settled(what) }
}

func dueKind(t *talk) bool { return t.s.Report.Kind == "" }

func dueDecision(t *talk) bool {
	r := t.s.Report
	return r.Kind == models.KhieuNai && r.Decision == "" && !r.settled("decision")
}

func dueUnit(t *talk) bool {
	return t.e.Office.Province && t.s.Report.Unit == nil
}

func duePhotoPlace(t *talk) bool {
	r := t.s.Report
	return r.Proposed != nil && r.Location == nil && r.Place == "" && !r.settled("photo_place")
}

func duePlace(t *talk) bool { return t.s.Report.WantsPlace() }

func dueContact(t *talk) bool {
	r := t.s.Report
	return !r.Anonymous && r.Contact.Phone == "" && !r.settled("contact")
}

// keep adds the event's words and files to the report, word for word, and
// reads from them what the report still lacks.
func (t *talk) keep() {
	r := t.s.Report
	r.Words = append(r.Words, t.words()...)
	r.Rude = append(r.Rude, t.e.Heard.Rude...)
	t.keepFiles()
	t.absorb()
	t.classify()
}

// classify sets what the report is about: what was told first, but a danger is
// graver than anything else. A guess about words that were added hides nothing
// from those who work on it.
func (t *talk) classify() {
	r, h := t.s.Report, &t.e.Heard
	known := r.Category != "" && r.Category != unclear
	r.Sensitive = r.Sensitive || h.Sensitive && (h.Guarded || !known)
	if d := h.Danger; d != nil && d.Code != vague && d.Category != "" && !grave(r.Category) {
		r.Category = d.Category
		if r.Kind != models.KhieuNai {
			r.Kind = models.PhanAnh
		}
		return
	}
	if r.Category == "" || r.Category == unclear {
		fill(&h.Category, r.Category)
		r.Category = h.Category
	}
}

// grave reports whether a category of the taxonomy is itself one of danger.
func grave(category string) bool { return category == "chay-no" || category == "an-ninh" }

// keepFiles adds the event's files and location to the report at hand.
func (t *talk) keepFiles() {
	r := t.s.Report
	if r == nil || len(t.e.Files) == 0 && t.e.Location == nil {
		return
	}
	r.Files = append(r.Files, t.e.Files...)
	if t.e.Location != nil {
		r.Location = t.e.Location
	}
	t.count(t.e.Files)
}

// keepAnswer keeps what came with words that do no more than answer a step, and
// remembers these.
func (t *talk) keepAnswer() {
	r := t.s.Report
	r.Answers = append(r.Answers, t.e.Words...)
	t.keepFiles()
}

// count notes how many files are spoken of, and of what kind.
func (t *talk) count(files []models.File) {
	t.slots.Count, t.slots.FileKind = len(files), ""
	for i, f := range files {
		known := f.Kind == "image" || f.Kind == "audio" || f.Kind == "video"
		if !known || i > 0 && f.Kind != t.slots.FileKind {
			t.slots.FileKind = "file"
			return
		}
		t.slots.FileKind = f.Kind
	}
}

// keepSaid keeps words that come beside a command while a report is open.
func (t *talk) keepSaid() {
	if t.inReport() && t.evidence() {
		t.keep()
	}
}

// absorb fills the slots that are still empty from what was heard. What the
// matter is, only words that are kept can tell.
func (t *talk) absorb() {
	r, h := t.s.Report, t.e.Heard
	fill(&r.Kind, h.Kind)
	r.openly()
	fill(&r.Decision, h.Decision)
	if !h.Ward {
		fill(&r.Place, h.Place)
	}
	fill(&r.Named, h.Name)
	if !r.Anonymous {
		t.absorbContact()
	}
	if r.Unit == nil && len(h.Units) == 1 && t.e.Office.Province {
		r.Unit = &h.Units[0]
	}
}

func (t *talk) absorbContact() {
	r, h := t.s.Report, t.e.Heard
	fill(&r.Contact.Name, h.Name)
	fill(&r.Contact.Phone, h.Phone)
	if c := t.e.Contact; c != nil {
		fill(&r.Contact.Name, c.Name)
		fill(&r.Contact.Phone, c.Phone)
	}
}

// unclear is the category of what fits none.
const unclear = "khac"

func fill[T ~string](slot *T, heard T) {
	if *slot == "" {
		*slot = heard
	}
}

// replace overwrites a slot when something was heard for it.
func replace[T ~string](slot *T, heard T) bool {
	if heard == "" {
		return false
	}
	*slot = heard
	return true
}

// takeMore keeps words and files at a step that they do not answer, and says so.
func takeMore(t *talk) bool {
	if !t.evidence() && t.e.Contact == nil {
		return false
	}
	t.keep()
	if t.s.Report.tells() && !t.s.Report.Editing {
		t.s.Report.settle("describe") // what was unsent is told anew
	}
	t.tellKept()
	t.answerToo()
	t.onward()
	return true
}

// onward asks for what is due after something was added. A detour and an edit
// stay where they are.
func (t *talk) onward() {
	if st, _ := t.at(); st.due == nil || t.s.Report.Editing {
		t.again()
		return
	}
	t.advance()
}

// tellKept says that words or files were added to the report.
func (t *talk) tellKept() {
	if len(t.words()) > 0 {
		t.tell("report.added")
	} else {
		t.tell("report.files_added")
	}
}

func runes(ws []Word) (n int) {
	for _, w := range ws {
		n += utf8.RuneCountInString(w.Text)
	}
	return n
}

// beyond reports whether the words say clearly more than the answer, of so many
// runes, that was read from them: then they are kept in the description too.
func (t *talk) beyond(answer int) bool {
	const slack, complaint = 25, 10 // runes for "my name is", "in front of" and the like
	more := runes(t.words()) - answer
	return more > slack || more > complaint && t.e.Heard.Complains
}

// offeredLabel returns the label of a choice of the last message.
func (t *talk) offeredLabel(payload string) string {
	i := slices.IndexFunc(t.s.Offered, func(c Choice) bool { return c.Payload == payload })
	if i < 0 {
		return ""
	}
	return t.s.Offered[i].Label
}
