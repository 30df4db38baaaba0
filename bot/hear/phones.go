package hear

import (
	"regexp"
	"strings"

	"github.com/langnghe/langnghe/bot/lookup"
)

var (
	idCard = regexp.MustCompile(`(^|[^0-9])0(?:[ .\-]?[0-9]){11}($|[^0-9])`)
	// phoneLike allows the habits of writing; digits are checked afterwards.
	phoneLike = regexp.MustCompile(`(?:\+\s?84|\(?\b0|\b84)[0-9 .\-()]{7,18}`)
	mobile    = regexp.MustCompile(`^0[35789][0-9]{8}`)
	landline  = regexp.MustCompile(`^02[0-9]{9}`)
	oldMobile = regexp.MustCompile(`^01[0-9]{9}`)
)

// fewestDigits is how many digits any phone number has.
const fewestDigits = 10

// phone returns the first Vietnamese phone number in the words: digits only, in
// national form; "" when there is none.
func (r reading) phone() string {
	if p := firstPhone(r.text); p != "" {
		return p
	}
	return spelled(r.words)
}

// firstPhone returns the first phone number that is written in digits. Twelve
// digits are an identity card, never a phone.
func firstPhone(text string) string {
	text = zeroes(text)
	for from := 0; from < len(text); from++ {
		to, digits := row(text, from)
		if digits >= fewestDigits {
			if p := phoneIn(text[max(0, from-1):to]); p != "" {
				return p
			}
		}
		from = to
	}
	return ""
}

// phoneIn looks for a phone number in a row of digits, given with the byte
// before it.
func phoneIn(row string) string {
	row = idCard.ReplaceAllString(row, "$1 $2")
	for _, raw := range phoneLike.FindAllString(row, -1) {
		if p := national(raw); p != "" {
			return p
		}
	}
	return ""
}

// row returns where the digits end that begin at from, with what may stand
// between and before those of a phone number, and how many they are.
func row(text string, from int) (to, digits int) {
	for to = from; to < len(text); to++ {
		switch c := text[to]; {
		case numeral(c):
			digits++
		case strings.IndexByte(" .-()+\t\n\r\f\v", c) < 0:
			return to, digits
		}
	}
	return to, digits
}

// zeroes makes a zero of each letter O that was typed for one: in a row of
// three or more that are digits or such letters.
func zeroes(text string) string {
	var out []byte
	for i := 0; i < len(text); {
		end := i
		for end < len(text) && (numeral(text[end]) || text[end]|0x20 == 'o') {
			end++
		}
		if end-i >= 3 && strings.ContainsAny(text[i:end], "oO") {
			if out == nil {
				out = []byte(text)
			}
			copy(out[i:end], strings.NewReplacer("o", "0", "O", "0").Replace(text[i:end]))
		}
		i = end + 1
	}
	if out == nil {
		return text
	}
	return string(out)
}

// national checks digits and brings them to national form.
func national(raw string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, raw)
	if rest, abroad := strings.CutPrefix(digits, "84"); abroad {
		digits = "0" + strings.TrimPrefix(rest, "0")
	}
	if oldMobile.MatchString(digits) {
		digits = renumbered(digits)
	}
	for _, form := range []*regexp.Regexp{mobile, landline} {
		if p := form.FindString(digits); p != "" {
			return p
		}
	}
	return ""
}

// renumbered brings an eleven-digit mobile number of before 2018 to its
// ten-digit successor.
func renumbered(digits string) string {
	next := map[string]string{
		"0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
		"0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
		"0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038", "0169": "039",
		"0186": "056", "0188": "058", "0199": "059",
	}[digits[:4]]
	if next == "" {
		return digits
	}
	return next + digits[4:]
}

// spelled reads a phone number that was written in words.
func spelled(words []lookup.Word) string {
	var buf [2 * fewestDigits]byte
	digits := buf[:0]
	for _, w := range words {
		if d := digit(w.Fold); d != 0 {
			digits = append(digits, d)
			continue
		}
		if p := spelledOut(digits); p != "" {
			return p
		}
		digits = digits[:0]
	}
	return spelledOut(digits)
}

func spelledOut(digits []byte) string {
	if len(digits) < fewestDigits {
		return ""
	}
	return national(string(digits))
}

// digit returns the digit of a word, or 0.
func digit(folded string) byte {
	switch folded {
	case "khong":
		return '0'
	case "mot":
		return '1'
	case "hai":
		return '2'
	case "ba":
		return '3'
	case "bon", "tu":
		return '4'
	case "nam", "lam":
		return '5'
	case "sau":
		return '6'
	case "bay":
		return '7'
	case "tam":
		return '8'
	case "chin":
		return '9'
	}
	return 0
}
