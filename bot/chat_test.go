package bot_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/text"
)

var update = flag.Bool("update", false, "rewrite the bot's side of testdata/*.chat")

// TestChats plays every recorded chat. A line with ">" is the citizen's, "@" is
// the world's, "#" is a remark; all others are what the bot must say ("<"),
// offer, do ("!") and where it must stand ("="). State passes through JSON
// between turns, as it does in production.
func TestChats(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.chat")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d chats, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".chat"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := replay(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(want) {
				t.Errorf("chat differs; run with -update and read the diff\n--- got\n%s", got)
			}
		})
	}
}

func replay(t *testing.T, script string) string { return replayStored(t, script, nil) }

// replayStored replays a chat whose states are changed where they are stored.
func replayStored(t *testing.T, script string, stored func(testing.TB, string) string) string {
	w, c := newWorld(t), wording(t)
	w.stored = stored
	var out strings.Builder
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line == "" || !strings.ContainsRune("#>@", rune(line[0])) {
			continue
		}
		fmt.Fprintln(&out, line)
		if line[0] == '#' {
			continue
		}
		show(t, &out, c, w.play(line), w.ears != nil)
	}
	return out.String()
}

// show writes a turn; brief puts its choices on one line.
func show(t *testing.T, out *strings.Builder, c *text.Catalogue, turn bot.Turn, brief bool) {
	c = c.In(turn.State.Language)
	for _, l := range turn.Say {
		for said := range strings.Lines(said(t, c, l)) {
			fmt.Fprintf(out, "< %s\n", strings.TrimSpace(said))
		}
	}
	if brief {
		showBrief(out, c, turn)
	} else {
		for _, ch := range turn.Choices {
			fmt.Fprintf(out, "    [%s] %s\n", ch.Payload, caption(c, ch))
		}
	}
	for _, e := range turn.Do {
		b, err := json.Marshal(e)
		if brief {
			b, err = filledOnly(b)
		}
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(out, "    ! %s %s\n", strings.TrimPrefix(fmt.Sprintf("%T", e), "bot."), b)
	}
	if len(turn.Say) > 0 || len(turn.Do) > 0 {
		fmt.Fprintf(out, "    = %s %s\n", turn.State.Step, turn.State.Mode)
	}
}

// showBrief writes the choices on one line, those of the step itself without
// its name.
func showBrief(out *strings.Builder, c *text.Catalogue, turn bot.Turn) {
	parts := make([]string, len(turn.Choices))
	for i, ch := range turn.Choices {
		parts[i] = fmt.Sprintf("[%s] %s", strings.TrimPrefix(ch.Payload, turn.State.Step+":"), caption(c, ch))
	}
	if len(parts) > 0 {
		fmt.Fprintln(out, "    "+strings.Join(parts, "  "))
	}
}

// filledOnly leaves out the members of an effect that say nothing, so that a
// chat does not change with every member that an effect gets.
func filledOnly(b []byte) ([]byte, error) {
	var members map[string]any
	if err := json.Unmarshal(b, &members); err != nil {
		return nil, err
	}
	maps.DeleteFunc(members, func(_ string, v any) bool {
		m, isMap := v.(map[string]any)
		return v == nil || v == "" || v == false || isMap && len(m) == 0
	})
	return json.Marshal(members)
}

func said(t testing.TB, c *text.Catalogue, l bot.Line) string {
	if l.Key == "" {
		return l.Words
	}
	s, err := c.Render(l.Key, l.Data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func caption(c *text.Catalogue, ch bot.Choice) string {
	if ch.Label != "" {
		return ch.Label
	}
	step, name, _ := strings.Cut(ch.Payload, ":")
	return c.Label(step, name)
}
