package main

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/langnghe/langnghe/bot/lookup"
)

// Of the support vector machines: what an error costs, and passes over the
// examples.
const (
	cost   = 0.5
	passes = 8
)

// planes are linear functions of the features, one per column.
type planes struct {
	rarity  []byte      // of each bucket, in steps
	weights [][]float32 // of each column, per bucket
	bias    []float32
}

// heads trains one linear support vector machine per column on some of the
// examples.
func (s set) heads(in func(example) bool) planes {
	var rows []example
	for _, e := range s.examples {
		if in(e) {
			rows = append(rows, e)
		}
	}
	h := planes{rarity: rarities(rows)}
	values := make([][]float32, len(rows))
	for i := range rows {
		rows[i].buckets = h.known(rows[i].buckets)
		values[i] = h.values(rows[i].buckets)
	}
	columns := s.columns(rows)
	h.weights, h.bias = make([][]float32, len(columns)), make([]float32, len(columns))
	var busy sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, own := range columns {
		slots <- struct{}{}
		busy.Go(func() {
			h.weights[i], h.bias[i] = separate(rows, values, own)
			<-slots
		})
	}
	busy.Wait()
	return h
}

// columns say of each column which of the rows are its own: those of a class,
// and those of an intent.
func (s set) columns(rows []example) (out [][]bool) {
	mark := func(name string, of func(line) string) {
		own := make([]bool, len(rows))
		for i, e := range rows {
			own[i] = of(s.lines[e.line]) == name
		}
		out = append(out, own)
	}
	for _, class := range s.head.Classes {
		mark(class, line.class)
	}
	for _, intent := range s.head.Intents {
		mark(intent, line.intent)
	}
	return out
}

// rarities are the inverse frequencies of the features among the lines, 0 of
// those seen less than twice, which say nothing.
func rarities(rows []example) []byte {
	count, lines := make([]int, lookup.Buckets), 0
	for _, e := range rows {
		if e.varied {
			continue
		}
		lines++
		for _, b := range e.buckets {
			count[b]++
		}
	}
	out := make([]byte, lookup.Buckets)
	for b, n := range count {
		if n >= seldom {
			idf := 1 + math.Log(float64(1+lines)/float64(1+n))
			out[b] = byte(min(math.Round(idf/lookup.RarityStep), 255))
		}
	}
	return out
}

// seldom is in how many lines a feature must stand to be learnt.
const seldom = 2

// known are those of the features that are learnt.
func (h planes) known(buckets []uint32) (out []uint32) {
	for _, b := range buckets {
		if h.rarity[b] > 0 {
			out = append(out, b)
		}
	}
	return out
}

// values are the features of an example, of length 1 together.
func (h planes) values(buckets []uint32) []float32 {
	out, squares := make([]float32, len(buckets)), 0.0
	for i, b := range buckets {
		out[i] = lookup.RarityStep * float32(h.rarity[b])
		squares += float64(out[i]) * float64(out[i])
	}
	scale := float32(1 / math.Sqrt(max(squares, 1e-9)))
	for i := range out {
		out[i] *= scale
	}
	return out
}

// separate finds the plane between a column's own rows and the others by dual
// coordinate descent (Hsieh et al. 2008, squared loss).
func separate(rows []example, values [][]float32, own []bool) (w []float32, bias float32) {
	w = make([]float32, lookup.Buckets)
	const loose = 0.5 / cost
	alpha, order := make([]float32, len(rows)), make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	random := rand.New(rand.NewPCG(3, 5))
	for range passes {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			y := float32(-1)
			if own[i] {
				y = 1
			}
			sum := bias
			for j, b := range rows[i].buckets {
				sum += w[b] * values[i][j]
			}
			slope := y*sum - 1 + loose*alpha[i]
			if alpha[i] == 0 && slope >= 0 {
				continue
			}
			before := alpha[i]
			alpha[i] = max(before-slope/(2+loose), 0)
			step := (alpha[i] - before) * y
			bias += step
			for j, b := range rows[i].buckets {
				w[b] += step * values[i][j]
			}
		}
	}
	return w, bias
}

// smallest is the weight, of 127, below which one says too little to be kept.
const smallest = 1.5

// pack cuts the weights to bytes and leaves out those that say little.
func (s set) pack(h planes) lookup.Model {
	top := 0.0
	for _, w := range h.weights {
		for b, x := range w {
			top = max(top, math.Abs(float64(x))*lookup.RarityStep*float64(h.rarity[b]))
		}
	}
	top *= clipped
	var starts, entries []byte
	for b := range lookup.Buckets {
		starts = binary.LittleEndian.AppendUint32(starts, uint32(len(entries)/2))
		for column, w := range h.weights {
			v := float64(w[b]) * lookup.RarityStep * float64(h.rarity[b]) / top * 127
			if math.Abs(v) >= smallest {
				q := int8(math.Round(min(max(v, -127), 127)))
				entries = append(entries, byte(column), byte(q))
			}
		}
	}
	starts = binary.LittleEndian.AppendUint32(starts, uint32(len(entries)/2))
	s.head.Bias, s.head.Scale = h.bias, float32(top/127)
	return lookup.Model{Head: s.head, Rarity: string(h.rarity), Starts: string(starts), Entries: string(entries)}
}

// clipped is up to what share of the greatest a weight is told apart.
const clipped = 0.5
