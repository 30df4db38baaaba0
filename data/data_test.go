package data_test

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/data"
)

// TestOnlyTheContentIsEmbedded: a running product keeps its secret beside the sources.
func TestOnlyTheContentIsEmbedded(t *testing.T) {
	t.Parallel()
	var names []string
	require.NoError(t, fs.WalkDir(data.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return err
	}))
	assert.Equal(t, []string{"catalogue.json", "coach.yaml", "procedures.json", "sample.json", "templates.yaml"}, names)
}
