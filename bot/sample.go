package bot

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// Samples are what a wording is tried with before it is said: everything there
// is, as long as the product lets it grow; nothing; each value missing and each
// alone; and every word of the closed lists.
func Samples() []Slots {
	full := Longest()
	out := []Slots{full, {}}
	for _, path := range paths(reflect.TypeOf(full), nil) {
		missing, alone := full, Slots{}
		set(reflect.ValueOf(&missing).Elem(), path, reflect.Value{})
		set(reflect.ValueOf(&alone).Elem(), path, get(reflect.ValueOf(full), path))
		out = append(out, missing, alone)
	}
	vary := func(change func(*Slots)) {
		s := full
		change(&s)
		out = append(out, s)
	}
	for _, k := range models.Kinds {
		vary(func(s *Slots) { s.Report.Kind, s.Report.Sensitive = k, false })
	}
	for _, status := range models.Statuses {
		vary(func(s *Slots) { s.Case.Status = status })
	}
	for _, reason := range models.RejectReasons {
		vary(func(s *Slots) { s.Notice.Reason = reason })
	}
	for _, kind := range []string{"image", "audio", "video", "file"} {
		vary(func(s *Slots) { s.FileKind, s.Text = kind, "" })
	}
	for _, part := range []string{"morning", "noon", "afternoon", "evening"} {
		vary(func(s *Slots) { s.Hours.Part, s.Hours.Clock = part, time.Time{} })
	}
	return out
}

// Longest fills every slot as far as the product lets it grow.
func Longest() Slots {
	long := func(n int) string { return strings.Repeat("nghiêng ", n/8) }
	link := "https://" + long(80)
	at := time.Date(2026, 11, 2, 16, 30, 0, 0, time.UTC)
	unit := UnitView{Slug: "loc-thanh-huyen", Name: strings.TrimSpace(long(56)), Short: "Nghiêng"}
	c := CaseView{Code: "PA2026-AAAAAA", Unit: unit, Kind: models.PhanAnh, Category: long(60), Status: models.StatusWaiting, Place: long(400), Created: at, Due: at, DueDays: 10, Resolved: at, Term: longTerm(at), Mine: true, Asked: long(4000), Answer: long(4000)}
	p := ProcedureView{
		Code: "a", Name: long(80), Short: "Nghiêng", Documents: slices.Repeat([]Paper{{Name: long(60), Note: long(30)}, {Name: long(60), When: long(50)}}, 5),
		Fee: long(120), Time: long(120), Where: long(160), Steps: long(1200), AsOf: "02/11/2026", Verify: true,
	}
	contact := ContactView{Unit: unit.Name, Role: long(50), Name: long(40), Phone: "0900000001", Hours: long(60), Note: long(120), AsOf: "02/11/2026", Old: true}
	return Slots{
		Office:     Office{Unit: unit, Name: unit.Name, Privacy: link, Lookup: link, OpensAt: at, Phone: "0900000001", Hours: long(80), Duty: true, ServedBy: unit.Name},
		Report:     Report{Words: []Word{{Text: "1. " + long(5000)}}, Files: make([]models.File, 99), Kind: models.KhieuNai, Sensitive: true, Decision: long(400), Unit: &unit, Place: long(400), Contact: models.Contact{Name: long(200), Phone: "0900000001"}},
		Code:       c.Code,
		Case:       c,
		Dossier:    DossierView{Code: strings.Repeat("H", 40), Stage: long(50), Means: long(200), English: long(120), Verify: true, Received: at, Due: at, Updated: at, Phone: "0900000001"},
		Cases:      slices.Repeat([]CaseView{c}, 5),
		Procedure:  p,
		Procedures: slices.Repeat([]ProcedureView{p}, 3),
		Contacts:   slices.Repeat([]ContactView{contact}, 5),
		Inquiry:    Inquiry{Address: long(200), Instead: true},
		Hours:      HoursView{Day: at, Name: long(60), MakeUp: true, Spans: []string{"07:30–11:30", "13:30–17:00"}, First: at, Last: at, Days: 9, Back: at},
		Call:       "0900000001",
		Danger:     Danger{Call: []string{"113", "114", "115"}, Answer: long(300)},
		Notice:     models.Notice{Case: c.Code, Reason: "withdrawn_by_law", Into: c.Code, Text: long(2000), Date: at},
		Score:      1, Count: 99, FileKind: "audio", Text: long(2000), Secret: long(16), Link: link, May: true,
	}
}

// longTerm is a term with everything that can be said of one.
func longTerm(at time.Time) *TermView {
	off := models.DaysOff{Name: strings.Repeat("nghiêng ", 18), First: at, Last: at.AddDate(0, 0, 4)}
	return &TermView{
		Days: 10, From: at, Again: true, Waiting: true, Basis: strings.Repeat("nghiêng ", 18), Due: at, Kept: true, Promised: at,
		Skips: models.Skips{Late: true, Weekend: 12, Paused: 11, Off: slices.Repeat([]models.DaysOff{off}, 6)},
	}
}

// paths lists where the values of a struct are, those inside its structs too.
func paths(t reflect.Type, to []int) (all [][]int) {
	for i := range t.NumField() {
		field, path := t.Field(i), append(slices.Clip(to), i)
		if !field.IsExported() {
			continue
		}
		all = append(all, path)
		inner := field.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && inner != reflect.TypeFor[time.Time]() {
			all = append(all, paths(inner, path)...)
		}
	}
	return all
}

// get returns the value at the path, zero where the way there is nil.
func get(v reflect.Value, path []int) reflect.Value {
	for _, i := range path {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v
}

// set puts the value there, zero for none. What lies behind a pointer is copied first.
func set(v reflect.Value, path []int, value reflect.Value) {
	for _, i := range path {
		if v.Kind() == reflect.Pointer {
			fresh := reflect.New(v.Type().Elem())
			if !v.IsNil() {
				fresh.Elem().Set(v.Elem())
			}
			v.Set(fresh)
			v = fresh.Elem()
		}
		v = v.Field(i)
	}
	if !value.IsValid() {
		value = reflect.Zero(v.Type())
	}
	v.Set(value)
}
