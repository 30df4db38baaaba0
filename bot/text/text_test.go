package text_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/langnghe/langnghe/bot/text"
)

func catalogue(t testing.TB) *text.Catalogue {
	c, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRender(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	if _, err := c.Render("no.such", nil); err == nil {
		t.Error("an unknown key was rendered")
	}
	if _, err := c.Render("report.filed.added", struct{ Count int }{1}); err == nil {
		t.Error("an unfilled slot went unnoticed")
	}
	got, err := c.Render("status.withdrawn", struct{ Code string }{"PA2026-AAAA01"})
	if err != nil || !strings.Contains(got, "rút vụ PA2026-AAAA01") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestParseRefusesABrokenEdit(t *testing.T) {
	t.Parallel()
	if _, err := text.Parse(`{{define "a"}}{{.X`); err == nil {
		t.Error("a broken catalogue was read")
	}
}

func TestLabel(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	for _, l := range [][3]string{{"report.confirm", "yes", "Gửi"}, {"report.photo_place", "yes", "Đúng"}, {"x.y", "nothing", ""}} {
		if got := c.Label(l[0], l[1]); got != l[2] {
			t.Errorf("%s:%s is %q", l[0], l[1], got)
		}
	}
}

// TestWhatCannotBeFilledIsSaidAsItIsBuiltIn: no published wording silences the bot,
// nor makes another that includes it.
func TestWhatCannotBeFilledIsSaidAsItIsBuiltIn(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	bad, err := c.With([]text.Entry{
		{Language: text.Vietnamese, Key: "status.dates", Words: "{{.NoSuch}}"}, {Language: text.English, Key: "status.withdrawn", Words: "{{.NoSuch}}"},
		{Language: text.Vietnamese, Key: "ask.time", Words: "Mới {{.Procedure.Name}}"},
	})
	if err != nil {
		t.Fatal(err)
	}
	data := struct {
		Code string
		Case struct {
			Code, Status           string
			Created, Resolved, Due time.Time
			DueDays                int
		}
		Procedure struct{ Name string }
	}{Code: "PA2026-AAAA01"}
	for _, key := range []string{"status.stranger", "status.withdrawn"} {
		for _, language := range []string{"", text.English} {
			want, err := c.In(language).Render(key, data)
			got, badErr := bad.In(language).Render(key, data)
			if err != nil || badErr != nil || got != want {
				t.Errorf("%s %s: %q, %v, not %q, %v", key, language, got, badErr, want, err)
			}
		}
	}
	if got, err := bad.In(text.English).Render("ask.time", data); got != "Mới" || err != nil {
		t.Errorf("what English borrows changes with the Vietnamese: %q, %v", got, err)
	}
	if c.Own(text.English, "ask.time") || !c.Own(text.English, "greet") || c.Own("fr", "no.such") {
		t.Error("own")
	}
}

func TestHelpers(t *testing.T) {
	t.Parallel()
	c, err := text.Parse(`{{define "cut"}}{{cut 12 .}}{{end}}{{define "quote"}}{{quote .}}{{end}}{{define "word"}}{{word .}}|{{word "none"}}{{end}}{{define "w"}}từ{{end}}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range [][3]string{
		{"cut", "một hai ba bốn năm", "một hai ba…"},
		{"cut", "ngắn", "ngắn"},
		{"cut", strings.Repeat("a", 20), strings.Repeat("a", 11) + "…"},
		{"quote", "1. một\n\n  hai\r\n", "– 1. một\n– hai"},
		{"word", "w", "từ|"},
	} {
		if got, err := c.Render(w[0], w[1]); err != nil || got != w[2] {
			t.Errorf("%s %q: %q, %v", w[0], w[1], got, err)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	late := time.Date(2026, 11, 1, 18, 30, 0, 0, time.UTC) // Monday already in Vietnam
	if got := text.Date(late); got != "thứ Hai 02/11/2026" {
		t.Error(got)
	}
	if got := text.Moment(late); got != "01:30 thứ Hai 02/11/2026" {
		t.Error(got)
	}
}

func TestPhone(t *testing.T) {
	t.Parallel()
	for n, want := range map[string]string{"0900000078": "0900 000 078", "02513822297": "0251 3822 297", "19001006": "1900 1006", "1900969680": "1900 969 680", "113": "113", "0900 1": "0900 1", "": ""} {
		if got := text.Phone(n); got != want {
			t.Errorf("%q: %q", n, got)
		}
	}
}

func TestCompose(t *testing.T) {
	t.Parallel()
	numbered := text.Layout{Max: 60, Numbered: true, More: "Xem tiếp"}
	for name, c := range map[string]struct {
		parts  []text.Part
		labels []string
		layout text.Layout
		want   []string
		rest   string
	}{
		"numbered": {[]text.Part{{Text: "Một."}, {Text: " "}, {Text: "Hai?"}}, []string{"Có", "Không"}, numbered, []string{"Một.\n\nHai?\n\n1. Có\n2. Không"}, ""},
		"buttons":  {[]text.Part{{Text: "Hai?"}}, []string{"Có"}, text.Layout{Max: 60}, []string{"Hai?"}, ""},
		"figures":  {[]text.Part{{Text: "1. một\n  22. hai\n3/3 ba", Whole: true}}, nil, numbered, []string{"– 1. một\n– 22. hai\n3/3 ba"}, ""},
		"cut": {[]text.Part{{Text: strings.Repeat("a", 30)}, {Text: strings.Repeat("b", 30)}}, []string{"Có"}, numbered,
			[]string{strings.Repeat("a", 30) + "\n\n1. Có\n2. Xem tiếp"}, strings.Repeat("b", 30)},
		"whole": {[]text.Part{{Text: strings.Repeat("a", 50), Whole: true}, {Text: strings.Repeat("b", 50)}}, []string{"Có"}, numbered,
			[]string{strings.Repeat("a", 50), strings.Repeat("b", 50) + "\n\n1. Có"}, ""},
		"nothing": {nil, nil, numbered, []string{""}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := text.Compose(c.parts, c.labels, c.layout)
			if strings.Join(got.Messages, "|") != strings.Join(c.want, "|") || got.Rest != c.rest {
				t.Errorf("%q, rest %q", got.Messages, got.Rest)
			}
		})
	}
}

// FuzzCompose holds that nothing is lost and no message is too long.
func FuzzCompose(f *testing.F) {
	f.Add("Một.\n\nHai", "Có|Không", 40, true, false)
	f.Add(strings.Repeat("nghiêng ", 90)+"\xff", "", 100, false, true)
	f.Fuzz(func(t *testing.T, body, labels string, most int, numbered, whole bool) {
		most = 60 + min(max(most, 0), 2000)
		var ls []string
		for l := range strings.SplitSeq(labels, "|") {
			if r := []rune(strings.ToValidUTF8(l, "")); len(ls) < 2 && len(r) < 10 {
				ls = append(ls, string(r))
			}
		}
		got := text.Compose([]text.Part{{Text: body, Whole: whole}}, ls, text.Layout{Max: most, Numbered: numbered, More: "Xem"})
		squeeze := func(s string) string {
			return strings.NewReplacer("\uFFFD", "").Replace(strings.Join(strings.Fields(s), ""))
		}
		all := strings.Join(got.Messages, "") + got.Rest
		for _, word := range strings.Fields(strings.ToValidUTF8(body, "\uFFFD")) {
			if !strings.Contains(squeeze(strings.Join(got.Messages, ""))+squeeze(got.Rest), squeeze(word)) && !numbered {
				t.Fatalf("%q is gone from %q", word, all)
			}
		}
		for _, m := range got.Messages {
			if n := utf8.RuneCountInString(m); n > most {
				t.Fatalf("%d runes of %d", n, most)
			}
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := text.Load(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRender renders what is said most, as it is built in and after every
// entry was changed.
func BenchmarkRender(b *testing.B) {
	built := catalogue(b)
	var entries []text.Entry
	for _, key := range built.Keys() {
		entries = append(entries, text.Entry{Language: text.Vietnamese, Key: key, Words: built.Source(text.Vietnamese, key)})
	}
	changed, err := built.With(entries)
	if err != nil {
		b.Fatal(err)
	}
	for name, c := range map[string]*text.Catalogue{"built in": built, "changed": changed} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Render("report.describe", nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
