package store

import (
	"crypto/subtle"
	"strings"
)

// HashSecret is how the secret word of a receipt is kept: hexadecimal SHA-256
// of it together with the case's code. Case, blanks and dashes do not count.
// "" for a word that has nothing else.
func HashSecret(code, word string) string {
	word = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '.' {
			return -1
		}
		return r
	}, strings.ToUpper(word))
	if word == "" {
		return ""
	}
	return digest(strings.ToUpper(code) + ":" + word)
}

// IsSecret reports whether the word is the one that the hash was made of.
func IsSecret(hash, code, word string) bool {
	got := HashSecret(code, word)
	return hash != "" && subtle.ConstantTimeCompare([]byte(hash), []byte(got)) == 1
}
