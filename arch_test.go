package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/langnghe/langnghe"

// layers is the house: a package may import these packages of ours and no
// others. Change it together with docs/architecture.md.
var layers = map[string][]string{
	"models":            {},
	"coach":             {},
	"config":            {},
	"blob":              {},
	"web":               {},
	"data":              {},
	"sandbox":           {}, // a fake that shares code with the client proves nothing
	"e2e":               {},
	"bench":             {},
	"bench/bound":       {},
	"bench/loadgen":     {},
	"bot":               {"models"},
	"bot/lookup":        {"models"},
	"bot/hear":          {"bot", "bot/lookup", "models"},
	"bot/text":          {},
	"channel":           {"models"},
	"channel/zalo":      {"channel", "models"},
	"channel/messenger": {"channel", "models"},
	"channel/email":     {},
	"store":             {"models"},
	"store/storetest":   {"models", "store"},
	"relay/pushtest":    {},
	"relay":             {"bot", "bot/hear", "bot/lookup", "bot/text", "channel", "models", "picture", "store"},
	"handlers":          {"bot", "bot/hear", "bot/lookup", "bot/text", "channel", "coach", "models", "picture", "store", "web"},
	"intake":            {"bot/lookup", "models"},
	"eval":              {"bot/hear", "bot/lookup", "bot/text", "data", "models"},
	"data/gen":          {"bot/lookup", "data", "models"},
	"picture":           {"models"},
	"": {
		"blob", "bot", "bot/hear", "bot/lookup", "bot/text", "channel", "channel/email", "channel/messenger", "channel/zalo",
		"coach", "config", "data", "handlers", "intake", "models", "relay", "sandbox", "store",
	},
	"picture/picturetest": {},
	"web/webtest":         {},
}

// outside bounds what a package may import that is not ours. "time" is for its
// types; TestNoClock holds that it is not read.
var outside = map[string][]string{
	"models":   {"cmp", "errors", "fmt", "maps", "math", "slices", "strconv", "strings", "time", "unicode", "unicode/utf8"},
	"bot":      {"cmp", "encoding/json", "errors", "fmt", "maps", "math", "reflect", "slices", "strconv", "strings", "time", "unicode", "unicode/utf8"},
	"bot/text": {"bytes", "cmp", "embed", "errors", "fmt", "io/fs", "maps", "reflect", "slices", "strconv", "strings", "text/template", "text/template/parse", "time", "unicode", "unicode/utf8"},
	"bot/hear": {"cmp", "fmt", "maps", "math", "regexp", "slices", "strconv", "strings", "sync", "time", "unicode", "unicode/utf8", "github.com/nyaruka/phonenumbers"},
}

// clockless are the packages for which time is an argument.
var clockless = []string{"models", "bot", "bot/lookup", "bot/hear", "bot/text"}

// pkg is what go list tells of a package.
type pkg struct {
	ImportPath, Dir, Export string
	GoFiles, Imports        []string
}

func (p pkg) name() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

// list is run once: it takes a second.
var list = sync.OnceValues(func() ([]pkg, error) {
	return goList("-json=ImportPath,Dir,GoFiles,Imports", "./...")
})

func goList(args ...string) ([]pkg, error) {
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var all []pkg
	d := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

func packages(t *testing.T) []pkg {
	t.Helper()
	all, err := list()
	require.NoError(t, err)
	require.Greater(t, len(all), 10)
	return all
}

// eachFile parses every file of a package that is no test.
func eachFile(t *testing.T, p pkg, f func(fset *token.FileSet, file *ast.File)) {
	t.Helper()
	for _, name := range p.GoFiles {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.ParseComments)
		require.NoError(t, err)
		f(fset, file)
	}
}

func TestLayers(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		allowed, known := layers[p.name()]
		if !known {
			t.Errorf("package %s has no place in layers", p.name())
			continue
		}
		for _, imp := range p.Imports {
			to, ours := strings.CutPrefix(imp, module+"/")
			if ours && !slices.Contains(allowed, to) {
				t.Errorf("%s must not import %s", p.name(), to)
			}
			if bound, bounded := outside[p.name()]; !ours && bounded && !slices.Contains(bound, imp) {
				t.Errorf("%s must not import %s", p.name(), imp)
			}
		}
	}
}

func TestNoClock(t *testing.T) {
	t.Parallel()
	clock := []string{"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "Tick", "NewTimer", "NewTicker"}
	for _, p := range packages(t) {
		if !slices.Contains(clockless, p.name()) {
			continue
		}
		eachFile(t, p, func(fset *token.FileSet, file *ast.File) {
			ast.Inspect(file, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clock, sel.Sel.Name) {
					t.Errorf("%s: time.%s: time is an argument here", fset.Position(sel.Pos()), sel.Sel.Name)
				}
				return true
			})
		})
	}
}

// vietnamese are two words of which one has letters that only Vietnamese has.
var vietnamese = regexp.MustCompile(`(?i)\pL*[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]\pL* +\pL+|\pL+ +\pL*[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]`)

// TestNoVietnameseInCode: words for citizens stand in the catalogue, where
// those who answer for them can read and change them.
func TestNoVietnameseInCode(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if name := p.name(); name == "bot/text" || name == "sandbox" || strings.HasPrefix(name, "data") || strings.HasPrefix(name, "bench") {
			continue // the sandbox says what the platforms say
		}
		eachFile(t, p, func(fset *token.FileSet, file *ast.File) {
			ast.Inspect(file, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(lit.Value)
				require.NoError(t, err)
				if found := vietnamese.FindString(strings.ReplaceAll(text, "Lắng Nghe", "")); found != "" {
					t.Errorf("%s: %q belongs into the catalogue", fset.Position(lit.Pos()), found)
				}
				return true
			})
		})
	}
}

// TestShape holds what keeps the code readable: no init functions, files of at
// most 400 lines, functions of at most 60.
func TestShape(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if strings.HasPrefix(p.name(), "bench/") {
			continue // taken over as they were
		}
		eachFile(t, p, func(fset *token.FileSet, file *ast.File) {
			if n := fset.Position(file.End()).Line; n > 400 {
				t.Errorf("%s has %d lines", fset.Position(file.Pos()).Filename, n)
			}
			for _, d := range file.Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				at := fset.Position(f.Pos())
				if n := fset.Position(f.End()).Line - at.Line + 1; n > 60 {
					t.Errorf("%s: %s has %d lines", at, f.Name.Name, n)
				}
				if f.Recv == nil && f.Name.Name == "init" {
					t.Errorf("%s: init: build it where it is used", at)
				}
			}
		})
	}
}
