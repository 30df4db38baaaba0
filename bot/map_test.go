package bot_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

// mapFile is the map of the dialogues, which -update draws anew.
const mapFile = "../docs/dialogues.md"

// flows are the dialogues by the first part of their steps' names.
var flows = map[string]string{
	"menu": "The menu", "report": "Taking down a report", "denounce": "A denunciation", "ask": "Questions about procedures",
	"status": "Cases", "dossier": "Dossiers of the one-stop counter", "rate": "Rating", "contacts": "Numbers and hours", "human": "A person", "privacy": "Erasure",
}

// way is how one gets from a step to another: a choice, or what else happened.
type way struct{ from, via, to string }

// atlas is what the chats and the tables show of the dialogues.
type atlas struct {
	ways  map[way]int
	taken map[string]map[string]bool // where a choice led, by its payload
}

// TestMapIsFresh holds that the map shows the dialogues as they are.
func TestMapIsFresh(t *testing.T) {
	t.Parallel()
	got := survey(t).draw()
	if *update {
		require.NoError(t, os.WriteFile(mapFile, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(mapFile)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "the dialogues changed: go test ./bot -update")
}

// TestChatsComeByEverything holds that every step is reached in some chat, and
// every fixed choice taken.
func TestChatsComeByEverything(t *testing.T) {
	t.Parallel()
	a := survey(t)
	reached := map[string]bool{}
	for w := range a.ways {
		reached[w.from], reached[w.to] = true, true
	}
	for _, s := range bot.Steps() {
		if !reached[s] {
			t.Errorf("no chat comes by %s", s)
		}
		for _, c := range bot.Choices(s) {
			if len(a.taken[s+":"+c]) == 0 {
				t.Errorf("no chat takes %s:%s", s, c)
			}
		}
	}
}

// survey walks all chats and notes who went where.
func survey(t *testing.T) *atlas {
	a := &atlas{ways: map[way]int{}, taken: map[string]map[string]bool{}}
	for _, c := range chats(t) {
		before := "menu.root" // a talk that has not begun may take all that the menu offers
		c.walk(t, func(w *world, line string, turn bot.Turn) {
			if line[0] == '>' || strings.HasPrefix(line, "@ notice") || strings.HasPrefix(line, "@ result") || strings.HasPrefix(line, "@ answer") {
				a.note(way{before, via(w.last, before), turn.State.Step}, w.last)
			}
			before = w.state.Step
		})
	}
	return a
}

// via names what the citizen did, as far as the map is to show it.
func via(e bot.Event, from string) string {
	step, picked, _ := strings.Cut(e.Choice, ":")
	switch {
	case e.Kind != models.EventMessage:
		return "notice"
	case e.Heard.Danger != nil:
		return "danger"
	case e.Choice != "" && step == from && slices.Contains(bot.Choices(from), picked):
		return picked
	case e.Choice != "" && step == from && picked != "human":
		return "one of those named"
	case e.Choice != "":
		return ""
	case len(e.Files) > 0 && len(e.Words) == 0:
		return "files"
	case e.Location != nil:
		return "a location"
	case e.Heard.Bare && e.Heard.Intent != bot.IntentOther:
		return strings.ToUpper(string(e.Heard.Intent))
	}
	return "words"
}

func (a *atlas) note(w way, e bot.Event) {
	if step, _, ok := strings.Cut(e.Choice, ":"); ok && step == w.from {
		if a.taken[e.Choice] == nil {
			a.taken[e.Choice] = map[string]bool{}
		}
		a.taken[e.Choice][w.to] = true
	}
	if w.from != "" && w.to != "" && w.via != "" && known(w.from) && known(w.to) {
		a.ways[w]++
	}
}

func known(step string) bool { return slices.Contains(bot.Steps(), step) }

// draw writes the map.
func (a *atlas) draw() string {
	var b strings.Builder
	fmt.Fprintln(&b, "# The dialogues")
	fmt.Fprintln(&b, "\nDrawn by `go test ./bot -update` from the tables of steps and from the recorded chats in `bot/testdata`; a test keeps it fresh. "+
		"A box waits for something; a rounded one is an end, where nothing is open. An arrow bears the choice that was taken, or what else was said: "+
		"`words`, `files`, `danger`, in capitals a plain wish (`CANCEL`, `BACK`, `YES`, …) that means a choice or a way. What leads from anywhere to the menu, to a person or into the report's question whether to go on is left out.")
	for _, flow := range flowsInOrder() {
		a.flow(&b, flow)
	}
	return b.String()
}

func flowsInOrder() []string {
	var order []string
	for _, s := range bot.Steps() {
		if flow, _, _ := strings.Cut(s, "."); !slices.Contains(order, flow) {
			order = append(order, flow)
		}
	}
	return order
}

// flow draws one dialogue and lists its choices.
func (a *atlas) flow(b *strings.Builder, flow string) {
	fmt.Fprintf(b, "\n## %s\n\n```mermaid\nflowchart TD\n", cmp.Or(flows[flow], flow))
	arrows := a.arrows(flow)
	for _, s := range bot.Steps() {
		inside := strings.HasPrefix(s, flow+".")
		if inside || slices.ContainsFunc(slices.Collect(maps.Keys(arrows)), func(w way) bool { return w.to == s }) {
			fmt.Fprintf(b, "  %s\n", box(s))
		}
	}
	for _, w := range slices.SortedFunc(maps.Keys(arrows), byOrder) {
		fmt.Fprintf(b, "  %s -->|%s| %s\n", node(w.from), strings.Join(arrows[w], ", "), node(w.to))
	}
	fmt.Fprint(b, "```\n\n| step | choice | leads to |\n|---|---|---|\n")
	for _, s := range bot.Steps() {
		if strings.HasPrefix(s, flow+".") {
			a.choices(b, s)
		}
	}
}

// arrows gathers the ways between two steps of a dialogue, and out of it.
func (a *atlas) arrows(flow string) map[way][]string {
	arrows := map[way][]string{}
	for w := range a.ways {
		between := way{from: w.from, to: w.to}
		everywhere := w.to == "menu.root" || w.to == "human.wait" || w.to == "report.resume"
		if !strings.HasPrefix(w.from, flow+".") || w.from == w.to || everywhere && w.via == strings.ToUpper(w.via) || w.via == "notice" {
			continue
		}
		arrows[between] = append(arrows[between], w.via)
	}
	for _, vias := range arrows {
		slices.Sort(vias)
	}
	return arrows
}

func (a *atlas) choices(b *strings.Builder, s string) {
	for _, c := range bot.Choices(s) {
		to := slices.Sorted(maps.Keys(a.taken[s+":"+c]))
		fmt.Fprintf(b, "| `%s` | `%s` | %s |\n", s, c, cmp.Or(strings.Join(to, ", "), "–"))
	}
}

// byOrder sorts ways by the order of the steps.
func byOrder(x, y way) int {
	at := func(s string) int { return slices.Index(bot.Steps(), s) }
	return cmp.Or(cmp.Compare(at(x.from), at(y.from)), cmp.Compare(at(x.to), at(y.to)))
}

func box(step string) string {
	if bot.Open(step) {
		return fmt.Sprintf("%s[%s]", node(step), step)
	}
	return fmt.Sprintf("%s([%s])", node(step), step)
}

func node(step string) string { return strings.ReplaceAll(step, ".", "_") }
