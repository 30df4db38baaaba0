package bot

import "slices"

// Merge makes one turn, and so one message, of two that follow each other: the
// statements of both, but only the last question and its choices.
func Merge(a, b Turn) Turn {
	m := Turn{State: b.State, Say: a.Say, Choices: a.Choices, Do: slices.Concat(a.Do, b.Do), Case: a.Case}
	if b.Case != "" {
		m.Case = b.Case
	}
	if len(b.Say) == 0 {
		return m
	}
	asked := func(l Line) bool { return l.Prompt }
	if len(b.Choices) > 0 || slices.ContainsFunc(b.Say, asked) {
		m.Say = slices.DeleteFunc(slices.Clone(a.Say), asked)
		m.Choices = b.Choices
	}
	m.Say = slices.Concat(m.Say, b.Say)
	m.State.Offered = m.Choices
	return m
}
