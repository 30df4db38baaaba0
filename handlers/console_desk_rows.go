package handlers

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// excerptRunes is how much of a case's words a line shows.
const excerptRunes = 160

// deskRow is one line of the inbox.
type deskRow struct {
	ID        string // the case's code or the conversation's id
	Address   string // "" where no page shows it
	Talk      bool
	Excerpt   string
	Unit      string // what it is called
	Kind      models.Kind
	Category  string // what it is called
	Status    models.Status
	Mode      models.Mode // of a conversation
	Priority  string
	Sensitive bool
	Channel   models.Platform
	At        time.Time // what the list is sorted by
	DueAt     time.Time // zero when nothing is owed, or the clock stands still
	Late      bool
	Soon      bool
	Assignee  string // name, "" for nobody
	Mine      bool
	Free      bool // may be taken by who looks
	Unread    bool
	People    []store.Presence // others who are at it
}

func (s *server) deskRows(v *visit, form deskForm, items []store.DeskItem, accounts []store.Account, known Choices) ([]deskRow, error) {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.ID()
	}
	present, err := s.Desk.Present(v.Request.Context(), ids)
	if err != nil {
		return nil, err
	}
	w := rowWriter{s: s, v: v, names: map[string]string{}, categories: known.Categories, now: s.Now(), query: form.Query}
	w.soon = s.soon(w.now)
	for _, a := range accounts {
		w.names[a.Email] = a.Name
	}
	rows := make([]deskRow, 0, len(items))
	for _, item := range items {
		if row, shown := w.row(item); shown {
			row.People = others(present[row.ID], v.who.Email)
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// others are those of the people who are not oneself.
func others(people []store.Presence, self string) (rest []store.Presence) {
	for _, p := range people {
		if !strings.EqualFold(p.Email, self) {
			rest = append(rest, p)
		}
	}
	return rest
}

// rowWriter makes lines.
type rowWriter struct {
	s          *server
	v          *visit
	names      map[string]string // by e-mail
	categories []Named
	now, soon  time.Time
	query      string
}

// row shows an item as who looks may see it. Who does not see a phone or a name
// must not find out about it by searching either.
func (w *rowWriter) row(item store.DeskItem) (deskRow, bool) {
	row := deskRow{ID: item.ID(), At: item.At, Unread: item.Unread}
	if item.Case != nil {
		return w.caseRow(row, *item.Case)
	}
	t := item.Talk
	row.Talk, row.Unit, row.Mode, row.Channel = true, w.unit(t.Unit), t.Mode, models.PlatformOf(t.ID)
	row.Address = w.v.address(talksPath+"/:id", talksPath+"/"+url.PathEscape(t.ID))
	return row, true
}

func (w *rowWriter) caseRow(row deskRow, c models.Case) (deskRow, bool) {
	who := w.v.who
	if !who.Sees(c) { // the query has seen to it; this is the one rule
		return row, false
	}
	if view := newCaseView(who, c); !who.SeesContacts() {
		if !view.holds(w.query) {
			return row, false
		}
		c.Description = view.Description
	}
	row.Address = w.v.address(casesPath+"/:code", casesPath+"/"+url.PathEscape(c.Code))
	row.Excerpt, row.Unit, row.Kind, row.Category = excerpt(c.Description), w.unit(c.Unit), c.Kind, w.category(c.Category)
	row.Status, row.Priority, row.Sensitive, row.Channel = c.Status, c.Priority, c.Sensitive, c.Platform
	row.Assignee, row.Mine = w.name(c.Assignee), c.Assignee != "" && strings.EqualFold(c.Assignee, who.Email)
	row.Free = c.Assignee == "" && !c.Status.Ended() && who.MayAct()
	if !c.Status.Ended() && (c.Status != models.StatusWaiting || c.Kind == models.KhieuNai) {
		row.DueAt = c.DueAt
		row.Late = !c.DueAt.IsZero() && !c.DueAt.After(w.now)
		row.Soon = !row.Late && !c.DueAt.IsZero() && !c.DueAt.After(w.soon)
	}
	return row, true
}

// address is a page, or "" while no route shows it.
func (v *visit) address(route, path string) string {
	if _, exists := v.s.console.access["GET "+route]; !exists {
		return ""
	}
	return path
}

func (w *rowWriter) unit(slug string) string {
	if slug == "" || w.s.UnitName == nil {
		return slug
	}
	if name := w.s.UnitName(slug); name != "" {
		return name
	}
	return slug
}

func (w *rowWriter) name(email string) string {
	if name := w.names[strings.ToLower(email)]; name != "" {
		return name
	}
	return email
}

func (w *rowWriter) category(code string) string {
	for _, c := range w.categories {
		if c.Code == code {
			return c.Name
		}
	}
	return code
}

// excerpt is the beginning of a text, on one line.
func excerpt(text string) string {
	line := strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(line) <= excerptRunes {
		return line
	}
	return strings.TrimRight(string([]rune(line)[:excerptRunes]), " ,.;") + "…"
}
