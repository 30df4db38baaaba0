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
	if strings.Contains(text, "20") { // of a year
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

// mixed reports whether letters and digits stand together, as in a code.
func mixed(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.ContainsFunc(s, unicode.IsLetter)
}

var decisionLike = regexp.MustCompile(`(?i)(?:quy[eếêé]t\s*[dđ][iị]nh|Q[ĐD])?\s*(?:s[oố]\s*:?\s*)?[0-9]{1,6}\s*/\s*(?:[0-9]{4}\s*/\s*)?Q[ĐD][0-9A-ZĐ–-]*(?:\s*,?\s*(?:k[yý]\s*)?(?:ng[aà]y)?\s*[0-9]{1,2}\s*[/.-]\s*[0-9]{1,2}\s*[/.-]\s*[0-9]{2,4})?`)

// decision returns the number and date of an administrative decision as
// written, or "". Where the bot asked for them, any answer with a digit is one.
func (r reading) decision(step string) string {
	if strings.Contains(r.text, "/") {
		if d := strings.TrimSpace(decisionLike.FindString(r.text)); d != "" {
			return d
		}
	}
	if step == "report.decision" && len(r.text) <= 200 && count(r.text) > 0 && r.phone() == "" {
		return strings.TrimSpace(r.text)
	}
	return ""
}
