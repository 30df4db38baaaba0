package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/config"
)

func loadSection(t *testing.T, section string) (*config.Config, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "langnghe.yaml")
	require.NoError(t, os.WriteFile(file, []byte("secret_key: 0123456789012345678901234567890123456789\n"+section+"\n"), 0o600))
	return config.Load(file, nil)
}

func TestMapSource(t *testing.T) {
	t.Parallel()
	c, err := loadSection(t, "map: {tiles: 'https://tiles.example.vn/{z}/{x}/{y}.png?key=1', attribution: '© Sở'}")
	require.NoError(t, err)
	require.Equal(t, config.Map{Tiles: "https://tiles.example.vn/{z}/{x}/{y}.png?key=1", Attribution: "© Sở"}, c.Map)
	_, err = loadSection(t, "map: {tiles: 'http://127.0.0.1:9/{z}/{x}/{y}', attribution: x}")
	require.NoError(t, err)
	for section, want := range map[string]string{
		"{tiles: 'https://a.example.vn/{z}/{x}.png', attribution: x}":       "map.tiles: has no {y}",
		"{tiles: 'https://{x}.example.vn/{z}/{x}/{y}', attribution: x}":     "map.tiles: has no {z}",
		"{tiles: 'http://a.example.vn/{z}/{x}/{y}', attribution: x}":        "map.tiles: is http",
		"{tiles: '/{z}/{x}/{y}', attribution: x}":                           "map.tiles: is not a URL",
		"{tiles: 'https://me:pw@a.example.vn/{z}/{x}/{y}', attribution: x}": "map.tiles: must hold no user",
		"{tiles: 'https://a.example.vn/{z}/{x}/{y}'}":                       "map.attribution: is missing",
		"{attribution: x}": "map.tiles: is missing",
	} {
		_, err := loadSection(t, "map: "+section)
		require.ErrorContains(t, err, want, section)
	}
}
