package bot

import "slices"

func privacySteps() []step {
	return []step{{name: "privacy.erase", picks: true, offer: []string{"yes", "no"}, prompt: erasePrompt, tap: tapErase}}
}

// tellPrivacy answers who reads what is told: of what is sealed, who would if it
// were sent.
func (t *talk) tellPrivacy() {
	if t.s.Sealed != nil {
		t.tell("privacy.notice.sealed")
		return
	}
	t.tell("privacy.notice")
}

// erasePrompt names the cases that the law does not let go yet.
func erasePrompt(t *talk) string {
	t.slots.Cases = nil
	for _, c := range t.e.Own {
		if !c.Status.Ended() {
			t.slots.Cases = append(t.slots.Cases, c)
		}
	}
	return "privacy.erase"
}

func tapErase(t *talk, picked string) bool {
	switch picked {
	case "yes":
		t.erase()
	case "no":
		t.tell("privacy.kept")
		t.advance()
	default:
		return false
	}
	return true
}

// erase starts the erasure and forgets what the state holds.
func (t *talk) erase() {
	t.effect(Erase{})
	t.s = State{Mode: t.s.Mode, HumanUntil: t.s.HumanUntil, Greeted: t.s.Greeted, LastAt: t.s.LastAt, Language: t.s.Language}
	erasePrompt(t)
	t.tell("privacy.erased")
	t.enter("menu.root")
}

// Receipted adds to the turn that starts an erasure the receipt: its code, and
// where its state is to be seen, or "". It stands before the question.
func (t Turn) Receipted(code, link string) Turn {
	line := Line{Key: "privacy.receipt", Data: Slots{Code: code, Link: link}}
	at := len(t.Say)
	for at > 0 && t.Say[at-1].Prompt {
		at--
	}
	t.Say = slices.Insert(slices.Clone(t.Say), at, line)
	return t
}
