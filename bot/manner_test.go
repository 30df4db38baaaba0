package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

// steps lead to a step that is open.
var steps = map[string][]string{
	"report.describe": {"> [menu.root:report]", "> Rác đầy hẻm {complains}"},
	"report.place":    {"> Rác đầy hẻm {complains}"},
	"report.contact":  {"> Rác đầy hẻm {complains; place=hẻm 12}"},
	"report.confirm":  {"> Rác đầy hẻm {complains; place=hẻm 12}", "> [report.contact:anonymous]"},
	"report.cancel":   {"> Rác đầy hẻm {complains}", "> hủy {intent=cancel; bare}"},
	"report.resume":   {"> Rác đầy hẻm {complains}", "@ wait 40m", "> chào {intent=greet; bare}"},
	"ask.query":       {"> [menu.root:ask]"},
	"status.code":     {"> [menu.root:status]"},
	"status.withdraw": {"> PA2026-BBBB22 {intent=status; code=PA2026-BBBB22; bare}", "> [status.show:withdraw]"},
	"rate.score":      {"> [menu.root:rate]"},
	"rate.comment":    {"> [menu.root:rate]", "> [rate.score:2]"},
	"privacy.erase":   {"> xóa dữ liệu {intent=privacy; bare}"},
	"contacts.unit":   {"@ province", "> [menu.root:contacts]"},
	"human.wait":      {"> [menu.root:human]"},
}

// TestNoticesLeaveTheStep holds that whatever staff do, the open step stays open,
// with what was gathered and with its own choices first.
func TestNoticesLeaveTheStep(t *testing.T) {
	t.Parallel()
	for step, lines := range steps {
		for _, a := range []models.Action{models.ActAccept, models.ActAsk, models.ActReply, models.ActResolve, models.ActReject, models.ActTransfer, models.ActMerge, models.ActReopen, models.ActProgress, models.ActLate} {
			t.Run(fmt.Sprint(step, "/", a), func(t *testing.T) {
				t.Parallel()
				w := guarded(t)
				for _, line := range lines {
					w.play(line)
				}
				before := w.state
				turn := w.play(fmt.Sprintf("@ notice PA2026-BBBB22 %s rate person : Đã xem.", a))
				require.Equal(t, step, before.Step)
				require.Equal(t, step, w.state.Step)
				require.Equal(t, before.Report, w.state.Report)
				require.Equal(t, "notice."+string(a), turn.Say[0].Key)
				require.GreaterOrEqual(t, len(turn.Choices), len(before.Offered))
				own := func(c bot.Choice) bool { return strings.HasPrefix(c.Payload, step+":") }
				last := slices.IndexFunc(turn.Choices, func(c bot.Choice) bool { return !own(c) })
				require.True(t, last < 0 || !slices.ContainsFunc(turn.Choices[last:], own), "the step's choices come first: %v", turn.Choices)
			})
		}
	}
}

// TestDangerEverywhere holds that danger is answered before all else, at every
// step and in a person's turn.
func TestDangerEverywhere(t *testing.T) {
	t.Parallel()
	for step, lines := range steps {
		for _, held := range []bool{false, true} {
			t.Run(fmt.Sprint(step, held), func(t *testing.T) {
				t.Parallel()
				w := guarded(t)
				for _, line := range lines {
					w.play(line)
				}
				if held {
					w.play("@ person")
				}
				turn := w.play("> cháy rồi {danger=chay}")
				require.Equal(t, "danger", turn.Say[0].Key)
				require.Contains(t, turn.Do, bot.Effect(bot.Alarm{Unit: w.off.Unit.Slug}))
			})
		}
	}
}

// TestRudeWordsAreNotRepeated holds that profanity is filed as written and never
// said back.
func TestRudeWordsAreNotRepeated(t *testing.T) {
	t.Parallel()
	w, c := guarded(t), wording(t)
	var filed string
	for _, line := range []string{"> Đcm rác đầy hẻm {complains; rude=Đcm; place=hẻm 12}", "> nói rồi mà đcm {rude=đcm}", "@ wait 40m", "> alo {intent=greet; bare}", "> [report.resume:continue]", "> [report.contact:anonymous]", "> [report.confirm:edit]", "> [report.edit:describe]", "> [report.describe:done]", "> [report.confirm:yes]", "> đcm lẹ lên {rude=đcm}"} {
		turn := w.play(line)
		for _, l := range turn.Say {
			require.NotContains(t, strings.ToLower(said(t, c, l)), "đcm", line)
		}
		for _, e := range turn.Do {
			if f, ok := e.(bot.FileCase); ok {
				filed = f.Report.Description()
			}
		}
	}
	require.Equal(t, "Đcm rác đầy hẻm\nnói rồi mà đcm", filed)
}

// TestReceipted puts the receipt of an erasure before the question.
func TestReceipted(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), wording(t)
	w.play("> xóa dữ liệu {intent=privacy; bare}")
	turn := w.play("> [privacy.erase:yes]")
	before := len(turn.Say)
	with := turn.Receipted("XD-7", "https://gopy.example.vn/xoa-du-lieu/XD-7")
	require.Len(t, turn.Say, before)
	require.Len(t, with.Say, before+1)
	require.True(t, with.Say[before].Prompt)
	require.Equal(t, "Mã biên nhận: XD-7. Xem việc xóa đến đâu tại https://gopy.example.vn/xoa-du-lieu/XD-7", said(t, c, with.Say[before-1]))
}

// TestEveryTurnRendersInEnglish says every move's answer in English.
func TestEveryTurnRendersInEnglish(t *testing.T) {
	t.Parallel()
	c := wording(t).In("en")
	for i := range moves {
		w := guarded(t)
		w.state.Language = "en"
		for j := range 6 {
			turn := w.play(strings.Replace(moves[(i+j*11)%len(moves)], "> %", "> [menu.root:report]", 1))
			for _, l := range turn.Say {
				checkTone(t, l.Key, strings.Replace(said(t, c, l), l.Words, "", 1))
			}
			for _, ch := range turn.Choices {
				require.NotEmpty(t, caption(c, ch), ch.Payload)
			}
		}
	}
}

// TestPromised tells at the filing until when the case is to be answered.
func TestPromised(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), wording(t)
	asked := w.play("> Rác đầy hẻm {complains}")
	require.Equal(t, asked, asked.Promised(monday, 5), "nothing was filed")
	turn := bot.Turn{Say: []bot.Line{{Key: "report.filed.text", Data: bot.Slots{Code: "PA2026-AAAA01"}}}}
	due := turn.Promised(monday.AddDate(0, 0, 7), 5)
	require.Contains(t, said(t, c, due.Say[0]), "Hạn trả lời: thứ Hai 09/11/2026 (5 ngày làm việc).")
	require.Contains(t, said(t, c, turn.Say[0]), "Cán bộ tiếp nhận sẽ nhắn hạn trả lời")
}
