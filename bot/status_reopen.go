package bot

import (
	"strings"

	"github.com/langnghe/langnghe/models"
)

// ---- status.reopen: "chưa xong"

// takeShown adds a photo, sent while an answered case is shown, to that case,
// and asks whether it is not done.
func takeShown(t *talk) bool {
	c, ok := t.caseOf(t.s.Case)
	if len(t.e.Files) == 0 || t.e.Heard.Complains || !ok || !c.Mine || !t.mayReopen(c) {
		return false
	}
	t.addToCase()
	t.tell("report.filed.added")
	t.enter("status.reopen")
	return true
}

func tapReopen(t *talk, picked string) bool {
	switch picked {
	case "yes":
		t.notDone()
	case "no":
		t.showCase()
	default:
		return false
	}
	return true
}

// takeNotDone takes words or a photo that show what is not done.
func takeNotDone(t *talk) bool {
	if !t.evidence() {
		return false
	}
	t.notDone()
	return true
}

// notDone says that the resolved case is not done.
func (t *talk) notDone() {
	if !t.allowed(models.ActNotDone) {
		if t.evidence() {
			t.addToCase()
		}
		t.tell("status.closed")
		t.showCase()
		return
	}
	t.effect(NotDone{Code: t.s.Case, Words: t.words(), Files: t.e.Files})
	if t.e.Location != nil {
		t.effect(AddEvidence{Code: t.s.Case, Location: t.e.Location})
	}
	t.added(t.s.Case, t.words())
	t.about, t.slots.Code = t.s.Case, t.s.Case
	t.s.Rating = nil
	t.tell("status.reopened")
	t.enter("status.add")
}

// undone takes "chưa xong" where nothing else is open: of the case that was
// answered to, of the one shown last, or of the only one that it can be.
func (t *talk) undone() bool {
	flow, _, _ := strings.Cut(t.s.Step, ".")
	spoken := flow == "rate" || flow == "status" // of, just before
	if !t.e.Heard.NotDone || t.open() && flow != "rate" && t.s.Step != "status.code" || !spoken && t.anew() {
		return false
	}
	var may []CaseView
	for _, c := range t.e.Own {
		if c.Mine && t.mayReopen(c) {
			may = append(may, c)
		}
	}
	for _, code := range []string{t.e.About, t.s.Case} {
		for _, c := range may {
			if code != "" && strings.EqualFold(c.Code, code) {
				may = []CaseView{c}
			}
		}
	}
	if len(may) != 1 {
		return t.whichUndone(may)
	}
	t.e.Heard.Bare = false // these words are what is missing
	t.s.Case = may[0].Code
	t.notDone()
	return true
}

// anew reports whether "chưa xong" stands in a story of its own, which is more
// likely a new matter than an old case.
func (t *talk) anew() bool {
	const short = 40 // runes of "it is not done, the garbage is still there"
	h := t.e.Heard
	return h.Complains && t.e.About == "" && (h.Place != "" || runes(t.words()) > short)
}

// whichUndone asks which of several cases is not done.
func (t *talk) whichUndone(may []CaseView) bool {
	if len(may) == 0 {
		return !t.e.Heard.Complains && t.nothingUndone()
	}
	t.e.Own, t.e.Heard.DaysAgo = may, 0
	t.tell("status.reopen.which")
	t.enter("status.code")
	return true
}

// nothingUndone answers "chưa xong" where no answered case can be meant: with
// the case that is still being worked on, else the matter is taken down anew.
func (t *talk) nothingUndone() bool {
	for _, c := range t.e.Own {
		if c.Mine && !c.Status.Ended() {
			t.s.Case = c.Code
			t.showCase()
			return true
		}
	}
	t.tell("status.reopen.none")
	t.startReport()
	if t.s.Step == "report.describe" && t.evidence() {
		t.keep()
	}
	return true
}

// replied takes an answer, by the platform's own reply, to a message about a
// case: it is for that case.
func (t *talk) replied() bool {
	c, known := t.caseOf(t.e.About)
	if t.e.About == "" || !known || !c.Mine || !t.evidence() || t.e.Heard.Danger != nil {
		return false
	}
	if t.open() {
		return t.repliedBeside(c)
	}
	t.s.Case = c.Code
	if t.e.Heard.Intent == IntentStatus {
		t.showCase()
		return true
	}
	t.addToCase()
	t.tell("report.filed.added")
	t.answerToo()
	t.enter("status.show")
	return true
}

// repliedBeside hands an answer to the staff who asked for it while another step
// is open, which goes on; unless the words answer that.
func (t *talk) repliedBeside(c CaseView) bool {
	h := t.e.Heard
	if c.Status != models.StatusWaiting || t.s.Step == "status.reply" || h.Phone+h.Name+h.Place != "" {
		return false
	}
	open := t.s.Case
	t.s.Case = c.Code
	t.addToCase()
	t.s.Case = open
	t.tell("status.reply.passed")
	t.again()
	return true
}

// remind says, where a report has come to its end, which case staff still wait
// for an answer to.
func (t *talk) remind() {
	for _, c := range t.e.Own {
		if c.Mine && c.Status == models.StatusWaiting && c.Asked != "" {
			t.slots.Case = c
			t.tell("status.waits")
			t.slots.Case = CaseView{}
			t.extra = append(t.extra, Choice{Payload: "status.code:" + strings.ToLower(c.Code), Label: label(c.Code)})
			return
		}
	}
}
