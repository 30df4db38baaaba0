package intake

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

// Text decodes bytes as old and new programs of Vietnamese offices write them:
// UTF-8 and UTF-16 with or without a byte order mark, Windows-1258, and the
// fonts' encodings TCVN3 (ABC) and VNI. Which one it is, is told by which gives
// the most Vietnamese letters.
func Text(raw []byte) string {
	if bytes.HasPrefix(raw, []byte{0xff, 0xfe}) || bytes.HasPrefix(raw, []byte{0xfe, 0xff}) {
		decoded, err := xunicode.UTF16(xunicode.LittleEndian, xunicode.ExpectBOM).NewDecoder().Bytes(raw)
		if err == nil {
			raw = decoded
		}
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if utf8.Valid(raw) {
		return legible(string(raw))
	}
	windows, err := charmap.Windows1258.NewDecoder().Bytes(raw)
	if err != nil {
		return legible(strings.ToValidUTF8(string(raw), "\ufffd"))
	}
	return better(norm.NFC.String(string(windows)), legible(latin(raw)))
}

// latin reads each byte as the letter of that number.
func latin(raw []byte) string {
	var b strings.Builder
	for _, c := range raw {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// legible undoes the fonts' encodings where that makes the text more Vietnamese.
func legible(text string) string {
	text = norm.NFC.String(text)
	return better(text, better(fromTCVN3(text), fromVNI(text)))
}

// better returns the text with more Vietnamese letters and fewer that no
// Vietnamese word has; the first when they are alike.
func better(a, b string) string {
	if vietnamese(b) > vietnamese(a) {
		return b
	}
	return a
}

// native are the letters beyond ASCII of Vietnamese words, lower case.
const native = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"

func vietnamese(text string) (score int) {
	before := false
	for _, r := range text {
		if r < utf8.RuneSelf {
			before = false
			continue
		}
		own := strings.ContainsRune(native, unicode.ToLower(r))
		switch {
		case !own:
			score -= 2
		case before && !strings.ContainsRune("ươƯƠ", r) && !strings.ContainsRune("đĐ", r):
			score-- // two accented vowels hardly ever meet in one word
		default:
			score++
		}
		before = own && !strings.ContainsRune("ươƯƠđĐ", r)
	}
	return score
}

// tcvn3 is TCVN3's upper half from 0xA1 on; _ where it has none.
const tcvn3 = "ĂÂÊÔƠƯĐăâêôơưđ______àảãáạ_ằẳẵắ_______ặầẩẫấậè_ẻẽéẹềểễếệìỉ___ĩíịò_ỏõóọồổỗốộờởỡớợù_ủũúụừửữứựỳỷỹýỵ"

func fromTCVN3(text string) string {
	return strings.Map(func(r rune) rune {
		if at := int(r) - 0xa1; at >= 0 && at < len(tcvn3Runes) && tcvn3Runes[at] != '_' {
			return tcvn3Runes[at]
		}
		return r
	}, text)
}

var tcvn3Runes = []rune(tcvn3)

// vniMarks are what VNI writes behind a vowel, as combining marks.
var vniMarks = map[rune]string{
	'ù': "\u0301", 'ø': "\u0300", 'û': "\u0309", 'õ': "\u0303", 'ï': "\u0323",
	'â': "\u0302", 'á': "\u0302\u0301", 'à': "\u0302\u0300", 'å': "\u0302\u0309", 'ã': "\u0302\u0303", 'ä': "\u0302\u0323",
	'ê': "\u0306", 'é': "\u0306\u0301", 'è': "\u0306\u0300", 'ú': "\u0306\u0309", 'ü': "\u0306\u0303", 'ë': "\u0306\u0323",
}

// vniLetters are those that VNI writes as one.
var vniLetters = map[rune]rune{'ñ': 'đ', 'ô': 'ơ', 'ö': 'ư', 'æ': 'ỉ', 'ó': 'ĩ', 'ò': 'ị', 'î': 'ỵ'}

func fromVNI(text string) string {
	var b strings.Builder
	vowel := false
	for _, r := range text {
		lower := unicode.ToLower(r)
		mark, marks := vniMarks[lower]
		letter, stands := vniLetters[lower]
		switch {
		case vowel && marks:
			b.WriteString(mark)
			vowel = false
			continue
		case stands && r != lower:
			b.WriteRune(unicode.ToUpper(letter))
		case stands:
			b.WriteRune(letter)
		default:
			b.WriteRune(r)
		}
		vowel = strings.ContainsRune("aeouyôö", lower)
	}
	return norm.NFC.String(b.String())
}
