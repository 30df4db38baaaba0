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

// maskName keeps the family name and the next initial: "Nguyễn V***".
func maskName(name string) string {
	words := strings.Fields(name)
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

// maskText hides every phone number in a text, and the name given.
func maskText(text, name string) string {
	text = phoneInText.ReplaceAllStringFunc(text, func(found string) string { return maskPhone(digits(found)) })
	if strings.TrimSpace(name) == "" {
		return text
	}
	return strings.ReplaceAll(text, name, maskName(name))
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
	name := c.Contact.Name
	c.Description, c.Place = maskText(c.Description, name), maskText(c.Place, name)
	c.Contact = models.Contact{Name: maskName(name), Phone: maskPhone(c.Contact.Phone)}
	events := make([]models.CaseEvent, len(c.Events))
	for i, e := range c.Events {
		e.Text, e.Detail = maskText(e.Text, name), maskText(e.Detail, name)
		events[i] = e
	}
	c.Events = events
	return c
}
