package hear

import (
	"cmp"
	"slices"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
)

// mostContacts is how many lines of the directory are told at once
// (data/contacts.schema.yaml, rules).
const mostContacts = 5

// Codes of roles of the directory (data/contacts.schema.yaml).
const (
	roleHotline = "duong_day_nong"
	roleOfficer = "cong_chuc" // who works on one field
	// roleReception hears citizens at the office itself.
	roleReception = "tiep_cong_dan"
	// roleElse is of data/words.yaml alone: who is no part of the directory.
	roleElse = "khac"
)

// generalRoles are whose numbers serve for any question, the one to call about
// hours first.
var generalRoles = [...]string{lookup.RoleServiceCentre, roleHotline}

// officeLists are the words of questions about an office's place and people,
// compiled.
type officeLists struct {
	where, office, rest, numbers lookup.Phrases
	fields                       lookup.Phrases // value: index of fieldCodes
	fieldCodes                   []string
}

func newOfficeLists(cat *lookup.Catalogue) officeLists {
	w := cat.WordLists().Directory
	l := officeLists{where: cat.Phrases(w.Where), office: cat.Phrases(w.Office), rest: cat.Phrases(w.Rest), numbers: cat.Phrases(w.Numbers)}
	var cues [][]string
	for _, f := range cat.WorkFields() {
		l.fieldCodes, cues = append(l.fieldCodes, f.Code), append(cues, f.Cues)
	}
	l.fields = cat.Phrases(cues...)
	return l
}

// attend reads a question to an office: when it is open, where it is, whom to
// call. It reports whether the words are one, whatever they were taken for.
func (e *Ear) attend(h *bot.Heard, r reading, at time.Time) bool {
	hours := e.attendHours(h, r, at)
	where := e.attendPlace(h, r)
	numbers := e.attendPeople(h, r, hours)
	return hours || where || numbers
}

// attendPlace reads a question where the office is.
func (e *Ear) attendPlace(h *bot.Heard, r reading) bool {
	l := &e.office
	if h.Danger != nil || !l.where.Has(r.words) || !l.office.Has(r.words) {
		return false
	}
	known := make([]bool, len(r.words))
	for _, list := range []lookup.Phrases{l.where, l.office, l.rest, l.numbers, e.hours.asks, e.hours.rest} {
		known = mark(known, list.Find(r.words), len(r.words))
	}
	switch {
	case len(r.words) <= longestWhole && allOf(e.markUnits(known, r.words)):
		e.settle(h)
	case h.Intent != bot.IntentContacts:
		return false
	}
	h.Inquiry.Where = true
	return true
}

// attendPeople reads a question for somebody's number, or who is in charge of
// something.
func (e *Ear) attendPeople(h *bot.Heard, r reading, hours bool) bool {
	l := &e.office
	if h.Danger != nil || h.Denounces || h.Phone != "" || len(r.words) > longestWhole || !l.numbers.Has(r.words) {
		return false
	}
	if !e.lists.roles.Has(r.words) && !l.fields.Has(r.words) && !l.office.Has(r.words) {
		h.Inquiry.Numbers = h.Intent == bot.IntentContacts && hours
		return false
	}
	known := make([]bool, len(r.words))
	for _, list := range []lookup.Phrases{l.numbers, l.rest, l.office, l.fields, e.lists.roles, e.hours.asks, e.hours.rest} {
		known = mark(known, list.Find(r.words), len(r.words))
	}
	switch {
	case e.lists.officerWrongs.Has(r.words):
		return false
	case allOf(e.markUnits(known, r.words)):
		e.settle(h)
	case h.Intent == bot.IntentContacts:
	case !e.surelyComplains(r.words) && undecided(*h):
		h.Intent, h.Sure, h.Confidence = bot.IntentContacts, true, sure
	default:
		return false
	}
	h.Inquiry.Numbers = true
	return true
}

// direct adds what the directory has for a question to an office. At the step
// that asks which unit is meant, a unit's name alone goes on with the question
// that was asked before.
func (e *Ear) direct(h *bot.Heard, s bot.State, r reading, at time.Time) {
	switch {
	case h.Intent == bot.IntentContacts:
		e.Directory(h, e.unitFor(s, *h), r.text, at)
	case s.Step == contactUnitStep && len(h.Units) > 0 && !h.Complains:
		e.inquired(h, s, h.Units[0].Slug, at)
	}
}

// sameOffice reads what is asked right behind an answer about an office: a
// question that names none is to the same one ("and when is it open?"), and
// the name of another asks for its numbers ("and Xuân Lộc?").
func (e *Ear) sameOffice(h *bot.Heard, s bot.State, r reading, at time.Time) {
	if s.Step != "contacts.show" || h.Danger != nil || h.Complains {
		return
	}
	known := mark(nil, e.office.rest.Find(r.words), len(r.words))
	switch {
	case h.Intent != bot.IntentContacts && len(h.Units) == 1 && len(r.words) <= short && allOf(e.markUnits(known, r.words)):
		e.settle(h)
		h.Inquiry.Numbers = true
	case h.Intent == bot.IntentContacts && len(h.Units) == 0 && s.Told != "":
		if u, known := e.Unit(s.Told, at); known {
			h.Units = []bot.UnitView{u}
		}
	}
}

const contactUnitStep = "contacts.unit"

// inquired answers the question that was kept until the unit was known; its
// days count from when it was asked.
func (e *Ear) inquired(h *bot.Heard, s bot.State, unit string, at time.Time) {
	if s.Inquiry != "" {
		r := e.readText(s.Inquiry, "")
		asked := bot.Heard{Intent: bot.IntentContacts}
		if !s.LastAt.IsZero() {
			e.attend(&asked, r, s.LastAt)
		}
		h.Inquiry = asked.Inquiry
	}
	e.Directory(h, unit, s.Inquiry, at)
}

func (e *Ear) unitFor(s bot.State, h bot.Heard) string {
	if len(h.Units) > 0 {
		return h.Units[0].Slug
	}
	return s.Unit
}

// Directory adds what is public of a unit, as a question asks for it: numbers of
// the people and sections it names, else the first ones; and the address. It
// serves package relay too, which knows whose channel the question came by.
func (e *Ear) Directory(h *bot.Heard, unit, text string, at time.Time) {
	words := e.cat.Words(text)
	found, asked := e.askedFor(unit, words)
	h.Inquiry.Instead = asked && len(found) == 0
	switch {
	case len(found) > 0:
	case h.Inquiry.Instead, h.Inquiry.Hours != nil, h.Inquiry.Where:
		for _, role := range generalRoles {
			found = append(found, e.cat.Contacts(unit, role)...)
		}
	default:
		found = e.cat.Contacts(unit)
	}
	h.Contacts = nil
	u, _ := e.cat.Unit(unit)
	for _, c := range found[:min(mostContacts, len(found))] {
		v := contactView(u.Latest(), c, at)
		if h.Inquiry.Hours != nil && c.Role == roleHotline && !h.Inquiry.Numbers {
			v.Hours = "" // it is to be called, not to be gone to
		}
		h.Contacts = append(h.Contacts, v)
	}
	if h.Inquiry.Where {
		h.Inquiry.Address = u.Office
	}
}

func contactView(unit string, c lookup.Contact, at time.Time) bot.ContactView {
	return bot.ContactView{
		Unit: unit, Role: c.Title, Name: c.Name, Phone: c.Phone, Hours: c.Hours, Note: c.Note,
		AsOf: confirmedOn(c.AsOf), Old: lookup.Outdated(c.AsOf, at),
	}
}

// confirmedOn writes the day of a confirmation, or the month where no day is
// known: "02/11/2026", "11/2026".
func confirmedOn(asOf string) string {
	if day, err := time.Parse(time.DateOnly, asOf); err == nil {
		return day.Format("02/01/2006")
	}
	if month, err := time.Parse("2006-01", asOf); err == nil {
		return month.Format("01/2006")
	}
	return ""
}

// askedFor returns the unit's contacts whom the words name by role or by field
// of work, and whether they name any.
func (e *Ear) askedFor(unit string, words []lookup.Word) (found []lookup.Contact, asked bool) {
	roles := names(e.lists.roles.Find(words), e.lists.roleNames)
	fields := names(e.office.fields.Find(words), e.office.fieldCodes)
	if len(fields) > 0 {
		roles = slices.DeleteFunc(roles, func(role string) bool { return role == roleOfficer }) // the one who works on it
	}
	for _, c := range e.cat.Contacts(unit) {
		if slices.Contains(roles, c.Role) || c.Role == roleOfficer && slices.Contains(fields, c.Field) {
			found = append(found, c)
		}
	}
	return found, len(roles)+len(fields) > 0
}

// names are what the matches stand for, without those that are part of a longer
// one: a deputy is not whom they stand in for.
func names(matches []lookup.Match, of []string) (out []string) {
	for _, m := range matches {
		inside := slices.ContainsFunc(matches, func(n lookup.Match) bool {
			return n.First <= m.First && m.Last <= n.Last && n.Last-n.First > m.Last-m.First
		})
		if name := of[m.Value]; !inside && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, cmp.Compare)
	return out
}
