package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Part is one paragraph of a message.
type Part struct {
	Text  string
	Whole bool // a person's own words: never cut, rather sent in several messages
}

// Layout says how a message must look on its platform.
type Layout struct {
	Max      int    // runes of one message
	Numbered bool   // the choices stand in the text, as lines "N. label"
	More     string // label of the choice that shows what was cut
}

// Composed is a turn laid out.
type Composed struct {
	Messages []string // in their order; the choices belong to the last
	Rest     string   // what waits behind the choice "more"; "" when all was said
}

// Compose lays out a turn: its parts as paragraphs and, where numbered, the
// choices' labels below them. When Rest is not "", the caller offers the choice
// "more" after the others; its line is in the text already.
func Compose(parts []Part, labels []string, l Layout) Composed {
	body, whole := join(parts, l.Numbered)
	foot := ""
	if l.Numbered {
		foot = numbered(labels)
	}
	room := l.Max - utf8.RuneCountInString(foot)
	switch {
	case utf8.RuneCountInString(body) <= room:
		return Composed{Messages: []string{strings.TrimSpace(body + foot)}}
	case whole:
		return Composed{Messages: several(body, foot, l.Max)}
	}
	if l.Numbered {
		foot = numbered(append(labels[:len(labels):len(labels)], l.More))
	}
	head, rest := split(body, max(l.Max-utf8.RuneCountInString(foot), 1))
	return Composed{Messages: []string{strings.TrimSpace(head + foot)}, Rest: rest}
}

// join makes paragraphs of the parts and reports whether any must stay whole.
func join(parts []Part, guarded bool) (body string, whole bool) {
	var ps []string
	for _, p := range parts {
		text := strings.TrimSpace(strings.ToValidUTF8(p.Text, "\uFFFD"))
		if guarded {
			text = guard(text)
		}
		if text != "" {
			ps = append(ps, text)
		}
		whole = whole || p.Whole
	}
	return strings.Join(ps, "\n\n"), whole
}

// guard keeps a line that begins like "2." from being taken for a choice.
func guard(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		rest := strings.TrimLeftFunc(l, unicode.IsSpace)
		after := strings.TrimLeft(rest, "0123456789")
		if after != rest && strings.HasPrefix(after, ".") {
			lines[i] = "– " + rest
		}
	}
	return strings.Join(lines, "\n")
}

func numbered(labels []string) string {
	if len(labels) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n")
	for i, label := range labels {
		fmt.Fprintf(&b, "\n%d. %s", i+1, label)
	}
	return b.String()
}

// several cuts a text into messages; the last one has room for the foot.
func several(body, foot string, most int) []string {
	var out []string
	for utf8.RuneCountInString(body+foot) > most && body != "" {
		room := most
		if utf8.RuneCountInString(body) <= most {
			room = max(most-utf8.RuneCountInString(foot), 1)
		}
		var head string
		head, body = split(body, room)
		out = append(out, head)
	}
	return append(out, strings.TrimSpace(body+foot))
}

// split cuts a text after at most n runes: between paragraphs, else lines, else
// words, else anywhere. A border in the first half of the piece is not used.
func split(text string, n int) (head, rest string) {
	r := []rune(text)
	if len(r) <= n {
		return text, ""
	}
	piece := string(r[:n])
	at := len(piece)
	for _, border := range []string{"\n\n", "\n", " "} {
		if i := strings.LastIndex(piece, border); i > len(piece)/2 {
			at = i
			break
		}
	}
	return strings.TrimSpace(text[:at]), strings.TrimSpace(text[at:])
}
