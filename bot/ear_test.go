package bot_test

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/hear"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/bot/text"
	"github.com/langnghe/langnghe/data"
	"github.com/langnghe/langnghe/models"
)

// ears is what the product itself understands with. A chat that begins with
// "@ ear" is read by it: its lines are what a citizen types, and nothing else.
type ears struct {
	*hear.Ear
	cat *lookup.Catalogue
}

// realEars is loaded once: it takes a second under the race detector. sampleEars
// know the invented directory besides.
var (
	realEars   = sync.OnceValues(func() (*ears, error) { return loadEars() })
	sampleEars = sync.OnceValues(func() (*ears, error) { return loadEars(lookup.WithSampleContacts()) })
)

func loadEars(opts ...lookup.Option) (*ears, error) {
	cat, err := lookup.Load(data.FS(), opts...)
	if err != nil {
		return nil, err
	}
	c, err := text.Load()
	if err != nil {
		return nil, err
	}
	return &ears{Ear: hear.New(cat, c.Label, c.In("en").Label), cat: cat}, nil
}

// listen makes the world hear as the product does, from now on; with the
// "sample" directory, or the empty one of a new installation.
func (w *world) listen(directory string) {
	load := realEars
	if directory == "sample" {
		load = sampleEars
	}
	ears, err := load()
	if err != nil {
		w.t.Fatal(err)
	}
	w.ears = ears
	w.off.Unit, _ = ears.Unit(w.off.Unit.Slug, w.now)
}

// hears plays what a citizen typed, tapped and sent, as relay does: words and
// files of a burst together, a choice that was typed on its own.
func (w *world) hears(said string) bot.Turn {
	var whole bot.Turn
	for _, group := range w.groups(w.sends(said)) {
		e := w.ears.Understand(w.state, group)
		e.Now, e.Office = w.now, w.officeNow()
		w.surround(&e)
		w.last = e
		turn := bot.Reply(w.state, e)
		if len(w.like) > 0 && turn.State.Comparable() != nil && w.state.Comparable() == nil {
			e.Similar = w.like
			turn = bot.Reply(w.state, e)
		}
		turn = w.promised(turn)
		whole = bot.Merge(whole, turn)
		w.state = w.roundTrip(whole.State)
		for _, d := range turn.Do {
			w.apply(d)
		}
	}
	return whole
}

// promised adds to a turn that files a case until when it is to be answered.
func (w *world) promised(turn bot.Turn) bot.Turn {
	for _, d := range turn.Do {
		if f, files := d.(bot.FileCase); files {
			due, days := w.due(f.Report)
			return turn.Promised(due, days)
		}
	}
	return turn
}

// due is when a report that is filed now is to be answered, and in how many
// working days: by the real calendar where the chat has ears.
func (w *world) due(r bot.Report) (time.Time, int) {
	if w.ears == nil {
		return w.now.AddDate(0, 0, 7), 5
	}
	due := w.ears.cat.Deadlines().DueAt(cmp.Or(r.Kind, models.PhanAnh), r.Category, w.now)
	return due, w.ears.cat.Calendar().WorkingDays(w.now, due)
}

// sends makes the events of one line, as a channel would.
func (w *world) sends(said string) []models.Event {
	e := w.citizen(said)
	m := models.Event{Kind: models.EventMessage, At: w.now, Payload: e.Choice, Files: e.Files, Location: e.Location, Contact: e.Contact, Sticker: e.Sticker}
	if e.PhotoPlace != nil {
		w.taken = e.PhotoPlace // known once the file was fetched
	}
	if len(e.Words) == 0 {
		return []models.Event{m}
	}
	m.Mid, m.Text = e.Words[0].Mid, e.Words[0].Text
	events := []models.Event{m}
	for _, word := range e.Words[1:] {
		events = append(events, models.Event{Kind: models.EventMessage, At: w.now, Mid: word.Mid, Text: word.Text})
	}
	return events
}

// groups cuts events into what is understood together.
func (w *world) groups(events []models.Event) [][]models.Event {
	var groups [][]models.Event
	burst := false
	for _, e := range events {
		loose := !w.ears.Immediate(e)
		if loose && burst {
			groups[len(groups)-1] = append(groups[len(groups)-1], e)
		} else {
			groups = append(groups, []models.Event{e})
		}
		burst = loose
	}
	return groups
}

// officeNow is the office by the real calendar.
func (w *world) officeNow() bot.Office {
	o, cal := w.off, w.ears.cat.Calendar()
	o.Open = cal.Open(w.now)
	if !o.Open {
		o.OpensAt = cal.OpensAt(w.now)
	}
	if o.Province {
		o.Pick = nil
		if u, ok := w.ears.Unit(w.state.Unit, w.now); ok {
			o.Unit, o.Pick = u, []bot.UnitView{u}
		}
	}
	return o
}

// surround adds what relay knows of the world.
func (w *world) surround(e *bot.Event) {
	if e.Office.Province {
		for _, u := range e.Heard.Units {
			if len(e.Office.Pick) < 5 && (len(e.Office.Pick) == 0 || e.Office.Pick[0] != u) {
				e.Office.Pick = append(e.Office.Pick, u)
			}
		}
	}
	asks := e.Heard.Intent == bot.IntentContacts || e.Choice == "menu.root:contacts"
	if asks && len(e.Heard.Units) == 0 && e.Office.Unit.Slug != "" {
		w.ears.Directory(&e.Heard, e.Office.Unit.Slug, joined(e.Words), w.now)
	}
	if r := w.state.Report; r != nil && len(r.Files) > 0 && r.Location == nil {
		e.PhotoPlace = w.taken
	}
	w.fill(e)
}

func joined(words []bot.Word) string {
	parts := make([]string, len(words))
	for i, word := range words {
		parts[i] = word.Text
	}
	return strings.Join(parts, "\n")
}

// unitNamed is the unit of a slug: the real one, or the chat's own.
func (w *world) unitNamed(slug string) bot.UnitView {
	if w.ears != nil {
		u, _ := w.ears.Unit(slug, w.now)
		return u
	}
	return units[slug]
}

// categoryNamed is the name of a category.
func (w *world) categoryNamed(code string) string {
	if w.ears == nil {
		return "Rác thải"
	}
	c, _ := w.ears.cat.Category(code)
	return cmp.Or(c.Name, code)
}

// TestEarsHearAsTheProductDoes holds that a chat with "@ ear" is read, not told.
func TestEarsHearAsTheProductDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listen("")
	turn := w.play("> rac dong truoc nha 25 Nguyen Ai Quoc, hoi qua, sdt 0900 000 078")
	r := turn.State.Report
	if r == nil || r.Contact.Phone != "0900000078" || r.Place == "" || r.Category != "rac-thai" {
		t.Fatalf("%+v", r)
	}
	if turn = w.play("> huy"); turn.State.Step != "report.cancel" {
		t.Errorf("at %s", turn.State.Step)
	}
}

// TestDangersAreToldInEnglish holds that each danger of the table is answered in
// English, with its numbers and with advice of its own.
func TestDangersAreToldInEnglish(t *testing.T) {
	t.Parallel()
	source, err := fs.ReadFile(data.FS(), "catalogue.json")
	require.NoError(t, err)
	var table struct {
		Safety struct{ Dangers []bot.Danger }
	}
	require.NoError(t, json.Unmarshal(source, &table))
	require.Greater(t, len(table.Safety.Dangers), 10)
	en, advice := wording(t).In("en"), map[string]string{}
	for _, d := range append(table.Safety.Dangers, bot.Danger{Code: "chung"}) {
		told := said(t, en, bot.Line{Key: "danger", Data: bot.Slots{Danger: d}})
		for _, number := range d.Call {
			require.Contains(t, strings.ReplaceAll(told, " ", ""), number, d.Code)
		}
		accented := func(r rune) bool { return r >= 0xC0 && r < 0x2000 }
		require.False(t, strings.ContainsFunc(told, accented), told)
		way := said(t, en, bot.Line{Key: "danger.way", Data: bot.Slots{Danger: d}})
		require.Empty(t, advice[way], "%s is advised like another", d.Code)
		advice[way] = d.Code
	}
}
