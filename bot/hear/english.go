package hear

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

// english reports whether the words are mostly English: two that are nothing
// else tell, one in a short message, or a greeting that is English alone.
func (e *Ear) english(r reading) bool {
	words := r.words
	if e.lists.englishAlone.Is(words) {
		return true
	}
	n, proofs := 0, 0
	for _, w := range words {
		typed := r.text[w.Start:w.End] // an abbreviation of Vietnamese may be an English word
		if strings.ContainsFunc(typed, func(c rune) bool { return c > unicode.MaxASCII }) {
			return false
		}
		proof, known := e.lists.english[strings.ToLower(typed)]
		if known {
			n++
		}
		if proof {
			proofs++
		}
	}
	return n >= 2 && 2*n >= len(words) && (proofs >= 2 || proofs == 1 && len(words) <= 4)
}

// meanEnglish fills what English words mean, by word lists: the model knows
// Vietnamese alone.
func (e *Ear) meanEnglish(h *bot.Heard, words []lookup.Word) {
	category := e.englishCategory(words)
	intent := e.englishIntent(words)
	asks := intent == bot.IntentAsk || intent == bot.IntentContacts || intent == bot.IntentStatus || intent == bot.IntentNotice
	h.Complains = h.Danger != nil || category != "" && !asks || intent == bot.IntentReport && len(words) > shortest
	h.Denounces = e.lists.crimes.Has(words)
	switch {
	case h.Danger != nil:
		h.Intent, h.Confidence = bot.IntentDanger, 1
	case h.Complains || h.Denounces:
		h.Intent, h.Confidence = bot.IntentReport, sure
	case intent != "":
		h.Intent, h.Confidence = intent, sure
	default:
		h.Intent, h.Confidence = bot.IntentOther, unclear
	}
	h.Sure = h.Confidence >= sure
	e.classEnglish(h, category)
	h.Bare = h.Sure && !h.Complains && !h.Denounces && h.Intent != bot.IntentReport && len(words) <= longestWhole
}

// classEnglish sets kind and category of what is told in English.
func (e *Ear) classEnglish(h *bot.Heard, category string) {
	if !h.Complains && !h.Denounces {
		return
	}
	if h.Danger != nil {
		category = cmp.Or(h.Danger.Category, category)
	}
	h.Category = cmp.Or(category, unclassed)
	known, _ := e.cat.Category(h.Category)
	h.Sensitive = known.Sensitive && h.Danger == nil || h.Denounces
	if !h.Denounces {
		h.Kind = models.PhanAnh
	}
}

// shortest is how many words "i want to report" and the like may have without
// telling anything.
const shortest = 6

// unclassed is the category of what fits no other.
const unclassed = "khac"

func (e *Ear) englishCategory(words []lookup.Word) string {
	longest := lookup.Match{}
	for _, m := range e.lists.englishCategories.Find(words) {
		if m.Last-m.First > longest.Last-longest.First {
			longest = m
		}
	}
	if longest.Last == 0 {
		return ""
	}
	return e.lists.englishCategoryNames[longest.Value]
}

// englishOrder is which intent wins where words of several stand.
var englishOrder = [...]bot.Intent{
	bot.IntentHuman, bot.IntentNotice, bot.IntentReport, bot.IntentStatus, bot.IntentContacts, bot.IntentAsk, bot.IntentRate, bot.IntentThanks,
}

func (e *Ear) englishIntent(words []lookup.Word) bot.Intent {
	found := e.lists.englishIntents.Find(words)
	for _, intent := range englishOrder {
		if slices.ContainsFunc(found, func(m lookup.Match) bool { return e.lists.englishIntentNames[m.Value] == string(intent) }) {
			return intent
		}
	}
	return ""
}
