package hear

import (
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
)

// hourLists are the words of questions about opening hours, compiled.
type hourLists struct {
	asks, verbs, question, breaks, any, rest lookup.Phrases
	denied                                   lookup.Phrases
	now, nextWeek, accented, never, names    lookup.Phrases
	weekdays, days, parts, holidays          namedPhrases
	newYearDays, oldYear, month, clock, half lookup.Phrases
}

// namedPhrases is a finder whose phrases stand for a name.
type namedPhrases struct {
	phrases lookup.Phrases // value: index of names
	names   []string
}

func newNamed(cat *lookup.Catalogue, lists map[string][]string) namedPhrases {
	phrases, names := byName(cat, lists)
	return namedPhrases{phrases, names}
}

func newHourLists(cat *lookup.Catalogue) hourLists {
	w := cat.WordLists().Hours
	return hourLists{
		asks: cat.Phrases(w.Asks), verbs: cat.Phrases(w.Verbs), question: cat.Phrases(w.Question), breaks: cat.Phrases(w.Breaks),
		denied: cat.Phrases(w.Denied), any: cat.Phrases(w.AnyHoliday), rest: cat.Phrases(w.Rest),
		now: cat.Phrases(w.Now), nextWeek: cat.Phrases(w.NextWeek), accented: cat.Phrases(w.Accented), never: cat.Phrases(w.Never), names: cat.Phrases(w.Names),
		weekdays: newNamed(cat, w.Weekdays), days: newNamed(cat, w.Days), parts: newNamed(cat, w.Parts), holidays: newNamed(cat, w.Holidays),
		newYearDays: cat.Phrases(w.NewYearDays), oldYear: cat.Phrases(w.OldYear),
		month: cat.Phrases(w.Month), clock: cat.Phrases(w.Clock), half: cat.Phrases(w.Half),
	}
}

// hoursAsked is what a question about hours names. Days are midnights of the
// calendar's zone.
type hoursAsked struct {
	day      time.Time // zero when none is named
	clock    time.Duration
	hasClock bool
	part     string // morning, noon, afternoon, evening, or ""
	now      bool
	holiday  string // how its name begins in the calendar
	anyBreak bool   // the next holiday, whichever it is
}

// timed reports whether it names any time.
func (q hoursAsked) timed() bool {
	return !q.day.IsZero() || q.hasClock || q.part != "" || q.now || q.holiday != "" || q.anyBreak
}

// hoursReader reads one question; seen marks the words that name a time.
type hoursReader struct {
	*Ear
	l     *hourLists
	text  string
	words []lookup.Word
	today time.Time
	seen  []bool
}

// readHours reads what a question about hours names, at that time.
func (e *Ear) readHours(r reading, at time.Time) (hoursAsked, []bool) {
	h := hoursReader{Ear: e, l: &e.hours, text: r.text, words: r.words, today: e.cat.Calendar().Midnight(at), seen: make([]bool, len(r.words))}
	q := hoursAsked{part: h.name(h.l.parts), now: h.l.now.Has(h.words)}
	q.clock, q.hasClock = h.readClock(q.part)
	q.day = h.readDay()
	if q.day.IsZero() {
		q.holiday = h.name(h.l.holidays)
		q.anyBreak = q.holiday == "" && h.marks(h.l.any)
	}
	return q, h.seen
}

// readDay is the day that is named: by its date, by the lunar new year, by its
// weekday, or from today.
func (h hoursReader) readDay() time.Time {
	weekday, fromToday := h.name(h.l.weekdays), h.name(h.l.days, h.l.holidays.phrases, h.l.any, h.l.never)
	next := h.marks(h.l.nextWeek)
	if day := h.date(); !day.IsZero() {
		return day
	}
	if day := h.newYearDay(); !day.IsZero() {
		return day
	}
	switch {
	case weekday != "":
		return h.weekday(weekday, next)
	case fromToday != "":
		return h.today.AddDate(0, 0, int(fromToday[0]-'0'))
	}
	return time.Time{}
}

// name returns the name that the longest phrase stands for, or "", and marks
// every one that was found. What is part of a phrase of the other lists is none:
// "nay" of "tet nay".
func (h hoursReader) name(list namedPhrases, others ...lookup.Phrases) string {
	best, name := 0, ""
	for _, m := range list.phrases.Find(h.words) {
		if h.doubtful(m) || h.within(m, others) {
			continue
		}
		h.mark(m.First, m.Last)
		if n := m.Last - m.First; n > best {
			best, name = n, list.names[m.Value]
		}
	}
	return name
}

// marks reports whether a phrase of the list stands there, and marks it.
func (h hoursReader) marks(list lookup.Phrases) (found bool) {
	for _, m := range list.Find(h.words) {
		if !h.doubtful(m) {
			h.mark(m.First, m.Last)
			found = true
		}
	}
	return found
}

// within reports whether a match is part of a phrase of one of the lists.
func (h hoursReader) within(m lookup.Match, lists []lookup.Phrases) bool {
	for _, list := range lists {
		for _, n := range list.Find(h.words) {
			if n.First <= m.First && m.Last <= n.Last {
				return true
			}
		}
	}
	return false
}

// doubtful reports whether a phrase may be another word, typed without accents,
// or somebody's name.
func (h hoursReader) doubtful(m lookup.Match) bool {
	words := h.words[m.First:m.Last]
	if m.First > 0 && h.l.names.Is(words) && capital(h.text, words[0]) && !shouted(h.text) {
		return true
	}
	return !m.Accented && h.l.accented.Is(words)
}

func (h hoursReader) mark(first, last int) {
	for i := first; i < last; i++ {
		h.seen[i] = true
	}
}

// weekday is the next such day from today on, or the one of next week.
func (h hoursReader) weekday(name string, nextWeek bool) time.Time {
	days := [...]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	want, is := slices.Index(days[:], name), (int(h.today.Weekday())+6)%7
	switch {
	case nextWeek:
		want += 7
	case want < is:
		want += 7
	}
	return h.today.AddDate(0, 0, want-is)
}

// attendHours reads a question about opening hours, whatever else the words
// were taken for: nothing but such a question is surely one. It reports whether
// it is one.
func (e *Ear) attendHours(h *bot.Heard, r reading, at time.Time) bool {
	if h.Danger != nil || h.Denounces || len(r.words) == 0 || len(r.words) > longestStory {
		return false
	}
	if !e.hours.asks.Has(r.words) && !e.inquires(r) {
		return false
	}
	q, seen := e.readHours(r, at)
	strange, elsewhere := e.keepsOwnHours(r.words)
	if strange || !e.asksHours(q, r) {
		return false
	}
	switch {
	case e.onlyHours(r.words, seen):
		e.settle(h)
	case h.Intent == bot.IntentContacts:
	case len(r.words) <= longestWhole && e.office.office.Has(r.words) && e.endsAsking(r) && undecided(*h):
		h.Intent, h.Sure, h.Confidence = bot.IntentContacts, true, sure
	default:
		return false
	}
	h.Inquiry.Hours = e.answerHours(q, at)
	h.Inquiry.Hours.Verify = h.Inquiry.Hours.Verify || elsewhere
	return true
}

// askingEnd is in how many of the last words of a question its mark stands.
const askingEnd = 3

// endsAsking reports whether the words end as a question does.
func (e *Ear) endsAsking(r reading) bool {
	return strings.Contains(r.text, "?") || e.hours.asks.Has(r.words) || e.hours.question.Has(r.words[max(0, len(r.words)-askingEnd):])
}

// undecided reports whether the model left it open what the words are, so that
// what they ask of an office may decide.
func undecided(h bot.Heard) bool {
	if h.Complains {
		return false
	}
	return h.Intent == bot.IntentOther || h.Intent == bot.IntentAsk && h.Confidence < complaining
}

// keepsOwnHours reports whether the words name who is no part of the office, so
// that nothing is known of their hours, or a part that may have other hours: the
// police, the clinic.
func (e *Ear) keepsOwnHours(words []lookup.Word) (strange, own bool) {
	for _, role := range names(e.lists.roles.Find(words), e.lists.roleNames) {
		strange = strange || role == roleElse
		own = own || role != lookup.RoleServiceCentre && role != roleReception
	}
	return strange, own
}

// longestStory is how many words a message may have in which a question about
// hours is looked for.
const longestStory = 60

// asksHours reports whether the words ask for hours: they say so, or they ask
// whether something is done at a time. Who tells that nobody is there asks
// nothing.
func (e *Ear) asksHours(q hoursAsked, r reading) bool {
	l := &e.hours
	if l.denied.Has(r.words) && !strings.Contains(r.text, "?") {
		return false
	}
	if l.asks.Has(r.words) {
		return true
	}
	holiday := q.holiday != "" || q.anyBreak
	return q.timed() && e.inquires(r) && (l.verbs.Has(r.words) || holiday && l.breaks.Has(r.words))
}

// inquires reports whether the words may be a question.
func (e *Ear) inquires(r reading) bool {
	return strings.Contains(r.text, "?") || e.hours.question.Has(r.words)
}

// onlyHours reports whether the words are a question about hours and no more.
func (e *Ear) onlyHours(words []lookup.Word, seen []bool) bool {
	known := slices.Clone(seen)
	l := &e.hours
	for _, list := range []lookup.Phrases{l.asks, l.verbs, l.question, l.breaks, l.any, l.rest, e.lists.particle.start, e.lists.particle.end} {
		known = mark(known, list.Find(words), len(words))
	}
	return allOf(e.markUnits(known, words))
}

// kindWords is how many words may say of what kind a unit is: "thị trấn".
const kindWords = 2

// markUnits marks the names of communes and wards, with the word for their kind.
func (e *Ear) markUnits(known []bool, words []lookup.Word) []bool {
	for i := range words {
		for at := i + 1; at <= min(i+kindWords, len(words)); at++ {
			if end := e.cat.UnitAfter(words, i, at); end > at {
				for j := i; j < end; j++ {
					known[j] = true
				}
			}
		}
	}
	return known
}

func allOf(known []bool) bool { return !slices.Contains(known, false) }

// settle makes the words a sure question for what an office has to tell, and
// nothing else.
func (e *Ear) settle(h *bot.Heard) {
	h.Intent, h.Sure, h.Bare, h.Confidence = bot.IntentContacts, true, true, 1
	h.Complains, h.Kind, h.Category, h.Sensitive = false, "", "", false
	h.Name, h.Place, h.Part, h.Decision, h.Procedures = "", "", "", "", nil
}
