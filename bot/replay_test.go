package bot_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
)

// chat is one recorded chat.
type chat struct{ name, script string }

// chats reads all of them.
func chats(t testing.TB) []chat {
	t.Helper()
	files, err := filepath.Glob("testdata/*.chat")
	if err != nil {
		t.Fatal(err)
	}
	var all []chat
	for _, file := range files {
		script, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, chat{strings.TrimSuffix(filepath.Base(file), ".chat"), string(script)})
	}
	return all
}

// lines are what happens in the chat: the citizen's and the world's.
func (c chat) lines() []string {
	var lines []string
	for line := range strings.Lines(c.script) {
		line = strings.TrimSpace(line)
		if line != "" && strings.ContainsRune(">@", rune(line[0])) {
			lines = append(lines, line)
		}
	}
	return lines
}

// walk plays the chat and looks at the world after each line.
func (c chat) walk(t testing.TB, look func(w *world, line string, turn bot.Turn)) {
	w := newWorld(t)
	for _, line := range c.lines() {
		turn := w.play(line)
		look(w, line, turn)
	}
}

// aside is the world once more, for a talk that goes another way.
func (w *world) aside() *world {
	side := *w
	side.cases, side.like = slices.Clone(w.cases), slices.Clone(w.like)
	return &side
}

// TestStatesOfLaterReleases plays every chat with states to which a later
// release has added members, as after a release was taken back: nothing differs.
func TestStatesOfLaterReleases(t *testing.T) {
	t.Parallel()
	for _, c := range chats(t) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, replay(t, c.script), replayStored(t, c.script, withMembers))
		})
	}
}

// withMembers adds members that this release does not know.
func withMembers(t testing.TB, stored string) string {
	var s map[string]any
	require.NoError(t, json.Unmarshal([]byte(stored), &s))
	s["later"] = map[string]any{"a": []int{1, 2}, "b": nil}
	for _, part := range []string{"report", "pending", "sealed", "rating"} {
		if r, ok := s[part].(map[string]any); ok {
			r["later"] = "x"
		}
	}
	b, err := json.Marshal(s)
	require.NoError(t, err)
	return string(b)
}

// TestStatesOfOtherSteps stops after every line of every chat, puts the talk at
// a step that this release does not know, or takes away what was offered, and
// goes on with the next line: what was gathered is kept.
func TestStatesOfOtherSteps(t *testing.T) {
	t.Parallel()
	changes := map[string]func(*bot.State){
		"an unknown step of a report": func(s *bot.State) { s.Step = "report.weather" },
		"an unknown dialogue":         func(s *bot.State) { s.Step = "lottery.draw" },
		"no step":                     func(s *bot.State) { s.Step = "" },
		"nothing offered":             func(s *bot.State) { s.Offered = nil },
	}
	for _, c := range chats(t) {
		lines, n := c.lines(), 0
		c.walk(t, func(w *world, line string, _ bot.Turn) {
			if n++; n >= len(lines) || lines[n][0] != '>' && !strings.HasPrefix(lines[n], "@ notice") {
				return
			}
			for what, change := range changes {
				side := w.aside()
				change(&side.state)
				if err := side.entrust(lines[n], 0); err != nil {
					t.Errorf("%s, after %q with %s, %q: %v", c.name, line, what, lines[n], err)
				}
			}
		})
	}
}

// states holds what conversations look like where they are stored, a folder for
// each release. A folder is never changed once its release is out: what it holds
// is in citizens' databases.
const states = "testdata/states"

// coming is the folder of the release being made, which -update adds to. It gets
// the release's name when that is out, and a new one is begun.
const coming = "next"

// TestStatesOfReleases goes on from every state that a release has stored.
func TestStatesOfReleases(t *testing.T) {
	t.Parallel()
	if *update {
		recordStates(t)
	}
	files, err := filepath.Glob(states + "/*/*.json")
	require.NoError(t, err)
	require.Greater(t, len(files), 20)
	for _, file := range files {
		t.Run(strings.TrimPrefix(file, states+"/"), func(t *testing.T) {
			t.Parallel()
			goOn(t, file)
		})
	}
}

// goOn reads a stored state and does there what citizens do anywhere.
func goOn(t *testing.T, file string) {
	stored, err := os.ReadFile(file)
	require.NoError(t, err)
	s, err := bot.Decode(string(stored))
	require.NoError(t, err)
	require.JSONEq(t, string(stored), mustEncode(s), "a member that was stored is read no more")
	step := strings.TrimSuffix(filepath.Base(file), ".json")
	require.True(t, strings.HasPrefix(step, s.Step), "%s stands at %s", file, s.Step)
	for _, away := range []time.Duration{10 * time.Second, 2 * time.Hour, 200 * time.Hour} {
		for i, line := range slices.Concat(usual, []string{"> ẩn danh", "> có", "> không", "> gửi", "> xong", "> 1"}) {
			w := listening(t)
			w.state, w.now = s, s.LastAt.Add(away)
			if err := w.entrust(line, i); err != nil {
				t.Errorf("%s after %s: %v", line, away, err)
			}
		}
	}
}

// recordStates adds a state of each step, and of each mode, that the release
// has none of yet, as the chats come by it.
func recordStates(t *testing.T) {
	require.NoError(t, os.MkdirAll(filepath.Join(states, coming), 0o755))
	for _, c := range chats(t) {
		c.walk(t, func(w *world, _ string, _ bot.Turn) {
			if w.state.Step == "" || w.state.Step == "report.weather" {
				return
			}
			file := filepath.Join(states, coming, w.state.Step+kindOf(w.state)+".json")
			if _, err := os.Stat(file); err == nil {
				return
			}
			var pretty any
			require.NoError(t, json.Unmarshal([]byte(mustEncode(w.state)), &pretty))
			b, err := json.MarshalIndent(pretty, "", "  ")
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(file, append(b, '\n'), 0o644))
		})
	}
}

// kindOf tells states of one step apart that go on differently.
func kindOf(s bot.State) string {
	kind := ""
	if s.Mode != "" {
		kind += "-" + string(s.Mode)
	}
	if s.Report != nil && !strings.HasPrefix(s.Step, "report.") {
		kind += "-report"
	}
	if s.Pending != nil {
		kind += "-pending"
	}
	return kind
}
