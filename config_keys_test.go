package main

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/config"
)

// readThrough are methods of config by which several keys are read at once.
var readThrough = map[string][]string{
	"MediaHosts":  {"Messenger.MediaHosts", "Zalo.MediaHosts"},
	"Day":         {"Figures.Weekly"},
	"PushKeys":    {"Push.PrivateKey"},
	"PushContact": {"Push.Contact"},
	"Account":     {"Channel.PageID", "Channel.OAID"},
	"Values":      {"Template.Params"},
}

// TestEveryKeyIsRead: a setting that nothing reads is worse than none, for a
// channel then stays silent without an error. Only this package may import
// config (TestLayers), so each field must be read in it.
func TestEveryKeyIsRead(t *testing.T) {
	t.Parallel()
	root, imported := checkRoot(t)
	read := readFields(root)
	cfg := imported.Scope().Lookup("Config").Type()
	var walk func(name string, typ types.Type)
	walk = func(name string, typ types.Type) {
		s := typ.Underlying().(*types.Struct)
		for i := range s.NumFields() {
			field := s.Field(i)
			inner := field.Type()
			if list, ok := inner.Underlying().(*types.Slice); ok {
				inner = list.Elem()
			}
			if _, ok := inner.Underlying().(*types.Struct); ok {
				walk(inner.(*types.Named).Obj().Name(), inner)
				continue
			}
			if key := name + "." + field.Name(); !strings.Contains(s.Tag(i), `yaml:"-"`) && !read[key] {
				t.Errorf("nothing reads %s", key)
			}
		}
	}
	walk("Config", cfg)
}

// checkRoot type-checks this package and returns it with the imported config.
func checkRoot(t *testing.T) (root *types.Info, imported *types.Package) {
	t.Helper()
	all, err := goList("-export", "-deps", "-json=ImportPath,Dir,GoFiles,Export", ".")
	require.NoError(t, err)
	exports := map[string]string{}
	for _, p := range all {
		exports[p.ImportPath] = p.Export
	}
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	self := all[len(all)-1] // the package itself comes after what it needs
	var files []*ast.File
	for _, name := range self.GoFiles {
		file, err := parser.ParseFile(fset, filepath.Join(self.Dir, name), nil, 0)
		require.NoError(t, err)
		files = append(files, file)
		root = &types.Info{Selections: map[*ast.SelectorExpr]*types.Selection{}}
	}
	checked, err := (&types.Config{Importer: imp}).Check(module, fset, files, root)
	require.NoError(t, err)
	for _, p := range checked.Imports() {
		if p.Path() == module+"/config" {
			imported = p
		}
	}
	require.NotNil(t, imported, "this package does not import config")
	for _, file := range files {
		dropWrites(file, root)
	}
	return root, imported
}

// dropWrites forgets selections that are only assigned to.
func dropWrites(file *ast.File, info *types.Info) {
	ast.Inspect(file, func(n ast.Node) bool {
		if assign, ok := n.(*ast.AssignStmt); ok {
			for _, to := range assign.Lhs {
				if sel, ok := to.(*ast.SelectorExpr); ok {
					delete(info.Selections, sel)
				}
			}
		}
		return true
	})
}

// readFields returns the fields of config's types that are read, as "Type.Field".
func readFields(info *types.Info) map[string]bool {
	read := map[string]bool{}
	for _, sel := range info.Selections {
		if pkg := sel.Obj().Pkg(); pkg == nil || pkg.Path() != module+"/config" {
			continue
		}
		for _, field := range readThrough[sel.Obj().Name()] {
			read[field] = true
		}
		recv := sel.Recv()
		if p, ok := recv.(*types.Pointer); ok {
			recv = p.Elem()
		}
		if named, ok := recv.(*types.Named); ok {
			read[named.Obj().Name()+"."+sel.Obj().Name()] = true
		}
	}
	return read
}

// TestReadmeTellsOfEveryKey holds the table that operators read.
func TestReadmeTellsOfEveryKey(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, key := range config.Keys() {
		require.Contains(t, string(readme), "`"+key+"`")
	}
}

func TestExampleConfigurationIsSound(t *testing.T) {
	t.Parallel()
	environ := []string{"LANGNGHE_SECRET=" + strings.Repeat("x", 32)}
	for _, name := range []string{"FB_SECRET", "FB_TOKEN", "FB_VERIFY", "ZALO_SECRET", "ZALO_OA_KEY", "ZALO_AT", "ZALO_RT"} {
		environ = append(environ, name+"=x")
	}
	cfg, err := config.Load("deploy/langnghe.example.yaml", environ)
	require.NoError(t, err)
	require.Len(t, cfg.Channels, 2)
	require.Empty(t, cfg.Warnings)
}

// TestEveryDependencyHasItsReason holds docs/dependencies.md against go.mod.
func TestEveryDependencyHasItsReason(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile("go.mod")
	require.NoError(t, err)
	reasons, err := os.ReadFile("docs/dependencies.md")
	require.NoError(t, err)
	for line := range strings.Lines(string(mod)) {
		f := strings.Fields(strings.TrimPrefix(line, "require "))
		if len(f) != 2 || !strings.HasPrefix(f[1], "v") {
			continue // not a direct dependency
		}
		require.Contains(t, string(reasons), strings.TrimPrefix(f[0], "github.com/"), "no reason is given")
	}
}
