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

// utterance is one line of input.
type utterance struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// understood is one line of output.
type understood struct {
	utterance
	hear.Utterance
}

// Run reads utterances and writes what was understood. It writes nothing to
// disk, and uses the configuration for nothing but its faults.
func (understandCmd) Run(e *env) error {
	if _, err := e.load(); err != nil {
		return err
	}
	m, err := newMind(false)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(e.stdout)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err = eachLine(e.stdin, func(n int, line []byte) error {
		u := utterance{ID: strconv.Itoa(n), Text: string(line)}
		if line[0] == '{' {
			if err := json.Unmarshal(line, &u); err != nil {
				return fmt.Errorf("line %d: is no object with id and text: %w", n, err)
			}
		}
		return enc.Encode(understood{u, m.ear.Utterance(u.Text)})
	})
	return errors.Join(err, out.Flush())
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
