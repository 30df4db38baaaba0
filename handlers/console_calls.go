package handlers

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	callsPath = consolePath + "/calls"
	noteMost  = 1000 // runes
	// callAgain is after how much opening time somebody is tried again, unless who
	// called says otherwise.
	callAgain = 3 * time.Hour
	// callAhead is how far away a next try may be.
	callAhead = 60 * 24 * time.Hour
	// momentForm is how a browser sends a local time.
	momentForm = "2006-01-02T15:04"
)

// CallStore keeps whom to call because no message reaches them.
type CallStore interface {
	Calls(ctx context.Context, f store.CallFilter) ([]models.Call, string, error)
	Call(ctx context.Context, p models.Principal, id int64) (models.Call, []models.CallTry, error)
	Untold(ctx context.Context, p models.Principal, unit string, before time.Time) (int, error)
}

func (s *server) callRoutes() {
	if s.Calls == nil {
		return
	}
	s.page("GET /calls", models.ReadTalks, s.callsPage)
	s.page("GET /calls/:id", models.ReadTalks, s.callPage)
	s.page("POST /calls/:id/phone", models.ReadContacts, s.showPhone)
	s.page("POST /calls/:id", models.ActOnCases, s.recordCall)
}

// callsData is what the call list shows.
type callsData struct {
	Rows   []callRow
	Later  bool // the list of those that are to be tried later
	Next   string
	Untold int // over one working day
}

// callRow is one line of the list.
type callRow struct {
	models.Call
	Who      string // the citizen, masked for who may not know
	Unit     string // its name
	Category string // its name
	Address  string // of the case's page, "" without one
	Untold   bool   // over one working day
}

// callsPage lists whom to call now, or later.
func (s *server) callsPage(v *visit) error {
	f := store.CallFilter{Seen: v.who, Due: s.Now(), Later: v.Query("later") != "", Page: store.Page{Limit: deskPage, Cursor: v.Query("cursor")}}
	calls, next, err := s.Calls.Calls(v.Request.Context(), f)
	if err != nil {
		return err
	}
	data := callsData{Later: f.Later}
	if before, known := s.untoldSince(); known {
		if data.Untold, err = s.Calls.Untold(v.Request.Context(), v.who, "", before); err != nil {
			return err
		}
	}
	named := make([]string, len(calls))
	for i, c := range calls {
		data.Rows, named[i] = append(data.Rows, s.callRow(v, c)), strconv.FormatInt(c.ID, 10)
	}
	if err := s.saw(v.Request.Context(), v.who, "calls.listed", "", named...); err != nil {
		return err
	}
	if next != "" {
		later := ""
		if f.Later {
			later = "later=1&"
		}
		data.Next = callsPath + "?" + later + "cursor=" + next
	}
	return v.show("calls", data)
}

// untoldSince is before when a message must have failed for its citizen to be
// untold over one working day.
func (s *server) untoldSince() (time.Time, bool) {
	if s.Deadlines == nil {
		return time.Time{}, false
	}
	return s.Deadlines().Calendar.UntoldSince(s.Now())
}

func (s *server) callRow(v *visit, c models.Call) callRow {
	row := callRow{Call: c, Who: c.Contact.Name, Unit: s.nameOfUnit(c.Unit), Category: s.nameOfCategory(c.Category)}
	if !v.who.SeesContacts() {
		row.Who = maskName(c.Contact.Name)
	}
	if c.Case != "" {
		row.Address = v.address(casesPath+"/:code", casesPath+"/"+url.PathEscape(c.Case))
	}
	before, known := s.untoldSince()
	row.Untold = known && c.DoneAt.IsZero() && c.OpenedAt.Before(before)
	row.Contact = models.Contact{Name: row.Who, Phone: maskPhone(c.Contact.Phone)}
	return row
}

// nameOfUnit is what staff call a unit.
func (s *server) nameOfUnit(slug string) string {
	if s.UnitName == nil {
		return slug
	}
	return cmp.Or(s.UnitName(slug), slug)
}

// nameOfCategory is what staff call a category.
func (s *server) nameOfCategory(code string) string {
	for _, c := range s.choices().Categories {
		if c.Code == code {
			return c.Name
		}
	}
	return code
}

// choices are what lists can be bounded to.
func (s *server) choices() Choices {
	if s.Choices == nil {
		return Choices{}
	}
	return s.Choices()
}

// callData is what the page of one call shows.
type callData struct {
	callRow
	Phone    string // whole, once it was asked for and written down; else ""
	Words    string // the message, for who may read it
	Script   string // what to say
	Tries    []models.CallTry
	Outcomes []models.CallOutcome
	Form     callForm
}

// callForm is what staff write down of a try.
type callForm struct {
	Outcome, Note, Next string
	Tries               int   // as the page was shown
	Message             int64 // likewise
}

// seenCall returns the call of the address.
func (s *server) seenCall(v *visit) (models.Call, []models.CallTry, error) {
	id, err := strconv.ParseInt(v.Param("id"), 10, 64)
	if err != nil {
		return models.Call{}, nil, store.ErrNotFound
	}
	return s.Calls.Call(v.Request.Context(), v.who, id)
}

func (s *server) callData(v *visit, c models.Call, tries []models.CallTry) (callData, error) {
	d := callData{
		callRow: s.callRow(v, c), Tries: tries, Outcomes: models.CallOutcomes,
		Form: callForm{Next: local(s.nextTry()).Format(momentForm), Tries: c.Tries, Message: c.Message},
	}
	if !v.who.SeesContacts() {
		d.Tries = nil // their notes may tell who the citizen is
		return d, nil
	}
	hidden, err := s.secrets(v.Request.Context(), v.who, []string{c.Conversation})
	if err != nil || hidden.talks[c.Conversation] {
		return d, err
	}
	d.Words = c.Text
	if s.Wording == nil {
		return d, nil
	}
	d.Script, err = s.Wording("call.script", bot.Slots{
		Office: bot.Office{Name: d.Unit}, Code: c.Case, Report: bot.Report{Contact: models.Contact{Name: d.Who}},
	})
	return d, err
}

// nextTry is when to try again by default.
func (s *server) nextTry() time.Time {
	if s.Deadlines == nil {
		return s.Now().Add(callAgain)
	}
	return s.Deadlines().Calendar.AddHours(s.Now(), callAgain)
}

// callPage shows one call, the phone masked.
func (s *server) callPage(v *visit) error {
	c, tries, err := s.seenCall(v)
	if err != nil {
		return err
	}
	d, err := s.callData(v, c, tries)
	if err != nil {
		return err
	}
	if err := s.saw(v.Request.Context(), v.who, "call.looked", c.Subject(), "call", strconv.FormatInt(c.ID, 10)); err != nil {
		return err
	}
	return v.show("call", d)
}

// showPhone shows the phone, and writes into the audit who has seen it.
func (s *server) showPhone(v *visit) error {
	c, tries, err := s.seenCall(v)
	if err != nil {
		return err
	}
	d, err := s.callData(v, c, tries)
	if err != nil {
		return err
	}
	err = s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		return tx.Audit(v.who, "call.phone", c.Subject(), fmt.Sprint("call ", c.ID))
	})
	if err != nil {
		return err
	}
	d.Phone = c.Contact.Phone
	return v.show("call", d)
}

// recordCall writes down what came of a try: in the call, in the history of its
// case and in the audit.
func (s *server) recordCall(v *visit) error {
	c, tries, err := s.seenCall(v)
	if err != nil {
		return err
	}
	form, try, next, sound := s.readCall(v, c)
	if !sound {
		d, err := s.callData(v, c, tries)
		if err != nil {
			return err
		}
		d.Form = form
		return v.refuse(http.StatusUnprocessableEntity, "call", "invalid", d)
	}
	c.Tries, c.Message = form.Tries, form.Message // as who called has seen it
	err = s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error { return s.writeCall(tx, v.who, c, try, next) })
	if err != nil {
		return err
	}
	return v.done(callsPath, "call-recorded")
}

// readCall reads the form, and reports whether it can be taken.
func (s *server) readCall(v *visit, c models.Call) (form callForm, try models.CallTry, next time.Time, sound bool) {
	form = callForm{Outcome: v.PostForm("outcome"), Note: strings.TrimSpace(v.PostForm("note")), Next: v.PostForm("next")}
	var faults [2]error
	form.Tries, faults[0] = strconv.Atoi(v.PostForm("tries"))
	form.Message, faults[1] = strconv.ParseInt(v.PostForm("message"), 10, 64)
	try = models.CallTry{Actor: v.who.Name, Outcome: models.CallOutcome(form.Outcome), Note: form.Note}
	sound = faults == [2]error{} && slices.Contains(models.CallOutcomes, try.Outcome) && clean(form.Note) && utf8.RuneCountInString(form.Note) <= noteMost
	if try.Outcome == models.CallGivenUp && form.Note == "" {
		sound = false // why is asked for
	}
	if next = c.NextAt; !try.Outcome.Again() {
		return form, try, next, sound
	}
	next, err := time.ParseInLocation(momentForm, form.Next, time.FixedZone("", localOffset))
	now := s.Now()
	return form, try, next, sound && err == nil && next.After(now) && next.Before(now.Add(callAhead))
}

// writeCall locks the case before the call, as a transfer does.
func (s *server) writeCall(tx *store.Tx, by models.Principal, c models.Call, try models.CallTry, next time.Time) error {
	if c.Case != "" {
		of, err := tx.Case(c.Case)
		if err != nil {
			return err
		}
		if err := of.Move(models.ActNote, by.Name, s.Now().UTC(), try.Note, "call "+string(try.Outcome)); err != nil {
			return err
		}
		if err := tx.SaveCase(of); err != nil {
			return err
		}
	}
	if err := tx.RecordCall(c, try, next); err != nil {
		return err
	}
	return tx.Audit(by, "call."+string(try.Outcome), c.Subject(), fmt.Sprint("call ", c.ID))
}
