package bot

import (
	"reflect"
	"strings"

	"github.com/langnghe/langnghe/models"
)

// ---- report.describe

func describeChoices(t *talk) []Choice {
	if t.s.Report.Editing && len(t.s.Report.Words) > 0 {
		return fixed("report.describe", "done", "clear", "cancel")
	}
	return fixed("report.describe", "done", "cancel")
}

func describePrompt(t *talk) string {
	switch {
	case t.s.Report.Editing && len(t.s.Report.Words) > 0:
		return "report.describe.edit"
	case len(t.s.Report.Words) > 0:
		return "report.describe.more"
	case t.s.Report.tells():
		t.count(t.s.Report.kept())
		return "report.describe.files"
	case t.s.Report.Place != "":
		return "report.describe.there"
	}
	return "report.describe"
}

// describeBrief asks for more when nothing was added.
func describeBrief(t *talk) string {
	if !t.s.Report.filled() || !reflect.DeepEqual(t.was.Report.clone(), t.s.Report) {
		return ""
	}
	return "report.describe.on"
}

func tapDescribe(t *talk, picked string) bool {
	r := t.s.Report
	switch {
	case picked == "cancel":
		t.cancel()
	case picked == "clear" && r.Editing:
		r.Words = nil
		r.unsettle("hide")
		t.again()
	case picked == "done" && !r.tells():
		t.fail("report.describe.empty")
	case picked == "done":
		t.described()
	default:
		return false
	}
	return true
}

// described goes on after the description. A photo without a word is a phản
// ánh: there is nothing else to go by.
func (t *talk) described() {
	r := t.s.Report
	r.settle("describe")
	if r.Kind == "" && len(r.Words) == 0 {
		r.Kind = models.PhanAnh
	}
	t.advance()
}

func takeDescribe(t *talk) bool {
	if !t.evidence() {
		return false
	}
	t.s.Tries, t.s.Senseless = 0, 0
	if t.differs() && t.corrected() {
		t.tellCorrected()
	}
	t.keep()
	noted := t.tellNoted()
	t.slots.Text = t.written()
	t.answerToo()
	t.again()
	if noted {
		t.retry = "report.describe.next"
	}
	return true
}

// tellNoted says which place, name and number were read from the words just now,
// if any were.
func (t *talk) tellNoted() bool {
	was, r := t.was.Report, t.s.Report
	if len(t.say) > 0 {
		return false
	}
	if was == nil {
		was = &Report{}
	}
	noted := Report{}
	if was.Place == "" {
		noted.Place = r.Place
	}
	if was.Contact.Name == "" && !r.Anonymous {
		noted.Contact.Name = r.Contact.Name
	}
	if was.Contact.Phone == "" && !r.Anonymous {
		noted.Contact.Phone = r.Contact.Phone
	}
	if noted.Place+noted.Contact.Name+noted.Contact.Phone == "" {
		return false
	}
	t.say = append(t.say, Line{Key: "report.noted", Data: Slots{Report: noted}})
	return true
}

// ---- report.kind, report.decision

func tapKind(t *talk, picked string) bool {
	if picked == "cancel" {
		t.cancel()
		return true
	}
	for _, k := range models.Kinds {
		if string(k) == picked {
			t.setKind(k)
			t.advance()
			return true
		}
	}
	return false
}

// renamed lets who may not complain anonymously make a phản ánh of it.
func renamed(t *talk) bool {
	return t.inReport() && t.s.Report.Kind == models.KhieuNai && t.s.Report.settled("unnamed")
}

// setKind sets the kind. Who wished to be anonymous and could not is so as soon
// as the kind allows it.
func (t *talk) setKind(k models.Kind) {
	r := t.s.Report
	r.Kind = k
	r.settle("kind")
	r.openly()
	if k != models.KhieuNai && r.settled("unnamed") {
		r.unsettle("unnamed")
		r.Anonymous = true
		r.settle("contact")
	}
}

func takeKind(t *talk) bool {
	if !t.evidence() {
		return false
	}
	t.keep()
	t.tellKept()
	t.answerToo()
	t.s.Tries++
	t.advance()
	return true
}

// tapSkip settles a step that may be skipped.
func tapSkip(what string) func(*talk, string) bool {
	return func(t *talk, picked string) bool {
		switch picked {
		case "skip":
			t.s.Report.settle(what)
			t.advance()
		case "cancel":
			t.cancel()
		default:
			return false
		}
		return true
	}
}

// takeDecision takes number and date as heard, or else as written; then the
// words are kept in the description as well.
func takeDecision(t *talk) bool {
	if t.phoneAlone() {
		return true
	}
	if len(t.words()) == 0 {
		return takeMore(t)
	}
	const longest = 100 // runes of a decision described in words
	r, heard, text := t.s.Report, t.e.Heard.Decision, t.written()
	switch {
	case heard != "" && heard == t.e.Heard.Place:
		return t.placeEarly() // a house number is none of a decision
	case replace(&r.Decision, heard):
	case runesOf(text) <= longest && !t.e.Heard.Complains:
		r.Decision = text
	default:
		return takeMore(t)
	}
	if heard == "" || t.beyond(runesOf(heard)) {
		t.keep()
		t.tellKept()
	} else {
		t.keepAnswer()
		t.absorb()
	}
	t.answerToo()
	t.advance()
	return true
}

// placeEarly keeps a place that is told before it is asked for.
func (t *talk) placeEarly() bool {
	t.s.Report.Place = t.e.Heard.Place
	t.keepAnswer()
	t.tell("report.corrected.place")
	t.again()
	return true
}

// ---- report.unit

func unitChoices(t *talk) []Choice {
	cs := unitsAt("report.unit", t.e.Heard.Units)
	if len(cs) < 2 {
		cs = t.offeredAt("report.unit") // what was offered stays while it is not answered
	}
	if len(cs) == 0 {
		cs = unitsAt("report.unit", t.e.Office.Pick)
	}
	return append(cs, fixed("report.unit", "other", "cancel")...)
}

// unitsAt makes at most five choices of units.
func unitsAt(step string, units []UnitView) []Choice {
	var cs []Choice
	for _, u := range units[:min(len(units), 5)] {
		cs = append(cs, Choice{Payload: step + ":" + u.Slug, Label: label(u.Short)})
	}
	return cs
}

// unitPrompt offers the unit that the citizen chose before.
func unitPrompt(t *talk) string {
	if u, ok := t.remembered(); ok && t.s.Tries == 0 {
		t.slots.Office.Unit = u
		return "report.unit.remembered"
	}
	return "report.unit"
}

// remembered returns the unit of the citizen's last report, while it is offered.
func (t *talk) remembered() (UnitView, bool) {
	for _, u := range t.e.Office.Pick {
		if u.Slug == t.s.Unit && len(t.e.Heard.Units) == 0 {
			return u, true
		}
	}
	return UnitView{}, false
}

func tapUnit(t *talk, picked string) bool {
	switch picked {
	case "cancel":
		t.cancel()
	case "other":
		t.again()
		t.retry = "report.unit.other"
	default:
		return t.pickUnit(picked)
	}
	return true
}

func (t *talk) pickUnit(slug string) bool {
	u, ok := t.unitOf(slug, "report.unit:"+slug)
	if !ok {
		return false
	}
	t.s.Report.Unit = &u
	t.advance()
	return true
}

// unitOf finds a unit among those that came with the event or, when they have
// changed meanwhile, among the choices of the last message.
func (t *talk) unitOf(slug, payload string) (UnitView, bool) {
	for _, us := range [][]UnitView{t.e.Office.Pick, t.e.Heard.Units} {
		for _, u := range us {
			if u.Slug == slug {
				return u, true
			}
		}
	}
	name := t.offeredLabel(payload)
	return UnitView{Slug: slug, Name: name, Short: name}, name != ""
}

func takeUnit(t *talk) bool {
	if u, ok := t.remembered(); ok && t.e.Heard.Bare && t.e.Heard.Intent == IntentYes {
		return t.pickUnit(u.Slug)
	}
	if !t.evidence() {
		return false
	}
	us := t.e.Heard.Units
	if len(us) == 0 || t.beyond(runesOf(us[0].Name)) {
		t.keep()
		t.tellKept()
		t.answerToo()
	} else {
		t.keepAnswer()
		t.absorb()
	}
	switch {
	case len(us) == 1:
		t.s.Report.Unit = &us[0]
		t.advance()
	case len(us) > 1:
		t.again()
		t.retry = "report.unit.which"
	case t.e.Heard.Complains || len(t.words()) == 0:
		t.again() // more of the matter, and no name that is unknown
	default:
		t.s.Tries++
		t.again()
		t.retry = "report.unit.unknown"
	}
	return true
}

// ---- report.photo_place, report.place

func tapPhotoPlace(t *talk, picked string) bool {
	r := t.s.Report
	switch picked {
	case "yes":
		r.Location = r.Proposed
	case "no":
	default:
		return false
	}
	r.settle("photo_place")
	t.advance()
	return true
}

// takePhotoPlace takes a place that is told instead of the photo's.
func takePhotoPlace(t *talk) bool {
	if t.e.Heard.Place == "" && t.e.Location == nil {
		return takeMore(t)
	}
	t.s.Report.settle("photo_place")
	return takePlace(t)
}

// indoors reports whether the matter is one of an office: praise, or what the
// taxonomy has of officers and their work.
func (r *Report) indoors() bool {
	area, _, _ := strings.Cut(r.Category, ".")
	return r.Kind == models.KhenNgoi || area == "thai-do" || area == "nhung-nhieu" || area == "thu-tuc-cham"
}

// placePrompt asks for a counter where the matter is one of an office.
func placePrompt(t *talk) string {
	r := t.s.Report
	switch {
	case r.indoors():
		return "report.place.office"
	case r.Kind == models.GopY, r.Kind == models.KienNghi:
		return "report.place.wish"
	}
	return "report.place"
}

// takePlace takes a place as written. Words that are not clearly one are kept
// in the description as well.
func takePlace(t *talk) bool {
	if t.e.Location != nil {
		t.keep()
		t.tell("report.place.located")
		t.advance()
		return true
	}
	if t.phoneAlone() {
		return true
	}
	if len(t.words()) == 0 {
		return len(t.e.Files) > 0 && takeMore(t)
	}
	r, h := t.s.Report, t.e.Heard
	const longest = 120 // runes of a place described in words
	doubtful := h.Place == "" && len(h.Units) == 0
	switch text := t.written(); {
	case doubtful && (h.Complains || h.Danger != nil || h.Dossier != "" || runesOf(text) > longest):
		return takeMore(t)
	case doubtful && t.elsewhere() && t.s.Tries == 0:
		t.s.Tries++ // surely something else; said again, it is taken
		return takeMore(t)
	case h.Place != "" && t.beyond(runesOf(h.Place)):
		r.Place = h.Place
	default:
		r.Place = maskRude(strings.ReplaceAll(text, "\n", ", "), h.Rude)
	}
	switch {
	case doubtful:
		t.keep()
		t.tell("report.place.doubtful")
	case t.beyond(runesOf(h.Place)):
		t.keep()
		t.tellKept()
	default:
		t.keepAnswer()
		t.absorb()
	}
	t.answerToo()
	t.advance()
	return true
}

// elsewhere reports whether the words are surely for another dialogue. A
// question that nothing in the catalogue answers may as well be a place, and a
// counter sounds like a question.
func (t *talk) elsewhere() bool {
	const short = 25 // runes of "counter 2, this morning"
	h := t.e.Heard
	if t.s.Report.indoors() && runes(t.words()) <= short {
		return false
	}
	return h.Sure && (h.Intent != IntentAsk || len(h.Procedures) > 0)
}
