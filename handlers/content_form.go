package handlers

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/langnghe/langnghe/models"
)

const (
	rowsMost  = 60 // of one field
	rowsSpare = 2  // empty ones below those that are filled
)

// fieldView is a field of a form, filled.
type fieldView struct {
	ContentField
	Kind   models.ContentKind
	Value  string
	On     bool
	Chosen map[string]bool // of FormSeveral, by their codes
	Rows   []rowView
	Locked bool
	Theirs bool // somebody else changed it meanwhile as well
	Fault  *ContentFault
}

// rowView is one row of a field, by its columns.
type rowView struct {
	N     int
	Cells []cellView
}

type cellView struct{ Column, Value string }

// ID is the field's in the page.
func (f fieldView) ID() string { return "f-" + strings.ReplaceAll(f.Name, ".", "-") }

// Word is by what the templates name the field.
func (f fieldView) Word() string { return string(f.Kind) + "." + f.Name }

// Options are the choices of a field.
func (f fieldView) Options() []Named { return f.Choices() }

// Option is a choice as the templates name it: one without a name by field and code.
func (f fieldView) Option(c Named) Named {
	if c.Name == "" {
		c.Code = f.Word() + "." + c.Code
	}
	return c
}

// filled are the fields of a form filled by a body.
func filled(k *ContentKind, unit string, body Body, made bool, faults []ContentFault) []fieldView {
	var views []fieldView
	for _, f := range k.fields(unit) {
		v := fieldView{ContentField: f, Kind: k.Kind, Locked: f.Fixed && !made}
		switch f.Form {
		case FormYes:
			v.On, _ = body.at(f.Name).(bool)
		case FormSeveral:
			v.Chosen = map[string]bool{}
			list, _ := body.at(f.Name).([]any)
			for _, code := range list {
				v.Chosen[fmt.Sprint(code)] = true
			}
		case FormRows:
			v.Rows = rowViews(f, body)
		case FormList:
			v.Value = strings.Join(f.lines(body), "\n")
		default:
			v.Value = body.text(f.Name)
		}
		for i := range faults {
			if faults[i].Field == f.Name || faults[i].Field == strings.SplitN(f.Name, ".", 2)[0] {
				v.Fault = &faults[i]
			}
		}
		views = append(views, v)
	}
	return views
}

func rowViews(f ContentField, body Body) []rowView {
	list, _ := body.at(f.Name).([]any)
	rows := make([]rowView, min(len(list)+rowsSpare, rowsMost))
	for i := range rows {
		rows[i].N = i
		var row Body
		if i < len(list) {
			row, _ = asBody(list[i])
		}
		for _, column := range f.Columns {
			rows[i].Cells = append(rows[i].Cells, cellView{column, row.text(column)})
		}
	}
	return rows
}

func asBody(v any) (Body, bool) {
	m, ok := v.(map[string]any)
	return m, ok
}

// typed is what a form makes of a piece: what it has no field for stays.
func typed(k *ContentKind, unit string, was Body, form url.Values, made bool) Body {
	body := was.Laid(nil)
	for _, f := range k.fields(unit) {
		if f.Fixed && !made {
			continue
		}
		text := strings.TrimSpace(strings.ReplaceAll(form.Get(f.Name), "\r\n", "\n"))
		switch f.Form {
		case FormYes:
			body.set(f.Name, text != "")
		case FormSeveral:
			body.set(f.Name, typedCodes(f, form))
		case FormNumber:
			body.set(f.Name, typedNumber(text))
		case FormRows:
			body.set(f.Name, typedRows(f, was, form))
		case FormList:
			body.set(f.Name, typedLines(text))
		default:
			body.set(f.Name, text)
		}
	}
	return body
}

// typedCodes are those of the field's choices that were ticked, in their order.
func typedCodes(f ContentField, form url.Values) []any {
	codes := []any{}
	for _, c := range f.Choices() {
		if slices.Contains(form[f.Name], c.Code) {
			codes = append(codes, c.Code)
		}
	}
	return codes
}

// typedNumber is a number as JSON reads it; what is none stays as it was typed, for
// the check to refuse.
func typedNumber(text string) any {
	if n, err := strconv.Atoi(text); err == nil {
		return float64(n)
	}
	return text
}

func typedLines(text string) []any {
	lines := []any{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// typedRows reads the rows that are not empty. What a row has no column for it
// keeps, as long as its first column says the same.
func typedRows(f ContentField, was Body, form url.Values) []any {
	earlier, _ := was.at(f.Name).([]any)
	rows := []any{}
	for n := range rowsMost {
		row, written := map[string]any{}, false
		for _, column := range f.Columns {
			text := strings.TrimSpace(form.Get(fmt.Sprintf("%s.%d.%s", f.Name, n, column)))
			written = written || text != ""
			if text != "" {
				row[column] = text
			}
		}
		if !written {
			continue
		}
		for _, e := range earlier {
			if old, _ := asBody(e); old.text(f.Columns[0]) == Body(row).text(f.Columns[0]) {
				for name, v := range old {
					if _, there := row[name]; !there && !f.has(name) {
						row[name] = v
					}
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// has reports whether rows have a column.
func (f ContentField) has(column string) bool {
	for _, c := range f.Columns {
		if c == column {
			return true
		}
	}
	return false
}

// settled joins what one person typed with what another saved meanwhile: of a
// field that only one of them changed, the change stands. fought names those that
// both changed, of which what was typed stands.
func settled(k *ContentKind, unit string, base, now, typed Body) (joined Body, fought map[string]bool) {
	joined, fought = typed.Laid(nil), map[string]bool{}
	for _, f := range k.fields(unit) {
		mine, theirs := !same(typed.at(f.Name), base.at(f.Name)), !same(now.at(f.Name), base.at(f.Name))
		switch {
		case theirs && !mine:
			joined.set(f.Name, now.at(f.Name))
		case theirs && !same(typed.at(f.Name), now.at(f.Name)):
			fought[f.Name] = true
		}
	}
	return joined, fought
}

// changeNumber reads the number of a change; 0 is what the program brings along.
func changeNumber(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0
}
