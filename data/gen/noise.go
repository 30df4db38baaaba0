package main

import (
	"math/rand/v2"
	"strings"

	"github.com/langnghe/langnghe/bot/lookup"
)

// story puts what people say around a request before and behind it.
func story(random *rand.Rand, text string, fillers []string) string {
	pick := func() string { return fillers[random.IntN(len(fillers))] }
	parts := []string{pick(), text}
	if random.IntN(2) == 0 {
		parts = append(parts, pick())
	}
	if random.IntN(3) == 0 {
		parts = append([]string{pick()}, parts...)
	}
	told := strings.Join(parts, ". ")
	if random.IntN(3) == 0 {
		return lookup.Fold(told)
	}
	return told
}

// slip drops, doubles or swaps letters here and there and leaves a word out.
func slip(random *rand.Rand, text string) string {
	words := strings.Fields(lookup.Fold(text))
	for i, w := range words {
		switch at := random.IntN(len(w)); {
		case random.IntN(8) > 0 || len(w) < 3 || at == 0:
		case random.IntN(3) == 0 && len(words) > 4:
			words[i] = ""
		case random.IntN(2) == 0:
			words[i] = w[:at] + w[at+1:]
		default:
			words[i] = w[:at-1] + w[at:at+1] + w[at-1:at] + w[at+1:]
		}
	}
	return strings.Join(words, " ")
}
