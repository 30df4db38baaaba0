package bot

import (
	"time"

	"github.com/langnghe/langnghe/models"
)

func handoffSteps() []step {
	return []step{{name: "human.wait", offer: []string{"back", "menu"}, tap: tapWait, take: takeWait, roams: always}}
}

// askHuman puts the conversation in the queue and says when somebody answers.
func (t *talk) askHuman(why string) {
	if t.s.Mode == "" {
		t.s.Mode = models.ModeWaiting
		t.effect(AskHuman{Unit: t.unit(), Why: why})
	}
	t.tellHuman()
	t.s.Senseless = 0
	t.enter("human.wait")
}

func (t *talk) tellHuman() {
	if t.e.Office.Open {
		t.tell("human.open")
	} else {
		t.tell("human.closed")
	}
	if t.e.Office.ServedBy != "" {
		t.tell("human.served_by")
	}
}

func tapWait(t *talk, picked string) bool {
	switch {
	case picked == "back" && t.s.Report != nil:
		t.advance()
	case picked == "back" || picked == "menu":
		t.menu()
	default:
		return false
	}
	return true
}

// takeWait leaves words for the person who will answer. A matter to report is
// taken down as one.
func takeWait(t *talk) bool {
	if !t.evidence() || t.e.Heard.Complains {
		return false
	}
	t.tell("human.noted")
	t.answerToo()
	t.again()
	return true
}

// handover notes who has the conversation: staff who write or take it silence
// the bot, until they hand back or the time is over.
func (t *talk) handover() {
	switch {
	case t.e.Kind == models.EventHandback || t.e.Kind == models.EventControl && !t.e.Person:
		t.s.Returned = t.s.Returned || t.s.Mode == models.ModeHuman
		t.s.Mode, t.s.HumanUntil = "", time.Time{}
	case t.e.Person:
		t.s.Mode, t.s.HumanUntil, t.s.Returned = models.ModeHuman, t.e.Until, false
		t.s.Offered = nil // a bare number now answers the person
	}
}

// wake ends the time of a person when it is over, and says so.
func (t *talk) wake() {
	if t.s.Mode == models.ModeHuman && !t.s.HumanUntil.IsZero() && !t.e.Now.Before(t.s.HumanUntil) {
		t.s.Mode, t.s.HumanUntil, t.s.Returned = "", time.Time{}, true
	}
	if t.s.Returned {
		t.s.Returned = false
		if t.s.Step == "human.wait" {
			t.s.Step = "" // the wait is over
		}
		t.tell("human.over")
	}
}

// overhear plays a message in a conversation that a person holds: evidence is
// kept, danger was answered already, and outside office hours one line a day
// says when staff are back.
func (t *talk) overhear() {
	t.mute = true
	t.overheard()
	if len(t.first) > 0 || t.e.Office.Open || t.sameDay(t.s.AwayAt) {
		return
	}
	t.s.AwayAt = t.now
	t.tell("human.away")
}

func (t *talk) sameDay(at time.Time) bool {
	return !at.IsZero() && day(at) == day(t.now)
}

// overheard keeps what belongs to the report or the case at hand.
func (t *talk) overheard() {
	switch {
	case t.e.Choice != "":
	case t.s.Step == "report.describe" && t.s.Report != nil:
		t.keep()
	case t.s.Report != nil:
		t.keepFiles()
	case t.filedLately() && (len(t.e.Files) > 0 || t.e.Location != nil):
		t.effect(AddEvidence{Code: t.s.Filed, Files: t.e.Files, Location: t.e.Location})
	}
}
