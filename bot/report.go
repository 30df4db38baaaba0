package bot

import (
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// reportSteps takes down a report. A step is asked only while it is due, so
// what was already said is never asked for again, and an edit returns to the
// summary by itself.
func reportSteps() []step {
	return []step{
		{name: "report.describe", offer: []string{"done", "clear", "cancel"}, choices: describeChoices, prompt: describePrompt, brief: describeBrief, due: unsettled("describe"), tap: tapDescribe, take: takeDescribe},
		{name: "report.kind", picks: true, offer: []string{"phan_anh", "kien_nghi", "khieu_nai", "gop_y", "khen_ngoi", "cancel"}, brief: words("report.kind.brief"), due: dueKind, tap: tapKind, take: takeKind, roams: renamed},
		{name: "report.decision", offer: []string{"skip", "cancel"}, due: dueDecision, tap: tapSkip("decision"), take: takeDecision},
		{name: "report.unit", picks: true, named: true, offer: []string{"other", "cancel"}, choices: unitChoices, prompt: unitPrompt, due: dueUnit, tap: tapUnit, take: takeUnit},
		{name: "report.photo_place", picks: true, offer: []string{"yes", "no"}, due: duePhotoPlace, tap: tapPhotoPlace, take: takePhotoPlace},
		{name: "report.place", offer: []string{"skip", "cancel"}, prompt: placePrompt, brief: words("report.place.brief"), due: duePlace, tap: tapSkip("place"), take: takePlace},
		{name: "report.similar", picks: true, offer: []string{"join", "new", "cancel"}, prompt: similarPrompt, due: dueSimilar, tap: tapSimilar, take: takeSimilar},
		{name: "report.contact", picks: true, offer: []string{"anonymous", "skip", "cancel"}, choices: contactChoices, prompt: contactPrompt, brief: contactBrief, due: dueContact, tap: tapContact, take: takeContact},
		{name: "report.confirm", picks: true, offer: []string{"yes", "edit", "hide", "cancel"}, choices: confirmChoices, prompt: confirmPrompt, brief: confirmBrief, due: always, tap: tapConfirm, take: takeConfirm},

		{name: "report.edit", picks: true, offer: []string{"describe", "kind", "files", "place", "contact", "unit", "back"}, choices: editChoices, tap: tapEdit, take: takeConfirm},
		{name: "report.files", picks: true, offer: []string{"done", "clear", "cancel"}, choices: filesChoices, prompt: filesPrompt, tap: tapFiles, take: takeMore},
		{name: "report.cancel", picks: true, offer: []string{"yes", "no"}, tap: tapCancel, take: takeGoingOn},
		{name: "report.resume", picks: true, offer: []string{"continue", "new"}, brief: words("report.resume.brief"), tap: tapResume, take: takePending},
		{name: "report.filed", end: true, picks: true, offer: []string{"status", "menu", "new"}, prompt: nothing, tap: tapFiled, roams: func(t *talk) bool { return t.s.Filed != "" }},
	}
}

func nothing(*talk) string { return "" }

// words is a wording that never changes.
func words(key string) func(*talk) string { return func(*talk) string { return key } }

// advance goes to the first step that is still due.
func (t *talk) advance() {
	if t.s.Report == nil {
		t.enter("menu.root")
		return
	}
	for _, st := range t.steps[reporting] {
		if st.due != nil && st.due(t) {
			t.enter(st.name)
			return
		}
	}
}

// inReport reports whether the open step belongs to the report.
func (t *talk) inReport() bool { return t.s.Report != nil && strings.HasPrefix(t.s.Step, "report.") }

func (r *Report) settled(what string) bool { return slices.Contains(r.Skipped, what) }

func (r *Report) settle(what string) {
	if !r.settled(what) {
		r.Skipped = append(r.Skipped, what)
	}
}

func (r *Report) unsettle(what string) {
	r.Skipped = slices.DeleteFunc(r.Skipped, func(s string) bool { return s == what })
}

// filled reports whether there is anything to lose.
func (r *Report) filled() bool {
	return r != nil && (len(r.Words) > 0 || len(r.Files) > 0 || r.Location != nil)
}

// Description returns the words of the report as one text, hidden parts masked.
func (r Report) Description() string {
	parts := make([]string, 0, len(r.Words))
	for _, w := range r.Words {
		parts = append(parts, strings.TrimSpace(w.Text))
	}
	text := strings.Join(parts, "\n")
	if r.settled("hide") {
		return mask(text, r.Named, r.Contact.Name)
	}
	return text
}

// Shown returns the description as it is repeated to the citizen: profanity
// stands masked in it. What is filed is word for word.
func (r Report) Shown() string { return maskRude(r.Description(), r.Rude) }

// Guarded reports whether only leader and inspector may read the report. Praise
// of an officer is nothing to hide from them.
func (r Report) Guarded() bool { return r.Sensitive && r.Kind != models.KhenNgoi }

// OfOffice reports whether the report is about the work of the office that
// answers it, and may be read by all its staff.
func (r Report) OfOffice() bool {
	return r.indoors() && !r.Guarded() && r.Kind != models.KhenNgoi
}

// Gist returns the description on one line, to be said back as what was heard.
func (r Report) Gist() string { return strings.Join(strings.Fields(r.Shown()), " ") }

// startReport begins a report from the menu, or asks about the one at hand.
func (t *talk) startReport() {
	if t.s.Report.filled() {
		t.enter("report.resume")
		return
	}
	t.s.Report = &Report{}
	t.absorb()
	t.enter("report.describe")
}

// reports reports whether the words or files, at a step that has no use for
// them, are a matter to take down: they complain, or name a kind of report and
// are not surely a question about it.
func (t *talk) reports() bool {
	h := t.e.Heard
	if t.e.Choice != "" {
		return false
	}
	return (h.Complains || h.Kind != "") && len(t.words()) > 0 || len(t.e.Files) > 0 || t.e.Location != nil || t.filedLately() && t.belongs()
}

// belongs reports whether free words, said when a case was just filed, go to it:
// all that is not surely something else.
func (t *talk) belongs() bool {
	h := t.e.Heard
	if t.open() || len(t.words()) == 0 {
		return false
	}
	switch h.Intent {
	case IntentAsk, IntentContacts, IntentStatus, IntentRate, IntentPrivacy, IntentNotice, IntentWho, IntentHuman, IntentGreet, IntentThanks, IntentBye:
		return !h.Sure && !h.Bare
	}
	return true
}

// filedLately reports whether words and files go to the case that was just
// filed. A danger is always a matter of its own.
func (t *talk) filedLately() bool {
	return t.e.Heard.Danger == nil && t.s.Filed != "" && t.now.Sub(t.s.FiledAt) < afterward && !t.open() && t.s.Report == nil
}

// report takes words and files as a report: of the case just filed, of the
// draft at hand, or a new one whose description is not asked for twice.
func (t *talk) report() {
	t.s.Senseless = 0
	if t.filedLately() {
		t.addToFiled()
		return
	}
	fresh := t.s.Report == nil
	if fresh {
		t.s.Report = &Report{}
	}
	t.keep()
	if t.e.Heard.Complains && len(t.s.Report.Words) > 0 {
		t.s.Report.settle("describe")
	}
	switch {
	case !fresh:
		t.tellKept()
	case t.e.Heard.Complains && len(t.s.Report.Words) > 0:
		t.tell("report.heard")
	}
	t.answerToo()
	t.advance()
}

// answerToo answers a question that stands beside what was reported.
func (t *talk) answerToo() {
	h := t.e.Heard
	switch {
	case h.Dossier != "":
		t.briefDossier()
	case !h.Sure:
	case h.Intent == IntentContacts, h.Intent == IntentAsk && len(h.Procedures) > 0, h.Intent == IntentStatus, h.Intent == IntentNotice:
		t.answer()
	}
}

// addToFiled adds to the case that was filed within the last day.
func (t *talk) addToFiled() {
	more := AddEvidence{Code: t.s.Filed, Words: t.words(), Files: t.e.Files, Location: t.e.Location}
	if h := t.e.Heard; h.Phone != "" && t.little() {
		more.Contact.Phone = h.Phone
	}
	t.effect(more)
	t.added(t.s.Filed, t.words())
	t.about, t.slots.Code, t.slots.Text = t.s.Filed, t.s.Filed, t.written()
	t.count(t.e.Files)
	t.slots.Report.Contact = more.Contact
	t.tell("report.filed.added")
	t.answerToo()
	t.enter("report.filed")
}

func tapFiled(t *talk, picked string) bool {
	switch picked {
	case "status":
		t.s.Case = t.s.Filed
		t.showCase()
	case "menu":
		t.menu()
	case "new":
		t.startReport()
	default:
		return false
	}
	return true
}

// file files the report under the fresh code.
func (t *talk) file() {
	if t.e.NewCode == "" {
		t.again()
		return
	}
	out, unit := t.s.Report.filing(), t.unit()
	filing := FileCase{Code: t.e.NewCode, Report: out, Unit: unit}
	if out.Anonymous {
		filing.Secret = t.e.NewSecret
	}
	t.effect(filing)
	t.slots.Code, t.slots.Secret, t.slots.Case = filing.Code, filing.Secret, CaseView{}
	t.tell("report.filed.text")
	t.closed(t.e.NewCode, out)
	t.s.Unit = unit
	if out.Kind == models.KhieuNai {
		t.tell("report.filed.khieu_nai")
	}
	t.remind()
	t.enter("report.filed")
}

// Promised adds to the turn that files a case until when it is to be answered,
// and in how many working days.
func (t Turn) Promised(due time.Time, days int) Turn {
	t.Say = slices.Clone(t.Say)
	for i, l := range t.Say {
		if s, ok := l.Data.(Slots); ok && l.Key == "report.filed.text" {
			s.Case.Due, s.Case.DueDays = due, days
			t.Say[i].Data = s
		}
	}
	return t
}

// filing returns the report as it is filed: what is to be hidden is masked, and
// what only the talk needed is left out.
func (r *Report) filing() Report {
	out := *r.clone()
	if r.settled("hide") {
		for i := range out.Words {
			out.Words[i].Text = mask(out.Words[i].Text, r.Named, r.Contact.Name)
		}
	}
	fill(&out.Category, unclear)
	out.Sensitive = r.Guarded()
	if r.Anonymous {
		out.Contact = models.Contact{}
	}
	out.Lost = nil
	out.Skipped, out.Proposed, out.Editing, out.Named, out.Alike = nil, nil, false, "", nil
	out.Near, out.Rude, out.Answers, out.Changed = "", nil, nil, false
	return out
}

// closed ends the report at hand, which went into the case of that code.
func (t *talk) closed(code string, out Report) {
	t.about, t.slots.Code = code, code
	for _, mid := range t.s.FiledMids {
		t.s.Added = append(t.s.Added, Added{t.s.Filed, mid})
	}
	t.s.Report, t.s.Filed, t.s.FiledAt, t.s.FiledMids = nil, code, t.now, nil
	t.added(code, out.Words)
}
