package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"

	"modernc.org/sqlite"
)

// maxCompiled bounds the statements that one connection keeps compiled. The
// store's own are some dozens.
const maxCompiled = 256

// openSQLite opens a pool whose connections keep their statements compiled:
// SQLite's driver compiles each one anew, which took a third of a turn's time.
func openSQLite(dsn string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(compilingConnector{c}), nil
}

type compilingConnector struct{ driver.Connector }

// Connect implements driver.Connector.
func (c compilingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := conn.(sqliteConn)
	if !ok {
		return nil, fmt.Errorf("the SQLite driver's %T lacks a method", conn)
	}
	return &compilingConn{sqliteConn: full, compiled: map[string]*compiled{}}, nil
}

// sqliteConn is what the driver's connections can do.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// compilingConn is a connection; database/sql uses it from one goroutine at a time.
type compilingConn struct {
	sqliteConn
	compiled map[string]*compiled
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type compiled struct {
	sqliteStmt
	busy bool // its rows are still being read
}

// statement returns the compiled statement, or nil when it must be run as text.
func (c *compilingConn) statement(ctx context.Context, text string) (*compiled, error) {
	if s := c.compiled[text]; s != nil {
		if s.busy {
			return nil, nil
		}
		return s, nil
	}
	if len(c.compiled) >= maxCompiled {
		return nil, nil
	}
	prepared, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	full, ok := prepared.(sqliteStmt)
	if !ok {
		return nil, prepared.Close()
	}
	s := &compiled{sqliteStmt: full}
	c.compiled[text] = s
	return s, nil
}

// ExecContext implements driver.ExecerContext.
func (c *compilingConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, text)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.sqliteConn.ExecContext(ctx, text, args)
	}
	return s.ExecContext(ctx, args)
}

// QueryContext implements driver.QueryerContext.
func (c *compilingConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, text)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.sqliteConn.QueryContext(ctx, text, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &compiledRows{rows, s}, nil
}

// Close implements driver.Conn.
func (c *compilingConn) Close() error {
	for _, s := range c.compiled {
		_ = s.Close() // the connection's own Close reports what is wrong
	}
	c.compiled = nil
	return c.sqliteConn.Close()
}

// compiledRows frees its statement when it is closed.
type compiledRows struct {
	driver.Rows
	of *compiled
}

// Close implements driver.Rows.
func (r *compiledRows) Close() error {
	r.of.busy = false
	return r.Rows.Close()
}
