package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// object is a YAML mapping on its way to JSON.
type object = map[string]any

// buildCatalogue joins everything that is needed at start.
func buildCatalogue(src fs.FS) ([]byte, error) {
	all := object{}
	for _, name := range []string{"units", "taxonomy", "calendar", "safety", "language", "words", "rejects", "dossiers"} {
		doc, err := readYAML[object](src, name+".yaml")
		if err != nil {
			return nil, err
		}
		all[name] = doc
	}
	var err error
	if all["contacts"], err = contacts(src); err != nil {
		return nil, err
	}
	if all["procedures"], err = heads(src); err != nil {
		return nil, err
	}
	language, _ := all["language"].(object)
	keep(language, "abbreviations", "particles")
	return encode(all)
}

func contacts(src fs.FS) (object, error) {
	schema, err := readYAML[object](src, "contacts.schema.yaml")
	if err != nil {
		return nil, err
	}
	sample, err := readYAML[object](src, "contacts.sample.yaml")
	if err != nil {
		return nil, err
	}
	return object{"roles": schema["roles"], "fields": schema["work_fields"], "sample": sample["contacts"]}, nil
}

// heads are the fields by which a procedure is found, with the label of
// codes.tsv, in its order.
func heads(src fs.FS) ([]any, error) {
	byCode, err := procedures(src)
	if err != nil {
		return nil, err
	}
	table, err := fs.ReadFile(src, "codes.tsv")
	if err != nil {
		return nil, err
	}
	var out []any
	for line := range strings.Lines(string(table)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		p, known := byCode[fields[0]].(object)
		if len(fields) != 4 || !known {
			return nil, fmt.Errorf("codes.tsv: %q has no procedure", fields[0])
		}
		out = append(out, object{"code": fields[0], "name": p["name"], "group": fields[2], "short": fields[3], "aliases": p["aliases"]})
	}
	if len(out) != len(byCode) {
		return nil, fmt.Errorf("codes.tsv: %d codes for %d procedures", len(out), len(byCode))
	}
	return out, nil
}

// buildProcedures holds what is told of a procedure: read only when asked for.
func buildProcedures(src fs.FS) ([]byte, error) {
	byCode, err := procedures(src)
	if err != nil {
		return nil, err
	}
	return encode(byCode)
}

func procedures(src fs.FS) (object, error) {
	names, err := fs.Glob(src, path.Join("procedures", "*.yaml"))
	if err != nil {
		return nil, err
	}
	out := object{}
	for _, name := range names {
		list, err := readYAML[[]object](src, name)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			code, _ := p["code"].(string)
			if code == "" || out[code] != nil {
				return nil, fmt.Errorf("%s: code %q is missing or doubled", name, code)
			}
			out[code] = p
		}
	}
	return out, nil
}

func readYAML[T any](src fs.FS, name string) (doc T, err error) {
	raw, err := fs.ReadFile(src, name)
	if err != nil {
		return doc, err
	}
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return doc, fmt.Errorf("%s: %w", name, err)
	}
	return doc, nil
}

// keep drops every other key.
func keep(m object, keys ...string) {
	for k := range m {
		if !slices.Contains(keys, k) {
			delete(m, k)
		}
	}
}

// encode writes JSON that a diff can show: one line per entry of the first
// two levels would be nicer, but compact loads faster.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
