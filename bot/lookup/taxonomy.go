package lookup

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

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
	Cues         []string // words that speak for it
	Urgent       []string
	Sub          []struct{ Cues []string } `json:"sub"`
}

// CategoryBody is the body of a piece of kind category. What is left out stays as
// it was; codes, who is responsible, what is sensitive and what is urgent are the
// taxonomy's alone.
type CategoryBody struct {
	Name         string   `json:"name,omitempty"`
	DeadlineDays int      `json:"deadline_days,omitempty"` // working days
	Cues         []string `json:"cues,omitempty"`          // phrases that speak for it, all of them
}

const (
	// categoryName is how many runes the name of a category may have.
	categoryName = 60
	// termMost is the longest term of a category, in working days.
	termMost = 30
	// cueLeast and cueWords bound the words of a phrase that an office adds: one
	// word alone would speak for too much. There may be cueMost.
	cueLeast, cueWords, cueMost = 2, 6, 80
)

// apply changes a category.
func (s *taxonomySource) apply(p models.Content) error {
	at := slices.IndexFunc(s.Categories, func(c Category) bool { return c.Code == p.Key })
	if at < 0 {
		return fmt.Errorf("no category %q", p.Key)
	}
	if p.Unit != "" {
		return errors.New("the taxonomy is the province's, no unit's own")
	}
	var body CategoryBody
	d := json.NewDecoder(strings.NewReader(p.Body))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		return err
	}
	c := &s.Categories[at]
	if err := body.check(*c); err != nil {
		return err
	}
	c.Name = cmp.Or(strings.TrimSpace(body.Name), c.Name)
	c.DeadlineDays = cmp.Or(body.DeadlineDays, c.DeadlineDays)
	if len(body.Cues) > 0 {
		c.Cues = body.Cues
	}
	return nil
}

// CheckCategory reports what is wrong with a piece of kind category.
func CheckCategory(files fs.FS, p models.Content) error {
	src, err := readSource(files)
	if err != nil {
		return err
	}
	return src.Taxonomy.apply(p)
}

// asContent is the taxonomy as pieces of content.
func (s *taxonomySource) asContent() (pieces []models.Content) {
	for _, c := range s.Categories {
		pieces = append(pieces, newPiece(models.ContentCategory, c.Code, "", CategoryBody{c.Name, c.DeadlineDays, c.Cues}))
	}
	return pieces
}

// FieldFault is what is wrong with a field of a piece of content.
type FieldFault struct {
	Field string
	Code  string // long, range, cue
	About string // the words in question, or what is allowed
}

// Error implements error.
func (f FieldFault) Error() string {
	return f.Field + ": " + map[string]string{
		"long": "is one line of so many letters at most", "range": "is a whole number of", "cue": "is no phrase of so many words",
	}[f.Code] + ": " + f.About
}

func (b CategoryBody) check(of Category) error {
	switch {
	case utf8.RuneCountInString(b.Name) > categoryName || strings.ContainsAny(b.Name, "\n\r\t{}"):
		return FieldFault{"name", "long", fmt.Sprint(categoryName)}
	case b.DeadlineDays < 0 || b.DeadlineDays > termMost:
		return FieldFault{"deadline_days", "range", fmt.Sprintf("1–%d", termMost)}
	case len(b.Cues) > cueMost:
		return FieldFault{"cues", "long", fmt.Sprint(cueMost)}
	}
	for _, cue := range b.Cues {
		if n := len(strings.Fields(cue)); (n < cueLeast || n > cueWords) && !slices.Contains(of.Cues, cue) {
			return FieldFault{"cues", "cue", fmt.Sprintf("«%s» (%d–%d)", cue, cueLeast, cueWords)}
		}
	}
	return nil
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
