package hear_test

import (
	"testing"

	"github.com/langnghe/langnghe/models"
)

// benchmarked are the messages that the product hears most.
var benchmarked = []struct {
	name  string
	event models.Event
}{
	{"complaint", models.Event{Text: "Rác chất đống trước hẻm 45 phường Trấn Biên, mấy ngày nay hôi thối quá không ai dọn, nhờ phường xuống coi giùm"}},
	{"plain", models.Event{Text: "rac chat dong truoc nha toi ca tuan nay hoi qua khong ai lay, nho xa cho nguoi don giup"}},
	{"slots", models.Event{Text: "Rác chất đống trước nhà 25 Nguyễn Ái Quốc, mấy ngày nay hôi thối, tôi tên Hùng 0900 000 078, nhờ phường Trấn Biên xuống coi giùm"}},
	{"question", models.Event{Text: "cho em hỏi làm khai sinh cho con cần giấy tờ gì ạ, nộp ở đâu, mất bao lâu thì có"}},
	{"tap", models.Event{Payload: "report.place:skip", Text: "Bỏ qua"}},
	{"typed tap", models.Event{Text: "#report.place:skip"}},
	{"number", models.Event{Text: "1"}},
	{"answer", models.Event{Text: "hẻm 12 đường Nguyễn Trãi"}},
}

func BenchmarkUnderstand(b *testing.B) {
	ear := newEar(b)
	state := at("report.place", "skip", "cancel")
	for _, bb := range benchmarked {
		in := []models.Event{bb.event}
		in[0].Kind, in[0].At = models.EventMessage, noon
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ear.Understand(state, in)
			}
		})
	}
}

func BenchmarkImmediate(b *testing.B) {
	ear := newEar(b)
	for _, bb := range benchmarked {
		event := bb.event
		event.Kind = models.EventMessage
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ear.Immediate(event)
			}
		})
	}
}
