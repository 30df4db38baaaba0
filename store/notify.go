package store

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/jackc/pgx/v5"
)

// listenAgain bounds the wait before the listener connects again: until it
// does, other processes are heard of by polling only.
const listenAgain = 2 * time.Second

// notifyChannel is the PostgreSQL channel on which processes wake each other.
const notifyChannel = "langnghe"

// Woken receives a value after something was appended or queued, here or, on
// PostgreSQL, by another process (LISTEN/NOTIFY). It has room for one value.
func (s *Store) Woken() <-chan struct{} { return s.woken }

// Elsewhere receives a value after another process appended or queued
// something. Only PostgreSQL tells. It has room for one value.
func (s *Store) Elsewhere() <-chan struct{} { return s.elsewhere }

// wake fires Woken here, and asks the notifier to fire it in other processes.
func (s *Store) wake() {
	signal(s.woken)
	if s.announce != nil {
		signal(s.announce)
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// notify tells other processes, at most once each listenInterval: a NOTIFY
// takes a lock of the whole cluster at commit, so it stays out of the
// transactions. One that is lost is made up for by the others' slow poll.
func (s *Store) notify(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.announce:
		}
		s.write.WithContext(ctx).Exec("SELECT pg_notify(?, ?)", notifyChannel, s.id)
		select {
		case <-ctx.Done():
			return
		case <-time.After(listenInterval):
		}
	}
}

// listen fires Woken for other processes' notifications, on a connection of
// its own, which is made again for as long as the store is open.
func (s *Store) listen(ctx context.Context, url string) {
	wait := backoff.NewExponentialBackOff()
	wait.MaxInterval = listenAgain
	for ctx.Err() == nil {
		s.hear(ctx, url, wait.Reset)
		select {
		case <-ctx.Done():
		case <-time.After(wait.NextBackOff()):
		}
	}
}

// hear listens until the connection breaks; connected is called once it stands.
func (s *Store) hear(ctx context.Context, url string, connected func()) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return // listen tries again; meanwhile the poll is the net
	}
	defer closeConn(conn)
	if _, err := conn.Exec(ctx, "LISTEN "+notifyChannel); err != nil {
		return
	}
	connected()
	s.hearOthers() // for what was missed while nobody listened
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return
		}
		if n.Payload != s.id {
			s.hearOthers()
		}
	}
}

// closeConn says goodbye, but not for long: the server may be gone.
func closeConn(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn.Close(ctx)
}

func (s *Store) hearOthers() {
	signal(s.woken)
	signal(s.elsewhere)
}
