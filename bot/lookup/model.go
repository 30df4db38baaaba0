package lookup

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// Buckets is how many features the model tells apart; more share a bucket.
const Buckets = 1 << 18

// modelMagic opens model.bin and changes with its layout or with Features.
const modelMagic = "LNM3"

// Model tells what a message is about. It has two linear heads over the same
// features, weighted by how rare they are: a fine one over Classes such as
// "greet", "ask:khai-sinh", "report:rac-thai" and "oos" (a question outside the
// catalogue), and one over Intents. What both say is joined to probabilities of
// the intents. It is trained from data/train by data/gen.
type Model struct {
	Head
	Rarity  string // of each bucket, RarityStep each; 0 is never seen
	Starts  string // of each bucket's entries, 4 bytes each, and the end of the last
	Entries string // column and int8 weight, 2 bytes each
}

// Head is what stands before the weights in model.bin.
type Head struct {
	Classes []string    // columns of the fine head
	Intents []string    // columns of the head of intents, in alphabetical order
	Spans   [][2]int    // of each intent, its classes: from, and up to
	Source  string      // digest of what it was trained from
	Bias    []float32   // one per column
	Scale   float32     // of the weights
	Join    [][]float32 // of each intent, weights of the evidence and a bias
	Sharp   []float32   // of each intent, what scores of its classes are multiplied by to compare them
	Sure    []float32   // weights of what makes an answer sure, and a bias
}

// RarityStep is the unit of Model.Rarity.
const RarityStep = 1.0 / 16

// columns is how many columns the heads have together.
func (h Head) columns() int { return len(h.Classes) + len(h.Intents) }

// mostColumns is what a byte can number.
const mostColumns = 256

// Encode writes the model as model.bin holds it.
func (m Model) Encode() ([]byte, error) {
	head, err := json.Marshal(m.Head)
	if err != nil {
		return nil, fmt.Errorf("encode model: %w", err)
	}
	out := binary.LittleEndian.AppendUint32([]byte(modelMagic), uint32(len(head)))
	out = append(append(out, head...), m.Rarity...)
	return append(append(out, m.Starts...), m.Entries...), nil
}

// DecodeModel reads what Encode wrote. The weights are not copied.
func DecodeModel(b string) (Model, error) {
	if len(b) < 8 || b[:4] != modelMagic {
		return Model{}, errors.New("decode model: not a model of this version")
	}
	head := int(number(b[4:]))
	const starts = 4 * (Buckets + 1)
	if head > len(b)-8-Buckets-starts {
		return Model{}, errors.New("decode model: cut short")
	}
	rest := b[8+head:]
	m := Model{Rarity: rest[:Buckets], Starts: rest[Buckets : Buckets+starts], Entries: rest[Buckets+starts:]}
	if err := json.Unmarshal([]byte(b[8:8+head]), &m.Head); err != nil {
		return Model{}, fmt.Errorf("decode model: %w", err)
	}
	if !m.fits() {
		return Model{}, errors.New("decode model: wrong size")
	}
	return m, nil
}

// fits reports whether the parts have the sizes that the head tells of.
func (m Model) fits() bool {
	before := uint32(0)
	for b := range Buckets + 1 {
		start := m.start(b)
		if start < before {
			return false
		}
		before = start
	}
	for _, span := range m.Spans {
		if span[0] < 0 || span[0] >= span[1] || span[1] > len(m.Classes) {
			return false
		}
	}
	for _, join := range m.Join {
		if len(join) != m.evidence()+1 {
			return false
		}
	}
	return 2*int(before) == len(m.Entries) && len(m.Classes) > 0 && len(m.Intents) > 0 && m.columns() <= mostColumns &&
		len(m.Bias) == m.columns() && len(m.Join) == len(m.Intents) && len(m.Spans) == len(m.Intents) && len(m.Sharp) == len(m.Intents) && len(m.Sure) == sureEvidence+1
}

// start returns where the entries of a bucket begin.
func (m Model) start(bucket int) uint32 { return number(m.Starts[4*bucket:]) }

// number reads what binary.LittleEndian writes.
func number(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// row returns the entries of a bucket.
func (m Model) row(bucket uint32) string {
	return m.Entries[2*m.start(int(bucket)) : 2*m.start(int(bucket)+1)]
}

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
