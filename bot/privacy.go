package bot

func privacySteps() []step {
	return []step{{name: "privacy.erase", picks: true, offer: []string{"yes", "no"}, tap: tapErase}}
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
	t.s = State{Mode: t.s.Mode, HumanUntil: t.s.HumanUntil, Greeted: t.s.Greeted, LastAt: t.s.LastAt}
	t.tell("privacy.erased")
	t.enter("menu.root")
}
