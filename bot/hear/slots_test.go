package hear_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/langnghe/langnghe/bot"
)

func TestPhones(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, want := range map[string]string{
		"sđt e 0900 000 012 nha":            "0900000012",
		"0900.000.013":                      "0900000013",
		"+84 900 000 014":                   "0900000014",
		"84900000015":                       "0900000015",
		"(0251) 3 000 016":                  "02513000016",
		"O900 OOO O17":                      "0900000017",
		"o9oo ooo o17":                      "0900000017",
		"số tui: 0900-000-019 gặp Hai":      "0900000019",
		"075 000 000 020":                   "",
		"075000000020":                      "",
		"cccd 075000000020, gọi 0900000021": "0900000021",
		"gọi 0900000012 hoặc 0900000013":    "0900000012",
		"không chín không không, không không không, không một tám": "0900000018",
		"01234567890":         "0834567890",
		"0271 3 888 999":      "02713888999",
		"+84 (0) 900 000 014": "0900000014",
		"mã 123456789":        "",
		"năm 2026":            "",
		"nhà 12, 0900000012 hoặc (0251) 3000016": "0900000012",
		"x0900000012":      "",
		"a.0900000012":     "0900000012",
		"đ0900000012":      "0900000012",
		"+84\t900 000 014": "",
		"0900":             "",
		"PA2026-7K3QXM":    "",
		"từ 7h30 đến 17h":  "",
		"":                 "",
	} {
		assert.Equal(t, want, ear.Understand(bot.State{}, said(text)).Heard.Phone, text)
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, want := range map[string]string{
		"PA2026-7K3QXM":                 "PA2026-7K3QXM",
		"pa2026-7k3qxm":                 "PA2026-7K3QXM",
		"mã của tôi là Pa2026 7k3qxm ạ": "PA2026-7K3QXM",
		"PA 2026 - 7K3QXM":              "PA2026-7K3QXM",
		"pa2026–7k3qxm":                 "PA2026-7K3QXM",
		"PA20267K3QXM":                  "PA2026-7K3QXM",
		"2026-7K3QXM":                   "PA2026-7K3QXM",
		"7k3qxm":                        "",
		"năm 2026 không ai làm":         "",
		"pa":                            "",
	} {
		assert.Equal(t, want, ear.Understand(bot.State{}, said(text)).Heard.Code, text)
	}
	asked := bot.State{Step: "status.code"}
	assert.Equal(t, "PA2026-7K3QXM", ear.Understand(asked, said("7k3qxm")).Heard.Code, "asked for, the year may be left out")
	assert.Empty(t, ear.Understand(asked, said("khong biet")).Heard.Code)
	assert.Equal(t, bot.IntentStatus, ear.Understand(bot.State{}, said("PA2026-7K3QXM tới đâu rồi")).Heard.Intent)
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, want := range map[string]string{
		"tôi không đồng ý quyết định số 123/QĐ-UBND ngày 12/3/2026 của xã": "quyết định số 123/QĐ-UBND ngày 12/3/2026",
		"QD 45/2026/QD-XPHC": "QD 45/2026/QD-XPHC",
		"đổ rác 3 ngày nay":  "",
		"hẻm 12/4, QĐ gì":    "",
		"12 / qđ-ubnd":       "12 / qđ-ubnd",
	} {
		assert.Equal(t, want, ear.Understand(bot.State{}, said(text)).Heard.Decision, text)
	}
	asked := bot.State{Step: "report.decision"}
	assert.Equal(t, "số 77 ký hôm 5/3", ear.Understand(asked, said(" số 77 ký hôm 5/3")).Heard.Decision)
	assert.Empty(t, ear.Understand(asked, said("không nhớ")).Heard.Decision)
}

func TestNames(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, want := range map[string]string{
		"Rác chất đống trước nhà 25 Nguyễn Ái Quốc, tôi tên Hùng 0900 000 078": "Hùng",
		"Tôi tên là Nguyễn Văn A ở ấp 3":                                       "Nguyễn Văn A",
		"toi ten la nguyen van a, o ap 3":                                      "nguyen van a",
		"em tên Lan ạ":                                                         "Lan",
		"đường này tên gì":                                                     "",
		"giấy khai sinh sai tên con":                                           "",
		"muốn đổi tên cho cháu":                                                "",
		"rác đầy đường":                                                        "",
		"My name is John Smith":                                                "John Smith",
	} {
		assert.Equal(t, want, ear.Understand(bot.State{}, said(text)).Heard.Name, text)
	}
	asked := bot.State{Step: "report.contact"}
	for text, want := range map[string]string{
		"Hùng 0900 000 012":               "Hùng",
		"0900000012 gặp Hùng":             "Hùng",
		"Nguyễn Thị Hoa - 0900.000.013":   "Nguyễn Thị Hoa",
		"nguyen thi hoa 0900000013":       "nguyen thi hoa",
		"anh Tám 0900000014":              "anh Tám",
		"0900000015":                      "",
		"số của em là 0900000016":         "",
		"tôi tên Tư":                      "Tư",
		"dạ em là Hạnh, sđt 0900000017 ạ": "Hạnh",
		"xong":                 "",
		"phường Long Bình":     "",
		"sao phải cho số vậy?": "",
		"đừng":                 "",
		"Đừng":                 "",
		"thôi":                 "",
		"thoi":                 "",
		"khoan":                "",
		"chờ chút":             "",
		"không cho":            "",
		"đừng gửi":             "",
		"Dũng 0900000012":      "Dũng",
		"dung 0900000012":      "dung",
		"nhờ xã xuống coi giùm cái hẻm này": "",
	} {
		assert.Equal(t, want, ear.Understand(asked, said(text)).Heard.Name, text)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	ear := newEar(t)
	for text, want := range map[string]string{
		"Rác chất đống trước nhà 25 Nguyễn Ái Quốc, tôi tên Hùng":            "trước nhà 25 Nguyễn Ái Quốc",
		"hẻm 45 đường Vũ Hồng Phô, kp2, phường Trấn Biên":                    "hẻm 45 đường Vũ Hồng Phô, kp2, phường Trấn Biên",
		"cháy nhà ở chợ Sặt cứu với":                                         "chợ Sặt",
		"hẻm 12 đường Nguyễn Huệ đoạn gần cầu Đen rất tối":                   "hẻm 12 đường Nguyễn Huệ đoạn gần cầu Đen",
		"yêu cầu trả lời bằng văn bản":                                       "",
		"toi la Tam sdt 0900.000.013":                                        "",
		"đường dây điện chùng xuống":                                         "",
		"ấp 4 xã phú lý bị mất điện":                                         "ấp 4 xã phú lý",
		"đèn đường hư mấy ngày nay":                                          "",
		"ổ gà gần chợ Sặt rất to":                                            "gần chợ Sặt",
		"đường hỏng ở phường Long Bình nhiều ổ gà quá, xe tải chạy ngày đêm": "phường Long Bình",
		"duong hong o phuong long binh nhieu o ga qua":                       "phuong long binh",
		"ĐƯỜNG HỎNG Ở PHƯỜNG LONG BÌNH NHIỀU Ổ GÀ":                           "PHƯỜNG LONG BÌNH",
		"đường trước":                                                        "",
		"đường trước 25 Lê Lợi ngập":                                         "25 Lê Lợi",
		"đường này 3 ngày rồi ngập":                                          "",
		"Cáp đứt vắt ngang đường đã 4 hôm":                                   "",
		"đường số 5 ngập":                                                    "đường số 5",
		"đường cao tốc Dầu Giây bị sụt":                                      "đường cao tốc Dầu Giây",
		"duong 30/4 ngap":            "duong 30/4",
		"hem 12 duong Nguyen Trai":   "hem 12 duong Nguyen Trai",
		"ngã tư Amata":               "ngã tư Amata",
		"kẹt xe ở ngã tư Amata hoài": "ngã tư Amata",
		"KP2 phường Tân Hòa":         "KP2 phường Tân Hòa",
		"cho hỏi làm khai sinh":      "",
	} {
		assert.Equal(t, want, ear.Understand(bot.State{}, said(text)).Heard.Place, text)
	}
}
