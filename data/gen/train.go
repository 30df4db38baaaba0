package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/bot/lookup"
)

// Of the training: passes over the examples, first step of AdaGrad, decay.
const (
	epochs = 24
	rate   = 0.5
	decay  = 2e-6
	recipe = "softmax 2" // change it when the training changes
)

type example struct {
	class   int
	buckets []uint32
}

// line is one utterance of data/train.
type line struct {
	Text       string
	Intent     string
	Procedures []string
	OOS        bool
	Category   string
}

// class is what the model is to say.
func (l line) class() string {
	switch {
	case l.OOS:
		return "oos"
	case l.Intent == "ask":
		return "ask:" + l.Procedures[0]
	case l.Intent == "report":
		return "report:" + l.Category
	}
	return l.Intent
}

// modelIsFresh reports whether model.bin was trained from what is there now.
func modelIsFresh(src fs.FS, catalogue []byte) (bool, error) {
	digest, err := digest(src, catalogue)
	if err != nil {
		return false, err
	}
	raw, err := fs.ReadFile(src, "model.bin")
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	m, err := lookup.DecodeModel(raw)
	return err == nil && m.Source == digest, nil
}

// digest covers the utterances, the recipe and how the utterances are read.
func digest(src fs.FS, catalogue []byte) (string, error) {
	language, err := part(catalogue, "language")
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s %d %s\n", recipe, lookup.Buckets, language)
	names, err := fs.Glob(src, "train/*")
	if err != nil {
		return "", err
	}
	for _, name := range names {
		raw, err := fs.ReadFile(src, name)
		if err != nil {
			return "", err
		}
		h.Write(raw)
	}
	heads, err := part(catalogue, "procedures")
	if err != nil {
		return "", err
	}
	h.Write(heads)
	return hex.EncodeToString(h.Sum(nil)), nil
}

func part(catalogue []byte, key string) (json.RawMessage, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(catalogue, &parts); err != nil {
		return nil, err
	}
	return parts[key], nil
}

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
	classes, examples := prepare(language, lines, strings.Split(strings.TrimSpace(string(fillers)), "\n"))
	return fit(classes, examples, source).Encode()
}

func corpus(src fs.FS, catalogue []byte) ([]line, error) {
	lines, err := names(catalogue)
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(src, "train/*.jsonl")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		raw, err := fs.ReadFile(src, name)
		if err != nil {
			return nil, err
		}
		for s := bufio.NewScanner(bytes.NewReader(raw)); s.Scan(); {
			var l line
			if err := json.Unmarshal(s.Bytes(), &l); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// names turns names and aliases of procedures into questions.
func names(catalogue []byte) ([]line, error) {
	raw, err := part(catalogue, "procedures")
	if err != nil {
		return nil, err
	}
	var heads []struct {
		Code, Name string
		Aliases    []string
	}
	if err := json.Unmarshal(raw, &heads); err != nil {
		return nil, err
	}
	var lines []line
	for _, h := range heads {
		for _, text := range append([]string{h.Name}, h.Aliases...) {
			lines = append(lines, line{Text: text, Intent: "ask", Procedures: []string{h.Code}})
		}
	}
	return lines, nil
}

// prepare reads each utterance as it stands and once more with slips, and what
// tells of something also as part of a story.
func prepare(language lookup.Language, lines []line, fillers []string) (classes []string, examples []example) {
	random := rand.New(rand.NewPCG(7, 11))
	for _, l := range lines {
		if c := l.class(); !slices.Contains(classes, c) {
			classes = append(classes, c)
		}
	}
	slices.Sort(classes)
	for _, l := range lines {
		class, _ := slices.BinarySearch(classes, l.class())
		texts := []string{l.Text, slip(random, l.Text)}
		if l.Intent == "ask" || l.Intent == "report" {
			texts = append(texts, story(random, l.Text, fillers))
		}
		for _, text := range texts {
			examples = append(examples, example{class, read(language, text)})
		}
	}
	return classes, examples
}

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

func read(language lookup.Language, text string) (buckets []uint32) {
	lookup.Features(language.Words(text), func(b uint32) { buckets = append(buckets, b) })
	return buckets
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

// fit is plain stochastic gradient descent with AdaGrad's steps.
func fit(classes []string, examples []example, source string) lookup.Model {
	k := len(classes)
	w, g := make([]float32, lookup.Buckets*k), make([]float32, lookup.Buckets*k)
	bias, biasG := make([]float32, k), make([]float32, k)
	scores := make([]float64, k)
	random := rand.New(rand.NewPCG(1, 2))
	for range epochs {
		random.Shuffle(len(examples), func(i, j int) { examples[i], examples[j] = examples[j], examples[i] })
		for _, e := range examples {
			v := float32(lookup.FeatureValue(len(e.buckets)))
			slope(scores, e, w, bias, v)
			for i, s := range scores {
				step(&bias[i], &biasG[i], float32(s))
			}
			for _, b := range e.buckets {
				row, rowG := w[int(b)*k:int(b+1)*k], g[int(b)*k:int(b+1)*k]
				for i, s := range scores {
					step(&row[i], &rowG[i], float32(s)*v)
				}
			}
		}
	}
	scale, weights := quantise(w)
	return lookup.Model{Classes: classes, Source: source, Bias: bias, Scale: scale, Weights: weights}
}

// slope leaves probability minus truth in scores.
func slope(scores []float64, e example, w, bias []float32, v float32) {
	k := len(scores)
	for i := range scores {
		scores[i] = float64(bias[i])
	}
	for _, b := range e.buckets {
		for i, x := range w[int(b)*k : int(b+1)*k] {
			scores[i] += float64(x * v)
		}
	}
	lookup.Softmax(scores)
	scores[e.class]--
}

func step(w, g *float32, slope float32) {
	slope += decay * *w
	*g += slope * slope
	*w -= rate * slope / (float32(math.Sqrt(float64(*g))) + 1e-3)
}

// quantise cuts the weights to bytes.
func quantise(w []float32) (scale float32, out []byte) {
	top := float32(0)
	for _, x := range w {
		top = max(top, x, -x)
	}
	scale = top / 127
	out = make([]byte, len(w))
	for i, x := range w {
		out[i] = byte(int8(math.Round(float64(x / scale))))
	}
	return scale, out
}
