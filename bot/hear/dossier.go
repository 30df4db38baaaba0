package hear

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

// dossierLike is a dossier's code wherever it stands: the office's own code, the
// day (two digits each of year, month, day) and a number. Offices write theirs
// as 000.00.12.H19 or as H19.12.
var dossierLike = regexp.MustCompile(`(?i)(^|[^0-9a-z./-])((?:[0-9]{2,3}\.){0,3}[gh][0-9]{2}(?:\.[0-9]{1,3}){0,3})(\s?[-‐‑–—_]\s?|\s)([0-9]{6})(\s?[-‐‑–—_]\s?|\s)([0-9]{1,6})($|[^0-9a-zđ/])`)

// dateLike is a day as people write it.
var dateLike = regexp.MustCompile(`^([0-9]{1,2}[-.][0-9]{1,2}[-.][0-9]{2,4}|[0-9]{4}[-.][0-9]{1,2}[-.][0-9]{1,2})$`)

// dossier returns the code of a dossier that a message holds, and its words
// without it, so that it is taken for nothing else; "" is none. Where the bot
// asked for a code, other forms count too, and the day and number alone. An
// answer to the question for a decision is none.
func dossier(said []bot.Word, step string, at time.Time) (code string, rest []bot.Word) {
	if step == "report.decision" {
		return "", said
	}
	for i, w := range said {
		code, from, to := dossierIn(w.Text)
		if code == "" && (step == "dossier.code" || step == "status.code") && caseCode(w.Text, step, at) == "" {
			code, from, to = looseDossier(w.Text)
		}
		if code != "" {
			rest = slices.Clone(said)
			rest[i].Text = w.Text[:from] + " " + w.Text[to:]
			return code, rest
		}
	}
	return "", said
}

// dossierIn finds a code in a text, and where it stands.
func dossierIn(text string) (code string, from, to int) {
	if len(text) > maxRead || !hasDay(text) {
		return "", 0, 0
	}
	for _, m := range dossierLike.FindAllStringSubmatchIndex(text, -1) {
		part := func(n int) string { return text[m[2*n]:m[2*n+1]] }
		blank := strings.TrimSpace(part(3)) == "" || strings.TrimSpace(part(5)) == ""
		if !models.DossierDay(part(4)) || blank && !strings.Contains(part(2), ".") {
			continue // "H19 090123 4567" is a house and a phone
		}
		if code, ok := models.DossierCode(part(2) + "-" + part(4) + "-" + part(6)); ok {
			return code, m[4], m[13]
		}
	}
	return "", 0, 0
}

// hasDay reports whether six digits stand in a row anywhere, which spares most
// messages a closer look.
func hasDay(text string) bool {
	row := 0
	for i := range len(text) {
		if !numeral(text[i]) {
			row = 0
			continue
		}
		if row++; row == 6 {
			return true
		}
	}
	return false
}

// Bounds of a code of a form that is not known.
const (
	looseWords  = 5 // of the message that tells it
	looseDigits = 6
	oldCard     = 9  // digits of an old identity card
	newCard     = 12 // and of a new one
)

// looseDossier finds the one word of a short message that may be the code that
// was asked for.
func looseDossier(text string) (code string, from, to int) {
	fields := strings.Fields(text)
	if len(fields) > looseWords {
		return "", 0, 0
	}
	for _, f := range fields {
		if !strings.ContainsFunc(f, unicode.IsDigit) {
			continue
		}
		c, ok := models.DossierCode(f)
		if !ok || code != "" || !mayBeDossier(c) {
			return "", 0, 0
		}
		code, from = c, strings.Index(text, f)
		to = from + len(f)
	}
	return code, from, to
}

// mayBeDossier reports whether a code is neither a phone nor an identity card, a
// date, a case or a decision.
func mayBeDossier(code string) bool {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, code)
	letters := strings.ContainsFunc(code, unicode.IsLetter)
	switch {
	case len(digits) < looseDigits, dateLike.MatchString(code), national(digits) != "", firstPhone(code) != "":
		return false
	case strings.HasPrefix(code, "PA"), strings.Contains(code, "QD"):
		return false
	case models.DossierTail(code) == code:
		return true
	case !letters && (len(digits) == oldCard || len(digits) == newCard):
		return false
	}
	return strings.ContainsAny(code, ".-_") || !letters
}

// meanDossier says that a dossier's code asks where it stands, unless the words
// around it want something else. Where a report is taken down the code may
// belong to it: it is answered and kept.
func (e *Ear) meanDossier(h *bot.Heard, code string, r reading, step string) {
	h.Dossiers = h.Code == "" && e.lists.dossierAsks.Has(r.words)
	if code == "" {
		return
	}
	h.Dossier = code
	if h.Complains || h.Danger != nil || slices.Contains([]bot.Intent{bot.IntentHuman, bot.IntentContacts, bot.IntentPrivacy}, h.Intent) {
		return
	}
	h.Intent, h.Sure, h.Confidence, h.Procedures, h.Kind, h.Part = bot.IntentStatus, true, 1, nil, "", ""
	h.Bare = !strings.HasPrefix(step, "report.")
}
