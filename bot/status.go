package bot

import (
	"strings"

	"github.com/langnghe/langnghe/models"
)

func statusSteps() []step {
	return []step{
		{name: "status.code", named: true, offer: []string{"cancel"}, choices: caseChoices, prompt: casesPrompt, tap: tapCode, take: takeCode, roams: always},
		{name: "status.show", end: true, picks: true, offer: []string{"menu", "add", "withdraw", "reopen", "ok"}, choices: showChoices, prompt: nothing, tap: tapShow, take: takeShown, roams: seen},
		{name: "status.add", offer: []string{"done", "cancel"}, tap: tapAdd, take: takeAdd},
		{name: "status.withdraw", offer: []string{"yes", "no"}, prompt: withdrawPrompt, tap: tapWithdraw, take: takeReason},
		{name: "status.reopen", offer: []string{"yes", "no"}, tap: tapReopen, take: takeNotDone, roams: hasCase},
		{name: "status.reply", offer: []string{"done", "other"}, tap: tapReply, take: takeReply},
	}
}

func hasCase(t *talk) bool { return t.s.Case != "" }

// seen lets a notice be acknowledged at any time.
func seen(t *talk) bool { return t.e.Choice == "status.show:ok" }

// askStatus shows the case whose code was typed, or lists the citizen's own.
func (t *talk) askStatus() {
	switch {
	case t.wantsDossier():
		t.askDossier()
	case t.e.Heard.Code == "" && t.e.Heard.DaysAgo > 0 && len(t.meant()) == 1:
		t.s.Case = t.meant()[0].Code
		t.showCase()
	case t.e.Heard.Code == "" && t.e.Heard.DaysAgo > 0:
		t.enter("status.code")
	case t.e.Found != nil:
		t.s.Case = t.e.Found.Code
		t.showCase()
	case t.e.Heard.Code != "":
		t.slots.Code = t.e.Heard.Code
		t.tell("status.unknown")
		t.enter("status.code")
	case t.spokenOf() != "":
		t.s.Case = t.spokenOf()
		t.showCase()
	case t.e.Choice == "" && len(t.e.Own) == 1:
		t.s.Case = t.e.Own[0].Code // it can be no other
		t.showCase()
	default:
		t.enter("status.code")
	}
}

// spokenOf returns the code of the citizen's case that the last message was
// about and a short question still is, or "".
func (t *talk) spokenOf() string {
	if t.e.Heard.Part == "" {
		return ""
	}
	code := map[string]string{"report.filed": t.s.Filed, "status.show": t.s.Case}[t.s.Step]
	if c, known := t.caseOf(code); !known || !c.Mine {
		return ""
	}
	return code
}

// meant returns the citizen's own cases: those of the day that was named, if
// there are any, else all, latest activity first.
func (t *talk) meant() []CaseView {
	if t.e.Heard.DaysAgo == 0 {
		return t.e.Own
	}
	when := day(t.now.AddDate(0, 0, -t.e.Heard.DaysAgo))
	var those []CaseView
	for _, c := range t.e.Own {
		if day(c.Created) == when {
			those = append(those, c)
		}
	}
	if len(those) == 0 {
		return t.e.Own
	}
	return those
}

// briefStatus tells of a case at an open step, whose choices stay.
func (t *talk) briefStatus() {
	switch {
	case t.e.Heard.Dossier != "":
		t.briefDossier()
	case t.e.Found != nil:
		t.tellCase(*t.e.Found)
	case t.e.Heard.Code != "":
		t.slots.Code = t.e.Heard.Code
		t.tell("status.unknown")
	case t.s.Step == "human.wait" && t.e.Heard.DaysAgo == 0 && len(t.e.Own) == 0:
		t.tellHuman() // when the person who was asked for answers
	case len(t.meant()) > 0:
		t.tellCase(t.meant()[0])
	case t.inReport():
		t.tell("status.soon")
	default:
		t.tell("status.none")
	}
}

func (t *talk) tellCase(c CaseView) {
	t.slots.Case, t.about = c, c.Code
	if c.Mine {
		t.tell("status.mine")
		if c.Term != nil {
			t.tell("status.why")
		}
	} else {
		t.tell("status.stranger")
	}
}

func casesPrompt(t *talk) string {
	t.slots.Cases = t.meant()
	if len(t.e.Own) > 0 {
		return "status.choose"
	}
	return "status.code"
}

func caseChoices(t *talk) []Choice {
	var cs []Choice
	own := t.meant()
	for _, c := range own[:min(len(own), 5)] {
		cs = append(cs, Choice{Payload: "status.code:" + strings.ToLower(c.Code), Label: label(c.Code)})
	}
	return append(cs, choice("status.code", "cancel"))
}

// caseOf finds the case that the open step, or a tap, is about.
func (t *talk) caseOf(code string) (CaseView, bool) {
	if f := t.e.Found; f != nil && strings.EqualFold(f.Code, code) {
		return *f, true
	}
	for _, c := range t.e.Own {
		if strings.EqualFold(c.Code, code) {
			return c, true
		}
	}
	return CaseView{}, false
}

// showCase shows the case of the state: all to its author, status and dates to
// anyone else.
func (t *talk) showCase() {
	c, ok := t.caseOf(t.s.Case)
	if !ok {
		t.slots.Code = t.s.Case
		t.tell("status.unknown")
		t.enter("status.code")
		return
	}
	t.tellCase(c)
	t.enter("status.show")
}

func tapCode(t *talk, picked string) bool {
	if picked == "cancel" {
		if t.s.Step != "status.code" {
			return false
		}
		t.cancel()
		return true
	}
	t.s.Case = strings.ToUpper(picked)
	t.showCase()
	return true
}

func takeCode(t *talk) bool {
	if t.e.Heard.Dossier != "" && !t.e.Heard.Complains || t.e.Heard.Code != "" || t.e.Heard.DaysAgo > 0 && len(t.meant()) == 1 {
		t.askStatus()
		return true
	}
	if t.e.Heard.Intent != IntentOther || t.e.Heard.Complains || len(t.words()) == 0 {
		return false
	}
	t.fail("status.unread")
	return true
}

// showChoices offers what the case's status allows.
func showChoices(t *talk) []Choice {
	names := []string{"menu"}
	c, ok := t.caseOf(t.s.Case)
	if !ok || !c.Mine {
		return fixed("status.show", names...)
	}
	if !c.Status.Ended() {
		names = append(names, "add")
	}
	if _, ok := c.Status.Next(models.ActWithdraw); ok {
		names = append(names, "withdraw")
	}
	if t.mayReopen(c) {
		names = append(names, "reopen")
	}
	return fixed("status.show", names...)
}

// allowed reports whether the case of the state still stands where the action
// may be done: staff may have moved it since it was shown.
func (t *talk) allowed(a models.Action) bool {
	c, ok := t.caseOf(t.s.Case)
	if !ok || !c.Mine {
		return false
	}
	if a == models.ActNotDone {
		return t.mayReopen(c)
	}
	_, ok = c.Status.Next(a)
	return ok
}

func (t *talk) mayReopen(c CaseView) bool {
	_, ok := c.Status.Next(models.ActNotDone)
	days := t.e.Office.ReopenDays
	if days <= 0 {
		days = reopening
	}
	return ok && (c.Resolved.IsZero() || t.now.Before(c.Resolved.AddDate(0, 0, days)))
}

func tapShow(t *talk, picked string) bool {
	switch picked {
	case "menu":
		t.menu()
		return true
	case "ok":
		t.tell("notice.progress.seen")
		t.reopen()
		return true
	}
	for _, c := range showChoices(t) {
		if c == choice("status.show", picked) {
			t.slots.Case, _ = t.caseOf(t.s.Case)
			t.s.Reason = ""
			t.enter("status." + picked)
			return true
		}
	}
	return false
}

// ---- status.add

// addToCase adds the event's words and files to the case of the state. They
// answer what staff asked while the case waits for that.
func (t *talk) addToCase() {
	c, _ := t.caseOf(t.s.Case)
	t.effect(AddEvidence{Code: t.s.Case, Words: t.words(), Files: t.e.Files, Location: t.e.Location, Answer: c.Status == models.StatusWaiting})
	t.added(t.s.Case, t.words())
	t.about, t.slots.Code, t.slots.Text = t.s.Case, t.s.Case, t.written()
	t.count(t.e.Files)
}

func tapAdd(t *talk, picked string) bool {
	if picked != "done" && picked != "cancel" {
		return false
	}
	t.showCase()
	return true
}

func takeAdd(t *talk) bool {
	if !t.evidence() {
		return false
	}
	t.addToCase()
	t.answerToo()
	t.again()
	t.retry = "status.add.more"
	return true
}

// ---- status.reply

func tapReply(t *talk, picked string) bool {
	switch picked {
	case "done":
		t.tell("status.reply.done")
		t.enter("menu.root")
	case "other":
		t.menu()
	default:
		return false
	}
	return true
}

// yesOrNo takes a bare yes or no as the answer that staff wait for.
func (t *talk) yesOrNo() bool {
	c, known := t.caseOf(t.s.Case)
	i := t.e.Heard.Intent
	if t.s.Step != "status.reply" || !known || c.Status != models.StatusWaiting || i != IntentYes && i != IntentNo || t.written() == "" {
		return false
	}
	t.e.Heard.Bare, t.e.Choice = false, ""
	return takeReply(t)
}

// takeReply hands the citizen's answer to the unit that asked. It is no question
// to the bot, whatever it sounds like.
func takeReply(t *talk) bool {
	if !t.evidence() {
		return false
	}
	t.addToCase()
	t.again()
	t.retry = "status.reply.more"
	return true
}
