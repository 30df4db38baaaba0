package bot

// ---- report.unit

func unitChoices(t *talk) []Choice {
	cs := unitsAt("report.unit", t.e.Heard.Units)
	if len(cs) < 2 {
		cs = t.offeredAt("report.unit") // what was offered stays while it is not answered
	}
	if len(cs) == 0 {
		cs = unitsAt("report.unit", t.e.Office.Pick)
	}
	return append(cs, fixed("report.unit", "other", "cancel")...)
}

// unitsAt makes at most five choices of units.
func unitsAt(step string, units []UnitView) []Choice {
	var cs []Choice
	for _, u := range units[:min(len(units), 5)] {
		cs = append(cs, Choice{Payload: step + ":" + u.Slug, Label: label(u.Short)})
	}
	return cs
}

// unitPrompt offers the unit that the citizen chose before.
func unitPrompt(t *talk) string {
	if u, ok := t.remembered(); ok && t.s.Tries == 0 {
		t.slots.Office.Unit = u
		return "report.unit.remembered"
	}
	return "report.unit"
}

// remembered returns the unit of the citizen's last report, while it is offered.
func (t *talk) remembered() (UnitView, bool) {
	for _, u := range t.e.Office.Pick {
		if u.Slug == t.s.Unit && len(t.e.Heard.Units) == 0 {
			return u, true
		}
	}
	return UnitView{}, false
}

func tapUnit(t *talk, picked string) bool {
	switch picked {
	case "cancel":
		t.cancel()
	case "other":
		t.again()
		t.retry = "report.unit.other"
	default:
		return t.pickUnit(picked)
	}
	return true
}

func (t *talk) pickUnit(slug string) bool {
	u, ok := t.unitOf(slug, "report.unit:"+slug)
	if !ok {
		return false
	}
	t.s.Report.Unit = &u
	t.advance()
	return true
}

// unitOf finds a unit among those that came with the event or, when they have
// changed meanwhile, among the choices of the last message.
func (t *talk) unitOf(slug, payload string) (UnitView, bool) {
	for _, us := range [][]UnitView{t.e.Office.Pick, t.e.Heard.Units} {
		for _, u := range us {
			if u.Slug == slug {
				return u, true
			}
		}
	}
	name := t.offeredLabel(payload)
	return UnitView{Slug: slug, Name: name, Short: name}, name != ""
}

// placeBefore keeps a street or hamlet that is told where its commune is asked
// for.
func (t *talk) placeBefore() bool {
	r, h := t.s.Report, t.e.Heard
	if r.Place != "" || h.Place == "" || h.Ward || len(h.Units) > 0 || h.Complains || t.beyond(runesOf(h.Place)) {
		return false
	}
	t.keepAnswer()
	t.absorb()
	t.tellNoted()
	t.again()
	return true
}

func takeUnit(t *talk) bool {
	if u, ok := t.remembered(); ok && t.e.Heard.Bare && t.e.Heard.Intent == IntentYes {
		return t.pickUnit(u.Slug)
	}
	if t.phoneAlone() || t.placeBefore() {
		return true
	}
	if !t.evidence() {
		return false
	}
	us := t.e.Heard.Units
	if len(us) == 0 || t.beyond(runesOf(us[0].Name)) {
		t.keep()
		t.tellKept()
		t.answerToo()
	} else {
		t.keepAnswer()
		t.absorb()
	}
	switch {
	case len(us) == 1:
		t.s.Report.Unit = &us[0]
		t.advance()
	case len(us) > 1:
		t.again()
		t.retry = "report.unit.which"
	case t.e.Heard.Complains || len(t.words()) == 0:
		t.again() // more of the matter, and no name that is unknown
	default:
		t.s.Tries++
		t.again()
		t.retry = "report.unit.unknown"
	}
	return true
}
