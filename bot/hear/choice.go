package hear

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

// grammar is that of a payload, "flow.step:choice"; its length is bounded apart.
var grammar = regexp.MustCompile(`^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*:[a-z0-9][a-z0-9_-]*$`)

const maxPayload = 60

// payload returns the payload that a text spells with "#" before it, or "".
func payload(text string) string {
	rest, marked := strings.CutPrefix(strings.TrimSpace(text), "#")
	if !marked {
		return ""
	}
	return valid(rest)
}

func valid(p string) string {
	p = strings.ToLower(strings.TrimSpace(p))
	if len(p) > maxPayload || !grammar.MatchString(p) {
		return ""
	}
	return p
}

// tapped returns the payload of an event, or "".
func tapped(m models.Event) string {
	if p := valid(strings.TrimPrefix(m.Payload, "#")); p != "" {
		return p
	}
	return payload(m.Text)
}

// unknownTap reports whether the last event is a tap that says nothing to us.
func unknownTap(in []models.Event) bool {
	if len(in) == 0 {
		return false
	}
	last := in[len(in)-1]
	return last.Kind == models.EventMessage && last.Payload != "" && tapped(last) == ""
}

// choice returns the payload of the choice that was tapped or typed, or "".
func (e *Ear) choice(s bot.State, in []models.Event) string {
	var texts []string
	for _, m := range slices.Backward(in) {
		if p := tapped(m); p != "" {
			return p
		}
		if strings.TrimSpace(m.Text) != "" && m.Payload == "" {
			texts = append(texts, m.Text)
		}
	}
	if len(texts) != 1 || len(s.Offered) == 0 {
		return ""
	}
	return e.typed(s, texts[0])
}

// typed resolves a whole message by number, label or meaning.
func (e *Ear) typed(s bot.State, text string) string {
	forms := e.bare(text)
	for _, words := range forms {
		if p := numbered(s.Offered, number(words)); p != "" {
			return p
		}
	}
	for _, words := range forms {
		if p := e.labelled(s.Offered, words); p != "" {
			return p
		}
	}
	for _, words := range forms {
		if p := e.meant(s, words); p != "" {
			return p
		}
	}
	return ""
}

// numbered returns choice n; where choices are numbers themselves (a rating)
// the one of that name.
func numbered(offered []bot.Choice, n int) string {
	if n == 0 {
		return ""
	}
	if p := named(offered, strconv.Itoa(n)); p != "" {
		return p
	}
	if n > len(offered) {
		return ""
	}
	return offered[n-1].Payload
}

func named(offered []bot.Choice, choice string) string {
	for _, c := range offered {
		if name(c.Payload) == choice {
			return c.Payload
		}
	}
	return ""
}

// name is a payload's choice.
func name(payload string) string {
	_, choice, _ := strings.Cut(payload, ":")
	return choice
}

// labelled finds the choice whose label the words are. A unit's kind may be
// left out, and a code of a case typed in any way.
func (e *Ear) labelled(offered []bot.Choice, words []lookup.Word) string {
	typed := key(words)
	if typed == "" {
		return ""
	}
	for _, c := range offered {
		if label := e.label(c); label == typed || strings.HasSuffix(label, " "+typed) && e.isUnit(c) {
			return c.Payload
		}
		if strings.ReplaceAll(name(c.Payload), "-", " ") == typed {
			return c.Payload
		}
	}
	return ""
}

func (e *Ear) label(c bot.Choice) string {
	label := c.Label
	if label == "" {
		step, choice, _ := strings.Cut(c.Payload, ":")
		label = e.labels(step, choice)
	}
	return key(e.cat.Words(label))
}

func (e *Ear) isUnit(c bot.Choice) bool {
	_, known := e.cat.Unit(name(c.Payload))
	return known
}

// meant finds the choice that the words mean at the open step.
func (e *Ear) meant(s bot.State, words []lookup.Word) string {
	step, _, _ := strings.Cut(s.Offered[0].Payload, ":")
	at := e.lists.at[step]
	for _, v := range at.phrases.Whole(words) {
		if p := named(s.Offered, at.choices[v]); p != "" {
			return p
		}
	}
	for _, v := range e.lists.meanings.Whole(words) {
		for _, choice := range e.lists.choices[v] {
			if p := named(s.Offered, choice); p != "" {
				return p
			}
		}
	}
	return ""
}

// bare returns the words of a message as they are, and what is left of them
// when particles at its start, its end and both are dropped.
func (e *Ear) bare(text string) [][]lookup.Word {
	if len(text) > 200 {
		return nil // no choice is that long
	}
	words := e.cat.Words(text)
	forms := [][]lookup.Word{words}
	tail := cutEnd(e.lists.particle.end, words)
	head := cutStart(e.lists.particle.start, words)
	for _, f := range [][]lookup.Word{tail, head, cutEnd(e.lists.particle.end, head)} {
		if len(f) > 0 && len(f) < len(words) {
			forms = append(forms, f)
		}
	}
	return forms
}

const longestParticle = 4 // words

func cutEnd(particles lookup.Phrases, words []lookup.Word) []lookup.Word {
	for n := 1; n <= min(longestParticle, len(words)-1); n++ {
		if len(particles.Whole(words[len(words)-n:])) > 0 {
			return cutEnd(particles, words[:len(words)-n])
		}
	}
	return words
}

func cutStart(particles lookup.Phrases, words []lookup.Word) []lookup.Word {
	for n := 1; n <= min(longestParticle, len(words)-1); n++ {
		if len(particles.Whole(words[:n])) > 0 {
			return cutStart(particles, words[n:])
		}
	}
	return words
}

// number reads "2", "số 2", "(2)" or "chọn 2"; 0 is none.
func number(words []lookup.Word) int {
	if len(words) == 2 {
		switch words[0].Fold {
		case "so", "chon", "muc", "cau", "bam", "nhan", "phim":
			words = words[1:]
		}
	}
	if len(words) != 1 || len(words[0].Fold) > 2 {
		return 0
	}
	n, err := strconv.Atoi(words[0].Fold)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func sortedKeys[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
