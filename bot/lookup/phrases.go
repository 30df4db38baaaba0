package lookup

// Phrases finds known phrases in a text. It is immutable.
type Phrases struct {
	language Language
	byFirst  map[string][]phrase
	first    filter // of the first words
	sloppy   bool   // an accent may be missing also where others are typed
}

type phrase struct {
	words []Word
	value int
}

// Match is a phrase found in a text: the value it was added with, and the
// words it covers.
type Match struct {
	Value       int
	First, Last int  // indexes of its first word and of the one after its last
	Accented    bool // the citizen typed accents there, and they are the phrase's
}

// newPhrases makes an index of lists of phrases; a phrase's value is the index
// of its list.
func newPhrases(l Language, lists ...[]string) Phrases {
	p := Phrases{language: l, byFirst: map[string][]phrase{}}
	for value, list := range lists {
		for _, text := range list {
			p.add(text, value)
		}
	}
	p.first = newFilter(len(p.byFirst))
	for _, list := range p.byFirst {
		p.first.add(list[0].words[0].hash)
	}
	return p
}

func (p Phrases) add(text string, value int) {
	if words := p.language.Words(text); len(words) > 0 {
		first := words[0].Fold
		// Exactly as long as it is: there are thousands, and they stay.
		p.byFirst[first] = append(p.byFirst[first], phrase{append(make([]Word, 0, len(words)), words...), value})
	}
}

// Find returns every phrase that stands in the words, in the text's order. Where
// the citizen typed accents they must agree; where not, letters are enough.
func (p Phrases) Find(words []Word) []Match {
	var found []Match
	for i := range words {
		for _, ph := range p.from(&words[i]) {
			if ok, accented := p.agree(words[i:], ph.words); ok && unbroken(words[i:i+len(ph.words)]) {
				found = append(found, Match{ph.value, i, i + len(ph.words), accented})
			}
		}
	}
	return found
}

// Has reports whether any phrase stands in the words.
func (p Phrases) Has(words []Word) bool {
	for i := range words {
		for _, ph := range p.from(&words[i]) {
			if ok, _ := p.agree(words[i:], ph.words); ok && unbroken(words[i:i+len(ph.words)]) {
				return true
			}
		}
	}
	return false
}

// unbroken reports whether no comma or stop stands inside the words.
func unbroken(words []Word) bool {
	for i := 1; i < len(words); i++ {
		if words[i].apart {
			return false
		}
	}
	return true
}

// Whole returns the values of the phrases that are all of the words, in the
// order of the lists.
func (p Phrases) Whole(words []Word) (values []int) {
	if len(words) == 0 {
		return nil
	}
	for _, ph := range p.from(&words[0]) {
		if len(ph.words) == len(words) {
			if ok, _ := p.agree(words, ph.words); ok {
				values = append(values, ph.value)
			}
		}
	}
	return values
}

// Is reports whether all of the words are a phrase.
func (p Phrases) Is(words []Word) bool {
	if len(words) == 0 {
		return false
	}
	for _, ph := range p.from(&words[0]) {
		if len(ph.words) == len(words) {
			if ok, _ := p.agree(words, ph.words); ok {
				return true
			}
		}
	}
	return false
}

// Begins reports whether the words begin with a phrase.
func (p Phrases) Begins(words []Word) bool {
	if len(words) == 0 {
		return false
	}
	for _, ph := range p.from(&words[0]) {
		if ok, _ := p.agree(words, ph.words); ok {
			return true
		}
	}
	return false
}

// Longest returns how many words the longest phrase has.
func (p Phrases) Longest() (words int) {
	for _, list := range p.byFirst {
		for _, ph := range list {
			words = max(words, len(ph.words))
		}
	}
	return words
}

// from returns the phrases that begin with the word.
func (p Phrases) from(w *Word) []phrase {
	if !p.first.may(w.hash) {
		return nil
	}
	return p.byFirst[w.Fold]
}

// agree reports whether the text begins with the phrase. Accents must be equal
// where the citizen types them.
func (p Phrases) agree(text, phrase []Word) (ok, accented bool) {
	if len(text) < len(phrase) {
		return false, false
	}
	for i := range phrase {
		w, said := &phrase[i], &text[i]
		if said.hash != w.hash || said.Fold != w.Fold {
			return false, false
		}
		if said.Accented() || said.exact && !p.sloppy {
			if said.accents != w.accents {
				return false, false
			}
			accented = true
		}
	}
	return true, accented
}
