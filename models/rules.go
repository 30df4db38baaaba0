package models

import (
	"fmt"
	"slices"
	"time"
)

// Rules writes down all that due dates hang on besides the case, in an order:
// the same list means the same dates.
func (d Deadlines) Rules() []Rule {
	c := d.Calendar
	rules := []Rule{{What: "hours", Is: fmt.Sprint(c.offset, c.weekdays, c.spans, c.weekly)}}
	for _, k := range Kinds {
		rules = append(rules, Rule{What: "kind", Key: string(k), Is: fmt.Sprint(d.Kinds[k].Working, d.Kinds[k].Calendar)})
	}
	for code, days := range d.Categories {
		rules = append(rules, Rule{What: "category", Key: code, Is: fmt.Sprint(days)})
	}
	for date := range c.off {
		rules = append(rules, Rule{What: "day_off", Key: date.String(), Is: "off"})
	}
	for date := range c.makeUp {
		rules = append(rules, Rule{What: "make_up", Key: date.String(), Is: "worked"})
	}
	for date, spans := range c.own {
		rules = append(rules, Rule{What: "half_day", Key: date.String(), Is: fmt.Sprint(spans)})
	}
	slices.SortFunc(rules, func(a, b Rule) int { return slices.Compare([]string{a.What, a.Key}, []string{b.What, b.Key}) })
	return rules
}

func (d day) String() string { return time.Unix(int64(d)*secondsPerDay, 0).UTC().Format(time.DateOnly) }

// Changes returns in what the rules differ.
func Changes(was, is []Rule) []Rule {
	type name struct{ what, key string }
	old := map[name]string{}
	for _, r := range was {
		old[name{r.What, r.Key}] = r.Is
	}
	var list []Rule
	for _, r := range is {
		n := name{r.What, r.Key}
		if old[n] != r.Is {
			list = append(list, Rule{r.What, r.Key, old[n], r.Is})
		}
		delete(old, n)
	}
	for _, r := range was {
		if said, gone := old[name{r.What, r.Key}]; gone {
			list = append(list, Rule{r.What, r.Key, said, ""})
		}
	}
	return list
}

// Bears returns those of the changes that bear on the due date of the case
// whose derivation this is: its kind's and category's, the hours', and days from
// the start of its term until then.
func (v Derivation) Bears(changes []Rule, category string, until time.Time) []Rule {
	first, last := v.Days[0].Date.Format(time.DateOnly), until.In(v.Days[0].Date.Location()).Format(time.DateOnly)
	return slices.DeleteFunc(slices.Clone(changes), func(r Rule) bool {
		switch r.What {
		case "hours":
			return false
		case "kind":
			return r.Key != string(v.Kind)
		case "category":
			return r.Key != category
		}
		return r.Key < first || r.Key > last
	})
}
