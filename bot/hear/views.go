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

// Procedure returns what a dialogue may tell of a procedure at the unit, and
// whether that unit handles it in its own way.
func (e *Ear) Procedure(unit, code string) (bot.ProcedureView, bool) {
	if !e.cat.Differs(unit, code) {
		return bot.ProcedureView{}, false
	}
	head, _ := e.cat.ProcedureHead(code)
	p, known := e.cat.ProcedureAt(unit, code)
	return procedureView(head, p, e.cat.WordLists().StepNo), known
}

func procedureView(head lookup.ProcedureHead, p lookup.Procedure, stepLine string) bot.ProcedureView {
	v := bot.ProcedureView{
		Code: head.Code, Name: head.Name, Short: head.Short,
		Fee: p.Fee.Text, Time: p.Time.Text, Where: p.Where,
		Verify: p.Unconfirmed(), ReviewBy: p.ReviewBy(), AsOf: confirmedOn(p.AsOf), Contact: p.Contact, Hours: p.Hours,
	}
	for _, d := range p.Documents {
		v.Documents = append(v.Documents, bot.Paper{Name: d.Name, When: d.When, Note: d.Note})
	}
	for _, q := range p.Asked {
		v.Asked = append(v.Asked, bot.Asked(q))
	}
	v.Who, v.Result, v.Online = p.Who, p.Result, listed(p.Online.Portal, p.Online.Level, p.Online.Note)
	v.Forms, v.Basis = listed(p.Forms...), listed(p.Basis...)
	steps := make([]string, len(p.Steps))
	for i, s := range p.Steps {
		steps[i] = fmt.Sprintf(stepLine, i+1, s)
	}
	v.Steps = strings.Join(steps, "\n")
	return v
}

// listed joins what there is.
func listed(parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" }), "; ")
}
