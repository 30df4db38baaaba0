package intake

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Fault is what is wrong with one entry, and how to mend it.
type Fault struct {
	Row   int
	Field string // "" when it is the whole entry
	Code  Code
	Mend  string
}

// Code says what is wrong in one word, for who has words of their own for it.
type Code string

// The codes of faults.
const (
	Missing    Code = "missing"
	Long       Code = "long"
	Unknown    Code = "unknown" // it names what there is not
	Odd        Code = "odd"     // it cannot be read as what it should be
	BadDate    Code = "date"
	BadPhone   Code = "phone"
	BadEmail   Code = "email"
	BadSlug    Code = "slug"
	Twice      Code = "exists"
	Unforeseen Code = "column" // nobody asks for it
)

// Error implements error.
func (f Fault) Error() string {
	if f.Field == "" {
		return fmt.Sprintf("row %d: %s", f.Row, f.Mend)
	}
	return fmt.Sprintf("row %d: %s: %s", f.Row, f.Field, f.Mend)
}

// fields reads one record and gathers every fault of it at once.
type fields struct {
	Record
	used   []string
	faults []Fault
}

// fault notes the first thing that is wrong with a field.
func (f *fields) fault(field string, code Code, mend string, args ...any) {
	if slices.ContainsFunc(f.faults, func(g Fault) bool { return g.Field == field }) {
		return
	}
	f.faults = append(f.faults, Fault{f.Row, field, code, fmt.Sprintf(mend, args...)})
}

// text is a field's words, "" when it is not there.
func (f *fields) text(name string) string {
	f.used = append(f.used, name)
	switch v := f.Fields[name].(type) {
	case nil:
		return ""
	case string:
		return strings.TrimSpace(v)
	case map[string]any, []any:
		f.fault(name, Odd, "must be one value")
		return ""
	default:
		return fmt.Sprint(v)
	}
}

// needed is text that must be there.
func (f *fields) needed(name string) string {
	s := f.text(name)
	if s == "" {
		f.fault(name, Missing, "is missing")
	}
	return s
}

// slug is a code of lower-case letters, digits and hyphens.
var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (f *fields) slug(name string) string {
	s := f.needed(name)
	if s != "" && !slug.MatchString(s) {
		f.fault(name, BadSlug, "%q must be lower-case letters, digits and hyphens", s)
	}
	return s
}

// oneOf is text that must be one of these, or "" when it is not there.
func (f *fields) oneOf(name string, known ...string) string {
	s := f.text(name)
	if s != "" && !slices.Contains(known, s) {
		f.fault(name, Unknown, "%q is none of %s", s, strings.Join(known, ", "))
	}
	return s
}

// date is a day, "2026-11-02" or as offices write it, "02/11/2026".
func (f *fields) date(name string, layouts ...string) string {
	s := f.text(name)
	if s == "" {
		return ""
	}
	for _, layout := range append(layouts, time.DateOnly) {
		if _, err := time.Parse(layout, s); err == nil {
			return s
		}
	}
	if day, err := time.Parse("2/1/2006", s); err == nil {
		return day.Format(time.DateOnly)
	}
	f.fault(name, BadDate, "%q is no date like 2026-11-02 or 02/11/2026", s)
	return ""
}

func (f *fields) boolean(name string) (value, there bool) {
	switch s := strings.ToLower(f.text(name)); s {
	case "":
		return false, false
	case "true", "1", "x", "yes", "có", "co":
		return true, true
	case "false", "0", "no", "không", "khong":
		return false, true
	default:
		f.fault(name, Odd, "%q is neither true nor false", s)
		return false, false
	}
}

var phone = regexp.MustCompile(`^(0\d{9,10}|1[89]00\d{4,6})$`)

// phone reads digits with anything between them; a leading zero that a
// spreadsheet has eaten comes back.
func (f *fields) phone(name string) string {
	s := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-()", r) {
			return -1
		}
		return r
	}, f.text(name))
	if s == "" {
		return ""
	}
	if rest, abroad := strings.CutPrefix(s, "+84"); abroad {
		s = "0" + rest
	}
	if len(s) == 9 && s[0] != '0' {
		s = "0" + s
	}
	if !phone.MatchString(s) {
		f.fault(name, BadPhone, "%q is no number like 0901234567, 02513xxxxxx or 1900xxxx", s)
	}
	return s
}

// list is a list of texts: of YAML, or the lines of one cell.
func (f *fields) list(name string) []string {
	v, isList := f.Fields[name].([]any)
	if !isList {
		return lines(f.text(name))
	}
	f.used = append(f.used, name)
	var out []string
	for _, item := range v {
		s, isText := item.(string)
		if !isText {
			f.fault(name, Odd, "must be a list of texts")
			return nil
		}
		out = append(out, strings.TrimSpace(s))
	}
	return out
}

func lines(cell string) (out []string) {
	for line := range strings.Lines(cell) {
		if line = strings.TrimSpace(strings.TrimLeft(line, "-•* \t")); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// end notes the columns that nobody asked for.
func (f *fields) end() {
	for name := range f.Fields {
		if !slices.Contains(f.used, name) {
			f.fault(name, Unforeseen, "is not known here")
		}
	}
	slices.SortFunc(f.faults, func(a, b Fault) int { return strings.Compare(a.Field, b.Field) })
}
