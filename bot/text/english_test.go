package text_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// TestEnglishIsWhole holds that English names only entries that are there, uses
// no slot that the Vietnamese of the entry does not have, and that its labels fit.
func TestEnglishIsWhole(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	vi, en := entries(t, "vi.tmpl"), entries(t, "en.tmpl")
	slot := regexp.MustCompile(`\.[A-Z]\w+(\.[A-Z]\w+)*`)
	for key, words := range en {
		if !c.Has(key) {
			t.Errorf("%s is English only", key)
		}
		for _, s := range slot.FindAllString(words, -1) {
			if !strings.Contains(vi[key], s) {
				t.Errorf("%s: %s is not in the Vietnamese", key, s)
			}
		}
		if name, ok := strings.CutPrefix(key, "choice."); ok && key != "choice.outdated" {
			if label := c.In("en").Label("", name); utf8.RuneCountInString(label) > 20 || label == "" {
				t.Errorf("%s: %q", key, label)
			}
		}
	}
	for key := range vi {
		if _, ok := en[key]; !ok && !strings.HasPrefix(key, "ask.") {
			t.Errorf("%s is not in English", key)
		}
	}
}

// entries lists the entries of a catalogue file with their source.
func entries(t *testing.T, file string) map[string]string {
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, part := range strings.Split(string(source), `{{define "`)[1:] {
		key, words, _ := strings.Cut(part, `"}}`)
		all[key] = words
	}
	return all
}

func TestIn(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	for language, want := range map[string]string{"": "Xong", "vi": "Xong", "xx": "Xong", "en": "Done"} {
		if got := c.In(language).Label("report.describe", "done"); got != want {
			t.Errorf("%q: %q", language, got)
		}
	}
	said, err := c.In("en").Render("human.away", struct{ Office struct{ OpensAt time.Time } }{struct{ OpensAt time.Time }{time.Date(2026, 11, 3, 0, 30, 0, 0, time.UTC)}})
	if err != nil || !strings.Contains(said, "07:30 Tuesday 03/11/2026") {
		t.Errorf("%q, %v", said, err)
	}
	if said, err := c.In("en").Render("ask.time", struct {
		Procedure struct {
			Name, Time, AsOf string
			Verify           bool
		}
	}{}); err != nil || !strings.Contains(said, "Thời gian") {
		t.Errorf("what is not in English is not said in Vietnamese: %q, %v", said, err)
	}
}
