package main

import (
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/bot/lookup"
)

// recipe names how the model is trained: change it with that.
const recipe = "vectors 5"

// folds is how many parts the utterances are cut into to learn what the heads
// are worth on utterances they have not seen.
const folds = 3

// train makes model.bin. The same sources give the same bytes on one kind of
// machine.
func train(src fs.FS, catalogue []byte) ([]byte, error) {
	source, err := digest(src, catalogue)
	if err != nil {
		return nil, err
	}
	raw, err := part(catalogue, "language")
	if err != nil {
		return nil, err
	}
	language, err := lookup.DecodeLanguage(raw)
	if err != nil {
		return nil, err
	}
	lines, err := corpus(src, catalogue)
	if err != nil {
		return nil, err
	}
	fillers, err := fs.ReadFile(src, "train/fillers.txt")
	if err != nil {
		return nil, err
	}
	set := prepare(language, lines, strings.Split(strings.TrimSpace(string(fillers)), "\n"))
	return set.fit(source).Encode()
}

// set is what is trained on.
type set struct {
	head     lookup.Head
	lines    []line
	words    [][]lookup.Word // of each line
	examples []example       // of the lines, in their order
}

// example is a line as it stands or in other words.
type example struct {
	line    int
	varied  bool     // in other words
	buckets []uint32 // each once
}

// prepare reads each utterance as it stands and once more as part of a story or
// with slips.
func prepare(language lookup.Language, lines []line, fillers []string) set {
	random := rand.New(rand.NewPCG(7, 11))
	s := set{head: headOf(lines), lines: lines}
	for i, l := range lines {
		s.words = append(s.words, language.Meant(language.Words(l.Text)))
		s.examples = append(s.examples, example{i, false, read(s.words[i])})
		if l.Name {
			continue
		}
		text := slip(random, l.Text)
		if (l.Intent == "ask" || l.Intent == "report") && random.IntN(2) == 0 {
			text = story(random, l.Text, fillers)
		}
		s.examples = append(s.examples, example{i, true, read(language.Meant(language.Words(text)))})
	}
	return s
}

// headOf names the columns.
func headOf(lines []line) (h lookup.Head) {
	for _, l := range lines {
		h.Classes = append(h.Classes, l.class())
		h.Intents = append(h.Intents, l.intent())
	}
	slices.Sort(h.Classes)
	h.Classes = slices.Compact(h.Classes)
	slices.Sort(h.Intents)
	h.Intents = slices.Compact(h.Intents)
	for _, intent := range h.Intents {
		of := func(class string) bool { return class == intent || strings.HasPrefix(class, intent+":") }
		from := slices.IndexFunc(h.Classes, of)
		to := from
		for to < len(h.Classes) && of(h.Classes[to]) {
			to++
		}
		h.Spans = append(h.Spans, [2]int{from, to})
	}
	return h
}

func read(words []lookup.Word) (buckets []uint32) {
	lookup.Features(words, func(b uint32) { buckets = append(buckets, b) })
	slices.Sort(buckets)
	return slices.Compact(buckets)
}

// fit trains the heads on everything, and what joins them on what heads
// trained on the other parts say of each part.
func (s set) fit(source string) lookup.Model {
	var said []opinion
	for part := range folds {
		h := s.heads(func(e example) bool { return !e.varied && e.line%folds != part })
		said = append(said, s.opinions(h, func(e example) bool { return !e.varied && e.line%folds == part })...)
	}
	s.head.Source = source
	s.head.Join = s.join(said)
	s.head.Sharp = s.sharpness(said)
	s.head.Sure = s.sureness(said)
	return s.pack(s.heads(func(example) bool { return true }))
}
