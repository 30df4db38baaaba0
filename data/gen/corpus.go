package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/langnghe/langnghe/bot/lookup"
)

// line is one utterance of data/train.
type line struct {
	Text       string
	Intent     string
	Procedures []string
	OOS        bool
	Category   string
	Name       bool `json:"-"` // a name or alias of a procedure
}

// class is what the model is to say.
func (l line) class() string {
	switch {
	case l.OOS:
		return "oos"
	case l.Intent == "ask":
		return "ask:" + l.Procedures[0]
	case l.Intent == "report":
		return "report:" + l.Category
	}
	return l.Intent
}

// intent is which of the intents the model is to say.
func (l line) intent() string {
	intent, _ := classParts(l.class())
	return intent
}

// classParts cuts a class into the intent and a procedure or category.
func classParts(class string) (intent, code string) {
	intent, code, _ = strings.Cut(class, ":")
	return intent, code
}

// modelIsFresh reports whether model.bin was trained from what is there now.
func modelIsFresh(src fs.FS, catalogue []byte) (bool, error) {
	digest, err := digest(src, catalogue)
	if err != nil {
		return false, err
	}
	raw, err := fs.ReadFile(src, "model.bin")
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	m, err := lookup.DecodeModel(string(raw))
	return err == nil && m.Source == digest, nil
}

// digest covers the utterances, the recipe and how the utterances are read.
func digest(src fs.FS, catalogue []byte) (string, error) {
	language, err := part(catalogue, "language")
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s %d %s\n", recipe, lookup.Buckets, language)
	names, err := fs.Glob(src, "train/*")
	if err != nil {
		return "", err
	}
	for _, name := range names {
		raw, err := fs.ReadFile(src, name)
		if err != nil {
			return "", err
		}
		h.Write(raw)
	}
	heads, err := part(catalogue, "procedures")
	if err != nil {
		return "", err
	}
	h.Write(heads)
	return hex.EncodeToString(h.Sum(nil)), nil
}

func part(catalogue []byte, key string) (json.RawMessage, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(catalogue, &parts); err != nil {
		return nil, err
	}
	return parts[key], nil
}

func corpus(src fs.FS, catalogue []byte) ([]line, error) {
	lines, err := names(catalogue)
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(src, "train/*.jsonl")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		raw, err := fs.ReadFile(src, name)
		if err != nil {
			return nil, err
		}
		for s := bufio.NewScanner(bytes.NewReader(raw)); s.Scan(); {
			var l line
			if err := json.Unmarshal(s.Bytes(), &l); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// names turns names and aliases of procedures into questions.
func names(catalogue []byte) ([]line, error) {
	raw, err := part(catalogue, "procedures")
	if err != nil {
		return nil, err
	}
	var heads []struct {
		Code, Name string
		Aliases    []string
	}
	if err := json.Unmarshal(raw, &heads); err != nil {
		return nil, err
	}
	var lines []line
	for _, h := range heads {
		for _, text := range append([]string{h.Name}, h.Aliases...) {
			lines = append(lines, line{Text: text, Intent: "ask", Procedures: []string{h.Code}, Name: true})
		}
	}
	return lines, nil
}
