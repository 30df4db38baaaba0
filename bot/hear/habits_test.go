package hear_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/langnghe/langnghe/bot"
)

// The steps as citizens meet them in a report.
func habitualSteps() map[string]bot.State {
	return map[string]bot.State{
		"menu":     at("menu.root", "report", "ask", "status", "human", "contacts", "rate"),
		"describe": at("report.describe", "done", "cancel"),
		"kind":     at("report.kind", "phan_anh", "kien_nghi", "khieu_nai", "gop_y", "khen_ngoi", "cancel"),
		"place":    at("report.place", "skip", "cancel"),
		"contact":  at("report.contact", "anonymous", "cancel"),
		"phone":    at("report.contact", "anonymous", "skip", "cancel"),
		"confirm":  at("report.confirm", "yes", "edit", "cancel"),
		"edit":     at("report.edit", "describe", "kind", "files", "place", "contact", "unit", "back"),
		"cancel":   at("report.cancel", "yes", "no"),
		"withdraw": at("status.withdraw", "yes", "no"),
		"erase":    at("privacy.erase", "yes", "no"),
		"answer":   at("ask.answer", "documents", "fee", "time", "where", "steps", "helpful", "unhelpful", "menu"),
		"filed":    at("report.filed", "status", "menu", "new"),
	}
}

// TestChoicesInOtherWords: what neighbours say instead of the label does what
// the tap does; what says something else, or two things, does not.
func TestChoicesInOtherWords(t *testing.T) {
	t.Parallel()
	ear, steps := newEar(t), habitualSteps()
	for _, tt := range []struct{ step, choice, said string }{
		{"describe", "done", "vậy thôi|có vậy thôi|co vay thoi|hết rồi|vay thoi nha|vậy là hết rồi|thế là hết|hết rồi đó em|tui kể xong rồi|ok vậy thôi nha em|có nhiêu đó thôi|nhiu đó thôi|gửi lẹ đi|that's all|I'm done"},
		{"describe", "", "chưa hết|chưa xong|chua xong|còn nữa|từ từ đã|chưa xong đâu"},
		{"confirm", "yes", "gửi lẹ đi|gui le di|chuẩn rồi đó em|ok gửi luôn|đúng hết rồi|dung het roi do|dung roi gui di|đúng rồi, gửi giúp tôi, cảm ơn em|vâng đúng rồi ạ|ok em gửi đi|gửi lên phường giùm tui|không sai gì|send|Send it|SEND|yes send it|ok send|that's right"},
		{"confirm", "edit", "sai hết rồi|sai het roi|chưa đúng|chưa đúng đâu em|sai bét|sai tùm lum|sai một chỗ rồi em|còn thiếu|change|Change it|edit"},
		{"confirm", "", "đúng rồi mà sai chỗ|gửi rồi hủy|đèn vẫn chưa sáng"},
		{"confirm", "cancel", "thôi không gửi nữa|never mind|hủy hết đi"},
		{"contact", "anonymous", "anonymous|Anonymous please|thôi ẩn danh đi|thoi an danh di|cho tui ẩn danh nha|k can ten|tôi không nói tên đâu|không muốn để lại tên|dau ten giup toi|giấu tên giúp tôi|đừng để tên tôi|khỏi để tên|khong cho ten dau|tôi sợ bị trả thù, đừng nêu tên|xin đừng ghi tên tôi vào|no name"},
		{"contact", "", "không biết tên cán bộ đó|tên tôi là Hùng|giữ kín tên tôi, Hùng 0900 000 078|đường chưa có tên"},
		{"phone", "skip", "không có số|khỏi số|không cho số đâu|tôi không có điện thoại|skip it"},
		{"phone", "anonymous", "ẩn danh|thôi giấu tên đi"},
		{"place", "skip", "skip|skip this|không rõ địa chỉ|I don't know"},
		{"cancel", "no", "gửi lẹ đi|send it|nộp đi|gui nhanh di|keep it|khỏi sửa"},
		{"withdraw", "no", "gửi lẹ đi|send it|chuyển luôn"},
		{"erase", "no", "gửi lẹ đi|send it|nộp luôn"},
		{"answer", "time", "khi nào xong|chừng nào có|Time"},
		{"menu", "report", "Send a report|send a REPORT|xin chào, tôi muốn phản ánh"},
		{"menu", "contacts", "Phone numbers"},
		{"menu", "human", "Talk to staff|cán bộ đâu cho gặp cán bộ"},
		{"edit", "place", "Place|nơi xảy ra"},
		{"edit", "contact", "name, phone|tên và số"},
		{"filed", "new", "Report another"},
	} {
		state := steps[tt.step]
		want := ""
		if tt.choice != "" {
			want = state.Step + ":" + tt.choice
		}
		for said1 := range strings.SplitSeq(tt.said, "|") {
			assert.Equal(t, want, ear.Understand(state, said(said1)).Choice, "%s: %q", tt.step, said1)
		}
	}
}
