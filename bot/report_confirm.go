package bot

import (
	"reflect"
	"slices"
	"strings"
)

// ---- report.confirm

func confirmChoices(t *talk) []Choice {
	names := []string{"yes", "edit"}
	if t.mayHide() {
		names = append(names, "hide")
	}
	return fixed("report.confirm", append(names, "cancel")...)
}

// mayHide reports whether numbers or names stand in the description openly.
func (t *talk) mayHide() bool {
	r := *t.s.Report
	text := r.Description()
	return mask(text, r.Named, r.Contact.Name) != text
}

func confirmPrompt(t *talk) string {
	t.s.Report.Editing, t.s.Report.Changed = false, false
	t.slots.May = t.mayHide()
	return "report.confirm"
}

// confirmBrief asks again for the consent alone while the summary is the same.
func confirmBrief(t *talk) string {
	was := t.was.Report.clone()
	if was == nil {
		return ""
	}
	was.Editing = false
	if !reflect.DeepEqual(was, t.s.Report) {
		return ""
	}
	return "report.confirm.brief"
}

func tapConfirm(t *talk, picked string) bool {
	switch {
	case picked == "yes" && !t.s.Report.tells():
		t.enter("report.describe") // its only words were taken back meanwhile
	case picked == "yes" && (duePlace(t) || dueContact(t)):
		t.advance() // and so was what they told of it
	case picked == "yes":
		t.file()
	case picked == "edit":
		t.enter("report.edit")
	case picked == "hide":
		t.s.Report.settle("hide")
		t.tell("report.hidden")
		t.again()
	case picked == "cancel":
		t.cancel()
	default:
		return false
	}
	return true
}

// takeConfirm takes a correction said in words ("the number is wrong, 0900…"),
// and adds what is none to the description.
func takeConfirm(t *talk) bool {
	switch h := t.e.Heard; {
	case h.Bare && h.Intent == IntentYes && t.s.Step == "report.edit":
		return tapEdit(t, "back") // nothing is to be changed
	case t.corrected():
		t.tellCorrected()
		t.keepDoubtful(t.e.Heard.Phone+t.e.Heard.Name == "") // what is told of a place may be more
		t.advance()
		return true
	case t.e.Heard.Corrects && t.little():
		t.enter("report.edit") // it is wrong, and not yet said how it is right
		return true
	}
	if !t.evidence() {
		return false
	}
	t.keep()
	t.tellKept()
	t.answerToo()
	t.advance()
	return true
}

// corrected overwrites the contact or the place when the words hold little else.
func (t *talk) corrected() bool {
	r, h := t.s.Report, t.e.Heard
	if h.Complains && h.Sure && !h.Corrects || !t.little() {
		return false
	}
	if rest := beside(t.written()); h.Phone != "" && h.Name == "" && strings.Contains(rest, " ") && capitalised(rest) {
		h.Name = rest
	}
	phone := replace(&r.Contact.Phone, h.Phone)
	name := replace(&r.Contact.Name, h.Name)
	place := !h.Ward && replace(&r.Place, h.Place)
	if phone || name {
		r.Anonymous = false
		r.settle("contact")
	}
	return phone || name || place || t.moved()
}

// moved takes another commune or ward for the report, where that is a choice.
func (t *talk) moved() bool {
	r, h := t.s.Report, t.e.Heard
	if !t.e.Office.Province || !h.Ward || len(h.Units) != 1 || r.Unit == nil || *r.Unit == h.Units[0] {
		return false
	}
	r.Unit, r.Joins = &h.Units[0], ""
	return true
}

// little reports whether the words hold little but what was heard in them.
func (t *talk) little() bool {
	slack := 30 // runes for "the number is wrong, it is"
	h := t.e.Heard
	switch {
	case h.Corrects:
		slack = 60
	case h.Phone+h.Name == "":
		slack = 16 // for "no, it is at"
	}
	return len(t.words()) > 0 && runes(t.words()) <= runesOf(h.Name+h.Place+h.Phone)+slack
}

// keepDoubtful keeps the words of what may be no correction, or not only one,
// and the files in any case.
func (t *talk) keepDoubtful(doubtful bool) {
	if h := t.e.Heard; !h.Corrects && (doubtful || h.Complains) {
		t.keep()
		return
	}
	t.keepAnswer()
}

// tellCorrected says what was put right.
func (t *talk) tellCorrected() {
	before := t.was.Report
	switch h := t.e.Heard; {
	case h.Phone != "" && before != nil && before.Contact.Phone != "" && before.Contact.Phone != h.Phone:
		t.tell("report.corrected.phone")
	case h.Name == "" && h.Place != "" && !h.Ward:
		t.tell("report.corrected.place")
	default:
		t.tell("report.corrected")
	}
}

// rectified takes words that correct what an earlier step took down ("the number
// is wrong, 0900…"), wherever the report stands. At the summary any part may be
// corrected, also one that was left out.
func (t *talk) rectified() bool {
	if !t.inReport() || t.e.Choice != "" || t.s.Report.Editing {
		return false
	}
	switch t.s.Step {
	case "report.describe", "report.resume", "report.confirm", "report.edit":
		return false
	}
	if !t.differs() || !t.corrected() {
		return false
	}
	t.tellCorrected()
	t.keepDoubtful(false)
	t.onward()
	return true
}

// differs reports whether a part that the open step does not ask for was heard
// anew and otherwise.
func (t *talk) differs() bool {
	r, h := t.s.Report, t.e.Heard
	phone := t.s.Step != "report.contact" && r.Contact.Phone != "" && h.Phone != "" && h.Phone != r.Contact.Phone
	asked := t.s.Step == "report.place" || t.s.Step == "report.photo_place" || t.s.Step == "report.unit"
	place := !asked && h.Phone+h.Name == "" && r.Place != "" && h.Place != "" && h.Place != r.Place
	return phone || place
}

// beside returns what stands beside a phone number.
func beside(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("0123456789+.,-:() \n", r) }), " ")
}

// ---- report.edit, report.files

func editChoices(t *talk) []Choice {
	names := []string{"describe", "kind", "files", "place", "contact"}
	if t.e.Office.Province {
		names = append(names, "unit")
	}
	return fixed("report.edit", append(names, "back")...)
}

func tapEdit(t *talk, picked string) bool {
	if picked == "back" {
		t.advance()
		return true
	}
	if !slices.Contains([]string{"describe", "kind", "files", "place", "contact", "unit"}, picked) || picked == "unit" && !t.e.Office.Province {
		return false
	}
	r := t.s.Report
	if picked == "place" || picked == "unit" {
		r.Joins = "" // elsewhere it is another matter
	}
	r.Editing = true
	t.enter("report." + picked)
	return true
}

func filesChoices(t *talk) []Choice {
	if len(t.s.Report.Files) == 0 {
		return fixed("report.files", "done", "cancel")
	}
	return fixed("report.files", "done", "clear", "cancel")
}

func filesPrompt(t *talk) string {
	if len(t.s.Report.Files) == 0 {
		return "report.files.none"
	}
	return "report.files"
}

func tapFiles(t *talk, picked string) bool {
	r := t.s.Report
	switch picked {
	case "done":
		t.advance()
	case "clear":
		if len(r.Files) > 0 {
			t.effect(Drop{Files: r.Files})
		}
		r.Files = nil
		t.again()
	case "cancel":
		t.cancel()
	default:
		return false
	}
	return true
}

// ---- report.cancel

// cancelReport asks before anything is thrown away.
func (t *talk) cancelReport() {
	if !t.s.Report.filled() {
		t.dropReport()
		return
	}
	t.enter("report.cancel")
}

func tapCancel(t *talk, picked string) bool {
	switch picked {
	case "yes":
		t.dropReport()
	case "no":
		t.tell("report.kept")
		t.advance()
	default:
		return false
	}
	return true
}

// takeGoingOn takes words or files that are sent instead of a yes or no: who
// tells more does not give up. Words that want to and say more are kept too, but
// the question stays.
func takeGoingOn(t *talk) bool {
	if !t.evidence() {
		return false
	}
	h := t.e.Heard
	wants := h.Intent == IntentCancel || h.Intent == IntentYes || h.Intent == IntentWithdraw
	if wants && !h.Complains && len(t.e.Files) == 0 && t.e.Location == nil {
		return takeMore(t)
	}
	t.keep()
	t.tell("report.cancel.kept")
	t.tellKept()
	t.answerToo()
	t.advance()
	return true
}

// dropReport forgets the report at hand.
func (t *talk) dropReport() {
	t.forget(t.s.Report)
	t.s.Report = nil
	t.tell("report.cancelled")
	t.remind()
	t.enter("menu.root")
}

// forget drops the files of a report that is not to be filed, and blanks the
// words of a tip.
func (t *talk) forget(r *Report) {
	if r == nil {
		return
	}
	if len(r.Files) > 0 {
		t.effect(Drop{Files: r.Files})
	}
	if r.settled("tip") {
		t.redact(r)
	}
}

// reportBack returns to the step before. The steps that were never asked are
// passed over.
func (t *talk) reportBack() {
	steps := t.steps[reporting]
	i := slices.IndexFunc(steps, func(s step) bool { return s.name == t.s.Step })
	if i < 0 || steps[i].due == nil || t.s.Report.Editing {
		t.advance()
		return
	}
	for i--; i >= 0; i-- {
		what := strings.TrimPrefix(steps[i].name, "report.")
		if t.s.Report.settled(what) || t.answered(what) {
			t.s.Report.unsettle(what)
			t.enter(steps[i].name)
			return
		}
	}
	t.menu()
}

// answered reports whether the citizen answered a step that keeps no mark of it.
func (t *talk) answered(what string) bool {
	r := t.s.Report
	switch what {
	case "unit":
		return t.e.Office.Province && r.Unit != nil
	case "place":
		return r.Place != "" || r.Location != nil
	case "contact":
		return r.Contact.Phone != "" || r.Anonymous
	}
	return false
}
