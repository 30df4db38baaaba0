package coach

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/unicode/norm"
)

// Facts are what the coach knows of the case.
type Facts struct {
	Action string // reply, ask, resolve, reject
	Late   bool   // the case is overdue
	First  bool   // nobody has answered the citizen in it yet
}

// Hint is a remark on a draft. It is advice: an answer may be sent as it is.
type Hint struct {
	Code  string // of the rule
	Found string // the words it is about, "" when something is missing
	Hint  string // what to do, for staff
	Why   string
}

// rule is one line of coach.yaml.
type rule struct {
	Code    string
	Actions []string // empty is every action
	When    string   // late, first, or "" for always
	Needs   []string // it remarks unless one of these phrases stands in the draft
	NeedsRE string   `yaml:"needs_pattern"` // or this is found
	Avoid   []string // it remarks on each of these phrases
	AvoidRE string   `yaml:"avoid_pattern"` // and on what this finds
	Except  []string // phrases in which an avoided one is harmless
	Runes   int      // it remarks on a longer draft
	Words   int      // it remarks on a longer sentence
	Hint    string
	Why     string

	needs, avoid *regexp.Regexp
}

func readRules(coach []byte) ([]rule, error) {
	var file struct{ Rules []rule }
	if err := yaml.UnmarshalWithOptions(coach, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read the coach's rules: %w", err)
	}
	var faults []error
	for i := range file.Rules {
		if err := file.Rules[i].prepare(); err != nil {
			faults = append(faults, fmt.Errorf("rule %q of the coach: %w", file.Rules[i].Code, err))
		}
	}
	return file.Rules, errors.Join(faults...)
}

// prepare compiles a rule and reports what is wrong with it.
func (r *rule) prepare() (err error) {
	if r.Code == "" || r.Hint == "" || r.Why == "" {
		return errors.New("code, hint and why are needed")
	}
	if !slices.Contains([]string{"", "late", "first"}, r.When) {
		return fmt.Errorf("when: %q is none of late, first", r.When)
	}
	if len(r.Needs)+len(r.Avoid)+r.Runes+r.Words == 0 && r.NeedsRE+r.AvoidRE == "" {
		return errors.New("it asks for nothing")
	}
	for _, list := range []*[]string{&r.Needs, &r.Avoid, &r.Except} {
		for i, phrase := range *list {
			(*list)[i] = plain(phrase)
		}
	}
	if r.needs, err = compiled(r.NeedsRE); err != nil {
		return err
	}
	r.avoid, err = compiled(r.AvoidRE)
	return err
}

// compiled is nil for no pattern.
func compiled(pattern string) (*regexp.Regexp, error) {
	if pattern == "" {
		return nil, nil
	}
	re, err := regexp.Compile(norm.NFC.String(pattern))
	if err != nil {
		return nil, fmt.Errorf("pattern: %w", err)
	}
	return re, nil
}

// Read returns what could be better in a draft, in the order of the rules. An
// empty draft gets no remarks.
func (b *Book) Read(draft string, f Facts) (hints []Hint) {
	d := newDraft(draft)
	if d.plain == "  " {
		return nil
	}
	for _, r := range b.rules {
		if r.applies(f) {
			hints = append(hints, r.read(d)...)
		}
	}
	return hints
}

func (r *rule) applies(f Facts) bool {
	if len(r.Actions) > 0 && !slices.Contains(r.Actions, f.Action) {
		return false
	}
	switch r.When {
	case "late":
		return f.Late
	case "first":
		return f.First
	}
	return true
}

// read returns the rule's remarks.
func (r *rule) read(d draft) (hints []Hint) {
	remark := func(found string) { hints = append(hints, Hint{r.Code, found, r.Hint, r.Why}) }
	if (len(r.Needs) > 0 || r.needs != nil) && !r.satisfied(d) {
		remark("")
	}
	without := d.plain
	for _, harmless := range r.Except {
		without = strings.ReplaceAll(without, " "+harmless+" ", " ")
	}
	for _, phrase := range r.Avoid {
		if strings.Contains(without, " "+phrase+" ") {
			remark(phrase)
		}
	}
	if r.avoid != nil {
		if found := r.avoid.FindString(d.text); found != "" {
			remark(found)
		}
	}
	if r.Runes > 0 && len([]rune(d.text)) > r.Runes {
		remark("")
	}
	if long := d.sentenceOver(r.Words); long != "" {
		remark(long)
	}
	return hints
}

func (r *rule) satisfied(d draft) bool {
	return r.needs != nil && r.needs.MatchString(d.text) ||
		slices.ContainsFunc(r.Needs, func(phrase string) bool { return strings.Contains(d.plain, " "+phrase+" ") })
}

// draft is a text as the rules look at it.
type draft struct {
	text  string // NFC, as written
	plain string // its words in small letters, a blank around each
}

func newDraft(text string) draft {
	text = strings.TrimSpace(norm.NFC.String(text))
	return draft{text, " " + plain(text) + " "}
}

// plain keeps the words of a text, in small letters with a blank between.
func plain(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(norm.NFC.String(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '/'
	}), " ")
}

// quoted bounds the words that a remark repeats.
const quoted = 6

// sentenceOver returns the beginning of the first sentence of more than n words,
// or ""; 0 looks for none.
func (d draft) sentenceOver(n int) string {
	if n == 0 {
		return ""
	}
	for _, s := range strings.FieldsFunc(d.text, func(r rune) bool { return strings.ContainsRune(".!?;:\n", r) }) {
		if words := strings.Fields(s); len(words) > n {
			return strings.Join(words[:quoted], " ") + "…"
		}
	}
	return ""
}
