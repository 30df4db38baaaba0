package intake_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"github.com/langnghe/langnghe/intake"
)

const sentence = "Đăng ký khai sinh, cấp giấy phép xây dựng ở phường Trấn Biên; đường Nguyễn Ái Quốc"

func TestTextIsReadInEveryEncoding(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string][]byte{
		"UTF-8":               []byte(sentence),
		"UTF-8 with a mark":   []byte("\ufeff" + sentence),
		"UTF-8, decomposed":   []byte(norm.NFD.String(sentence)),
		"UTF-16 with a mark":  utf16le(sentence),
		"Windows-1258":        windows1258(t, sentence),
		"TCVN3":               tcvn3(sentence),
		"VNI":                 latin1("Ñaêng kyù khai sinh, caáp giaáy pheùp xaây döïng ôû phöôøng Traán Bieân; ñöôøng Nguyeãn AÙi Quoác"),
		"VNI, saved as UTF-8": []byte("Ñaêng kyù khai sinh, caáp giaáy pheùp xaây döïng ôû phöôøng Traán Bieân; ñöôøng Nguyeãn AÙi Quoác"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, strings.ToLower(sentence), strings.ToLower(intake.Text(raw)), "TCVN3 keeps capitals in another font")
		})
	}
}

func TestPlainWordsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "khai sinh", "Số 5, tổ 3", "café – 50 m²", "Ô tô", "áo ấm", "oái oăm"} {
		assert.Equal(t, s, intake.Text([]byte(s)))
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{sentence, "\xff\xfea", "Ñaêng kyù", "\xae\xa8ng"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		text := intake.Text(raw)
		require.Equal(t, norm.NFC.String(strings.ToValidUTF8(text, "?")), text)
	})
}

func utf16le(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// windows1258 writes tone marks behind the letters, as that encoding does.
func windows1258(t *testing.T, s string) []byte {
	t.Helper()
	var out []byte
	for _, r := range s {
		for _, part := range apart(r) {
			b, ok := charmap.Windows1258.EncodeRune(part)
			require.True(t, ok, "%q", part)
			out = append(out, b)
		}
	}
	return out
}

// apart cuts the tone mark off a letter that the encoding does not have whole.
func apart(r rune) []rune {
	if _, ok := charmap.Windows1258.EncodeRune(r); ok {
		return []rune{r}
	}
	all := []rune(norm.NFD.String(string(r)))
	for i, m := range all {
		if strings.ContainsRune("\u0300\u0301\u0309\u0303\u0323", m) {
			rest := string(append(append([]rune{}, all[:i]...), all[i+1:]...))
			return append([]rune(norm.NFC.String(rest)), m)
		}
	}
	return all
}

// tcvn3 writes the encoding of the old .Vn fonts; capitals with a tone mark are
// small letters in another font there.
func tcvn3(s string) []byte {
	table := map[rune]byte{
		'Đ': 0xa7, 'ă': 0xa8, 'ý': 0xfd, 'ấ': 0xca, 'é': 0xd0, 'â': 0xa9, 'ự': 0xf9, 'ở': 0xeb, 'ư': 0xad,
		'ờ': 0xea, 'ê': 0xaa, 'đ': 0xae, 'ễ': 0xd4, 'Á': 0xb8, 'ố': 0xe8, 'ù': 0xef,
	}
	var out []byte
	for _, r := range s {
		if b, own := table[r]; own {
			out = append(out, b)
		} else {
			out = append(out, byte(r))
		}
	}
	return out
}

func latin1(s string) []byte {
	var out []byte
	for _, r := range s {
		out = append(out, byte(r))
	}
	return out
}
