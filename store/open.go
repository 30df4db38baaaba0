package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

const (
	sqliteReaders   = 4
	postgresConns   = 16
	deskConns       = 3 // of the staff's lists, counts and searches
	figuresConns    = 2 // of figures, which take long
	postgresWriters = 3
	connIdle        = 5 * time.Minute
	busyTimeout     = "10000" // ms that a second process waits for the writer
	walPages        = "4000"  // of 4 KiB, before the log is folded into the file
	journalKeep     = "67108864"
	listenInterval  = 10 * time.Millisecond // least time between two NOTIFY
)

// Open opens the database at url ("sqlite:./data/langnghe.db",
// "postgres://…"). The folder of an SQLite file is made when it is missing. It
// returns ErrSchema when a PostgreSQL schema is out of date and Migrate is not
// set.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	s, err := open(ctx, url, o)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s.start(url)
	return s, nil
}

func open(ctx context.Context, url string, o Options) (_ *Store, err error) {
	db, pg, err := dial(url)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if err := ensureSchema(ctx, db, pg, !pg || o.Migrate); err != nil {
		return nil, err
	}
	readers := db
	if !pg {
		if readers, err = dialSQLite(url, "query_only(1)", sqliteReaders); err != nil {
			return nil, err
		}
	}
	desk, err := dialApart(url, pg, deskConns)
	if err != nil {
		return nil, err
	}
	figures, err := dialApart(url, pg, figuresConns)
	if err != nil {
		return nil, err
	}
	return newStore(db, readers, desk, figures, pg, o)
}

// dialApart opens a pool for what staff read, so that it takes no connection from
// the intake; nothing connects before they ask.
func dialApart(url string, pg bool, conns int) (*sql.DB, error) {
	if !pg {
		return dialSQLite(url, "query_only(1)", conns)
	}
	db, err := dialPostgres(url)
	if err == nil {
		db.SetMaxOpenConns(conns)
		db.SetMaxIdleConns(conns)
	}
	return db, err
}

func newStore(db, readers, desk, figures *sql.DB, pg bool, o Options) (*Store, error) {
	s := &Store{pg: pg, now: o.Now, gate: int64(o.Gate), id: randomText(16), woken: make(chan struct{}, 1), elsewhere: make(chan struct{}, 1)}
	if s.now == nil {
		s.now = time.Now
	}
	if s.gate == 0 {
		s.gate = defaultGate
	}
	if len(o.SecretKey) > 0 {
		var err error
		if s.seal, err = newSeal(o.SecretKey); err != nil {
			return nil, err
		}
	}
	var err error
	if s.write, err = gormOn(db, pg); err != nil {
		return nil, err
	}
	if s.read, err = gormOn(readers, pg); err != nil {
		return nil, err
	}
	if s.desk, err = gormOn(desk, pg); err != nil {
		return nil, err
	}
	s.figures, err = gormOn(figures, pg)
	return s, err
}

func gormOn(db *sql.DB, pg bool) (*gorm.DB, error) {
	dialector := gorm.Dialector(dialect{db})
	if pg {
		dialector = postgres.New(postgres.Config{Conn: db})
	}
	return gorm.Open(dialector, &gorm.Config{
		Logger:                 logger.Discard,
		SkipDefaultTransaction: true, // a single statement needs none
		DisableAutomaticPing:   true,
		TranslateError:         true,
	})
}

// dial opens the pool that writes.
func dial(address string) (db *sql.DB, pg bool, err error) {
	switch {
	case strings.HasPrefix(address, "sqlite:"):
		db, err = dialSQLite(address, "synchronous(full)", 1)
		return db, false, err
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		db, err = dialPostgres(address)
		return db, true, err
	}
	scheme, _, _ := strings.Cut(address, ":")
	return nil, false, fmt.Errorf("database URL %q: want sqlite: or postgres://", scheme+":…")
}

// dialSQLite opens a pool on the file. Writers take the lock when they begin,
// and a commit returns after it has reached the disk (synchronous FULL).
func dialSQLite(address, pragma string, conns int) (*sql.DB, error) {
	file := strings.TrimPrefix(strings.TrimPrefix(address, "sqlite:"), "//")
	if file == "" || strings.HasPrefix(file, ":memory:") {
		return nil, errors.New("the SQLite database must be a file")
	}
	if err := makePrivate(file); err != nil {
		return nil, err
	}
	escape := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23")
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(" + busyTimeout + ")", "journal_mode(wal)", "wal_autocheckpoint(" + walPages + ")",
		"journal_size_limit(" + journalKeep + ")", pragma,
	}}
	db, err := openSQLite("file:" + escape.Replace(file) + "?" + q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// makePrivate makes the file, for its owner alone, when it is not there: SQLite
// would let everybody read it, and gives its log the same rights. What stands
// in it is what citizens wrote.
func makePrivate(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	made, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return made.Close()
}

func dialPostgres(address string) (*sql.DB, error) {
	conf, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the PostgreSQL URL cannot be parsed") // the cause may hold the password
	}
	if !strings.HasPrefix(conf.Host, "/") { // a socket of this machine needs none of it
		conf.DialFunc = dialer().DialContext
	}
	db := stdlib.OpenDB(*conf)
	db.SetMaxOpenConns(postgresConns)
	db.SetMaxIdleConns(postgresConns)
	db.SetConnMaxIdleTime(connIdle)
	return db, nil
}
