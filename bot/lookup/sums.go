package lookup

import "encoding/binary"

// sums adds up rows of signed bytes, eight columns in one step: each byte is
// made positive and goes to a lane of 16 bits, four lanes to a word.
type sums struct {
	lanes   []uint64 // two for eight columns: the even ones, the odd ones
	pending int      // rows in the lanes
	done    []int32  // what was moved out of the lanes, and the columns beyond the last eight
	n       int      // rows in all
}

const (
	signs   = 0x8080808080808080
	evens   = 0x00FF00FF00FF00FF
	offset  = 128 // what makes a signed byte positive
	fullest = 257 // rows of 255 that a lane holds
)

func newSums(columns int) sums {
	return sums{lanes: make([]uint64, columns/8*2), done: make([]int32, columns)}
}

// add adds a row, which has as many columns as the sums.
func (s *sums) add(row []byte) {
	if s.pending == fullest {
		s.empty()
	}
	lanes := s.lanes
	for len(row) >= 8 && len(lanes) >= 2 {
		x := binary.LittleEndian.Uint64(row) ^ signs
		lanes[0] += x & evens
		lanes[1] += x >> 8 & evens
		row, lanes = row[8:], lanes[2:]
	}
	beyond := s.done[len(s.done)-len(row):]
	for i, w := range row {
		beyond[i] += int32(int8(w))
	}
	s.pending++
	s.n++
}

// empty moves out what is in the lanes.
func (s *sums) empty() {
	for i, lane := range s.lanes {
		for j := range 4 {
			s.done[i/2*8+i%2+2*j] += int32(lane>>(16*j)&0xFFFF) - int32(offset*s.pending)
		}
		s.lanes[i] = 0
	}
	s.pending = 0
}

// total returns the sums; they change when more is added.
func (s *sums) total() []int32 {
	s.empty()
	return s.done
}

// reset starts again from nothing.
func (s *sums) reset() {
	clear(s.lanes)
	clear(s.done)
	s.pending, s.n = 0, 0
}
