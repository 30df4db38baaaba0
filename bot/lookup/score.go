package lookup

import (
	"math"
	"slices"
)

// Margins returns how much each column of the heads speaks for the words, and
// how many of the features were seen in training, as a share.
func (m Model) Margins(words []Word) (margins []float64, known float64) {
	var seen [Buckets / 64]uint64
	var sums [mostColumns]int32
	squares, found, all := 0.0, 0, 0
	Features(words, func(b uint32) {
		if seen[b/64]&(1<<(b%64)) != 0 {
			return
		}
		seen[b/64] |= 1 << (b % 64)
		all++
		if m.Rarity[b] == 0 {
			return
		}
		found++
		rarity := RarityStep * float64(m.Rarity[b])
		squares += rarity * rarity
		row := m.row(b)
		for i := 0; i+1 < len(row); i += 2 {
			sums[row[i]] += int32(int8(row[i+1]))
		}
	})
	margins = make([]float64, m.columns())
	scale := float64(m.Scale) / math.Sqrt(max(squares, 1e-9))
	for i := range margins {
		margins[i] = float64(m.Bias[i]) + float64(sums[i])*scale
	}
	return margins, float64(found) / float64(max(all, 1))
}

// evidence is how many numbers Evidence returns: for each intent what its head
// says and the best of its classes, for questions and reports the lead of the
// best class, the length, and the share of features that are known.
func (h Head) evidence() int { return 2*len(h.Intents) + 4 }

// Evidence returns what the intents are joined from.
func (h Head) Evidence(margins []float64, words int, known float64) []float64 {
	fine, k, n := margins[:len(h.Classes)], len(h.Classes), len(h.Intents)
	out := append(make([]float64, 0, h.evidence()), margins[k:k+n]...)
	for i := range h.Intents {
		best, _ := h.lead(fine, i)
		out = append(out, best)
	}
	for _, intent := range []string{"ask", "report"} {
		_, lead := h.lead(fine, slices.Index(h.Intents, intent))
		out = append(out, lead)
	}
	return append(out, math.Log1p(float64(words)), known)
}

// lead returns the score of the best class of an intent, and by how much it is
// ahead of the second.
func (h Head) lead(fine []float64, intent int) (best, lead float64) {
	best, second := -longestLead, -longestLead
	if intent < 0 {
		return best, 0
	}
	for _, s := range fine[h.Spans[intent][0]:h.Spans[intent][1]] {
		if s > best {
			best, second = s, best
		} else if s > second {
			second = s
		}
	}
	return best, min(best-second, longestLead)
}

// longestLead bounds what a score may be ahead.
const longestLead = 4.0

// Among returns the shares that the classes of an intent have among themselves,
// and the first of those classes.
func (h Head) Among(margins []float64, intent string) (first int, shares []float64) {
	i := slices.Index(h.Intents, intent)
	if i < 0 {
		return 0, nil
	}
	span := h.Spans[i]
	shares = make([]float64, span[1]-span[0])
	for j := range shares {
		shares[j] = float64(h.Sharp[i]) * margins[span[0]+j]
	}
	if len(shares) > 0 {
		Softmax(shares)
	}
	return span[0], shares
}

// sureEvidence is how many numbers SureEvidence returns.
const sureEvidence = 5

// SureEvidence returns what the confidence in an answer is made from.
func (h Head) SureEvidence(margins, shares []float64) []float64 {
	ask := slices.Index(h.Intents, "ask")
	best, lead := h.lead(margins[:len(h.Classes)], ask)
	_, among := h.Among(margins, "ask")
	p, top := 0.0, 0.0
	if ask >= 0 {
		p, top = shares[ask], slices.Max(among)
	}
	return []float64{logit(p), logit(top), best, lead, p * top}
}

// Confidence returns the probability that evidence makes.
func (h Head) Confidence(evidence []float64) float64 {
	sum := float64(h.Sure[len(evidence)])
	for i, e := range evidence {
		sum += float64(h.Sure[i]) * e
	}
	return 1 / (1 + math.Exp(-sum))
}

// logit is bounded.
func logit(p float64) float64 {
	p = min(max(p, 1e-4), 1-1e-4)
	return math.Log(p / (1 - p))
}

// Shares returns the probability of each intent.
func (h Head) Shares(evidence []float64) []float64 {
	out := make([]float64, len(h.Intents))
	for i, join := range h.Join {
		out[i] = float64(join[len(evidence)])
		for j, e := range evidence {
			out[i] += float64(join[j]) * e
		}
	}
	Softmax(out)
	return out
}
