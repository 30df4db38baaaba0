package lookup

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFilterLetsItsOwnPass(t *testing.T) {
	t.Parallel()
	f, passed := newFilter(100), 0
	for i := range uint32(100) {
		f.add(hashOf(string(rune('a' + i))))
	}
	for i := range uint32(1000) {
		if may := f.may(hashOf(string(rune('a' + i)))); may {
			passed++
		} else {
			assert.GreaterOrEqual(t, i, uint32(100), "no word of the list is held back")
		}
	}
	assert.Less(t, passed, 250)
	assert.False(t, filter(nil).may(1), "an empty list has no words")
}
