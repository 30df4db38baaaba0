// Package storetest gives tests real databases: an SQLite file and a database
// of their own on PostgreSQL.
//
// PostgreSQL is the server at LANGNGHE_TEST_POSTGRES (a URL of somebody who may
// create databases), or else one that is started once per test process from the
// programs of the machine and goes with the process. Where there is neither, the
// test is skipped and says so.
package storetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Each runs f as a subtest on each kind of database, with the URL of an empty one.
func Each(t *testing.T, f func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

// SQLite returns the URL of a new file.
func SQLite(tb testing.TB) string {
	return "sqlite:" + filepath.Join(tb.TempDir(), "test.db")
}

// One server per process for each durability.
var (
	quick   = sync.OnceValues(func() (*server, error) { return start(false) })
	durable = sync.OnceValues(func() (*server, error) { return start(true) })
)

// Postgres returns the URL of a new database, which is dropped after the test.
// In a benchmark the server writes to disk as in production, in a test it does
// not.
func Postgres(tb testing.TB) string {
	tb.Helper()
	admin := os.Getenv("LANGNGHE_TEST_POSTGRES")
	if admin == "" {
		find := quick
		if _, ok := tb.(*testing.B); ok {
			find = durable
		}
		own, err := find()
		if err != nil {
			tb.Skipf("no PostgreSQL to test with: %v", err)
		}
		admin = own.address
	}
	return create(tb, admin, "")
}

// create makes a database, which is dropped after the test, like a template.
func create(tb testing.TB, admin, template string) string {
	tb.Helper()
	name := newName()
	statement := "CREATE DATABASE " + name
	if template != "" {
		statement += " TEMPLATE " + template
	}
	if err := run(admin, statement); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := run(admin, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			tb.Error(err)
		}
	})
	u, err := at(admin, name)
	if err != nil {
		tb.Fatal(err)
	}
	return u
}

func newName() string { return "t" + strings.ToLower(rand.Text()[:12]) }

// at is the URL of another database of the server.
func at(admin, name string) (string, error) {
	u, err := url.Parse(admin)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

func run(address, statement string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("prepare PostgreSQL: %w", err)
	}
	return nil
}
