package bot_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/text"
	"github.com/langnghe/langnghe/models"
)

// TestEveryChoiceHasALabel holds that each label fits a quick reply.
func TestEveryChoiceHasALabel(t *testing.T) {
	t.Parallel()
	c := wording(t)
	for _, step := range bot.Steps() {
		for _, choice := range append(bot.Choices(step), "human", "more") {
			for _, label := range []string{c.Label(step, choice), c.In("en").Label(step, choice)} {
				if n := utf8.RuneCountInString(label); n == 0 || n > 20 {
					t.Errorf("%s:%s is %q, %d runes", step, choice, label, n)
				}
			}
		}
	}
}

// TestEveryKeyHasWordingAndUse compares the keys in the code with the catalogue.
func TestEveryKeyHasWordingAndUse(t *testing.T) {
	t.Parallel()
	c := wording(t)
	used := keysInCode(t)
	for key := range used {
		if !c.Has(key) {
			t.Errorf("no wording for %s", key)
		}
	}
	for _, key := range keysInCatalogue(t) {
		used[key] = true
	}
	for _, key := range c.Keys() {
		if !used[key] {
			t.Errorf("wording without use: %s", key)
		}
	}
}

// keysInCode lists the wording keys that the dialogues can say.
func keysInCode(t *testing.T) map[string]bool {
	used := map[string]bool{}
	c, told := wording(t), keyCalls(t)
	for _, s := range literals(t) {
		if c.Has(s) || slices.Contains(told, s) {
			used[s] = true
		}
	}
	for _, a := range []models.Action{models.ActAccept, models.ActAsk, models.ActReply, models.ActResolve, models.ActReject, models.ActTransfer, models.ActMerge, models.ActReopen, models.ActPromise, models.ActProgress, models.ActSplit, models.ActLate} {
		used["notice."+string(a)] = true
	}
	for _, p := range []string{"documents", "fee", "time", "where", "steps", "online", "faq"} {
		used["ask."+p] = true
	}
	return used
}

// keysInCatalogue lists what the catalogue uses itself, and what is named by data.
func keysInCatalogue(t *testing.T) []string {
	source, err := os.ReadFile("text/vi.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	keys := []string{"call.script"} // of the console
	for _, m := range regexp.MustCompile(`\{\{template "([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
		keys = append(keys, m[1])
	}
	for _, k := range models.Kinds {
		keys = append(keys, "kind."+string(k))
	}
	for _, k := range []string{"image", "audio", "video", "file"} {
		keys = append(keys, "file."+k)
	}
	for _, s := range models.Statuses {
		keys = append(keys, "is."+string(s))
	}
	for _, r := range models.RejectReasons {
		keys = append(keys, "reject."+r)
	}
	for _, step := range bot.Steps() {
		for _, choice := range append(bot.Choices(step), "human", "more") {
			keys = append(keys, "choice."+step+"."+choice, "choice."+choice)
		}
	}
	return keys
}

func literals(t *testing.T) (all []string) {
	walk(t, func(n ast.Node) {
		if s := stringOf(n); s != "" {
			all = append(all, s)
		}
	})
	return all
}

// keyCalls lists the keys that are told for certain.
func keyCalls(t *testing.T) (keys []string) {
	walk(t, func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			return
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if ok && slices.Contains([]string{"tell", "fail", "line"}, sel.Sel.Name) && stringOf(call.Args[0]) != "" {
			keys = append(keys, stringOf(call.Args[0]))
		}
	})
	return keys
}

func stringOf(n ast.Node) string {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}

func walk(t *testing.T, visit func(ast.Node)) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if n != nil {
				visit(n)
			}
			return true
		})
	}
}

// TestEveryTextFits renders every entry with the longest and with empty slots, and
// with each value missing or alone.
func TestEveryTextFits(t *testing.T) {
	t.Parallel()
	c, samples := wording(t), bot.Samples()
	for _, key := range c.Keys() {
		for i, slots := range samples {
			for _, language := range []string{"", "en"} {
				if language != "" && !c.Own(language, key) {
					continue
				}
				s, err := c.In(language).Render(key, slots)
				if err != nil {
					t.Error(err)
					continue
				}
				checkTone(t, fmt.Sprint(key, i, language), s)
			}
		}
	}
}

func checkTone(t *testing.T, key, s string) {
	if n := utf8.RuneCountInString(s); n > text.MaxRunes {
		t.Errorf("%s has %d runes", key, n)
	}
	if !norm.NFC.IsNormalString(s) {
		t.Errorf("%s is not NFC", key)
	}
	for _, bad := range text.Avoided() {
		if strings.Contains(s, bad) {
			t.Errorf("%s says %q", key, bad)
		}
	}
	if !strings.HasPrefix(key, "choice.") && regexp.MustCompile(`(?m)^\s*\d+\.`).MatchString(s) {
		t.Errorf("%s has a line like a choice: %s", key, s)
	}
}

// TestEveryTurnRenders walks the moves of the random talks once, and renders
// whatever is said.
func TestEveryTurnRenders(t *testing.T) {
	t.Parallel()
	c := wording(t)
	for i, first := range moves {
		w := guarded(t)
		w.play(first)
		for j := 0; j < len(moves); j += 3 {
			turn := w.play(strings.Replace(moves[(i+j*7)%len(moves)], "> %", "> [menu.root:report]", 1))
			for _, l := range turn.Say {
				checkTone(t, fmt.Sprint(l.Key), strings.Replace(said(t, c, l), l.Words, "", 1))
			}
			for _, ch := range turn.Choices {
				if caption(c, ch) == "" {
					t.Errorf("%s has no label", ch.Payload)
				}
			}
		}
	}
}
