package hear

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
)

func (e *Ear) units(words []lookup.Word, at time.Time) []bot.UnitView {
	var out []bot.UnitView
	for _, u := range e.cat.FindUnits(words) {
		out = append(out, unitView(u, at))
	}
	return out
}

// Unit returns what a dialogue may know of the unit with that slug, by its
// name on that date.
func (e *Ear) Unit(slug string, at time.Time) (bot.UnitView, bool) {
	u, known := e.cat.Unit(slug)
	return unitView(u, at), known
}

func unitView(u lookup.Unit, at time.Time) bot.UnitView {
	return bot.UnitView{Slug: u.Slug, Name: u.Name(at), Short: u.Short}
}

// procedureViews returns what a dialogue may tell of each procedure, by code.
func procedureViews(cat *lookup.Catalogue) map[string]bot.ProcedureView {
	views := map[string]bot.ProcedureView{}
	for _, head := range cat.Procedures() {
		if p, told := cat.Procedure(head.Code); told {
			views[head.Code] = procedureView(head, p, cat.WordLists().StepNo)
		}
	}
	return views
}

func procedureView(head lookup.ProcedureHead, p lookup.Procedure, stepLine string) bot.ProcedureView {
	v := bot.ProcedureView{
		Code: head.Code, Name: head.Name, Short: head.Short,
		Fee: p.Fee.Text, Time: p.Time.Text, Where: p.Where,
		Verify: p.Verify || p.Fee.Verify || p.Time.Verify,
	}
	if at, err := time.Parse("2006-01", p.AsOf); err == nil {
		v.AsOf = at.Format("01/2006")
	}
	for _, d := range p.Documents {
		v.Documents = append(v.Documents, document(d.Name, d.When, d.Note))
	}
	steps := make([]string, len(p.Steps))
	for i, s := range p.Steps {
		steps[i] = fmt.Sprintf(stepLine, i+1, s)
	}
	v.Steps = strings.Join(steps, "\n")
	return v
}

// document adds to a paper's name when it is needed, and what else is to know.
func document(name string, more ...string) string {
	more = slices.DeleteFunc(more, func(s string) bool { return s == "" })
	if len(more) == 0 {
		return name
	}
	return name + " (" + strings.Join(more, "; ") + ")"
}

// mostContacts is how many lines of the directory are told at once
// (data/contacts.schema.yaml, rules).
const mostContacts = 5

// Contacts returns the public numbers of a unit that a text asks for: those of
// the roles it names, else the first ones. It serves package relay too, which
// knows whose channel a question came by.
func (e *Ear) Contacts(unit, text string) []bot.ContactView {
	return e.contacts(unit, e.cat.Words(text))
}

func (e *Ear) contacts(unit string, words []lookup.Word) []bot.ContactView {
	var roles []string
	for _, m := range e.lists.roles.Find(words) {
		roles = append(roles, e.lists.roleNames[m.Value])
	}
	found := e.cat.Contacts(unit, roles...)
	if len(found) == 0 {
		found = e.cat.Contacts(unit)
	}
	at, _ := e.cat.Unit(unit)
	var out []bot.ContactView
	for _, c := range found[:min(mostContacts, len(found))] {
		out = append(out, bot.ContactView{Unit: at.Latest(), Role: c.Title, Name: c.Name, Phone: c.Phone, Hours: c.Hours})
	}
	return out
}
