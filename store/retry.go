package store

import (
	"errors"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// deadlockTries bounds how often a transaction that PostgreSQL sacrificed is
// run again.
const deadlockTries = 4

// retryDeadlock runs f again when PostgreSQL ended it in favour of another
// transaction (40001 serialization failure, 40P01 deadlock).
func retryDeadlock(f func() error) error {
	for try := 1; ; try++ {
		err := f()
		pg, ok := errors.AsType[*pgconn.PgError](err)
		if !ok || try == deadlockTries || !slices.Contains([]string{"40001", "40P01"}, pg.Code) {
			return err
		}
	}
}

func isSQLiteBadData(err error) bool {
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && slices.Contains([]int{sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH}, lite.Code()&0xff)
}
