package bot

import (
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

func welcomeSteps() []step {
	return []step{{
		name: "menu.root", end: true, picks: true,
		offer: []string{"report", "ask", "status", "human", "contacts", "rate"},
		tap:   tapMenu,
		roams: always,
	}}
}

func always(*talk) bool { return true }

func tapMenu(t *talk, picked string) bool {
	switch picked {
	case "report":
		t.startReport()
	case "ask":
		t.enter("ask.query")
	case "status":
		t.askStatus()
	case "contacts":
		t.showContacts()
	case "rate":
		t.askRating()
	default:
		return false
	}
	return true
}

// welcome answers a follow, Get Started and whatever is not understood as a tap.
func (t *talk) welcome() {
	if t.s.Mode == models.ModeHuman {
		return
	}
	t.tell("welcome")
	t.reopen()
}

// menu goes to the menu; a report being taken down is kept.
func (t *talk) menu() {
	if t.s.Report.filled() {
		t.tell("menu.kept")
	}
	t.enter("menu.root")
}

// reopen asks for the open step again or, where nothing is open, shows the menu.
func (t *talk) reopen() {
	if t.open() {
		t.again()
		return
	}
	t.enter("menu.root")
}

// served plays a new intent. Where a step is open, the answer and the step are
// one message.
func (t *talk) served() bool {
	if t.reports() {
		t.report()
		return true
	}
	switch h := t.e.Heard; {
	case h.Angry && !h.Sure && !h.Bare:
		return false // an oath is no question
	case t.open():
		return t.digress()
	case t.s.Sealed != nil && t.answer():
		t.s.Senseless = 0
		t.again()
		t.retry = "denounce.again"
		return true
	}
	return t.begin()
}

// digress answers a question, a greeting or thanks at an open step.
func (t *talk) digress() bool {
	switch t.e.Heard.Intent {
	case IntentGreet:
		t.tell("greet")
	case IntentThanks, IntentBye:
		t.tell("thanks")
	case IntentPrivacy:
		if !t.e.Heard.Sure {
			return false // nothing is deleted by a guess
		}
		t.enter("privacy.erase")
		return true
	case IntentWho:
		t.s.Greeted = time.Time{} // it introduces itself again
	case IntentWait:
		t.tell("yes")
	case IntentWithdraw:
		return t.digressWithdrawal()
	case IntentRate:
		return t.digressRating()
	case IntentReport:
		return t.digressReport()
	case IntentYes, IntentNo:
		if !t.e.Heard.Bare {
			return false
		}
		if t.goesOn() {
			return true
		}
		t.s.Tries++
		t.tell("yes")
	default:
		if !t.answer() {
			return false
		}
	}
	t.s.Senseless = 0
	t.again()
	return true
}

// digressRating asks for a rating where it displaces nothing.
func (t *talk) digressRating() bool {
	switch {
	case !t.e.Heard.Bare && !t.e.Heard.Sure:
		return false // nobody is asked for a score by a guess
	case t.light():
		t.askRating()
	default:
		t.tell("rate.later")
		t.again()
	}
	t.s.Senseless = 0
	return true
}

// light reports whether the open step holds nothing that another dialogue
// would have to come back to.
func (t *talk) light() bool {
	flow, _, _ := strings.Cut(t.s.Step, ".")
	return flow == "ask" || flow == "contacts" || flow == "human" || flow == "dossier" || t.s.Step == "status.code"
}

// digressReport answers who says that they want to report: from another
// dialogue they are led there, in a report they are.
func (t *talk) digressReport() bool {
	switch {
	case !t.e.Heard.Bare && !t.e.Heard.Sure:
		return false
	case t.inReport():
		t.tell("report.kept")
		t.again()
	default:
		t.startReport()
	}
	return true
}

// answer says what is known about a procedure, a number, a case or the data kept
// that was asked for.
func (t *talk) answer() bool {
	switch i := t.e.Heard.Intent; {
	case i == IntentContacts:
		t.tellContacts()
	case i == IntentAsk:
		t.briefProcedure()
	case i == IntentNotice:
		t.tellPrivacy()
	case i == IntentStatus, t.e.Heard.Code != "":
		t.briefStatus()
	default:
		return false
	}
	return true
}

// begin starts what is wanted when nothing is open.
func (t *talk) begin() bool {
	switch t.e.Heard.Intent {
	case IntentGreet:
		t.tell("greet")
		t.enter("menu.root")
	case IntentWho:
		t.s.Greeted = time.Time{}
		t.enter("menu.root")
	case IntentThanks, IntentBye:
		t.tell("thanks")
		t.enter("menu.root")
	case IntentYes, IntentNo, IntentWait, IntentOther:
		return t.nodded() || t.beginCode() || t.beginPlace()
	case IntentAsk:
		t.query()
	case IntentContacts:
		t.showContacts()
	case IntentStatus:
		t.askStatus()
	case IntentRate:
		if !t.e.Heard.Bare && !t.e.Heard.Sure {
			return false
		}
		t.askRating()
	case IntentPrivacy:
		if !t.e.Heard.Sure {
			return false // nothing is deleted by a guess
		}
		t.enter("privacy.erase")
	case IntentNotice:
		t.tell("privacy.notice")
		t.enter("menu.root")
	case IntentWithdraw:
		t.startWithdrawal()
	case IntentReport:
		t.startReport()
	default:
		return t.beginCode()
	}
	return true
}

// nodded answers a bare yes, no or the like where nothing is asked. Other words
// are none, however they were guessed, and a yes chooses none of the ways of a
// denunciation.
func (t *talk) nodded() bool {
	if !t.e.Heard.Bare || t.s.Sealed != nil && t.e.Heard.Intent != IntentNo {
		return false
	}
	t.tell("yes")
	t.enter("menu.root")
	return true
}

// beginCode shows the case whose code was typed without a word.
func (t *talk) beginCode() bool {
	if t.e.Heard.Code == "" {
		return false
	}
	t.askStatus()
	return true
}

// beginPlace takes a place without another word for where something is to be
// reported, and asks what. So it does, province-wide, with a commune or ward.
func (t *talk) beginPlace() bool {
	const lead = 10 // runes of "it is at"
	h := t.e.Heard
	if h.Place == "" || h.Ward && (!t.e.Office.Province || len(h.Units) != 1) || t.s.Report.filled() || t.s.Sealed != nil || runes(t.words()) > runesOf(h.Place)+lead {
		return false
	}
	t.s.Report = &Report{}
	t.absorb()
	t.keepAnswer()
	t.tellNoted()
	t.enter("report.describe")
	return true
}
