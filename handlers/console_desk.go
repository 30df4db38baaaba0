package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	casesPath = consolePath + "/cases"
	// CasePage, with a code behind it, is the page of a case.
	CasePage  = casesPath + "/"
	livePath  = casesPath + "/live"
	talksPath = consolePath + "/conversations"
	deskPage  = 50 // lines
	queryMost = 200

	// background is the header of what a page asks for by itself.
	background = "X-Background"
)

// DeskStore keeps the inbox of the staff.
type DeskStore interface {
	Desk(ctx context.Context, f store.DeskFilter) ([]store.DeskItem, string, error)
	DeskCounts(ctx context.Context, f store.DeskFilter) (map[store.DeskView]int, error)
	DeskMark(ctx context.Context, unit string) (string, error)
	DeskAssigned(ctx context.Context, p models.Principal, whose string) (int, error)
	MarkSeen(ctx context.Context, of, item string) error
	SavedViews(ctx context.Context, of string) ([]store.SavedView, error)
	Attend(ctx context.Context, p store.Presence) error
	Leave(ctx context.Context, item, of string) error
	Field(ctx context.Context, f store.FieldFilter) (owed, again []models.Case, err error)
	Present(ctx context.Context, items []string) (map[string][]store.Presence, error)
}

// Choices are what lists can be bounded to.
type Choices struct{ Units, Categories []Named }

// Named is a code and what staff call it.
type Named struct{ Code, Name string }

func (s *server) deskRoutes() {
	if s.Desk == nil {
		return
	}
	s.console.watch = newWatch(s.Desk.DeskMark, watchEvery)
	s.page("GET /cases", models.ReadCases, s.deskPage)
	s.page("GET /cases/live", models.ReadCases, s.live)
	s.page("POST /cases/claim", models.ActOnCases, s.claimCase)
	s.page("POST /cases/bulk", models.ActOnCases, s.actOnMany)
	s.page("POST /cases/views", models.ReadCases, s.saveView)
	s.page("POST /cases/views/drop", models.ReadCases, s.dropView)
	s.page("POST /cases/:code/presence", models.ReadCases, s.attendCase)
}

// deskForm is what the address of the page says: which list, and what of it.
type deskForm struct {
	View                         store.DeskView
	Unit, Kind, Category, Status string
	Channel, Since, Until, Query string
	Whose                        string // e-mail of who has the cases
	Cursor                       string
}

// readDesk reads an address. What it does not understand does not bound: a page
// that was kept for long still opens.
func readDesk(q url.Values) deskForm {
	f := deskForm{
		View: store.DeskView(q.Get("view")), Unit: text(q, "unit"), Kind: text(q, "kind"), Category: text(q, "category"),
		Status: text(q, "status"), Channel: text(q, "channel"), Since: text(q, "since"), Until: text(q, "until"),
		Query: text(q, "q"), Cursor: text(q, "cursor"), Whose: strings.ToLower(text(q, "whose")),
	}
	if !slices.Contains(store.DeskViews, f.View) {
		f.View = store.DeskOpen
	}
	if f.Whose != "" && !f.View.OfAssigned() {
		f.View = store.DeskOpen
	}
	if f.Query != "" && !f.View.HasWords() {
		f.View = store.DeskAll // words stand in cases
	}
	return f
}

// text is a value of the address that a store can take.
func text(q url.Values, name string) string {
	value := strings.TrimSpace(q.Get(name))
	if !clean(value) {
		return ""
	}
	return shortened(value, queryMost)
}

// values is the address again, without what does not bound.
func (f deskForm) values() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{
		"unit": f.Unit, "kind": f.Kind, "category": f.Category, "status": f.Status, "channel": f.Channel,
		"since": f.Since, "until": f.Until, "q": f.Query, "cursor": f.Cursor, "whose": f.Whose,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.View != store.DeskOpen {
		q.Set("view", string(f.View))
	}
	return q
}

// Address is the page that shows the list.
func (f deskForm) Address() string {
	if q := f.values().Encode(); q != "" {
		return casesPath + "?" + q
	}
	return casesPath
}

// Back is the list for a form that comes back to it.
func (f deskForm) Back() string { return f.values().Encode() }

// Bounded reports whether the list is not the whole view.
func (f deskForm) Bounded() bool { return f.Query != "" || f.Filtered() }

// Filtered reports whether more than words bounds the list.
func (f deskForm) Filtered() bool {
	f.View, f.Cursor, f.Query = store.DeskOpen, "", ""
	return f != deskForm{View: store.DeskOpen}
}

// Wider is where the same words are looked for in all cases; "" here.
func (f deskForm) Wider() string {
	if f.Query == "" || f.View == store.DeskAll {
		return ""
	}
	return f.in(store.DeskAll).Address()
}

// Whole is the view without words and bounds.
func (f deskForm) Whole() string { return deskForm{View: f.View}.Address() }

// in is another view of what the form bounds to.
func (f deskForm) in(view store.DeskView) deskForm {
	f.View, f.Cursor = view, ""
	if !view.OfAssigned() {
		f.Whose = ""
	}
	if !view.HasWords() {
		f.Query = ""
	}
	return f
}

// deskFilter is the form for the store.
func (s *server) deskFilter(v *visit, f deskForm) store.DeskFilter {
	now := s.Now()
	return store.DeskFilter{
		View: f.View, Unit: f.Unit, Kind: f.Kind, Category: f.Category, Status: f.Status, Channel: models.Platform(f.Channel),
		Since: dayOf(f.Since, 0), Until: dayOf(f.Until, 1), Query: f.Query, Whose: f.Whose, Seen: v.who, Now: now, Soon: s.soon(now),
		Page: store.Page{Limit: deskPage, Cursor: f.Cursor},
	}
}

// dayOf is the beginning of a day here, so many days later; zero for no date.
func dayOf(date string, later int) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, date, time.FixedZone("", localOffset))
	if err != nil {
		return time.Time{}
	}
	return at.AddDate(0, 0, later)
}

// soonDays is within how many working days a case counts as due soon.
const soonDays = 2

// soon is until when what is due is due soon.
func (s *server) soon(now time.Time) time.Time {
	if s.Deadlines == nil {
		return now.AddDate(0, 0, soonDays)
	}
	return s.Deadlines().Calendar.Deadline(now, soonDays)
}

// deskData is what the page of the inbox shows.
type deskData struct {
	Form     deskForm
	Tabs     []deskTab
	Rows     []deskRow
	Next     string // address of the next page, "" on the last
	Saved    []savedView
	Choices  Choices         // by which the list can be bounded
	AllUnits []Named         // to which cases can be transferred
	Staff    []store.Account // to whom cases can be given
	Mark     string          // of the inbox as it is shown
	Outcomes []outcome       // of what was just done to several
	Taken    *takenError     // why a case was not taken
}

// Former is whose cases are listed who is not of the staff any more, or "".
func (d deskData) Former() string {
	if slices.ContainsFunc(d.Staff, func(a store.Account) bool { return a.Email == d.Form.Whose }) {
		return ""
	}
	return d.Form.Whose
}

// deskTab is a view, how many lines it has and where it leads.
type deskTab struct {
	View    store.DeskView
	Count   string // "" of what is not counted
	Address string
	Current bool
}

type savedView struct {
	Name, Address string
	Current       bool
}

// deskPage is the inbox. A script gets the list alone.
func (s *server) deskPage(v *visit) error {
	form := readDesk(v.Request.URL.Query())
	data, err := s.deskData(v, form)
	switch {
	case errors.Is(err, store.ErrCursor):
		return v.done(form.in(form.View).Address(), "") // the first page is there in any case
	case err != nil:
		return err
	}
	if form.Query != "" && v.GetHeader(background) == "" { // by words, numbers and names somebody can be found
		codes := make([]string, len(data.Rows))
		for i, row := range data.Rows {
			codes[i] = row.ID
		}
		if err := s.saw(v.Request.Context(), v.who, "cases.searched", "", codes...); err != nil {
			return err
		}
	}
	return v.showDesk(http.StatusOK, data)
}

func (v *visit) showDesk(status int, data deskData) error {
	v.Header("Vary", "HX-Request")
	if v.GetHeader("HX-Request") != "" {
		if v.Request.Method == http.MethodGet && v.GetHeader(background) == "" {
			v.Header("HX-Push-Url", data.Form.Address())
		}
		return v.execute(status, "cases", "list", consolePage{Who: v.who, Path: casesPath, Data: data})
	}
	return v.render(status, "cases", "", data)
}

func (s *server) deskData(v *visit, form deskForm) (deskData, error) {
	ctx, f := v.Request.Context(), s.deskFilter(v, form)
	data := deskData{Form: form}
	var err error
	if data.Mark, err = s.Desk.DeskMark(ctx, v.who.Unit); err != nil {
		return data, err
	}
	items, next, err := s.Desk.Desk(ctx, f)
	if err != nil {
		return data, err
	}
	counts, err := s.Desk.DeskCounts(ctx, f)
	if err != nil {
		return data, err
	}
	data.Tabs = tabs(form, counts)
	if next != "" {
		page := form
		page.Cursor = next
		data.Next = page.Address()
	}
	return data, s.fillDesk(v, &data, items)
}

// fillDesk adds what stands around the list.
func (s *server) fillDesk(v *visit, data *deskData, items []store.DeskItem) error {
	ctx := v.Request.Context()
	if s.Choices != nil {
		data.Choices = s.Choices()
		data.AllUnits = data.Choices.Units
	}
	if v.who.Unit != "" {
		data.Choices.Units = nil // there is but one
	}
	accounts, err := s.Store.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if !a.Disabled && a.Role.May(models.ActOnCases) && (v.who.Unit == "" || a.Unit == "" || a.Unit == v.who.Unit) {
			data.Staff = append(data.Staff, a)
		}
	}
	saved, err := s.Desk.SavedViews(ctx, v.who.Email)
	if err != nil {
		return err
	}
	for _, one := range saved {
		address := casesPath + "?" + one.Query
		data.Saved = append(data.Saved, savedView{one.Name, address, address == data.Form.Address()})
	}
	data.Rows, err = s.deskRows(v, data.Form, items, accounts, data.Choices)
	return err
}

func tabs(form deskForm, counts map[store.DeskView]int) []deskTab {
	all := make([]deskTab, len(store.DeskViews))
	for i, view := range store.DeskViews {
		n, counted := counts[view]
		all[i] = deskTab{view, "", form.in(view).Address(), view == form.View}
		if counted {
			all[i].Count = bounded(n)
		}
	}
	return all
}

// bounded writes a count that ends at store.DeskCountMost.
func bounded(n int) string {
	if n >= store.DeskCountMost {
		return "99+"
	}
	return strconv.Itoa(n)
}

// options are the values of a closed list, for a template.
func options(list string) (values []string) {
	switch list {
	case "kind":
		for _, k := range models.Kinds {
			values = append(values, string(k))
		}
	case "status":
		for _, st := range models.Statuses {
			values = append(values, string(st))
		}
	case "channel":
		for _, p := range []models.Platform{models.Zalo, models.Messenger, models.Web, models.Email, models.Counter} {
			values = append(values, string(p))
		}
	}
	return values
}
