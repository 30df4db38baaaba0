package bot

import (
	"strconv"

	"github.com/langnghe/langnghe/models"
)

func tapAnswer(t *talk, picked string) bool {
	switch picked {
	case "menu":
		t.menu()
	case "helpful":
		t.tell("ask.helpful")
		t.enter("menu.root")
	case "unhelpful":
		t.effect(Mistaken{t.s.Procedure})
		t.offer("ask.unhelpful")
		t.enter("menu.root")
	case "documents", "fee", "time", "where", "steps", "online", "faq":
		t.detail(picked)
	default:
		return false
	}
	return true
}

// answerChoices offers what people ask where that is known.
func answerChoices(t *talk) []Choice {
	names := []string{"documents", "fee", "time", "where", "steps", "online"}
	if p, ok := t.procedure(t.s.Procedure); ok && len(p.Asked) > 0 {
		names = append(names, "faq")
	}
	return fixed("ask.answer", append(names, "helpful", "unhelpful", "menu")...)
}

// detail says one part of the procedure at hand.
func (t *talk) detail(part string) {
	p, ok := t.atHand()
	switch {
	case !ok:
		return
	case part == "documents":
		t.documents(p)
	default:
		t.tell("ask." + part)
		t.enter("ask.answer")
	}
}

// atHand is the procedure that was told of last. When it is not known any more,
// the question is asked again.
func (t *talk) atHand() (ProcedureView, bool) {
	p, ok := t.procedure(t.s.Procedure)
	if !ok {
		t.tell("ask.gone")
		t.enter("ask.query")
		return p, false
	}
	t.subject(p)
	return p, true
}

// documents tells the papers that everybody needs, and asks which of the
// conditions hold under which there are more.
func (t *talk) documents(p ProcedureView) {
	t.tell("ask.documents")
	if len(p.Conditions()) == 0 {
		t.enter("ask.answer")
		return
	}
	t.enter("ask.when")
}

// Conditions lists under which conditions there are more papers, each once.
func (p ProcedureView) Conditions() (all []string) {
	seen := map[string]bool{"": true}
	for _, d := range p.Documents {
		if !seen[d.When] {
			seen[d.When] = true
			all = append(all, d.When)
		}
	}
	return all
}

// String is the paper as it is told.
func (p Paper) String() string {
	if p.Note == "" {
		return p.Name
	}
	return p.Name + " (" + p.Note + ")"
}

// Papers are those that are needed under a condition; "" is always.
func (p ProcedureView) Papers(when string) (papers []Paper) {
	for _, d := range p.Documents {
		if d.When == when {
			papers = append(papers, d)
		}
	}
	return papers
}

// conditionPrompt lists the conditions in the text where a button cannot hold them.
func conditionPrompt(t *talk) string {
	if t.e.Office.Platform == models.Messenger {
		return "ask.when.listed"
	}
	return "ask.when"
}

func conditionChoices(t *talk) []Choice {
	p, ok := t.procedure(t.s.Procedure)
	if !ok {
		return append(t.offeredAt("ask.when"), choice("ask.when", "none"))
	}
	var cs []Choice
	for i, when := range p.Conditions() {
		if t.e.Office.Platform == models.Messenger {
			when = label(when)
		}
		cs = append(cs, Choice{Payload: "ask.when:" + strconv.Itoa(i+1), Label: when})
	}
	return append(cs, choice("ask.when", "none"))
}

// tapCondition tells what is needed besides under a condition.
func tapCondition(t *talk, picked string) bool {
	if picked == "none" {
		t.tell("ask.when.none")
		t.enter("ask.answer")
		return true
	}
	n, err := strconv.Atoi(picked)
	p, known := t.procedure(t.s.Procedure)
	if err != nil || !known || n < 1 || n > len(p.Conditions()) {
		return false
	}
	t.subject(p)
	t.slots.Condition = p.Conditions()[n-1]
	t.tell("ask.when.papers")
	t.enter("ask.answer")
	return true
}

// learnt tells what a question of earlier was about, once staff has said so.
func (t *talk) learnt(n *models.Notice) {
	p, known := t.procedure(n.Procedure)
	if !known {
		return
	}
	t.subject(p)
	t.slots.Notice = *n
	t.tell("ask.learnt")
	if t.open() || t.s.Sealed != nil {
		t.again()
		return
	}
	t.enter("ask.answer")
}
