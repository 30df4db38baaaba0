// Package store is the only package that knows SQL. It keeps what the product
// knows in SQLite or PostgreSQL, through one set of queries.
//
// Times are stored as microseconds since 1970 in UTC, 0 for none. No column is
// NULL: an absent text is "". Text from outside is made clean on the way in (no
// NUL, valid UTF-8), because PostgreSQL refuses anything else; ids that are too
// long to index are replaced by their SHA-256.
//
// SQLite has one writing connection and a few that read. Every commit is on disk
// when it returns. Other processes may use the same file at the same time.
package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
)

// Errors that callers decide on.
var (
	ErrNotFound = errors.New("store: not found")
	ErrFull     = errors.New("store: too many appends are waiting") // answered 503
	ErrConflict = errors.New("store: changed meanwhile")
	ErrSchema   = errors.New("store: the schema is out of date")
	ErrClosed   = errors.New("store: closed")
)

// Options tune a store. The zero value is right for production.
type Options struct {
	Gate      int              // appends that may wait for a commit; 0 is 4096
	Migrate   bool             // bring a PostgreSQL schema up to date; SQLite always is
	Now       func() time.Time // nil is time.Now
	SecretKey []byte           // encrypts platform tokens at rest
}

// Store is safe for concurrent use.
type Store struct {
	write   *gorm.DB // SQLite: one connection; PostgreSQL: the pool
	read    *gorm.DB // PostgreSQL: the same pool
	desk    *gorm.DB // reads for the inbox of the staff, which so takes no connection from the intake
	figures *gorm.DB // reads of long periods, which so keep nobody else waiting
	pg      bool
	now     func() time.Time
	seal    *seal  // nil without a secret key
	id      string // of this opening, to know our own notifications by

	gate     int64
	waiting  atomic.Int64 // appends not yet answered
	incoming chan *intake
	closing  sync.RWMutex // guards closed and sends on incoming
	closed   bool

	woken     chan struct{}
	elsewhere chan struct{} // another process appended or queued
	announce  chan struct{} // asks for a NOTIFY; nil on SQLite
	stop      context.CancelFunc
	running   sync.WaitGroup // committers, then notifier and listener
}

// start runs what moves by itself: the committers and, on PostgreSQL, the
// notifier and the listener.
func (s *Store) start(url string) {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.incoming = make(chan *intake, s.gate)
	committers := 1
	if s.pg {
		committers = postgresCommitters
		s.announce = make(chan struct{}, 1)
		s.running.Go(func() { s.notify(ctx) })
		s.running.Go(func() { s.listen(ctx, url) })
	}
	for range committers {
		s.running.Go(s.commitAppends)
	}
}

// Close waits for the appends under way and closes the database.
func (s *Store) Close() error {
	s.closing.Lock()
	if s.closed {
		s.closing.Unlock()
		return nil
	}
	s.closed = true
	close(s.incoming)
	s.closing.Unlock()
	s.stop()
	s.running.Wait()
	var errs []error
	for _, db := range []*gorm.DB{s.write, s.read, s.desk, s.figures} {
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// Writers returns how many transactions are worth running at once: SQLite has
// one writer, PostgreSQL answers some while others wait for it.
func (s *Store) Writers() int {
	if s.pg {
		return postgresWriters
	}
	return 1
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.read.WithContext(ctx).Exec("SELECT 1").Error; err != nil {
		return fmt.Errorf("ping database: %w", err)
	}
	return nil
}
