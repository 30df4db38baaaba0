package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/text"
	"github.com/langnghe/langnghe/channel/zalo"
	"github.com/langnghe/langnghe/data"
	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
)

// wordings are what the bot says, entry by entry.
func (k kinds) wordings() handlers.ContentKind {
	return handlers.ContentKind{
		Kind:   models.ContentWording,
		Fields: []handlers.ContentField{{Name: "text", Form: handlers.FormText}},
		Title: func(p models.Content, b handlers.Body) string {
			said, _ := b["text"].(string)
			return fmt.Sprintf("%s (%s)", excerpt(said), p.Key)
		},
		Group:    func(p models.Content) string { return groupOf(p.Key) },
		Embedded: k.entries,
		Allowed: func(p models.Content) []string {
			key, _, _ := strings.Cut(p.Key, "/")
			return k.builtIn.Slots(key)
		},
		Check: func(p models.Content, whole handlers.Body) (handlers.Body, []handlers.ContentFault) {
			said, _ := whole["text"].(string)
			said = strings.TrimSpace(norm.NFC.String(said))
			p.Body = handlers.Body{"text": said}.String()
			return handlers.Body{"text": said}, faultsOf(k.wordingFault(p), "text")
		},
		Preview: k.previewWording,
	}
}

// groups are the parts of the list whose entries do not all begin with its code.
var groups = map[string][]string{
	"welcome": {"welcome", "greet", "thanks", "yes", "menu", "cancelled", "lost", "media", "angry"},
	"word":    {"kind", "file", "is", "reject"},
}

// groupOf is the part of the list that an entry stands in.
func groupOf(key string) string {
	if key == "choice.outdated" {
		return "welcome" // no label
	}
	first, _, _ := strings.Cut(strings.SplitN(key, "/", 2)[0], ".")
	for group, firsts := range groups {
		if slices.Contains(firsts, first) {
			return group
		}
	}
	return first
}

const excerptMost = 60 // runes

var slotsInText = regexp.MustCompile(`(\{\{[^}]*\}\}\s*)+`)

// excerpt is the beginning of an entry, without its slots.
func excerpt(said string) string {
	said = strings.Join(strings.Fields(slotsInText.ReplaceAllString(said, "… ")), " ")
	if r := []rune(said); len(r) > excerptMost {
		return string(r[:excerptMost]) + "…"
	}
	return said
}

// entries are those of the built-in wording, in each language that has its own.
func (k kinds) entries() (pieces []models.Content) {
	for _, key := range k.builtIn.Keys() {
		for _, language := range k.builtIn.Languages() {
			name := key
			if language != text.Vietnamese {
				name += "/" + language
			}
			if k.builtIn.Own(language, key) {
				body := handlers.Body{"text": k.builtIn.Source(language, key)}
				pieces = append(pieces, models.Content{Kind: models.ContentWording, Key: name, Body: body.String()})
			}
		}
	}
	return pieces
}

// wordingFault is what is wrong with an entry, as far as that shows without trying
// it thoroughly.
func (m *mind) wordingFault(p models.Content) error {
	e, err := entryOf(p)
	if err == nil {
		err = m.builtIn.Checker(samples(false)).Check(e)
	}
	if err != nil || !text.IsLabel(e.Key) {
		return err
	}
	now := m.now.Load()
	k := &knowledge{catalogue: now.catalogue, said: map[models.Content]bool{}}
	failed := m.speak(k, []models.Content{p}, false, func(_ models.Content, fault error) { err = fault })
	return cmp.Or(failed, err)
}

// faultsOf are the faults that an error tells of, each with its field where it
// says one.
func faultsOf(err error, field string) (faults []handlers.ContentFault) {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range many.Unwrap() {
			faults = append(faults, faultsOf(one, field)...)
		}
		return faults
	}
	if err == nil {
		return nil
	}
	return []handlers.ContentFault{faultOf(err, field)}
}

// previewWording shows how an entry reads with made-up values, by itself and in the
// first messages that include it.
func (k kinds) previewWording(p models.Content, _ handlers.Body, then []models.Content) ([]handlers.ContentAnswer, error) {
	s, err := k.shower("", then)
	if err != nil {
		return nil, err
	}
	key, language, _ := strings.Cut(p.Key, "/")
	var answers []handlers.ContentAnswer
	for i, name := range k.builtIn.Checker(nil).Naming(key) {
		part := "message"
		if i > 0 {
			part = "within"
		}
		if i > within {
			break
		}
		said, err := sampled(s.knows.wording.In(language), name, key)
		if err != nil {
			return nil, err
		}
		answers = append(answers, handlers.ContentAnswer{Part: part, Text: said})
	}
	if named := k.naming(key, language); text.IsLabel(key) && named != "" {
		answers = append(answers, handlers.ContentAnswer{Part: "named", Text: named})
	}
	return answers, nil
}

// naming lists the entries that tell citizens to choose a label, as it is now: in
// the middle of a sentence it stands with its capital.
func (k kinds) naming(key, language string) string {
	now := k.wording().In(language)
	label := now.Source(language, key)
	var lines []string
	for _, other := range now.Keys() {
		said := now.Source(language, other)
		before, _, names := strings.Cut(said, " "+label)
		last, _ := utf8.DecodeLastRuneInString(before)
		if names && unicode.IsLower(last) && !text.IsLabel(other) {
			lines = append(lines, fmt.Sprintf("– %s (%s)", excerpt(said), other))
		}
	}
	return strings.Join(lines, "\n")
}

// within is how many messages are shown that include an entry.
const within = 2

// sampled is a message of the entry, laid out as on Zalo, with the choices of its
// step; about is the entry in question, whose case the values are made to fit.
func sampled(wording *text.Catalogue, key, about string) (string, error) {
	slots, err := sampleSlots(about)
	if err != nil {
		return "", err
	}
	step := stepOf(key)
	turn := bot.Turn{Say: []bot.Line{{Key: key, Data: slots}}}
	if text.IsLabel(key) {
		step = labelled(key)
		if turn.Say = nil; step != "" && wording.Has(step) {
			turn.Say = []bot.Line{{Key: step, Data: slots}}
		}
	}
	for _, name := range bot.Choices(step) {
		turn.Choices = append(turn.Choices, bot.Choice{Payload: step + ":" + name})
	}
	if len(turn.Say)+len(turn.Choices) == 0 { // a label that any message may have
		turn.Choices = []bot.Choice{{Payload: key, Label: wording.Label("", strings.TrimPrefix(key, "choice."))}}
	}
	composed, _, err := relay.Worded(wording, turn, (&zalo.Sender{}).Limits())
	return strings.TrimSpace(strings.Join(append(composed.Messages, composed.Rest), "\n\n")), err
}

// stepOf is the step that an entry is said at, or "".
func stepOf(key string) (step string) {
	for _, s := range bot.Steps() {
		if (key == s || strings.HasPrefix(key, s+".")) && len(s) > len(step) {
			step = s
		}
	}
	return step
}

// labelled is the first step of which a label is a choice.
func labelled(key string) string {
	name := strings.TrimPrefix(key, "choice.")
	for _, step := range bot.Steps() {
		if choice, own := strings.CutPrefix(name, step+"."); own && slices.Contains(bot.Choices(step), choice) {
			return step
		}
	}
	for _, step := range bot.Steps() {
		if slices.Contains(bot.Choices(step), name) {
			return step
		}
	}
	return ""
}

// sampleSlots are made-up values, for an entry of a closed list those in which it
// is said.
func sampleSlots(about string) (s bot.Slots, err error) {
	raw, err := fs.ReadFile(data.FS(), "sample.json")
	if err == nil {
		err = json.Unmarshal(raw, &s)
	}
	list, code, _ := strings.Cut(about, ".")
	switch list {
	case "is":
		s.Case.Status = models.Status(code)
	case "kind":
		s.Report.Kind = models.Kind(code)
	case "reject":
		s.Notice.Reason = code
	case "file":
		s.FileKind = code
	}
	if err != nil {
		return s, fmt.Errorf("read the sample of wordings: %w", err)
	}
	return s, nil
}
