package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/langnghe/langnghe/bot/lookup"
)

// opinion is what heads say of a line they have not seen.
type opinion struct {
	line              line
	margins, evidence []float64
}

// opinions asks the heads about some lines; names of procedures are none that
// anybody types.
func (s set) opinions(h planes, in func(example) bool) (out []opinion) {
	for _, e := range s.examples {
		if !in(e) || s.lines[e.line].Name {
			continue
		}
		o := opinion{line: s.lines[e.line], margins: make([]float64, len(h.bias))}
		buckets := h.known(e.buckets)
		values := h.values(buckets)
		for i, w := range h.weights {
			sum := h.bias[i]
			for j, b := range buckets {
				sum += w[b] * values[j]
			}
			o.margins[i] = float64(sum)
		}
		o.evidence = s.head.Evidence(o.margins, len(s.words[e.line]), float64(len(buckets))/float64(len(e.buckets)))
		out = append(out, o)
	}
	return out
}

// Of the training of what joins: passes, first step of AdaGrad, decay.
const (
	rounds = 20
	rate   = 0.3
	decay  = 1e-4
)

// join learns the probabilities of the intents from the evidence.
func (s set) join(said []opinion) [][]float32 {
	var xs [][]float64
	var ys []int
	for _, o := range said {
		xs = append(xs, o.evidence)
		ys = append(ys, slices.Index(s.head.Intents, o.line.intent()))
	}
	return regress(xs, ys, len(s.head.Intents))
}

// sureness learns how far the first answer can be believed.
func (s set) sureness(said []opinion) []float32 {
	var xs [][]float64
	var ys []int
	for _, o := range said {
		right := 0
		if first, among := s.head.Among(o.margins, "ask"); o.line.intent() == "ask" {
			_, code := classParts(s.head.Classes[first+argmax(among)])
			if slices.Contains(o.line.Procedures, code) {
				right = 1
			}
		}
		xs = append(xs, s.head.SureEvidence(o.margins, s.head.Shares(o.evidence)))
		ys = append(ys, right)
	}
	w := regress(xs, ys, 2)
	for i := range w[1] {
		w[1][i] -= w[0][i]
	}
	w[1][len(w[1])-1] += trust
	return w[1]
}

// trust is added to the confidence, so that of fifty answers given at once not
// more than one is wrong. Set on the development utterances.
const trust = -0.2

// sharpness finds for each intent by what the scores are multiplied so that
// their softmax is the likeliest.
func (s set) sharpness(said []opinion) []float32 {
	out := make([]float32, len(s.head.Intents))
	for i := range s.head.Intents {
		least := math.Inf(1)
		for _, sharp := range []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14} {
			if loss := s.loss(said, i, sharp); loss < least {
				out[i], least = sharp, loss
			}
		}
	}
	return out
}

// loss is how unlikely the classes of an intent's lines are.
func (s set) loss(said []opinion, intent int, sharp float32) (loss float64) {
	s.head.Sharp = make([]float32, len(s.head.Intents))
	s.head.Sharp[intent] = sharp
	for _, o := range said {
		if o.line.intent() != s.head.Intents[intent] {
			continue
		}
		first, among := s.head.Among(o.margins, s.head.Intents[intent])
		at, _ := slices.BinarySearch(s.head.Classes, o.line.class())
		loss -= math.Log(max(among[at-first], 1e-9))
	}
	return loss
}

func argmax(x []float64) (at int) {
	for i, v := range x {
		if v > x[at] {
			at = i
		}
	}
	return at
}

// regress is logistic regression by stochastic gradient descent with AdaGrad's
// steps. The last weight of each class is its bias.
func regress(xs [][]float64, ys []int, classes int) [][]float32 {
	mean, spread := moments(xs)
	n := len(mean) + 1
	w, g := make([]float64, classes*n), make([]float64, classes*n)
	scores, order, x := make([]float64, classes), make([]int, len(xs)), make([]float64, n)
	for i := range order {
		order[i] = i
	}
	x[n-1] = 1
	random := rand.New(rand.NewPCG(1, 2))
	for range rounds {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, at := range order {
			for j, v := range xs[at] {
				x[j] = (v - mean[j]) / spread[j]
			}
			for c := range classes {
				scores[c] = dot(w[c*n:(c+1)*n], x)
			}
			lookup.Softmax(scores)
			scores[ys[at]]--
			for c, slope := range scores {
				for j, v := range x {
					decayed := slope * v
					if j < n-1 {
						decayed += decay * w[c*n+j]
					}
					step(&w[c*n+j], &g[c*n+j], decayed)
				}
			}
		}
	}
	out := make([][]float32, classes)
	for c := range out {
		out[c] = unscaled(w[c*n:(c+1)*n], mean, spread)
	}
	return out
}

func dot(a, b []float64) (sum float64) {
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

// moments are the mean and the standard deviation of each number.
func moments(xs [][]float64) (mean, spread []float64) {
	mean, spread = make([]float64, len(xs[0])), make([]float64, len(xs[0]))
	for j := range mean {
		for _, x := range xs {
			mean[j] += x[j] / float64(len(xs))
		}
		for _, x := range xs {
			spread[j] += (x[j] - mean[j]) * (x[j] - mean[j]) / float64(len(xs))
		}
		spread[j] = max(math.Sqrt(spread[j]), 1e-6)
	}
	return mean, spread
}

// unscaled makes weights of what was learnt of numbers that were brought to the
// same mean and spread.
func unscaled(w, mean, spread []float64) (out []float32) {
	bias := w[len(mean)]
	for j, m := range mean {
		out = append(out, float32(w[j]/spread[j]))
		bias -= w[j] * m / spread[j]
	}
	return append(out, float32(bias))
}

func step(w, g *float64, slope float64) {
	*g += slope * slope
	*w -= rate * slope / (math.Sqrt(*g) + 1e-6)
}
