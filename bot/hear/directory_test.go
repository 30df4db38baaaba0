package hear_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/hear"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/data"
	"github.com/langnghe/langnghe/models"
)

// told writes whose numbers were found for a unit, without their common 0900 0000.
func told(t testing.TB, unit, text string) string {
	t.Helper()
	h := hearAt(t, bot.State{}, text, asking)
	assert.Equal(t, bot.IntentContacts, h.Intent, text)
	newEar(t).Directory(&h, unit, text, moment(t, asking))
	var phones []string
	for _, c := range h.Contacts {
		phones = append(phones, strings.TrimPrefix(c.Phone, "09000000"))
	}
	out := strings.Join(phones, " ")
	if h.Inquiry.Instead {
		out = "instead " + out
	}
	return out
}

// TestPeoplePhrasings holds who is found for a question, in the sample directory
// of Trấn Biên.
func TestPeoplePhrasings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"số điện thoại chủ tịch phường":                  "05",
		"so dt chu tich phuong":                          "05",
		"sdt chu tich":                                   "05",
		"xin số chủ tịch":                                "05",
		"cho hỏi chủ tịch phường mình là ai":             "05",
		"số phó chủ tịch phường":                         "06 07",
		"sdt pho chu tich phuong":                        "06 07",
		"số điện thoại bí thư":                           "03",
		"phó bí thư số mấy":                              "04",
		"ai phụ trách đất đai":                           "09",
		"ai phu trach dat dai":                           "09",
		"ai lo đất đai ở phường vậy":                     "09",
		"cán bộ địa chính số điện thoại bao nhiêu":       "09",
		"liên hệ ai về hộ tịch":                          "08",
		"ai phụ trách hộ tịch của phường":                "08",
		"xin số cán bộ phụ trách hộ nghèo":               "10",
		"số công an phường":                              "12",
		"sdt cong an phuong":                             "12",
		"số trưởng công an phường":                       "11",
		"trạm y tế số mấy":                               "13",
		"số đường dây nóng":                              "01",
		"xin số một cửa":                                 "02",
		"danh bạ":                                        "01 02 03 04 05",
		"số điện thoại ủy ban phường":                    "01 02 03 04 05",
		"ai phụ trách nông nghiệp":                       "instead 02 01",
		"số trưởng khu phố":                              "instead 02 01",
		"xin số chủ tịch mặt trận":                       "instead 02 01",
		"số chủ tịch hội nông dân phường":                "instead 02 01",
		"ai phụ trách môi trường":                        "instead 02 01",
		"cho em xin số điện thoại của chủ tịch phường ạ": "05",
		"e cần gặp ai phụ trách tư pháp hộ tịch vậy ad":  "08",
	} {
		assert.Equal(t, want, told(t, "tran-bien", text), "%q", text)
	}
}

// TestPlacePhrasings holds that a question where the office is is one.
func TestPlacePhrasings(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"xã mình ở chỗ nào", "xa minh o cho nao", "ủy ban ở đâu", "uy ban phuong nam o dau", "địa chỉ ubnd phường", "dia chi uy ban",
		"trụ sở ở đâu vậy", "cho hỏi địa chỉ một cửa", "ủy ban mình nằm ở đường nào vậy", "phường Trấn Biên ở chỗ nào",
	} {
		h := hearAt(t, bot.State{}, text, asking)
		assert.Equal(t, bot.IntentContacts, h.Intent, text)
		assert.True(t, h.Inquiry.Where, text)
		assert.Empty(t, h.Place, text)
	}
	for _, text := range []string{"rác đổ ở chỗ nào", "nộp ở đâu", "làm khai sinh ở đâu", "gần ủy ban phường"} {
		assert.False(t, hearAt(t, bot.State{}, text, asking).Inquiry.Where, text)
	}
}

// TestAddressOnlyOnceConfirmed holds that an address read off a map is not told.
func TestAddressOnlyOnceConfirmed(t *testing.T) {
	t.Parallel()
	address := func(pieces ...models.Content) string {
		cat, err := lookup.Load(data.FS(), lookup.WithContent(pieces))
		require.NoError(t, err)
		ear := hear.New(cat)
		h := ear.Understand(bot.State{}, said("ủy ban phường Trấn Biên ở đâu")).Heard
		require.True(t, h.Inquiry.Where)
		return h.Inquiry.Address
	}
	assert.Empty(t, address())
	assert.Equal(t, "Số 1 đường A", address(models.Content{Kind: models.ContentUnit, Key: "tran-bien", Body: `{"office":"Số 1 đường A","office_confirmed":true}`}))
}

// TestContactsSayHowOldTheyAre holds that each number comes with its day, and
// which is too old, never an internal one.
func TestContactsSayHowOldTheyAre(t *testing.T) {
	t.Parallel()
	var h bot.Heard
	newEar(t).Directory(&h, "phu-ly", "số trưởng ấp", moment(t, asking))
	require.Len(t, h.Contacts, 1)
	assert.Equal(t, "01/04/2026", h.Contacts[0].AsOf)
	assert.True(t, h.Contacts[0].Old)
	newEar(t).Directory(&h, "phu-ly", "số chủ tịch", moment(t, asking))
	assert.False(t, h.Contacts[0].Old)
	newEar(t).Directory(&h, "loc-ninh", "ai phụ trách chuyển đổi số", moment(t, asking))
	assert.True(t, h.Inquiry.Instead, "the number is internal")
}

// TestQuestionWaitsForItsUnit holds that what was asked is answered when the unit
// is named or chosen, its days counted from the asking.
func TestQuestionWaitsForItsUnit(t *testing.T) {
	t.Parallel()
	s := bot.State{Step: "contacts.unit", Inquiry: "số chủ tịch", LastAt: moment(t, asking), Offered: []bot.Choice{{Payload: "contacts.unit:tran-bien", Label: "Trấn Biên"}}}
	chosen := newEar(t).Understand(s, []models.Event{{Kind: models.EventMessage, At: moment(t, asking), Payload: "contacts.unit:tran-bien"}}).Heard
	require.Len(t, chosen.Contacts, 1)
	assert.Equal(t, "0900000005", chosen.Contacts[0].Phone)
	named := hearAt(t, s, "phường Trấn Biên", asking)
	assert.Equal(t, chosen.Contacts, named.Contacts)

	s.Inquiry = "mai có làm không"
	late := newEar(t).Understand(s, []models.Event{{Kind: models.EventMessage, At: moment(t, "2026-11-27T00:01:00+07:00"), Payload: "contacts.unit:tran-bien"}}).Heard
	require.NotNil(t, late.Inquiry.Hours)
	assert.Equal(t, "open 2026-11-27", brief(late.Inquiry.Hours))
	assert.Equal(t, "0900000002", late.Contacts[0].Phone, "the counter is called about hours")
}
