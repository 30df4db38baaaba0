package hear

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

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
	p = strings.TrimSpace(p)
	if len(p) > 2*maxPayload {
		return "" // a letter in lower case may be shorter, never by half
	}
	p = strings.ToLower(p)
	if len(p) > maxPayload || !grammatical(p) {
		return ""
	}
	return p
}

// grammatical reports whether p is "flow.step:choice": flow and step begin with
// a letter and hold letters, digits and "_", choice may also hold "-".
func grammatical(p string) bool {
	flow, rest, dotted := strings.Cut(p, ".")
	step, choice, chosen := strings.Cut(rest, ":")
	return dotted && chosen && identifier(flow, "_") && identifier(step, "_") && letter(flow[0]) && letter(step[0]) && identifier(choice, "_-")
}

// identifier reports whether s is a letter or a digit, then more of them or of
// the marks.
func identifier(s, marks string) bool {
	for i := range len(s) {
		plain := letter(s[i]) || numeral(s[i])
		if !plain && (i == 0 || strings.IndexByte(marks, s[i]) < 0) {
			return false
		}
	}
	return s != ""
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' }

func numeral(c byte) bool { return '0' <= c && c <= '9' }

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

// choice returns the payload of the choice that was tapped, or, of a single
// message, typed; "" when there is none.
func (e *Ear) choice(s bot.State, in []models.Event, words []bot.Word, r reading) string {
	for i := len(in) - 1; i >= 0; i-- {
		if p := tapped(in[i]); p != "" {
			return p
		}
	}
	if len(words) != 1 || len(s.Offered) == 0 {
		return ""
	}
	if p := e.typed(s, r.forms); p != "" {
		return p
	}
	if part, contrasts := e.intended(r); contrasts {
		return e.typed(s, part.forms)
	}
	if p := e.exception(s, r); p != "" {
		return p
	}
	if p := named(s.Offered, "anonymous"); p != "" && e.anonymous(r) {
		return p
	}
	return ""
}

// typed resolves a whole message by number, label or meaning.
func (e *Ear) typed(s bot.State, forms [][]lookup.Word) string {
	for _, words := range forms {
		if p := numbered(s.Offered, number(words)); p != "" {
			return p
		}
	}
	if p := e.labelled(s.Offered, forms); p != "" {
		return p
	}
	for _, words := range forms {
		if p := e.meant(s, words); p != "" {
			return p
		}
	}
	if len(forms) == 0 {
		return ""
	}
	return e.pieced(s, forms[0])
}

// exception resolves what follows a "but" behind words that agree: "đúng rồi
// nhưng sai số điện thoại".
func (e *Ear) exception(s bot.State, r reading) string {
	if len(r.words) > longestWhole {
		return ""
	}
	for _, m := range e.lists.however.Find(r.words) {
		agreed := m.First > 0 && whole(e.pieces(nil, r.words[:m.First], s.Step), m.First).means == string(bot.IntentYes)
		if !agreed || m.Last == len(r.words) {
			continue
		}
		if p := e.typed(s, e.forms(r.words[m.Last:])); p != "" {
			return p
		}
	}
	return ""
}

// numbered returns choice n. It counts as the message does, also where scores
// stand behind the choices of another step.
func numbered(offered []bot.Choice, n int) string {
	if n == 0 || n > len(offered) {
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

// labelled finds the choice whose label one of the forms is, the first form
// before the others. A unit's kind may be left out, and a code of a case typed
// in any way.
func (e *Ear) labelled(offered []bot.Choice, forms [][]lookup.Word) string {
	if len(forms) == 0 || len(forms[0]) == 0 {
		return ""
	}
	labels := make([][]string, len(offered))
	for i, c := range offered {
		labels[i] = e.labelsOf(c)
	}
	for _, words := range forms {
		typed := key(words)
		for i, c := range offered {
			if strings.ReplaceAll(name(c.Payload), "-", " ") == typed || slices.ContainsFunc(labels[i], func(label string) bool {
				rest, ends := strings.CutSuffix(label, typed)
				return ends && (rest == "" || rest[len(rest)-1] == ' ' && e.isUnit(c))
			}) {
				return c.Payload
			}
		}
	}
	return ""
}

// labelsOf returns the labels of a choice in every language, as key makes them.
func (e *Ear) labelsOf(c bot.Choice) []string {
	if c.Label != "" {
		return []string{key(e.cat.Words(c.Label))}
	}
	if labels, known := e.lists.labels[c.Payload]; known {
		return labels
	}
	step, choice, _ := strings.Cut(c.Payload, ":")
	return keys(e.cat, e.labels, step, choice)
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

// forms returns the words of a message as they are, and what is left of them
// when particles at its start, its end and both are dropped, the fewest first.
// It is nil when there are more of them than any choice has.
func (e *Ear) forms(words []lookup.Word) [][]lookup.Word {
	if len(words) > e.lists.longest {
		return nil
	}
	starts, ends := starts(e.lists.particle.start, words), ends(e.lists.particle.end, words)
	forms := make([][]lookup.Word, 0, len(starts)*len(ends))
	for _, start := range starts {
		for _, end := range ends {
			if start < end {
				forms = append(forms, words[start:end])
			}
		}
	}
	slices.SortStableFunc(forms, func(a, b []lookup.Word) int { return len(b) - len(a) })
	return forms
}

const longestParticle = 4 // words

// ends returns where the words may end: at their end, and before each particle
// there.
func ends(particles lookup.Phrases, words []lookup.Word) []int {
	out := append(make([]int, 0, 4), len(words))
	for at := len(words); ; {
		n := 1
		for n <= min(longestParticle, at-1) && !particles.Is(words[at-n:at]) {
			n++
		}
		if n > min(longestParticle, at-1) {
			return out
		}
		at -= n
		out = append(out, at)
	}
}

// starts returns where the words may begin: at their start, and behind each
// particle there.
func starts(particles lookup.Phrases, words []lookup.Word) []int {
	out := append(make([]int, 0, 4), 0)
	for at := 0; ; {
		n := 1
		for n <= min(longestParticle, len(words)-at-1) && !particles.Is(words[at:at+n]) {
			n++
		}
		if n > min(longestParticle, len(words)-at-1) {
			return out
		}
		at += n
		out = append(out, at)
	}
}

func cutEnd(particles lookup.Phrases, words []lookup.Word) []lookup.Word {
	cuts := ends(particles, words)
	return words[:cuts[len(cuts)-1]]
}

func cutStart(particles lookup.Phrases, words []lookup.Word) []lookup.Word {
	cuts := starts(particles, words)
	return words[cuts[len(cuts)-1]:]
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
