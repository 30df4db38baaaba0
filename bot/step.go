package bot

import (
	"slices"
	"strings"
)

// step is one place where a talk can stand. A dialogue is a list of them, and
// the order of the list is the order of the talk.
type step struct {
	name  string
	end   bool     // nothing is open here: a greeting gets the menu
	picks bool     // a bare number can only mean a choice
	named bool     // offers units, cases or procedures besides
	offer []string // what may be chosen

	// choices replaces offer where it depends on the talk.
	choices func(*talk) []Choice
	// prompt replaces the wording key, which is the step's name. "" asks nothing.
	prompt func(*talk) string
	// brief is the wording key, or "", of the question when it was asked by the
	// message before and nothing was added since. Nil repeats the prompt.
	brief func(*talk) string
	// due says whether the step still has to be asked. Nil: it is a detour,
	// entered by name only.
	due func(*talk) bool
	// tap plays a choice. False: the choice is not one of this step.
	tap func(*talk, string) bool
	// take uses free words and files. False: they are not for this step.
	take func(*talk) bool
	// roams says that an older message's choice still works when the talk has
	// gone on. Nil: it does not.
	roams func(*talk) bool
}

// dialogues lists all steps of all dialogues. It is never changed; a talk holds
// it, so that steps may look for others.
var dialogues = [][]step{welcomeSteps(), reporting: reportSteps(), denounceSteps(), askSteps(), statusSteps(), dossierSteps(), rateSteps(), contactsSteps(), handoffSteps(), privacySteps()}

// reporting is the index of the dialogue that takes down a report.
const reporting = 1

// find returns the step of that name.
func find(all [][]step, name string) (step, bool) {
	for _, d := range all {
		for i := range d {
			if d[i].name == name {
				return d[i], true
			}
		}
	}
	return step{}, false
}

// Steps lists the names of all steps in the order of their dialogues.
func Steps() []string {
	var names []string
	for _, d := range dialogues {
		for _, s := range d {
			names = append(names, s.name)
		}
	}
	return names
}

// Choices lists the fixed choices of a step, without those that name a unit, a
// case or a procedure. It is nil for an unknown step.
func Choices(name string) []string {
	s, _ := find(dialogues, name)
	return slices.Clone(s.offer)
}

// Open reports whether a step waits for something that its dialogue needs.
func Open(name string) bool {
	s, known := find(dialogues, name)
	return known && !s.end
}

// choice makes the choice of a step.
func choice(step, name string) Choice { return Choice{Payload: step + ":" + name} }

// knows reports whether the step may ever offer the choice.
func (s step) knows(picked string) bool { return s.named || slices.Contains(s.offer, picked) }

// offered returns what the step lets the citizen choose now.
func (s step) offered(t *talk) []Choice {
	if s.choices != nil {
		return s.choices(t)
	}
	return fixed(s.name, s.offer...)
}

func fixed(step string, names ...string) []Choice {
	cs := make([]Choice, 0, len(names)+1)
	for _, n := range names {
		cs = append(cs, choice(step, n))
	}
	return cs
}

// meaning maps what plain words mean to the choice of the step that does it.
func (s step) meaning(t *talk, i Intent) (string, bool) {
	names := meanings(i)
	if i == IntentNo && !t.inReport() {
		names = append(names, "cancel") // nothing is lost by it
	}
	for _, name := range names {
		if slices.Contains(s.offered(t), choice(s.name, name)) {
			return name, true
		}
	}
	return "", false
}

func meanings(i Intent) []string {
	switch i {
	case IntentYes:
		return []string{"yes", "continue", "join"}
	case IntentNo:
		return []string{"no", "skip", "none", "anonymous", "done", "edit"}
	case IntentCancel:
		return []string{"cancel", "no", "skip"}
	case IntentBack:
		return []string{"back", "edit"}
	case IntentMenu:
		return []string{"menu"}
	case IntentHuman:
		return []string{"human"}
	}
	return nil
}

// label shortens a proper name to what a button can hold.
func label(name string) string {
	const most = 20 // Messenger's quick replies, in runes
	if r := []rune(name); len(r) > most {
		return strings.TrimSpace(string(r[:most-1])) + "…"
	}
	return name
}
