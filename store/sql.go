package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
)

// runner runs hand-written SQL on a pool or inside a transaction. Statements
// are written with "?"; their text is constant, so that a driver prepares them
// once.
type runner struct {
	ctx  context.Context
	pool gorm.ConnPool
	pg   bool
}

// on returns a runner for what db stands for: a pool or a transaction.
func on(db *gorm.DB) runner {
	return runner{db.Statement.Context, db.Statement.ConnPool, db.Name() == "postgres"}
}

func (r runner) exec(text string, args ...any) (int64, error) {
	res, err := r.pool.ExecContext(r.ctx, r.bound(text), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// query calls each for every row.
func (r runner) query(each func(*sql.Rows) error, text string, args ...any) error {
	rows, err := r.pool.QueryContext(r.ctx, r.bound(text), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// bound numbers the placeholders where the dialect wants that.
func (r runner) bound(text string) string {
	if !r.pg {
		return text
	}
	var b strings.Builder
	for i := 1; ; i++ {
		head, tail, found := strings.Cut(text, "?")
		b.WriteString(head)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(i))
		text = tail
	}
}

// column is one column of a table that is given to a statement.
type column struct {
	name  string
	ints  []int64 // one of the two
	texts []string
}

func (c column) value(i int) any {
	if c.texts != nil {
		return c.texts[i]
	}
	return c.ints[i]
}

func (c column) array() (kind string, values any) {
	if c.texts != nil {
		return "text[]", c.texts
	}
	return "bigint[]", c.ints
}

// unhurried, as one more relation of a statement by itself, lets PostgreSQL
// answer its commit before it is on disk. It is for what a crash of the server
// may undo: a row that is made again when it is missing, an outcome that is asked
// of the platform again.
const unhurried = "(SELECT set_config('synchronous_commit', 'off', true)) AS unhurried"

// arrays makes a relation of columns, an array each. It is for PostgreSQL, where
// a statement over many rows so has one constant text.
func arrays(cols []column) (text string, args []any) {
	var kinds, names []string
	for _, c := range cols {
		kind, values := c.array()
		kinds, names, args = append(kinds, "?::"+kind), append(names, c.name), append(args, values)
	}
	return fmt.Sprintf("unnest(%s) AS v(%s)", strings.Join(kinds, ","), strings.Join(names, ",")), args
}

// perRow runs a statement with the values of each row. It is for SQLite, where a
// compiled statement costs less than any way to hand it many rows. after may be nil.
func (r runner) perRow(text string, cols []column, after func(sql.Result) error) error {
	args := make([]any, len(cols))
	for i := range max(len(cols[0].ints), len(cols[0].texts)) {
		for j, c := range cols {
			args[j] = c.value(i)
		}
		res, err := r.pool.ExecContext(r.ctx, text, args...)
		if err == nil && after != nil {
			err = after(res)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// marks returns the placeholders of one row.
func marks(cols []column) string { return strings.Repeat("?, ", len(cols)-1) + "?" }

// values makes a relation with the one column value.
func (r runner) values(list []string) (text string, arg any) {
	if r.pg {
		return "unnest(?::text[]) AS v(value)", list
	}
	b, _ := json.Marshal(list) // a list of strings always marshals
	return "json_each(?)", string(b)
}

// among makes "IN (…)" over a list of any length with a constant text.
func (r runner) among(list any) (string, any) {
	if r.pg {
		return "= ANY(?)", list
	}
	b, _ := json.Marshal(list) // a list of numbers or strings always marshals
	return "IN (SELECT value FROM json_each(?))", string(b)
}

// micros is how times are stored: microseconds since 1970, 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// clean makes any string fit for both databases: PostgreSQL refuses NUL and
// invalid UTF-8.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func isClean(s string) bool {
	return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s)
}

// maxKey bounds what is indexed, in bytes; PostgreSQL's limit on the whole
// entry is 2,704.
const maxKey = 500

// key makes any id from outside safe to index: a long or unclean one becomes
// its hash, so that two different ones stay different.
func key(id string) string {
	if len(id) <= maxKey && isClean(id) {
		return id
	}
	return "sha256:" + digest(id)
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// toJSON encodes v for a text column, "" for nothing.
func toJSON(v any, none bool) string {
	if none {
		return ""
	}
	b, _ := json.Marshal(v) // the types stored so have nothing that fails
	return withoutNUL(string(b))
}

// fromJSON decodes a text column into v; "" leaves v as it is.
func fromJSON(text string, v any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), v)
}

func toInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
