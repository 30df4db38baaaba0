package bot

import (
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// Times of the dialogue, from the contract.
const (
	silence   = 30 * time.Minute   // after it an open report asks whether to go on
	stale     = 7 * 24 * time.Hour // after it an open report is dropped
	afterward = 24 * time.Hour     // words and files still go to the filed case
	courtesy  = 12 * time.Hour     // after it the assistant introduces itself again
	reopening = 15                 // days for which a resolved case may be called not done, unless the office says otherwise
)

// Failed tries after which a person is offered.
const (
	maxTries     = 2
	maxSenseless = 3
)

// believable is the confidence below which a guessed intent counts for nothing.
const believable = 0.35

// Slots is the data of every Line: what its wording may name.
type Slots struct {
	Office     Office
	Report     Report
	Code       string
	Case       CaseView
	Dossier    DossierView
	Cases      []CaseView
	Procedure  ProcedureView
	Procedures []ProcedureView
	Condition  string // under which more papers are needed
	Contacts   []ContactView
	Inquiry    Inquiry
	Hours      HoursView
	Call       string // number to call for certainty, or ""
	Units      []UnitView
	Danger     Danger
	Notice     models.Notice
	Score      int
	Count      int    // files
	FileKind   string // image, audio, video, or file where they are mixed
	Text       string // words of the citizen, where it matters that there are some
	Secret     string // opens the answer on the web to who reported without a name
	Link       string // where more is to be seen
	May        bool   // what the wording offers can be done now
}

// talk is one event being played: the state as it becomes, and what is said
// and done. It lives for one call of Reply.
type talk struct {
	steps [][]step // of all dialogues
	s     State
	was   State // before the event
	e     Event
	now   time.Time // of the citizen's act, by the platform's clock
	slots Slots

	first []Line // of a danger, before all else
	say   []Line
	ask   bool   // the step's prompt and choices follow
	retry string // wording of the prompt, when it is not the step's own
	extra []Choice
	human bool // what is said offers a person
	mute  bool // a person holds the talk: no prompt, no choices
	do    []Effect
	about string        // code of the case the message is about
	files []models.File // that staff send with what is said
}

func newTalk(s State, e Event) *talk {
	was := s
	s.Report, s.Pending, s.Sealed = s.Report.clone(), s.Pending.clone(), s.Sealed.clone()
	s.FiledMids, s.Added, s.Dangers = slices.Clone(s.FiledMids), slices.Clone(s.Added), slices.Clone(s.Dangers)
	if s.Rating != nil {
		r := *s.Rating
		s.Rating = &r
	}
	t := &talk{steps: dialogues, s: s, was: was, e: e, now: e.At, slots: Slots{Office: e.Office, Code: s.Filed}}
	if t.now.IsZero() {
		t.now = e.Now
	}
	if h := &t.e.Heard; !h.Sure && !h.Bare && h.Confidence > 0 && h.Confidence < believable {
		h.Intent = IntentOther
	}
	t.e.Heard.decent()
	t.e.Heard.Procedures = reviewed(t.e.Heard.Procedures, t.now)
	t.repair()
	return t
}

// repair mends a state that an older release left: a step that is no more
// restarts its dialogue, with what was gathered kept.
func (t *talk) repair() {
	st, known := t.at()
	switch {
	case !known && t.s.Report != nil:
		t.s.Step = "report.describe"
	case !known, strings.HasPrefix(t.s.Step, "report.") && !st.end && t.s.Report == nil:
		t.s.Step = ""
	}
	if t.s.Report != nil && t.s.Report.Proposed == nil {
		t.s.Report.Proposed, t.s.Report.Near = t.e.PhotoPlace, t.e.PhotoNear
	}
}

// clone copies a report, so that the state that was given stays as it was.
func (r *Report) clone() *Report {
	if r == nil {
		return nil
	}
	c := *r
	if r.Alike != nil {
		a := *r.Alike
		c.Alike = &a
	}
	c.Words, c.Answers, c.Files = slices.Clone(r.Words), slices.Clone(r.Answers), slices.Clone(r.Files)
	c.Skipped, c.Rude = slices.Clone(r.Skipped), slices.Clone(r.Rude)
	return &c
}

// at returns the step where the talk stands; a name that this release does not
// know counts as none.
func (t *talk) at() (step, bool) { return find(t.steps, t.s.Step) }

// open reports whether the step waits for something.
func (t *talk) open() bool {
	st, known := t.at()
	return known && !st.end
}

// tell adds a statement.
func (t *talk) tell(key string) { t.say = append(t.say, t.line(key)) }

// offer adds a statement that offers a person, who is then among the choices.
func (t *talk) offer(key string) {
	t.tell(key)
	t.human = true
}

func (t *talk) line(key string) Line {
	if t.s.Report != nil {
		t.slots.Report = *t.s.Report
	}
	return Line{Key: key, Data: t.slots}
}

// enter goes to a step and asks for what it needs.
func (t *talk) enter(name string) {
	if name != t.s.Step {
		t.s.Step, t.s.Tries = name, 0
	}
	t.ask, t.retry = true, ""
}

// again asks for what the step needs once more.
func (t *talk) again() {
	if _, known := t.at(); !known {
		t.s.Step = "menu.root"
	}
	t.ask = true
}

// fail says why the words did not help, and asks again. After two failures a
// person is offered.
func (t *talk) fail(key string) {
	t.s.Tries++
	t.tell(key)
	t.again()
}

func (t *talk) effect(e Effect) { t.do = append(t.do, e) }

// unit returns the slug of the unit that answers, or "" while it is unknown.
func (t *talk) unit() string {
	switch {
	case t.s.Report != nil && t.s.Report.Unit != nil:
		return t.s.Report.Unit.Slug
	case t.e.Office.Unit.Slug != "":
		return t.e.Office.Unit.Slug
	}
	return t.s.Unit
}

// words returns what was written, unless it is surely nothing but a question,
// a command, a greeting or thanks.
func (t *talk) words() []Word {
	if t.e.Heard.Bare {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t.e.Words), func(w Word) bool { return strings.TrimSpace(w.Text) == "" })
}

// evidence reports whether the event carries anything worth keeping.
func (t *talk) evidence() bool {
	return len(t.words()) > 0 || len(t.e.Files) > 0 || t.e.Location != nil
}

// written returns all words as one text.
func (t *talk) written() string {
	parts := make([]string, 0, len(t.e.Words))
	for _, w := range t.e.Words {
		parts = append(parts, strings.TrimSpace(w.Text))
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// finish puts the message together: danger, introduction, answer, question.
func (t *talk) finish() Turn {
	turn := Turn{State: t.s, Do: t.do, Case: t.about, Files: t.files}
	prompt, choices := t.question()
	if len(t.first)+len(t.say)+len(prompt) == 0 {
		return turn
	}
	turn.Say = slices.Concat(t.first, t.opening(), t.say, prompt)
	turn.Choices = choices
	turn.State = t.s
	turn.State.Offered, turn.State.Rest = choices, ""
	return turn
}

// opening returns what comes before the answer: the introduction, once in 12
// hours, and what is still owed from before.
func (t *talk) opening() (lines []Line) {
	if fromCitizen(t.e.Kind) && !t.mute && (t.s.Greeted.IsZero() || t.now.Sub(t.s.Greeted) >= courtesy) {
		t.s.Greeted = t.now
		lines = append(lines, t.line("welcome.intro"))
	}
	if t.s.Lost > 0 {
		t.slots.Count, t.s.Lost = t.s.Lost, 0
		lines = append(lines, t.line("media.lost"))
	}
	return lines
}

func fromCitizen(k models.EventKind) bool { return models.Event{Kind: k}.FromCitizen() }

// question returns the prompt and the choices of the step, if it is to be asked.
func (t *talk) question() ([]Line, []Choice) {
	if !t.ask || t.mute {
		return nil, nil
	}
	st, _ := t.at()
	choices := st.offered(t)
	if t.human || t.s.Tries >= maxTries {
		t.extra = append([]Choice{choice(st.name, "human")}, t.extra...) // the step's own come first
	}
	for _, c := range t.extra {
		if !slices.Contains(choices, c) {
			choices = append(choices, c)
		}
	}
	key, brief := t.wording(st)
	if key == "" {
		return nil, choices
	}
	line := t.line(key)
	line.Prompt, line.Brief = true, brief
	return []Line{line}, choices
}

// wording is the key of the step's question, and whether it is the short one for
// a citizen who has just read it.
func (t *talk) wording(st step) (key string, brief bool) {
	key = st.name
	if st.prompt != nil {
		key = st.prompt(t)
	}
	if t.retry != "" {
		return t.retry, false
	}
	if st.brief != nil && t.standing(st.name) {
		if short := st.brief(t); short != "" {
			return short, true
		}
	}
	return key, false
}

// standing reports whether the step's question is what the citizen has before
// their eyes: it was the last that was asked, not long ago. Below a notice of
// another matter it is said which one it belongs to, as the short one does.
func (t *talk) standing(name string) bool {
	asked := len(t.was.Offered) > 0 && strings.HasPrefix(t.was.Offered[0].Payload, name+":")
	return asked && t.was.Step == name && (t.e.Kind == models.EventStatus || t.now.Sub(t.was.LastAt) < silence)
}
