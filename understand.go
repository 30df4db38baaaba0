package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/langnghe/langnghe/bot/hear"
)

// lineMax bounds one utterance of the command, in bytes.
const lineMax = 1 << 20

type understandCmd struct {
	JSONL bool `name:"jsonl" help:"Kept for clarity: objects and raw lines are told apart line by line."`
}

// utterance is one line of input. A number as id stays one.
type utterance struct {
	ID   json.RawMessage `json:"id"`
	Text string          `json:"text"`
}

// errLines says that at least one line was left out.
var errLines = errors.New("lines that begin with { must be objects with an id, a string, and a text")

// read reads line n. An object without an id gets the line's number.
func read(n int, line []byte) (utterance, error) {
	number, _ := json.Marshal(strconv.Itoa(n)) // a string never fails
	if line[0] != '{' {
		return utterance{number, string(line)}, nil
	}
	var object struct {
		ID   json.RawMessage
		Text *string
	}
	err := json.Unmarshal(line, &object)
	if err == nil && object.Text == nil {
		err = errors.New("it has no text")
	}
	if err != nil {
		return utterance{}, err
	}
	switch id := object.ID; {
	case len(id) == 0 || string(id) == "null":
		return utterance{number, *object.Text}, nil
	case id[0] == '"' || id[0] == '-' || id[0] >= '0' && id[0] <= '9':
		return utterance{id, *object.Text}, nil
	}
	return utterance{}, errors.New("its id is no string")
}

// understood is one line of output.
type understood struct {
	utterance
	hear.Utterance
}

// Run reads utterances and writes what was understood, by what is published
// where a database is configured, else by the embedded content, and then without
// writing anything to disk.
func (understandCmd) Run(e *env) error {
	m, err := knownMind(e)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(e.stdout)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	var left error
	err = eachLine(e.stdin, func(n int, line []byte) error {
		u, err := read(n, line)
		if err != nil { // the others are none the worse for it
			fmt.Fprintf(e.stderr, "langnghe: line %d: left out: %v\n", n, err)
			left = errLines
			return nil
		}
		return enc.Encode(understood{u, m.ear().Utterance(u.Text)})
	})
	return errors.Join(err, out.Flush(), left)
}

// knownMind knows what the running product knows.
func knownMind(e *env) (*mind, error) {
	cfg, err := e.load()
	if err != nil {
		return nil, err
	}
	m, err := newMind(false)
	if err != nil || cfg.Embedded {
		return m, err
	}
	st, err := openStore(e, cfg, false)
	if err != nil {
		return nil, fmt.Errorf("database_url: %w", err)
	}
	p := &publisher{mind: m, store: st, told: func(err error) { fmt.Fprintln(e.stderr, "langnghe:", err) }}
	return m, errors.Join(p.refresh(e), st.Close())
}

// eachLine calls f for each line that is not empty, with its number from 1.
func eachLine(r io.Reader, f func(n int, line []byte) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), lineMax)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimRight(lines.Bytes(), "\r")
		if len(line) == 0 {
			continue
		}
		if err := f(n, line); err != nil {
			return err
		}
	}
	return lines.Err()
}
