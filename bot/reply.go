package bot

import (
	"slices"
	"strings"
	"unicode"

	"github.com/langnghe/langnghe/models"
)

// Reply plays one event: the same state and event always give the same turn,
// and the state that was given is left as it was.
func Reply(s State, e Event) Turn {
	t := newTalk(s, e)
	t.expire()
	switch e.Kind {
	case models.EventMessage:
		t.message()
	case models.EventOpen:
		t.wake()
		t.welcome()
	case models.EventRated:
		t.rated()
	case models.EventErase:
		t.erase()
	case models.EventEdit, models.EventUnsend:
		t.amend()
	case models.EventStatus:
		t.notice()
	case models.EventDossier:
		t.dossierAnswer()
	case models.EventEcho, models.EventControl, models.EventHandback:
		t.handover()
	case models.EventMedia:
		t.lose()
	}
	t.blank()
	return t.finish()
}

// message plays what a citizen wrote, tapped or sent. The order of the cases is
// the contract's "what wins".
func (t *talk) message() {
	away := t.silent()
	t.speak()
	t.wake()
	switch {
	case t.danger():
	case t.s.Mode == models.ModeHuman:
		t.overhear()
	default:
		t.soothe()
		t.understood(away)
	}
	t.realarm()
}

// understood plays a message that is neither a danger nor a person's to answer;
// away says that the citizen was silent for half an hour before it.
func (t *talk) understood(away bool) {
	switch {
	case away && t.resumes():
	case t.yesOrNo():
	case t.tapped():
	case t.commanded():
	case t.unnamed():
	case t.aside():
	case t.misnumbered():
	case t.wordless():
	case t.denounced():
	case t.undone():
	case t.replied():
	case t.rectified():
	case t.taken():
	case t.foreign():
	case t.served():
	default:
		t.lost()
	}
}

// tapped plays a choice, whether it was tapped or typed.
func (t *talk) tapped() bool {
	name, picked, ok := strings.Cut(t.e.Choice, ":")
	if t.e.Choice == "" {
		return false
	}
	t.filesFirst()
	st, known := find(t.steps, name)
	switch {
	case !ok || !known:
		t.welcome()
	case picked == "human":
		t.askHuman("asked")
	case picked == "more":
		t.more()
	case !st.knows(picked):
		t.welcome()
	case !t.live(st) || !st.tap(t, picked):
		t.outdated()
	}
	t.s.Senseless = 0
	return true
}

// filesFirst lets the step take the files that came with a typed choice.
func (t *talk) filesFirst() {
	if len(t.e.Files) > 0 || t.e.Location != nil {
		words := t.e.Words
		t.e.Words = nil
		t.taken()
		t.e.Words, t.e.Files, t.e.Location = words, nil, nil
	}
}

// live reports whether a choice of the step may be played now.
func (t *talk) live(st step) bool {
	if st.tap == nil {
		return false
	}
	return st.name == t.s.Step || st.roams != nil && st.roams(t)
}

// more says what was cut off the last message.
func (t *talk) more() {
	if t.s.Rest == "" {
		t.outdated()
		return
	}
	t.say = append(t.say, Line{Words: t.s.Rest})
	t.again()
}

// outdated answers a choice of an older message; of one that sent a report,
// with the code it was filed under.
func (t *talk) outdated() {
	if t.s.Step == "report.filed" && strings.HasPrefix(t.e.Choice, "report.") {
		t.slots.Code, t.about = t.s.Filed, t.s.Filed
		t.tell("report.filed.already")
	} else {
		t.tell("choice.outdated")
	}
	t.again()
}

// commanded plays words that mean a choice of the open step, then the global
// words: menu, cancel, back, a person.
func (t *talk) commanded() bool {
	h := t.e.Heard
	if h.Complains || !h.Bare && !h.Sure {
		return false
	}
	if st, known := t.at(); known && h.Bare && t.s.Step != "menu.root" {
		if picked, ok := st.meaning(t, h.Intent); ok && h.Intent != IntentHuman {
			return st.tap(t, picked)
		}
	}
	return t.global(h.Intent)
}

// certain is the confidence from which what a sentence wants is believed
// although it holds words of its own.
const certain = 0.95

// aside serves, once the matter is described, a sentence that surely gives it
// up, greets, thanks or asks to be forgotten: it is neither a place nor a name.
func (t *talk) aside() bool {
	h := t.e.Heard
	late := slices.Contains([]string{"report.place", "report.contact", "report.confirm"}, t.s.Step)
	if !late || h.Bare || h.Complains || h.Confidence < certain || h.Phone != "" || len(t.e.Files) > 0 {
		return false
	}
	switch h.Intent {
	case IntentCancel:
		t.cancel()
		return true
	case IntentPrivacy:
		return t.digress()
	case IntentGreet, IntentThanks, IntentBye:
		return h.Place == "" && !t.names() && t.digress()
	}
	return false
}

// names reports whether the sentence tells a name besides what it is for. What
// fills most of the sentence is the sentence itself, misread.
func (t *talk) names() bool {
	said := 0
	for _, w := range t.e.Words {
		said += len(w.Text)
	}
	return t.e.Heard.Name != "" && 2*len(t.e.Heard.Name) <= said
}

func (t *talk) global(i Intent) bool {
	if i == IntentHuman {
		t.keepSaid()
		t.askHuman("asked")
		return true
	}
	if !t.e.Heard.Bare {
		return false
	}
	switch i {
	case IntentMenu:
		t.menu()
	case IntentCancel:
		t.cancel()
	case IntentBack:
		t.back()
	default:
		return false
	}
	return true
}

// cancel gives up what is open. A report with something in it asks first.
func (t *talk) cancel() {
	if t.inReport() {
		t.cancelReport()
		return
	}
	t.tell("cancelled")
	t.enter("menu.root")
}

func (t *talk) back() {
	if t.inReport() || t.s.Report != nil {
		t.reportBack()
		return
	}
	t.menu()
}

// misnumbered answers a number that none of the choices has, where it can be
// nothing else: it is no evidence.
func (t *talk) misnumbered() bool {
	st, _ := t.at()
	text := strings.TrimRight(t.written(), ".) ")
	if !st.picks || text == "" || len(text) > 2 || digitsPrefix(text) < len(text) || len(t.e.Files) > 0 {
		return false
	}
	t.fail("lost.number")
	return true
}

// wordless answers signs without a letter or a figure, where they can be no
// answer. In a description they are kept.
func (t *talk) wordless() bool {
	flow, _, _ := strings.Cut(t.s.Step, ".")
	text := t.written()
	says := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	if flow != "report" && flow != "ask" || !t.open() || t.s.Step == "report.describe" {
		return false
	}
	if text == "" || strings.ContainsFunc(text, says) || len(t.e.Files) > 0 || t.e.Location != nil {
		return false
	}
	t.lost()
	return true
}

// taken lets the step use free words and files.
func (t *talk) taken() bool {
	st, known := t.at()
	if !known || st.take == nil || !st.take(t) {
		return false
	}
	t.s.Senseless = 0
	return true
}

// lost answers what nobody could make sense of.
func (t *talk) lost() {
	if t.pleased() {
		return
	}
	t.s.Senseless++
	key := "lost"
	switch {
	case t.e.Heard.Angry:
		key, t.human = "angry.way", true
	case t.s.Senseless >= maxSenseless:
		key, t.human = "lost.human", true
	case len(t.e.Words) == 0 && t.e.Sticker:
		key = "lost.sticker"
	}
	switch {
	case t.open():
		t.fail(key)
	case t.s.Sealed != nil:
		t.tell(key)
		t.again() // what was sealed waits for a choice
		t.retry = "denounce.more"
	default:
		if strings.Count(t.written(), " ") >= questionWords && !t.e.Heard.Angry {
			t.learn(models.Unknown, "")
		}
		t.tell(key)
		t.enter("menu.root")
	}
}

// questionWords is from how many blanks on words that nobody made sense of may
// be a question that staff should see.
const questionWords = 3

// pleased takes a sticker for thanks where something has just come to its end.
func (t *talk) pleased() bool {
	st, known := t.at()
	if !t.e.Sticker || len(t.e.Words) > 0 || !known || !st.end || st.name == "menu.root" || t.s.Sealed != nil {
		return false
	}
	t.tell("thanks")
	t.again()
	return true
}
