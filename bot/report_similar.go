package bot

// comparable reports whether enough is known of the report to tell whether an
// open case looks the same, and whether that was not asked yet. A tip is nobody
// else's business.
func (r *Report) comparable() bool {
	known := r.Category != "" && r.Category != unclear && (r.Place != "" || r.Location != nil)
	return known && !r.Sensitive && !r.settled("similar") && !r.settled("tip")
}

// dueSimilar asks once, whether an open case is the same matter.
func dueSimilar(t *talk) bool {
	r := t.s.Report
	if r.settled("similar") || r.Editing {
		return false
	}
	if c := t.e.Similar; len(c) > 0 && r.comparable() {
		r.Alike = &Alike{Code: c[0].Code, Mine: c[0].Mine, Status: c[0].Status, Created: c[0].Created}
	}
	return r.Alike != nil
}

func similarPrompt(t *talk) string {
	a := t.s.Report.Alike
	if a == nil {
		return ""
	}
	t.slots.Case = CaseView{Code: a.Code, Status: a.Status, Created: a.Created}
	if a.Mine {
		return "report.similar.mine"
	}
	return "report.similar"
}

func tapSimilar(t *talk, picked string) bool {
	r := t.s.Report
	switch {
	case picked == "cancel":
		t.cancel()
		return true
	case picked == "join" && r.Alike != nil && r.Alike.Mine:
		t.joinOwn()
		return true
	case picked == "join" && r.Alike != nil:
		r.Joins = r.Alike.Code
		t.tell("report.similar.joined")
	case picked == "new":
		r.Joins = ""
	default:
		return false
	}
	r.settle("similar")
	t.advance()
	return true
}

// takeSimilar takes a plain no for another matter, and keeps what else is said: a
// number and a name where they belong.
func takeSimilar(t *talk) bool {
	if t.e.Heard.Bare && t.e.Heard.Intent == IntentNo {
		return tapSimilar(t, "new")
	}
	return t.phoneAlone() || takeMore(t)
}

// joinOwn adds the report to the citizen's own case, which ends it. Later words
// go there too.
func (t *talk) joinOwn() {
	r := t.s.Report
	out := r.filing()
	t.effect(AddEvidence{Code: r.Alike.Code, Words: out.Words, Files: out.Files, Location: out.Location})
	t.closed(r.Alike.Code, out)
	t.tell("report.similar.added")
	t.enter("report.filed")
}
