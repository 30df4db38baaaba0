package bot

import (
	"reflect"

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
	case t.s.Report.Place != "" || t.s.Report.Unit != nil:
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
