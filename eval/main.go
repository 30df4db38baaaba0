// Command eval prints how well the bot understands utterances of which is known
// what they mean: a development set, and the questions that staff have settled
// (GET /api/v1/questions/settled).
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/langnghe/langnghe/bot/hear"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/bot/text"
	"github.com/langnghe/langnghe/data"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(1)
	}
}

func run(files []string, out io.Writer) error {
	ear, err := newEar()
	if err != nil {
		return err
	}
	for _, name := range files {
		gold, err := read(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s\n", name)
		table(out, measure(gold, ear.Utterance))
	}
	return nil
}

func newEar() (*hear.Ear, error) {
	wording, err := text.Load()
	if err != nil {
		return nil, err
	}
	catalogue, err := lookup.Load(data.FS())
	if err != nil {
		return nil, err
	}
	return hear.New(catalogue, wording.Label, wording.In("en").Label), nil
}

// read reads JSON lines, or one list as the API answers it.
func read(name string) (gold []line, err error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var list struct{ Items []line }
	if json.Unmarshal(raw, &list) == nil && list.Items != nil {
		return list.Items, nil
	}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", name, n, err)
		}
		gold = append(gold, l)
	}
	return gold, lines.Err()
}
