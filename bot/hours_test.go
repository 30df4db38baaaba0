package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

// answered plays a question to an office and renders what is said.
func answered(t *testing.T, s bot.State, o bot.Office, h bot.Heard) (string, bot.Turn) {
	t.Helper()
	h.Intent, h.Sure, h.Bare = bot.IntentContacts, true, true
	s.Greeted, s.LastAt = monday, monday
	turn := bot.Reply(s, bot.Event{Kind: models.EventMessage, At: monday, Now: monday, Office: o, Words: []bot.Word{{Text: "?"}}, Heard: h})
	var lines []string
	for _, l := range turn.Say {
		lines = append(lines, said(t, wording(t), l))
	}
	return strings.Join(lines, "\n"), turn
}

// TestHoursAnswers holds the wording of every answer about hours, with whom to
// call where it is not certain, and a person where nobody can be called.
func TestHoursAnswers(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, monday.Location()) }
	spans := []string{"07:30–11:30", "13:30–17:00"}
	for want, v := range map[string]bot.HoursView{
		"Giờ làm việc: 07:30–11:30 và 13:30–17:00, thứ Hai đến thứ Sáu.":                     {Answer: bot.HoursWeek, Spans: spans},
		"Cơ quan làm việc thứ Ba 03/11/2026, giờ làm: 13:30–17:00.":                          {Answer: bot.HoursOpen, Day: day(3), Spans: spans[1:]},
		"Cơ quan làm việc thứ Bảy 07/11/2026 (ngày làm bù)":                                  {Answer: bot.HoursOpen, Day: day(7), MakeUp: true, Spans: spans},
		"Cơ quan làm việc lúc 16:00 thứ Ba 03/11/2026":                                       {Answer: bot.HoursOpen, Day: day(3), Clock: day(3).Add(16 * time.Hour), Spans: spans},
		"Cơ quan không làm việc lúc 17:00 thứ Ba 03/11/2026. Giờ làm thứ Ba 03/11/2026: 07:": {Answer: bot.HoursShut, Day: day(3), Clock: day(3).Add(17 * time.Hour), Spans: spans},
		"Cơ quan không làm việc buổi trưa. Giờ làm: 07:30":                                   {Answer: bot.HoursShut, Part: "noon", Spans: spans},
		"Giờ này cơ quan không làm việc, làm lại từ 07:30 thứ Ba 03/11/2026.":                {Answer: bot.HoursOver, Day: day(2), Back: day(3).Add(450 * time.Minute), Spans: spans},
		"Cơ quan nghỉ Chủ nhật 08/11/2026. Làm việc lại từ 07:30 thứ Hai 09/11/2026.":        {Answer: bot.HoursOff, Day: day(8), First: day(7), Last: day(8), Days: 2, Back: day(9).Add(450 * time.Minute)},
		"(Lễ). Nghỉ từ thứ Bảy 07/11/2026 đến hết thứ Hai 09/11/2026 (3 ngày).":              {Answer: bot.HoursOff, Name: "Lễ", Day: day(8), First: day(7), Last: day(9), Days: 3, Back: day(10)},
		"Lễ: cơ quan nghỉ từ thứ Bảy 07/11/2026 đến hết thứ Hai 09/11/2026 (3 ngày), làm":    {Answer: bot.HoursBreak, Name: "Lễ", First: day(7), Last: day(9), Days: 3, Back: day(10)},
		"Lễ: cơ quan nghỉ một ngày, thứ Ba 03/11/2026, làm":                                  {Answer: bot.HoursBreak, Name: "Lễ", First: day(3), Last: day(3), Days: 1, Back: day(4)},
	} {
		got, turn := answered(t, bot.State{}, bot.Office{Unit: units["tran-bien"]}, bot.Heard{Inquiry: bot.Inquiry{Hours: &v}})
		require.Contains(t, got, want)
		require.NotContains(t, got, "chắc chắn")
		require.Empty(t, turn.Do)
		require.NotContains(t, turn.Choices, bot.Choice{Payload: "contacts.show:human"})

		v.Verify = true
		got, _ = answered(t, bot.State{}, bot.Office{Unit: units["tran-bien"], Phone: "0900000001"}, bot.Heard{Inquiry: bot.Inquiry{Hours: &v}})
		require.Contains(t, got, "Theo lịch chung của cơ quan nhà nước; xin gọi 0900 000 001 để chắc chắn.")
		_, turn = answered(t, bot.State{}, bot.Office{Unit: units["tran-bien"]}, bot.Heard{Inquiry: bot.Inquiry{Hours: &v}})
		require.Contains(t, turn.Choices, bot.Choice{Payload: "contacts.show:human"})
	}
}

// TestAnotherUnitsNumberIsNotTold holds that who names a unit is not sent to the
// channel's own.
func TestAnotherUnitsNumberIsNotTold(t *testing.T) {
	t.Parallel()
	v := bot.HoursView{Answer: bot.HoursWeek, Verify: true}
	got, _ := answered(t, bot.State{}, bot.Office{Unit: units["tran-bien"], Phone: "0900000001"}, bot.Heard{Units: []bot.UnitView{units["an-vien"]}, Inquiry: bot.Inquiry{Hours: &v}})
	require.NotContains(t, got, "0900 000 001")
}

// TestHoursAndNumbersAndPlace holds that each part of a question is answered.
func TestHoursAndNumbersAndPlace(t *testing.T) {
	t.Parallel()
	v := bot.HoursView{Answer: bot.HoursWeek}
	h := bot.Heard{
		Contacts: []bot.ContactView{{Role: "Đường dây nóng", Phone: "0900000001"}},
		Inquiry:  bot.Inquiry{Hours: &v, Numbers: true, Where: true, Address: "Số 1 đường A"},
	}
	got, turn := answered(t, bot.State{}, bot.Office{Unit: units["tran-bien"]}, h)
	for _, want := range []string{"Giờ làm việc", "Trụ sở Phường Trấn Biên: Số 1 đường A. Điện thoại 0900 000 001.", "Số điện thoại:"} {
		require.Contains(t, got, want)
	}
	require.Contains(t, turn.Choices, bot.Choice{Payload: "menu.root:report"}, "a number leads on to a report")
	require.Equal(t, "contacts.show", turn.State.Step)
}
