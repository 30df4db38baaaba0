package bot

func contactsSteps() []step {
	return []step{
		{name: "contacts.unit", offer: []string{"back", "menu"}, choices: contactUnits, tap: tapContactUnit, take: takeContactUnit},
		{name: "contacts.show", end: true, offer: []string{"back", "menu"}, prompt: nothing, tap: tapContacts, roams: always},
	}
}

// showContacts shows numbers: those that were found, the unit's own, or an
// honest word that none is known. Province-wide it asks for the unit first.
func (t *talk) showContacts() {
	if t.e.Office.Province && t.e.Office.Unit.Slug == "" && len(t.e.Heard.Contacts) == 0 {
		t.enter("contacts.unit")
		return
	}
	t.tellContacts()
	t.enter("contacts.show")
}

func (t *talk) tellContacts() {
	t.slots.Contacts = t.e.Heard.Contacts
	switch {
	case len(t.e.Heard.Contacts) > 0:
		t.tell("contacts.show")
	case t.e.Office.Phone != "":
		t.tell("contacts.office")
	default:
		t.effect(Learn{Question: t.written()})
		t.tell("contacts.none")
	}
}

func contactUnits(t *talk) []Choice {
	var cs []Choice
	for _, u := range t.e.Office.Pick[:min(len(t.e.Office.Pick), 5)] {
		cs = append(cs, Choice{Payload: "contacts.unit:" + u.Slug, Label: label(u.Short)})
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

// showUnit shows the numbers of one unit.
func (t *talk) showUnit(u UnitView) {
	if t.e.Office.Unit.Slug != u.Slug {
		t.e.Office.Phone = "" // it is another unit's
	}
	t.e.Office.Unit = u
	t.slots.Office = t.e.Office
	t.tellContacts()
	t.enter("contacts.show")
}

func takeContactUnit(t *talk) bool {
	h := t.e.Heard
	switch {
	case len(h.Contacts) > 0:
		t.tellContacts()
		t.enter("contacts.show")
	case len(h.Units) > 0 && !h.Complains:
		t.showUnit(h.Units[0])
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
