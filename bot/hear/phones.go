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
	// oddMarks are what few put between the parts of a number; elsewhere they
	// stand in dates and sums.
	oddMarks  = regexp.MustCompile(`\b(0[35789][0-9]{1,2})[/_,·•]([0-9]{2,4})[/_,·•]([0-9]{2,4})\b`)
	bareNine  = regexp.MustCompile(`^[35789][0-9]{8}$`)
	mobile    = regexp.MustCompile(`^0[35789][0-9]{8}`)
	landline  = regexp.MustCompile(`^02[0-9]{9}`)
	oldMobile = regexp.MustCompile(`^01[0-9]{9}`)
)

// fewestDigits is how many digits any phone number has.
const fewestDigits = 10

// phone returns the first Vietnamese phone number in the words that may be the
// writer's own: digits only, in national form; "" when there is none.
func (r reading) phone() string { return r.number }

// ownPhone finds that number, and tells whether there is any at all.
func (e *Ear) ownPhone(text string, words []lookup.Word) (number string, dials bool) {
	found := phones(text)
	for _, p := range found {
		if !e.anothers(words, p.at) {
			return p.digits, true
		}
	}
	if len(found) > 0 {
		return "", true
	}
	number = spelled(words)
	return number, number != ""
}

// longestOwner is how many words before a number may tell whose it is.
const longestOwner = 5

// anothers reports whether the words before the number at a place of the text
// give it to somebody else, and none of them to the writer.
func (e *Ear) anothers(words []lookup.Word, at int) bool {
	last := 0
	for last < len(words) && words[last].End <= at {
		last++
	}
	first := last
	for first > 0 && last-first < longestOwner && (first == last || !words[first].Apart()) {
		first--
	}
	owner := words[first:last]
	return e.lists.phoneOther.Has(owner) && !e.lists.phoneOwn.Has(owner)
}

// firstPhone returns the first phone number that is written in digits.
func firstPhone(text string) string {
	if found := phones(text); len(found) > 0 {
		return found[0].digits
	}
	return ""
}

// phoneAt is a phone number in a text, and the byte where its row of digits begins.
type phoneAt struct {
	digits string
	at     int
}

// phones returns the phone numbers that are written in digits. Twelve digits are
// an identity card, never a phone.
func phones(text string) (found []phoneAt) {
	text = zeroes(text)
	if figures(text) < fewestDigits {
		return nil
	}
	if strings.ContainsAny(text, "/_,·•") {
		text = oddMarks.ReplaceAllStringFunc(text, sameLength)
	}
	for from := 0; from < len(text); from++ {
		to, digits := row(text, from)
		if digits >= fewestDigits {
			for _, p := range phonesIn(text[max(0, from-1):to]) {
				found = append(found, phoneAt{p, from})
			}
		}
		from = to
	}
	return found
}

// figures counts the digits of a text.
func figures(text string) (n int) {
	for i := range len(text) {
		if numeral(text[i]) {
			n++
		}
	}
	return n
}

// sameLength puts spaces for the marks between digits, as many bytes as they had.
func sameLength(number string) string {
	out := []byte(number)
	for i, c := range out {
		if !numeral(c) {
			out[i] = ' '
		}
	}
	return string(out)
}

// phonesIn looks for phone numbers in a row of digits, given with the byte before
// it.
func phonesIn(row string) (found []string) {
	row = idCard.ReplaceAllString(row, "$1 $2")
	for _, raw := range phoneLike.FindAllString(row, -1) {
		if p := national(raw); p != "" {
			found = append(found, p)
		}
	}
	return found
}

// withoutZero reads an answer to "your phone number" that lacks the first zero,
// as a number does that was copied from a table.
func withoutZero(text string) string {
	digits := strings.NewReplacer(" ", "", ".", "", "-", "").Replace(strings.TrimSpace(text))
	if !bareNine.MatchString(digits) {
		return ""
	}
	return national("0" + digits)
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
	if rest, abroad := strings.CutPrefix(strings.TrimPrefix(digits, "00"), "84"); abroad {
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
	for i, w := range words {
		if d := digit(w.Fold); d != 0 {
			digits = append(digits, d)
			continue
		}
		if w.Fold == "tram" && len(digits) > 0 && (i+1 == len(words) || digit(words[i+1].Fold) == '0' || words[i+1].Apart()) {
			digits = append(digits, "00"...)
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
