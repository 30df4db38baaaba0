package lookup_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMatchTellsTheWordsInCommon(t *testing.T) {
	t.Parallel()
	c := load(t)
	m := c.Match(c.Words("tôi cần làm giấy khai sinh cho cháu"), "khai-sinh")
	assert.Contains(t, m.Words, "khai")
	assert.Contains(t, m.Words, "sinh")
	assert.NotContains(t, m.Words, "toi")
	assert.NotEmpty(t, m.Phrase)
	assert.Zero(t, c.Match(c.Words("khai sinh"), "no-such"))
}

func TestAlikeLeavesOutParticles(t *testing.T) {
	t.Parallel()
	c := load(t)
	assert.Greater(t, c.Alike("dạ cho hỏi giấy phép nuôi chó ạ", "giấy phép nuôi chó"), 0.5)
	assert.Less(t, c.Alike("giấy phép nuôi chó", "mượn sách thư viện"), 0.3)
	assert.Zero(t, c.Alike("", ""))
}

// TestWhatLedToACategoryAndAUnit: the taxonomy's own words, else those that the
// guess hangs on; and the name of a unit as it is written.
func TestWhatLedToACategoryAndAUnit(t *testing.T) {
	t.Parallel()
	c := load(t)
	quote := func(text, code string) (parts []string) {
		words := c.Words(text)
		for _, m := range c.CategoryWords(words, code) {
			parts = append(parts, text[words[m.First].Start:words[m.Last-1].End])
		}
		return parts
	}
	assert.Equal(t, []string{"đèn đường", "tối thui"}, quote("đèn đường hẻm 5 tối thui cả tuần", "den-duong"))
	unnamed := "nước sinh hoạt đục ngầu ở xã Long Thành"
	assert.Equal(t, "nuoc-sach", c.Guess(c.Words(unnamed)).Categories()[0].Code)
	assert.False(t, c.NamesCategory(c.Words(unnamed), "nuoc-sach"))
	assert.Contains(t, quote(unnamed, "nuoc-sach"), "nước")
	assert.Empty(t, quote(unnamed, "no-such"))

	words := c.Words(unnamed)
	found := c.UnitWords(words, "long-thanh")
	assert.Len(t, found, 1)
	assert.Equal(t, "Long Thành", unnamed[words[found[0].First].Start:words[found[0].Last-1].End])
	assert.Empty(t, c.UnitWords(words, "tran-bien"))
}
