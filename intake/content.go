package intake

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
)

// Kind is what a file holds.
type Kind string

// The kinds of files.
const (
	Procedures Kind = "procedures"
	Units      Kind = "units"
	Contacts   Kind = "contacts"
	Holidays   Kind = "holidays"
)

// Content makes pieces of content of the records. With any fault there is none.
func Content(kind Kind, records []Record, published *lookup.Catalogue) (pieces []models.Content, faults []Fault) {
	for _, r := range records {
		piece, wrong := Piece(kind, r, published)
		if len(wrong) == 0 && slices.ContainsFunc(pieces, piece.SameAs) {
			wrong = []Fault{{r.Row, "", Twice, "tells the same as an earlier row again"}}
		}
		pieces = append(pieces, piece)
		faults = append(faults, wrong...)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return pieces, nil
}

// Piece makes a piece of content of one record, wherever that comes from: files,
// the console and the API refuse the same.
func Piece(kind Kind, r Record, published *lookup.Catalogue) (models.Content, []Fault) {
	read := map[Kind]func(*fields, *lookup.Catalogue) models.Content{
		Procedures: procedure, Units: unit, Contacts: contact, Holidays: holiday,
	}[kind]
	f := &fields{Record: r}
	piece := read(f, published)
	f.end()
	return piece, f.faults
}

// body is the JSON of what is there.
func body(values map[string]any) string {
	maps.DeleteFunc(values, func(_ string, v any) bool {
		switch v := v.(type) {
		case string:
			return v == ""
		case []string:
			return len(v) == 0
		}
		return v == nil
	})
	b, _ := json.Marshal(values) // strings, numbers, lists and maps of them never fail
	return string(b)
}

func (f *fields) unit(published *lookup.Catalogue) string {
	s := f.text("unit")
	if _, known := published.Unit(s); s != "" && !known {
		f.fault("unit", Unknown, "no unit has the slug %q", s)
	}
	return s
}

// shortMax is how many runes a label on a button may have (Messenger).
const shortMax = 20

// procedure reads a procedure, or with a unit what that unit does otherwise.
func procedure(f *fields, published *lookup.Catalogue) models.Content {
	piece := models.Content{Kind: models.ContentProcedure, Key: f.slug("code"), Unit: f.unit(published)}
	head, known := published.ProcedureHead(piece.Key)
	values := map[string]any{
		"where": f.text("where"), "contact": f.text("contact"), "hours": f.text("hours"), "source": f.text("source"),
		"fee": f.checked("fee"), "time": f.checked("time"), "as_of": f.date("as_of", "2006-01"), "review": f.date("review"),
	}
	if piece.Unit != "" {
		if !known {
			f.fault("code", Unknown, "no procedure has the code %q", piece.Key)
		}
		piece.Body = body(values)
		return piece
	}
	if values["as_of"] == "" {
		f.fault("as_of", Missing, "is missing: since when is this so?")
	}
	if values["name"] = f.text("name"); values["name"] == "" && head.Name == "" {
		f.fault("name", Missing, "is missing: the procedure is new")
	}
	short := f.text("short")
	if utf8.RuneCountInString(short) > shortMax {
		f.fault("short", Long, "has more than %d letters", shortMax)
	}
	values["short"], values["group"] = short, f.text("group")
	for _, name := range []string{"who_may_apply", "result", "level", "national_code", "confidence"} {
		values[name] = f.text(name)
	}
	for _, name := range []string{"aliases", "steps", "forms", "legal_basis"} {
		values[name] = f.list(name)
	}
	values["documents"] = f.documents()
	values["online"], values["faq"], values["not_this"] = f.nested("online"), f.rows("faq", "q", "a"), f.rows("not_this", "code", "difference")
	if verify, there := f.boolean("verify"); there {
		values["verify"] = verify
	}
	piece.Body = body(values)
	return piece
}

// checked is a fee or a time: a text, and whether it is still to be confirmed.
func (f *fields) checked(name string) any {
	if v := f.nested(name); v != nil {
		return v
	}
	if s := f.text(name); s != "" {
		return map[string]any{"text": s, "verify": false}
	}
	return nil
}

// nested passes on what only YAML can hold; nil for anything else.
func (f *fields) nested(name string) any {
	switch v := f.Fields[name].(type) {
	case map[string]any, []any:
		f.used = append(f.used, name)
		return v
	}
	return nil
}

// rows are a list of objects of which each has these texts.
func (f *fields) rows(name string, needed ...string) any {
	v := f.nested(name)
	list, isList := v.([]any)
	if v != nil && !isList {
		f.fault(name, Odd, "must be a list")
	}
	for i, item := range list {
		row, _ := item.(map[string]any)
		for _, part := range needed {
			if s, _ := row[part].(string); strings.TrimSpace(s) == "" {
				f.fault(name, Missing, "is missing its %s in entry %d", part, i+1)
			}
		}
	}
	return v
}

// documents are papers: of YAML as they stand, of a cell a line each, "paper |
// when it is needed | a note".
func (f *fields) documents() any {
	if v := f.rows("documents", "name"); v != nil {
		return v
	}
	var out []map[string]string
	for _, line := range lines(f.text("documents")) {
		parts := strings.SplitN(line+"||", "|", 4)
		out = append(out, map[string]string{
			"name": strings.TrimSpace(parts[0]), "when": strings.TrimSpace(parts[1]), "note": strings.TrimSpace(parts[2]),
		})
	}
	if out == nil {
		return nil
	}
	return out
}

func unit(f *fields, published *lookup.Catalogue) models.Content {
	piece := models.Content{Kind: models.ContentUnit, Key: f.slug("slug")}
	if _, known := published.Unit(piece.Key); !known && piece.Key != "" {
		f.fault("slug", Unknown, "no unit has the slug %q", piece.Key)
	}
	values := map[string]any{"office": f.text("office")}
	confirmed, there := f.boolean("office_confirmed")
	if there {
		values["office_confirmed"] = confirmed
	}
	if confirmed && values["office"] == "" {
		f.fault("office", Missing, "is missing: what was confirmed?")
	}
	piece.Body = body(values)
	return piece
}

// noteMax is how many runes a contact's note may have (data/contacts.schema.yaml).
const noteMax = 120

func contact(f *fields, published *lookup.Catalogue) models.Content {
	unit := f.unit(published)
	if unit == "" {
		f.fault("unit", Missing, "is missing")
	}
	values := map[string]any{
		"role": f.needed("role"), "field": f.text("field"), "name": f.text("name"), "phone": f.phone("phone"), "phone2": f.phone("phone2"),
		"email": f.text("email"), "hours": f.text("hours"), "note": f.text("note"), "as_of": f.date("as_of"),
	}
	role, known := published.ContactRole(fmt.Sprint(values["role"]))
	switch {
	case !known && values["role"] != "":
		f.fault("role", Unknown, "%q is no role of the directory", values["role"])
	case role.Person && values["name"] == "":
		f.fault("name", Missing, "is missing: %s is a person", role.Name)
	case role.Code == "cong_chuc" && values["field"] == "":
		f.fault("field", Missing, "is missing: what does this officer work on?")
	}
	if values["field"] != "" && !published.ContactField(fmt.Sprint(values["field"])) {
		f.fault("field", Unknown, "%q is no field of work of the directory", values["field"])
	}
	if values["phone"] == "" {
		f.fault("phone", Missing, "is missing")
	}
	if values["as_of"] == "" {
		f.fault("as_of", Missing, "is missing: when did the unit confirm it?")
	}
	if email := fmt.Sprint(values["email"]); email != "" && !strings.Contains(email, "@") {
		f.fault("email", BadEmail, "%q has no @", email)
	}
	if utf8.RuneCountInString(fmt.Sprint(values["note"])) > noteMax {
		f.fault("note", Long, "has more than %d letters", noteMax)
	}
	public, there := f.boolean("public")
	if !there {
		f.fault("public", Missing, "is missing: may citizens be told?")
	}
	values["public"] = public
	key := fmt.Sprintf("%s/%s/%s", values["role"], values["field"], values["phone"])
	return models.Content{Kind: models.ContentContact, Key: key, Unit: unit, Body: body(values)}
}

// holiday reads a day off, a day that is worked instead, or one that is an
// ordinary day after all.
func holiday(f *fields, _ *lookup.Catalogue) models.Content {
	date := f.date("date")
	if date == "" {
		f.fault("date", Missing, "is missing")
	}
	kind := f.oneOf("kind", "holiday", "compensation", "swap", "make_up", "half_day", "none")
	if kind == "" || kind == "compensation" || kind == "swap" {
		kind = "holiday"
	}
	return models.Content{
		Kind: models.ContentHoliday, Key: date,
		Body: body(map[string]any{"kind": kind, "name": f.text("name"), "for": f.text("for")}),
	}
}
