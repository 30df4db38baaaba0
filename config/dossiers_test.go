package config_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/config"
)

func loadDossiers(t *testing.T, section string, environ ...string) (*config.Config, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "langnghe.yaml")
	require.NoError(t, os.WriteFile(file, []byte("secret_key: 0123456789012345678901234567890123456789\ndossiers: "+section+"\n"), 0o600))
	return config.Load(file, environ)
}

func TestDossiersSource(t *testing.T) {
	t.Parallel()
	c, err := loadDossiers(t, "{url: 'https://motcua.example.vn/d/{code}?v=1', token: 'env:TOKEN', cache: 0s}", "TOKEN=secret", "LANGNGHE_DOSSIERS_TIMEOUT=7s")
	require.NoError(t, err)
	require.Equal(t, "https://motcua.example.vn/d/{code}?v=1", c.Dossiers.URL)
	require.Equal(t, "secret", c.Dossiers.Token.Reveal())
	require.Equal(t, 7*time.Second, c.Dossiers.Timeout)
	require.Zero(t, c.Dossiers.Cache)
	for _, url := range []string{"http://127.0.0.1:9/{code}", "https://motcua.example.vn/?code={code}"} {
		_, err := loadDossiers(t, "{url: '"+url+"'}")
		require.NoError(t, err, url)
	}
	c, err = loadDossiers(t, "{}")
	require.NoError(t, err)
	require.Equal(t, config.Dossiers{Timeout: 5 * time.Second, Cache: 10 * time.Minute}, c.Dossiers)
}

func TestDossiersFaults(t *testing.T) {
	t.Parallel()
	for section, want := range map[string]string{
		"{url: 'http://motcua.example.vn/{code}'}":         "dossiers.url: is http",
		"{url: 'https://motcua.example.vn/dossiers'}":      "dossiers.url: has no {code}",
		"{url: 'https://{code}.example.vn/{code}'}":        "dossiers.url: has no {code} in its path",
		"{url: 'https://me:pw@motcua.example.vn/{code}'}":  "dossiers.url: must hold no user",
		"{url: 'ftp://motcua.example.vn/{code}'}":          "dossiers.url: is not a URL",
		"{url: '/{code}'}":                                 "dossiers.url: is not a URL",
		"{token: abc}":                                     "dossiers.url: is missing",
		"{url: 'https://a.example.vn/{code}', cache: 25h}": "dossiers.cache: 25h0m0s is out of range",
		"{timeout: 10ms}":                                  "dossiers.timeout: 10ms is out of range",
	} {
		_, err := loadDossiers(t, section)
		require.ErrorContains(t, err, want, section)
	}
}
