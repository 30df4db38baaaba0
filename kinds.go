package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/data"
	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/intake"
	"github.com/langnghe/langnghe/models"
)

// contentKinds are the kinds of published content that the console edits. They
// are checked as the files are that offices hand in.
func (a *App) contentKinds() []handlers.ContentKind {
	k := kinds{a.mind}
	return []handlers.ContentKind{k.procedures(), k.contacts(), k.units(), k.holidays(a.openCases), k.officeHours(a.openCases), k.aliases(), k.templates(), k.wordings(), k.categories(a.openCases)}
}

// kinds makes the kinds of content of what is known.
type kinds struct{ *mind }

// brought is what the program brings along of a kind, read when staff first edit.
func (k kinds) brought(kind models.ContentKind) func() []models.Content {
	return sync.OnceValue(func() []models.Content {
		pieces, err := lookup.Embedded(data.FS(), kind, k.sample)
		if err != nil {
			return nil // it was read when the product started
		}
		return pieces
	})
}

// checked checks a piece as a row of a file; identity is the column of its key, ""
// when its fields make it, besides what no file has.
func (k kinds) checked(as intake.Kind, identity string, besides ...string) func(models.Content, handlers.Body) (handlers.Body, []handlers.ContentFault) {
	return func(p models.Content, whole handlers.Body) (handlers.Body, []handlers.ContentFault) {
		row := map[string]any{}
		if p.Unit != "" && as == intake.Procedures {
			_ = json.Unmarshal([]byte(p.Body), &row) // a unit says only what it does otherwise
		} else {
			for name, v := range whole {
				row[name] = v
			}
		}
		for _, name := range besides {
			delete(row, name)
		}
		if identity != "" {
			row[identity] = p.Key
		}
		if p.Unit != "" {
			row["unit"] = p.Unit
		}
		read, faults := intake.Piece(as, intake.Record{Fields: row}, k.catalogue())
		var body handlers.Body
		_ = json.Unmarshal([]byte(read.Body), &body) // it was just written
		told := make([]handlers.ContentFault, len(faults))
		for i, f := range faults {
			told[i] = handlers.ContentFault{Field: f.Field, Code: string(f.Code), Mend: f.Mend}
		}
		return body, told
	}
}

func (k kinds) procedures() handlers.ContentKind {
	own := func(f handlers.ContentField) handlers.ContentField { f.Unit = true; return f }
	line, text, list := fieldsOf(handlers.FormLine), fieldsOf(handlers.FormText), fieldsOf(handlers.FormList)
	yes, day := fieldsOf(handlers.FormYes), fieldsOf(handlers.FormDay)
	rows := func(name string, columns ...string) handlers.ContentField {
		return handlers.ContentField{Name: name, Form: handlers.FormRows, Columns: columns}
	}
	return handlers.ContentKind{
		Kind: models.ContentProcedure,
		Fields: []handlers.ContentField{
			line("name"), line("short"), list("aliases"), text("who_may_apply"), rows("documents", "name", "when", "note"), list("steps"),
			own(text("fee.text")), own(yes("fee.verify")), own(text("time.text")), own(yes("time.verify")), own(text("where")), own(line("hours")),
			own(line("contact")), text("result"), list("forms"), line("online.portal"), line("online.level"), text("online.note"),
			list("legal_basis"), rows("faq", "q", "a"), rows("not_this", "code", "difference"),
			own(line("as_of")), own(day("review")), yes("verify"),
		},
		Key:      func(b handlers.Body) string { name, _ := b["name"].(string); return slugOf(name) },
		Title:    func(p models.Content, b handlers.Body) string { return titled(b["name"], p.Key) },
		Embedded: k.brought(models.ContentProcedure),
		Check:    k.checked(intake.Procedures, "code"),
		Preview:  k.previewProcedure,
		Confirm: func(b handlers.Body, day string) {
			b["as_of"], b["review"], b["verify"] = day, "", false
			for _, part := range []string{"fee", "time"} {
				if inside, ok := b[part].(map[string]any); ok {
					b[part] = map[string]any(handlers.Body(inside).Laid(handlers.Body{"verify": false}))
				}
			}
		},
	}
}

// fieldsOf makes fields of one form.
func fieldsOf(form handlers.FieldForm) func(string) handlers.ContentField {
	return func(name string) handlers.ContentField { return handlers.ContentField{Name: name, Form: form} }
}

func titled(name any, key string) string {
	if s, _ := name.(string); s != "" {
		return s
	}
	return key
}

const slugMost = 60 // letters

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slugOf makes a code of a name: "cap-giay-phep-nuoi-rong".
func slugOf(name string) string {
	s := strings.Trim(notSlug.ReplaceAllString(lookup.Fold(name), "-"), "-")
	return strings.Trim(s[:min(len(s), slugMost)], "-")
}

func (k kinds) contacts() handlers.ContentKind {
	line, yes := fieldsOf(handlers.FormLine), fieldsOf(handlers.FormYes)
	return handlers.ContentKind{
		Kind: models.ContentContact, OfUnit: true, Renames: true, Entire: true, Gone: lookup.GoneContact,
		Fields: []handlers.ContentField{
			{Name: "role", Form: handlers.FormChoice, Choices: k.roles}, {Name: "field", Form: handlers.FormChoice, Choices: k.workFields},
			line("name"), line("phone"), line("phone2"), line("email"), line("hours"), line("note"), {Name: "as_of", Form: handlers.FormDay}, yes("public"),
		},
		Key: func(b handlers.Body) string {
			text := func(name string) string { s, _ := b[name].(string); return s }
			return lookup.Contact{Role: text("role"), Field: text("field"), Phone: text("phone")}.Key()
		},
		Title: func(_ models.Content, b handlers.Body) string {
			role, _ := b["role"].(string)
			r, _ := k.catalogue().ContactRole(role)
			if name, _ := b["name"].(string); name != "" {
				return r.Name + " " + name
			}
			return r.Name
		},
		Embedded: k.brought(models.ContentContact),
		Check:    k.checked(intake.Contacts, "", "was"),
		Preview:  k.previewContact,
		Confirm:  func(b handlers.Body, day string) { b["as_of"] = day },
		Internal: func(b handlers.Body) bool { public, _ := b["public"].(bool); return !public },
	}
}

func (k kinds) roles() (all []handlers.Named) {
	for _, r := range k.catalogue().ContactRoles() {
		all = append(all, handlers.Named{Code: r.Code, Name: r.Name})
	}
	return all
}

func (k kinds) workFields() (all []handlers.Named) {
	for _, f := range k.catalogue().WorkFields() {
		all = append(all, handlers.Named{Code: f.Code, Name: f.Name})
	}
	return all
}

func (k kinds) units() handlers.ContentKind {
	text, yes := fieldsOf(handlers.FormText), fieldsOf(handlers.FormYes)
	return handlers.ContentKind{
		Kind: models.ContentUnit, Fields: []handlers.ContentField{text("office"), yes("office_confirmed")},
		Title: func(p models.Content, _ handlers.Body) string {
			u, _ := k.catalogue().Unit(p.Key)
			return titled(u.Latest(), p.Key)
		},
		Embedded: k.brought(models.ContentUnit),
		Check:    k.checked(intake.Units, "slug"),
		Preview:  k.previewUnit,
		Confirm:  func(b handlers.Body, _ string) { b["office_confirmed"] = true },
	}
}

func (k kinds) holidays(open func(category string) ([]models.Case, error)) handlers.ContentKind {
	var days []handlers.Named // their words stand in the page
	for _, code := range []string{"holiday", "make_up", "half_day", "none"} {
		days = append(days, handlers.Named{Code: code})
	}
	return handlers.ContentKind{
		Kind: models.ContentHoliday, KeyField: "date", Entire: true, Moves: true,
		Fields: []handlers.ContentField{
			{Name: "date", Form: handlers.FormDay, Fixed: true},
			{Name: "kind", Form: handlers.FormChoice, Choices: func() []handlers.Named { return days }}, {Name: "name", Form: handlers.FormLine},
		},
		Key: func(b handlers.Body) string { day, _ := b["date"].(string); return day },
		Title: func(p models.Content, b handlers.Body) string {
			name, _ := b["name"].(string)
			if day, err := time.Parse(time.DateOnly, p.Key); err == nil {
				return strings.TrimSpace(day.Format("02/01/2006") + " " + name)
			}
			return p.Key
		},
		Embedded: k.brought(models.ContentHoliday),
		Check:    k.checked(intake.Holidays, "date", "verify"),
		Preview:  k.holiday(open),
		Confirm:  func(b handlers.Body, _ string) { b["verify"] = false },
	}
}

// officeHours are those that all offices share.
func (k kinds) officeHours(open func(category string) ([]models.Case, error)) handlers.ContentKind {
	return handlers.ContentKind{
		Kind: models.ContentHours, Moves: true,
		Fields: []handlers.ContentField{
			{Name: "periods", Form: handlers.FormRows, Columns: []string{"from", "to"}}, {Name: "verify", Form: handlers.FormYes},
		},
		Title:    func(models.Content, handlers.Body) string { return "" }, // there is one: it is called as its kind
		Embedded: k.brought(models.ContentHours),
		Check: func(p models.Content, whole handlers.Body) (handlers.Body, []handlers.ContentFault) {
			if err := lookup.CheckHours(data.FS(), models.Content{Kind: p.Kind, Key: p.Key, Body: whole.String()}); err != nil {
				return nil, []handlers.ContentFault{{Field: "periods", Code: "hours", Mend: err.Error()}}
			}
			return nil, nil
		},
		Preview: func(_ models.Content, _ handlers.Body, then []models.Content) ([]handlers.ContentAnswer, error) {
			s, err := k.shower("", then)
			if err != nil {
				return nil, err
			}
			if err := s.hours("hours", ""); err != nil || then == nil {
				return s.answers, err
			}
			moved, err := moved("", s.deadlines(), s.knows.catalogue.Deadlines(), open)
			return append(s.answers, moved...), err
		},
		Confirm: func(b handlers.Body, _ string) { b["verify"] = false },
	}
}

// aliases are ways to ask that citizens' questions have taught.
func (k kinds) aliases() handlers.ContentKind {
	return handlers.ContentKind{
		Kind: models.ContentAlias, Renames: true,
		Fields: []handlers.ContentField{
			{Name: "text", Form: handlers.FormLine},
			{Name: "procedure", Form: handlers.FormChoice, Choices: func() (all []handlers.Named) {
				for _, p := range k.Procedures() {
					all = append(all, handlers.Named(p))
				}
				return all
			}},
		},
		Key:      func(b handlers.Body) string { text, _ := b["text"].(string); return lookup.Fold(text) },
		Title:    func(p models.Content, b handlers.Body) string { return titled(b["text"], p.Key) },
		Embedded: func() []models.Content { return nil },
		Check: func(_ models.Content, b handlers.Body) (handlers.Body, []handlers.ContentFault) {
			var faults []handlers.ContentFault
			if text, _ := b["text"].(string); text == "" {
				faults = append(faults, handlers.ContentFault{Field: "text", Code: string(intake.Missing), Mend: "is missing"})
			}
			if code, _ := b["procedure"].(string); !k.HasProcedure(code) {
				faults = append(faults, handlers.ContentFault{Field: "procedure", Code: string(intake.Unknown), Mend: "is not known"})
			}
			return nil, faults
		},
		Preview: k.previewAlias,
	}
}
