package lookup

import (
	"slices"
	"strings"
)

// Telex and VNI write accents as letters and figures ("giaays", "gia6y1"). A
// phone that was switched to the wrong keyboard leaves them as they are typed.
// They are read when they make a Vietnamese syllable and are none as they
// stand (data/language.yaml, typing).

// Meant returns the words as they were meant where such leftovers stand.
func (l Language) Meant(words []Word) []Word {
	figures, strange := 0, 0
	for i := range words {
		switch word := words[i].Fold; {
		case l.rhymes.figures(word):
			figures++
		case len(word) > 1 && !hasFigure(word) && !digits(word) && !l.rhymes.syllable(word):
			if fold, _ := l.rhymes.telex(word); fold == "" {
				strange++
			}
		}
	}
	foreign, copied := 3*strange > len(words), false
	for i := range words {
		fold, accents := l.meant(words[i], figures > 1, foreign)
		if fold == "" {
			continue
		}
		if !copied {
			words, copied = slices.Clone(words), true
		}
		words[i].Fold, words[i].accents, words[i].hash = fold, accents, hashOf(fold)
	}
	return words
}

// meant returns what a word was meant to be, or nothing.
func (l Language) meant(w Word, figures, foreign bool) (fold, accents string) {
	switch {
	case l.left[w.Fold]:
	case hasFigure(w.Fold):
		return l.rhymes.vni(w.Fold, figures)
	case !foreign && !w.Accented() && len(w.Fold) > 2 && !l.rhymes.syllable(w.Fold):
		return l.rhymes.telex(w.Fold)
	}
	return "", ""
}

func hasFigure(s string) bool { return strings.ContainsAny(s, "123456789") && !digits(s) }

// figures reports whether a word may be VNI.
func (r rhymes) figures(s string) bool {
	if !hasFigure(s) {
		return false
	}
	fold, _ := r.vni(s, true)
	return fold != ""
}

// vni reads figures behind letters as marks. One figure alone may be a number
// ("ap3"): it counts only where others stand.
func (r rhymes) vni(word string, others bool) (fold, accents string) {
	m := marked{}
	figures := 0
	for i := range len(word) {
		c := word[i]
		if c < '0' || c > '9' {
			m.letter(c)
			continue
		}
		figures++
		if !m.figure(c) {
			return "", ""
		}
	}
	if figures == 1 && (!others || len(word) < 3) {
		return "", ""
	}
	return m.syllable(r)
}

// telex reads letters that can end no syllable, doubled ones and w as marks.
func (r rhymes) telex(word string) (fold, accents string) {
	m := marked{}
	for i := range len(word) {
		if c := word[i]; c < 'a' || c > 'z' {
			return "", ""
		} else if !m.telex(c) {
			m.letter(c)
		}
	}
	return m.syllable(r)
}

// marked is a syllable that is being put together.
type marked struct {
	letters [longestWord / 4]byte
	mods    [longestWord / 4]byte // of each letter
	n       int
	tone    byte
}

func (m *marked) letter(c byte) {
	if m.n < len(m.letters) {
		m.letters[m.n] = c
		m.n++
	}
}

// figure takes a figure of VNI.
func (m *marked) figure(c byte) bool {
	switch c {
	case '1', '2', '3', '4', '5':
		m.tone = [...]byte{acute, grave, tilde, tilde, dot}[c-'1']
		return m.n > 0
	case '6':
		return m.mark("aeo", circumflex)
	case '7':
		return m.mark("uo", horn)
	case '8':
		return m.mark("a", breve)
	case '9':
		return m.mark("d", stroke)
	}
	return false
}

// telex takes a letter of Telex that is a mark; false when it is a letter.
func (m *marked) telex(c byte) bool {
	vowel := strings.ContainsAny(string(m.letters[:m.n]), "aeiouy")
	switch c {
	case 's', 'f', 'r', 'x', 'j':
		if vowel {
			m.tone = map[byte]byte{'s': acute, 'f': grave, 'r': tilde, 'x': tilde, 'j': dot}[c]
		}
		return vowel
	case 'a', 'e', 'o':
		return m.mark(string(c), circumflex)
	case 'd':
		return m.n > 0 && m.letters[0] == 'd' && m.mark("d", stroke)
	case 'w':
		if m.mark("uo", horn) || m.mark("a", breve) {
			return true
		}
		m.letter('u')
		return m.mark("u", horn)
	}
	return false
}

// mark puts a mark on the last of the letters that may have it; on u and o both.
func (m *marked) mark(letters string, mod byte) bool {
	for i := m.n - 1; i >= 0; i-- {
		if strings.IndexByte(letters, m.letters[i]) < 0 {
			continue
		}
		m.mods[i] = mod
		if mod == horn && m.letters[i] == 'o' && i > 0 && m.letters[i-1] == 'u' {
			m.mods[i-1] = mod
		}
		return true
	}
	return false
}

// syllable returns the forms of a word, if it is a syllable.
func (m *marked) syllable(r rhymes) (fold, accents string) {
	fold = string(m.letters[:m.n])
	if !r.syllable(fold) {
		return "", ""
	}
	out := make([]byte, 0, 2*m.n+1)
	for i := range m.n {
		if out = append(out, m.letters[i]); m.mods[i] != 0 {
			out = append(out, m.mods[i])
		}
	}
	if m.tone != 0 {
		out = append(out, m.tone)
	}
	return fold, string(out)
}

// The starts and rhymes of Vietnamese syllables without accents. A start that
// begins like another stands before it.
const (
	starts    = "ngh ng nh ch gh gi g kh k ph qu th tr t b c d h l m n p r s v x"
	allRhymes = "a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich iec iem ien ieng iep iet ieu im in inh ip it iu " +
		"o oa oac oach oai oam oan oang oanh oao oat oay oc oe oen oeo oet oi om on ong op ot u ua uan uang uat uay uc ue uech uenh ui uich um un ung " +
		"uoc uoi uom uon uong uop uot uou up ut uu uy uya uych uyen uyet uynh uyt uyu y yem yen yet yeu"
)

// english words would be read as Telex, and are not.
const english = "taxi test tax bus gas boss pass mess post list tour card car bar tex max pos ads las has was is his this us does for her or are our " +
	"your there were here more where before after order form"

// rhymes tell syllables from other words.
type rhymes map[string]bool

func newRhymes() rhymes {
	r := rhymes{}
	for rhyme := range strings.SplitSeq(allRhymes, " ") {
		r[rhyme] = true
	}
	return r
}

// syllable reports whether a word without accents may be one of Vietnamese.
func (r rhymes) syllable(word string) bool {
	if r[word] {
		return true
	}
	for start := range strings.SplitSeq(starts, " ") {
		if rest, ok := strings.CutPrefix(word, start); ok && (r[rest] || start == "gi" && rest == "") {
			return true
		}
	}
	return false
}
