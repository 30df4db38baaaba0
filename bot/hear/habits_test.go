package hear_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
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
		"score":    at("rate.score", "1", "2", "3", "4", "5", "cancel"),
		"comment":  at("rate.comment", "skip", "reopen"),
		"human":    at("human.wait", "back", "menu"),
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
		{"confirm", "", "gửi rồi hủy|đèn vẫn chưa sáng"},
		{"confirm", "cancel", "thôi không gửi nữa|never mind|hủy hết đi"},
		{"contact", "anonymous", "anonymous|Anonymous please|thôi ẩn danh đi|thoi an danh di|cho tui ẩn danh nha|k can ten|tôi không nói tên đâu|không muốn để lại tên|dau ten giup toi|giấu tên giúp tôi|đừng để tên tôi|khỏi để tên|khong cho ten dau|tôi sợ bị trả thù, đừng nêu tên|xin đừng ghi tên tôi vào|no name|thôi giấu tên giùm, sợ bị làm khó dễ|k cho sdt dau"},
		{"contact", "", "sai loại|sai rồi"},
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
		{"filed", "status", "có số hồ sơ không|quên mã rồi"},
		{"kind", "phan_anh", "là phản ánh đó em|cái nào cũng được|không biết chọn cái nào"},
		{"kind", "kien_nghi", "chắc là kiến nghị"},
		{"kind", "gop_y", "góp ý thôi chứ không khiếu nại"},
		{"place", "skip", "tôi nói rồi mà|nói ở trên rồi đó|trong hình có mà|không cần địa chỉ đâu"},
		{"contact", "anonymous", "bí mật giùm|khong can biet ten tui lam gi"},
		{"confirm", "yes", "duyệt|chính xác 100%|oki em"},
		{"confirm", "edit", "địa chỉ sai|sai nội dung rồi|thiếu hình rồi|bỏ số điện thoại ra"},
		{"confirm", "edit", "đúng rồi mà sai chỗ|đúng rồi nhưng thiếu hình|ok nhưng mà sai số điện thoại"},
		{"describe", "", "bỏ qua không được|không còn chỗ đi"},
		{"confirm", "", "khoan đã|để tui coi lại|đừng gửi|chưa gửi nha|thôi mai gửi"},
		{"edit", "back", "không sửa nữa|thôi khỏi sửa|đúng hết rồi"},
		{"edit", "place", "địa chỉ sai"},
		{"edit", "files", "bỏ hình"},
		{"score", "5", "5 điểm luôn|mười điểm|tốt lắm em"},
		{"score", "3", "cũng tạm"},
		{"score", "1", "quá chán"},
		{"score", "cancel", "khỏi đánh giá"},
		{"comment", "skip", "không có gì"},
		{"place", "skip", "hok nho dia chi|I am not sure"},
		{"describe", "done", "xog r|het r do|v thui"},
		{"confirm", "edit", "the number is wrong|sai dia chi r"},
		{"comment", "skip", "nothing"},
		{"human", "back", "thôi khỏi gặp|xong"},
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

// TestAsides: who asks for somebody, for the progress or for the privacy notice
// says nothing that belongs into a description.
func TestAsides(t *testing.T) {
	t.Parallel()
	ear, steps := newEar(t), habitualSteps()
	for intent, texts := range map[bot.Intent]string{
		bot.IntentGreet:   "alo có ai không|alo co ai ko|hello|có ai trực không ạ",
		bot.IntentWho:     "máy hay người vậy|bot hả|mày là ai|may la ai|are you a bot",
		bot.IntentStatus:  "khi nào mới xong vậy|khi nao moi xong vay|bao giờ mới xong vậy|chừng nào sửa xong|chừng nào có người xuống|sao lâu vậy|có ai xuống chưa|bao giờ mới giải quyết xong|when will it be fixed",
		bot.IntentNotice:  "dữ liệu của tôi được giữ thế nào|du lieu cua toi duoc giu the nao|ai xem được tên tôi|lấy số điện thoại làm gì|có ai biết tôi báo không|quyền riêng tư|privacy policy",
		bot.IntentPrivacy: "xóa dữ liệu của tôi|xoa du lieu cua e",
		bot.IntentHuman:   "cán bộ có đó không|tôi không nói chuyện với máy|muốn nói chuyện với chủ tịch",
		bot.IntentWait:    "khoan đã|từ từ|chưa hết|để tui coi lại|thôi mai gửi|hold on",
	} {
		for text := range strings.SplitSeq(texts, "|") {
			for _, step := range []string{"describe", "contact", "confirm"} {
				ev := ear.Understand(steps[step], said(text))
				assert.Equal(t, intent, ev.Heard.Intent, "%s: %q", step, text)
				assert.True(t, ev.Heard.Bare, "%s: %q", step, text)
				assert.Empty(t, ev.Choice, "%s: %q", step, text)
			}
		}
	}
	for _, text := range []string{"sao lâu vậy mà rác vẫn chất đống", "đường hư khi nào mới sửa, xe té hoài"} {
		assert.False(t, ear.Understand(steps["describe"], said(text)).Heard.Bare, text)
	}
}

// TestWhoseNumber: name and number are taken wherever they are told; the number
// of somebody else is not.
func TestWhoseNumber(t *testing.T) {
	t.Parallel()
	ear, steps := newEar(t), habitualSteps()
	for _, tt := range []struct{ step, text, name, phone string }{
		{"contact", "Lan 0900000045", "Lan", "0900000045"},
		{"confirm", "Lan 0900000045", "Lan", "0900000045"},
		{"confirm", "0900000045 gặp chị Lan nha", "chị Lan", "0900000045"},
		{"contact", "tôi là Hoa 0900 000 046", "Hoa", "0900000046"},
		{"confirm", "tôi là Hoa 0900 000 046", "Hoa", "0900000046"},
		{"contact", "toi la hoa 0900 000 046", "hoa", "0900000046"},
		{"contact", "Lê Hoàng Duyệt 0900 000 046", "Lê Hoàng Duyệt", "0900000046"},
		{"confirm", "chú tên Bảy", "Bảy", ""},
		{"describe", "có ông tên Nam hay nhậu", "", ""},
		{"contact", "chú Sáu Khoan", "chú Sáu Khoan", ""},
		{"contact", "0900 000 046 c.Hạnh", "c.Hạnh", "0900000046"},
		{"confirm", "Đèn hư 0900 000 046", "", "0900000046"},
		{"confirm", "Sai số rồi 0900 000 046", "", "0900000046"},
		{"contact", "số của ông Tám tổ trưởng là 0900 000 047", "", ""},
		{"describe", "số của ông Tám tổ trưởng là 0900 000 047", "", ""},
		{"describe", "quán nhậu đó số 0900 000 047 ồn quá", "", ""},
		{"describe", "quán nhậu ồn quá, số tôi 0900 000 047", "", "0900000047"},
		{"contact", "số ông tổ trưởng 0900 000 047, còn số tôi 0900 000 048", "", "0900000048"},
		{"contact", "số của con tôi là 0900 000 047", "", "0900000047"},
		{"contact", "con chú số 0900 000 047", "", "0900000047"},
		{"contact", "số vợ tui 0900 000 047", "", "0900000047"},
		{"contact", "0900 000 078 hoặc 0900 000 079", "", "0900000078"},
		{"confirm", "số 0900 000 046 chứ không phải 0900 000 045", "", "0900000046"},
		{"confirm", "không phải 0900 000 045 mà là 0900 000 046", "", "0900000046"},
	} {
		h := ear.Understand(steps[tt.step], said(tt.text)).Heard
		assert.Equal(t, tt.phone, h.Phone, tt.text)
		assert.Equal(t, tt.name, h.Name, tt.text)
	}
}

// TestWaysToWriteANumber: every habit, and what is no number.
func TestWaysToWriteANumber(t *testing.T) {
	t.Parallel()
	ear, contact := newEar(t), habitualSteps()["contact"]
	for text, want := range map[string]string{
		"0900.000.078 0900 000 078": "0900000078", "0 9 0 0 0 0 0 0 7 8": "0900000078", "+84 900 000 078": "0900000078",
		"84 900 000 078": "0900000078", "0084900000078": "0900000078", "(+84) 0900000078": "0900000078", "o9oo.ooo.o78": "0900000078",
		"0900/000/078": "0900000078", "0900_000_078": "0900000078", "0900,000,078": "0900000078", "0900·000·078": "0900000078",
		"900000078": "0900000078", "không chín trăm không không không không bảy tám": "0900000078",
		"0900 000 07": "", "ngày 02/09/2026 lúc 07/08/09": "", "079012345678": "",
	} {
		h := ear.Understand(contact, said(text)).Heard
		assert.Equal(t, want, h.Phone, text)
		assert.False(t, h.Complains, text)
	}
	assert.Empty(t, ear.Understand(bot.State{}, said("900000078")).Heard.Phone, "nine digits are a number only where one is asked for")
}

// TestPlacesInSmallLetters: a place is what a clear lead tells to be one, as
// written; of two that are put against each other, the one that is meant.
func TestPlacesInSmallLetters(t *testing.T) {
	t.Parallel()
	ear, steps := newEar(t), habitualSteps()
	for _, tt := range []struct{ step, text, want string }{
		{"menu", "den duong hu o duong dong khoi ko ai sua", "duong dong khoi"},
		{"menu", "đèn hư ở đường lê duẩn không ai sửa", "đường lê duẩn"},
		{"menu", "ổ gà ở đường trước nhà tôi", ""},
		{"menu", "nước chảy ra ngoài đường đi không được", ""},
		{"menu", "rác đổ ngoài đường làng", ""},
		{"place", "nga 3 dau giay", "nga 3 dau giay"},
		{"menu", "nga 3 dau giay ket xe qua", "nga 3 dau giay"},
		{"menu", "ngã ba dầu giây kẹt xe hoài", "ngã ba dầu giây"},
		{"place", "bên hông chợ", "bên hông chợ"},
		{"menu", "rác chất đống bên hông chợ", "bên hông chợ"},
		{"place", "khúc cầu rạch cát", "khúc cầu rạch cát"},
		{"menu", "khúc cầu Rạch Cát kẹt xe quá", "khúc cầu Rạch Cát"},
		{"menu", "ổ gà to đối diện cây xăng Petrolimex", "đối diện cây xăng Petrolimex"},
		{"place", "đối diện cây xăng", "đối diện cây xăng"},
		{"place", "near the big market", "near the big market"},
		{"place", "ngay chỗ quẹo vô hẻm", "ngay chỗ quẹo vô hẻm"},
		{"place", "đầu hẻm nhà tôi", "đầu hẻm nhà tôi"},
		{"place", "hẻm 21 chứ không phải 12", "hẻm 21"},
		{"confirm", "hem 21 chu khong phai 12", "hem 21"},
		{"confirm", "không phải hẻm 12 mà là hẻm 21", "hẻm 21"},
		{"confirm", "hẻm 21 không phải hẻm 12", "hẻm 21"},
		{"confirm", "không phải hẻm 12", ""},
		{"confirm", "hẻm 21 mới đúng", "hẻm 21"},
		{"confirm", "chưa đúng, hẻm 21", "hẻm 21"},
		{"edit", "số 18 Phan Trung", "số 18 Phan Trung"},
		{"menu", "đề nghị phường lắp thêm đèn ở hẻm 7", "hẻm 7"},
	} {
		h := ear.Understand(steps[tt.step], said(tt.text)).Heard
		assert.Equal(t, tt.want, h.Place, tt.text)
		corrects := tt.step == "edit" || strings.Contains(tt.text, "không phải") || strings.Contains(tt.text, "khong phai") || strings.Contains(tt.text, "đúng")
		assert.Equal(t, corrects, h.Corrects, tt.text)
	}
}

// TestNuisancesAreNoDanger: bad driving is one only when somebody is hit.
func TestNuisancesAreNoDanger(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, danger := range map[string]bool{
		"xe tải chạy giờ cấm": false, "xe chạy ẩu": false, "xe tai chay gio cam": false, "xe máy lạng lách mỗi tối": false, "0 9 0 0 0 0 0 0 7 8": false,
		"xe tải chạy ẩu tông người rồi": true, "xe ben chạy ẩu đụng chết người ở ngã ba": true, "đám cháy ở bãi đậu xe": true,
	} {
		assert.Equal(t, danger, ear.Understand(bot.State{}, said(text)).Heard.Danger != nil, text)
	}
}

// TestPapersThatAreWishedFor: "đề nghị cấp" asks for a paper, a known phrase of
// a report's parts is none where there is no report.
func TestPapersThatAreWishedFor(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for _, text := range []string{"đề nghị cấp bản sao trích lục", "tôi đề nghị cấp giấy xác nhận độc thân", "đổi tên cho con", "xóa tên trong hộ khẩu"} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.Equal(t, bot.IntentAsk, h.Intent, text)
		assert.NotEmpty(t, h.Procedures, text)
		assert.False(t, h.Complains, text)
	}
}

// TestKindsSaidPlainly: what is told without a question is no question, and
// gets the kind it is called.
func TestKindsSaidPlainly(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for kind, texts := range map[models.Kind]string{
		models.PhanAnh:  "bảng tên đường bị mờ|bang ten duong bi mo|hàng xóm lấn đất nhà tôi 2 mét|hang xom lan dat nha toi 2m|xe tải chạy giờ cấm|xe chạy ẩu|đề nghị phường xử lý quán nhậu ồn",
		models.GopY:     "tôi xin góp ý trụ sở nên có thêm ghế ngồi chờ|góp ý cho phường cái chỗ giữ xe",
		models.KienNghi: "đề nghị phường lắp thêm đèn|tôi đề nghị xã mở lớp dạy nghề|mong xã quan tâm làm đường ấp 3|de nghi phuong gan them camera",
		models.KhenNgoi: "khen cô ở một cửa|khen co o mot cua|tôi muốn khen anh công an khu vực",
	} {
		for text := range strings.SplitSeq(texts, "|") {
			h := ear.Understand(bot.State{}, said(text)).Heard
			assert.True(t, h.Complains, text)
			assert.Equal(t, kind, h.Kind, text)
			assert.Equal(t, bot.IntentReport, h.Intent, text)
			assert.Nil(t, h.Danger, text)
		}
	}
	for _, text := range []string{"hàng xóm lấn đất thì làm sao", "thủ tục khen thưởng", "xin giấy phép xây dựng thêm phòng cần gì"} {
		assert.False(t, ear.Understand(bot.State{}, said(text)).Heard.Complains, text)
	}
	told := ear.Understand(habitualSteps()["contact"], said("so dt cua me e 0900000061")).Heard
	assert.NotEqual(t, bot.IntentContacts, told.Intent, "a number is told, not asked for")
	inside := ear.Understand(habitualSteps()["describe"], said("vụ này giống vụ PA2026-7K3QXM mà chưa ai làm")).Heard
	assert.Equal(t, "PA2026-7K3QXM", inside.Code)
	assert.False(t, inside.Bare, "it is kept")
}

// TestProfanityInDisguise: short forms and masks are anger, ordinary words and
// abbreviations are not.
func TestProfanityInDisguise(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, rude := range map[string]string{
		"cc": "cc", "CC": "CC", "làm ăn như cc": "cc", "vcl": "vcl", "chờ lâu vl": "vl", "đ.m": "đ.m", "d.m tụi bây": "d.m", "ĐM": "ĐM",
		"c*c": "c*c", "đ*t": "đ*t", "d!t me": "d!t", "clgt": "clgt", "loz": "loz", "v.c.l": "v.c.l", "đù má": "đù má", "vl luôn": "vl", "vl chờ 3 tiếng rồi": "vl", "thằng chó": "thằng chó",
	} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.Contains(t, h.Rude, rude, text)
		assert.True(t, h.Angry, text)
		assert.False(t, h.Sure && h.Intent == bot.IntentAsk, text)
	}
	for _, text := range []string{
		"làm cc hết bao nhiêu", "cc của tôi bị mất", "ở cc An Bình rác đầy", "cao 5 dm", "vay vốn vl", "vl xây dựng đổ đầy đường", "VL xây dựng", "đất cl 300m2", "anh Vl ở hẻm 12",
		"vc tôi đăng ký kết hôn", "2*3 mét", "nhà 12.A", "chó thả rông", "P.C", "xe bus số 1!", "Đ.T: 0900 000 078", "cô chú ơi cc ơi", "sổ đỏ", "độ cao", "cái lon nước", "nhà to dung",
	} {
		assert.Empty(t, ear.Understand(bot.State{}, said(text)).Heard.Rude, text)
	}
	assert.Empty(t, ear.Understand(at("ask.query", "cancel"), said("cc")).Heard.Rude, "asked for a paper, it is one")
}
