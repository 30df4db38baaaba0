package bot

import (
	"cmp"

	"github.com/langnghe/langnghe/models"
)

// denounceSteps meets a tố cáo, which the law does not let us take in a chat:
// it is explained, and the words stay sealed in the state until the citizen
// has chosen a way.
func denounceSteps() []step {
	return []step{{name: "denounce.told", end: true, offer: []string{"tip", "human", "menu"}, tap: tapDenounce, take: takeSealed}}
}

// denounced seals a denunciation.
func (t *talk) denounced() bool {
	tip := t.s.Report != nil && t.s.Report.settled("tip")
	if !t.e.Heard.Denounces || tip || !t.evidence() {
		return false
	}
	more := t.s.Sealed != nil
	t.seal()
	t.enter("denounce.told")
	if more {
		t.retry = "denounce.more"
	}
	return true
}

func (t *talk) seal() {
	if t.s.Sealed == nil {
		t.s.Sealed, t.s.SealedAt = &Report{}, t.now
	}
	r := t.s.Sealed
	r.Words, r.Files = append(r.Words, t.words()...), append(r.Files, t.e.Files...)
	fill(&r.Category, t.e.Heard.Category)
	if us := t.e.Heard.Units; r.Unit == nil && len(us) == 1 && t.e.Office.Province {
		r.Unit = &us[0]
	}
	if t.e.Location != nil {
		r.Location = t.e.Location
	}
}

// takeSealed seals what is said further.
func takeSealed(t *talk) bool {
	if t.s.Sealed == nil || !t.evidence() {
		return false
	}
	t.seal()
	t.again()
	t.retry = "denounce.more"
	if t.e.Heard.Danger != nil {
		t.retry = "denounce.danger"
	}
	return true
}

func tapDenounce(t *talk, picked string) bool {
	switch picked {
	case "tip":
		t.tip()
	case "menu":
		t.menu()
	default:
		return false
	}
	return true
}

// tip makes a sensitive phản ánh of the sealed words, which leader and
// inspector alone can read. A report at hand becomes part of it.
func (t *talk) tip() {
	sealed := t.s.Sealed
	if sealed == nil {
		sealed = &Report{}
	}
	if t.s.Report == nil {
		t.s.Report = &Report{}
	}
	r := t.s.Report
	r.Words, r.Files = append(r.Words, sealed.Words...), append(r.Files, sealed.Files...)
	fill(&r.Category, sealed.Category)
	r.Unit, r.Location = cmp.Or(r.Unit, sealed.Unit), cmp.Or(r.Location, sealed.Location)
	if r.filled() {
		r.settle("describe")
	}
	r.Kind, r.Sensitive = models.PhanAnh, true
	r.settle("tip")
	r.settle("place")
	if t.s.Sealed == nil {
		t.tell("denounce.gone")
	}
	t.s.Sealed = nil
	t.tell("denounce.tip")
	t.advance()
}

// expire blanks sealed words that were left unanswered for half an hour.
func (t *talk) expire() {
	now := t.now
	if t.e.Now.After(now) {
		now = t.e.Now
	}
	if t.s.Sealed != nil && now.Sub(t.s.SealedAt) >= silence {
		t.unseal()
	}
}

// blank forgets sealed words once the talk has gone another way.
func (t *talk) blank() {
	if t.s.Sealed != nil && t.s.Step != "denounce.told" {
		t.unseal()
	}
}

// unseal blanks the sealed words in inbox and record and drops the files.
func (t *talk) unseal() {
	t.redact(t.s.Sealed)
	t.forget(t.s.Sealed)
	t.s.Sealed = nil
}

// redact blanks a report's words in inbox and record.
func (t *talk) redact(r *Report) {
	var mids []string
	for _, w := range r.Words {
		if w.Mid != "" {
			mids = append(mids, w.Mid)
		}
	}
	if len(mids) > 0 {
		t.effect(Redact{Mids: mids})
	}
}
