package handlers

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
)

// bodyOf reads JSON; what is no object is none.
func bodyOf(raw string) Body {
	var b Body
	_ = json.Unmarshal([]byte(raw), &b) // what does not fit is told by the trial
	return b
}

// String is the body as it is stored: "" when it says nothing.
func (b Body) String() string {
	if len(b) == 0 {
		return ""
	}
	raw, _ := json.Marshal(b) // what JSON has read never fails
	return string(raw)
}

// Laid is the body with another laid over it: objects by their fields, lists as
// a whole, as package lookup lays them.
func (b Body) Laid(over Body) Body {
	out := Body{}
	maps.Copy(out, b)
	for name, v := range over {
		under, _ := out[name].(map[string]any)
		if above, ok := v.(map[string]any); ok && under != nil {
			v = map[string]any(Body(under).Laid(above))
		}
		out[name] = v
	}
	return out
}

// beyond is what must be laid over under to read as b.
func (b Body) beyond(under Body) Body {
	out := Body{}
	for name, v := range b {
		if !same(v, under[name]) {
			out[name] = v
		}
	}
	return out
}

// same reports whether two values say the same; what is empty is as good as
// absent.
func same(a, b any) bool { return hollow(a) && hollow(b) || reflect.DeepEqual(a, b) }

func hollow(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case bool:
		return !v
	case []any:
		return len(v) == 0
	case map[string]any:
		for _, inside := range v {
			if !hollow(inside) {
				return false
			}
		}
		return true
	}
	return false
}

// at is the value of a field, which may lie inside an object.
func (b Body) at(name string) any {
	outer, inner, nested := strings.Cut(name, ".")
	if !nested {
		return b[name]
	}
	inside, _ := b[outer].(map[string]any)
	return inside[inner]
}

// text is the value of a field as it is typed.
func (b Body) text(name string) string {
	switch v := b.at(name).(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		return fmt.Sprint(v)
	}
}

// set sets a field without touching what others share.
func (b Body) set(name string, v any) {
	outer, inner, nested := strings.Cut(name, ".")
	if !nested {
		b[name] = v
		return
	}
	inside, _ := b[outer].(map[string]any)
	inside = maps.Clone(inside)
	if inside == nil {
		inside = map[string]any{}
	}
	inside[inner] = v
	b[outer] = inside
}

// lines are the value of a field, line by line, as a difference shows it.
func (f ContentField) lines(b Body) []string {
	switch v := b.at(f.Name).(type) {
	case []any:
		out := make([]string, 0, len(v))
		for _, item := range v {
			if row, ok := item.(map[string]any); ok {
				item = f.row(row)
			} else if code, ok := item.(string); ok {
				item = f.named(code)
			}
			out = append(out, fmt.Sprint(item))
		}
		return out
	case nil:
		return nil
	case bool:
		if !v {
			return nil
		}
		return []string{f.Name} // its words stand in the template
	case string:
		if v == "" {
			return nil
		}
		return strings.Split(f.named(v), "\n")
	default:
		return []string{fmt.Sprint(v)}
	}
}

// row is a row in one line.
func (f ContentField) row(row map[string]any) string {
	var parts []string
	for _, column := range f.Columns {
		if text := Body(row).text(column); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " | ")
}

// named is the name of a choice, or the value itself.
func (f ContentField) named(value string) string {
	if f.Choices != nil {
		for _, c := range f.Choices() {
			if c.Code == value && c.Name != "" {
				return c.Name
			}
		}
	}
	return value
}
