package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/langnghe/langnghe/models"
)

// contactChoices offers anonymity except to a khiếu nại. Once a name is known,
// only the phone is asked for, once, and may be skipped.
func contactChoices(t *talk) []Choice {
	r := t.s.Report
	var names []string
	if r.Kind != models.KhieuNai {
		names = append(names, "anonymous")
	}
	if r.Contact.Name != "" {
		names = append(names, "skip")
	}
	return fixed("report.contact", append(names, "cancel")...)
}

func contactPrompt(t *talk) string {
	r := t.s.Report
	switch {
	case r.Contact.Name != "" && r.Contact.Phone == "":
		return "report.contact.phone"
	case r.Kind == models.KhieuNai:
		return "report.contact.khieu_nai"
	case r.Guarded():
		return "report.contact.sensitive"
	case r.OfOffice():
		return "report.contact.office"
	case r.Kind == models.KhenNgoi:
		return "report.contact.praise"
	}
	return "report.contact"
}

// contactBrief asks again without the reasons, unless a name is new.
func contactBrief(t *talk) string {
	r, was := t.s.Report, t.was.Report
	switch {
	case was == nil || was.Contact.Name != r.Contact.Name || was.Kind != r.Kind || was.Guarded() != r.Guarded():
		return ""
	case r.Contact.Name != "":
		return "report.contact.phone.brief"
	case r.Kind == models.KhieuNai:
		return "report.contact.khieu_nai.brief"
	}
	return "report.contact.brief"
}

func tapContact(t *talk, picked string) bool {
	r := t.s.Report
	switch {
	case picked == "cancel":
		t.cancel()
		return true
	case picked == "anonymous":
		t.unname()
		return true
	case picked == "skip" && r.Contact.Name != "":
	default:
		return false
	}
	r.settle("contact")
	t.advance()
	return true
}

// openly takes the wish to be anonymous back from a khiếu nại, whose author must
// be known (Luật Khiếu nại 2011, Điều 8). The wish is remembered.
func (r *Report) openly() {
	if r.Kind == models.KhieuNai && r.Anonymous {
		r.Anonymous = false
		r.unsettle("contact")
		r.settle("unnamed")
	}
}

// unname makes the report anonymous, or says why it cannot be and what can.
func (t *talk) unname() {
	r := t.s.Report
	if r.Kind == models.KhieuNai {
		r.settle("unnamed")
		t.tell("report.contact.named")
		t.again()
		t.extra = fixed("report.kind", string(models.PhanAnh))
		return
	}
	r.Anonymous = true // the name is kept, for who changes their mind, and not filed
	r.settle("contact")
	t.advance()
}

// unnamed plays the wish to be anonymous wherever the report stands.
func (t *talk) unnamed() bool {
	st, _ := t.at()
	if h := t.e.Heard; !h.Anonymous || h.Complains || !t.inReport() || st.due == nil && t.s.Step != "report.edit" || len(t.e.Files) > 0 {
		return false
	}
	switch r := t.s.Report; {
	case r.Kind == models.KhieuNai:
	case r.Anonymous:
		t.tell("report.contact.cost")
	case t.s.Step != "report.contact":
		t.tell("report.contact.unnamed")
	}
	t.unname()
	return true
}

// goesOn takes a second "send it" where something is asked for as the wish to
// leave that out; the summary says so before anything is sent.
func (t *talk) goesOn() bool {
	if t.e.Heard.Intent != IntentYes || t.s.Tries == 0 || !t.inReport() {
		return false
	}
	switch {
	case t.s.Step == "report.place", t.s.Step == "report.decision":
		st, _ := t.at()
		return st.tap(t, "skip")
	case t.s.Step != "report.contact", t.s.Report.Kind == models.KhieuNai:
		return false
	}
	t.tell("report.contact.unnamed")
	t.unname()
	return true
}

// takeContact takes name and phone in any order. A phone alone is enough; after
// a name alone the phone is asked for once.
func takeContact(t *talk) bool {
	c := t.heardContact()
	t.e.Heard.Name = c.Name
	if c == (models.Contact{}) {
		return t.noContact()
	}
	r := t.s.Report
	doubtful := c.Phone == "" && c.Name == t.written() && !capitalised(c.Name) && !titled(c.Name)
	if doubtful || t.beyond(runesOf(c.Name)+len(c.Phone)) {
		t.keep()
		t.tellKept()
	} else {
		t.keepAnswer()
	}
	asked := r.Contact.Name != "" // the phone was asked for by itself already
	replace(&r.Contact.Name, c.Name)
	replace(&r.Contact.Phone, c.Phone)
	r.Anonymous = false
	if r.Contact.Phone != "" || asked {
		r.settle("contact")
		t.advance()
		return true
	}
	t.again()
	return true
}

// noContact takes words without name or number. The number that was left out is
// asked for once: whatever is answered, the talk goes on.
func (t *talk) noContact() bool {
	r, text := t.s.Report, t.written()
	if beside(text) == "" && len(digits(text)) >= fewDigits {
		t.keepAnswer()
		t.fail("report.contact.unread")
		return true
	}
	if was := t.was.Report; was == nil || was.Contact.Name == "" || r.Editing || !t.standing("report.contact") {
		return takeMore(t)
	}
	if t.e.Heard.Bare && t.e.Heard.Intent == IntentYes {
		return tapContact(t, "skip")
	}
	if t.evidence() {
		r.settle("contact")
	}
	return takeMore(t)
}

// fewDigits is from how many figures on words without a letter are a phone
// number, if a wrong one.
const fewDigits = 5

// heardContact reads who the citizen says they are.
func (t *talk) heardContact() models.Contact {
	c := models.Contact{Name: t.e.Heard.Name, Phone: t.e.Heard.Phone}
	if c.Name == t.written() && !t.believableName(c.Name) || overlap(t.written(), c.Name, t.e.Heard.Place) {
		c.Name = ""
	}
	if r := t.s.Report; r.Contact.Name != "" && !r.Editing && !t.e.Heard.Corrects && !capitalised(c.Name) {
		c.Name = "" // it is known, and this is hardly another
	}
	if t.e.Contact != nil {
		fill(&c.Name, t.e.Contact.Name)
		fill(&c.Phone, t.e.Contact.Phone)
	}
	return c
}

// phoneAlone keeps a phone number, and the name beside it, that are given before
// they are asked for.
func (t *talk) phoneAlone() bool {
	const lead = 16 // runes of "my name is, number"
	r, h := t.s.Report, t.e.Heard
	named := h.Name != "" && h.Place == "" && !h.Complains && runes(t.words()) <= runesOf(h.Name)+len(h.Phone)+lead
	if h.Phone == "" || r.Anonymous || beside(t.written()) != "" && !named {
		return false
	}
	r.Contact.Phone = h.Phone
	if named {
		r.Contact.Name = h.Name
	}
	t.keepAnswer()
	if !t.tellNoted() {
		t.tell("report.contact.noted")
	}
	t.again()
	return true
}

// overlap reports whether two readings share some of the same words.
func overlap(text, a, b string) bool {
	i, j := strings.Index(text, a), strings.Index(text, b)
	return a != "" && b != "" && i >= 0 && j >= 0 && i < j+len(b) && j < i+len(a)
}

// believableName reports whether words that are nothing but a name are one,
// rather than a short sentence.
func (t *talk) believableName(name string) bool {
	h := t.e.Heard
	if h.Danger != nil {
		return false
	}
	return capitalised(name) || nameLike(name) && (!h.Bare || h.Intent == IntentOther) && !(h.Complains && h.Sure)
}

// nameLike reports whether the text may be nothing but a person's name: up to
// three words of letters, or up to six that all begin with a capital.
func nameLike(text string) bool {
	words := strings.Fields(text)
	letters := !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsSpace(r) })
	return letters && len(words) > 0 && (len(words) <= 3 || capitalised(text))
}

// titled reports whether the text is a name behind how its bearer is addressed:
// up to three words, the last with a capital.
func titled(text string) bool {
	words := strings.Fields(text)
	return len(words) > 1 && len(words) <= 3 && capitalised(words[len(words)-1])
}

// capitalised reports whether the text is one to six words that each begin with
// a capital.
func capitalised(text string) bool {
	words := strings.Fields(text)
	for _, w := range words {
		if r, _ := utf8.DecodeRuneInString(w); !unicode.IsUpper(r) {
			return false
		}
	}
	return len(words) >= 1 && len(words) <= 6
}
