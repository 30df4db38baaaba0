package config

import (
	"encoding"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxItems bounds a list's length.
const maxItems = 1000

// Keys returns every key of the configuration; "N" stands for a list item's number.
func Keys() []string { return keysOf("", reflect.TypeFor[Config]()) }

func keysOf(key string, t reflect.Type) []string {
	switch t.Kind() {
	case reflect.Slice:
		return keysOf(join(key, "N"), t.Elem())
	case reflect.Struct:
		var keys []string
		for _, f := range fields(t) {
			keys = append(keys, keysOf(join(key, f.name), f.Type)...)
		}
		return keys
	}
	return []string{key}
}

// field is a field of a struct that is a key.
type field struct {
	reflect.StructField
	name string
}

func fields(t reflect.Type) []field {
	var all []field
	for f := range t.Fields() {
		if name := f.Tag.Get("yaml"); name != "-" {
			all = append(all, field{f, name})
		}
	}
	return all
}

// assigner writes flat values into the struct.
type assigner struct {
	values
	env    map[string]string
	faults *faultList
	used   map[string]bool
}

// assign writes every value into c; those that have no place there are faults.
func (v values) assign(c *Config, env map[string]string, faults *faultList) {
	a := assigner{values: v, env: env, faults: faults, used: map[string]bool{}}
	a.put("", reflect.ValueOf(c).Elem())
	for _, key := range v.keys() {
		if !a.used[key] {
			a.unknown(key)
		}
	}
	for key := range v.lists {
		if !a.used[key] {
			faults.add(key, "is given as a list, which this key is not")
		}
	}
}

func (a *assigner) put(key string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for _, f := range fields(v.Type()) {
			a.put(join(key, f.name), v.FieldByIndex(f.Index))
		}
	case reflect.Slice:
		a.putList(key, v)
	default:
		a.putScalar(key, v)
	}
}

// putList replaces the default by the file's list, then lets single items be
// overridden or added by the environment.
func (a *assigner) putList(key string, v reflect.Value) {
	a.used[key] = true
	if a.lists[key] {
		v.SetZero()
	}
	had := v.Len()
	n := max(had, a.items(key))
	grown := reflect.MakeSlice(v.Type(), n, n)
	reflect.Copy(grown, v)
	v.Set(grown)
	for i := range n {
		item := join(key, strconv.Itoa(i))
		if i >= had && !a.given(item) {
			a.faults.add(item, "is missing: number the items from 0 without gaps")
		}
		a.put(item, v.Index(i))
	}
}

// items returns how many items the values give to the list at key.
func (a *assigner) items(key string) int {
	n := 0
	for k := range a.scalars {
		rest, below := strings.CutPrefix(k, key+".")
		if !below {
			continue
		}
		number, _, _ := strings.Cut(rest, ".")
		if i, ok := itemNumber(number); ok {
			n = max(n, i+1)
		}
	}
	return n
}

// given reports whether something was said of the key or below it.
func (a *assigner) given(key string) bool {
	_, itself := a.scalars[key]
	return itself || slices.ContainsFunc(a.keys(), func(k string) bool { return strings.HasPrefix(k, key+".") })
}

// itemNumber reads the number of a list's item, as a key or a variable has it.
func itemNumber(s string) (int, bool) {
	i, err := strconv.Atoi(s)
	return i, err == nil && i >= 0 && i < maxItems && strconv.Itoa(i) == s
}

func (a *assigner) putScalar(key string, v reflect.Value) {
	val, ok := a.scalars[key]
	if !ok {
		return
	}
	a.used[key] = true
	switch p := v.Addr().Interface().(type) {
	case *Secret:
		*p = a.secret(key, val)
	case *string:
		*p = val.text
	case *DSN:
		*p = DSN(val.text)
	case *bool:
		*p = a.boolean(key, val)
	case *time.Duration:
		*p = a.duration(key, val)
	case encoding.TextUnmarshaler:
		if err := p.UnmarshalText([]byte(val.text)); err != nil {
			a.faults.add(key, "%q %s (%s)", val.text, err, val.from)
		}
	}
}

func (a *assigner) boolean(key string, val value) bool {
	b, err := strconv.ParseBool(val.text)
	if err != nil {
		a.faults.add(key, "%q is neither true nor false (%s)", val.text, val.from)
	}
	return b
}

func (a *assigner) duration(key string, val value) time.Duration {
	d, err := time.ParseDuration(val.text)
	if err != nil {
		a.faults.add(key, "%q is not a duration: write a number with a unit, such as 700ms, 2s or 0s (%s)", val.text, val.from)
	}
	return d
}

// unknown tells of a key that has no place, with the nearest that has one.
func (a *assigner) unknown(key string) {
	from := a.scalars[key].from
	if below := slices.DeleteFunc(Keys(), func(k string) bool { return !strings.HasPrefix(k, general(key)+".") }); len(below) > 0 {
		a.faults.add(key, "is a group of keys, not a value: give %s (%s)", strings.Join(below, ", "), from)
		return
	}
	if near := nearest(general(key), Keys()); near != "" {
		a.faults.add(key, "is not a known key: did you mean %s? (%s)", near, from)
		return
	}
	a.faults.add(key, "is not a known key: take it out (%s)", from)
}

// general turns the numbers of a key into "N", as Keys has them.
func general(key string) string {
	parts := strings.Split(key, ".")
	for i, p := range parts {
		if _, ok := itemNumber(p); ok {
			parts[i] = "N"
		}
	}
	return strings.Join(parts, ".")
}
