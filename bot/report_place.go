package bot

import (
	"strings"

	"github.com/langnghe/langnghe/models"
)

// ---- report.photo_place, report.place

func tapPhotoPlace(t *talk, picked string) bool {
	r := t.s.Report
	switch picked {
	case "yes":
		r.Location = r.Proposed
	case "no":
	default:
		return false
	}
	r.settle("photo_place")
	t.advance()
	return true
}

// takePhotoPlace takes a place that is told instead of the photo's.
func takePhotoPlace(t *talk) bool {
	if t.e.Heard.Place == "" && t.e.Location == nil {
		return takeMore(t)
	}
	t.s.Report.settle("photo_place")
	return takePlace(t)
}

// indoors reports whether the matter is one of an office: praise, or what the
// taxonomy has of officers and their work.
func (r *Report) indoors() bool {
	area, _, _ := strings.Cut(r.Category, ".")
	return r.Kind == models.KhenNgoi || area == "thai-do" || area == "nhung-nhieu" || area == "thu-tuc-cham"
}

// placePrompt asks for a counter where the matter is one of an office.
func placePrompt(t *talk) string {
	r := t.s.Report
	switch {
	case r.indoors():
		return "report.place.office"
	case r.Kind == models.GopY, r.Kind == models.KienNghi:
		return "report.place.wish"
	}
	return "report.place"
}

// takePlace takes a place as written. Words that are not clearly one are kept
// in the description as well.
func takePlace(t *talk) bool {
	if t.e.Location != nil {
		t.keep()
		t.tell("report.place.located")
		t.advance()
		return true
	}
	if t.phoneAlone() {
		return true
	}
	if len(t.words()) == 0 {
		return len(t.e.Files) > 0 && takeMore(t)
	}
	r, h := t.s.Report, t.e.Heard
	const longest = 120 // runes of a place described in words
	doubtful := h.Place == "" && len(h.Units) == 0
	switch text := t.written(); {
	case doubtful && (h.Complains || h.Danger != nil || h.Dossier != "" || runesOf(text) > longest):
		return takeMore(t)
	case doubtful && (t.elsewhere() || h.Happens) && (t.s.Tries == 0 || h.Intent == IntentAsk):
		t.s.Tries++ // surely something else; said again, it is taken, but for a question
		return takeMore(t)
	case h.Place != "" && (h.Phone != "" || t.beyond(runesOf(h.Place))):
		r.Place = h.Place
	default:
		r.Place = maskRude(strings.ReplaceAll(text, "\n", ", "), h.Rude)
	}
	switch {
	case doubtful:
		t.keep()
		t.tell("report.place.doubtful")
	case t.beyond(runesOf(h.Place) + runesOf(h.Name) + len(h.Phone)):
		t.keep()
		t.tellKept()
	default:
		t.keepAnswer()
		t.absorb()
	}
	t.answerToo()
	t.advance()
	return true
}

// elsewhere reports whether the words are surely for another dialogue. A
// question that nothing in the catalogue answers may as well be a place, and a
// counter sounds like a question.
func (t *talk) elsewhere() bool {
	const short = 25 // runes of "counter 2, this morning"
	h := t.e.Heard
	if t.s.Report.indoors() && runes(t.words()) <= short {
		return false
	}
	return h.Sure && (h.Intent != IntentAsk || len(h.Procedures) > 0)
}
