package hear

import (
	"slices"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
)

// danger returns the dangers that the words tell, the surest first. A cue typed
// without accents may mean something harmless, so the model must not speak
// against it. Habits, fears and things past get the general reminder; papers
// about a danger are none. Rules: data/safety.yaml, matching.
func (e *Ear) danger(words []lookup.Word, g lookup.Guess, english bool) []lookup.Danger {
	var out []lookup.Danger
	p := g.Share("danger")
	for _, s := range e.cat.FindDangers(words) {
		if english || s.Accented || s.Words > 2 || p >= supported {
			out = append(out, s.Danger)
		}
	}
	switch {
	case len(out) == 0 && (p < dangerous || english || !e.mayBeDanger(words, p)):
		return nil
	case english:
		return out // the model knows Vietnamese alone
	}
	asked := g.Share("ask", "oos") >= sure && p <= contradict
	now, general := e.lists.now.Has(words), []lookup.Danger{e.cat.GeneralDanger()}
	if len(out) > 0 && out[0].Sensitive && len(words) <= 2*short {
		general[0].Category, general[0].Sensitive = out[0].Category, true
	}
	switch {
	case len(out) == 0:
		return general
	case (asked || e.lists.office.Has(words) && p < complaining) && !out[0].Sensitive:
		return nil
	case e.lists.office.Has(words) && p < complaining,
		e.lists.habit.Has(words) && p < complaining && !(now && p >= supported),
		p <= contradict && !now && !out[0].Sensitive && len(words) > short:
		return general
	}
	return out
}

// mayBeDanger reports whether words without a known cue, which the model is as
// sure of as p, tell a danger all the same: there are some, or a cry for help,
// and they do so too without what is a nuisance of every day.
func (e *Ear) mayBeDanger(words []lookup.Word, p float64) bool {
	nuisance := mark(nil, e.lists.dangerNever.Find(words), len(words))
	rest := make([]lookup.Word, 0, len(words))
	for i, w := range words {
		if !nuisance[i] && letters(w.Fold) {
			rest = append(rest, w)
		}
	}
	if len(rest) < len(words) && slices.Contains(nuisance, true) {
		p = e.cat.Guess(rest).Share("danger")
	}
	return p >= dangerous && (len(rest) > 2 || e.lists.now.Has(rest))
}

func dangerView(d lookup.Danger) *bot.Danger {
	return &bot.Danger{Code: d.Code, Call: slices.Clone(d.Call), Answer: d.FirstAnswer, Then: d.Then, Category: d.Category}
}
