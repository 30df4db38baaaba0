package hear

import (
	"slices"
	"strconv"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
)

// longestWhole is how many words a message may have to be judged as a whole.
const longestWhole = 14

// whole recognises messages that are nothing but one thing, by all their words:
// a question about progress, one for numbers, an oath, a place. It reports
// whether the message is one and sets its meaning.
func (e *Ear) whole(h *bot.Heard, r reading, step string) bool {
	words := r.words
	if h.Danger != nil || len(words) > longestWhole {
		return false
	}
	switch {
	case len(h.Rude) > 0 && covered(words, e.lists.profane, e.lists.profaneRest):
		h.Intent, h.Confidence = bot.IntentOther, 1
	case h.Phone != "" && (!spoken(words) || e.signs(*h, words)):
		h.Intent, h.Confidence = bot.IntentOther, sure
	case e.lists.privacyAsks.Has(words) && !e.surelyComplains(words):
		h.Intent, h.Confidence, h.Sure, h.Bare = bot.IntentNotice, 1, true, true
	case e.lists.privacyFears.Has(words) && !e.surelyComplains(words):
		h.Intent, h.Confidence, h.Sure, h.Name = bot.IntentNotice, 1, true, ""
	case e.lists.statusAsks.Has(words) && covered(words, e.lists.statusAsks, e.lists.statusRest):
		h.Intent, h.Confidence, h.Sure, h.Bare = bot.IntentStatus, 1, true, true
	case step == "status.code" && covered(words, e.lists.statusAsks, e.lists.statusRest):
		h.Intent, h.Confidence = bot.IntentStatus, sure
	case !r.dials && e.lists.contactAsks.Has(words) && e.lists.roles.Has(words) && !e.surelyComplains(words):
		h.Intent, h.Confidence, h.Sure = bot.IntentContacts, sure, true
		h.Bare = e.onlyContacts(words)
	case h.Corrects && !e.surelyComplains(words):
		h.Intent, h.Confidence = bot.IntentOther, sure
	case e.onlyPlace(r, h.Place), step == placeStep && e.placeAnswer(r) != "", len(words) <= 4 && covered(words, e.lists.placeStart, e.lists.placeLead):
		h.Intent, h.Confidence = bot.IntentOther, sure
	default:
		return false
	}
	return true
}

// spoken reports whether the words hold more than figures.
func spoken(words []lookup.Word) bool {
	return slices.ContainsFunc(words, func(w lookup.Word) bool { return letters(w.Fold) })
}

// signs reports whether the words are a name and a number, no more.
func (e *Ear) signs(h bot.Heard, words []lookup.Word) bool {
	name := 0
	if h.Name != "" {
		name = len(e.cat.Words(h.Name))
	}
	noise := mark(nil, e.lists.contactNoise.Find(words), len(words))
	rest := 0
	for i, w := range words {
		if letters(w.Fold) && !noise[i] {
			rest++
		}
	}
	return name > 0 && rest <= name
}

// corrects reports whether the words put right what was said before: they begin
// so, and say little else than the number.
func (e *Ear) corrects(r reading) bool {
	if len(r.words) > longestWhole {
		return false
	}
	for _, m := range e.lists.corrects.Find(r.words) {
		if m.First <= 2 && (len(r.words) <= m.Last+2 || r.phone() != "" || e.renamed(r, m) != "") {
			return !e.asks(r.words)
		}
	}
	return false
}

// renamed returns the name that stands behind words that say the first was wrong
// ("sai tên rồi, Lê Văn An"), when nothing else does; else "".
func (e *Ear) renamed(r reading, m lookup.Match) string {
	after := m.Last + longestOf(e.lists.particle.between, r.words[m.Last:])
	isName := func(w lookup.Word) bool { return w.Fold == "ten" || w.Fold == "name" }
	if !slices.ContainsFunc(r.words[m.First:m.Last], isName) || after >= len(r.words) {
		return ""
	}
	name := e.nameAt(r, after, false)
	if name != r.text[r.words[after].Start:r.words[len(r.words)-1].End] {
		return ""
	}
	return name
}

// surelyComplains reports whether words of complaint stand there that cannot be
// others without accents.
func (e *Ear) surelyComplains(words []lookup.Word) bool {
	for _, m := range e.lists.complains.Find(words) {
		if m.Accented || m.Last-m.First > 1 {
			return true
		}
	}
	return false
}

// onlyContacts reports whether the words ask for a number and name whose, no more.
func (e *Ear) onlyContacts(words []lookup.Word) bool {
	return len(words) <= 10 && !e.lists.officerWrongs.Has(words) && !e.cat.NamesMatter(words)
}

// covered reports whether every word belongs to a phrase of the lists.
func covered(words []lookup.Word, lists ...lookup.Phrases) bool {
	known := make([]bool, len(words))
	for _, l := range lists {
		known = mark(known, l.Find(words), len(words))
	}
	for _, k := range known {
		if !k {
			return false
		}
	}
	return true
}

// daysAgo returns how many days ago the day was that the words name, or 0.
func (e *Ear) daysAgo(words []lookup.Word) int {
	for _, m := range e.lists.daysAgo.Find(words) {
		if n, err := strconv.Atoi(e.lists.days[m.Value]); err == nil {
			return n
		}
	}
	return 0
}
