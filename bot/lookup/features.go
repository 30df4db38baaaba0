package lookup

// Features calls yield with the bucket of every feature of the words: single
// words, as they are written and as they sound, and pairs of words that stand
// beside or near each other. Numbers all count as one. Of a message typed with
// accents they count too: "cháy" is not "chạy". A bucket may come twice.
func Features(words []Word, yield func(bucket uint32)) {
	last := [nearest]string{edge, edge, edge}
	for i := range words {
		word := token(&words[i])
		yield(bucket("w", word))
		yield(soundBucket(word))
		if words[i].exact && words[i].Accented() {
			yield(bucket("a", words[i].accents))
		}
		near(&last, word, yield)
	}
	near(&last, edge, yield)
	yield(bucket("n", lengths[min(len(words), len(lengths)-1)]))
}

const (
	edge    = "^" // stands before the first word and behind the last
	nearest = 3   // words before a word that make a pair with it
)

// lengths says in what class of lengths a message of so many words is.
var lengths = [...]string{
	"0", "1", "2", "3", "4", "5", "8", "8", "8", "15", "15", "15", "15", "15", "15", "15",
	"30", "30", "30", "30", "30", "30", "30", "30", "30", "30", "30", "30", "30", "30", "30", "31",
}

// near yields the pairs that a word makes with those before it, of which it
// becomes the last.
func near(last *[nearest]string, word string, yield func(bucket uint32)) {
	yield(bucket(last[2], word))
	yield(bucketOf(hashMore(hashMore(hashMore(hashOf("~ "), last[1]), " "), word)))
	yield(bucketOf(hashMore(hashMore(hashMore(hashOf("~ "), last[0]), " "), word)))
	last[0], last[1], last[2] = last[1], last[2], word
}

func soundBucket(word string) uint32 {
	var buf [longestWord]byte
	return bucketOf(hashMore(hashOf("s "), appendSound(buf[:0], word)))
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

// bucket is the bucket of two strings with a space between.
func bucket(a, b string) uint32 { return bucketOf(hashMore(hashMore(hashOf(a), " "), b)) }

// bucketOf cuts a hash to the number of buckets.
func bucketOf(h uint32) uint32 { return (h ^ h>>16) % Buckets }
