package hear_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func said(text string) []models.Event {
	return []models.Event{{Kind: models.EventMessage, At: noon, Mid: "m1", Text: text}}
}

// at is the state of somebody who was offered these choices.
func at(step string, choices ...string) bot.State {
	s := bot.State{Step: step}
	for _, c := range choices {
		s.Offered = append(s.Offered, bot.Choice{Payload: step + ":" + c})
	}
	return s
}

// typedChoice is what a citizen types at a step, and the choice it is ("" none).
type typedChoice struct {
	state bot.State
	text  string
	want  string
}

func typedAtReport() []typedChoice {
	menu := at("menu.root", "report", "ask", "status", "human", "contacts", "rate")
	describe := at("report.describe", "done", "cancel")
	place := at("report.place", "skip", "cancel")
	contact := at("report.contact", "anonymous", "cancel")
	return []typedChoice{
		{menu, "1", "menu.root:report"},
		{menu, "2.", "menu.root:ask"},
		{menu, "(3)", "menu.root:status"},
		{menu, "số 4", "menu.root:human"},
		{menu, "chọn 5 nha", "menu.root:contacts"},
		{menu, "chon so 6", "menu.root:rate"},
		{menu, "6\ufe0f\u20e3", "menu.root:rate"},
		{menu, "7", ""},
		{menu, "0", ""},
		{menu, "Gửi phản ánh", "menu.root:report"},
		{menu, "gui phan anh", "menu.root:report"},
		{menu, "PHẢN ÁNH", "menu.root:report"},
		{menu, "tra cuu", "menu.root:status"},
		{menu, "gặp cán bộ ạ", "menu.root:human"},
		{menu, "cho em gặp người thật với", "menu.root:human"},
		{menu, "#menu.root:ask", "menu.root:ask"},
		{menu, "#Menu.Root:ASK ", "menu.root:ask"},
		{menu, "#report.place:skip", "report.place:skip"},
		{menu, "# menu", ""},
		{menu, "hôm nay 2 xe rác không tới", ""},
		{describe, "xong", "report.describe:done"},
		{describe, "xong rồi ạ", "report.describe:done"},
		{describe, "nhieu do thoi", "report.describe:done"},
		{describe, "hết rồi", "report.describe:done"},
		{describe, "hủy", "report.describe:cancel"},
		{describe, "huỷ", "report.describe:cancel"},
		{describe, "thôi không gửi nữa", "report.describe:cancel"},
		{describe, "rác 3 ngày chưa ai lấy", ""},
		{describe, "xong rồi mà họ vẫn đổ rác", ""},
		{place, "bỏ qua", "report.place:skip"},
		{place, "bo qua", "report.place:skip"},
		{place, "skip", "report.place:skip"},
		{place, "không biết nữa", ""},
		{place, "không nhớ", "report.place:skip"},
		{place, "hẻm 2", ""},
		{contact, "ẩn danh", "report.contact:anonymous"},
		{contact, "an danh", "report.contact:anonymous"},
		{contact, "xin giấu tên giùm", "report.contact:anonymous"},
		{contact, "ko", "report.contact:anonymous"},
		{contact, "khỏi", "report.contact:anonymous"},
		{contact, "0900000012", ""},
		{contact, "Hùng 0900 000 012", ""},
	}
}

func typedElsewhere() []typedChoice {
	confirm := at("report.confirm", "yes", "edit", "cancel")
	score := at("rate.score", "1", "2", "3", "4", "5", "cancel")
	comment := at("rate.comment", "skip", "reopen")
	cancel := at("report.cancel", "yes", "no")
	answer := at("ask.answer", "documents", "fee", "time", "where", "steps", "helpful", "unhelpful", "menu")
	units := at("report.unit", "other", "cancel")
	units.Offered = append([]bot.Choice{{Payload: "report.unit:tran-bien", Label: "Phường Trấn Biên"}, {Payload: "report.unit:phu-ly", Label: "Xã Phú Lý"}}, units.Offered...)
	own := at("status.code", "cancel")
	own.Offered = append([]bot.Choice{{Payload: "status.code:pa2026-7k3qxm", Label: "Rác thải 24/11"}}, own.Offered...)
	return []typedChoice{
		{confirm, "ok", "report.confirm:yes"},
		{confirm, "oke ad", "report.confirm:yes"},
		{confirm, "đúng rồi", "report.confirm:yes"},
		{confirm, "dung roi gui di", "report.confirm:yes"},
		{confirm, "gửi đi", "report.confirm:yes"},
		{confirm, "có", "report.confirm:yes"},
		{confirm, "Dạ đúng ạ", "report.confirm:yes"},
		{confirm, "sai rồi", "report.confirm:edit"},
		{confirm, "sửa lại", "report.confirm:edit"},
		{confirm, "thôi", "report.confirm:cancel"},
		{score, "5", "rate.score:5"},
		{score, "5 sao", "rate.score:5"},
		{score, "rất hài lòng", "rate.score:5"},
		{score, "tệ", "rate.score:1"},
		{score, "6", "rate.score:cancel"},
		{comment, "chưa xong", "rate.comment:reopen"},
		{comment, "chua sua", "rate.comment:reopen"},
		{comment, "không", "rate.comment:skip"},
		{at("report.contact", "anonymous", "skip", "cancel"), "không", "report.contact:skip"},
		{at("report.filed", "status", "menu", "new"), "không", ""},
		{at("report.filed", "status", "menu", "new"), "báo việc khác", "report.filed:new"},
		{at("report.resume", "continue", "new"), "làm tiếp", "report.resume:continue"},
		{at("report.resume", "continue", "new"), "không", ""},
		{at("report.similar", "join", "new", "cancel"), "đúng rồi", "report.similar:join"},
		{at("ask.answer", "documents", "more"), "xem tiep", "ask.answer:more"},
		{at("report.resume", "continue", "new"), "thôi", ""},
		{at("report.resume", "continue", "new"), "làm lại", "report.resume:new"},
		{score, "tốt lắm", "rate.score:5"},
		{score, "bốn", "rate.score:4"},
		{score, "nam", "rate.score:5"},
		{score, "5/5", "rate.score:5"},
		{score, "tệ quá", "rate.score:1"},
		{score, "te qua", "rate.score:1"},
		{score, "1 sao", "rate.score:1"},
		{confirm, "sai số điện thoại rồi", "report.confirm:edit"},
		{cancel, "có", "report.cancel:yes"},
		{cancel, "hủy", "report.cancel:yes"},
		{cancel, "không", "report.cancel:no"},
		{cancel, "thôi", "report.cancel:no"},
		{answer, "thế lệ phí bao nhiêu?", "ask.answer:fee"},
		{answer, "nộp ở đâu", "ask.answer:where"},
		{answer, "can giay to gi", "ask.answer:documents"},
		{units, "1", "report.unit:tran-bien"},
		{units, "Trấn Biên", "report.unit:tran-bien"},
		{units, "xa phu ly", "report.unit:phu-ly"},
		{units, "nơi khác", "report.unit:other"},
		{own, "PA2026-7K3QXM", "status.code:pa2026-7k3qxm"},
		{own, "pa2026 7k3qxm", "status.code:pa2026-7k3qxm"},
		{bot.State{}, "1", ""},
		{bot.State{}, "có", ""},
	}
}

func TestTypedChoices(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for _, tt := range append(typedAtReport(), typedElsewhere()...) {
		assert.Equal(t, tt.want, ear.Understand(tt.state, said(tt.text)).Choice, "%s: %q", tt.state.Step, tt.text)
	}
}

func TestTaps(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	s := at("report.confirm", "yes", "edit", "cancel")
	tap := func(payload, title string) bot.Event {
		return ear.Understand(s, []models.Event{{Kind: models.EventMessage, At: noon, Payload: payload, Text: title}})
	}
	ev := tap("report.confirm:yes", "Đúng, gửi đi")
	assert.Equal(t, "report.confirm:yes", ev.Choice)
	assert.Empty(t, ev.Words, "a button's title is not the citizen's words")
	assert.Equal(t, models.EventMessage, ev.Kind)

	assert.Equal(t, "report.place:skip", tap("#report.place:skip", "Bỏ qua").Choice, "as Zalo sends it")
	assert.Equal(t, "status.show:menu", tap("status.show:menu", "").Choice, "a stale button")
	for _, odd := range []string{"GET_STARTED", "{}", "a:b", "report.place:", "report.place:skip;drop", "x.y:" + string(make([]byte, 80))} {
		ev := tap(odd, "Bắt đầu")
		assert.Empty(t, ev.Choice, odd)
		assert.Equal(t, models.EventOpen, ev.Kind, "an unknown payload is welcomed: %s", odd)
	}
}

func TestTapsBringWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	tap := func(s bot.State, payload string) bot.Heard {
		return ear.Understand(s, []models.Event{{Kind: models.EventMessage, At: noon, Payload: payload}}).Heard
	}
	picked := tap(bot.State{}, "ask.choose:khai-sinh").Procedures
	require.Len(t, picked, 1)
	assert.Equal(t, "khai-sinh", picked[0].Code)
	shown := tap(bot.State{Procedure: "tam-tru"}, "ask.answer:fee").Procedures
	require.Len(t, shown, 1)
	assert.Equal(t, "tam-tru", shown[0].Code)
	assert.Empty(t, tap(bot.State{}, "ask.choose:none").Procedures)
	assert.Empty(t, tap(bot.State{}, "ask.answer:fee").Procedures, "nothing was shown before")
	assert.NotEmpty(t, tap(bot.State{}, "contacts.unit:tran-bien").Contacts)
	assert.Empty(t, tap(bot.State{}, "contacts.unit:nowhere").Contacts)
}

func TestBursts(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	s := at("report.describe", "done", "cancel")
	ev := ear.Understand(s, []models.Event{
		{Kind: models.EventMessage, At: noon, Mid: "a", Text: "rác đầy đường"},
		{Kind: models.EventMessage, At: noon.Add(time.Second), Mid: "b", Text: "xong"},
		{Kind: models.EventMessage, At: noon.Add(2 * time.Second), Mid: "c", Files: []models.File{{Kind: "image", URL: "u"}}},
		{Kind: models.EventMessage, At: noon.Add(3 * time.Second), Location: &models.Location{Lat: 10.9, Lng: 106.8}},
		{Kind: models.EventMessage, At: noon.Add(4 * time.Second), Contact: &models.Contact{Name: "Hùng", Phone: "84900000012"}},
	})
	assert.Empty(t, ev.Choice, "of several messages no word is a choice")
	assert.Equal(t, []bot.Word{{Mid: "a", Text: "rác đầy đường"}, {Mid: "b", Text: "xong"}}, ev.Words)
	assert.Len(t, ev.Files, 1)
	assert.Equal(t, 10.9, ev.Location.Lat)
	assert.Equal(t, models.Contact{Name: "Hùng", Phone: "0900000012"}, *ev.Contact)
	assert.Equal(t, noon.Add(4*time.Second), ev.At)

	ev = ear.Understand(s, []models.Event{
		{Kind: models.EventMessage, At: noon, Text: "2 bao rác"},
		{Kind: models.EventMessage, At: noon, Payload: "report.describe:done", Text: "Xong"},
	})
	assert.Equal(t, "report.describe:done", ev.Choice, "a tap counts also in a burst")
	assert.Len(t, ev.Words, 1)
}

func TestOtherEvents(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	s := at("report.confirm", "yes", "cancel")
	edit := ear.Understand(s, []models.Event{{Kind: models.EventEdit, Mid: "a", Text: "có", At: noon}})
	assert.Equal(t, models.EventEdit, edit.Kind)
	assert.Empty(t, edit.Choice, "an edited text answers nothing")
	assert.Equal(t, []bot.Word{{Mid: "a", Text: "có"}}, edit.Words)
	unsend := ear.Understand(s, []models.Event{{Kind: models.EventUnsend, Mid: "a", At: noon}})
	assert.Equal(t, []bot.Word{{Mid: "a"}}, unsend.Words)
	notice := &models.Notice{Case: "PA2026-ABCDEF"}
	assert.Equal(t, notice, ear.Understand(s, []models.Event{{Kind: models.EventStatus, Notice: notice}}).Notice)
	assert.Equal(t, 4, ear.Understand(s, []models.Event{{Kind: models.EventRated, Score: 4}}).Score)
	assert.Equal(t, models.EventMessage, ear.Understand(s, nil).Kind)
	sticker := ear.Understand(s, []models.Event{{Kind: models.EventMessage, Sticker: true}})
	assert.True(t, sticker.Sticker)
	assert.Equal(t, bot.IntentOther, sticker.Heard.Intent)
}

func TestImmediate(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for _, text := range []string{"1", "số 2", "#report.place:skip", "menu", "hủy", "xong", "Bỏ qua", "bo qua", "Gửi phản ánh", "gap can bo", "ok", "không", "Xin chào", "cảm ơn ạ"} {
		assert.True(t, ear.Immediate(said(text)[0]), text)
	}
	for _, text := range []string{"rác đầy đường", "ở hẻm 12", "0900000012", "123", "làm khai sinh cần gì", "", "Hùng", "chưa thấy ai tới dọn rác"} {
		assert.False(t, ear.Immediate(said(text)[0]), text)
	}
	assert.True(t, ear.Immediate(models.Event{Kind: models.EventMessage, Payload: "GET_STARTED"}))
	assert.True(t, ear.Immediate(models.Event{Kind: models.EventOpen}))
	assert.False(t, ear.Immediate(models.Event{Kind: models.EventMessage, Files: []models.File{{Kind: "image"}}}))
	assert.False(t, ear.Immediate(models.Event{Kind: models.EventMessage, Location: &models.Location{}}))
	assert.False(t, ear.Immediate(models.Event{Kind: models.EventMessage, Text: "1", Files: []models.File{{Kind: "image"}}}), "a caption")
}
