package handlers

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/langnghe/langnghe/models"
)

const hidden = "***"

// phoneInText finds phone numbers as people write them: 0912345678,
// 0912.345.678, +84 912 345 678. It rather hides a long number too many than
// shows a phone.
var phoneInText = regexp.MustCompile(`(?:\+?84|0)(?:[ .()-]{0,2}[0-9]){8,10}`)

// mailInText finds e-mail addresses.
var mailInText = regexp.MustCompile(`[^\s@<>(),;:"]+@[^\s@<>(),;:"]+\.[^\s@<>(),;:".]+`)

// maskMails hides every e-mail address in a text but for its first letter.
func maskMails(text string) string {
	return mailInText.ReplaceAllStringFunc(text, func(found string) string { return initial(found) + hidden })
}

// maskName keeps the family name and the next initial: "Nguyễn V***".
func maskName(name string) string {
	words := strings.Fields(maskPhones(name)) // some give their number as a name
	switch len(words) {
	case 0:
		return ""
	case 1:
		return initial(words[0]) + hidden
	}
	return words[0] + " " + initial(words[1]) + hidden
}

func initial(word string) string {
	_, n := utf8.DecodeRuneInString(word)
	return word[:n]
}

// maskPhone keeps the first three and the last two digits: "091*****78".
func maskPhone(phone string) string {
	if len(phone) < 8 {
		return strings.Repeat("*", len(phone))
	}
	return phone[:3] + strings.Repeat("*", len(phone)-5) + phone[len(phone)-2:]
}

// maskPhones hides every phone number in a text.
func maskPhones(text string) string {
	return phoneInText.ReplaceAllStringFunc(text, func(found string) string { return maskPhone(digits(found)) })
}

// masker hides in a case's words who its citizen is.
type masker struct {
	name   *regexp.Regexp // nil when no name is known that tells somebody apart
	masked string
}

// newMasker hides the name in whatever case it is written. A single word, such
// as "An" or "Anh", is no name to look for: it stands in half of all sentences.
func newMasker(name string) masker {
	words := strings.Fields(strings.ToValidUTF8(name, "")) // a pattern must be UTF-8
	if len(words) < 2 {
		return masker{}
	}
	for i, w := range words {
		words[i] = regexp.QuoteMeta(w)
	}
	return masker{name: regexp.MustCompile(`(?i)` + strings.Join(words, `\s+`)), masked: maskName(name)}
}

// text hides the name, every phone number and every e-mail address.
func (m masker) text(text string) string {
	text = maskPhones(maskMails(text))
	if m.name == nil {
		return text
	}
	return m.name.ReplaceAllLiteralString(text, m.masked)
}

// digits keeps only the digits, in the national form.
func digits(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= '0' && c <= '9' {
			b.WriteByte(c)
		}
	}
	if national, found := strings.CutPrefix(b.String(), "84"); found {
		return "0" + national
	}
	return b.String()
}

// maskCase hides from the case who its citizen is.
func maskCase(c models.Case) models.Case {
	m := newMasker(c.Contact.Name)
	c.Description, c.Place, c.Decision = m.text(c.Description), m.text(c.Place), m.text(c.Decision)
	c.Contact = models.Contact{Name: maskName(c.Contact.Name), Phone: maskPhone(c.Contact.Phone)}
	events := make([]models.CaseEvent, len(c.Events))
	for i, e := range c.Events {
		e.Text, e.Detail = m.text(e.Text), m.text(e.Detail)
		events[i] = e
	}
	c.Events = events
	return c
}
