package lookup

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/data"
)

func TestSumsAddLikeAnybody(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(1, 2))
	for _, columns := range []int{1, 7, 8, 9, 16, 135} {
		s, want := newSums(columns), make([]int32, columns)
		row := make([]byte, columns)
		for n := range 3 * fullest {
			for i := range row {
				row[i] = byte(chance.Uint32())
				want[i] += int32(int8(row[i]))
			}
			s.add(row)
			if n%100 == 0 {
				require.Equal(t, want, s.total(), "%d rows of %d", n+1, columns)
			}
		}
		assert.Equal(t, want, s.total())
		assert.Equal(t, 3*fullest, s.n)
		s.reset()
		assert.Equal(t, make([]int32, columns), s.total())
	}
	s := newSums(8)
	for range fullest {
		s.add([]byte{127, 128, 127, 128, 127, 128, 127, 128})
	}
	assert.Equal(t, int32(127*fullest), s.total()[6], "the lane is full, and holds")
}

// TestClausesSumUpToTheWhole: the whole that is put together from its clauses
// has the very scores of the words read in one go.
func TestClausesSumUpToTheWhole(t *testing.T) {
	t.Parallel()
	c, err := Load(data.FS())
	require.NoError(t, err)
	words := c.Words("Rác chất đống trước hẻm 45, mấy ngày nay hôi thối quá không ai dọn. Nhờ phường xuống coi giùm")
	parts := clauses(words)
	require.Len(t, parts, 3)
	mixed, weight := c.model.Score(words), 1.0
	for _, p := range parts {
		scores := c.model.Score(p)
		top := 0.0
		for _, s := range scores {
			top = max(top, s)
		}
		w := clarity * top * top / 1.7320508075688772
		weight += w
		for i, s := range scores {
			mixed[i] += w * s
		}
	}
	for i, s := range c.model.scoreClauses(words) {
		assert.InDelta(t, mixed[i]/weight, s, 1e-12)
	}
}

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
