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
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/langnghe/langnghe/bot"
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
	for _, a := range []models.Action{models.ActAccept, models.ActAsk, models.ActReply, models.ActResolve, models.ActReject, models.ActTransfer, models.ActMerge, models.ActReopen, models.ActPromise, models.ActProgress} {
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

// TestEveryTextFits renders every entry with the longest and with empty slots.
func TestEveryTextFits(t *testing.T) {
	t.Parallel()
	c := wording(t)
	for _, key := range c.Keys() {
		for name, slots := range map[string]bot.Slots{"longest": longest(), "empty": {}} {
			for _, language := range []string{"", "en"} {
				s, err := c.In(language).Render(key, slots)
				if err != nil {
					t.Error(err)
					continue
				}
				checkTone(t, key+" "+name+language, s)
			}
		}
	}
}

var forbidden = []string{"!!", "**", "__", "```", "Quý công dân", "Quý vị", "rất tiếc", "hệ thống đang bận", "không hợp lệ", "vui lòng chờ", "cơ quan chức năng", "<no value>", "%!"}

func checkTone(t *testing.T, key, s string) {
	if n := utf8.RuneCountInString(s); n > 1900 {
		t.Errorf("%s has %d runes", key, n)
	}
	if !norm.NFC.IsNormalString(s) {
		t.Errorf("%s is not NFC", key)
	}
	for _, bad := range forbidden {
		if strings.Contains(s, bad) {
			t.Errorf("%s says %q", key, bad)
		}
	}
	if !strings.HasPrefix(key, "choice.") && regexp.MustCompile(`(?m)^\s*\d+\.`).MatchString(s) {
		t.Errorf("%s has a line like a choice: %s", key, s)
	}
}

// longest fills every slot as far as the product lets it grow.
func longest() bot.Slots {
	long := func(n int) string { return strings.Repeat("nghiêng ", n/8) }
	at := time.Date(2026, 11, 2, 16, 30, 0, 0, time.UTC)
	unit := bot.UnitView{Slug: "loc-thanh-huyen", Name: "Trung tâm Phục vụ hành chính công thành phố Đồng Nai", Short: "Trung tâm"}
	c := bot.CaseView{Code: "PA2026-AAAAAA", Unit: unit, Kind: models.PhanAnh, Category: long(60), Status: models.StatusWaiting, Place: long(400), Created: at, Due: at, DueDays: 10, Resolved: at, Term: longTerm(at), Mine: true, Asked: long(4000), Answer: long(4000)}
	p := bot.ProcedureView{Code: "a", Name: long(80), Short: "Khai sinh", Documents: slices.Repeat([]bot.Paper{{Name: long(60), Note: long(30)}, {Name: long(60), When: long(50)}}, 5), Fee: long(120), Time: long(120), Where: long(160), Steps: long(1200), AsOf: "02/11/2026", Verify: true}
	contact := bot.ContactView{Unit: unit.Name, Role: long(50), Name: long(40), Phone: "0900000001", Hours: long(60), Note: long(120), AsOf: "02/11/2026", Old: true}
	hours := bot.HoursView{Day: at, Name: long(60), MakeUp: true, Spans: []string{"07:30–11:30", "13:30–17:00"}, First: at, Last: at, Days: 9, Back: at}
	return bot.Slots{
		Office:     bot.Office{Unit: unit, Name: unit.Name, Privacy: "https://" + long(80), Lookup: "https://" + long(80), OpensAt: at, Phone: "0900000001", Hours: long(80), Duty: true, ServedBy: unit.Name},
		Report:     bot.Report{Words: []bot.Word{{Text: "1. " + long(5000)}}, Files: make([]models.File, 99), Kind: models.KhieuNai, Sensitive: true, Decision: long(400), Unit: &unit, Place: long(400), Contact: models.Contact{Name: long(200), Phone: "0900000001"}},
		Code:       c.Code,
		Case:       c,
		Dossier:    bot.DossierView{Code: strings.Repeat("H", 40), Stage: long(50), Means: long(200), English: long(120), Verify: true, Received: at, Due: at, Updated: at, Phone: "0900000001"},
		Cases:      slices.Repeat([]bot.CaseView{c}, 5),
		Procedure:  p,
		Procedures: slices.Repeat([]bot.ProcedureView{p}, 3),
		Contacts:   slices.Repeat([]bot.ContactView{contact}, 5),
		Inquiry:    bot.Inquiry{Address: long(200), Instead: true},
		Hours:      hours, Call: "0900000001",
		Danger: bot.Danger{Call: []string{"113", "114", "115"}, Answer: long(300)},
		Notice: models.Notice{Case: c.Code, Reason: "withdrawn_by_law", Into: c.Code},
		Score:  1, Count: 99, FileKind: "audio", Text: long(2000), Secret: long(16), Link: "https://" + long(80), May: true,
	}
}

// longTerm is a term with everything that can be said of one.
func longTerm(at time.Time) *bot.TermView {
	off := models.DaysOff{Name: strings.Repeat("nghỉ ", 30), First: at, Last: at.AddDate(0, 0, 4)}
	return &bot.TermView{
		Days: 10, From: at, Again: true, Waiting: true, Basis: strings.Repeat("Luật ", 30), Due: at, Kept: true, Promised: at,
		Skips: models.Skips{Late: true, Weekend: 12, Paused: 11, Off: slices.Repeat([]models.DaysOff{off}, 6)},
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
