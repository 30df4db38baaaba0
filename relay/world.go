package relay

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// humanHours is how long a person's word silences the bot: working hours
	// of the unit.
	humanHours = 8 * time.Hour
	// picksMax is how many units a citizen is offered (contract, section 5).
	picksMax = 5
)

// Offices tells who answers where, and when.
type Offices struct {
	Serves   func(channel string) string // slug of the unit that a channel serves, "" for the province
	Units    func(slug string) (bot.UnitView, bool)
	Phone    func(slug string) string   // public number of a unit, or ""
	Hours    func(slug string) string   // its office hours in words, or ""; nil knows none
	Staffed  func(slug string) bool     // whether somebody of the unit can act; nil is always
	Category func(code string) string   // name of a category
	Centres  map[string]models.Location // of the communes and wards, by slug; nil offers none by place
	// Sensitive reports whether the taxonomy calls a category sensitive.
	Sensitive func(code string) bool
	Calendar  func() models.Calendar
	Province  string // slug of the unit that answers where no other does
	Name      string // who answers for a province-wide channel
	Privacy   string // absolute link
	Lookup    string // absolute link
	Erasure   string // absolute link, to which an erasure's code is added
	Duty      bool   // somebody is told of dangers at once
	// ReopenDays is for how many days a citizen may call a resolved case not
	// done; 0 is 15.
	ReopenDays int
}

// UnitOf returns the slug of the unit that a channel serves, "" for the province.
func (o *Offices) UnitOf(channel string) string { return o.Serves(channel) }

// office describes who answers in a conversation.
func (o *Offices) office(c models.Conversation, chosen string, now time.Time) bot.Office {
	slug := o.UnitOf(c.Channel)
	office := bot.Office{
		Province: slug == "", Platform: models.PlatformOf(c.Channel), Name: o.Name,
		Privacy: o.Privacy, Lookup: o.Lookup, Erasure: o.Erasure, Duty: o.Duty, Open: o.Calendar().Open(now),
	}
	office.ReopenDays = o.ReopenDays
	if !office.Open {
		office.OpensAt = o.Calendar().OpensAt(now)
	}
	if slug == "" {
		slug = chosen
	}
	if u, ok := o.Units(slug); ok {
		office.Unit = u
	}
	if !office.Province {
		office.Name = office.Unit.Name
	}
	if slug == "" {
		slug = o.Province
	}
	office.Phone, office.ServedBy = o.Phone(slug), o.servedBy(slug)
	if o.Hours != nil {
		office.Hours = o.Hours(slug)
	}
	return office
}

// servedBy is who answers instead of a unit that has nobody who can, or "".
func (o *Offices) servedBy(slug string) string {
	if slug == o.Province || o.Staffed == nil || o.Staffed(slug) {
		return ""
	}
	if province, ok := o.Units(o.Province); ok {
		return province.Name
	}
	return o.Name
}

// picks are the units to offer: the one chosen before, then those named now,
// then those near the place that was sent.
func (o *Offices) picks(chosen string, named, near []bot.UnitView) []bot.UnitView {
	var picks []bot.UnitView
	if u, ok := o.Units(chosen); ok {
		picks = append(picks, u)
	}
	for _, u := range slices.Concat(named, near) {
		if !slices.Contains(picks, u) {
			picks = append(picks, u)
		}
	}
	return picks[:min(len(picks), picksMax)]
}

// nearMost is how many units near a place are offered: its own is surely one.
const nearMost = 3

// nearest are the units whose centres are nearest to a place.
func (o *Offices) nearest(at *models.Location) []bot.UnitView {
	if at == nil || o.Centres == nil {
		return nil
	}
	slugs := slices.SortedFunc(maps.Keys(o.Centres), func(a, b string) int {
		return cmp.Or(cmp.Compare(metres(*at, o.Centres[a]), metres(*at, o.Centres[b])), cmp.Compare(a, b))
	})
	var near []bot.UnitView
	for _, slug := range slugs[:min(len(slugs), nearMost)] {
		if u, ok := o.Units(slug); ok {
			near = append(near, u)
		}
	}
	return near
}

// sent is the place that the citizen sent, now or with the open report.
func (k *talk) sent(e *bot.Event) *models.Location {
	if e.Location == nil && k.state.Report != nil {
		return k.state.Report.Location
	}
	return e.Location
}

// world adds to an event what the dialogue may need to know.
func (k *talk) world(e *bot.Event, first models.Event) error {
	e.Now = k.now
	e.Notice = first.Notice
	e.Office = k.Offices.office(k.conv, k.state.Unit, k.now)
	if e.Office.Province {
		e.Office.Pick = k.Offices.picks(k.state.Unit, e.Heard.Units, k.Offices.nearest(k.sent(e)))
	}
	if e.Person = first.Person; e.Person {
		e.Until = k.Offices.Calendar().AddHours(k.now, humanHours)
	}
	if e.Kind == models.EventMessage {
		e.NewCode, e.NewSecret = k.NewCode(k.now), k.newSecret()
	}
	if first.ReplyTo != "" {
		about, err := k.tx.CaseOfMessage(k.conv.ID, first.ReplyTo)
		if err != nil {
			return err
		}
		e.About = about
	}
	if asksContacts(e) {
		k.Ear.Directory(&e.Heard, e.Office.Unit.Slug, joined(e.Words), k.now)
	}
	for i, p := range e.Heard.Procedures {
		if own, differs := k.Ear.Procedure(e.Office.Unit.Slug, p.Code); differs {
			e.Heard.Procedures[i] = own
		}
	}
	for _, c := range k.own {
		v, err := k.view(c, asksStatus(e))
		if err != nil {
			return err
		}
		e.Own = append(e.Own, v)
	}
	if err := k.photo(e); err != nil {
		return err
	}
	if err := k.dossier(e); err != nil {
		return err
	}
	return k.find(e)
}

// newSecret mints a receipt's secret word, when there is who does.
func (k *talk) newSecret() string {
	if k.NewSecret == nil {
		return ""
	}
	return k.NewSecret()
}

// asksContacts reports whether the citizen asks for numbers of the very office
// they write to.
func asksContacts(e *bot.Event) bool {
	asks := e.Heard.Intent == bot.IntentContacts || e.Choice == "menu.root:contacts"
	return asks && len(e.Heard.Units) == 0 && e.Office.Unit.Slug != ""
}

// find looks up the case that a notice, a typed code or a tap names.
func (k *talk) find(e *bot.Event) error {
	code := e.Heard.Code
	if c := codeIn(e.Choice); c != "" {
		code = c
	}
	if e.Notice != nil {
		code = e.Notice.Case
	}
	if code == "" {
		return nil
	}
	c, err := k.tx.Case(code)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	v, err := k.view(*c, e.Notice == nil)
	e.Found = &v
	return err
}

// codeIn returns the case code of a choice such as "status.code:pa2026-k7m4q2".
func codeIn(choice string) string {
	_, v, _ := strings.Cut(choice, ":")
	if strings.HasPrefix(v, "pa2") {
		return strings.ToUpper(v)
	}
	return ""
}

// asksStatus reports whether the citizen may be told how the due date of a case
// came about.
func asksStatus(e *bot.Event) bool {
	return e.Heard.Intent == bot.IntentStatus || strings.HasPrefix(e.Choice, "status.") || e.Choice == "menu.root:status" || e.Choice == "report.filed:status"
}

// view is what the citizen of this conversation may know of a case. One that
// was merged shows how the case stands that it was merged into. why adds how the
// due date came about, for which the whole history is read.
func (k *talk) view(c models.Case, why bool) (bot.CaseView, error) {
	unit, _ := k.Offices.Units(c.Unit)
	v := bot.CaseView{
		Code: c.Code, Unit: unit, Kind: c.Kind, Category: k.Offices.Category(c.Category), Status: c.Status,
		Created: c.CreatedAt, Due: c.DueAt, Resolved: c.ResolvedAt, Mine: c.Conversation == k.conv.ID,
	}
	lead, err := k.lead(&c)
	if err != nil {
		return v, err
	}
	v.Status, v.Due, v.Resolved = lead.Status, lead.DueAt, lead.ResolvedAt
	v.DueDays = k.Offices.Calendar().WorkingDays(v.Created, v.Due)
	if !v.Mine {
		return v, nil
	}
	if why && !lead.Status.Ended() {
		whole, err := k.tx.Case(lead.Code)
		if err != nil {
			return v, err
		}
		v.Term = bot.NewTermView(k.Deadlines().Explain(*whole))
	}
	v.Place = c.Place
	v.Asked, v.Answer = said(c.Events)
	if lead.Code != c.Code {
		v.Asked, v.Answer = said(lead.Events)
	}
	return v, nil
}

// said returns what staff asked and answered last.
func said(events []models.CaseEvent) (asked, answer string) {
	for _, e := range events {
		switch e.Action {
		case models.ActAsk:
			asked = e.Text
		case models.ActReply, models.ActResolve, models.ActReject:
			answer = e.Text
		}
	}
	return asked, answer
}

// maxMerges bounds a chain of merges.
const maxMerges = 10

// lead follows a case's merges to the one that is worked on.
func (k *talk) lead(c *models.Case) (*models.Case, error) {
	for range maxMerges {
		if c.MergedInto == "" {
			break
		}
		next, err := k.tx.Case(c.MergedInto)
		if err != nil {
			return nil, err
		}
		c = next
	}
	return c, nil
}
