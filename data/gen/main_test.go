package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot/lookup"
)

// TestEmbeddedFilesAreFresh fails when a source was changed without go generate ./data.
func TestEmbeddedFilesAreFresh(t *testing.T) {
	t.Parallel()
	src := os.DirFS("..")
	catalogue, err := buildCatalogue(src)
	require.NoError(t, err)
	procedures, err := buildProcedures(src)
	require.NoError(t, err)
	for name, want := range map[string][]byte{"catalogue.json": catalogue, "procedures.json": procedures} {
		got, err := os.ReadFile(filepath.Join("..", name))
		require.NoError(t, err)
		assert.True(t, string(want) == string(got), "%s is older than its sources: go generate ./data", name)
	}
	fresh, err := modelIsFresh(src, catalogue)
	require.NoError(t, err)
	assert.True(t, fresh, "model.bin is older than its sources: go generate ./data")
}

func TestRunRefusesBrokenSources(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	assert.Error(t, run(dir), "nothing there")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "units.yaml"), []byte("a: [1"), 0o600))
	assert.ErrorContains(t, run(dir), "units.yaml")
}

// TestFitLearns trains on three lines and reads them back.
func TestFitLearns(t *testing.T) {
	t.Parallel()
	language, err := lookup.DecodeLanguage([]byte(`{"abbreviations":[{"from":["gks"],"to":"giấy khai sinh"}]}`))
	require.NoError(t, err)
	classes, examples := prepare(language, []line{
		{Text: "làm giấy khai sinh cần gì", Intent: "ask", Procedures: []string{"khai-sinh"}},
		{Text: "rác chất đống hôi quá", Intent: "report", Category: "rac-thai"},
		{Text: "giá vàng hôm nay", Intent: "ask", OOS: true},
	}, []string{"xin nhờ cán bộ"})
	require.Equal(t, []string{"ask:khai-sinh", "oos", "report:rac-thai"}, classes)
	m := fit(classes, examples, "test")
	for text, want := range map[string]int{"cần gks": 0, "vàng nay giá nhiêu": 1, "rác hôi": 2} {
		scores := m.Score(language.Words(text))
		for i := range scores {
			assert.LessOrEqual(t, scores[i], scores[want], text)
		}
	}
	raw, err := m.Encode()
	require.NoError(t, err)
	back, err := lookup.DecodeModel(raw)
	require.NoError(t, err)
	assert.Equal(t, m, back)
}
