package lookup

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/data"
)

// BenchmarkRetrieve finds what words share with 2,000 procedures.
func BenchmarkRetrieve(b *testing.B) {
	c, err := Load(data.FS())
	require.NoError(b, err)
	var heads []ProcedureHead
	for i := range 2000 {
		h := c.procedures.heads[i%len(c.procedures.heads)]
		h.Code = fmt.Sprintf("%s-%d", h.Code, i)
		heads = append(heads, h)
	}
	p := newProcedures(c.language, heads, nil)
	words := c.Words("cho em hỏi làm khai sinh cho con cần giấy tờ gì ạ, nộp ở đâu, mất bao lâu thì có")
	b.ReportAllocs()
	for b.Loop() {
		p.weights(words)
	}
}

// BenchmarkGuess reads a message of ordinary length.
func BenchmarkGuess(b *testing.B) {
	c, err := Load(data.FS())
	require.NoError(b, err)
	words := c.Words("Rác chất đống trước hẻm 45, mấy ngày nay hôi thối quá không ai dọn, nhờ phường xuống coi giùm")
	b.ReportAllocs()
	for b.Loop() {
		c.Guess(words)
	}
}
