package handlers

import "slices"

// comparedMost bounds the lines that are compared, those before times those after.
const comparedMost = 250_000

// fieldChange is how a field reads before and after, line by line.
type fieldChange struct {
	Word  string // by what the templates name the field
	Yes   bool   // of a field that is true or false: its lines have no words
	Coded bool   // its lines are codes, whose words stand in the template "content-choice"
	Lines []lineChange
}

// lineChange is a line that was taken out ("-"), put in ("+") or stayed (" ").
type lineChange struct{ How, Text string }

// changes are the fields of a kind that read otherwise, in the form's order.
func (k *ContentKind) changes(unit string, was, is Body) []fieldChange {
	var out []fieldChange
	for _, f := range k.fields(unit) {
		before, after := f.lines(was), f.lines(is)
		if slices.Equal(before, after) {
			continue
		}
		out = append(out, fieldChange{string(k.Kind) + "." + f.Name, f.Form == FormYes, f.coded(), compared(before, after)})
	}
	return out
}

// compared tells by the longest common run of lines what was taken out and what
// was put in.
func compared(was, is []string) []lineChange {
	if len(was)*len(is) > comparedMost {
		return append(marked("-", was), marked("+", is)...)
	}
	common := make([][]int, len(was)+1) // of the lines from there on
	for i := range common {
		common[i] = make([]int, len(is)+1)
	}
	for i := len(was) - 1; i >= 0; i-- {
		for j := len(is) - 1; j >= 0; j-- {
			if was[i] == is[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []lineChange
	for i, j := 0, 0; i < len(was) || j < len(is); {
		switch {
		case i < len(was) && j < len(is) && was[i] == is[j]:
			out = append(out, lineChange{" ", was[i]})
			i, j = i+1, j+1
		case j == len(is) || i < len(was) && common[i+1][j] >= common[i][j+1]:
			out = append(out, lineChange{"-", was[i]})
			i++
		default:
			out = append(out, lineChange{"+", is[j]})
			j++
		}
	}
	return out
}

func marked(how string, lines []string) []lineChange {
	out := make([]lineChange, len(lines))
	for i, line := range lines {
		out[i] = lineChange{how, line}
	}
	return out
}

// coded reports whether the field's values are codes that have no names.
func (f ContentField) coded() bool {
	return f.Choices != nil && slices.ContainsFunc(f.Choices(), func(n Named) bool { return n.Name == "" })
}
