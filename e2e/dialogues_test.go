package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// recorded is the folder of the recorded chats.
const recorded = "../bot/testdata"

// exchange is what a citizen does in a recorded chat, and where the talk stands
// after it.
type exchange struct {
	does  string
	step  string
	picks []string // choices offered, by payload
	files *filing
}

// filing is what a recorded chat files.
type filing struct {
	Report struct {
		Words   []struct{ Text string }
		Kind    string
		Place   string
		Contact struct{ Name, Phone string }

		Category             string
		Anonymous, Sensitive bool
		Files                []any
	}
}

// TestDialogues has citizens on both platforms type what they type in recorded
// chats. The product stands where the chats stand, offers the same choices and
// files the same reports; the wording is not compared.
func TestDialogues(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("testdata/dialogues.txt")
	require.NoError(t, err)
	names := strings.Fields(string(list))
	require.GreaterOrEqual(t, len(names), 30)
	w := dialogueWorld(t)
	leader := w.token("leader")
	for i, name := range names {
		talk := readTalk(t, name)
		for _, platform := range platforms {
			t.Run(name+" on "+string(platform), func(t *testing.T) {
				t.Parallel()
				w.phone(platform, i).on(t).follows(w, talk, leader)
			})
		}
	}
}

// dialogueWorld is a world whose platforms serve two wards, so that a chat on
// one does not look like the same chat on the other, filed already.
func dialogueWorld(t *testing.T) *world {
	w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "dialogues.db"), setup{buttons: true, idle: true})
	config, err := os.ReadFile(w.config)
	require.NoError(t, err)
	other := strings.Replace(string(config), "platform: zalo, unit: tran-bien", "platform: zalo, unit: tam-hiep", 1)
	require.NotEqual(t, string(config), other)
	require.NoError(t, os.WriteFile(w.config, []byte(other), 0o600))
	w.start()
	return w
}

var (
	pick  = regexp.MustCompile(`\[([^\]]+)\]`)
	album = regexp.MustCompile(`^\((\d+) image\)\s*(.*)$`)
)

// readTalk reads a recorded chat.
func readTalk(t *testing.T, name string) []exchange {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(recorded, name+".chat"))
	require.NoError(t, err)
	var talk []exchange
	for line := range strings.Lines(string(script)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, ">"):
			talk = append(talk, exchange{does: strings.TrimSpace(line[1:])})
		case line == "@ open":
			talk = append(talk, exchange{does: line})
		case strings.HasPrefix(line, "@") && line != "@ ear":
			require.Fail(t, "the sandbox cannot do this: "+line, name)
		case strings.HasPrefix(line, "    "):
			talk[len(talk)-1].note(t, strings.TrimSpace(line))
		}
	}
	return talk
}

// note reads what stands beside a recorded answer: choices, effects, the step.
func (x *exchange) note(t *testing.T, beside string) {
	t.Helper()
	if report, ok := strings.CutPrefix(beside, "! FileCase "); ok {
		x.files = &filing{}
		require.NoError(t, json.Unmarshal([]byte(report), x.files))
	}
	if strings.HasPrefix(beside, "[") {
		for _, m := range pick.FindAllStringSubmatch(beside, -1) {
			x.picks = append(x.picks, m[1])
		}
	}
	if at, ok := strings.CutPrefix(beside, "= "); ok {
		x.step = strings.Fields(at)[0]
	}
}

// payloads are the choices with the step they belong to.
func (x exchange) payloads() []string {
	all := make([]string, len(x.picks))
	for i, p := range x.picks {
		if all[i] = p; !strings.Contains(p, ":") {
			all[i] = x.step + ":" + p
		}
	}
	return all
}

// follows does what the chat does and holds the answers against it.
func (p *phone) follows(w *world, talk []exchange, leader string) {
	for _, x := range talk {
		got := p.does(x.does)
		want, offered := x.payloads(), offers(got)
		if p.platform == sandbox.Zalo { // its buttons are five at most
			want = want[:min(len(want), 5)]
		}
		require.Equal(p.t, want, offered, "after %q\n%s", x.does, p.talk())
		if x.files != nil {
			p.filed(w, p.code(got), *x.files, leader)
		}
	}
}

// does does what stands in a line of a chat, and returns the answer.
func (p *phone) does(what string) sandbox.Message {
	p.t.Helper()
	photos := album.FindStringSubmatch(what)
	switch {
	case what == "@ open":
		p.Follow()
	case what == "(location)":
		p.SendLocation(10.95, 106.82)
	case what == "(sticker)":
		p.SendSticker()
	case photos != nil:
		n, err := strconv.Atoi(photos[1])
		require.NoError(p.t, err)
		data := make([][]byte, n)
		for i := range data {
			data[i] = sandbox.SamplePhoto(i)
		}
		p.SendPhotoFiles(photos[2], data...)
	case strings.HasPrefix(what, "["):
		p.Say("#" + strings.Trim(what, "[]")) // an old choice can no longer be tapped
	default:
		p.Say(what)
	}
	return p.next()
}

// offers are the choices of a message by payload: quick replies, or buttons.
func offers(m sandbox.Message) []string {
	var all []string
	for _, c := range m.Choices {
		if c.Kind != sandbox.Numbered && c.Kind != sandbox.Link {
			all = append(all, strings.TrimPrefix(c.Payload, "#"))
		}
	}
	return all
}

// filed holds a case against what the chat files.
func (p *phone) filed(w *world, code string, want filing, leader string) {
	p.t.Helper()
	status, body := w.ask(leader, http.MethodGet, "/api/v1/cases/"+code, nil)
	require.Equal(p.t, http.StatusOK, status, string(body))
	var got struct {
		caseItem
		Sensitive bool
	}
	require.NoError(p.t, json.Unmarshal(body, &got))
	r := want.Report
	words := make([]string, len(r.Words))
	for i, word := range r.Words {
		words[i] = word.Text
	}
	require.Equal(p.t, strings.Join(words, "\n"), got.Description)
	require.Equal(p.t, []any{r.Kind, r.Category, r.Place, r.Anonymous, r.Sensitive}, []any{got.Kind, got.Category, got.Place, got.Anonymous, got.Sensitive})
	require.Len(p.t, got.Attachments, len(r.Files))
	if r.Contact.Phone+r.Contact.Name != "" {
		require.Equal(p.t, []string{r.Contact.Name, r.Contact.Phone}, []string{got.Contact.Name, got.Contact.Phone})
	}
	require.Empty(p.t, p.unread(), "more than one answer\n%s", p.talk())
}
