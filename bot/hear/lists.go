package hear

import (
	"slices"
	"strings"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

// lists are the word lists, compiled.
type lists struct {
	meanings lookup.Phrases // value: index of choices
	choices  [][]string
	at       map[string]stepMeanings
	labels   map[string]string // by payload, as key makes them
	known    map[string]bool   // those labels
	longest  int               // words of a message that may be a choice
	particle struct{ start, end lookup.Phrases }

	kinds     lookup.Phrases // value: index of kindNames
	kindNames []models.Kind
	roles     lookup.Phrases // value: index of roleNames
	roleNames []string
	notPraise lookup.Phrases

	denounce, deeds, denounceAsks   lookup.Phrases
	officer, officerWrongs          lookup.Phrases
	complains, question             lookup.Phrases
	habit, office, now              lookup.Phrases
	nameIntro                       lookup.Phrases // value: 0 as one names oneself, 1 only with a capital
	nameTitle, nameStop, nameNever  lookup.Phrases
	contactNoise                    lookup.Phrases
	placeStart, placeStop           lookup.Phrases
	placeLead, placeRoad, placeName lookup.Phrases
	english                         map[string]bool
}

// stepMeanings are what phrases mean at one step.
type stepMeanings struct {
	phrases lookup.Phrases
	choices []string
}

func newLists(cat *lookup.Catalogue, labels func(step, choice string) string) lists {
	src := cat.WordLists()
	start, end := cat.Particles()
	l := lists{
		at: map[string]stepMeanings{}, labels: map[string]string{}, known: map[string]bool{}, english: map[string]bool{},
		notPraise: cat.Phrases(src.Not),
		denounce:  cat.Phrases(src.Denounce), deeds: cat.Phrases(src.DenounceDeeds), denounceAsks: cat.Phrases(src.DenounceAsks),
		officer: cat.Phrases(src.Officer), officerWrongs: cat.Phrases(src.OfficerWrongs),
		complains: cat.Phrases(src.Complains), question: cat.Phrases(src.Question),
		habit: cat.Phrases(src.DangerHabit), office: cat.Phrases(src.DangerOffice), now: cat.Phrases(src.DangerNow),
		nameIntro: cat.Phrases(src.NameIntro, src.NameLead), nameTitle: cat.Phrases(src.NameTitle),
		nameStop: cat.Phrases(src.NameStop), nameNever: cat.Phrases(src.NameNever), contactNoise: cat.Phrases(src.ContactNoise),
		placeStart: cat.Phrases(src.PlaceStart), placeStop: cat.Phrases(src.PlaceStop),
		placeLead: cat.Phrases(src.PlaceLead), placeRoad: cat.Phrases(src.PlaceRoad), placeName: cat.Phrases(src.PlaceName),
	}
	l.particle.start, l.particle.end = cat.Phrases(slices.Concat(start, src.Lead)), cat.Phrases(end)
	l.meanings, l.choices = meanings(cat, src)
	l.kinds, l.kindNames = byKind(cat, src)
	l.roles, l.roleNames = byRole(cat, src)
	for step, choices := range src.At {
		l.at[step] = newStepMeanings(cat, choices)
	}
	l.longest = l.meanings.Longest()
	for step, choices := range src.Steps {
		for _, c := range choices {
			words := cat.Words(labels(step, c))
			l.labels[step+":"+c] = key(words)
			l.known[key(words)] = true
			l.longest = max(l.longest, len(words))
		}
	}
	l.longest += courtesies
	delete(l.known, "")
	for _, w := range src.English {
		l.english[w] = true
	}
	return l
}

func meanings(cat *lookup.Catalogue, src lookup.WordLists) (lookup.Phrases, [][]string) {
	var phrases, choices [][]string
	for _, m := range src.Meanings {
		phrases, choices = append(phrases, m.Phrases), append(choices, m.Choices)
	}
	return cat.Phrases(phrases...), choices
}

func byKind(cat *lookup.Catalogue, src lookup.WordLists) (lookup.Phrases, []models.Kind) {
	var phrases [][]string
	for _, k := range models.Kinds {
		phrases = append(phrases, src.Kinds[string(k)])
	}
	return cat.Phrases(phrases...), models.Kinds
}

func byRole(cat *lookup.Catalogue, src lookup.WordLists) (lookup.Phrases, []string) {
	names := sortedKeys(src.Roles)
	phrases := make([][]string, len(names))
	for i, n := range names {
		phrases[i] = src.Roles[n]
	}
	return cat.Phrases(phrases...), names
}

func newStepMeanings(cat *lookup.Catalogue, byChoice map[string][]string) stepMeanings {
	m := stepMeanings{choices: sortedKeys(byChoice)}
	phrases := make([][]string, len(m.choices))
	for i, c := range m.choices {
		phrases[i] = byChoice[c]
	}
	m.phrases = cat.Phrases(phrases...)
	return m
}

// courtesies is how many words may stand around a choice.
const courtesies = 10

// key makes labels comparable.
func key(words []lookup.Word) string {
	if len(words) == 1 {
		return words[0].Fold
	}
	folded := make([]string, len(words))
	for i, w := range words {
		folded[i] = w.Fold
	}
	return strings.Join(folded, " ")
}

// intents are the meanings that are intents too, whatever is offered.
var intents = [...]bot.Intent{
	bot.IntentReport, bot.IntentAsk, bot.IntentContacts, bot.IntentStatus, bot.IntentRate, bot.IntentHuman,
	bot.IntentGreet, bot.IntentThanks, bot.IntentBye, bot.IntentYes, bot.IntentNo, bot.IntentCancel,
	bot.IntentMenu, bot.IntentBack, bot.IntentPrivacy,
}
