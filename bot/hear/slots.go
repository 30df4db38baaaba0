package hear

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/langnghe/langnghe/bot/lookup"
)

var (
	// letterO is the letter O typed for a zero.
	letterO = regexp.MustCompile(`[0-9oO][oO0-9]{2,}`)
	idCard  = regexp.MustCompile(`(^|[^0-9])0(?:[ .\-]?[0-9]){11}($|[^0-9])`)
	// phoneLike allows the habits of writing; digits are checked afterwards.
	phoneLike = regexp.MustCompile(`(?:\+\s?84|\(?\b0|\b84)[0-9 .\-()]{7,18}`)
	mobile    = regexp.MustCompile(`^0[35789][0-9]{8}`)
	landline  = regexp.MustCompile(`^02[0-9]{9}`)
	oldMobile = regexp.MustCompile(`^01[0-9]{9}`)
)

// firstPhone returns the first Vietnamese phone number in a text: digits only,
// in national form; "" when there is none. Twelve digits are an identity card,
// never a phone.
func firstPhone(text string) string {
	text = letterO.ReplaceAllStringFunc(text, func(s string) string {
		return strings.NewReplacer("o", "0", "O", "0").Replace(s)
	})
	text = idCard.ReplaceAllString(text, "$1 $2")
	for _, raw := range phoneLike.FindAllString(text, -1) {
		if p := national(raw); p != "" {
			return p
		}
	}
	return spelled(text)
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
func spelled(text string) string {
	var digits strings.Builder
	for _, w := range strings.FieldsFunc(lookup.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if d := digit(w); d != "" {
			digits.WriteString(d)
			continue
		}
		if p := national(digits.String()); p != "" {
			return p
		}
		digits.Reset()
	}
	return national(digits.String())
}

func digit(folded string) string {
	switch folded {
	case "khong":
		return "0"
	case "mot":
		return "1"
	case "hai":
		return "2"
	case "ba":
		return "3"
	case "bon", "tu":
		return "4"
	case "nam", "lam":
		return "5"
	case "sau":
		return "6"
	case "bay":
		return "7"
	case "tam":
		return "8"
	case "chin":
		return "9"
	}
	return ""
}

var (
	codeLike = regexp.MustCompile(`(?i)\bp\s?a[\s.:_–—-]{0,3}(20[0-9]{2})[\s._–—-]{0,3}([0-9a-z]{6,12})\b`)
	codeTail = regexp.MustCompile(`(?i)\b(20[0-9]{2})[–—-]([0-9a-z]{6,12})\b`)
	codeBare = regexp.MustCompile(`(?i)^\s*([0-9a-z]{6,12})\s*$`)
)

// caseCode returns the code of a case in a text, in its own form, or "". Where
// the bot asked for one, the part after the year is enough.
func caseCode(text, step string, at time.Time) string {
	for _, form := range []*regexp.Regexp{codeLike, codeTail} {
		if m := form.FindStringSubmatch(text); m != nil && strings.ContainsAny(m[0], "-–—0123456789") {
			return strings.ToUpper("PA" + m[1] + "-" + m[2])
		}
	}
	if m := codeBare.FindStringSubmatch(text); m != nil && step == "status.code" && mixed(m[1]) {
		return strings.ToUpper("PA" + at.Format("2006") + "-" + m[1])
	}
	return ""
}

// mixed reports whether letters and digits stand together, as in a code.
func mixed(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.ContainsFunc(s, unicode.IsLetter)
}

var decisionLike = regexp.MustCompile(`(?i)(?:quy[eếêé]t\s*[dđ][iị]nh|Q[ĐD])?\s*(?:s[oố]\s*:?\s*)?[0-9]{1,6}\s*/\s*(?:[0-9]{4}\s*/\s*)?Q[ĐD][0-9A-ZĐ–-]*(?:\s*,?\s*(?:k[yý]\s*)?(?:ng[aà]y)?\s*[0-9]{1,2}\s*[/.-]\s*[0-9]{1,2}\s*[/.-]\s*[0-9]{2,4})?`)

// decision returns the number and date of an administrative decision as
// written, or "". Where the bot asked for them, any answer with a digit is one.
func decision(text, step string) string {
	if d := strings.TrimSpace(decisionLike.FindString(text)); d != "" {
		return d
	}
	if step == "report.decision" && strings.ContainsAny(text, "0123456789") && firstPhone(text) == "" && len(text) <= 200 {
		return strings.TrimSpace(text)
	}
	return ""
}
