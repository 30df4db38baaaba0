package hear

import (
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

// denounces reports whether the words accuse somebody of a crime (tố cáo),
// rather than ask how that is done. What is doubtful counts as an accusation:
// the words are then sealed, and nothing is lost.
func (e *Ear) denounces(words []lookup.Word, g lookup.Guess) bool {
	official := e.lists.officer.Has(words)
	deed := e.lists.crimes.Has(words) || official && e.lists.deeds.Has(words)
	declared, person := e.declaresDenunciation(words, deed)
	if !declared && !deed {
		return false
	}
	if e.lists.denounceAsks.Has(words) {
		return deed && person
	}
	wrong := deed || official && e.lists.officerWrongs.Has(words)
	asks := g.Share("ask", "oos") >= sure
	return !asks || (wrong || official || person) && (!e.asks(words) || declared && wrong)
}

// declaresDenunciation reports whether the words say "tố cáo", and whether a
// person stands behind it. Without accents that may be somebody's build ("to
// cao"), unless the writer or a deed stands beside it.
func (e *Ear) declaresDenunciation(words []lookup.Word, deed bool) (declared, person bool) {
	for _, m := range e.lists.denounce.Find(words) {
		led := m.First == 0 || e.endsWith(e.lists.denounceLead, words[:m.First])
		if m.Accented || led || deed {
			declared = true
			person = person || e.lists.accused.Begins(words[m.Last:])
		}
	}
	return declared, person
}

// endsWith reports whether the words end with a phrase of up to three words.
func (e *Ear) endsWith(p lookup.Phrases, words []lookup.Word) bool {
	for n := 1; n <= min(3, len(words)); n++ {
		if p.Is(words[len(words)-n:]) {
			return true
		}
	}
	return false
}

// asks reports whether the words put a question. The "hoi" of "nhan hoi lo" or
// "thu hoi dat" is none.
func (e *Ear) asks(words []lookup.Word) bool {
	questions := e.lists.question.Find(words)
	if len(questions) == 0 {
		return false
	}
	told := mark(nil, e.lists.crimes.Find(words), len(words))
	told = mark(told, e.lists.kinds.Find(words), len(words))
	told = mark(told, e.lists.deeds.Find(words), len(words))
	for _, q := range questions {
		if !told[q.First] {
			return true
		}
	}
	return false
}

// mark notes which of n words the matches cover.
func mark(known []bool, found []lookup.Match, n int) []bool {
	if known == nil {
		known = make([]bool, n)
	}
	for _, m := range found {
		for i := m.First; i < m.Last; i++ {
			known[i] = true
		}
	}
	return known
}

// declares reports whether the words begin with the name of a kind of report
// and go on to say what it is about: "tôi khiếu nại quyết định thu hồi đất".
func (e *Ear) declares(words []lookup.Word) bool {
	for _, m := range e.lists.declares.Find(words) {
		led := m.First > 0 && e.lists.declareLead.Is(words[:m.First])
		if m.First > 0 && !led {
			return false
		}
		led = led || e.namedKinds(words)[models.KhenNgoi] // praise needs no more than whose
		after := len(words) - m.Last
		told := led && after >= toldByWriter || after >= toldAtAll || e.lists.declareWrong.Has(words[m.Last:]) || m.Last < len(words) && words[m.Last].Apart() && after >= toldByWriter
		return told && !e.asks(words)
	}
	return false
}

// How many words behind the name of a kind tell a matter.
const (
	toldByWriter = 2 // behind "tôi khiếu nại", or a colon
	toldAtAll    = 5 // else it may be a procedure's name
)
