package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/text"
	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// piece is a piece of content with such a body.
func piece(t testing.TB, kind models.ContentKind, key string, body any) models.Content {
	t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(t, err)
	return models.Content{Kind: kind, Key: key, Body: string(raw)}
}

func wordingOf(t testing.TB, key, words string) models.Content {
	return piece(t, models.ContentWording, key, wordingBody{words})
}

// TestEveryEntryMayBeSaidAsItIs: what is built in passes the checks of what is
// published, so that changing a word of it does.
func TestEveryEntryMayBeSaidAsItIs(t *testing.T) {
	t.Parallel()
	m, err := newMind(false)
	require.NoError(t, err)
	checker := m.builtIn.Checker(samples(false))
	for _, language := range m.builtIn.Languages() {
		for _, key := range m.builtIn.Keys() {
			source := m.builtIn.Source(language, key)
			require.NoError(t, checker.Check(text.Entry{Language: language, Key: key, Words: source}), "%s/%s: %s", language, key, source)
		}
	}
}

func TestWordingIsPublished(t *testing.T) {
	t.Parallel()
	m, err := newMind(false)
	require.NoError(t, err)
	slots := bot.Slots{Code: "PA2026-AAAA01", Case: bot.CaseView{Status: models.StatusNew, Code: "PA2026-AAAA01"}}
	say := func(language, key string) string {
		t.Helper()
		said, err := m.wording().In(language).Render(key, slots)
		require.NoError(t, err)
		return said
	}
	before := say("", "status.withdrawn")
	changed := []models.Content{
		wordingOf(t, "status.withdrawn", "Vụ {{.Code}} đã được rút."),
		wordingOf(t, "is.new", "vừa gửi"),
		wordingOf(t, "greet/en", "Good day."),
		wordingOf(t, "choice.done", "Gửi xong rồi"),
	}
	_, err = m.Try(changed, nil)
	require.NoError(t, err)
	require.Equal(t, before, say("", "status.withdrawn"), "it was only tried")
	require.NoError(t, m.learn(changed))

	require.Equal(t, "Vụ PA2026-AAAA01 đã được rút.", say("", "status.withdrawn"))
	require.NotContains(t, say("en", "status.withdrawn"), "đã được rút", "English has its own")
	require.Contains(t, say("", "status.stranger"), "vừa gửi", "where another entry names it")
	require.Equal(t, "Good day.", say("en", "greet"))
	require.NotEqual(t, "Good day.", say("", "greet"))

	step := bot.State{Step: "report.describe", Offered: []bot.Choice{{Payload: "report.describe:done"}, {Payload: "report.describe:cancel"}}}
	require.Equal(t, "Gửi xong rồi", m.wording().Label("report.describe", "done"))
	for _, typed := range []string{"gui xong roi", "Xong", "done"} {
		heard := m.Understand(step, []models.Event{{Kind: models.EventMessage, Text: typed, At: time.Now()}})
		require.Equal(t, "report.describe:done", heard.Choice, "%q: who was shown the older label may type it", typed)
	}
	require.NoError(t, m.learn(nil))
	require.Equal(t, before, say("", "status.withdrawn"), "taken back")
}

func TestWordingThatIsRefused(t *testing.T) {
	t.Parallel()
	m, err := newMind(false)
	require.NoError(t, err)
	var published []models.Content
	for _, c := range []struct {
		key, words string
		want       text.FaultCode
	}{
		{"no.such", "x", text.FaultKey},
		{"greet/fr", "x", text.FaultKey},
		{"greet/vi", "x", text.FaultKey},
		{"greet", " \n ", text.FaultEmpty},
		{"status.withdrawn", "Vụ {{.Code", text.FaultSyntax},
		{"status.withdrawn", "Vụ {{shout .Code}}", text.FaultSyntax},
		{"status.withdrawn", `{{define "greet"}}x{{end}}Vụ {{.Code}}`, text.FaultSyntax},
		{"status.withdrawn", "Vụ {{.Code}} {{.Report.Contact.Phone}}", text.FaultSlot},
		{"status.withdrawn", "Vụ {{.Code}} {{.Secret}}", text.FaultSlot},
		{"status.withdrawn", "Vụ {{.}}", text.FaultSlot},
		{"status.withdrawn", `Vụ {{.Code}} {{printf "%999999999d" 1}}`, text.FaultSlot},
		{"status.withdrawn", `Vụ {{.Code}}{{template "status.withdrawn" .}}`, text.FaultSlot},
		{"status.withdrawn", `Vụ {{.Code}}{{range 1000000000}}{{end}}`, text.FaultSlot},
		{"is.new", `{{word "is.new"}}`, text.FaultSlot},
		{"welcome.intro", "{{.Office.Name}} {{.}}", text.FaultSlot},
		{"ask.several", `{{template "ask.brief" .}}{{with .Procedures}}{{range .}}{{range .}}{{end}}{{end}}{{end}}`, text.FaultNested},
		{"greet", strings.Repeat("dạ ", 700), text.FaultLong},
		{"is.waiting_citizen", strings.Repeat("chờ ", 200), text.FaultLong},
		{"status.withdrawn", "Vụ {{.Code}}" + strings.Repeat("{{if .Code}}{{else}}dạ {{end}}", 500), text.FaultLong},
		{"greet", "Dạ:\n1. một", text.FaultNumbered},
		{"greet", "Kính chào Quý vị", text.FaultAvoid},
		{"status.withdrawn", "Đã rút.", text.FaultMissing},
		{"human.closed", "Tôi đã ghi vào danh sách chờ, từ {{moment .Office.OpensAt}}.", text.FaultMissing},
		{"choice.done", "Gửi hết mọi thứ rồi ạ nhé", text.FaultLabel},
		{"choice.done", "Xong\nrồi", text.FaultLabel},
		{"choice.done", "{{.Code}}", text.FaultSlot},
		{"choice.no", "Đúng", text.FaultMisheard},
		{"choice.report.confirm.yes", "Hủy", text.FaultMisheard},
		{"choice.done/en", "Cancel", text.FaultMisheard},
	} {
		bad := wordingOf(t, c.key, c.words)
		_, err := m.Try([]models.Content{bad}, nil)
		var fault text.Fault
		require.ErrorAs(t, err, &fault, "%s %s", c.key, c.words)
		require.Equal(t, c.want, fault.Code, "%s %s: %v", c.key, c.words, err)
		require.NotEmpty(t, fault.Error())
		published = append(published, bad)
	}
	// Published all the same, by an older release, it takes nothing along.
	require.Error(t, m.learn(append(published, wordingOf(t, "thanks", "Dạ, cảm ơn ông/bà."))))
	require.Len(t, m.now.Load().leftOut, len(published))
	said, err := m.Render("thanks", bot.Slots{})
	require.NoError(t, err)
	require.Equal(t, "Dạ, cảm ơn ông/bà.", said)
	_, err = m.Try([]models.Content{{Kind: models.ContentWording, Key: "greet", Unit: "tran-bien", Body: `{"text":"x"}`}}, nil)
	require.ErrorContains(t, err, "province")
}

func TestTemplatesArePublished(t *testing.T) {
	t.Parallel()
	m, err := newMind(false)
	require.NoError(t, err)
	own := piece(t, models.ContentTemplate, "checking", map[string]string{"text": "Riêng {code}"})
	own.Unit = "tran-bien"
	everywhere := piece(t, models.ContentTemplate, "checking", map[string]any{"name": "Đang xem", "categories": []string{"rac-thai"}})
	require.NoError(t, m.learn([]models.Content{own, everywhere}), "the unit's own was changed first")
	there, _ := m.answers().Template("checking", "tran-bien")
	require.Equal(t, []string{"Đang xem", "Riêng {code}"}, []string{there.Name, there.Text})
	require.Equal(t, []string{"rac-thai"}, there.Categories)

	for _, bad := range []models.Content{
		piece(t, models.ContentTemplate, "checking", map[string]string{"text": "{phone}"}),
		piece(t, models.ContentTemplate, "checking", map[string]any{"categories": []string{"no-such"}}),
		piece(t, models.ContentTemplate, "checking", map[string]any{"units": []string{"no-such"}}),
		piece(t, models.ContentTemplate, "checking", map[string]any{"code": 1}),
	} {
		_, err := m.Try([]models.Content{bad}, nil)
		require.Error(t, err, bad.Body)
	}
}

func TestTheTaxonomyIsPublished(t *testing.T) {
	t.Parallel()
	m, err := newMind(false)
	require.NoError(t, err)
	changed := []models.Content{piece(t, models.ContentCategory, "rac-thai", map[string]any{"name": "Rác", "deadline_days": 2, "cues": []string{"rác", "xe gom không ghé"}})}
	before, _ := m.catalogue().Category("rac-thai")
	_, err = m.Try(changed, nil)
	require.NoError(t, err)
	require.NoError(t, m.learn(changed))
	c, _ := m.catalogue().Category("rac-thai")
	require.Equal(t, "Rác", c.Name)
	require.Equal(t, 2, m.deadlines().Categories["rac-thai"])
	require.Equal(t, before.Sensitive, c.Sensitive)
	require.True(t, m.catalogue().NamesCategory(m.catalogue().Words("xe gom không ghé"), "rac-thai"))

	for _, body := range []string{
		`{"deadline_days":-1}`, `{"deadline_days":31}`, `{"deadline_days":1.5}`, `{"sensitive":false}`, `{"code":"x"}`, `{"urgent":[]}`,
		`{"responsible":"x"}`, `{"cues":["là"]}`, `{"name":"{{.}}"}`, `{"name":"` + strings.Repeat("a", 61) + `"}`,
	} {
		_, err := m.Try([]models.Content{{Kind: models.ContentCategory, Key: "rac-thai", Body: body}}, nil)
		require.Error(t, err, body)
	}
	for _, bad := range []models.Content{{Key: "no-such", Body: `{}`}, {Key: "rac-thai", Unit: "tran-bien", Body: `{}`}} {
		bad.Kind = models.ContentCategory
		_, err := m.Try([]models.Content{bad}, nil)
		require.Error(t, err)
	}
}

func TestALabelListsWhoNamesIt(t *testing.T) {
	t.Parallel()
	m, err := newMind(false)
	require.NoError(t, err)
	k := kinds{m}
	answers, err := k.previewWording(models.Content{Kind: models.ContentWording, Key: "choice.done"}, nil, nil)
	require.NoError(t, err)
	last := answers[len(answers)-1]
	require.Equal(t, "named", last.Part)
	require.Contains(t, last.Text, "(report.describe)")
	require.NotContains(t, last.Text, "(menu.root)")
}

// TestWhatATermMovesIsCounted: dates that grow, and dates that are kept because they
// were promised.
func TestWhatATermMovesIsCounted(t *testing.T) {
	t.Parallel()
	m, err := newMind(false)
	require.NoError(t, err)
	from := time.Date(2026, 11, 2, 2, 0, 0, 0, time.UTC)
	due := func(days int) models.Case {
		c := models.Case{Code: "PA2026-AAAA01", Kind: models.PhanAnh, Category: "rac-thai", CreatedAt: from}
		d := m.deadlines()
		d.Categories = map[string]int{"rac-thai": days}
		c.DueAt = d.Explain(c).Counted
		return c
	}
	open := func(category string) ([]models.Case, error) {
		require.Equal(t, "rac-thai", category)
		return []models.Case{due(2), due(3), due(4), due(5), due(5), {}}, nil
	}
	k := kinds{m}.categories(open)
	moves := func(days int) map[string]string {
		p := piece(t, models.ContentCategory, "rac-thai", map[string]int{"deadline_days": days})
		answers, err := k.Preview(p, handlers.Body{"name": "Rác", "deadline_days": float64(days)}, []models.Content{p})
		require.NoError(t, err)
		got := map[string]string{}
		for _, a := range answers[1:] {
			got[a.Part] = a.Text
		}
		return got
	}
	require.Equal(t, map[string]string{"open": "6", "later": "2", "kept": "2"}, moves(4))
	require.Empty(t, moves(3), "the term stays as it is")
}

// TestCheckTellsOfWordingThatDoesNotFit: a release may have no place for what was
// published; the operator is told, and the rest counts.
func TestCheckTellsOfWordingThatDoesNotFit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.Zero(t, command(t, dir, "", "check").code)
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "x.db"), store.Options{})
	require.NoError(t, err)
	require.NoError(t, st.SaveContent(t.Context(), []models.Content{wordingOf(t, "an.older.entry", "x"), wordingOf(t, "greet", "Dạ.")}))
	require.NoError(t, st.Close())
	checked := command(t, dir, "", "check")
	require.NotZero(t, checked.code)
	require.Regexp(t, `(?m)^error\tcontent\t.*an\.older\.entry`, checked.stdout)
	require.NotContains(t, checked.stdout, "greet")
}
