package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// Migration is one step of the schema.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// MigrateUp applies what is missing, and lists all steps. Of several processes
// that do so at once on PostgreSQL one works and the others wait.
func MigrateUp(ctx context.Context, url string) ([]Migration, error) {
	return migrate(ctx, url, func(p *goose.Provider) error { return upgrade(ctx, p) })
}

// MigrationStatus lists the steps.
func MigrationStatus(ctx context.Context, url string) ([]Migration, error) {
	return migrate(ctx, url, func(*goose.Provider) error { return nil })
}

func migrate(ctx context.Context, url string, do func(*goose.Provider) error) (ms []Migration, err error) {
	db, pg, err := dial(url)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	p, err := provider(db, pg)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	if err := do(p); err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return status(ctx, p)
}

func status(ctx context.Context, p *goose.Provider) ([]Migration, error) {
	steps, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	var ms []Migration
	for _, s := range steps {
		ms = append(ms, Migration{s.Source.Version, path.Base(s.Source.Path), s.State == goose.StateApplied})
	}
	return ms, nil
}

func provider(db *sql.DB, pg bool) (*goose.Provider, error) {
	dialect, folder := goose.DialectSQLite3, "migrations/sqlite"
	opts := []goose.ProviderOption{goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true)}
	if pg {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // tries each second for 5 minutes
		if err != nil {
			return nil, err
		}
		dialect, folder = goose.DialectPostgres, "migrations/postgres"
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	sub, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, db, sub, opts...)
}

// ensureSchema brings the schema up to date if it may, and otherwise says
// ErrSchema when it is not.
func ensureSchema(ctx context.Context, db *sql.DB, pg, up bool) error {
	p, err := provider(db, pg)
	if err != nil {
		return err
	}
	if up {
		return upgrade(ctx, p)
	}
	var known bool // goose would make its table; somebody who only looks may not be allowed to
	if err := db.QueryRowContext(ctx, "SELECT to_regclass('goose_db_version') IS NOT NULL").Scan(&known); err != nil {
		return err
	}
	if !known {
		return ErrSchema
	}
	missing, err := p.HasPending(ctx)
	if err == nil && missing {
		return ErrSchema
	}
	return err
}

// upgrade applies what is missing. Where a second process was faster (SQLite has
// no lock for that, and goose makes its own table without one), its work is awaited.
func upgrade(ctx context.Context, p *goose.Provider) error {
	var err error
	for range 20 {
		if _, err = p.Up(ctx); err == nil || ctx.Err() != nil {
			return err
		}
		if missing, e := p.HasPending(ctx); e == nil && !missing {
			return nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
	return err
}
