package lookup

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// Buckets is how many features the model tells apart; more share a bucket.
const Buckets = 1 << 14

// modelMagic opens model.bin and changes with its layout or with Features.
const modelMagic = "LNM2"

// Model tells what a message is about: a softmax over classes such as "greet",
// "ask:khai-sinh", "report:rac-thai" and "oos" (a question outside the
// catalogue), linear in the features of the words. It is trained from
// data/train by data/gen.
type Model struct {
	Classes []string
	Source  string    // digest of what it was trained from
	Bias    []float32 // one per class
	Scale   float32   // of Weights
	Weights []byte    // int8, Buckets rows of one per class
}

// Encode writes the model as model.bin holds it.
func (m Model) Encode() ([]byte, error) {
	head, err := json.Marshal(struct {
		Classes []string
		Source  string
		Bias    []float32
		Scale   float32
	}{m.Classes, m.Source, m.Bias, m.Scale})
	if err != nil {
		return nil, fmt.Errorf("encode model: %w", err)
	}
	out := binary.LittleEndian.AppendUint32([]byte(modelMagic), uint32(len(head)))
	return append(append(out, head...), m.Weights...), nil
}

// DecodeModel reads what Encode wrote. The weights are not copied.
func DecodeModel(b []byte) (Model, error) {
	if len(b) < 8 || string(b[:4]) != modelMagic {
		return Model{}, errors.New("decode model: not a model of this version")
	}
	head := int(binary.LittleEndian.Uint32(b[4:]))
	if head > len(b)-8 {
		return Model{}, errors.New("decode model: cut short")
	}
	m := Model{Weights: b[8+head:]}
	if err := json.Unmarshal(b[8:8+head], &m); err != nil {
		return Model{}, fmt.Errorf("decode model: %w", err)
	}
	if len(m.Weights) != Buckets*len(m.Classes) || len(m.Bias) != len(m.Classes) {
		return Model{}, errors.New("decode model: wrong size")
	}
	return m, nil
}

// Score returns the probability of each class. Words without any feature get
// the shares of the training set.
func (m Model) Score(words []Word) []float64 {
	sums := newSums(len(m.Classes))
	m.sum(&sums, words)
	scores := make([]float64, len(m.Classes))
	m.probabilities(scores, sums.total(), sums.n)
	return scores
}

// sum adds up the weights of the features of the words.
func (m Model) sum(to *sums, words []Word) {
	var buf [longestFeatures]uint32
	before := edge
	for i := range words {
		for _, b := range appendFeatures(buf[:0], before, &words[i]) {
			to.add(m.row(b))
		}
		before = token(&words[i])
	}
}

// row returns the weights of a feature.
func (m Model) row(bucket uint32) []byte {
	k := len(m.Classes)
	return m.Weights[int(bucket)*k : (int(bucket)+1)*k]
}

// probabilities fills in what the sums of the weights of n features make, and
// returns the highest.
func (m Model) probabilities(scores []float64, sums []int32, n int) (top float64) {
	scale := float64(m.Scale) * FeatureValue(n)
	for i, s := range sums {
		scores[i] = float64(m.Bias[i]) + float64(s)*scale
	}
	return Softmax(scores)
}

// FeatureValue is the value of each of n features: long texts weigh no more
// than short ones.
func FeatureValue(n int) float64 { return 1 / math.Sqrt(float64(max(n, 1))) }

// Softmax turns scores into probabilities, in place, and returns the highest.
func Softmax(x []float64) (top float64) {
	highest := math.Inf(-1)
	for _, v := range x {
		if v > highest {
			highest = v
		}
	}
	sum := 0.0
	for i, v := range x {
		x[i] = math.Exp(v - highest)
		sum += x[i]
	}
	top = 1 / sum
	for i := range x {
		x[i] *= top
	}
	return top
}
