package lookup

import "math"

// Of the reading clause by clause, set by measurement.
const (
	clarity        = 1.0
	shortestClause = 4 // words
)

// scoreClauses reads the words as a whole and clause by clause, and lets the clauses
// that say something clear speak louder: a story is mostly about other things
// than what its teller wants. No weight is looked up twice: the whole is the
// sum of its clauses, but for the pairs of words across their borders.
func (m Model) scoreClauses(words []Word) []float64 {
	parts := clauses(words)
	if len(parts) < 2 {
		return m.Score(words)
	}
	k := len(m.Classes)
	part, whole := newSums(k), make([]int32, k)
	scores, mixed := make([]float64, k), make([]float64, k)
	weight, n := 1.0, 0
	for i, clause := range parts {
		part.reset()
		m.sum(&part, clause)
		n += part.n
		sum := part.total()
		for j, s := range sum {
			whole[j] += s
		}
		if i > 0 {
			before := parts[i-1]
			m.mend(whole, token(&before[len(before)-1]), token(&clause[0]))
		}
		top := m.probabilities(scores, sum, part.n)
		w := clarity * top * top / math.Sqrt(float64(len(parts)))
		for j, s := range scores {
			mixed[j] += w * s
		}
		weight += w
	}
	m.probabilities(scores, whole, n)
	for j, s := range scores {
		mixed[j] = (mixed[j] + s) / weight
	}
	return mixed
}

// mend makes a word that was taken for the first one stand behind another.
func (m Model) mend(whole []int32, before, word string) {
	wrong, right := m.row(bucket(edge, word)), m.row(bucket(before, word))
	for j := range whole {
		whole[j] += int32(int8(right[j])) - int32(int8(wrong[j]))
	}
}

// clauses cuts words where a comma or a stop stands, but not into pieces that
// are too short to say anything.
func clauses(words []Word) (parts [][]Word) {
	start := 0
	for i := range words {
		if words[i].apart && i-start >= shortestClause && len(words)-i >= shortestClause {
			parts = append(parts, words[start:i])
			start = i
		}
	}
	return append(parts, words[start:])
}
