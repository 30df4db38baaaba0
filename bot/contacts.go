package bot

import (
	"strings"

	"github.com/langnghe/langnghe/models"
)

func contactsSteps() []step {
	return []step{
		{name: "contacts.unit", picks: true, named: true, offer: []string{"back", "menu"}, choices: contactUnits, tap: tapContactUnit, take: takeContactUnit},
		{name: "contacts.show", end: true, picks: true, offer: []string{"back", "menu"}, prompt: nothing, tap: tapContacts, roams: always},
	}
}

// showContacts answers what is asked of an office. Province-wide it asks first
// which is meant, and keeps the question.
func (t *talk) showContacts() {
	if h := t.e.Heard; t.e.Office.Province && t.e.Office.Unit.Slug == "" && len(h.Contacts) == 0 && len(h.Units) != 1 {
		t.s.Inquiry = inquiry(t.written())
		t.enter("contacts.unit")
		return
	}
	t.tellContacts()
	t.showEnd()
}

// longestInquiry is how many runes of a question are kept until the unit is
// known: longer ones are stories.
const longestInquiry = 200

func inquiry(words string) string {
	r := []rune(words)
	return string(r[:min(len(r), longestInquiry)])
}

// showEnd ends an answer. What was told leads on to a person and to a report,
// for when nobody answers the phone.
func (t *talk) showEnd() {
	t.enter("contacts.show")
	t.extra = append(t.extra, choice("menu.root", "report"))
}

// tellContacts tells what was asked for: hours, the place, numbers.
func (t *talk) tellContacts() {
	h := t.e.Heard
	t.slots.Contacts, t.slots.Inquiry = h.Contacts, h.Inquiry
	if len(h.Units) == 1 {
		t.officeOf(h.Units[0])
	}
	t.slots.Call = t.slots.Office.Phone
	if len(h.Contacts) > 0 {
		t.slots.Call = h.Contacts[0].Phone
	}
	if h.Inquiry.Hours != nil {
		t.tellHours(*h.Inquiry.Hours)
	}
	if h.Inquiry.Where {
		t.tellAddress()
	}
	if h.Inquiry.Numbers || h.Inquiry.Hours == nil && !h.Inquiry.Where {
		t.tellNumbers()
	}
}

// unknown records a question that the directory has no answer for, with the one
// that was kept until the unit was known.
func (t *talk) unknown() {
	words := t.written()
	if t.was.Step == "contacts.unit" {
		words = strings.TrimSpace(t.s.Inquiry + "\n" + words)
	}
	if words != "" && t.e.Choice == "" {
		t.effect(Learn{Question: mask(words, t.e.Heard.Name), Outcome: models.Unknown})
	}
}

// tellAddress tells where the office is, or that nobody has confirmed it yet.
func (t *talk) tellAddress() {
	if t.slots.Inquiry.Address != "" {
		t.tell("contacts.address")
		return
	}
	t.unknown()
	t.offer("contacts.address.none")
}

// tellNumbers tells numbers: those that were asked for, the office's own, or
// honestly that none is known.
func (t *talk) tellNumbers() {
	switch {
	case t.slots.Inquiry.Instead:
		t.unknown()
		t.offer("contacts.instead")
	case len(t.slots.Contacts) > 0:
		t.tell("contacts.show")
	case t.slots.Office.Phone != "":
		t.tell("contacts.office")
	default:
		t.unknown()
		t.offer("contacts.none")
	}
}

func contactUnits(t *talk) []Choice {
	cs := unitsAt("contacts.unit", t.e.Office.Pick)
	if len(cs) == 0 {
		cs = t.offeredAt("contacts.unit")
	}
	return append(cs, fixed("contacts.unit", "back", "menu")...)
}

func tapContactUnit(t *talk, picked string) bool {
	if picked == "back" || picked == "menu" {
		t.menu()
		return true
	}
	u, ok := t.unitOf(picked, "contacts.unit:"+picked)
	if !ok {
		return false
	}
	t.showUnit(u)
	return true
}

// showUnit answers for one unit.
func (t *talk) showUnit(u UnitView) {
	t.officeOf(u)
	t.tellContacts()
	t.showEnd()
}

// officeOf makes the unit the one that is told of.
func (t *talk) officeOf(u UnitView) {
	if t.slots.Office.Unit.Slug != u.Slug {
		t.slots.Office.Phone = "" // it is another unit's
	}
	t.slots.Office.Unit = u
	if t.e.Office.Province {
		t.s.Told = u.Slug
	}
}

func takeContactUnit(t *talk) bool {
	h := t.e.Heard
	switch {
	case len(h.Units) > 0 && !h.Complains:
		t.showUnit(h.Units[0])
	case len(h.Contacts) > 0:
		t.tellContacts()
		t.showEnd()
	default:
		return false
	}
	return true
}

func tapContacts(t *talk, picked string) bool {
	switch {
	case picked == "back" && t.e.Office.Province:
		t.enter("contacts.unit")
	case picked == "back" || picked == "menu":
		t.menu()
	default:
		return false
	}
	return true
}
