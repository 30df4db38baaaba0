package lookup

// Features calls yield with the bucket of every feature of the words: single
// words, pairs, and pieces of three and four letters, which survive slips of
// spelling. Numbers all count as one. Of a message typed with accents they
// count too: "cháy" is not "chạy".
func Features(words []Word, yield func(bucket uint32)) {
	var buf [longestFeatures]uint32
	before := edge
	for i := range words {
		for _, b := range appendFeatures(buf[:0], before, &words[i]) {
			yield(b)
		}
		before = token(&words[i])
	}
}

const (
	edge            = "^" // stands before the first word
	longestFeatures = 24  // of a word of ordinary length
)

// appendFeatures appends the buckets of one word that stands behind another.
func appendFeatures(to []uint32, before string, w *Word) []uint32 {
	word := token(w)
	to = append(to, bucket("w", word))
	if w.exact && w.Accented() {
		to = append(to, bucket("a", w.accents))
	}
	return pieces(append(to, bucket(before, word)), word)
}

// token is the word as a feature. Digits standing alone keep their meaning.
func token(w *Word) string {
	if len(w.Fold) > 1 && digits(w.Fold) {
		return "#"
	}
	return w.Fold
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func pieces(to []uint32, word string) []uint32 {
	if len(word) < 3 {
		return to
	}
	var buf [longestWord]byte
	edged := append(append(append(buf[:0], '<'), word...), '>')
	for n := 3; n <= 4; n++ {
		for i := 0; i+n <= len(edged); i++ {
			to = append(to, bucketOf(hashMore(hashOf("c "), edged[i:i+n])))
		}
	}
	return to
}

// bucket is the bucket of two strings with a space between.
func bucket(a, b string) uint32 { return bucketOf(hashMore(hashMore(hashOf(a), " "), b)) }

// bucketOf cuts a hash to the number of buckets.
func bucketOf(h uint32) uint32 { return (h ^ h>>16) % Buckets }
