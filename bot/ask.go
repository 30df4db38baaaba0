package bot

import (
	"strings"

	"github.com/langnghe/langnghe/models"
)

func askSteps() []step {
	return []step{
		{name: "ask.query", offer: []string{"cancel"}, tap: tapQuery, take: takeQuery},
		{name: "ask.choose", picks: true, named: true, offer: []string{"none"}, choices: procedureChoices, prompt: procedurePrompt, tap: tapProcedure, take: takeQuery, roams: always},
		{name: "ask.answer", end: true, picks: true, offer: []string{"documents", "fee", "time", "where", "steps", "online", "faq", "helpful", "unhelpful", "menu"}, choices: answerChoices, prompt: nothing, tap: tapAnswer, roams: asked},
		{name: "ask.when", end: true, picks: true, named: true, offer: []string{"none"}, choices: conditionChoices, prompt: conditionPrompt, tap: tapCondition, roams: asked},
	}
}

// asked reports whether a procedure was told of.
func asked(t *talk) bool { return t.s.Procedure != "" }

func tapQuery(t *talk, picked string) bool {
	if picked != "cancel" {
		return false
	}
	t.cancel()
	return true
}

// takeQuery takes any words as the question.
func takeQuery(t *talk) bool {
	h := t.e.Heard
	if len(h.Procedures) == 0 && (h.Complains || h.Intent != IntentAsk && h.Intent != IntentOther) || t.written() == "" {
		return false
	}
	t.query()
	return true
}

// query answers a question: at once when it is sure what is meant, else by
// asking which, else honestly.
func (t *talk) query() {
	ps := t.e.Heard.Procedures
	switch {
	case t.wantsToAsk():
		t.enter("ask.query")
	case len(ps) == 0:
		t.unanswered()
	case len(ps) == 1 || t.e.Heard.Sure:
		t.showProcedure(ps[0])
	default:
		t.learn(models.Offered, ps[0].Code)
		t.slots.Procedures = ps
		t.enter("ask.choose")
	}
}

// wantsToAsk reports whether the words are the bare wish to ask, a known phrase,
// and no question yet.
func (t *talk) wantsToAsk() bool {
	h := t.e.Heard
	return h.Intent == IntentAsk && h.Bare && h.Confidence == 1 && len(h.Procedures) == 0
}

// unanswered says that nothing was found, records it, and offers a person.
func (t *talk) unanswered() {
	t.learn(models.Unknown, "")
	t.offer("ask.unknown")
	t.enter("ask.query")
}

// learn records what was asked and what became of it, without numbers and names
// of people.
func (t *talk) learn(o models.Outcome, procedure string) {
	if words := t.written(); words != "" {
		t.effect(Learn{Question: mask(words, t.e.Heard.Name), Procedure: procedure, Outcome: o})
	}
}

// showProcedure answers with what is asked most, or with the one part that was
// asked for; with a second procedure where two were asked for.
func (t *talk) showProcedure(p ProcedureView) {
	h := t.e.Heard
	t.learn(models.Answered, p.Code)
	t.subject(p)
	switch {
	case h.Both && len(h.Procedures) > 1:
		t.tell("ask.first")
		t.alsoShow(h.Procedures[1])
	case h.Part == "documents":
		t.documents(p)
		return
	case h.Part != "":
		t.tell("ask." + h.Part)
	default:
		t.tell("ask.answer")
	}
	t.enter("ask.answer")
}

// alsoShow tells of the second procedure that was asked for; the choices stay
// those of the first, and one more leads to it.
func (t *talk) alsoShow(p ProcedureView) {
	first := t.slots.Procedure
	t.slots.Procedure = p
	t.tell("ask.also")
	t.slots.Procedure = first
	t.extra = append(t.extra, Choice{Payload: "ask.choose:" + p.Code, Label: label(p.Short)})
}

// subject makes the procedure what the talk is about, so that a short question
// that names none is understood.
func (t *talk) subject(p ProcedureView) {
	t.s.Procedure, t.s.AskedAt, t.slots.Procedure = p.Code, t.now, p
}

// briefProcedure answers at an open step, whose choices stay.
func (t *talk) briefProcedure() {
	ps := t.e.Heard.Procedures
	switch {
	case t.wantsToAsk():
		t.tell("ask.ready")
	case len(ps) == 0:
		t.learn(models.Unknown, "")
		t.offer("ask.unknown")
	case t.e.Heard.Part != "" && len(ps) == 1:
		t.learn(models.Answered, ps[0].Code)
		t.subject(ps[0])
		t.tell("ask." + t.e.Heard.Part)
	case len(ps) == 1 || t.e.Heard.Sure:
		t.learn(models.Answered, ps[0].Code)
		t.subject(ps[0])
		t.tell("ask.brief")
	default:
		t.learn(models.Offered, ps[0].Code)
		t.subject(ps[0])
		t.slots.Procedures = ps[1:]
		t.tell("ask.several")
	}
}

// procedurePrompt names the procedures in full while they are at hand.
func procedurePrompt(t *talk) string {
	if len(t.slots.Procedures) == 0 {
		return "ask.choose.again"
	}
	return "ask.choose"
}

func procedureChoices(t *talk) []Choice {
	ps := t.e.Heard.Procedures
	var cs []Choice
	for _, p := range ps[:min(len(ps), 3)] {
		cs = append(cs, Choice{Payload: "ask.choose:" + p.Code, Label: label(p.Short)})
	}
	if len(ps) == 0 {
		cs = t.offeredAt("ask.choose")
	}
	return append(cs, choice("ask.choose", "none"))
}

// offeredAt returns the named choices that the last message offered at a step,
// for when it is asked again.
func (t *talk) offeredAt(step string) []Choice {
	var cs []Choice
	for _, c := range t.s.Offered {
		if strings.HasPrefix(c.Payload, step+":") && c.Label != "" {
			cs = append(cs, c)
		}
	}
	return cs
}

func tapProcedure(t *talk, picked string) bool {
	if picked == "none" {
		t.noneOffered()
		return true
	}
	p, ok := t.procedure(picked)
	if ok {
		t.showProcedure(p)
	}
	return ok
}

// noneOffered says that none of the procedures was meant: the question was not
// answered.
func (t *talk) noneOffered() {
	if offered := t.offeredAt("ask.choose"); len(offered) > 0 {
		_, code, _ := strings.Cut(offered[0].Payload, ":")
		t.effect(Mistaken{code})
	}
	t.offer("ask.unknown")
	t.enter("ask.query")
}

// procedure finds a procedure among those that came with the event.
func (t *talk) procedure(code string) (ProcedureView, bool) {
	for _, p := range t.e.Heard.Procedures {
		if p.Code == code {
			return p, true
		}
	}
	return ProcedureView{}, false
}
