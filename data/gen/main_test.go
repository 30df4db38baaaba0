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
	said := map[string]line{
		"ask:khai-sinh":   {Text: "làm giấy khai sinh cần gì", Intent: "ask", Procedures: []string{"khai-sinh"}},
		"ask:ket-hon":     {Text: "đăng ký kết hôn ở đâu", Intent: "ask", Procedures: []string{"ket-hon"}},
		"report:rac-thai": {Text: "rác chất đống hôi quá", Intent: "report", Category: "rac-thai"},
		"oos":             {Text: "giá vàng hôm nay", Intent: "ask", OOS: true},
	}
	var lines []line
	for range 3 * folds { // every part has every line
		for _, class := range []string{"ask:ket-hon", "ask:khai-sinh", "oos", "report:rac-thai"} {
			lines = append(lines, said[class])
		}
	}
	set := prepare(language, lines, []string{"xin nhờ cán bộ"})
	require.Equal(t, []string{"ask:ket-hon", "ask:khai-sinh", "oos", "report:rac-thai"}, set.head.Classes)
	m := set.fit("test")
	for text, class := range map[string]string{"cần gks": "ask:khai-sinh", "vàng nay giá nhiêu": "oos", "rác hôi": "report:rac-thai"} {
		words := language.Words(text)
		margins, known := m.Margins(words)
		shares := m.Shares(m.Evidence(margins, len(words), known))
		assert.Equal(t, class, m.Classes[argmax(margins[:len(m.Classes)])], text)
		intent, _ := classParts(class)
		assert.Equal(t, intent, m.Intents[argmax(shares)], text)
	}
	raw, err := m.Encode()
	require.NoError(t, err)
	back, err := lookup.DecodeModel(string(raw))
	require.NoError(t, err)
	assert.Equal(t, m, back)
}
