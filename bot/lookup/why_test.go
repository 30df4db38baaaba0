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
