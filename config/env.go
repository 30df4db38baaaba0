package config

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
)

const (
	envPrefix = "LANGNGHE_"
	envFile   = "LANGNGHE_CONFIG" // names the file
	envSecret = "LANGNGHE_SECRET" // where the documents put the secret key

	schemeEnv  = "env:"
	schemeFile = "file:"
)

// maxSecret bounds a secret's file.
const maxSecret = 64 << 10

func parseEnviron(environ []string) map[string]string {
	env := make(map[string]string, len(environ))
	for _, kv := range environ {
		if name, text, ok := strings.Cut(kv, "="); ok {
			env[name] = text
		}
	}
	return env
}

// readEnviron lays the LANGNGHE_ variables over the values. One that is nearly
// a key is a fault; another that is no key is only warned of, since it may
// belong to a neighbour (a test, a compose file).
func (v values) readEnviron(env map[string]string, faults *faultList) (warnings []string) {
	free := v.references(env)
	for _, name := range sortedNames(env) {
		rest, ours := strings.CutPrefix(name, envPrefix)
		if !ours || free[name] {
			continue
		}
		if key, ok := keyOf(reflect.TypeFor[Config](), rest); ok {
			v.scalars[key] = value{text: env[name], from: name}
			continue
		}
		near := nearest(rest, envNames())
		if near == "" && !inSection(rest) {
			warnings = append(warnings, fmt.Sprintf("%s: is no key's variable and is not read", name))
			continue
		}
		faults.add(name, "is no key's variable: %s", mendVariable(near))
	}
	return warnings
}

func mendVariable(near string) string {
	if near == "" {
		return "take it out, or correct its name"
	}
	return "did you mean " + envPrefix + near + "?"
}

// references returns the variables that are not keys on purpose: those that
// secrets point to by env:NAME, and those with a meaning of their own.
func (v values) references(env map[string]string) map[string]bool {
	free := map[string]bool{envFile: true, envSecret: true}
	for _, val := range v.scalars {
		if name, ok := strings.CutPrefix(val.text, schemeEnv); ok {
			free[name] = true
		}
	}
	for _, text := range env {
		if name, ok := strings.CutPrefix(text, schemeEnv); ok {
			free[name] = true
		}
	}
	return free
}

func sortedNames(env map[string]string) []string {
	names := make([]string, 0, len(env))
	for name := range env {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// keyOf finds the key that a variable's name without its prefix stands for:
// CHANNELS_0_PAGE_ID is channels.0.page_id.
func keyOf(t reflect.Type, name string) (string, bool) {
	switch t.Kind() {
	case reflect.Struct:
		for _, f := range fields(t) {
			if key, ok := keyBelow(f.Type, f.name, strings.ToUpper(f.name), name); ok {
				return key, true
			}
		}
		return "", false
	case reflect.Slice:
		number, _, _ := strings.Cut(name, "_")
		if _, ok := itemNumber(number); !ok {
			return "", false
		}
		return keyBelow(t.Elem(), number, number, name)
	}
	return "", name == ""
}

// keyBelow matches one part of the name, then the rest below it.
func keyBelow(t reflect.Type, part, upper, name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, upper)
	if !ok {
		return "", false
	}
	if rest == "" {
		return part, t.Kind() != reflect.Struct && t.Kind() != reflect.Slice
	}
	rest, ok = strings.CutPrefix(rest, "_")
	if !ok || rest == "" {
		return "", false
	}
	below, ok := keyOf(t, rest)
	return join(part, below), ok
}

// envNames returns the variables of all keys, without prefix, with N for numbers.
func envNames() []string {
	names := Keys()
	for i, key := range names {
		names[i] = strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
	}
	return names
}

// inSection reports whether a variable's name begins like those of a group of keys.
func inSection(name string) bool {
	for _, f := range fields(reflect.TypeFor[Config]()) {
		group := f.Type.Kind() == reflect.Struct || f.Type.Kind() == reflect.Slice
		if group && strings.HasPrefix(name, strings.ToUpper(f.name)+"_") {
			return true
		}
	}
	return false
}

// secret returns a secret's value, from where env:NAME or file:/path say.
func (a *assigner) secret(key string, val value) Secret {
	if name, ok := strings.CutPrefix(val.text, schemeEnv); ok {
		if a.env[name] == "" {
			a.faults.add(key, "the environment variable %s is not set: set it, or name another (%s)", name, val.from)
		}
		return Secret(a.env[name])
	}
	if path, ok := strings.CutPrefix(val.text, schemeFile); ok {
		return a.secretFile(key, path, val.from)
	}
	return Secret(val.text)
}

func (a *assigner) secretFile(key, path, from string) Secret {
	info, err := os.Stat(path)
	switch {
	case err != nil || !info.Mode().IsRegular():
		a.faults.add(key, "the file %s is not there or is no plain file: make it, or name another (%s)", path, from)
		return ""
	case info.Size() > maxSecret:
		a.faults.add(key, "the file %s is too large for a secret: name another (%s)", path, from)
		return ""
	}
	data, err := os.ReadFile(path)
	text := strings.TrimRight(string(data), "\r\n")
	if err != nil || text == "" {
		a.faults.add(key, "the file %s cannot be read or is empty: put the secret into it (%s)", path, from)
	}
	return Secret(text)
}
