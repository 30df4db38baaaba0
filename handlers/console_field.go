package handlers

import (
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	fieldPath = consolePath + "/field"
	// visitsMost is how many cases a list of a day holds: more are not visited.
	visitsMost = 40
	// fieldPhotos is how many photos of a citizen it shows of a case.
	fieldPhotos = 2
)

func (s *server) fieldRoutes() {
	if s.Desk == nil {
		return
	}
	s.page("GET /field", models.ReadCases, s.fieldPage)
}

// fieldData is what is visited today, in the order in which it is.
type fieldData struct {
	Now      time.Time
	Mine     bool // of oneself, else of the unit
	May      bool // act
	Contacts bool // they are shown
	Stops    []fieldStop
	Again    []fieldCase // to be looked at again
	More     bool        // there is more than is shown
	Late     int
	Today    int // due today
}

// fieldStop is what is visited at one place.
type fieldStop struct {
	Area  string
	Cases []fieldCase
}

// fieldCase is one case of the list.
type fieldCase struct {
	models.Case
	N        int // its place in the list
	Category string
	Assignee string
	Excerpt  string
	Photos   []fileView
	Evidence evidenceView
	Late     bool
	DueToday bool
	FollowUp time.Time
	Form     answerForm
	Address  string
}

// fieldPage lists what is visited today. Whoever sees citizens' phones on it is
// written down, with the cases.
func (s *server) fieldPage(v *visit) error {
	d := fieldData{Now: s.Now(), Mine: v.who.MayAct() && v.Query("who") != "unit", May: v.who.MayAct(), Contacts: v.who.SeesContacts()}
	owed, again, err := s.Desk.Field(v.Request.Context(), store.FieldFilter{Seen: v.who, Mine: d.Mine, Now: d.Now, Limit: visitsMost + 1})
	if err != nil {
		return err
	}
	if d.More = len(owed) > visitsMost; d.More {
		owed = owed[:visitsMost]
	}
	if !d.Contacts {
		owed, again = masked(owed), masked(again)
	}
	w, err := s.fieldWriter(v, d.Now, owed, again)
	if err != nil {
		return err
	}
	for _, at := range fieldRoute(owed, w.tonight) {
		shown := fieldStop{Area: at.Area}
		for _, c := range at.Cases {
			row := w.row(c)
			d.Late, d.Today = d.Late+b2i(row.Late), d.Today+b2i(row.DueToday)
			shown.Cases = append(shown.Cases, row)
		}
		d.Stops = append(d.Stops, shown)
	}
	for _, c := range again {
		d.Again = append(d.Again, w.row(c))
	}
	if err := s.saw(v.Request.Context(), v.who, "field.listed", "", w.codes...); err != nil {
		return err
	}
	return v.show("field", d)
}

// fieldWriter makes the rows of the list.
type fieldWriter struct {
	s        *server
	v        *visit
	now      time.Time
	tonight  time.Time
	accounts []store.Account
	files    map[string][]models.CaseFile
	codes    []string
	rows     int
}

func (s *server) fieldWriter(v *visit, now time.Time, lists ...[]models.Case) (*fieldWriter, error) {
	w := &fieldWriter{s: s, v: v, now: now, files: map[string][]models.CaseFile{}}
	y, m, day := local(now).Date()
	w.tonight = time.Date(y, m, day+1, 0, 0, 0, 0, local(now).Location())
	for _, list := range lists {
		for _, c := range list {
			w.codes = append(w.codes, c.Code)
		}
	}
	files, err := s.Staff.CaseFiles(v.Request.Context(), w.codes...)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		w.files[f.Case] = append(w.files[f.Case], f)
	}
	w.accounts, err = s.Store.Accounts(v.Request.Context())
	return w, err
}

// row is the next line of the list.
func (w *fieldWriter) row(c models.Case) fieldCase {
	row := fieldCase{
		Evidence: evidenceOf(c, w.files[c.Code]), Category: w.s.nameOfCategory(c.Category), Assignee: accountName(w.accounts, c.Assignee),
		Form: answerForm{Key: newFormKey(), Seen: len(models.Decided(c.Events))}, Address: casePath(c.Code),
		Late: !c.Status.Ended() && !c.DueAt.IsZero() && !c.DueAt.After(w.now),
	}
	row.DueToday = !row.Late && !c.Status.Ended() && !c.DueAt.IsZero() && c.DueAt.Before(w.tonight)
	for _, f := range row.Evidence.Own {
		if len(row.Photos) < fieldPhotos {
			row.Photos = append(row.Photos, f)
		}
	}
	if w.s.Deadlines != nil {
		if r, ok := w.s.Deadlines().FollowUp(c); ok {
			row.FollowUp = r.Due
		}
	}
	w.rows++
	row.Case, row.N, row.Excerpt = c, w.rows, excerpt(c.Description)
	return row
}

// masked hides from the cases who their citizens are.
func masked(cases []models.Case) []models.Case {
	out := make([]models.Case, len(cases))
	for i, c := range cases {
		out[i] = maskCase(c)
	}
	return out
}
