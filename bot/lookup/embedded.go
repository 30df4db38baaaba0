package lookup

import (
	"encoding/json"
	"fmt"
	"io/fs"

	"github.com/langnghe/langnghe/models"
)

// Embedded returns what the program brings along of a kind as pieces of content,
// each with all that a change of it may say. sample takes in the invented
// contacts.
func Embedded(files fs.FS, kind models.ContentKind, sample bool) ([]models.Content, error) {
	src, err := readSource(files)
	if err != nil {
		return nil, err
	}
	switch {
	case kind == models.ContentProcedure:
		return src.proceduresAsContent(files)
	case kind == models.ContentUnit:
		return src.unitsAsContent(), nil
	case kind == models.ContentHoliday:
		return src.holidaysAsContent(), nil
	case kind == models.ContentCategory:
		return src.Taxonomy.asContent(), nil
	case kind == models.ContentHours:
		return []models.Content{src.hoursAsContent()}, nil
	case kind == models.ContentContact && sample:
		return src.contactsAsContent(), nil
	}
	return nil, nil
}

func newPiece(kind models.ContentKind, key, unit string, body any) models.Content {
	raw, _ := json.Marshal(body) // what was read from JSON never fails
	return models.Content{Kind: kind, Key: key, Unit: unit, Body: string(raw)}
}

func (src *source) proceduresAsContent(files fs.FS) (pieces []models.Content, err error) {
	raw, err := fs.ReadFile(files, "procedures.json")
	if err != nil {
		return nil, fmt.Errorf("read procedures: %w", err)
	}
	var details map[string]map[string]any
	if err := json.Unmarshal(raw, &details); err != nil {
		return nil, fmt.Errorf("read procedures: %w", err)
	}
	for _, h := range src.Procedures {
		body := details[h.Code]
		if body == nil {
			body = map[string]any{}
		}
		delete(body, "code") // it is the key
		body["name"], body["short"], body["group"], body["aliases"] = h.Name, h.Short, h.Group, h.Aliases
		pieces = append(pieces, newPiece(models.ContentProcedure, h.Code, "", body))
	}
	return pieces, nil
}

func (src *source) unitsAsContent() (pieces []models.Content) {
	for _, u := range append([]unitSource{src.Units.Province, src.Units.Centre}, src.Units.Units...) {
		if u.Slug != "" {
			body := map[string]any{"office": u.Office, "office_confirmed": u.Confirmed}
			pieces = append(pieces, newPiece(models.ContentUnit, u.Slug, "", body))
		}
	}
	return pieces
}

func (src *source) holidaysAsContent() (pieces []models.Content) {
	for _, d := range src.Calendar.named() {
		body := map[string]any{"kind": d.Kind, "name": d.Name, "verify": d.Verify}
		pieces = append(pieces, newPiece(models.ContentHoliday, d.Date, "", body))
	}
	return pieces
}

func (src *source) hoursAsContent() models.Content {
	var periods []map[string]string
	for _, p := range src.Calendar.OfficeHours.Periods {
		periods = append(periods, map[string]string{"from": p.From, "to": p.To})
	}
	return newPiece(models.ContentHours, OfficeHoursKey, "", map[string]any{"periods": periods, "verify": src.Calendar.OfficeHours.Verify})
}

func (src *source) contactsAsContent() (pieces []models.Content) {
	for _, c := range src.Contacts.Sample {
		body := map[string]any{
			"role": c.Role, "field": c.Field, "name": c.Name, "phone": c.Phone, "phone2": c.Phone2, "email": c.Email,
			"hours": c.Hours, "as_of": c.AsOf, "note": c.Note, "public": c.Public,
		}
		pieces = append(pieces, newPiece(models.ContentContact, c.Key(), c.Unit, body))
	}
	return pieces
}
