package text

import (
	"fmt"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"
)

// helpers are what the wording may call.
func (c *Catalogue) helpers() template.FuncMap {
	return template.FuncMap{
		"date": c.days.date, "moment": c.days.moment, "phone": Phone, "quote": quote, "cut": cut, "word": c.word,
	}
}

// weekdays are a language's names of the days, Sunday first.
type weekdays [7]string

var (
	vietnameseDays = weekdays{"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"}
	englishDays    = weekdays{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
)

func (d weekdays) date(t time.Time) string {
	t = local(t)
	return d[t.Weekday()] + t.Format(" 02/01/2006")
}

func (d weekdays) moment(t time.Time) string { return local(t).Format("15:04 ") + d.date(t) }

// local turns a time to Vietnam's. The country keeps one zone without summer
// time, so no zone table is needed.
func local(t time.Time) time.Time { return t.In(time.FixedZone("+07", 7*60*60)) }

// Date writes a day: "thứ Hai 02/11/2026".
func Date(t time.Time) string { return vietnameseDays.date(t) }

// Moment writes a time of day and its day: "07:30 thứ Hai 02/11/2026".
func Moment(t time.Time) string { return vietnameseDays.moment(t) }

// Phone groups a national number for the eye: "0900 000 078", "1900 1006".
// What is not all figures stays as it is.
func Phone(n string) string {
	if strings.Trim(n, "0123456789") != "" {
		return n
	}
	switch {
	case len(n) == 8:
		return n[:4] + " " + n[4:]
	case len(n) == 10:
		return fmt.Sprintf("%s %s %s", n[:4], n[4:7], n[7:])
	case len(n) == 11 && n[0] == '0':
		return fmt.Sprintf("%s %s %s", n[:4], n[4:8], n[8:])
	}
	return n
}

// quote sets words off as somebody's own, line by line, so that a figure at
// the beginning of a line is not taken for a choice.
func quote(s string) string {
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	kept := lines[:0]
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			kept = append(kept, "– "+l)
		}
	}
	return strings.Join(kept, "\n")
}

// cut shortens s to at most n runes, at a blank where there is one near.
func cut(n int, s string) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	head := string([]rune(s)[:n-1])
	if i := strings.LastIndexAny(head, " \n"); i > len(head)/2 {
		head = head[:i]
	}
	return strings.TrimSpace(head) + "…"
}
