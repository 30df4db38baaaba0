package hear

import "github.com/langnghe/langnghe/bot/lookup"

// longestPlea is how many words a wish may have that is said before its reason.
const longestPlea = 6

// anonymous reports whether a short message without a number wishes to give no
// name: by a phrase that says so, or by refusing to tell it.
func (e *Ear) anonymous(r reading) bool {
	if len(r.words) == 0 || len(r.words) > longestWhole || r.phone() != "" {
		return false
	}
	words := r.words
	if e.surelyComplains(words) { // why, if the wish stands first
		words = words[:min(len(words), longestPlea)]
	}
	return !e.surelyComplains(words) && (e.lists.unnamed.Has(words) || e.refusesName(words))
}

// refusesName reports whether the words refuse to tell who speaks: "không",
// then words of telling, then "tên". The name of a street or of somebody else
// is none.
func (e *Ear) refusesName(words []lookup.Word) bool {
	for _, m := range e.lists.refuses.Find(words) {
		at := m.Last
		for n := 1; n > 0 && at < len(words) && !words[at].Apart(); at += n {
			n = longestOf(e.lists.discloses, words[at:])
		}
		for n := min(3, len(words)-at); n > 0; n-- {
			if e.lists.identity.Is(words[at:at+n]) && (at > m.Last || m.Last-m.First > 1) && e.ownName(words[at+n:]) {
				return true
			}
		}
	}
	return false
}

// ownName reports whether the words behind "tên" leave it the speaker's own.
func (e *Ear) ownName(rest []lookup.Word) bool {
	return len(rest) == 0 || rest[0].Apart() || e.lists.contactNoise.Begins(rest)
}

// longestOf returns how many words the longest phrase has that the words begin
// with, up to three.
func longestOf(p lookup.Phrases, words []lookup.Word) int {
	for n := min(3, len(words)); n > 0; n-- {
		if p.Is(words[:n]) {
			return n
		}
	}
	return 0
}
