package hear_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

func heard(t testing.TB, text string) bot.Heard {
	t.Helper()
	return newEar(t).Understand(bot.State{}, said(text)).Heard
}

func TestIntents(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, want := range map[string]bot.Intent{
		"xin chào":                     bot.IntentGreet,
		"alo":                          bot.IntentGreet,
		"chao ad a":                    bot.IntentGreet,
		"cảm ơn nhiều ạ":               bot.IntentThanks,
		"tks":                          bot.IntentThanks,
		"tạm biệt nha":                 bot.IntentBye,
		"menu":                         bot.IntentMenu,
		"quay lại":                     bot.IntentBack,
		"hủy":                          bot.IntentCancel,
		"dung":                         bot.IntentYes,
		"ko":                           bot.IntentNo,
		"gặp cán bộ":                   bot.IntentHuman,
		"cho toi gap nguoi that":       bot.IntentHuman,
		"xóa dữ liệu của tôi":          bot.IntentPrivacy,
		"tra cứu":                      bot.IntentStatus,
		"PA2026-7K3QXM":                bot.IntentStatus,
		"phản ánh":                     bot.IntentReport,
		"làm khai sinh cần giấy tờ gì": bot.IntentAsk,
		"lam khai sinh can giay to gi": bot.IntentAsk,
		"số điện thoại chủ tịch phường":               bot.IntentContacts,
		"mấy giờ ủy ban làm việc vậy":                 bot.IntentContacts,
		"rác chất đống cả tuần không ai lấy, hôi quá": bot.IntentReport,
		"rac chat dong ca tuan khong ai lay hoi qua":  bot.IntentReport,
		"nhà hàng xóm hát karaoke tới khuya ồn quá":   bot.IntentReport,
		"đèn đường trước nhà tôi hư cả tháng nay":     bot.IntentReport,
		"":    bot.IntentOther,
		"???": bot.IntentOther,
	} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.Equal(t, want, h.Intent, "%q (%.2f)", text, h.Confidence)
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for _, tt := range []struct {
		text, category string
		kind           models.Kind
		sensitive      bool
	}{
		{"Cả tuần nay xe rác không vô hẻm tui, bọc rác chất đống hôi thối", "rac-thai", models.PhanAnh, false},
		{"duong truoc nha day o ga, xe may te hoai", "duong-hu", models.PhanAnh, false},
		{"hẻm 12 tối thui, đèn đường hư cả tháng không ai sửa", "den-duong", models.PhanAnh, false},
		{"Kiến nghị xã lắp thêm đèn đường ở hẻm 12, tối quá", "den-duong", models.KienNghi, false},
		{"Cán bộ một cửa hách dịch, quát nạt người dân", "thai-do", models.PhanAnh, true},
		{"Tôi khiếu nại quyết định xử phạt số 12/QĐ-XPHC vì phạt tôi sai", "", models.KhieuNai, false},
	} {
		h := ear.Understand(bot.State{}, said(tt.text)).Heard
		assert.True(t, h.Complains, tt.text)
		assert.False(t, h.Bare, tt.text)
		assert.Equal(t, tt.kind, h.Kind, tt.text)
		if tt.category != "" {
			assert.Equal(t, tt.category, h.Category, tt.text)
			assert.Equal(t, tt.sensitive, h.Sensitive, tt.text)
		}
	}
}

// TestSensitive: few may read what is about somebody in office, or of a kind
// that taxonomy or safety name so; not what the model just cannot make out.
func TestSensitive(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, want := range map[string]bool{
		"Cán bộ một cửa hách dịch, quát nạt người dân":             true,
		"công an xã nhận tiền của chủ quán":                        true,
		"đám thanh niên tụ tập hút chích ma túy sau chợ mỗi đêm":   true,
		"chồng em đang đánh em":                                    true,
		"ong nuoc truoc nha toi bi vo 3 ngay nay roi khong ai sua": false,
		"ống nước trước nhà tôi bị vỡ 3 ngày nay không ai sửa":     false,
		"hem 12 duong Nguyen Trai":                                 false,
		"duong Nguyen Hue":                                         false,
		"rác đầy đường":                                            false,
		"điện thoại nào chụp hình đẹp tầm 5 triệu":                 false,
	} {
		assert.Equal(t, want, ear.Understand(bot.State{}, said(text)).Heard.Sensitive, text)
	}
}

// TestAPlaceAloneTellsNoMatter: an answer to "where" is no complaint.
func TestAPlaceAloneTellsNoMatter(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, want := range map[string]bool{
		"hem 12 duong Nguyen Trai":           false,
		"hẻm 45/3 đường Vũ Hồng Phô":         false,
		"dạ ở ngã ba Vũng Tàu ạ":             false,
		"đường 30/4":                         false,
		"khu phố 3 phường Tân Hòa":           false,
		"đường 30/4 ngập":                    true,
		"đường vào ấp 3 lầy lội":             true,
		"ngã ba Vũng Tàu kẹt xe cả buổi":     true,
		"đèn đường Nguyễn Trãi tắt cả tháng": true,
	} {
		assert.Equal(t, want, ear.Understand(bot.State{Step: "report.place"}, said(text)).Heard.Complains, text)
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	assert.Equal(t, models.KhenNgoi, heard(t, "Cán bộ hộ tịch rất nhiệt tình, tôi xin khen").Kind)
	assert.NotEqual(t, models.KhenNgoi, heard(t, "Cán bộ không nhiệt tình gì cả, chẳng tận tình, bắt dân chờ cả buổi").Kind)
	assert.Equal(t, models.GopY, heard(t, "tôi góp ý phường nên mở cửa sáng thứ bảy").Kind)
	praise := heard(t, "cán bộ hộ tịch rất nhiệt tình, tôi khen chị Lan")
	assert.Equal(t, models.KhenNgoi, praise.Kind)
	assert.Equal(t, bot.IntentReport, praise.Intent)
	contested := heard(t, "Tôi khiếu nại quyết định xử phạt số 12/QĐ-XPHC ngày 3/11/2026, phạt tôi sai")
	assert.Equal(t, models.KhieuNai, contested.Kind)
	assert.Equal(t, bot.IntentReport, contested.Intent, "no question")
	assert.Empty(t, heard(t, "xin chào").Kind)
	assert.Empty(t, heard(t, "làm khai sinh cần giấy tờ gì").Kind)
	assert.Equal(t, models.KhieuNai, heard(t, "khiếu nại").Kind, "named by its word alone")
}

func TestDenunciations(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, want := range map[string]bool{
		"Tôi tố cáo ông chủ tịch xã nhận hối lộ, ăn chặn tiền hỗ trợ của dân":             true,
		"toi muon to cao can bo dia chinh nhan hoi lo 50 trieu de lam so do cho nguoi ta": true,
		"tôi tố cáo chủ tịch xã nhận hối lộ":                                              true,
		"nhóm xăm trổ ghé lấy thuốc lá không trả tiền, nói là tiền bảo kê":                false,
		"thủ tục tố cáo gồm những gì":                                                     false,
		"muốn tố cáo thì nộp đơn ở đâu":                                                   false,
		"rác đầy đường không ai dọn":                                                      false,
	} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.Equal(t, want, h.Denounces, text)
		if want {
			assert.True(t, h.Sensitive, text)
			assert.False(t, h.Bare, text)
			assert.Empty(t, h.Kind, "a denunciation is no kind of case")
		}
	}
}

func TestDangers(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, want := range map[string]string{
		"cháy nhà ở hẻm 12, cứu với":                "chay",
		"chay nha roi cuu voi":                      "chay",
		"dây điện đứt rớt xuống đường đang tóe lửa": "dien-giat",
		"có người bất tỉnh trước chợ":               "cap-cuu",
		"em bị chồng đánh":                          "bao-luc-gia-dinh",
		"tôi muốn chết, không muốn sống nữa":        "tu-tu",
		"bé nhà em té xuống hồ":                     "duoi-nuoc",
		"mùi gas nồng nặc trong hẻm":                "ro-gas",
		"rác đầy đường":                             "",
		"xe đang chạy mà gặp ổ gà hoài":             "",
		"nóng muốn chết mà cúp điện hoài":           "",
		"làm hồ sơ bảo hiểm tai nạn cần gì":         "",
		"cháy bóng đèn đường hẻm 4":                 "",
		"áo cháy hàng chưa":                         "",
		"khu này dễ tai nạn lắm, xin lắp gương cầu": "",
		"hỏi thủ tục phòng cháy":                    "",
		"tôi mất giấy khai sinh của con":            "",
		"đánh giá cán bộ 5 sao":                     "",
		"":                                          "",
	} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		if want == "" {
			assert.Nil(t, h.Danger, text)
			continue
		}
		if assert.NotNil(t, h.Danger, text) {
			assert.Equal(t, want, h.Danger.Code, text)
			assert.NotEmpty(t, h.Danger.Call, text)
			assert.NotEmpty(t, h.Danger.Answer, text)
			assert.False(t, h.Bare, text)
			assert.Equal(t, bot.IntentDanger, h.Intent, text)
		}
	}
}

func TestBareAndConfidence(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, want := range map[string]bool{
		"xin chào ạ":                    true,
		"cảm ơn":                        true,
		"menu":                          true,
		"xong":                          true,
		"ẩn danh":                       true,
		"chưa sửa":                      false,
		"làm khai sinh cần giấy tờ gì?": true,
		"xin chào, rác đầy đường":       false,
		"làm khai sinh mà cán bộ đòi tiền là sao?": false,
		"đường hư thế này thì đi làm sao":          false,
		"cái hẻm này":       false,
		"ở gần chợ":         false,
		"25 Nguyễn Ái Quốc": false,
	} {
		h := ear.Understand(bot.State{}, said(text)).Heard
		assert.Equal(t, want, h.Bare, text)
		assert.InDelta(t, 0.5, h.Confidence, 0.5, text)
	}
}

// TestNoDescriptionIsLost walks the training reports sentence by sentence: none
// may be taken for a mere question (contract of the dialogue, rule 3). Up to three
// syllables without accents may be a word to the bot ("o" is a yes).
func TestNoDescriptionIsLost(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	sentence := regexp.MustCompile(`[.!?\n]+`)
	n, lost := 0, []string{}
	train := filepath.Join("..", "..", "data", "train")
	for _, g := range slices.Concat(readGold(t, filepath.Join(train, "report.jsonl")), readGold(t, filepath.Join(train, "report-2.jsonl"))) {
		if len(g.Text) > 10 {
			assert.False(t, ear.Understand(bot.State{Step: "report.describe"}, said(g.Text)).Heard.Bare, g.Text)
		}
		for _, s := range sentence.Split(g.Text, -1) {
			n++
			h := ear.Understand(bot.State{Step: "report.describe"}, said(strings.TrimSpace(s))).Heard
			if h.Bare && h.Intent != bot.IntentThanks && len(s) > 10 {
				lost = append(lost, s)
			}
		}
	}
	assert.Greater(t, n, 3000)
	assert.Empty(t, lost)
}

func TestEnglish(t *testing.T) {
	t.Parallel()
	assert.True(t, heard(t, "Hello, I want to report garbage on my street").English)
	assert.True(t, heard(t, "good morning, where is the office?").English)
	assert.False(t, heard(t, "hello").English, "and this")
	assert.False(t, heard(t, "Hello ad").English)
	assert.True(t, heard(t, "hello there").English)
	assert.False(t, heard(t, "hi").English, "Vietnamese type it too")
	assert.False(t, heard(t, "me toi can do").English, "words of both languages tell nothing")
	assert.False(t, heard(t, "hello ad, cho em hỏi").English)
	assert.False(t, heard(t, "rac day duong").English)
}

func TestProceduresAndContacts(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	h := ear.Understand(bot.State{}, said("làm khai sinh cho con cần giấy tờ gì")).Heard
	require.NotEmpty(t, h.Procedures)
	p := h.Procedures[0]
	assert.Equal(t, "khai-sinh", p.Code)
	assert.NotEmpty(t, p.Documents)
	assert.NotEmpty(t, p.Fee)
	assert.NotEmpty(t, p.Time)
	assert.NotEmpty(t, p.Where)
	assert.Contains(t, p.Steps, "\n")
	assert.Regexp(t, `^\d\d/20\d\d$`, p.AsOf)
	assert.LessOrEqual(t, len(h.Procedures), 3)

	h = ear.Understand(bot.State{}, said("xin số điện thoại chủ tịch phường Trấn Biên")).Heard
	require.NotEmpty(t, h.Contacts)
	assert.Equal(t, "0900000005", h.Contacts[0].Phone)
	assert.Equal(t, "Phường Trấn Biên", h.Contacts[0].Unit)
	told := func(unit, text string) []bot.ContactView {
		var h bot.Heard
		ear.Directory(&h, unit, text, noon)
		return h.Contacts
	}
	assert.Len(t, told("tran-bien", "số điện thoại"), 5, "at most five lines")
	assert.Empty(t, told("dinh-quan", "số điện thoại"))
	for _, c := range told("loc-ninh", "") {
		assert.NotEqual(t, "0900000048", c.Phone, "an internal number is never told")
	}
}

func TestSlotsInOneGo(t *testing.T) {
	t.Parallel()
	h := heard(t, "Rác chất đống trước nhà 25 Nguyễn Ái Quốc, tôi tên Hùng 0900 000 078")
	assert.True(t, h.Complains)
	assert.Equal(t, "rac-thai", h.Category)
	assert.Equal(t, "Hùng", h.Name)
	assert.Equal(t, "0900000078", h.Phone)
	assert.Contains(t, h.Place, "25 Nguyễn Ái Quốc")
	assert.Equal(t, models.PhanAnh, h.Kind)
}

func TestUtterance(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	u := ear.Utterance("xã an viễn rác nhiều quá không ai dọn")
	assert.Equal(t, "report", u.Intent)
	assert.Equal(t, "rac-thai", u.Category)
	assert.Equal(t, []string{"an-vien"}, u.Units)
	assert.Empty(t, u.Procedures)
	assert.NotNil(t, u.Procedures, "printed as [], not null")
	assert.Equal(t, "menu", ear.Utterance("quay lại").Intent)
}

func FuzzUnderstand(f *testing.F) {
	ear := newEar(f)
	for _, s := range []string{"", "1", "#a.b:c", "rác đầy đường", "PA2026-7K3QXM", "0900 000 012", "\xff\xfe", "gks ơiiiii", "không chín", "tôi tên ", "đt ql kp2", strings.Repeat("xã ", 3000)} {
		f.Add(s, "report.contact")
	}
	choices := at("report.contact", "anonymous", "cancel").Offered
	f.Fuzz(func(t *testing.T, text, step string) {
		ev := ear.Understand(bot.State{Step: step, Offered: choices}, said(text))
		h := ev.Heard
		if h.Confidence < 0 || h.Confidence > 1 || h.Confidence != h.Confidence {
			t.Fatalf("confidence %v of %q", h.Confidence, text)
		}
		if len(h.Units) > 5 || len(h.Procedures) > 3 || len(ev.Choice) > 60 {
			t.Fatalf("too much of %q: %+v", text, ev)
		}
		if len(ev.Words) > 0 && ev.Words[0].Text != text {
			t.Fatalf("words changed: %q", text)
		}
		ear.Immediate(said(text)[0])
	})
}
