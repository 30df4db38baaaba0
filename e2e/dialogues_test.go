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

// recording is a recorded chat.
type recording struct {
	province  bool // with an account that serves the whole province
	exchanges []exchange
}

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
		for k, platform := range platforms {
			if talk.province && k != i%len(platforms) {
				continue // on the other it would look like the same matter, filed already
			}
			t.Run(name+" on "+string(platform), func(t *testing.T) {
				t.Parallel()
				w.dialogist(t, platform, i, talk.province).follows(w, talk.exchanges, leader)
			})
		}
	}
}

// The accounts that serve the whole province.
const (
	provincePage = "1000009"
	provinceOA   = "3000009"
)

// provinceChannels are they in the configuration.
const provinceChannels = `
  - {platform: messenger, page_id: "1000009", app_id: "2000009", app_secret: province-app-secret, page_token: PROVINCE-TOKEN, verify_token: VERIFY-PROVINCE, rate: 6000/min}
  - {platform: zalo, oa_id: "3000009", app_id: "4000009", app_secret: province-oa-secret, oa_secret_key: province-oa-key, access_token: AT-province, refresh_token: RT-province, rate: 6000/min, buttons: true}
`

func provinceAccounts(o *sandbox.Options) {
	o.Pages = append(o.Pages, sandbox.Page{
		ID: provincePage, Name: "Đồng Nai", AppID: "2000009", AppSecret: "province-app-secret",
		Token: "PROVINCE-TOKEN", VerifyToken: "VERIFY-PROVINCE", RatePerSecond: -1,
	})
	o.OAs = append(o.OAs, sandbox.OA{
		ID: provinceOA, Name: "Đồng Nai", AppID: "4000009", AppSecret: "province-oa-secret", SecretKey: "province-oa-key",
		AccessToken: "AT-province", RefreshToken: "RT-province", CloudAccount: true, Buttons: true, RatePerMinute: -1,
	})
}

// dialogueWorld is a world whose platforms serve two wards, so that a chat on
// one does not look like the same chat on the other, filed already.
func dialogueWorld(t *testing.T) *world {
	w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "dialogues.db"), setup{buttons: true, idle: true, options: provinceAccounts})
	config, err := os.ReadFile(w.config)
	require.NoError(t, err)
	other := strings.Replace(string(config), "platform: zalo, unit: tran-bien", "platform: zalo, unit: tam-hiep", 1)
	require.NotEqual(t, string(config), other)
	require.NoError(t, os.WriteFile(w.config, []byte(strings.TrimRight(other, "\n")+provinceChannels), 0o600))
	w.start()
	return w
}

// dialogist is a citizen who has not written before.
func (w *world) dialogist(t *testing.T, platform sandbox.Platform, n int, province bool) *phone {
	if !province {
		return w.phone(platform, n).on(t)
	}
	account := map[sandbox.Platform]string{sandbox.Messenger: provincePage, sandbox.Zalo: provinceOA}[platform]
	c, err := w.box.Citizen(platform, account, "7"+strconv.Itoa(100_000_000+n))
	require.NoError(t, err)
	return &phone{Citizen: c, t: t, platform: platform}
}

var (
	pick  = regexp.MustCompile(`\[([^\]]+)\]`)
	album = regexp.MustCompile(`^\((\d+) image\)\s*(.*)$`)
)

// readTalk reads a recorded chat.
func readTalk(t *testing.T, name string) recording {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(recorded, name+".chat"))
	require.NoError(t, err)
	var talk recording
	for line := range strings.Lines(string(script)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, ">"):
			talk.exchanges = append(talk.exchanges, exchange{does: strings.TrimSpace(line[1:])})
		case line == "@ open":
			talk.exchanges = append(talk.exchanges, exchange{does: line})
		case line == "@ province":
			talk.province = true
		case strings.HasPrefix(line, "@") && line != "@ ear":
			require.Fail(t, "the sandbox cannot do this: "+line, name)
		case strings.HasPrefix(line, "    "):
			talk.exchanges[len(talk.exchanges)-1].note(t, strings.TrimSpace(line))
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
