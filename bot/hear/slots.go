package hear

import (
	"regexp"
	"strings"
	"time"
	"unicode"
)

var (
	codeLike = regexp.MustCompile(`(?i)\bp\s?a[\s.:_–—-]{0,3}(20[0-9]{2})[\s._–—-]{0,3}([0-9a-z]{6,12})\b`)
	codeTail = regexp.MustCompile(`(?i)\b(20[0-9]{2})[–—-]([0-9a-z]{6,12})\b`)
	codeBare = regexp.MustCompile(`(?i)^\s*([0-9a-z]{6,12})\s*$`)
)

// caseCode returns the code of a case in a text, in its own form, or "". Where
// the bot asked for one, the part after the year is enough.
func caseCode(text, step string, at time.Time) string {
	if hasYear(text) {
		for _, form := range []*regexp.Regexp{codeLike, codeTail} {
			if m := form.FindStringSubmatch(text); m != nil {
				return strings.ToUpper("PA" + m[1] + "-" + m[2])
			}
		}
	}
	if step != "status.code" {
		return ""
	}
	if m := codeBare.FindStringSubmatch(text); m != nil && mixed(m[1]) {
		return strings.ToUpper("PA" + at.Format("2006") + "-" + m[1])
	}
	return ""
}

// hasYear reports whether four digits of a year of this century stand anywhere.
func hasYear(text string) bool {
	for {
		_, after, found := strings.Cut(text, "20")
		if !found {
			return false
		}
		if len(after) >= 2 && numeral(after[0]) && numeral(after[1]) {
			return true
		}
		text = after
	}
}

// mixed reports whether letters and digits stand together, as in a code.
func mixed(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.ContainsFunc(s, unicode.IsLetter)
}

var decisionLike = regexp.MustCompile(`(?i)(?:quy[eếêé]t\s*[dđ][iị]nh|Q[ĐD])?\s*(?:s[oố]\s*:?\s*)?[0-9]{1,6}\s*/\s*(?:[0-9]{4}\s*/\s*)?Q[ĐD][0-9A-ZĐ–-]*(?:\s*,?\s*(?:k[yý]\s*)?(?:ng[aà]y)?\s*[0-9]{1,2}\s*[/.-]\s*[0-9]{1,2}\s*[/.-]\s*[0-9]{2,4})?`)

// refers reports whether a "Q" stands behind a slash, as in "12/QĐ-UBND".
func refers(text string) bool {
	for {
		_, after, found := strings.Cut(text, "/")
		if !found {
			return false
		}
		if name := strings.TrimSpace(after); name != "" && name[0]|0x20 == 'q' {
			return true
		}
		text = after
	}
}

// decision returns the number and date of an administrative decision as
// written, or "". Where the bot asked for them, any answer with a digit is one.
func (r reading) decision(step string) string {
	if refers(r.text) {
		if d := strings.TrimSpace(decisionLike.FindString(r.text)); d != "" {
			return d
		}
	}
	if step == "report.decision" && len(r.text) <= 200 && strings.ContainsAny(r.text, "0123456789") && r.phone() == "" {
		return strings.TrimSpace(r.text)
	}
	return ""
}
