package hear

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

var november = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)

func TestDossierCodesAreHeard(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"H19.12-261126-0001": "H19.12-261126-0001",
		"hồ sơ h19.12–261126–0001 tới đâu rồi":     "H19.12-261126-0001",
		"mã 000.00.12.H19-261126-0012, xin tra":    "000.00.12.H19-261126-0012",
		"ma ho so H19.12 - 261126 - 12":            "H19.12-261126-12",
		"H19-261126-5 sđt 0912345678":              "H19-261126-5",
		"H19.12 261126 0001":                       "H19.12-261126-0001",
		"tra H19.12_261126_0001 giùm":              "H19.12-261126-0001",
		"PA2026-K7M4Q2":                            "",
		"pa2026-261126":                            "",
		"0912345678":                               "",
		"079090001234":                             "",
		"090.123.4567":                             "",
		"45/QĐ-UBND ngày 26/11/2026":               "",
		"số 261126-0001/QĐ-UBND":                   "",
		"H19.12-261126-0001/QĐ-UBND":               "",
		"nhà số 12-14 đường H19":                   "",
		"nhà H19 090123 4567":                      "",
		"H19-269926-0001":                          "",
		"XH19.12-261126-0001":                      "",
		"H19.12-261126-0001234":                    "",
		"rác ở hẻm 19 từ 26-11-2026":               "",
		"":                                         "",
		"biển số 60A-123.45 chạy ẩu ngày 26-11-26": "",
	} {
		code, rest := dossier([]bot.Word{{Text: text}}, "", november)
		require.Equal(t, want, code, text)
		if want != "" {
			require.NotContains(t, strings.ToUpper(rest[0].Text), "261126", text)
		} else {
			require.Equal(t, text, rest[0].Text)
		}
	}
}

func TestOtherCodesAreHeardWhereOneWasAskedFor(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"261126-0001":                   "261126-0001",
		"mã là TB-2026-00123 nha":       "TB-2026-00123",
		"2611260001":                    "2611260001",
		"0912345678":                    "",
		"0912-345-678":                  "",
		"079090001234":                  "",
		"079-090-001-234":               "",
		"271234567":                     "",
		"26-11-2026":                    "",
		"2026-11-26":                    "",
		"PA2026-K7M4Q2":                 "",
		"2026-k7m4q2":                   "",
		"k7m4q2":                        "",
		"45/QD-UBND":                    "",
		"1234567-QD-UBND":               "",
		"12/3":                          "",
		"12-14":                         "",
		"nộp ngày 261126-0001 261126-2": "",
		"hồ sơ đất của tôi nộp hôm 20 tháng 11 năm 2026": "",
	} {
		for _, step := range []string{"dossier.code", "status.code"} {
			code, _ := dossier([]bot.Word{{Text: text}}, step, november)
			require.Equal(t, want, code, "%s at %s", text, step)
		}
		code, _ := dossier([]bot.Word{{Text: text}}, "report.place", november)
		require.Empty(t, code, "%s was not asked for", text)
	}
	code, _ := dossier([]bot.Word{{Text: "H19.12-261126-0001"}}, "report.decision", november)
	require.Empty(t, code, "the number of a decision was asked for")
}

// FuzzDossier holds that a code is never made of a phone or of anything that is
// not in the text, and that what is left is all the rest.
func FuzzDossier(f *testing.F) {
	for _, s := range []string{"H19.12-261126-0001", "000.00.12.H19–261126–12 và", "0912 345 678", "PA2026-K7M4Q2", "261126-0001", "\xff h19 - 261126 - 1 \u00a0"} {
		f.Add(s, "dossier.code")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, text, step string) {
		code, rest := dossier([]bot.Word{{Text: text}}, step, november)
		if code == "" {
			require.Equal(t, text, rest[0].Text)
			return
		}
		again, ok := models.DossierCode(code)
		require.True(t, ok)
		require.Equal(t, code, again)
		require.False(t, strings.HasPrefix(code, "PA"))
		require.Empty(t, national(code))
		require.Less(t, len(rest[0].Text), len(text), "the code was taken out")
		if utf8.ValidString(text) {
			require.True(t, utf8.ValidString(rest[0].Text))
		}
	})
}
