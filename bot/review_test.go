package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

// TestPastReviewIsSaid holds that a procedure whose confirmation is too old is
// told with its day and whom to call, and that until then it is not.
func TestPastReviewIsSaid(t *testing.T) {
	t.Parallel()
	c := wording(t)
	answer := func(p bot.ProcedureView, o bot.Office) string {
		given := []bot.ProcedureView{p}
		turn := bot.Reply(bot.State{Greeted: monday, LastAt: monday}, bot.Event{
			Kind: models.EventMessage, At: monday, Now: monday, Office: o, Words: []bot.Word{{Text: "lệ phí khai sinh"}},
			Heard: bot.Heard{Intent: bot.IntentAsk, Sure: true, Confidence: 1, Part: "fee", Procedures: given},
		})
		require.Equal(t, p, given[0], "what was given stays as it was")
		var said []string
		for _, l := range turn.Say {
			s, err := c.Render(l.Key, l.Data)
			require.NoError(t, err)
			said = append(said, s)
		}
		return strings.Join(said, "\n")
	}
	p := procedures["khai-sinh"]
	p.ReviewBy = monday.Add(time.Minute)
	require.Contains(t, answer(p, bot.Office{}), "Cập nhật 02/11/2026.")
	require.NotContains(t, answer(p, bot.Office{}), "chắc chắn")
	p.ReviewBy = monday
	require.Contains(t, answer(p, bot.Office{Phone: "0900000001"}), "Thông tin ngày 02/11/2026, xin gọi 0900 000 001 để chắc chắn.")
	require.Contains(t, answer(p, bot.Office{}), "xin hỏi lại khi đến nộp để chắc chắn")
	p.AsOf, p.Contact = "07/2026", "bà Lan 0900 000 008"
	require.Contains(t, answer(p, bot.Office{Phone: "0900000001"}), "Thông tin tháng 07/2026, xin gọi bà Lan 0900 000 008 để chắc chắn.")
}
