package bot

import (
	"slices"
	"strings"
)

// Merge makes one turn, and so one message, of two that follow each other: the
// statements of both, but only the last question and its choices; a person whom
// the first offered can still be chosen.
func Merge(a, b Turn) Turn {
	m := Turn{State: b.State, Say: a.Say, Choices: a.Choices, Do: slices.Concat(a.Do, b.Do), Case: a.Case, Files: slices.Concat(a.Files, b.Files)}
	if b.Case != "" {
		m.Case = b.Case
	}
	if len(b.Say) == 0 {
		return m
	}
	asked := func(l Line) bool { return l.Prompt }
	if len(b.Choices) > 0 || slices.ContainsFunc(b.Say, asked) {
		m.Say = slices.DeleteFunc(slices.Clone(a.Say), asked)
		m.Choices = slices.Concat(b.Choices, offeredPerson(a, b))
	}
	m.Say = slices.Concat(m.Say, unabridged(a, b))
	m.State.Offered = m.Choices
	return m
}

// unabridged returns what the second turn says. What it asks in short, because
// the first asked it, is asked whole: the citizen has not read that yet.
func unabridged(first, second Turn) []Line {
	say := slices.Clone(second.Say)
	for i, l := range say {
		asked := slices.IndexFunc(first.Say, func(l Line) bool { return l.Prompt })
		if l.Brief && asked >= 0 && first.State.Step == second.State.Step {
			say[i] = first.Say[asked]
		}
	}
	return say
}

// offeredPerson returns the choice of a person that the first turn offered and
// the second does not have. The menu's is no offer of its own.
func offeredPerson(first, second Turn) []Choice {
	person := func(c Choice) bool { return strings.HasSuffix(c.Payload, ":human") }
	i := slices.IndexFunc(first.Choices, person)
	if i < 0 || first.State.Step == "menu.root" || second.State.Step == "human.wait" || len(second.Choices) == 0 || slices.ContainsFunc(second.Choices, person) {
		return nil
	}
	return first.Choices[i : i+1]
}
