package hear_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

// TestAccusations: a tố cáo is never filed as a report or answered as a question.
func TestAccusations(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, want := range map[string]bool{
		"tôi tố cáo ông Nam trưởng phòng nhận hối lộ":       true,
		"toi to cao ong A nhan hoi lo":                      true,
		"tôi tố cáo trưởng công an XYZ ăn tiền":             true,
		"toi to cao truong cong an XYZ an tien":             true,
		"đòi phong bì mới làm":                              true,
		"doi phong bi moi lam":                              true,
		"cán bộ đòi phong bì mới làm giấy":                  true,
		"tố cáo chủ tịch phường bao che xây dựng trái phép": true,
		"kế toán xã lập khống danh sách hộ nghèo":           true,
		"toi muon to cao hang xom danh bac":                 true,
		"tố cáo ông Nam nhận hối lộ, nhờ xem xét thế nào":   true,
		"tố cáo thì nộp ở đâu":                              false,
		"to cao thi nop o dau":                              false,
		"thủ tục tố cáo":                                    false,
		"muốn tố cáo cán bộ thì làm đơn thế nào":            false,
		"tôi muốn phản ánh cán bộ thái độ":                  false,
		"toi muon phan anh can bo thai do":                  false,
		"thang to cao danh toi":                             false,
		"tôi bị thằng to cao đánh":                          false,
	} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.Equal(t, want, h.Denounces, text)
		if want {
			assert.True(t, h.Complains, text)
			assert.True(t, h.Sensitive, text)
			assert.False(t, h.Bare, text)
			assert.Equal(t, bot.IntentReport, h.Intent, text)
			assert.NotEmpty(t, h.Category, "a tip is filed with one: %s", text)
		}
	}
	rude := ear.Understand(bot.State{}, said("tôi muốn phản ánh cán bộ thái độ")).Heard
	assert.Equal(t, models.PhanAnh, rude.Kind)
	assert.True(t, rude.Sensitive)
}

// TestNothingIsThrownAwayByAWordOfSending: "gửi" agrees to send, not to drop,
// neither as a choice nor as an intent.
func TestNothingIsThrownAwayByAWordOfSending(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for _, step := range []string{"report.cancel", "status.withdraw", "privacy.erase"} {
		for _, text := range []string{"gửi", "gửi đi", "gui luon", "gui di", "gửi giúp", "ok gửi", "gửi đi ạ", "chốt"} {
			ev := ear.Understand(at(step, "yes", "no"), said(text))
			assert.Equal(t, step+":no", ev.Choice, text)
			assert.NotEqual(t, bot.IntentYes, ev.Heard.Intent, text)
		}
		assert.Equal(t, step+":yes", ear.Understand(at(step, "yes", "no"), said("đồng ý")).Choice)
	}
	burst := append(said("gửi"), said("đi nha")...)
	assert.NotEqual(t, bot.IntentYes, ear.Understand(at("report.cancel", "yes", "no"), burst).Heard.Intent)
	assert.Equal(t, "report.confirm:yes", ear.Understand(at("report.confirm", "yes", "edit", "cancel"), said("gửi đi")).Choice)
}

func TestProgressIsAskedFor(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, days := range map[string]int{
		"trạng thái": 0, "trang thai": 0, "trạng thái vụ của tôi": 0, "vụ của tôi tới đâu rồi": 0, "vu cua toi toi dau roi": 0,
		"cái hôm qua tới đâu rồi": 1, "cai hom qua toi dau roi": 1, "việc hôm kia sao rồi ạ": 2, "đơn của tôi sao rồi": 0, "check my report": 0,
	} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.Equal(t, bot.IntentStatus, h.Intent, text)
		assert.True(t, h.Bare && h.Sure, text)
		assert.Equal(t, days, h.DaysAgo, text)
	}
	for _, text := range []string{"Hôm qua tôi đi qua chợ", "hom qua toi di qua cho", "tình trạng rác đầy đường không ai dọn", "đường hư tới đâu rồi mà không sửa"} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.False(t, h.Bare, text)
		assert.NotEqual(t, bot.IntentStatus, h.Intent, text)
	}
	assert.Equal(t, bot.IntentWithdraw, ear.Understand(bot.State{}, said("rút phản ánh")).Heard.Intent)
	assert.True(t, ear.Understand(bot.State{}, said("van chua sua gi het")).Heard.NotDone)
}

func TestComplaintsAgainstDecisions(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, decision := range map[string]string{
		"Tôi khiếu nại quyết định thu hồi đất của phường":               "",
		"toi khieu nai quyet dinh thu hoi dat cua phuong":               "",
		"Khiếu nại quyết định xử phạt sai":                              "",
		"Khiếu nại quyết định xử phạt số 12/QĐ-XPHC ngày 3/11/2026 sai": "số 12/QĐ-XPHC ngày 3/11/2026",
		"khieu nai quyet dinh xu phat so 12/QD-XPHC ngay 3/11/2026 sai": "so 12/QD-XPHC ngay 3/11/2026",
	} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.True(t, h.Complains, text)
		assert.Equal(t, models.KhieuNai, h.Kind, text)
		assert.Equal(t, bot.IntentReport, h.Intent, text)
		assert.Equal(t, decision, h.Decision, text)
		assert.False(t, h.Bare, text)
	}
	for _, text := range []string{"khiếu nại thì nộp ở đâu", "thủ tục khiếu nại lần đầu", "khieu nai nhu the nao"} {
		assert.False(t, ear.Understand(bot.State{}, said(text)).Heard.Complains, text)
	}
}

func TestDangersKnowTheirCategory(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for _, tt := range []struct {
		text, code, category, call string
		sensitive                  bool
	}{
		{"Nhà tôi đang cháy lớn lắm ở đường Lê Lợi", "chay", "chay-no", "114", false},
		{"nha toi dang chay", "chay", "chay-no", "114", false},
		{"chồng tôi đánh tôi", "bao-luc-gia-dinh", "an-ninh", "113", true},
		{"chong toi danh toi", "bao-luc-gia-dinh", "an-ninh", "113", true},
		{"ba đánh con nít nhà bên", "tre-em", "an-ninh", "111", true},
		{"ba danh con nit nha ben", "tre-em", "an-ninh", "111", true},
		{"mẹ kế đánh cháu bé", "tre-em", "an-ninh", "111", true},
		{"cây đổ đứt dây điện nằm giữa đường", "dien-giat", "dien", "115", false},
		{"cây gãy đổ nằm giữa đường, có người bị thương", "tai-nan", "giao-thong", "115", false},
		{"có ông cụ nằm giữa đường không dậy nổi", "tai-nan", "giao-thong", "115", false},
		{"help me someone is beating his wife", "bao-luc-gia-dinh", "an-ninh", "113", true},
		{"thằng con rể nó đánh con gái tôi", "bao-luc-gia-dinh", "an-ninh", "113", true},
		{"my house is on fire please help", "chay", "chay-no", "114", false},
	} {
		h := ear.Understand(bot.State{}, said(tt.text)).Heard
		require.NotNil(t, h.Danger, tt.text)
		assert.Equal(t, tt.code, h.Danger.Code, tt.text)
		assert.Equal(t, tt.call, h.Danger.Call[0], tt.text)
		assert.Equal(t, tt.category, h.Category, tt.text)
		assert.Equal(t, tt.sensitive, h.Sensitive, tt.text)
	}
	for _, text := range []string{"cây gãy đổ nằm giữa đường", "cay gay do nam giua duong", "ba đánh giá cán bộ tốt"} {
		assert.Nil(t, ear.Understand(bot.State{}, said(text)).Heard.Danger, text)
	}
	assert.True(t, ear.Understand(bot.State{}, said("cây gãy đổ nằm giữa đường")).Heard.Complains)
	assert.False(t, ear.Understand(bot.State{}, said("góp ý: nên mở cửa sớm")).Heard.Sensitive, "an unsure category tells nothing")
	assert.False(t, ear.Understand(bot.State{}, said("gop y: nen mo cua som")).Heard.Sensitive)
	land := ear.Understand(bot.State{}, said("tôi khiếu nại việc thu hồi đất của nhà tôi")).Heard
	assert.Equal(t, "dat-dai", land.Category, "the taxonomy's own words make sure")
	assert.True(t, land.Sensitive)
	praise := ear.Understand(bot.State{}, said("khen cô Lan quầy 2 nhiệt tình")).Heard
	assert.Equal(t, "thai-do", praise.Category)
	assert.False(t, praise.Sensitive, "praise may be read by all")
}

func TestShortMatters(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for _, text := range []string{"Ổ gà to đùng", "o ga to dung", "Số 0909123456 gọi lừa đảo tôi", "so 0909123456 goi lua dao toi"} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.Equal(t, bot.IntentReport, h.Intent, text)
		assert.True(t, h.Complains, text)
	}
	for _, text := range []string{"gần chợ", "gan cho", "ở gần chợ ạ"} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.Equal(t, bot.IntentOther, h.Intent, text)
		assert.False(t, h.Complains, text)
	}
	for _, text := range []string{"xin số đường dây nóng trấn biên", "xin so duong day nong tran bien"} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.Equal(t, bot.IntentContacts, h.Intent, text)
		assert.True(t, h.Bare, text)
		require.NotEmpty(t, h.Units, text)
		assert.Equal(t, "tran-bien", h.Units[0].Slug, text)
		assert.NotEmpty(t, h.Contacts, text)
	}
	assert.True(t, ear.Understand(bot.State{}, said("đường dây nóng gọi hoài không ai nghe")).Heard.Complains)
}

func TestNamesAlone(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	asked := bot.State{Step: "report.contact"}
	for _, text := range []string{"nguyen van hung", "nguyễn văn hùng", "tran thi lan", "Trần Thị Lan", "Đỗ Hùng", "le thi hoa", "nguyen van hung 0900000012"} {
		h := ear.Understand(asked, said(text)).Heard
		assert.True(t, h.Bare, text)
		assert.False(t, h.Complains, text)
		assert.Contains(t, text, h.Name)
		assert.NotEmpty(t, h.Name, text)
	}
	for _, text := range []string{"cột số 7", "cot so 7", "trần nhà bị dột", "đỗ xe trước nhà", "ho so cua toi"} {
		assert.False(t, ear.Understand(asked, said(text)).Heard.Bare, text)
	}
	assert.Empty(t, ear.Understand(asked, said("cột số 7")).Heard.Name)
	for _, text := range []string{"sai số điện thoại rồi, 0900000078", "sai so dien thoai roi, 0900 000 078", "nhầm số, số đúng là 0900.000.078"} {
		h := ear.Understand(bot.State{Step: "report.confirm"}, said(text)).Heard
		assert.Equal(t, "0900000078", h.Phone, text)
		assert.True(t, h.Corrects, text)
		assert.False(t, h.Complains, text)
	}
}

func TestPlaceAnswers(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	asked := bot.State{Step: "report.place"}
	for text, want := range map[string]string{
		"gần chợ": "gần chợ", "gan cho": "gan cho", "nga tu amata": "nga tu amata", "gan cho bien hoa": "gan cho bien hoa",
		"ở gần chợ biên hòa ạ": "gần chợ biên hòa", "duong le loi": "duong le loi", "đường lê lợi": "đường lê lợi",
		"kp 3": "kp 3", "ap 5": "ap 5", "to 7 kp2": "to 7 kp2", "tổ 7 khu phố 2": "tổ 7 khu phố 2",
		"sau trường thpt nguyễn trãi": "sau trường thpt nguyễn trãi", "nga ba dau giay": "nga ba dau giay", "kdc phu thinh": "kdc phu thinh",
		"truoc cong truong tieu hoc": "truoc cong truong tieu hoc", "25 nguyen ai quoc": "25 nguyen ai quoc", "so 5 le loi": "so 5 le loi",
	} {
		h := ear.Understand(asked, said(text)).Heard
		assert.Equal(t, want, h.Place, text)
		assert.False(t, h.Complains, text)
		assert.Equal(t, bot.IntentOther, h.Intent, text)
	}
	for _, text := range []string{"rác đầy đường", "duong hu qua", "cho em hỏi làm khai sinh", "cho toi gap can bo", "0900000012"} {
		assert.Empty(t, ear.Understand(asked, said(text)).Heard.Place, text)
	}
	assert.Equal(t, "truoc nha 25 nguyen ai quoc",
		heard(t, "rac chat dong truoc nha 25 nguyen ai quoc, toi ten hung 0900 000 078").Place)
	assert.Equal(t, "duong le loi", heard(t, "duong le loi ngap").Place)
}

func TestEnglishIsUnderstood(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for _, tt := range []struct {
		text     string
		intent   bot.Intent
		category string
	}{
		{"i want to report a broken street light near the market", bot.IntentReport, "den-duong"},
		{"There is a big pothole on my street", bot.IntentReport, "duong-hu"},
		{"garbage everywhere and nobody collects it", bot.IntentReport, "rac-thai"},
		{"I want to report", bot.IntentReport, ""},
		{"how do i register a birth certificate", bot.IntentAsk, ""},
		{"what is the phone number of the office", bot.IntentContacts, ""},
		{"what is the status of my report", bot.IntentStatus, ""},
		{"can I talk to a human please", bot.IntentHuman, ""},
		{"thank you very much", bot.IntentThanks, ""},
		{"good morning", bot.IntentGreet, ""},
	} {
		h := ear.Understand(bot.State{}, said(tt.text)).Heard
		assert.True(t, h.English, tt.text)
		assert.Equal(t, tt.intent, h.Intent, tt.text)
		assert.Equal(t, tt.category, h.Category, tt.text)
		assert.Equal(t, tt.category != "", h.Complains, tt.text)
		if tt.category != "" {
			assert.Equal(t, models.PhanAnh, h.Kind, tt.text)
		}
	}
	assert.True(t, ear.Understand(bot.State{}, said("the officer asked for a bribe to do my papers")).Heard.Denounces)
	for text, want := range map[string]bot.Intent{"cancel": bot.IntentCancel, "menu": bot.IntentMenu, "yes": bot.IntentYes, "no": bot.IntentNo, "thanks": bot.IntentThanks, "help": bot.IntentMenu, "go back": bot.IntentBack} {
		assert.Equal(t, want, ear.Understand(bot.State{}, said(text)).Heard.Intent, text)
	}
}

func TestTemper(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for _, text := range []string{"đm", "địt mẹ", "vcl", "đồ chó", "đụ má tụi bây", "fuck you", "đồ ngu quá"} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.NotEmpty(t, h.Rude, text)
		assert.True(t, h.Angry, text)
		assert.False(t, h.Complains, text)
		assert.Equal(t, bot.IntentOther, h.Intent, text)
	}
	for text, rude := range map[string][]string{
		"đm rác đầy đường không ai dọn":                {"đm"},
		"mẹ kiếp cúp điện hoài":                        {"mẹ kiếp"},
		"bức xúc quá, đường hư cả tháng không ai sửa":  nil,
		"lam an kieu gi ma rac day duong khong ai don": nil,
	} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.True(t, h.Complains, text)
		assert.True(t, h.Angry, text)
		assert.Equal(t, rude, h.Rude, text)
	}
	for _, text := range []string{"on qua khong ngu duoc", "rác đổ cho đầy ra", "cảm ơn nhiều ạ"} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.Empty(t, h.Rude, text)
	}
}

func TestSlotsWithoutAccents(t *testing.T) {
	t.Parallel()
	h := heard(t, "rac chat dong truoc nha 25 nguyen ai quoc, toi ten hung o9oo ooo o78")
	assert.True(t, h.Complains)
	assert.Equal(t, "hung", h.Name)
	assert.Equal(t, "0900000078", h.Phone)
	assert.Equal(t, "rac-thai", h.Category)
	for _, text := range []string{"+84 9 0000 0012", "84 9 0000 0012", "0900.000.012", "0 9 0 0 0 0 0 0 1 2", "O9OO OOO O12", "+84(0)900000012"} {
		assert.Equal(t, "0900000012", heard(t, text).Phone, lookup.Fold(text))
	}
}
