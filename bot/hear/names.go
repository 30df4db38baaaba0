package hear

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
)

// longestName is how many words a name may have to be believed.
const longestName = 5

// name returns the citizen's name as written, or "": after "tôi tên" and the
// like anywhere, and where the bot asked for it whatever is left beside the
// phone number.
func (e *Ear) name(r reading, step string) string {
	if step == contactStep || r.phone() != "" && len(r.words) <= longestSigned {
		if n := e.nameAlone(r); n != "" && (step == contactStep || e.signed(r, n)) {
			return n
		}
	}
	if n := longestOf(e.lists.nameElder, r.words); n > 0 && strings.HasPrefix(step, "report.") && len(r.words) <= longestSigned {
		return e.nameAt(r, n, true)
	}
	for _, m := range e.lists.corrects.Find(r.words) {
		if n := e.renamed(r, m); n != "" {
			return n
		}
	}
	for _, m := range e.lists.nameIntro.Find(r.words) {
		if n := e.nameAt(r, m.Last, m.Value == 1); n != "" {
			return n
		}
	}
	return ""
}

// contactStep is where the bot asks for name and phone number.
const contactStep = "report.contact"

// longestSigned is how many words a message may have that is a number and who
// has it.
const longestSigned = 9

// signed reports whether what stands beside a number, where none was asked for,
// is a name: it has capitals and tells nothing else.
func (e *Ear) signed(r reading, name string) bool {
	words := e.cat.Words(name)
	if e.lists.nameTitle.Is(words[:1]) && len(words) > 1 {
		words = words[1:]
	}
	small := func(w lookup.Word) bool { return !w.Upper }
	return !r.shouted && !slices.ContainsFunc(words, small) && !e.surelyComplains(r.words) && !e.cat.NamesMatter(words) && longestOf(e.lists.placeAnswer, words) == 0 && !e.lists.corrects.Has(r.words)
}

// nameAt reads a name that begins at a word: capitalised words, or, when the
// writer uses no capitals, what stands before the next ordinary word.
func (e *Ear) nameAt(r reading, first int, mustCapital bool) string {
	text, words, last := r.text, r.words, first
	if last < len(words) && e.lists.nameTitle.Is(words[last:last+1]) {
		last++
	}
	capitals := !r.shouted && last < len(words) && capital(text, words[last])
	for last < len(words) && last-first < longestName && e.inName(text, words, first, last, capitals) {
		last++
	}
	if last == first || !capitals && (mustCapital || last-first > 3) || e.lists.officer.Has(words[first:last]) {
		return ""
	}
	return strings.TrimSpace(text[words[first].Start:words[last-1].End])
}

// inName reports whether the word may belong to a name that began at first. Of
// a name with capitals every word has one; another ends at an ordinary word.
func (e *Ear) inName(text string, words []lookup.Word, first, at int, capitals bool) bool {
	w := words[at]
	if !letters(w.Fold) || at > first && strings.ContainsAny(gap(text, words[at-1], w), ",.;:\n/-()") {
		return false
	}
	if capitals && at > first {
		return capital(text, w)
	}
	return !e.lists.nameStop.Is(words[at : at+1])
}

// capital looks at the text: a word that was spelt out has lost its capital.
func capital(text string, w lookup.Word) bool {
	r, _ := utf8.DecodeRuneInString(text[w.Start:])
	return unicode.IsUpper(r)
}

func letters(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

// nameAlone takes what is left of an answer when number and courtesies are
// left out, if that can be a name.
func (e *Ear) nameAlone(r reading) string {
	if _, _, command := e.command(r, ""); command {
		return ""
	}
	text, words, noise := r.text, r.words, make([]bool, len(r.words))
	for _, m := range e.lists.contactNoise.Find(words) {
		for i := m.First; i < m.Last; i++ {
			noise[i] = !words[i].Upper || m.Last-m.First > 1
		}
	}
	first, last := -1, -1
	for i, w := range words {
		digits := !letters(w.Fold)
		switch {
		case first < 0 && (noise[i] || digits):
		case first < 0:
			first, last = i, i+1
		case i == last && !digits && !noise[i]:
			last = i + 1
		case !digits && !noise[i]:
			return "" // words in two places: a sentence
		}
	}
	if first >= 0 && e.lists.nameTitle.Is(words[first:last]) {
		return "" // whose number it is, and no name
	}
	if hasNumber(words) && r.phone() == "" {
		return "" // "cột số 7" is a place
	}
	if first < 0 || last-first > longestName || last-first == 1 && len(words[first].Fold) < 2 {
		return ""
	}
	if strings.ContainsAny(untitled(text[words[first].Start:words[last-1].End]), ".;?!\n") || e.lists.question.Has(words) ||
		e.lists.placeStart.Has(words[first:last]) || e.neverName(words, first, last) {
		return ""
	}
	return text[words[first].Start:words[last-1].End]
}

// untitled leaves out a title of one letter before a name: "c.Hạnh".
func untitled(name string) string {
	if title, rest, dotted := strings.Cut(name, "."); dotted && len(title) == 1 {
		return rest
	}
	return name
}

// onlyNamed reports whether an answer at report.contact is a name and number,
// no more. Without capitals only known surnames tell a name from a sentence.
func (e *Ear) onlyNamed(h *bot.Heard, r reading, step string) bool {
	if step != contactStep || h.Name == "" || h.Danger != nil || !strings.Contains(r.text, h.Name) {
		return false
	}
	rest := strings.Replace(r.text, h.Name, " ", 1)
	if strings.ContainsFunc(rest, unicode.IsLetter) {
		return false
	}
	return e.personal(e.cat.Words(h.Name))
}

// personal reports whether the words are a person's full name: a surname of the
// Vietnamese and one to four more words. A surname that is also an ordinary word
// needs capitals or a middle name.
func (e *Ear) personal(words []lookup.Word) bool {
	if len(words) < 2 || len(words) > longestName || e.surelyComplains(words) || e.lists.placeStart.Has(words) {
		return false
	}
	if e.lists.surnames.Is(words[:1]) {
		return true
	}
	capitals := words[0].Upper && words[1].Upper
	return e.lists.surnamesDoubtful.Is(words[:1]) && (capitals || len(words) > 2 && e.lists.middleNames.Is(words[1:2]))
}

func hasNumber(words []lookup.Word) bool { return slices.ContainsFunc(words, hasDigit) }

// neverName reports whether a word that is no part of any name stands among
// those from first to before last. One word without accents may be a name that
// lost them, unless it is all that was said.
func (e *Ear) neverName(words []lookup.Word, first, last int) bool {
	return slices.ContainsFunc(e.lists.nameNever.Find(words[first:last]), func(m lookup.Match) bool {
		w := words[first+m.First]
		return m.Accented && (!w.Upper || last-first == 1) || m.Last-m.First > 1 || len(words) == 1
	})
}
