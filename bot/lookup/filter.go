package lookup

// filter tells at once of most words that no phrase begins with them: one bit
// for each hash, so a word may pass that begins none.
type filter []uint64

// newFilter makes a filter for about n words, of 16 bits for each.
func newFilter(n int) filter {
	size := 1
	for size*64 < 16*n {
		size *= 2
	}
	return make(filter, size)
}

func (f filter) add(hash uint32) { f[f.at(hash)] |= 1 << (hash % 64) }

// may reports whether a word of that hash may be one of those that were added.
func (f filter) may(hash uint32) bool {
	return len(f) > 0 && f[f.at(hash)]&(1<<(hash%64)) != 0
}

func (f filter) at(hash uint32) int { return int(hash>>6) & (len(f) - 1) }

// The parameters of the hash FNV-1a, 32 bits.
const (
	fnvOffset = 2166136261
	fnvPrime  = 16777619
)

func hashOf(s string) uint32 { return hashMore(fnvOffset, s) }

// hashMore goes on hashing.
func hashMore[S string | []byte](h uint32, s S) uint32 {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * fnvPrime
	}
	return h
}
