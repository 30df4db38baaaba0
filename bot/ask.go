package bot

import "strings"

func askSteps() []step {
	return []step{
		{name: "ask.query", offer: []string{"cancel"}, tap: tapQuery, take: takeQuery},
		{name: "ask.choose", picks: true, named: true, offer: []string{"none"}, choices: procedureChoices, prompt: procedurePrompt, tap: tapProcedure, take: takeQuery},
		{name: "ask.answer", end: true, picks: true, offer: []string{"documents", "fee", "time", "where", "steps", "helpful", "unhelpful", "menu"}, prompt: nothing, tap: tapAnswer, roams: func(t *talk) bool { return t.s.Procedure != "" }},
	}
}

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
	t.effect(Learn{Question: t.written()})
	t.offer("ask.unknown")
	t.enter("ask.query")
}

// showProcedure answers with what is asked most, or with the one part that was
// asked for.
func (t *talk) showProcedure(p ProcedureView) {
	key := "ask.answer"
	if part := t.e.Heard.Part; part != "" {
		key = "ask." + part
	}
	t.subject(p)
	t.tell(key)
	t.enter("ask.answer")
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
		t.effect(Learn{Question: t.written()})
		t.offer("ask.unknown")
	case t.e.Heard.Part != "" && len(ps) == 1:
		t.subject(ps[0])
		t.tell("ask." + t.e.Heard.Part)
	case len(ps) == 1 || t.e.Heard.Sure:
		t.subject(ps[0])
		t.tell("ask.brief")
	default:
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
		t.unanswered()
		return true
	}
	p, ok := t.procedure(picked)
	if ok {
		t.showProcedure(p)
	}
	return ok
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

func tapAnswer(t *talk, picked string) bool {
	switch picked {
	case "menu":
		t.menu()
	case "helpful":
		t.tell("ask.helpful")
		t.enter("menu.root")
	case "unhelpful":
		t.effect(Learn{Nearest: t.s.Procedure})
		t.offer("ask.unhelpful")
		t.enter("menu.root")
	case "documents", "fee", "time", "where", "steps":
		t.detail(picked)
	default:
		return false
	}
	return true
}

// detail says one part of the procedure at hand.
func (t *talk) detail(part string) {
	p, ok := t.procedure(t.s.Procedure)
	if !ok {
		t.tell("ask.gone")
		t.enter("ask.query")
		return
	}
	t.subject(p)
	t.tell("ask." + part)
	t.enter("ask.answer")
}
