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
	labels   map[string][]string // by payload, as key makes them
	known    map[string]bool     // those labels
	longest  int                 // words of a message that may be a choice
	particle struct{ start, end, between lookup.Phrases }

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
	english                         map[string]bool // true: no Vietnamese word without accents
	englishAlone                    lookup.Phrases
	englishIntents                  lookup.Phrases // value: index of englishIntentNames
	englishIntentNames              []string
	englishCategories               lookup.Phrases // value: index of englishCategoryNames
	englishCategoryNames            []string

	crimes, denounceLead, accused lookup.Phrases
	statusAsks, statusRest        lookup.Phrases
	dossierAsks                   lookup.Phrases
	declares, declareLead         lookup.Phrases
	declareWrong, contactAsks     lookup.Phrases
	corrects                      lookup.Phrases
	angry, notDone                lookup.Phrases
	daysAgo                       lookup.Phrases // value: index of days
	days                          []string
	profane                       lookup.Phrases // value 1: only with accents
	profaneRest                   lookup.Phrases

	// As typed, in lower case.
	profaneAlone, profaneBefore   map[string]bool
	profaneWith, profaneMasked    map[string]bool
	profaneWords                  map[string]bool
	profaneFirst, profaneFirstNot map[string]bool

	surnames, surnamesDoubtful lookup.Phrases
	middleNames                lookup.Phrases
	placeNumbered, placeAnswer lookup.Phrases
	unnamed, refuses           lookup.Phrases
	phoneOwn, phoneOther       lookup.Phrases
	contrast, contrastRight    lookup.Phrases
	however                    lookup.Phrases
	nameElder                  lookup.Phrases
	placeBeside, placeLandmark lookup.Phrases
	placeIn, placeRoadNever    lookup.Phrases
	deedsTold, dangerNever     lookup.Phrases
	wishes, novelties          lookup.Phrases
	privacyAsks, besides       lookup.Phrases
	discloses, identity        lookup.Phrases
	sentenceEnd, privacyFears  lookup.Phrases
}

// stepMeanings are what phrases mean at one step.
type stepMeanings struct {
	phrases lookup.Phrases
	choices []string
}

func newLists(cat *lookup.Catalogue, labels []Labels) lists {
	src := cat.WordLists()
	start, end := cat.Particles()
	l := lists{
		at: map[string]stepMeanings{}, labels: map[string][]string{}, known: map[string]bool{}, english: map[string]bool{},
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
	l.particle.start, l.particle.end = cat.Phrases(slices.Concat(start, src.Lead)), cat.Phrases(slices.Concat(end, src.Tail))
	l.particle.between = cat.Phrases(start, src.Lead, end, src.Tail, src.Filler)
	l.meanings, l.choices = meanings(cat, src)
	l.kinds, l.kindNames = byKind(cat, src)
	l.roles, l.roleNames = byName(cat, src.Roles)
	l.daysAgo, l.days = byName(cat, src.DaysAgo)
	l.notDone = cat.Phrases(src.NotDone)
	l.englishIntents, l.englishIntentNames = byName(cat, src.EnglishIntents)
	l.englishCategories, l.englishCategoryNames = byName(cat, src.EnglishCategories)
	l.compile(cat, src)
	l.compileSlots(cat, src)
	for step, choices := range src.At {
		l.at[step] = newStepMeanings(cat, choices)
	}
	l.label(cat, labels, src.Steps)
	for _, w := range src.English {
		l.english[w] = true
	}
	for _, w := range src.EnglishDoubtful {
		l.english[w] = false
	}
	return l
}

// label learns the labels of the choices of each step, and with them how many
// words a choice may have.
func (l *lists) label(cat *lookup.Catalogue, labels []Labels, steps map[string][]string) {
	l.longest = l.meanings.Longest()
	for step, choices := range steps {
		for _, c := range choices {
			known := keys(cat, labels, step, c)
			l.labels[step+":"+c] = known
			for _, label := range known {
				l.known[label] = true
				l.longest = max(l.longest, strings.Count(label, " ")+1)
			}
		}
	}
	l.longest += courtesies
}

// compile makes finders of the lists that whole messages are judged by.
func (l *lists) compile(cat *lookup.Catalogue, src lookup.WordLists) {
	l.crimes, l.denounceLead, l.accused = cat.Phrases(src.DenounceAlone), cat.Phrases(src.DenounceLead), cat.Phrases(src.Accused)
	l.placeNumbered, l.placeAnswer = cat.Phrases(src.PlaceNumbered), cat.Phrases(src.PlaceAnswer)
	l.unnamed, l.refuses = cat.Phrases(src.Unnamed), cat.Phrases(src.Refuses)
	l.discloses, l.identity = cat.Phrases(src.Discloses), cat.Phrases(src.Identity)
	l.statusAsks, l.statusRest = cat.Phrases(src.StatusAsks), cat.Phrases(src.StatusRest)
	l.dossierAsks = cat.Phrases(src.DossierAsks)
	l.declares, l.declareLead, l.declareWrong = cat.Phrases(src.Declares), cat.Phrases(src.DeclareLead), cat.Phrases(src.DeclareWrong)
	l.contactAsks, l.corrects = cat.Phrases(src.ContactAsks), cat.Phrases(src.Corrects)
	l.angry, l.profane, l.profaneRest = cat.Phrases(src.Angry), cat.Phrases(src.Profane, src.ProfaneAccented), cat.Phrases(src.ProfaneRest)
	l.surnames, l.surnamesDoubtful = cat.Phrases(src.Surnames), cat.Phrases(src.SurnamesDoubtful)
	l.middleNames, l.englishAlone = cat.Phrases(src.MiddleNames), cat.Phrases(src.EnglishAlone)
}

// compileSlots makes finders of the lists that names, numbers, places and kinds
// are read by.
func (l *lists) compileSlots(cat *lookup.Catalogue, src lookup.WordLists) {
	l.phoneOwn, l.phoneOther = cat.Phrases(src.PhoneOwn), cat.Phrases(src.PhoneOther)
	l.contrast, l.contrastRight = cat.Phrases(src.Contrast), cat.Phrases(src.ContrastRight)
	l.however, l.nameElder = cat.Phrases(src.However), cat.Phrases(src.NameElder)
	l.placeBeside, l.placeLandmark = cat.Phrases(src.PlaceBeside), cat.Phrases(src.PlaceLandmark)
	l.placeIn, l.placeRoadNever = cat.Phrases(src.PlaceIn), cat.Phrases(src.PlaceRoadNever)
	l.deedsTold, l.dangerNever = cat.Phrases(src.DeedsTold), cat.Phrases(src.DangerNever)
	l.profaneAlone, l.profaneBefore = setOf(src.ProfaneAlone), setOf(src.ProfaneBefore)
	l.profaneWith, l.profaneMasked = setOf(src.ProfaneWith), setOf(src.ProfaneMasked)
	l.profaneWords = setOf(src.Profane)
	l.profaneFirst, l.profaneFirstNot = setOf(src.ProfaneFirst), setOf(src.ProfaneFirstNot)
	l.wishes, l.novelties, l.privacyAsks = cat.Phrases(src.Wishes), cat.Phrases(src.Novelties), cat.Phrases(src.PrivacyAsks)
	l.besides, l.sentenceEnd = cat.Phrases(src.Besides), cat.Phrases(src.SentenceEnd)
	l.privacyFears = cat.Phrases(src.PrivacyFears)
}

func setOf(words []string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
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

// byName makes one finder of named lists; a phrase's value is the index of its
// list's name.
func byName(cat *lookup.Catalogue, lists map[string][]string) (lookup.Phrases, []string) {
	names := sortedKeys(lists)
	phrases := make([][]string, len(names))
	for i, n := range names {
		phrases[i] = lists[n]
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

// keys returns the labels that a choice has in the languages that know one.
func keys(cat *lookup.Catalogue, labels []Labels, step, choice string) (out []string) {
	for _, label := range labels {
		if k := key(cat.Words(label(step, choice))); k != "" && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// intents are the meanings that are intents too, whatever is offered.
var intents = [...]bot.Intent{
	bot.IntentReport, bot.IntentAsk, bot.IntentContacts, bot.IntentStatus, bot.IntentRate, bot.IntentHuman,
	bot.IntentGreet, bot.IntentThanks, bot.IntentBye, bot.IntentYes, bot.IntentNo, bot.IntentCancel,
	bot.IntentMenu, bot.IntentBack, bot.IntentPrivacy, bot.IntentWithdraw, bot.IntentWait, bot.IntentWho,
}
