package bot

func contactsSteps() []step {
	return []step{
		{name: "contacts.unit", picks: true, named: true, offer: []string{"back", "menu"}, choices: contactUnits, tap: tapContactUnit, take: takeContactUnit},
		{name: "contacts.show", end: true, picks: true, offer: []string{"back", "menu"}, prompt: nothing, tap: tapContacts, roams: always},
	}
}

// showContacts shows numbers: those that were found, the unit's own, or an
// honest word that none is known. Province-wide it asks for the unit first.
func (t *talk) showContacts() {
	if h := t.e.Heard; t.e.Office.Province && t.e.Office.Unit.Slug == "" && len(h.Contacts) == 0 && len(h.Units) != 1 {
		t.enter("contacts.unit")
		return
	}
	t.tellContacts()
	t.enter("contacts.show")
}

func (t *talk) tellContacts() {
	h := t.e.Heard
	t.slots.Contacts = h.Contacts
	if len(h.Contacts) == 0 && len(h.Units) == 1 {
		t.officeOf(h.Units[0])
	}
	switch {
	case len(h.Contacts) > 0:
		t.tell("contacts.show")
	case t.slots.Office.Phone != "":
		t.tell("contacts.office")
	default:
		t.effect(Learn{Question: t.written()})
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

// showUnit shows the numbers of one unit.
func (t *talk) showUnit(u UnitView) {
	t.officeOf(u)
	t.tellContacts()
	t.enter("contacts.show")
}

// officeOf makes the unit the one whose number is told.
func (t *talk) officeOf(u UnitView) {
	if t.slots.Office.Unit.Slug != u.Slug {
		t.slots.Office.Phone = "" // it is another unit's
	}
	t.slots.Office.Unit = u
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
