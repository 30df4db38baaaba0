package lookup

import (
	"slices"

	"github.com/langnghe/langnghe/models"
)

type taxonomySource struct {
	Kinds []struct {
		Code         string
		Case         bool
		DeadlineDays struct{ Resolve int } `json:"deadline_days"`
		Statutory    struct {
			Calendar, Working int
		} `json:"statutory_days"`
		Source models.Source           `json:"deadline_source"`
		Limits []models.StatutoryLimit `json:"statutory_limits"`
	}
	Categories []Category
}

// Category is what a report is about.
type Category struct {
	Code         string // "rac-thai"
	Name         string // in Vietnamese, for citizens
	Definition   string
	Responsible  string // code of the office that answers
	DeadlineDays int    `json:"deadline_days"` // working days
	Sensitive    bool
	Cues         []string
	Urgent       []string
	Sub          []struct{ Cues []string } `json:"sub"`
}

func (s taxonomySource) deadlines(c models.Calendar) models.Deadlines {
	d := models.Deadlines{Calendar: c, Kinds: map[models.Kind]models.Term{}, Categories: map[string]int{}}
	for _, k := range s.Kinds {
		if !k.Case {
			continue
		}
		term := models.Term{Working: k.DeadlineDays.Resolve}
		if k.Statutory.Working > 0 {
			term = models.Term{Working: k.Statutory.Working, Calendar: k.Statutory.Calendar}
		}
		term.Source, term.Limits = k.Source, k.Limits
		d.Kinds[models.Kind(k.Code)] = term
	}
	for _, c := range s.Categories {
		d.Categories[c.Code] = c.DeadlineDays
	}
	return d
}

// categoryCues are the words of each category, those of its parts included.
func (s taxonomySource) categoryCues() [][]string {
	lists := make([][]string, len(s.Categories))
	for i, c := range s.Categories {
		lists[i] = slices.Clone(c.Cues)
		for _, sub := range c.Sub {
			lists[i] = append(lists[i], sub.Cues...)
		}
	}
	return lists
}

// Categories returns the categories in the taxonomy's order.
func (c *Catalogue) Categories() []Category { return c.categories }

// NamesMatter reports whether any of the taxonomy's own words stand there.
func (c *Catalogue) NamesMatter(words []Word) bool { return c.categoryCues.Has(words) }

// FindMatters returns where the taxonomy's own words stand.
func (c *Catalogue) FindMatters(words []Word) []Match { return c.categoryCues.Find(words) }

// NamesCategory reports whether the taxonomy's own words of that category stand there.
func (c *Catalogue) NamesCategory(words []Word, code string) bool {
	return slices.ContainsFunc(c.categoryCues.Find(words), func(m Match) bool { return c.categories[m.Value].Code == code })
}

// Category returns the category with that code.
func (c *Catalogue) Category(code string) (Category, bool) {
	for i := range c.categories {
		if c.categories[i].Code == code {
			return c.categories[i], true
		}
	}
	return Category{}, false
}
