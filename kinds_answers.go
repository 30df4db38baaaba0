package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/bot/text"
	"github.com/langnghe/langnghe/channel/zalo"
	"github.com/langnghe/langnghe/coach"
	"github.com/langnghe/langnghe/data"
	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/relay"
	"github.com/langnghe/langnghe/store"
)

// faultOf is what is wrong, by the code under which the page has words for it.
func faultOf(err error, field string) handlers.ContentFault {
	if f, ok := errors.AsType[text.Fault](err); ok {
		return handlers.ContentFault{Field: field, Code: "wording-" + string(f.Code), Mend: f.About}
	}
	if f, ok := errors.AsType[coach.Fault](err); ok {
		return handlers.ContentFault{Field: f.Field, Code: f.Code, Mend: f.About}
	}
	if f, ok := errors.AsType[lookup.FieldFault](err); ok {
		return handlers.ContentFault{Field: f.Field, Code: f.Code, Mend: f.About}
	}
	return handlers.ContentFault{Field: field, Code: "unfit", Mend: err.Error()}
}

// templates are the texts that staff begin an answer with. A unit may have its own
// version of one, or one that nobody else has.
func (k kinds) templates() handlers.ContentKind {
	own := func(name string, form handlers.FieldForm) handlers.ContentField {
		return handlers.ContentField{Name: name, Form: form, Unit: true}
	}
	actions, categories := own("actions", handlers.FormSeveral), own("categories", handlers.FormSeveral)
	actions.Choices = func() (all []handlers.Named) {
		for _, a := range coach.Actions {
			all = append(all, handlers.Named{Code: a})
		}
		return all
	}
	categories.Choices = k.categoryNames
	return handlers.ContentKind{
		Kind: models.ContentTemplate, UnitMakes: true,
		Fields: []handlers.ContentField{
			own("name", handlers.FormLine), actions, own("text", handlers.FormText), categories, own("hidden", handlers.FormYes),
		},
		Key:   func(b handlers.Body) string { name, _ := b["name"].(string); return slugOf(name) },
		Title: func(p models.Content, b handlers.Body) string { return titled(b["name"], p.Key) },
		Embedded: func() (pieces []models.Content) {
			for _, t := range k.book.Templates {
				body := handlers.Body{"name": t.Name, "actions": listed(t.Actions), "text": strings.TrimSpace(t.Text), "categories": listed(t.Categories), "units": listed(t.Units)}
				pieces = append(pieces, models.Content{Kind: models.ContentTemplate, Key: t.Code, Body: body.String()})
			}
			return pieces
		},
		Allowed: func(models.Content) (all []string) {
			for _, name := range coach.Placeholders {
				all = append(all, "{"+name+"}")
			}
			return all
		},
		Check: func(p models.Content, whole handlers.Body) (handlers.Body, []handlers.ContentFault) {
			said, _ := whole["text"].(string)
			read := handlers.Body{"text": strings.TrimSpace(norm.NFC.String(said))}
			p.Key, p.Body = cmp.Or(p.Key, "new"), whole.Laid(read).String()
			_, err := templateIn(k.book, p, k.catalogue())
			return read, faultsOf(err, "")
		},
		Preview: k.previewTemplate,
	}
}

// listed is a list as JSON reads it.
func listed(codes []string) []any {
	list := make([]any, len(codes))
	for i, c := range codes {
		list[i] = c
	}
	return list
}

func (k kinds) categoryNames() (all []handlers.Named) {
	for _, c := range k.catalogue().Categories() {
		all = append(all, handlers.Named{Code: c.Code, Name: c.Name})
	}
	return all
}

// previewTemplate shows what a citizen reads when it is sent as it stands, and what
// the coach says of it.
func (k kinds) previewTemplate(p models.Content, whole handlers.Body, _ []models.Content) ([]handlers.ContentAnswer, error) {
	p.Body = whole.String()
	book, err := templateIn(k.book, p, k.catalogue())
	if err != nil {
		return nil, err
	}
	t, _ := book.Template(p.Key, p.Unit)
	s, err := sampleSlots("")
	if err != nil {
		return nil, err
	}
	day := func(at time.Time) string { return at.In(vietnam).Format("02/01/2006") }
	filled := t.Fill(map[string]string{
		"code": s.Code, "unit": s.Case.Unit.Name, "category": strings.ToLower(s.Case.Category), "place": s.Case.Place, "due": day(s.Case.Due), "today": day(time.Now()),
	})
	turn := bot.Turn{Say: []bot.Line{{Key: "notice." + t.Actions[0], Data: s}, {Words: filled, Staff: true}}}
	composed, _, err := relay.Worded(k.wording(), turn, (&zalo.Sender{}).Limits())
	if err != nil {
		return nil, err
	}
	answers := []handlers.ContentAnswer{{Part: "message", Text: strings.Join(composed.Messages, "\n\n")}}
	var remarks []string
	for _, h := range book.Read(filled, coach.Facts{Action: t.Actions[0]}) {
		remarks = append(remarks, "– "+h.Hint+" "+h.Why)
	}
	if len(remarks) > 0 {
		answers = append(answers, handlers.ContentAnswer{Part: "coach", Text: strings.Join(remarks, "\n")})
	}
	return answers, nil
}

// categories are the taxonomy's, of which open lists the open cases, as many as are
// looked at.
func (k kinds) categories(open func(category string) ([]models.Case, error)) handlers.ContentKind {
	return handlers.ContentKind{
		Kind: models.ContentCategory, Moves: true,
		Fields: []handlers.ContentField{
			{Name: "name", Form: handlers.FormLine}, {Name: "deadline_days", Form: handlers.FormNumber}, {Name: "cues", Form: handlers.FormList},
		},
		Title:    func(p models.Content, b handlers.Body) string { return titled(b["name"], p.Key) },
		Embedded: k.brought(models.ContentCategory),
		Check: func(p models.Content, whole handlers.Body) (handlers.Body, []handlers.ContentFault) {
			var faults []handlers.ContentFault
			name, _ := whole["name"].(string)
			if name = strings.TrimSpace(norm.NFC.String(name)); name == "" {
				faults = append(faults, handlers.ContentFault{Field: "name", Code: "missing", Mend: "is missing"})
			}
			if days, _ := whole["deadline_days"].(float64); days < 1 {
				faults = append(faults, handlers.ContentFault{Field: "deadline_days", Code: "range", Mend: "1–30"})
			}
			read := handlers.Body{"name": name}
			p.Body = whole.Laid(read).String()
			return read, append(faults, faultsOf(lookup.CheckCategory(data.FS(), p), "")...)
		},
		Preview: func(p models.Content, whole handlers.Body, then []models.Content) ([]handlers.ContentAnswer, error) {
			s, err := k.shower("", then)
			if err != nil {
				return nil, err
			}
			return s.category(p, whole, then, open)
		},
	}
}

// category shows where citizens read its name and, for a change, what it moves.
func (s *shower) category(p models.Content, whole handlers.Body, then []models.Content, open func(string) ([]models.Case, error)) ([]handlers.ContentAnswer, error) {
	slots, err := sampleSlots("")
	if err != nil {
		return nil, err
	}
	slots.Case.Category, _ = whole["name"].(string)
	slots.Case.Due, slots.Case.Asked, slots.Case.Answer = time.Time{}, "", ""
	said, err := s.knows.wording.Render("status.mine", slots)
	if err != nil {
		return nil, err
	}
	answers := []handlers.ContentAnswer{{Part: "message", Text: said}}
	after := s.knows.catalogue.Deadlines()
	if then == nil || after.Categories[p.Key] == s.deadlines().Categories[p.Key] {
		return answers, nil
	}
	moved, err := moved(p.Key, s.deadlines(), after, open)
	return append(answers, moved...), err
}

// moved counts the open cases of a category, "" being all, and those of which a
// change of terms or days moves the due date, or would if it were not promised.
func moved(category string, now, after models.Deadlines, open func(string) ([]models.Case, error)) ([]handlers.ContentAnswer, error) {
	cases, err := open(category)
	if err != nil {
		return nil, err
	}
	later, kept := 0, 0
	for _, c := range cases {
		switch counted := after.Explain(c).Counted; {
		case c.DueAt.IsZero(), counted.Equal(now.Explain(c).Counted):
		case counted.After(c.DueAt):
			later++
		case counted.Before(c.DueAt):
			kept++
		}
	}
	return []handlers.ContentAnswer{
		{Part: "open", Text: fmt.Sprint(len(cases))}, {Part: "later", Text: fmt.Sprint(later)}, {Part: "kept", Text: fmt.Sprint(kept)},
	}, nil
}

// openMost is how many open cases of a category are looked at for a preview.
const openMost = 1000

// openCases lists the open cases of a category, newest first: as many as are
// counted, whoever may see them.
func (a *App) openCases(category string) (all []models.Case, err error) {
	f := store.CaseFilter{Category: category, Open: true, Seen: models.Principal{Role: models.RoleInspector}}
	f.Limit = 200
	for len(all) < openMost {
		cases, next, err := a.store.Cases(context.Background(), f)
		if err != nil {
			return nil, err
		}
		if all, f.Cursor = append(all, cases...), next; next == "" {
			break
		}
	}
	return all, nil
}
