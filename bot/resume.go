package bot

// silent reports whether the citizen said nothing for half an hour, and notes
// when they last did.
func (t *talk) silent() bool {
	gap := t.now.Sub(t.s.LastAt)
	away := !t.s.LastAt.IsZero() && gap >= silence
	if away && gap >= stale && (t.s.Report.filled() || t.s.Pending.filled()) {
		t.tell("report.expired")
		t.forget(t.s.Report)
		t.forget(t.s.Pending)
		t.s.Report, t.s.Pending, t.s.Step = nil, nil, ""
	}
	if t.now.After(t.s.LastAt) {
		t.s.LastAt = t.now
	}
	return away
}

// resumes asks whether an open report goes on. What was said meanwhile waits
// for the answer, and a tap on the open step is one.
func (t *talk) resumes() bool {
	if !t.s.Report.filled() || t.e.Choice != "" || t.e.Heard.Denounces || t.e.Heard.Code != "" {
		return false
	}
	switch t.e.Heard.Intent {
	case IntentHuman, IntentMenu, IntentCancel, IntentBack:
		if t.e.Heard.Bare {
			return false
		}
	}
	t.enter("report.resume")
	if !takePending(t) {
		t.digress()
	}
	return true
}

// takePending keeps what is said before it is known whether the report goes on.
func takePending(t *talk) bool {
	if !t.evidence() {
		return false
	}
	if t.s.Pending == nil {
		t.s.Pending = &Report{}
	}
	t.swapped(t.keep)
	t.slots.Text = t.written()
	t.tell("report.pending")
	t.answerToo()
	t.again()
	return true
}

// swapped runs play on the pending report in place of the one at hand.
func (t *talk) swapped(play func()) {
	t.s.Report, t.s.Pending = t.s.Pending, t.s.Report
	play()
	t.s.Report, t.s.Pending = t.s.Pending, t.s.Report
}

func tapResume(t *talk, picked string) bool {
	switch picked {
	case "continue":
		t.join()
	case "new":
		t.renew()
	default:
		return false
	}
	t.s.Pending = nil
	t.advance()
	return true
}

// join adds what was said meanwhile to the report at hand.
func (t *talk) join() {
	p, r := t.s.Pending, t.s.Report
	if p == nil {
		return
	}
	r.Words, r.Files, r.Rude = append(r.Words, p.Words...), append(r.Files, p.Files...), append(r.Rude, p.Rude...)
	if p.Location != nil {
		r.Location = p.Location
	}
	r.inherit(p)
	if len(p.Words) > 0 {
		t.tell("report.added")
	}
}

// inherit takes over what was read from another report's words and this one
// lacks, so that it is not asked for.
func (r *Report) inherit(p *Report) {
	fill(&r.Kind, p.Kind)
	fill(&r.Place, p.Place)
	fill(&r.Decision, p.Decision)
	fill(&r.Named, p.Named)
	if !r.Anonymous {
		fill(&r.Contact.Name, p.Contact.Name)
		fill(&r.Contact.Phone, p.Contact.Phone)
	}
	if r.Unit == nil {
		r.Unit = p.Unit
	}
	if r.Category == "" || r.Category == unclear || grave(p.Category) && !grave(r.Category) {
		r.Category = p.Category
	}
	r.Sensitive = r.Sensitive || p.Sensitive
	r.openly()
}

// renew drops the report at hand and starts anew with what was said meanwhile.
func (t *talk) renew() {
	t.forget(t.s.Report)
	t.s.Report = t.s.Pending
	if t.s.Report == nil {
		t.s.Report = &Report{}
	}
	if len(t.s.Report.Words) > 0 {
		t.s.Report.settle("describe")
	}
}
