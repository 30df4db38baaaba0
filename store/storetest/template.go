package storetest

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Template is what databases of tests are copied from, which takes a hundredth of
// the time of preparing each.
type Template struct {
	file     func() ([]byte, error)
	database func() (string, error)
}

// NewTemplate returns a template of databases that prepare, which gets the URL of
// an empty one, has made ready. It is made when the first test asks for it.
func NewTemplate(prepare func(url string) error) *Template {
	return &Template{
		file:     sync.OnceValues(func() ([]byte, error) { return preparedFile(prepare) }),
		database: sync.OnceValues(func() (string, error) { return preparedDatabase(prepare) }),
	}
}

// Each runs f as a subtest on each kind of database, with the URL of a copy.
func (p *Template) Each(t *testing.T, f func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, p.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, p.postgres(t)) })
}

// SQLite returns the URL of a copy.
func (p *Template) SQLite(tb testing.TB) string {
	tb.Helper()
	content, err := p.file()
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "test.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	return "sqlite:" + path
}

// postgres returns the URL of a copy on the process's own server, and that of an
// empty database on another, where a template would stay behind.
func (p *Template) postgres(tb testing.TB) string {
	tb.Helper()
	own, err := quick()
	if os.Getenv("LANGNGHE_TEST_POSTGRES") != "" || err != nil {
		return Postgres(tb)
	}
	template, err := p.database()
	if err != nil {
		tb.Fatal(err)
	}
	return create(tb, own.address, template)
}

func preparedFile(prepare func(url string) error) ([]byte, error) {
	dir, err := os.MkdirTemp("", "langnghe-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "test.db")
	if err := prepare("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func preparedDatabase(prepare func(url string) error) (string, error) {
	own, err := quick()
	if err != nil {
		return "", err
	}
	name := newName()
	if err := run(own.address, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	address, err := at(own.address, name)
	if err != nil {
		return "", err
	}
	return name, prepare(address)
}
