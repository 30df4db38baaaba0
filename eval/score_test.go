package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot/hear"
)

func TestFigures(t *testing.T) {
	t.Parallel()
	says := map[string]hear.Utterance{
		"a": {Intent: "ask", Procedures: []string{"x"}, Confidence: 0.9},      // right, at once
		"b": {Intent: "ask", Procedures: []string{"y", "x"}, Confidence: 0.5}, // among three
		"c": {Intent: "ask"},                                                  // refused, wrongly
		"d": {Intent: "other"},                                                // refused, rightly
		"e": {Intent: "ask", Procedures: []string{"x"}, Confidence: 0.9},      // a report taken for a question
		"f": {Intent: "report", Category: "rac"},                              // the other right category
	}
	f := measure([]line{
		{Text: "a", Intent: "ask", Procedures: []string{"x"}, Style: "terse"},
		{Text: "b", Intent: "ask", Procedures: []string{"x"}, Style: "terse"},
		{Text: "c", Intent: "ask", Procedures: []string{"x"}, Style: "long"},
		{Text: "d", Intent: "ask", OOS: true, Style: "long"},
		{Text: "e", Intent: "report", Category: "rac", Style: "long"},
		{Text: "f", Intent: "report", Category: "nuoc", Also: []string{"rac"}, Style: "long"},
	}, func(text string) hear.Utterance { return says[text] })
	want := map[string]float64{
		"procedure R@1": 1. / 3, "procedure R@3": 2. / 3, "in the catalogue, answered at once": 1. / 3, "of answers at once, wrong": 0.5,
		"outside the catalogue, refused": 1, "in the catalogue, refused": 1. / 3, "report category": 0.5, "R@1 lost, same lines without accents": 0,
		"intent macro-F1": (8./9 + 2./3) / 2,
	}
	for _, g := range f.goals() {
		assert.InDelta(t, want[g.name], g.value, 1e-9, g.name)
	}
	assert.Equal(t, []string{"   1  ask:x → ask", "   1  ask:x → ask:y", "   1  report:rac → ask:x"}, f.confusions())
}

func TestFilesOfBothForms(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"lines": "{\"id\":\"1\",\"text\":\"làm khai sinh cần gì\",\"intent\":\"ask\",\"procedures\":[\"khai-sinh\"],\"style\":\"accented\"}\n\n",
		"list":  `{"items":[{"id":"1","text":"làm khai sinh cần gì","intent":"ask","procedures":["khai-sinh"]}],"next_cursor":null}`,
	} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		var out strings.Builder
		require.NoError(t, run([]string{path}, &out))
		assert.Contains(t, out.String(), "1 lines")
		assert.Regexp(t, `procedure R@1 +1\.000`, out.String())
	}
	bad := filepath.Join(t.TempDir(), "bad")
	require.NoError(t, os.WriteFile(bad, []byte("{\n"), 0o600))
	require.ErrorContains(t, run([]string{bad}, &strings.Builder{}), "line 1")
	require.Error(t, run([]string{bad + "-none"}, &strings.Builder{}))
}
