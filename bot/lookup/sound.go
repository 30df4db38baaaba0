package lookup

import "bytes"

// Southern speech does not tell these apart, and people spell as they speak
// (data/language.yaml, phonetic). The longer spelling stands first.
var (
	sameStart = [][2]string{
		{"ngh", "ng"}, {"gh", "g"}, {"gi", "d"}, {"dz", "d"}, {"z", "d"}, {"v", "d"}, {"x", "s"},
		{"tr", "c"}, {"ch", "c"}, {"kh", "kh"}, {"qu", "qu"}, {"k", "c"}, {"f", "ph"},
	}
	sameEnd = [][2]string{
		{"ng", "n"}, {"nh", "n"}, {"ch", "t"}, {"c", "t"}, {"uoi", "ui"}, {"ieu", "iu"}, {"uou", "iu"}, {"uu", "iu"}, {"au", "ao"},
	}
)

// appendSound appends how a word without accents sounds.
func appendSound(to []byte, word string) []byte {
	from, rest := len(to), word
	for _, s := range sameStart {
		if len(word) > len(s[0]) && word[:len(s[0])] == s[0] {
			to, rest = append(to, s[1]...), word[len(s[0]):]
			break
		}
	}
	for i := range len(rest) {
		if c := rest[i]; c == 'y' {
			to = append(to, 'i')
		} else {
			to = append(to, c)
		}
	}
	for _, s := range sameEnd {
		if end := []byte(s[0]); len(to)-from > len(end) && bytes.HasSuffix(to, end) {
			return append(to[:len(to)-len(end)], s[1]...)
		}
	}
	return to
}
