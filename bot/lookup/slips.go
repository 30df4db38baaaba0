package lookup

import "slices"

// slips finds names of units that were typed with one slip of the fingers (a
// letter left out, added, changed or swapped with the next) or without spaces.
type slips struct {
	joined map[string]int   // name without spaces → value of units.names
	near   map[string][]int // the same with one letter left out
	names  []string         // by value
}

// Of the words that may be a name with a slip.
const (
	longestSlip  = 4  // words
	shortestSlip = 4  // letters of a name behind the word of its kind
	shortestBare = 5  // letters elsewhere, of several words
	shortestOne  = 7  // letters elsewhere, of one word
	mostLetters  = 24 // longer than any name
	mostSlips    = 2  // of letters and accents together, where accents were typed
	longestAside = 16 // words of a message in which "ở" and the like tell of a place
)

func newSlips(index map[string]int) slips {
	s := slips{joined: map[string]int{}, near: map[string][]int{}, names: make([]string, len(index))}
	var buf [2 * mostLetters]byte
	for name, value := range index {
		letters := withoutSpaces(name)
		s.joined[letters], s.names[value] = value, letters
		for i := range len(letters) {
			less := string(append(append(buf[:0], letters[:i]...), letters[i+1:]...))
			s.near[less] = append(s.near[less], value)
		}
	}
	return s
}

func withoutSpaces(name string) string {
	out := make([]byte, 0, len(name))
	for i := range len(name) {
		if name[i] != ' ' {
			out = append(out, name[i])
		}
	}
	return string(out)
}

// find returns the names that the first words may be, the longest run of words
// that is any; named tells that the word of a unit's kind stands before them.
func (s slips) find(words []Word, named bool) (values []int, n int) {
	var buf [mostLetters]byte
	for n = min(longestSlip, len(words)); n > 0; n-- {
		typed := buf[:0]
		for i, w := range words[:n] {
			if len(typed)+len(w.Fold) > mostLetters || i > 0 && w.apart {
				typed = nil
				break
			}
			typed = append(typed, w.Fold...)
		}
		if values = s.like(typed, shortest(named, n)); len(values) > 0 {
			return values, n
		}
	}
	return nil, 0
}

// shortest returns how many letters a name of n words must have to be believed.
func shortest(named bool, n int) int {
	switch {
	case named:
		return shortestSlip
	case n > 1:
		return shortestBare
	}
	return shortestOne
}

// like returns the names within one slip of what was typed that begin with the
// same letter: few miss the first.
func (s slips) like(typed []byte, shortest int) (values []int) {
	if value, known := s.joined[string(typed)]; known {
		return []int{value}
	}
	if len(typed) < shortest {
		return nil
	}
	values = append(values, s.near[string(typed)]...)
	var buf [mostLetters]byte
	for i := range typed {
		less := append(append(buf[:0], typed[:i]...), typed[i+1:]...)
		if value, known := s.joined[string(less)]; known {
			values = append(values, value)
		}
		for _, value := range s.near[string(less)] {
			if oneChange(typed, s.names[value]) {
				values = append(values, value)
			}
		}
	}
	slices.Sort(values)
	values = slices.Compact(values)
	return slices.DeleteFunc(values, func(v int) bool { return s.names[v][0] != typed[0] })
}

// oneChange reports whether one letter is another, or two neighbours are swapped.
func oneChange(typed []byte, name string) bool {
	if len(typed) != len(name) {
		return false
	}
	first, last := 0, len(name)-1
	for first < last && typed[first] == name[first] {
		first++
	}
	for last > first && typed[last] == name[last] {
		last--
	}
	return first == last || last == first+1 && typed[first] == name[last] && typed[last] == name[first]
}

// joinAccents writes words with their accents and without spaces.
func joinAccents(words []Word) string {
	s := ""
	for _, w := range words {
		s += w.accents
	}
	return s
}

// distance counts the letters to leave out, add or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := corner
			if a[i] != b[j] {
				changed++
			}
			corner = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
