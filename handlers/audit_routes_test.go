package handlers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// silent are the routes that change nothing but what somebody keeps for themselves,
// or shows while at work.
var silent = map[string]string{
	"POST /cases/views":                "lists with names of one's own",
	"POST /cases/views/drop":           "likewise",
	"POST /cases/:code/presence":       "who is at it now",
	"POST /conversations/:id/presence": "likewise",
	"POST /account/devices/try":        "rings one's own device",
	"POST /cases/:code/draft":          "what is being written",
	"POST /conversations/:id/draft":    "likewise",
}

// looks write down what was seen, not what was changed: a way that leads to one alone
// does not count.
var looks = []string{"looked", "readTalk", "saw", "count"}

// source are the functions of this package by name, and what each of them calls.
type source struct {
	names  map[string]map[string]bool
	routes map[string]string // what each changing route calls, by "POST /cases"
	said   map[string]bool   // actions that are written into the audit
}

func readSource(t *testing.T) source {
	t.Helper()
	s := source{map[string]map[string]bool{}, map[string]string{}, map[string]bool{}}
	set := token.NewFileSet()
	for _, folder := range []string{".", "../relay", ".."} {
		names, err := filepath.Glob(folder + "/*.go")
		require.NoError(t, err)
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(set, name, nil, 0)
			require.NoError(t, err)
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
					s.read(f, folder == ".")
				}
			}
		}
	}
	return s
}

func (s *source) read(f *ast.FuncDecl, own bool) {
	named := s.names[f.Name.Name]
	if named == nil && own {
		named = map[string]bool{}
		s.names[f.Name.Name] = named
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			if s.call(c, own); own {
				for _, e := range append(c.Args, c.Fun) { // what is called, and methods that are handed on
					if _, plain := e.(*ast.Ident); !plain || e == c.Fun {
						named[lastName(e)] = true
					}
				}
			}
		}
		return true
	})
}

// call reads a route that is registered, or an action that is written down.
func (s *source) call(c *ast.CallExpr, own bool) {
	name := ""
	switch f := c.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	switch name {
	case "page", "step", "open":
		if len(c.Args) == 0 {
			return
		}
		if route := literal(c.Args[0]); own && strings.HasPrefix(route, "POST ") {
			s.routes[route] = lastName(c.Args[len(c.Args)-1])
		}
	case "register":
		if own {
			s.operation(c)
		}
	case "Audit", "saw", "saveChannel":
		for _, arg := range c.Args {
			if action := literal(arg); strings.Contains(action, ".") && !strings.Contains(action, " ") || action == "login" || action == "erase" {
				s.said[action] = true
			}
		}
	}
}

// operation reads one of the API that changes something.
func (s *source) operation(c *ast.CallExpr) {
	of, ok := c.Args[2].(*ast.CompositeLit)
	if !ok {
		return
	}
	method, path := "", ""
	for _, e := range of.Elts {
		pair := e.(*ast.KeyValueExpr)
		switch pair.Key.(*ast.Ident).Name {
		case "Method":
			method = strings.ToUpper(strings.TrimSuffix(strings.TrimPrefix(lastName(pair.Value), "Method"), " of http"))
		case "Path":
			path = literal(pair.Value)
		}
	}
	if method != "GET" {
		s.routes[method+" "+apiPath+path] = lastName(c.Args[3])
	}
}

func literal(e ast.Expr) string {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return ""
	}
	text, _ := strconv.Unquote(l.Value)
	return text
}

// lastName is the last name of what is passed: of s.casePage, casePage; of a call, that
// of the function called.
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		if of, ok := e.X.(*ast.Ident); ok && slices.Contains([]string{"strings", "slices", "fmt", "models", "store", "url", "http", "time"}, of.Name) {
			return e.Sel.Name + " of " + of.Name
		}
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	case *ast.CallExpr:
		return lastName(e.Fun)
	}
	return ""
}

// reaches reports whether a function writes a line of the audit, by itself or by what
// it names.
func (s source) reaches(name string, been map[string]bool) bool {
	if name == "Audit" {
		return true
	}
	if been[name] || slices.Contains(looks, name) {
		return false
	}
	been[name] = true
	for next := range s.names[name] {
		if s.reaches(next, been) {
			return true
		}
	}
	return false
}

// TestEveryChangeReachesTheAudit walks the routes of console and API that change
// something: each has a way to a line in the audit, or is told here why not.
func TestEveryChangeReachesTheAudit(t *testing.T) {
	t.Parallel()
	s := readSource(t)
	require.Greater(t, len(s.routes), 45)
	for route, handler := range s.routes {
		if _, quiet := silent[route]; !quiet {
			assert.True(t, s.reaches(handler, map[string]bool{}), "%s (%s) writes nothing into the audit", route, handler)
		}
	}
	for _, handler := range []string{"saveView", "dropView", "attendCase", "figuresPage"} {
		require.False(t, s.reaches(handler, map[string]bool{}), "%s changes nothing", handler)
	}
	for route := range silent {
		require.Contains(t, s.routes, route)
	}
}

// TestEveryAuditedActionHasWords: what is written down can be searched for and read.
func TestEveryAuditedActionHasWords(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, g := range auditActions() {
		for _, action := range g.Actions {
			known[action] = true
		}
	}
	s := readSource(t)
	require.Greater(t, len(s.said), 40)
	for action := range s.said {
		if strings.HasSuffix(action, ".") { // what follows comes of a closed list, each of which has words
			continue
		}
		assert.True(t, known[action], "%s is in no group of auditActions", action)
	}
}
