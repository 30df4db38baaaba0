package bot_test

import (
	"testing"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

// BenchmarkReply plays one answer of an open report.
func BenchmarkReply(b *testing.B) {
	w := newWorld(b)
	w.play("> Rác đầy hẻm {complains}")
	e := bot.Event{Kind: models.EventMessage, At: w.now, Now: w.now, Office: w.off, Words: []bot.Word{{Text: "hẻm 12"}}, Heard: bot.Heard{Place: "hẻm 12"}}
	b.ReportAllocs()
	for b.Loop() {
		if turn := bot.Reply(w.state, e); len(turn.Say) == 0 {
			b.Fatal("silent")
		}
	}
}
