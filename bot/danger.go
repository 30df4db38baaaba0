package bot

import (
	"slices"
	"strings"

	"github.com/langnghe/langnghe/models"
)

// danger says, before all else, what to do and whom to call; the same again
// within half an hour is the number alone. Then the talk goes on, or, where a
// person must take over and nothing is open, ends in the queue: true.
func (t *talk) danger() bool {
	d := t.e.Heard.Danger
	if d == nil {
		return false
	}
	t.slots.Danger = *d
	key := "danger.again"
	if t.newDanger(d.Code) {
		key = "danger"
		if t.s.Language != english { // where the answer is no help, the numbers are said
			t.slots.Danger.Call = unsaid(d.Answer, d.Call)
		}
	}
	t.first = append(t.first, t.line(key))
	t.effect(Alarm{Unit: t.endangered()})
	if t.s.Mode == models.ModeHuman {
		return false
	}
	switch d.Then {
	case "report":
		t.e.Heard.Complains, t.e.Heard.Bare, t.e.Heard.Denounces = true, false, false
		t.e.Heard.Kind = models.PhanAnh
		fill(&t.e.Heard.Category, d.Category)
	case "human":
		return t.dangerHuman()
	}
	return false
}

// endangered is the unit where the danger is: the one named in the same words,
// or the one that answers.
func (t *talk) endangered() string {
	if us := t.e.Heard.Units; t.e.Office.Province && len(us) == 1 {
		return us[0].Slug
	}
	return t.unit()
}

// realarm tells the unit of a danger that was told before it was known which
// one it is.
func (t *talk) realarm() {
	before, r := t.was.Report, t.s.Report
	if before == nil || before.Unit != nil || r == nil || r.Unit == nil || len(t.s.Dangers) == 0 {
		return
	}
	if t.e.Heard.Danger == nil && t.now.Sub(t.s.DangerAt) < silence {
		t.effect(Alarm{Unit: r.Unit.Slug})
	}
}

// vague is the code of a danger that is not known by name.
const vague = "chung"

// newDanger reports whether the danger was not told within half an hour, and
// notes it. Another one than before needs its own advice; a vague one has none.
func (t *talk) newDanger(code string) bool {
	if t.s.DangerAt.IsZero() || t.now.Sub(t.s.DangerAt) >= silence {
		t.s.DangerAt, t.s.Dangers = t.now, []string{code}
		return true
	}
	if code == vague || slices.Contains(t.s.Dangers, code) {
		return false
	}
	t.s.Dangers = append(t.s.Dangers, code)
	return true
}

// unsaid returns the numbers that the answer does not name itself.
func unsaid(answer string, numbers []string) []string {
	answer = strings.ReplaceAll(answer, " ", "")
	return slices.DeleteFunc(slices.Clone(numbers), func(n string) bool { return strings.Contains(answer, n) })
}

// dangerHuman calls a person. An open step goes on.
func (t *talk) dangerHuman() bool {
	if t.open() || t.s.Sealed != nil {
		if t.s.Mode == "" {
			t.s.Mode = models.ModeWaiting
			t.effect(AskHuman{Unit: t.unit(), Why: "danger"})
		}
		t.tellHuman()
		return false
	}
	t.askHuman("danger")
	return true
}
