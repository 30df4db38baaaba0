package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with the configuration.
type Fault struct {
	Key  string // dotted: "channels.0.rate"
	Text string // what is wrong and how to mend it; never a secret
}

// Faults is every fault of a configuration, ordered by key.
type Faults []Fault

// Error returns one line per fault.
func (f Faults) Error() string { return strings.Join(f.Lines(), "\n") }

// Lines returns one line per fault, "key: what is wrong and the mend".
func (f Faults) Lines() []string {
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = x.Key + ": " + x.Text
	}
	return lines
}

// faultList gathers faults, the first of each key only: what follows from a
// fault is not a fault of its own.
type faultList struct{ all Faults }

func (l *faultList) add(key, format string, args ...any) {
	if l.has(key) {
		return
	}
	text := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
	l.all = append(l.all, Fault{Key: key, Text: text})
}

func (l *faultList) has(key string) bool {
	return slices.ContainsFunc(l.all, func(f Fault) bool { return f.Key == key })
}

func (l *faultList) sorted() Faults {
	slices.SortStableFunc(l.all, func(a, b Fault) int { return cmp.Compare(a.Key, b.Key) })
	return l.all
}
