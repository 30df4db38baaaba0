package models

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// ActSplit says that a part of the case went into one of its own, Detail; in the
// history of that one Detail is the case it was a part of.
const ActSplit Action = "split"

// partsMost is how many parts the words of a case are offered in; what comes after
// is the last one.
const partsMost = 80

// Parts are the citizen's words, filed and added later, sentence by sentence.
func (c Case) Parts() []string {
	parts := sentences(c.Description)
	for _, e := range c.Events {
		if e.Action == ActAdd || e.Action == ActAnswer {
			parts = append(parts, sentences(e.Text)...)
		}
	}
	if len(parts) > partsMost {
		parts = append(parts[:partsMost-1:partsMost-1], strings.Join(parts[partsMost-1:], "\n"))
	}
	return parts
}

// sentences cuts a text at the ends of lines and of sentences.
func sentences(text string) (list []string) {
	for line := range strings.Lines(text) {
		from, ended := 0, false
		for i, r := range line {
			if ended && unicode.IsSpace(r) {
				list, from = appendText(list, line[from:i]), i
			}
			ended = strings.ContainsRune(".!?;…", r)
		}
		list = appendText(list, line[from:])
	}
	return list
}

func appendText(list []string, text string) []string {
	if text = strings.TrimSpace(text); text == "" {
		return list
	}
	return append(list, text)
}

// Parted reports whether one of the two cases was split off the other.
func (c Case) Parted(other string) bool {
	return slices.ContainsFunc(c.Events, func(e CaseEvent) bool { return e.Action == ActSplit && e.Detail == other })
}

// Portion is the part of a case that becomes one of its own.
type Portion struct {
	Code, Unit, Category string
	Kind                 Kind
	Words                string
	Files                []Attachment
	Sensitive            bool // few may read it, whatever the case it comes from
}

// Split takes a portion out into a case of its own, at the beginning of its way,
// and writes it into both histories. The clock goes on from the day on which the
// citizen told of it. ErrStatus when the case has ended.
func (c *Case) Split(p Portion, actor string, at time.Time) (Case, error) {
	if err := c.Move(ActSplit, actor, at, p.Words, p.Code); err != nil {
		return Case{}, err
	}
	part := Case{
		Code: p.Code, Unit: p.Unit, Kind: p.Kind, Category: p.Category, Status: StatusNew, Priority: "normal",
		Sensitive: c.Sensitive || p.Sensitive, Description: p.Words, Place: c.Place, Location: c.Location,
		Anonymous: c.Anonymous, Contact: c.Contact, Platform: c.Platform, Conversation: c.Conversation,
		CreatedAt: c.CreatedAt, UpdatedAt: at, SecretHash: c.SecretHash, Attachments: p.Files,
		Events: []CaseEvent{{Case: p.Code, At: c.CreatedAt, Actor: "citizen", Action: ActFile, From: StatusNew, To: StatusNew}},
	}
	if p.Kind == c.Kind {
		part.Decision = c.Decision
	}
	return part, part.Move(ActSplit, actor, at, "", c.Code)
}
