package config

// maxEdits is how far a mistyped name may be from the one that was meant.
const maxEdits = 2

// nearest returns the name that differs from the given one by the fewest
// letters, at most maxEdits; "" when there is none.
func nearest(name string, names []string) string {
	best, least := "", maxEdits+1
	for _, n := range names {
		if d := edits(name, n); d < least && d < len(name) {
			best, least = n, d
		}
	}
	return best
}

// edits is the Levenshtein distance of two names, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			next := diagonal
			if a[i] != b[j] {
				next = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}
