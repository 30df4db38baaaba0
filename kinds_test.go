package main

import (
	"encoding/json"
	"html/template"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/intake"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/web"
)

// allKinds are the kinds that the console edits, with the invented contacts.
func allKinds(t *testing.T) (kinds, map[models.ContentKind]handlers.ContentKind) {
	t.Helper()
	m, err := newMind(true)
	require.NoError(t, err)
	byName := map[models.ContentKind]handlers.ContentKind{}
	for _, k := range (&App{mind: m}).contentKinds() {
		byName[k.Kind] = k
	}
	return kinds{m}, byName
}

func bodyOf(t *testing.T, p models.Content) (b handlers.Body) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(p.Body), &b))
	return b
}

// TestEmbeddedContentIsInOrder: what the program brings along passes the checks of
// the console, has a title, and can be shown as citizens read it.
func TestEmbeddedContentIsInOrder(t *testing.T) {
	t.Parallel()
	_, byName := allKinds(t)
	for name, k := range byName {
		pieces := k.Embedded()
		if name != models.ContentAlias {
			require.NotEmpty(t, pieces, name)
		}
		for _, p := range pieces {
			whole := bodyOf(t, p)
			_, faults := k.Check(p, whole)
			require.Empty(t, faults, "%s %s", name, p.Key)
			require.Equal(t, name == models.ContentHours, k.Title(p, whole) == "", p.Key)
			answers, err := k.Preview(p, whole, nil)
			require.NoError(t, err, p.Key)
			require.NotEmpty(t, answers, p.Key)
			for _, a := range answers {
				internal := k.Internal != nil && k.Internal(whole) && a.Part == "contact"
				require.Equal(t, internal, a.Text == "", "%s %s %s", name, p.Key, a.Part)
			}
		}
	}
}

// TestContentHasItsWords: each kind, field, column, choice and part of a preview
// has words of its own in the pages.
func TestContentHasItsWords(t *testing.T) {
	t.Parallel()
	_, byName := allKinds(t)
	part := template.Must(template.New("").ParseFS(web.Files, "pages/console/part_content.html"))
	words := func(block, of string) {
		var b strings.Builder
		require.NoError(t, part.ExecuteTemplate(&b, block, of))
		got := strings.TrimSpace(b.String())
		require.NotEmpty(t, got, "%s %s", block, of)
		require.NotEqual(t, of, got, "%s %s", block, of)
	}
	parts := map[string]bool{}
	for _, k := range byName {
		words("content-kind", string(k.Kind))
		for _, f := range k.Fields {
			of := string(k.Kind) + "." + f.Name
			words("content-field", of)
			require.NotContains(t, []string{"key", "unit", "base", "why", "do"}, f.Name, "the form of a piece has that already")
			for _, column := range f.Columns {
				words("content-column", of+"."+column)
			}
			if f.Form == handlers.FormChoice || f.Form == handlers.FormSeveral {
				for _, c := range f.Choices() {
					if c.Name == "" {
						words("content-choice", of+"."+c.Code)
					}
				}
			}
		}
		for _, p := range k.Embedded() {
			if k.Group != nil {
				words("content-group", k.Group(p))
			}
			answers, err := k.Preview(p, bodyOf(t, p), nil)
			require.NoError(t, err)
			for _, a := range answers {
				parts[a.Part] = true
			}
		}
	}
	require.Greater(t, len(parts), 8)
	for p := range parts {
		words("content-part", p)
	}
}

// TestAnInventedContactIsChanged: it goes on under its new number, whole, and the
// old line is gone.
func TestAnInventedContactIsChanged(t *testing.T) {
	t.Parallel()
	k, _ := allKinds(t)
	before := len(k.catalogue().Contacts("tran-bien"))
	require.NoError(t, k.learn([]models.Content{
		{Kind: models.ContentContact, Key: "chu_tich//0900000005", Unit: "tran-bien", Body: lookup.GoneContact},
		{Kind: models.ContentContact, Key: "chu_tich//0900000099", Unit: "tran-bien", Body: `{"role":"chu_tich","name":"Lê Văn C","phone":"0900000099","public":true}`},
		{Kind: models.ContentContact, Key: "bi_thu//0900000003", Unit: "tran-bien", Body: `{"role":"bi_thu","name":"Ngô Thị Y","phone":"0900000003","public":true}`},
	}))
	require.Len(t, k.catalogue().Contacts("tran-bien"), before)
	_, old := k.catalogue().Contact("tran-bien", "chu_tich//0900000005")
	require.False(t, old)
	c, _ := k.catalogue().Contact("tran-bien", "bi_thu//0900000003")
	require.Equal(t, "Ngô Thị Y", c.Name)
}

// TestADayOffTellsWhatItMoves: of the open cases those are counted that the day
// falls into, and a day that is worked after all takes back no promise.
func TestADayOffTellsWhatItMoves(t *testing.T) {
	t.Parallel()
	k, _ := allKinds(t)
	filed := time.Date(2027, 3, 1, 2, 0, 0, 0, time.UTC) // a Monday
	c := models.Case{Code: "A", Kind: models.PhanAnh, Status: models.StatusAccepted, CreatedAt: filed}
	c.DueAt = k.deadlines().DueAt(c.Kind, "", filed)
	old := c
	old.CreatedAt = filed.AddDate(0, -1, 0)
	old.DueAt = k.deadlines().DueAt(c.Kind, "", old.CreatedAt)
	open := func(string) ([]models.Case, error) { return []models.Case{c, old}, nil }
	kind := k.holidays(open)
	parts := func(day, how string) map[string]string {
		p := models.Content{Kind: models.ContentHoliday, Key: day, Body: `{"kind":"` + how + `","name":"Nghỉ"}`}
		answers, err := kind.Preview(p, bodyOf(t, p), []models.Content{p})
		require.NoError(t, err)
		got := map[string]string{}
		for _, a := range answers {
			got[a.Part] = a.Text
		}
		return got
	}
	got := parts("2027-03-03", "holiday")
	require.Equal(t, []string{"2", "1", "0"}, []string{got["open"], got["later"], got["kept"]})
	require.Contains(t, got["day"], "03/03/2027")
	got = parts("2027-03-06", "make_up") // a Saturday
	require.Equal(t, []string{"2", "0", "1"}, []string{got["open"], got["later"], got["kept"]})
}

func TestOfficeHoursAreChecked(t *testing.T) {
	t.Parallel()
	all, _ := allKinds(t)
	k := all.officeHours(func(string) ([]models.Case, error) { return nil, nil })
	p := k.Embedded()[0]
	for periods, fault := range map[string]bool{
		`[{"from":"07:00","to":"11:30"},{"from":"13:00","to":"16:30"}]`: false,
		`[{"from":"07:00","to":"16:30"}]`:                               false,
		`[{"from":"13:00","to":"16:30"},{"from":"07:00","to":"11:30"}]`: true,
		`[{"from":"7 giờ","to":"11:30"}]`:                               true,
		`[{"from":"07:00"}]`:                                            true,
	} {
		p.Body = `{"periods":` + periods + `}`
		_, faults := k.Check(p, bodyOf(t, p))
		require.Equal(t, fault, len(faults) > 0, periods)
		if answers, err := k.Preview(p, bodyOf(t, p), []models.Content{p}); !fault {
			require.NoError(t, err)
			require.Contains(t, answers[0].Text, "07:00")
		}
	}
}

// TestTheConsoleRefusesWhatAnImportRefuses: with the same fields and the same mend.
func TestTheConsoleRefusesWhatAnImportRefuses(t *testing.T) {
	t.Parallel()
	k, byName := allKinds(t)
	for _, tt := range []struct {
		kind      models.ContentKind
		file      intake.Kind
		key, unit string
		body      string
		identity  string // the column of the key
		faulty    string // field
	}{
		{models.ContentContact, intake.Contacts, "", "tran-bien", `{"role":"chu_tich","phone":"12","as_of":"2026-11-02","public":true}`, "", "name"},
		{models.ContentContact, intake.Contacts, "", "tran-bien", `{"role":"king","phone":"0900000001","as_of":"soon","public":true,"email":"x"}`, "", "role"},
		{models.ContentProcedure, intake.Procedures, "khai-sinh", "", `{"name":"X","short":"dài quá hai mươi chữ cái rồi","as_of":"2026-11","documents":[{"note":"x"}]}`, "code", "documents"},
		{models.ContentProcedure, intake.Procedures, "khai-sinh", "tran-bien", `{"review":"mai"}`, "code", "review"},
		{models.ContentUnit, intake.Units, "tran-bien", "", `{"office":"","office_confirmed":true}`, "slug", "office"},
		{models.ContentHoliday, intake.Holidays, "2027-02-30", "", `{"kind":"feast","name":"x"}`, "date", "date"},
	} {
		p := models.Content{Kind: tt.kind, Key: tt.key, Unit: tt.unit, Body: tt.body}
		kind := byName[tt.kind]
		_, console := kind.Check(p, bodyOf(t, p))
		row := map[string]any(bodyOf(t, p))
		if tt.identity != "" {
			row[tt.identity] = tt.key
		}
		if tt.unit != "" {
			row["unit"] = tt.unit
		}
		_, file := intake.Content(tt.file, []intake.Record{{Fields: row}}, k.catalogue())
		require.Len(t, console, len(file))
		require.NotEmpty(t, file)
		fields := ""
		for i, f := range file {
			require.Equal(t, handlers.ContentFault{Field: f.Field, Code: string(f.Code), Mend: f.Mend}, console[i])
			fields += f.Field + " "
		}
		require.Contains(t, fields, tt.faulty)
	}
}
