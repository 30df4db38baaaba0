package lookup

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"golang.org/x/text/unicode/norm"
)

// slowFold is Fold by the Unicode tables alone.
func slowFold(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
	return strings.ReplaceAll(s, "đ", "d")
}

func TestFoldKnowsEveryVietnameseLetter(t *testing.T) {
	t.Parallel()
	for _, vowel := range "aăâeêioôơuưyAĂÂEÊIOÔƠUƯYđĐ" {
		for _, tone := range []string{"", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"} {
			composed := norm.NFC.String(string(vowel) + tone)
			decomposed := norm.NFD.String(composed)
			assert.Equal(t, slowFold(composed), Fold(composed), composed)
			assert.Equal(t, slowFold(composed), Fold(decomposed), composed)
			_, a := spell(composed)
			_, b := spell(decomposed)
			assert.Equal(t, a, b, composed)
		}
	}
}

func TestSpell(t *testing.T) {
	t.Parallel()
	same := func(a, b string) bool {
		_, x := spell(a)
		_, y := spell(b)
		return x == y
	}
	assert.True(t, same("hoà", "hòa"), "place of the tone mark")
	assert.True(t, same("sữa", "sửa"), "hỏi and ngã")
	assert.False(t, same("cháy", "chạy"))
	assert.False(t, same("đi", "di"))
	assert.Equal(t, "ｆｕｌｌ"[:0]+"full", Fold("ｆｕｌｌ"), "full width")
	assert.Equal(t, "пример", Fold("ПРИМЕР"))
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                    "",
		"Rác, rác!! ơiiii":    "rac rac oi",
		"hẻm 45/3":            "hem 45 3",
		"đượccccc rồi":        "duoc roi",
		"0900 000 012":        "0900 000 012",
		"P.Trấn Biên":         "p tran bien",
		"1\ufe0f\u20e3":       "1",
		"\u0300 a":            "a",
		"  \t\n":              "",
		"xã\u200bPhú\u00a0Lý": "xa phu ly",
		"NGUYỄN ÁI QUỐC":      "nguyen ai quoc",
		"Nguyễn Ái Quốc":      "nguyen ai quoc",
	} {
		words := split(text)
		folds := make([]string, len(words))
		for i, w := range words {
			folds[i] = w.Fold
			assert.Equal(t, strings.ToValidUTF8(text[w.Start:w.End], ""), text[w.Start:w.End])
		}
		assert.Equal(t, want, strings.Join(folds, " "), text)
	}
}
