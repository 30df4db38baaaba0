package main

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/hear"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/bot/text"
	"github.com/langnghe/langnghe/coach"
	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/data"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
)

// provinceSlug is the unit that answers where no other does.
const provinceSlug = "dong-nai"

// mind is what the product knows and how it speaks. What it knows is a snapshot,
// exchanged as a whole when published content changes.
type mind struct {
	builtIn *text.Catalogue
	book    *coach.Book // built in
	sample  bool        // the invented contacts are taken up
	now     atomic.Pointer[knowledge]
}

// knowledge is one snapshot: the catalogue, how it is said, the ear that reads by
// both, and what staff's answers are written with.
type knowledge struct {
	catalogue *lookup.Catalogue
	wording   *text.Catalogue
	ear       *hear.Ear
	book      *coach.Book
	leftOut   map[models.Content]error // pieces that do not fit, and why
	said      map[models.Content]bool  // the wording that was taken up
}

// newMind loads the embedded content. sample takes up the invented contacts,
// which is for the sandbox only.
func newMind(sample bool) (*mind, error) {
	wording, errWording := text.Load()
	book, errBook := readBook()
	if err := errors.Join(errWording, errBook); err != nil {
		return nil, err
	}
	m := &mind{builtIn: wording, book: book, sample: sample}
	return m, m.learn(nil)
}

// learn takes up what was changed of the published content. The error names
// what does not fit, which is left out.
func (m *mind) learn(changed []models.Content) error {
	k, err := m.with(changed, false)
	if err != nil {
		return err
	}
	m.now.Store(k)
	return errors.Join(slices.Collect(maps.Values(k.leftOut))...)
}

// tried is what would be known with these changes. It is an error when one does
// not fit that is not left out already.
func (m *mind) tried(changed []models.Content) (*knowledge, error) {
	k, err := m.with(changed, true)
	if err != nil {
		return nil, err
	}
	for piece, fault := range k.leftOut {
		if _, before := m.now.Load().leftOut[piece]; !before {
			return nil, fault
		}
	}
	return k, nil
}

// with is what is known with these changes. What is new to this process is tried
// with more samples when that is asked for.
func (m *mind) with(changed []models.Content, thorough bool) (*knowledge, error) {
	k := &knowledge{leftOut: map[models.Content]error{}, said: map[models.Content]bool{}}
	leave := func(p models.Content, err error) {
		k.leftOut[p] = fmt.Errorf("content %s %q: %w", p.Kind, p.Key, err)
	}
	known, answers := apart(changed)
	opts := []lookup.Option{lookup.WithContent(known), lookup.LeavingOut(leave)}
	if m.sample {
		opts = append(opts, lookup.WithSampleContacts())
	}
	var err error
	if k.catalogue, err = lookup.Load(data.FS(), opts...); err != nil {
		return nil, err
	}
	k.book = m.bookWith(answers, k.catalogue, leave)
	return k, m.speak(k, changed, thorough, leave)
}

func (m *mind) catalogue() *lookup.Catalogue { return m.now.Load().catalogue }
func (m *mind) ear() *hear.Ear               { return m.now.Load().ear }
func (m *mind) wording() *text.Catalogue     { return m.now.Load().wording }
func (m *mind) answers() *coach.Book         { return m.now.Load().book }

// Render renders an entry of the wording.
func (m *mind) Render(key string, data any) (string, error) { return m.wording().Render(key, data) }

// Understand implements relay.Ear.
func (m *mind) Understand(s bot.State, burst []models.Event) bot.Event {
	return m.ear().Understand(s, burst)
}

// Immediate implements relay.Ear.
func (m *mind) Immediate(e models.Event) bool { return m.ear().Immediate(e) }

// Directory implements relay.Ear.
func (m *mind) Directory(h *bot.Heard, unit, text string, at time.Time) {
	m.ear().Directory(h, unit, text, at)
}

// Procedure implements relay.Ear.
func (m *mind) Procedure(unit, code string) (bot.ProcedureView, bool) {
	return m.ear().Procedure(unit, code)
}

// Why implements relay.Ear.
func (m *mind) Why(question, procedure string) string { return m.ear().Why(question, procedure) }

// due lists the published content that must be looked at again.
func (m *mind) due(at time.Time) []models.Due { return m.catalogue().Due(at) }

func (m *mind) calendar() models.Calendar   { return m.catalogue().Calendar() }
func (m *mind) deadlines() models.Deadlines { return m.catalogue().Deadlines() }

// HasUnit implements handlers.Catalogue.
func (m *mind) HasUnit(slug string) bool { _, ok := m.catalogue().Unit(slug); return ok }

// HasCategory implements handlers.Catalogue.
func (m *mind) HasCategory(code string) bool { _, ok := m.catalogue().Category(code); return ok }

// Sensitive implements handlers.Catalogue.
func (m *mind) Sensitive(code string) bool {
	c, ok := m.catalogue().Category(code)
	return ok && c.Sensitive
}

// offices tells the relay who answers where; serves knows the unit of a channel.
func (m *mind) offices(cfg *config.Config, serves func(channel string) string) *relay.Offices {
	o := &relay.Offices{
		Serves: serves, Calendar: m.calendar, Province: provinceSlug,
		Privacy: cfg.PublicURL + "/quyen-rieng-tu", Lookup: cfg.PublicURL + "/tra-cuu",
		Units:    func(slug string) (bot.UnitView, bool) { return m.ear().Unit(slug, time.Now()) },
		Phone:    m.phone,
		Hours:    m.hours,
		Duty:     cfg.Duty.Email != "",
		Category: func(code string) string { c, _ := m.catalogue().Category(code); return c.Name },

		ReopenDays: int(cfg.Conversation.ReopenDays),

		Sensitive: m.Sensitive, Centres: map[string]models.Location{},
	}
	for _, u := range m.catalogue().Units() {
		if u.Lat != 0 && u.Slug != provinceSlug {
			o.Centres[u.Slug] = models.Location{Lat: u.Lat, Lng: u.Lng}
		}
	}
	if cfg.PublicURL != "" {
		o.Erasure = cfg.PublicURL + "/xoa-du-lieu/"
	}
	province, _ := o.Units(provinceSlug)
	o.Name = cmp.Or(cfg.Office.Name, province.Name)
	return o
}

// phone is the first public number of the unit, or "".
func (m *mind) phone(slug string) string {
	if found := m.catalogue().Contacts(slug); len(found) > 0 {
		return found[0].Phone // a contact without a number is refused
	}
	return ""
}

// hours are the office hours that the unit tells of its counter, or "".
func (m *mind) hours(slug string) string { return m.catalogue().OfficeHours(slug) }

// knownUnit reports whether a unit has that slug.
func knownUnit(slug string) (bool, error) {
	m, err := newMind(false)
	if err != nil {
		return false, err
	}
	return m.HasUnit(slug), nil
}

// vietnam is the one time zone of the country, the whole year.
var vietnam = time.FixedZone("+07", 7*60*60)

// The alphabet of case codes has no letter or digit that is taken for another.
const (
	codeAlphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
	codeLength   = 8
	// secretLength gives more than 40 bits, in groups that are easy to copy.
	secretLength, secretGroup = 9, 3
)

// newCode mints a case code: PA, the year, and characters that nobody guesses.
func newCode(now time.Time) string {
	var code strings.Builder
	fmt.Fprintf(&code, "PA%d-", now.In(vietnam).Year())
	for _, b := range randomIndexes(codeLength, len(codeAlphabet)) {
		code.WriteByte(codeAlphabet[b])
	}
	return code.String()
}

// newSecret mints a receipt's secret word: "K7M-4QX-2PB".
func newSecret() string {
	var word strings.Builder
	for i, b := range randomIndexes(secretLength, len(codeAlphabet)) {
		if i > 0 && i%secretGroup == 0 {
			word.WriteByte('-')
		}
		word.WriteByte(codeAlphabet[b])
	}
	return word.String()
}

// randomIndexes returns n even draws below limit, which is at most 256.
func randomIndexes(n, limit int) []int {
	draws := make([]int, 0, n)
	fair := 256 - 256%limit
	for buf := make([]byte, 2*n); len(draws) < n; {
		_, _ = rand.Read(buf) // never fails
		for _, b := range buf {
			if v := int(b); v < fair && len(draws) < n {
				draws = append(draws, v%limit)
			}
		}
	}
	return draws
}

// newID mints a file's id. Ids grow with time, so that the files of one message
// keep their order.
func newID() string { return uuid.Must(uuid.NewV7()).String() }
