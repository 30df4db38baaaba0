package hear

import (
	"slices"
	"strings"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

// Thresholds, set by measurement on the development utterances (testdata).
const (
	sure        = 0.8  // from here on an intent or a procedure is believed
	complaining = 0.7  // from here on a text tells a matter to report
	nothingLeft = 0.05 // up to here a text does not
	unclear     = 0.2  // below, a category is called "khac"
	leaning     = 0.8  // from here on a sensitive category is believed to be one
	dangerous   = 0.98 // from here on a text without a known cue is a danger
	contradict  = 0.03 // up to here the model speaks against a cue
	short       = 10   // words: nobody in danger tells a story, and a few cannot hide a complaint
	titled      = 0.5  // from here on a question outside what the model knows is one about a newer procedure
	supported   = 0.15 // what a cue typed without accents needs
)

// mean fills what the words mean. A known whole message is sure; of anything
// else the model decides.
func (e *Ear) mean(h *bot.Heard, r reading, g lookup.Guess, step string) {
	words := r.words
	e.temper(h, r)
	if intent, bare, ok := e.command(r, step); ok {
		h.Intent, h.Sure, h.Bare, h.Confidence = intent, true, bare, 1
		h.Kind = e.kind(words, false)
		return
	}
	switch {
	case h.English:
		e.meanEnglish(h, words)
	case e.onlyNamed(h, r, step):
		h.Intent, h.Sure, h.Bare, h.Confidence = bot.IntentOther, true, true, 1
	case h.Danger == nil && e.onlyUnit(r.text):
		h.Intent, h.Confidence = bot.IntentOther, 1 // where, and nothing of what
	case e.taught(h, words):
	case !e.whole(h, r, step):
		e.weigh(h, r, g)
		h.Complains = h.Complains || e.swears(*h, r, step)
	}
	if h.Intent == bot.IntentStatus {
		h.DaysAgo = e.daysAgo(words)
	}
}

// swears reports whether a sentence in a report holds profanity: it is no place
// and no name, but more to tell.
func (e *Ear) swears(h bot.Heard, r reading, step string) bool {
	return len(h.Rude) > 0 && !h.Bare && len(r.words) > 2 && h.Phone == "" && strings.HasPrefix(step, "report.")
}

// weigh lets the model decide, within what the lists know for sure.
func (e *Ear) weigh(h *bot.Heard, r reading, g lookup.Guess) {
	words := r.words
	complains := e.lists.complains.Has(words)
	h.Denounces = e.denounces(words, g)
	h.Complains = h.Danger != nil || h.Denounces || e.tellsMatter(words, g, complains) || h.Decision != "" && !e.asks(words)
	h.Intent, h.Confidence = e.intent(*h, r, g)
	h.Kind = e.kind(words, h.Complains && !h.Denounces)
	e.categorise(h, words, g)
	e.alsoAsks(h, words)
	e.answerable(h, g)
	h.Sure = h.Confidence >= sure
	h.Bare = !h.Complains && !complains && e.onlyAsks(r, g)
}

// intent is the likeliest one, but for what else was read from the words.
func (e *Ear) intent(h bot.Heard, r reading, g lookup.Guess) (bot.Intent, float64) {
	words := r.words
	intent, p := top(g)
	switch {
	case h.Danger != nil && h.Danger.Code != lookup.GeneralDanger:
		return bot.IntentDanger, 1
	case h.Denounces:
		return bot.IntentReport, max(p, sure)
	case h.Code != "" && (intent != bot.IntentReport || len(words) <= 6):
		return bot.IntentStatus, max(p, sure)
	case intent == bot.IntentDanger && h.Danger == nil:
		return bot.IntentReport, p // told, but not so that anybody must be called
	case intent == bot.IntentStatus && e.lists.statusAsks.Has(words):
		return intent, max(p, sure)
	case intent == bot.IntentStatus && p < sure && len(words) <= short && !h.Complains:
		return bot.IntentOther, p
	case intent == bot.IntentContacts && r.dials && !h.Complains && !e.asks(words):
		return bot.IntentOther, p // a number is told, not asked for
	case intent == bot.IntentRate && h.Complains && e.declares(words):
		return bot.IntentReport, max(g.Share("report"), supported)
	case h.Complains && yields(intent) && !e.asks(words):
		return bot.IntentReport, max(g.Share("report"), supported)
	}
	return intent, p
}

// yields reports whether an intent of the model gives way to a matter that is told.
func yields(i bot.Intent) bool {
	switch i {
	case bot.IntentAsk, bot.IntentContacts, bot.IntentYes, bot.IntentNo, bot.IntentOther, bot.IntentMenu, bot.IntentBack, bot.IntentPrivacy:
		return true
	}
	return false
}

// tellsMatter reports whether there is something to report in the words: they
// say so, the model does, or it does not speak against words that do.
func (e *Ear) tellsMatter(words []lookup.Word, g lookup.Guess, complains bool) bool {
	p := g.Share("report", "danger")
	intent, _ := top(g)
	if p >= complaining || intent != bot.IntentStatus && e.declares(words) && !e.applies(words, g) {
		return true
	}
	if intent == bot.IntentReport && len(e.namedKinds(words)) > 0 || e.lists.deedsTold.Has(words) && !e.asks(words) {
		return true
	}
	wrong := e.accuses(words)
	if wrong && len(words) <= short && !e.asks(words) {
		return true
	}
	if g.Share("ask", "oos") >= sure || intent == bot.IntentContacts && !slices.ContainsFunc(words, hasDigit) {
		return false
	}
	return complains && (p >= supported || yields(intent) && len(words) <= short && !e.asks(words)) ||
		wrong ||
		len(words) > 5 && e.lists.kinds.Has(words) && !e.lists.question.Has(words)
}

// applies reports whether a wish that is said ("đề nghị cấp lại giấy") is for a
// paper, as far as the model knows.
func (e *Ear) applies(words []lookup.Word, g lookup.Guess) bool {
	return g.Share("ask", "oos") >= complaining && len(e.namedKinds(words)) == 0
}

// command returns the intent of a whole message that is a known phrase, and
// whether such a phrase only steers the talk and tells nothing.
func (e *Ear) command(r reading, step string) (intent bot.Intent, bare, ok bool) {
	for _, words := range r.forms {
		if intent := e.answers(words, step); intent != "" {
			return intent, true, true
		}
		for _, v := range e.lists.meanings.Whole(words) {
			first := e.lists.choices[v][0]
			if first == "time" && e.lists.statusAsks.Is(words) {
				continue // of a matter, where no paper is spoken of
			}
			if slices.Contains(editable[:], first) && !strings.HasPrefix(step, "report.") {
				continue // a part of a report, where there is none
			}
			if slices.Contains(intents[:], bot.Intent(first)) {
				return bot.Intent(first), true, true
			}
			return bot.IntentOther, steers(first), true
		}
	}
	if len(r.forms) == 0 {
		return "", false, false
	}
	means := whole(e.pieces(nil, r.forms[0], step), len(r.forms[0])).means
	switch {
	case slices.Contains(intents[:], bot.Intent(means)):
		return bot.Intent(means), true, true
	case steers(means):
		return bot.IntentOther, true, true
	}
	return "", false, false
}

// editable are the choices that name a part of a report.
var editable = [...]string{"describe", "kind", "files", "place", "contact", "unit"}

// answers returns the yes or no that a whole message is at an open step: "gửi"
// is no consent to throw something away.
func (e *Ear) answers(words []lookup.Word, step string) bot.Intent {
	at := e.lists.at[step]
	for _, v := range at.phrases.Whole(words) {
		if i := bot.Intent(at.choices[v]); i == bot.IntentYes || i == bot.IntentNo {
			return i
		}
	}
	return ""
}

// steers reports whether a choice that is no intent is a word to the bot and
// nothing else. "Chưa sửa" and the like may be part of a story.
func steers(choice string) bool {
	switch choice {
	case "skip", "done", "anonymous", "continue", "more", "clear", "hide", "edit", "new":
		return true
	}
	return false
}

// top returns the likeliest intent. A question outside the catalogue is an ask
// without a procedure.
func top(g lookup.Guess) (bot.Intent, float64) {
	best, p := g.Likeliest()
	if best == "oos" {
		return bot.IntentAsk, p
	}
	return bot.Intent(best), p
}

// answerable offers procedures for a question, and says how sure the first is.
func (e *Ear) answerable(h *bot.Heard, g lookup.Guess) {
	if h.Intent != bot.IntentAsk || len(h.Procedures) > 0 {
		return
	}
	found := g.Procedures()
	outside := g.Share("oos") > g.Share("ask")
	if len(found) == 0 || outside && !(g.Newer(found[0].Code) && found[0].Score >= titled) {
		return
	}
	h.Confidence = g.Confidence(found[0])
	for _, f := range found {
		if p, ok := e.procedures()[f.Code]; ok {
			h.Procedures = append(h.Procedures, p)
		}
	}
}

// categorise names the category, and says whether few may read the report: for
// what it is about, as far as that is believable, or because it is about
// somebody in office. A danger knows its own.
func (e *Ear) categorise(h *bot.Heard, words []lookup.Word, g lookup.Guess) {
	p := g.Share("report", "danger")
	if h.Complains || p > supported {
		h.Category = unclassed
		if found := g.Categories(); len(found) > 0 && found[0].Score >= unclear {
			h.Category = found[0].Code
			if h.Complains && h.Kind != models.KhenNgoi { // praise may be read by all
				h.Category, h.Sensitive = e.believed(found, words, p)
			}
		}
	}
	if h.Denounces && h.Category == unclassed {
		h.Category = misconduct
	}
	if h.Danger != nil && h.Danger.Category != "" {
		h.Category, h.Sensitive = h.Danger.Category, false
	}
	h.Sensitive = h.Sensitive || h.Complains && e.accuses(words) || h.Denounces
}

// accuses reports whether the words tell a wrong of somebody in office.
func (e *Ear) accuses(words []lookup.Word) bool {
	return e.lists.officer.Has(words) && e.lists.officerWrongs.Has(words)
}

// believed returns the first category and whether few may read the report. A
// sensitive one that neither the model nor the taxonomy's words are sure of is
// none: by it a report would be hidden from those who are to work on it.
func (e *Ear) believed(found []lookup.Found, words []lookup.Word, p float64) (code string, sensitive bool) {
	category, _ := e.cat.Category(found[0].Code)
	switch {
	case !category.Sensitive:
		return category.Code, false
	case e.cat.NamesCategory(words, category.Code):
		return category.Code, true
	case p < leaning:
		return unclassed, false
	}
	return category.Code, e.sensitive(found)
}

// misconduct is the category of a denunciation that names no other.
const misconduct = "nhung-nhieu"

// sensitive reports whether the first category is, and not by a mere chance:
// those that are have a fair share together.
func (e *Ear) sensitive(found []lookup.Found) bool {
	share := 0.0
	for i, f := range found {
		category, _ := e.cat.Category(f.Code)
		if category.Sensitive {
			share += f.Score
		} else if i == 0 {
			return false
		}
	}
	return share >= leaning
}

// kind guesses the law's kind: what the citizen names, else a phan_anh when
// there is a matter at all. Two kinds named leave it unclear, but for one that
// is called by its name where another is only how it sounds.
func (e *Ear) kind(words []lookup.Word, complains bool) models.Kind {
	named := e.namedKinds(words)
	switch {
	case len(named) == 1:
		return sortedKeys(named)[0]
	case len(named) > 1 && !named[models.KhieuNai]:
		return e.calledKind(words)
	case len(named) == 0 && e.proposes(words):
		return models.KienNghi
	case len(named) == 0 && complains:
		return models.PhanAnh
	}
	return ""
}

// namedKinds returns the kinds that the words name.
func (e *Ear) namedKinds(words []lookup.Word) map[models.Kind]bool {
	named := map[models.Kind]bool{}
	for _, m := range e.lists.kinds.Find(words) {
		k := e.lists.kindNames[m.Value]
		if k != models.KhenNgoi || !e.denied(words, m.First) {
			named[k] = true
		}
	}
	if named[models.KhenNgoi] && e.lists.complains.Has(words) {
		delete(named, models.KhenNgoi) // thanked in advance, or said in scorn
	}
	return named
}

// calledKind returns the one kind that the words call by its name, or "".
func (e *Ear) calledKind(words []lookup.Word) (called models.Kind) {
	for _, m := range e.lists.kinds.Find(words) {
		k := e.lists.kindNames[m.Value]
		if !e.lists.declares.Has(words[m.First:m.Last]) || k == called {
			continue
		}
		if called != "" {
			return ""
		}
		called = k
	}
	return called
}

// longestWish is how many words may stand between a wish and what is wished for.
const longestWish = 6

// proposes reports whether the words wish for something new, or begin by "đề
// nghị" and complain of nothing.
func (e *Ear) proposes(words []lookup.Word) bool {
	for _, wish := range e.lists.wishes.Find(words) {
		for _, m := range e.lists.novelties.Find(words) {
			if m.First >= wish.Last && m.First-wish.Last <= longestWish {
				return true
			}
		}
	}
	return e.lists.wishes.Begins(words) && e.declares(words) && !e.lists.complains.Has(words)
}

// denied reports whether the words before i take back what follows.
func (e *Ear) denied(words []lookup.Word, i int) bool {
	for n := 1; n <= min(2, i); n++ {
		if e.lists.notPraise.Is(words[i-n : i]) {
			return true
		}
	}
	return false
}

// onlyAsks reports whether the words are nothing but a question, and surely so:
// the model knows no other way to read them, and they are put as one.
func (e *Ear) onlyAsks(r reading, g lookup.Guess) bool {
	if g.Share("oos", "ask", "contacts", "status") < 0.95 || g.Share("report", "danger") > nothingLeft {
		return false
	}
	return strings.Contains(r.text, "?") || e.lists.question.Has(r.words)
}
