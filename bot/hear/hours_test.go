package hear_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

// asking is a Thursday, two days after the holiday of 24 November.
const asking = "2026-11-26T09:00:00+07:00"

func moment(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	require.NoError(t, err)
	return at
}

func hearAt(t testing.TB, s bot.State, text, at string) bot.Heard {
	t.Helper()
	return newEar(t).Understand(s, []models.Event{{Kind: models.EventMessage, At: moment(t, at), Mid: "m1", Text: text}}).Heard
}

// brief writes an answer for a table: "off 2026-11-28", "break 2027-02-04..2027-02-10".
func brief(v *bot.HoursView) string {
	if v == nil {
		return ""
	}
	day := func(at time.Time) string { return at.Format(time.DateOnly) }
	kind := strings.TrimPrefix(string(v.Answer), "hours.")
	switch {
	case v.Answer == bot.HoursBreak:
		return kind + " " + day(v.First) + ".." + day(v.Last)
	case !v.Clock.IsZero():
		return kind + " " + v.Clock.Format("2006-01-02 15:04")
	case v.Day.IsZero():
		return kind
	}
	return kind + " " + day(v.Day)
}

// TestHoursPhrasings holds what is understood of questions about hours and days
// off, as people type them.
func TestHoursPhrasings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"mấy giờ làm việc":                             "week",
		"may gio lam viec vay":                         "week",
		"mấy giờ làm việc vậy ạ":                       "week",
		"giờ làm việc":                                 "week",
		"gio lam viec cua phuong":                      "week",
		"giờ hành chính của phường mình":               "week",
		"mấy giờ mở cửa":                               "week",
		"may h mo cua z ad":                            "week",
		"phường làm tới mấy giờ":                       "week",
		"ủy ban mấy giờ đóng cửa":                      "week",
		"ubnd lam viec may gio":                        "week",
		"bộ phận một cửa mấy giờ nhận hồ sơ":           "week",
		"bo phan mot cua may gio lam viec":             "week",
		"cho hỏi lịch làm việc của ủy ban ạ":           "week",
		"trưa có nhận không":                           "shut",
		"trua co nhan ko":                              "shut",
		"trưa có nhận hồ sơ không vậy":                 "shut",
		"có làm trưa không":                            "shut",
		"có làm xuyên trưa không ạ":                    "shut",
		"buổi tối có làm không":                        "shut",
		"buổi chiều có nhận hồ sơ không":               "week",
		"mai thứ bảy có làm không":                     "off 2026-11-28",
		"mai thu bay co lam khong":                     "off 2026-11-28",
		"mai t7 co lam k":                              "off 2026-11-28",
		"thứ 7 có làm k":                               "off 2026-11-28",
		"thu 7 co lam ko ad":                           "off 2026-11-28",
		"thứ bảy này phường có làm việc không":         "off 2026-11-28",
		"t7 co nhan hs k":                              "off 2026-11-28",
		"cuối tuần có làm không":                       "off 2026-11-28",
		"cuoi tuan co ai truc k":                       "off 2026-11-28",
		"chủ nhật có làm không":                        "off 2026-11-29",
		"chu nhat co mo cua khong":                     "off 2026-11-29",
		"thứ hai có làm không":                         "open 2026-11-30",
		"thứ 2 tuần sau có làm không":                  "open 2026-11-30",
		"thu 5 tuan sau co lam ko":                     "open 2026-12-03",
		"thứ năm có nhận hồ sơ không":                  "open 2026-11-26",
		"thứ sáu chiều còn nhận không hay nghỉ sớm":    "open 2026-11-27",
		"mai có làm không":                             "open 2026-11-27",
		"mai co lam ko":                                "open 2026-11-27",
		"ngày mai có mở cửa không em":                  "open 2026-11-27",
		"mai mấy giờ làm":                              "open 2026-11-27",
		"sáng mai có tiếp dân không":                   "open 2026-11-27",
		"sang mai co lam viec ko":                      "open 2026-11-27",
		"ngày mốt có làm không":                        "off 2026-11-28",
		"hôm nay có làm việc không":                    "open 2026-11-26",
		"hom nay co lam ko":                            "open 2026-11-26",
		"bữa nay có nghỉ không":                        "open 2026-11-26",
		"nay có làm ko":                                "open 2026-11-26",
		"chiều nay còn nhận hồ sơ không":               "open 2026-11-26",
		"chieu nay con nhan ho so khong":               "open 2026-11-26",
		"chiều nay nộp hồ sơ được không":               "open 2026-11-26",
		"tối nay có ai trực không":                     "shut 2026-11-26",
		"giờ này còn làm không":                        "open 2026-11-26",
		"gio nay con lam viec ko":                      "open 2026-11-26",
		"5h chiều còn nhận không":                      "shut 2026-11-26 17:00",
		"5h chieu con nhan ko":                         "shut 2026-11-26 17:00",
		"16h30 còn nhận hồ sơ không":                   "open 2026-11-26 16:30",
		"16:30 mai còn làm không":                      "open 2026-11-27 16:30",
		"7 giờ rưỡi mai có làm chưa":                   "open 2026-11-27 07:30",
		"12 giờ trưa có ai trực không":                 "shut 2026-11-26 12:00",
		"24/11 co lam ko":                              "off 2027-11-24",
		"24/11 có làm không":                           "off 2027-11-24",
		"24/11/2026 có làm không":                      "off 2026-11-24",
		"ngày 25 tháng 11 năm 2026 có làm không":       "open 2026-11-25",
		"2/9 có làm không":                             "off 2027-09-02",
		"2/9 nghi may ngay":                            "off 2027-09-02",
		"30/4 1/5 có mở cửa k":                         "off 2027-04-30",
		"1-1 co lam viec khong":                        "off 2027-01-01",
		"ngày 3 tháng 12 có làm không":                 "open 2026-12-03",
		"nghỉ lễ tới ngày nào":                         "break 2027-01-01..2027-01-03",
		"nghi le toi ngay nao":                         "break 2027-01-01..2027-01-03",
		"nghỉ lễ mấy ngày":                             "break 2027-01-01..2027-01-03",
		"lễ này nghỉ mấy hôm vậy":                      "break 2027-01-01..2027-01-03",
		"tết này nghỉ mấy hôm":                         "break 2027-02-04..2027-02-10",
		"tet nay nghi may hom":                         "break 2027-02-04..2027-02-10",
		"tết nghỉ từ ngày nào tới ngày nào":            "break 2027-02-04..2027-02-10",
		"lịch nghỉ tết của phường":                     "break 2027-02-04..2027-02-10",
		"tết dương này ủy ban nghỉ mấy hôm":            "break 2027-01-01..2027-01-03",
		"tết tây có làm không":                         "break 2027-01-01..2027-01-03",
		"ngày giỗ tổ ủy ban có nghỉ không cô":          "break 2027-04-16..2027-04-18",
		"quốc khánh nghỉ mấy ngày":                     "break 2027-09-02..2027-09-05",
		"ngày văn hóa có làm không":                    "break 2027-11-24..2027-11-24",
		"mùng 3 tết có làm không":                      "off 2027-02-08",
		"mung 3 tet co lam ko":                         "off 2027-02-08",
		"mùng 6 tết làm chưa":                          "open 2027-02-11",
		"28 tết còn nhận hồ sơ không":                  "off 2027-02-04",
		"27 tet co lam ko":                             "open 2027-02-03",
		"20/11/2031 có làm không":                      "unknown 2031-11-20",
		"are you open tomorrow?":                       "open 2026-11-27",
		"is the office open on Saturday?":              "off 2026-11-28",
		"xã Phú Lý mai có làm không":                   "open 2026-11-27",
		"phường Trấn Biên thứ bảy có nhận hồ sơ không": "off 2026-11-28",
	} {
		h := hearAt(t, bot.State{}, text, asking)
		assert.Equal(t, want, brief(h.Inquiry.Hours), "%q", text)
		assert.Equal(t, bot.IntentContacts, h.Intent, "%q", text)
		assert.True(t, h.Sure, "%q", text)
		assert.False(t, h.Complains, "%q", text)
	}
}

// TestHoursAreAloneToBeBare holds that at an open report a question about hours
// is nothing but that, so that it is no part of the description.
func TestHoursAreAloneToBeBare(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"mai thứ bảy có làm không", "trua co nhan ko", "24/11 co lam ko", "chiều nay còn nhận hồ sơ không", "tết này nghỉ mấy hôm", "mấy giờ làm việc"} {
		for _, step := range []string{"report.describe", "report.place", "report.contact", "report.confirm"} {
			h := hearAt(t, bot.State{Step: step}, text, asking)
			assert.True(t, h.Bare, "%q at %s", text, step)
			assert.Empty(t, h.Place+h.Name+h.Phone, "%q at %s", text, step)
		}
	}
}

// TestNoHours holds that what only sounds like hours is not answered with them.
func TestNoHours(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"quán karaoke mở tới mấy giờ mà ồn quá",
		"11 giờ đêm còn hát karaoke",
		"thứ 7 nào xe rác cũng không tới, rác chất đống",
		"sáng nay đi ngang thấy cống bể ở 24/11 Đồng Khởi",
		"mấy ngày nay cúp nước hoài",
		"làm khai sinh mất mấy ngày",
		"làm căn cước ở đâu",
		"rác đổ từ hôm qua tới nay",
		"làm khai tử với xin tiền mai táng một lượt được hông?",
		"muốn nhập ngũ năm nay, đơn viết sao nộp cho ai?",
		"Thầy ơi mai lớp mình nghỉ phải không ạ",
		"nhà văn hóa ấp mấy giờ mở",
		"bưu điện mấy giờ đóng cửa",
		"mai mà không ai dọn tao lên tận phường",
		"mai chưa thấy sửa là tôi lên phường làm cho ra lẽ",
		"mai", "thứ bảy", "có", "không", "24/11", "8h",
		"chị Mai có làm sổ đỏ cho tôi không",
		"tết năm ngoái đường này đã hư",
		"tram y te k co ai truc ban dem",
		"sáng nay mấy giờ rồi mà phường không có ai làm",
		"thứ hai mà ủy ban không ai làm việc",
	} {
		h := hearAt(t, bot.State{}, text, asking)
		assert.Nil(t, h.Inquiry.Hours, "%q", text)
	}
}

// TestHoursNow holds the answers that depend on the time of asking.
func TestHoursNow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ at, text, want, back string }{
		{"2026-11-26T17:05:00+07:00", "chiều nay còn nhận hồ sơ không", "over 2026-11-26", "2026-11-27 07:30"},
		{"2026-11-26T16:00:00+07:00", "chiều nay còn nhận hồ sơ không", "open 2026-11-26", ""},
		{"2026-11-26T12:00:00+07:00", "giờ này có ai không", "over 2026-11-26", "2026-11-26 13:30"},
		{"2026-11-26T12:00:00+07:00", "sáng nay còn nhận không", "over 2026-11-26", "2026-11-26 13:30"},
		{"2026-11-27T18:00:00+07:00", "hôm nay còn làm không", "over 2026-11-27", "2026-11-30 07:30"},
		{"2026-11-28T09:00:00+07:00", "giờ này có làm không", "off 2026-11-28", "2026-11-30 07:30"},
		{"2026-11-23T22:00:00+07:00", "24/11 co lam ko", "off 2026-11-24", "2026-11-25 07:30"},
		{"2026-11-24T08:00:00+07:00", "nghỉ lễ tới ngày nào", "break 2026-11-24..2026-11-24", "2026-11-25 07:30"},
		{"2026-08-20T08:00:00+07:00", "quốc khánh nghỉ mấy ngày", "break 2026-08-29..2026-09-02", "2026-09-03 07:30"},
		{"2026-08-20T08:00:00+07:00", "thứ bảy này có làm không", "open 2026-08-22", ""},
		{"2026-09-02T08:00:00+07:00", "nghỉ tới ngày nào vậy", "break 2026-08-29..2026-09-02", "2026-09-03 07:30"},
		{"2027-02-09T08:00:00+07:00", "tết nghỉ tới khi nào", "break 2027-02-04..2027-02-10", "2027-02-11 07:30"},
		{"2027-02-09T08:00:00+07:00", "mùng 6 có làm không", "open 2027-02-11", ""},
		{"2026-02-10T08:00:00+07:00", "29 tết có làm không", "off 2026-02-16", "2026-02-23 07:30"},
		{"2026-11-29T18:00:00Z", "hôm nay có làm không", "open 2026-11-30", ""}, // Monday here already
	} {
		h := hearAt(t, bot.State{}, c.text, c.at)
		v := h.Inquiry.Hours
		require.NotNil(t, v, c.text)
		assert.Equal(t, c.want, brief(v), "%s at %s", c.text, c.at)
		if c.back != "" {
			assert.Equal(t, c.back, v.Back.Format("2006-01-02 15:04"), "%s at %s", c.text, c.at)
		}
	}
	assert.True(t, hearAt(t, bot.State{}, "thứ bảy này có làm không", "2026-08-20T08:00:00+07:00").Inquiry.Hours.MakeUp)
}

// TestHoursAreSureOnlyWhereConfirmed holds when the answer asks to call first.
func TestHoursAreSureOnlyWhereConfirmed(t *testing.T) {
	t.Parallel()
	for text, verify := range map[string]bool{
		"mấy giờ làm việc":           true,  // the hours are a default
		"24/11/2026 có làm không":    false, // announced
		"chủ nhật có làm không":      false,
		"thứ bảy có làm không":       true, // some counters open on Saturday mornings
		"tết này nghỉ mấy hôm":       true, // worked out
		"mùng 3 tết có làm không":    true,
		"22/8/2026 có làm không":     true,
		"2/9/2026 nghỉ mấy ngày":     false,
		"ngày văn hóa có nghỉ không": true,
	} {
		v := hearAt(t, bot.State{}, text, asking).Inquiry.Hours
		require.NotNil(t, v, text)
		assert.Equal(t, verify, v.Verify, text)
	}
}

// TestHolidayNames holds that an answer names the holiday as people know it.
func TestHolidayNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"tết này nghỉ mấy hôm":    "Tết Nguyên đán Đinh Mùi",
		"24/11/2026 có làm không": "Ngày Văn hóa Việt Nam",
		"31/8/2026 có làm không":  "Nghỉ hoán đổi",
		"nghỉ lễ mấy ngày":        "Tết Dương lịch",
		"chủ nhật có làm không":   "",
	} {
		v := hearAt(t, bot.State{}, text, asking).Inquiry.Hours
		require.NotNil(t, v, text)
		assert.Equal(t, want, v.Name, text)
	}
	tet := hearAt(t, bot.State{}, "tết này nghỉ mấy hôm", asking).Inquiry.Hours
	assert.Equal(t, 7, tet.Days)
	assert.Equal(t, []string{"07:30–11:30", "13:30–17:00"}, hearAt(t, bot.State{}, "mấy giờ làm việc", asking).Inquiry.Hours.Spans)
	assert.Equal(t, []string{"13:30–17:00"}, hearAt(t, bot.State{}, "chiều mai có làm không", asking).Inquiry.Hours.Spans)
}

// FuzzHours holds that no text makes the reading of hours fail, and that what is
// answered is about a day that exists.
func FuzzHours(f *testing.F) {
	for _, seed := range []string{"24/11 có làm không", "31/2 làm không", "mùng 3 tết", "30 tết làm không", "99h làm k?", "0/0/0 nghỉ không", "5h chiều còn nhận không", "thứ 9 làm không"} {
		f.Add(seed)
	}
	ear := newEar(f)
	at := time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		v := ear.Understand(bot.State{}, []models.Event{{Kind: models.EventMessage, At: at, Text: text}}).Heard.Inquiry.Hours
		if v == nil {
			return
		}
		if v.Answer == bot.HoursOff || v.Answer == bot.HoursBreak {
			if v.Days < 1 || v.Last.Before(v.First) || !v.Back.After(v.Last) {
				t.Errorf("%q: %+v", text, v)
			}
		}
	})
}
