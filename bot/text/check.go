package text

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// MaxRunes bounds a rendered entry: a platform takes 2,000 runes, and choices
	// may stand below.
	MaxRunes = 1900
	// sourceMost bounds an entry with all that it only says at times.
	sourceMost = 2 * MaxRunes
	// MaxLabel bounds the label of a choice: the title of a quick reply on Messenger.
	MaxLabel = 20
)

// Fault is what is wrong with the wording of an entry.
type Fault struct {
	Code  FaultCode
	About string   // the words or the slot in question
	Known []string // the slots that the entry may name, where it names another
}

// FaultCode names a kind of fault.
type FaultCode string

// The faults.
const (
	FaultKey      FaultCode = "key"      // no such entry, or no such language
	FaultEmpty    FaultCode = "empty"    // it says nothing
	FaultSyntax   FaultCode = "syntax"   // its slots cannot be read
	FaultSlot     FaultCode = "slot"     // it names what is not known to this entry, or not there
	FaultNested   FaultCode = "nested"   // a list inside a list
	FaultFails    FaultCode = "fails"    // it cannot be filled
	FaultLong     FaultCode = "long"     // with long values it does not fit a message
	FaultLabel    FaultCode = "label"    // a label is one short line without slots
	FaultNumbered FaultCode = "numbered" // a line looks like a choice
	FaultAvoid    FaultCode = "avoid"    // words that are not said to citizens
	FaultMissing  FaultCode = "missing"  // it leaves out what the built-in entry tells
	FaultMisheard FaultCode = "misheard" // who types the label would be taken for choosing something else
)

// Error implements error.
func (f Fault) Error() string {
	say := map[FaultCode]string{
		FaultKey: "there is no such entry", FaultEmpty: "it says nothing", FaultSyntax: "its slots cannot be read",
		FaultSlot: "it names a slot that this entry does not have there", FaultNested: "it repeats a list inside a list",
		FaultFails: "it cannot be filled", FaultLong: fmt.Sprintf("it grows over %d letters", MaxRunes),
		FaultLabel: fmt.Sprintf("a label is one line of at most %d letters without slots", MaxLabel), FaultNumbered: "a line looks like a choice",
		FaultAvoid: "this is not said to citizens", FaultMissing: "it leaves out what the built-in wording tells",
		FaultMisheard: "who types this label would be taken for choosing something else",
	}[f.Code]
	if f.About != "" {
		say += ": " + f.About
	}
	if len(f.Known) > 0 {
		say += ": use " + strings.Join(f.Known, " ")
	}
	return say
}

// Sample is data that a wording is tried with.
type Sample struct {
	Data any
	// Facts are values in it that must be told as they are, such as the code of a
	// case: what the built-in wording tells of them, every other has to tell.
	Facts []string
}

//go:embed avoid.txt
var avoid string

// Avoided are the words that no text for citizens may hold.
func Avoided() []string { return strings.Split(strings.TrimSpace(avoid), "\n") }

// IsLabel reports whether an entry is the label of a choice.
func IsLabel(key string) bool { return strings.HasPrefix(key, "choice.") && key != "choice.outdated" }

// Checker tells what is wrong with changes of a wording.
type Checker struct {
	of      *Catalogue
	samples []Sample
	names   map[string][]string // entry → those that include it
	words   map[string][]string // beginning of an entry → those that name such a one as a word
}

// Checker returns who tries changes with these samples.
func (c *Catalogue) Checker(samples []Sample) *Checker {
	k := &Checker{c, samples, map[string][]string{}, map[string][]string{}}
	for _, language := range c.Languages() {
		for _, t := range c.In(language).entries.Templates() {
			s := slotsOf(t.Tree, nil)
			for _, name := range s.includes {
				k.names[name] = append(k.names[name], t.Name())
			}
			for _, prefix := range s.words {
				k.words[prefix] = append(k.words[prefix], t.Name())
			}
		}
	}
	return k
}

// Check reports what is wrong with the entry as a change of the wording, in which
// every other entry stands as it is. Words are expected in NFC.
func (k *Checker) Check(e Entry) error {
	c := k.of
	if !c.Has(e.Key) || !slices.Contains(c.Languages(), e.Language) {
		return Fault{Code: FaultKey, About: e.Language + "/" + e.Key}
	}
	if strings.TrimSpace(e.Words) == "" {
		return Fault{Code: FaultEmpty}
	}
	if n := utf8.RuneCountInString(e.Words); n > sourceMost {
		return Fault{Code: FaultLong, About: fmt.Sprint(n)}
	}
	own := c.In(e.Language)
	parsed, err := own.parse(e)
	if err != nil {
		return Fault{Code: FaultSyntax, About: afterColon(err.Error())}
	}
	if len(parsed.Templates()) != 1 {
		return Fault{Code: FaultSyntax, About: "{{define}}"}
	}
	used, known := slotsOf(parsed.Tree, nil), c.known(e.Key)
	if used.nested {
		return Fault{Code: FaultNested}
	}
	if strangers := used.beyond(known); len(strangers) > 0 {
		return Fault{Code: FaultSlot, About: strangers[0], Known: known.shown()}
	}
	changed, err := c.With([]Entry{e})
	if err != nil {
		return Fault{Code: FaultSyntax, About: afterColon(err.Error())}
	}
	return k.tried(changed, e)
}

// tried renders the changed entry and all that name it.
func (k *Checker) tried(changed *Catalogue, e Entry) error {
	is, was := changed.In(e.Language), k.of.In(e.Language)
	if IsLabel(e.Key) {
		label, err := is.raw(e.Key, nil)
		if n := utf8.RuneCountInString(label); err != nil || n > MaxLabel || strings.ContainsAny(label, "\n\r\t") {
			return Fault{Code: FaultLabel, About: label}
		}
		return avoided(label)
	}
	for _, key := range k.Naming(e.Key) {
		for _, s := range k.samples {
			said, err := is.raw(key, s.Data)
			if err != nil {
				return Fault{Code: FaultFails, About: afterColon(err.Error())}
			}
			if err := fits(said); err != nil {
				return err
			}
			before, err := was.raw(key, s.Data)
			for _, fact := range s.Facts {
				if err == nil && strings.Contains(before, fact) && !strings.Contains(said, fact) {
					return Fault{Code: FaultMissing, About: fact}
				}
			}
		}
	}
	return nil
}

// fits reports what is wrong with a rendered text.
func fits(said string) error {
	if n := utf8.RuneCountInString(said); n > MaxRunes {
		return Fault{Code: FaultLong, About: fmt.Sprint(n)}
	}
	if guard(said) != said {
		return Fault{Code: FaultNumbered}
	}
	return avoided(said)
}

func avoided(said string) error {
	for _, words := range Avoided() {
		if strings.Contains(said, words) {
			return Fault{Code: FaultAvoid, About: words}
		}
	}
	return nil
}

// raw renders without falling back.
func (c *Catalogue) raw(key string, data any) (string, error) {
	var b strings.Builder
	err := c.entries.ExecuteTemplate(&b, key, data)
	return strings.TrimSpace(b.String()), err
}

// Naming lists the entry and those that name it, themselves or by another.
func (k *Checker) Naming(key string) []string {
	keys := []string{key}
	prefix, _, _ := strings.Cut(key, ".")
	for i := 0; i < len(keys); i++ {
		for _, other := range slices.Concat(k.names[keys[i]], k.words[prefix+"."]) {
			if !slices.Contains(keys, other) {
				keys = append(keys, other)
			}
		}
	}
	return keys
}

// afterColon is the last part of an error of text/template, without where it happened.
func afterColon(s string) string {
	if i := strings.LastIndex(s, ">: "); i >= 0 {
		return s[i+3:]
	}
	parts := strings.SplitN(s, ": ", 3)
	return parts[len(parts)-1]
}
