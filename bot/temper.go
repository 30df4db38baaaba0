package bot

import (
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// ---- the language spoken

// english is the language other than Vietnamese that the wording knows.
const english = "en"

// speak chooses the language by the citizen's words: English where they write
// it and no step is open, Vietnamese again as soon as they surely write that. Who
// was greeted in Vietnamese is told in English too whom they talk to.
func (t *talk) speak() {
	h := t.e.Heard
	switch {
	case t.s.Language == "" && h.English && !t.open():
		t.s.Language, t.s.Greeted = english, time.Time{}
	case t.s.Language == english && t.vietnamese():
		t.s.Language = ""
	}
}

// vietnamese reports whether the words are surely Vietnamese. A name or a place
// that answers a step tells nothing of the language.
func (t *talk) vietnamese() bool {
	h := t.e.Heard
	telling := !t.open() || t.s.Step == "report.describe"
	if h.English || !telling && h.Name+h.Place+h.Phone != "" {
		return false
	}
	means := h.Complains || h.Bare || h.Sure && h.Intent != IntentOther
	return means && accented(t.written()) || telling && h.Complains && h.Sure
}

// accented reports whether the text has letters that English does not.
func accented(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r >= 0xC0 && r < 0x2000 })
}

// foreign takes a sentence in English, of which no more is understood, as a
// report: nothing is filed without a yes.
func (t *talk) foreign() bool {
	const sentence = 4 // words
	h, text := t.e.Heard, t.written()
	if t.s.Language != english || t.open() || t.s.Sealed != nil || h.Sure || h.Bare || len(h.Procedures) > 0 {
		return false
	}
	if len(strings.Fields(text)) < sentence || strings.Contains(text, "?") {
		return false
	}
	t.e.Heard.Complains = true
	fill(&t.e.Heard.Kind, models.PhanAnh)
	t.report()
	return true
}

// ---- anger

// soothe gives an angry citizen an apology, once in half an hour, and a person to
// choose. The talk goes on with what they said.
func (t *talk) soothe() {
	if !t.e.Heard.Angry {
		return
	}
	t.human = t.s.Mode == ""
	if t.s.Soothed.IsZero() || t.now.Sub(t.s.Soothed) >= silence {
		t.s.Soothed = t.now
		t.tell("angry")
	}
}

// decent takes profanity out of what was read from the words: it is nobody's
// name, and is not said back.
func (h *Heard) decent() {
	h.Place = maskRude(h.Place, h.Rude)
	if maskRude(h.Name, h.Rude) != h.Name {
		h.Name = ""
	}
}

// maskRude leaves of each profanity its first letter.
func maskRude(text string, rude []string) string {
	for _, word := range rude {
		if first := []rune(strings.TrimSpace(word)); len(first) > 0 {
			text = cover(text, strings.TrimSpace(word), string(first[:1])+hidden)
		}
	}
	return text
}

// day is the date of a time in Vietnam.
func day(at time.Time) string {
	return at.In(time.FixedZone("+07", 7*60*60)).Format(time.DateOnly)
}
