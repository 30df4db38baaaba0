// Package hear turns what was typed, tapped or sent into a bot.Event: which
// choice was meant, what the citizen wants, and the names, numbers, places and
// dangers in the words. The words it knows stand in data/words.yaml.
package hear

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

// Ear understands messages by one snapshot of the catalogue. It is immutable
// and safe for concurrent use.
type Ear struct {
	cat    *lookup.Catalogue
	labels []Labels
	lists  lists
	hours  hourLists
	office officeLists
	// procedures are written out once, when the first question is asked.
	procedures func() map[string]bot.ProcedureView
}

// Labels returns the wording of a choice of a step, or "".
type Labels func(step, choice string) string

// New makes an ear. labels are the wordings of the choices in each language: a
// citizen may type one of them instead of tapping.
func New(cat *lookup.Catalogue, labels ...Labels) *Ear {
	return &Ear{
		cat: cat, labels: labels, lists: newLists(cat, labels), hours: newHourLists(cat), office: newOfficeLists(cat),
		procedures: sync.OnceValue(func() map[string]bot.ProcedureView { return procedureViews(cat) }),
	}
}

// Understand reads one event, or a burst of messages, as the next thing that
// happened in a conversation. A tap's title is not among the words; a choice
// that was typed is. Of several messages only a tap is taken for a choice.
func (e *Ear) Understand(s bot.State, in []models.Event) bot.Event {
	ev := gather(in)
	code, rest := dossier(ev.Words, s.Step, ev.At)
	r := e.read(rest, s.Step)
	if ev.Kind == models.EventMessage {
		choosing := ev.Words
		if code != "" {
			choosing = nil // what stands around a code is no choice
		}
		ev.Choice = e.choice(s, in, choosing, r)
	}
	if unknownTap(in) && ev.Choice == "" {
		ev.Kind = models.EventOpen
	}
	ev.Heard = e.hear(s, ev, r)
	e.meanDossier(&ev.Heard, code, r, s.Step)
	e.attach(&ev.Heard, s, ev.Choice, ev.At)
	if ev.Notice != nil {
		e.attachProcedure(&ev.Heard, ev.Notice.Procedure)
	}
	return ev
}

// attach adds what a tap is about, which no words name.
func (e *Ear) attach(h *bot.Heard, s bot.State, choice string, at time.Time) {
	step, picked, _ := strings.Cut(choice, ":")
	code := picked
	switch step {
	case "contacts.unit":
		e.inquired(h, s, picked, at)
		return
	case "ask.answer", "ask.when":
		code = s.Procedure
	case "ask.choose":
	default:
		return
	}
	e.attachProcedure(h, code)
}

func (e *Ear) attachProcedure(h *bot.Heard, code string) {
	if p, known := e.procedures()[code]; known {
		h.Procedures = []bot.ProcedureView{p}
	}
}

// gather joins a burst.
func gather(in []models.Event) bot.Event {
	ev := bot.Event{Kind: models.EventMessage}
	for _, m := range in {
		ev.Kind, ev.At = m.Kind, m.At
		if strings.TrimSpace(m.Text) != "" && m.Payload == "" && payload(m.Text) == "" {
			ev.Words = append(ev.Words, bot.Word{Mid: m.Mid, Text: m.Text})
		}
		ev.Files = append(ev.Files, m.Files...)
		ev.Location = cmp.Or(m.Location, ev.Location)
		ev.Notice = cmp.Or(m.Notice, ev.Notice)
		ev.Score = cmp.Or(m.Score, ev.Score)
		ev.Sticker = ev.Sticker || m.Sticker
		if m.Contact != nil {
			ev.Contact = &models.Contact{Name: m.Contact.Name, Phone: firstPhone(m.Contact.Phone)}
		}
	}
	if ev.Kind == models.EventEdit || ev.Kind == models.EventUnsend {
		last := in[len(in)-1]
		ev.Words = []bot.Word{{Mid: last.Mid, Text: last.Text}}
	}
	return ev
}

// longestChoice is how many bytes a choice that is typed may have.
const longestChoice = 200

// Immediate reports whether an event is played at once instead of waiting for
// the rest of a burst: everything but words, files and the like, and of words a
// tap, a number, a label or a command.
func (e *Ear) Immediate(ev models.Event) bool {
	if ev.Kind != models.EventMessage || ev.Payload != "" || payload(ev.Text) != "" {
		return true
	}
	if len(ev.Files) > 0 || ev.Location != nil || ev.Contact != nil {
		return false
	}
	if len(ev.Text) > longestChoice || strings.Count(ev.Text, " ") >= e.lists.longest {
		return false
	}
	for _, words := range e.forms(e.cat.Words(ev.Text)) {
		if number(words) > 0 || e.lists.meanings.Is(words) || e.lists.known[key(words)] {
			return true
		}
	}
	return false
}

// hear reads the words.
func (e *Ear) hear(s bot.State, ev bot.Event, r reading) bot.Heard {
	if strings.TrimSpace(r.text) == "" {
		return bot.Heard{Intent: bot.IntentOther}
	}
	part, contrasts := e.intended(r)
	h := bot.Heard{
		Phone:    part.phone(),
		Code:     caseCode(r.text, s.Step, ev.At),
		Decision: r.decision(s.Step),
		Name:     e.name(part, s.Step),
		Place:    e.place(part, s.Step),
		Units:    e.units(r.words, ev.At),
		English:  e.english(r),
		Corrects: e.corrects(r),
		NotDone:  len(r.words) <= longestWhole && e.lists.notDone.Has(r.words),
	}
	if h.Name == "" && h.Phone != "" && h.Place != "" {
		h.Name = e.name(e.readText(strings.Replace(part.text, h.Place, " ", 1), ""), "") // "An 0900…, lane 8"
	}
	if s.Step == contactStep && h.Phone == "" {
		h.Phone = withoutZero(r.text)
	}
	if !contrasts && summed(s.Step) && e.lists.contrast.Begins(r.words) && len(r.words) <= longestWhole {
		h.Phone, h.Name, h.Place, h.Corrects = "", "", "", true // what is denied is not what was meant
	}
	h.Corrects = h.Corrects || contrasts && h.Phone+h.Name+h.Place != "" || summed(s.Step) && e.onlyPlace(part, h.Place)
	guess := e.cat.Guess(r.words)
	sights := e.danger(r.words, guess, h.English)
	if len(sights) > 0 {
		h.Danger = dangerView(sights[0])
	}
	e.mean(&h, r, guess, s.Step)
	e.tellBeside(&h, r)
	h.Ward = h.Place != "" && e.onlyUnit(h.Place)
	h.Anonymous = !h.Complains && e.anonymous(r)
	if !e.attend(&h, r, ev.At) {
		e.follow(&h, s, r, ev.At)
	}
	h.Guarded = h.Denounces || h.Complains && e.accuses(r.words) || len(sights) > 0 && sights[0].Sensitive
	h.Sensitive = h.Sensitive || len(sights) > 0 && sights[0].Sensitive
	h.Happens = e.happens(h, r)
	e.sameOffice(&h, s, r, ev.At)
	e.direct(&h, s, r, ev.At)
	e.doubt(&h, s, r)
	e.both(&h, r.words)
	e.aspect(&h, r.words)
	return h
}

// summed reports whether the whole report was shown at the step: what is told
// there and nothing else puts it right.
func summed(step string) bool { return step == "report.confirm" || step == "report.edit" }

// toldShort is up to how many words a wish for no name tells nothing besides.
const toldShort = 6

// doubt keeps what may be part of a matter while one is told: a question that the
// catalogue does not answer, a name without accents that may be words, a wish for
// no name with its reason. In doubt words are kept and served (contract of the
// dialogue, rule 3).
func (e *Ear) doubt(h *bot.Heard, s bot.State, r reading) {
	if s.Step != "report.describe" || !h.Bare {
		return
	}
	switch {
	case h.Intent == bot.IntentAsk && len(h.Procedures) == 0 && h.Confidence < 1,
		h.Anonymous && len(r.words) > toldShort,
		h.Name != "" && h.Phone == "" && !slices.ContainsFunc(r.words, lookup.Word.Accented):
		h.Bare = false
	}
}
