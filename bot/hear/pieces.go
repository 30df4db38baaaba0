package hear

import (
	"slices"
	"strings"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
)

// piece is a known phrase among the words of a message: the meaning it has, or
// "" where it is a courtesy that has none.
type piece struct {
	first, last int
	means       string // the first choice of its meaning
	payload     string // of the choice that is offered for it
}

// pieced resolves a message that is nothing but phrases of one meaning, with
// courtesies between them: "đúng rồi, gửi đi em".
func (e *Ear) pieced(s bot.State, words []lookup.Word) string {
	step, _, _ := strings.Cut(s.Offered[0].Payload, ":")
	pieces := slices.DeleteFunc(e.pieces(s.Offered, words, step), func(p piece) bool { return p.means != "" && p.payload == "" })
	return whole(pieces, len(words)).payload
}

// pieces finds the known phrases in the words.
func (e *Ear) pieces(offered []bot.Choice, words []lookup.Word, step string) (out []piece) {
	for _, m := range e.lists.particle.between.Find(words) {
		out = append(out, piece{first: m.First, last: m.Last})
	}
	at := e.lists.at[step]
	for _, m := range at.phrases.Find(words) {
		choice := at.choices[m.Value]
		out = append(out, piece{m.First, m.Last, choice, named(offered, choice)})
	}
	for _, m := range e.lists.meanings.Find(words) {
		p := piece{first: m.First, last: m.Last, means: e.lists.choices[m.Value][0]}
		for _, choice := range e.lists.choices[m.Value] {
			if p.payload = named(offered, choice); p.payload != "" {
				break
			}
		}
		out = append(out, p)
		if courteous(p.means) {
			out = append(out, piece{first: m.First, last: m.Last})
		}
	}
	return out
}

// whole covers n words by pieces of one meaning, by as few as can be, and
// returns that meaning; none when several do it as well.
func whole(pieces []piece, n int) piece {
	slices.SortStableFunc(pieces, func(a, b piece) int { return a.first - b.first })
	reached := make([]map[piece]int, n+1) // what the words before mean, and the pieces it takes
	reached[0] = map[piece]int{{}: 0}
	for _, p := range pieces {
		for before, count := range reached[p.first] {
			after := piece{means: p.means, payload: p.payload}
			switch {
			case p.means == "":
				after = before
			case before.means != "" && before.means != p.means:
				continue
			case before.means != "":
				after = before
			}
			if reached[p.last] == nil {
				reached[p.last] = map[piece]int{}
			}
			if known, ok := reached[p.last][after]; !ok || count+1 < known {
				reached[p.last][after] = count + 1
			}
		}
	}
	return least(reached[n])
}

// courteous reports whether a meaning may stand beside any other.
func courteous(means string) bool {
	return means == string(bot.IntentGreet) || means == string(bot.IntentThanks)
}

// least returns the meaning that takes the fewest pieces, if it is one alone. A
// greeting is meant where nothing else is.
func least(reached map[piece]int) (best piece) {
	fewest, alone := 0, false
	for p, count := range reached {
		if courteous(p.means) {
			count += courtesies
		}
		switch {
		case p.means == "":
		case fewest == 0 || count < fewest:
			best, fewest, alone = p, count, true
		case count == fewest:
			alone = false
		}
	}
	if !alone {
		return piece{}
	}
	return best
}
