package store

import (
	"cmp"
	"context"
	"database/sql"
	"strings"

	"github.com/langnghe/langnghe/models"
)

// deskQuery is a statement of the inbox as it is put together.
type deskQuery struct {
	from  string
	where []string
	args  []any
}

// and adds a condition.
func (q *deskQuery) and(condition string, args ...any) {
	q.where, q.args = append(q.where, condition), append(q.args, args...)
}

// equal adds a condition unless there is nothing to bound to.
func (q *deskQuery) equal(column, value string) {
	if value != "" {
		q.and(column+" = ?", clean(value))
	}
}

// text is the statement from FROM on.
func (q *deskQuery) text() string { return "FROM " + q.from + q.conditions() }

// conditions is the statement from WHERE on, "" without any.
func (q *deskQuery) conditions() string {
	if len(q.where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(q.where, " AND ")
}

// list is the statement of a page of columns, sorted.
func (q *deskQuery) list(columns, order string, rows int) (text string, args []any) {
	return "SELECT " + columns + " " + q.text() + " ORDER BY " + order + " LIMIT ?", append(q.args, rows)
}

// count is the statement that counts as far as DeskCountMost.
func (q *deskQuery) count() (text string, args []any) {
	return "SELECT COUNT(*) FROM (SELECT 1 " + q.text() + " LIMIT ?) AS counted", append(q.args, DeskCountMost)
}

// filter adds what the filter and the principal's rights bound cases c to.
func (q *deskQuery) filter(f DeskFilter) {
	q.equal("c.unit", f.unit())
	q.equal("c.status", f.Status)
	q.equal("c.kind", f.Kind)
	q.equal("c.category", f.Category)
	q.equal("c.platform", string(f.Channel))
	q.equal("c.assignee", f.Whose)
	if rule, args := sensitiveRule(f.Seen, "c."); rule != "" {
		q.and(rule, args...)
	}
}

// period adds the filter's, of a column of times.
func (q *deskQuery) period(f DeskFilter, column string) {
	if !f.Since.IsZero() {
		q.and(column+" >= ?", f.Since.UnixMicro())
	}
	if !f.Until.IsZero() {
		q.and(column+" < ?", f.Until.UnixMicro())
	}
}

// after bounds the list to what comes after a place in the order of a column.
func (q *deskQuery) after(from *place, columns string, ascending bool) {
	if from == nil {
		return
	}
	sign := " < "
	if ascending {
		sign = " > "
	}
	q.and(columns+sign+"(?, ?)", from.at, from.id)
}

// caseOrder is by what a view of cases is sorted.
type caseOrder struct {
	column    string
	ascending bool
}

func (f DeskFilter) order() caseOrder {
	if f.View == DeskSoon || f.View == DeskOverdue {
		return caseOrder{"c.due_at", true}
	}
	return caseOrder{"c.created_at", false}
}

// caseQuery chooses the cases of a view. SQLite has no statistics of what is
// rare, so it is told which index the list is read by.
func (s *Store) caseQuery(f DeskFilter) deskQuery {
	q := deskQuery{from: "cases c"}
	if !s.pg {
		q.from += " INDEXED BY " + f.index()
	}
	q.view(f)
	q.filter(f)
	q.period(f, "c.created_at")
	return q
}

// view adds what makes a view of cases.
func (q *deskQuery) view(f DeskFilter) {
	if f.View != DeskAll {
		q.and("c.open = 1")
	}
	switch f.View {
	case DeskMine:
		q.and("c.assignee = ?", email(f.Seen.Email))
	case DeskUnassigned:
		q.and("c.assignee = ''")
	case DeskWaiting:
		q.and("c.status = 'waiting_citizen'")
	case DeskSoon:
		q.and("c.due_at > ? AND c.due_at <= ?", f.Now.UnixMicro(), f.Soon.UnixMicro())
	case DeskOverdue:
		q.and("c.due_at > 0 AND c.due_at <= ?", f.Now.UnixMicro())
	}
	if f.View == DeskSoon || f.View == DeskOverdue { // the clock of the others stands still
		q.and("(c.status <> 'waiting_citizen' OR c.kind = 'khieu_nai')")
	}
}

// index names the index that the view is read by, in its order.
func (f DeskFilter) index() string {
	bound, due := f.unit() != "", f.order().ascending
	switch {
	case f.View == DeskMine, f.Whose != "" && f.View.OfAssigned() && !due, f.View == DeskUnassigned && !bound && f.narrow() == "":
		return "cases_desk_whose"
	case due && bound:
		return "cases_desk_unit_due"
	case due:
		return "cases_desk_due"
	case f.narrow() != "" && bound:
		return "cases_unit_" + f.narrow()
	case f.narrow() != "":
		return "cases_" + f.narrow()
	case f.View == DeskAll && bound:
		return "cases_unit"
	case f.View == DeskAll:
		return "cases_created"
	case bound:
		return "cases_desk_unit"
	}
	return "cases_desk"
}

// narrow names the column that the filter bounds most, "" without any.
func (f DeskFilter) narrow() string {
	switch {
	case f.Category != "":
		return "category"
	case f.Channel != "":
		return "platform"
	case f.Status != "", f.View == DeskWaiting:
		return "status"
	case f.Kind != "":
		return "kind"
	}
	return ""
}

// deskRow is a case and its place in a list.
type deskRow struct {
	Case   caseRow `gorm:"embedded"`
	Sorted int64
}

func (w deskRow) item() (deskPlace, error) {
	c, err := w.Case.model()
	return deskPlace{place{w.Sorted, w.Case.Code}, DeskItem{Case: &c, At: fromMicros(w.Sorted)}}, err
}

// caseList is the statement of a view of cases.
func (s *Store) caseList(f DeskFilter, from *place) (text string, args []any) {
	o, q := f.order(), s.caseQuery(f)
	q.after(from, "("+o.column+", c.code)", o.ascending)
	order := o.column + " DESC, c.code DESC"
	if o.ascending {
		order = o.column + ", c.code"
	}
	return q.list("c.*, "+o.column+" AS sorted", order, f.fetch())
}

func (s *Store) deskRows(ctx context.Context, text string, args ...any) ([]deskPlace, error) {
	rows, err := find[deskRow](s.desk.WithContext(ctx), text, args...)
	if err != nil {
		return nil, err
	}
	places := make([]deskPlace, len(rows))
	for i, w := range rows {
		if places[i], err = w.item(); err != nil {
			return nil, err
		}
	}
	return places, nil
}

// talkQuery chooses conversations that need a person, or are parked.
func (s *Store) talkQuery(f DeskFilter) deskQuery {
	q := deskQuery{from: "conversations c"}
	if !s.pg {
		index := "conversations_desk"
		if f.unit() != "" {
			index = "conversations_desk_unit"
		}
		q.from += " INDEXED BY " + index
	}
	q.and("c.mode <> 'bot'") // lets the partial index serve
	if f.View == DeskParked {
		q.and("c.mode = 'parked'")
	} else {
		q.and("c.mode IN ('waiting', 'human')")
	}
	q.equal("c.unit", f.unit())
	q.platform(f, "c.channel")
	q.period(f, "c.since")
	return q
}

// platform adds the filter's, of a channel key or a conversation's id.
func (q *deskQuery) platform(f DeskFilter, column string) {
	if f.Channel != "" {
		q.and(column+" LIKE ?", string(f.Channel)+":%")
	}
}

// talkList is the statement of a view of conversations, those that wait longest
// first unless latest.
func (s *Store) talkList(f DeskFilter, from *place, latest bool) (text string, args []any) {
	q := s.talkQuery(f)
	q.after(from, "(c.since, c.id)", !latest)
	order := "c.since, c.id"
	if latest {
		order = "c.since DESC, c.id DESC"
	}
	return q.list(conversationColumns, order, f.fetch())
}

func (s *Store) deskTalks(ctx context.Context, f DeskFilter, from *place, latest bool) (places []deskPlace, err error) {
	text, args := s.talkList(f, from, latest)
	err = on(s.desk.WithContext(ctx)).query(func(rows *sql.Rows) error {
		c, err := scanConversation(rows)
		places = append(places, deskPlace{place{micros(c.Since), c.ID}, DeskItem{Talk: &c, At: c.Since}})
		return err
	}, text, args...)
	return places, err
}

// undeliveredQuery chooses what did not arrive. Its unit is the case's.
func undeliveredQuery(f DeskFilter) deskQuery {
	q := deskQuery{from: "undelivered u LEFT JOIN cases c ON c.code = u.case_code"}
	q.and("u.at > 0") // which all are: the list is counted by its index
	q.equal("u.unit", f.unit())
	q.equal("c.status", f.Status)
	q.equal("c.kind", f.Kind)
	q.equal("c.category", f.Category)
	q.platform(f, "u.conversation")
	q.period(f, "u.at")
	if rule, args := sensitiveRule(f.Seen, "c."); rule != "" {
		q.and("(c.code IS NULL OR "+rule+")", args...)
	}
	return q
}

// lost is a conversation of which a message did not arrive, and its case or "".
type lost struct {
	place
	code string
}

// undeliveredList is the statement of what did not arrive.
func undeliveredList(f DeskFilter, from *place) (text string, args []any) {
	q := undeliveredQuery(f)
	q.after(from, "(u.at, u.conversation)", false)
	return q.list("u.at, u.conversation, COALESCE(c.code, '')", "u.at DESC, u.conversation DESC", f.fetch())
}

func (s *Store) undelivered(ctx context.Context, f DeskFilter, from *place) ([]deskPlace, error) {
	text, args := undeliveredList(f, from)
	var found []lost
	err := on(s.desk.WithContext(ctx)).query(func(rows *sql.Rows) error {
		var l lost
		err := rows.Scan(&l.at, &l.id, &l.code)
		found = append(found, l)
		return err
	}, text, args...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return s.fillLost(ctx, found)
}

// fillLost fetches what the lines are about.
func (s *Store) fillLost(ctx context.Context, found []lost) ([]deskPlace, error) {
	db := s.desk.WithContext(ctx)
	among, list := on(db).among(each(found, func(l lost) string { return l.code }))
	rows, err := find[caseRow](db, "SELECT * FROM cases WHERE code "+among, list)
	cases, err := bare(rows, err)
	if err != nil {
		return nil, err
	}
	byCode := map[string]*models.Case{}
	for i := range cases {
		byCode[cases[i].Code] = &cases[i]
	}
	talks := map[string]*models.Conversation{}
	among, list = on(db).among(each(found, func(l lost) string { return l.id }))
	err = on(db).query(func(rows *sql.Rows) error {
		c, err := scanConversation(rows)
		talks[c.ID] = &c
		return err
	}, "SELECT "+conversationColumns+" FROM conversations c WHERE c.id "+among, list)
	return each(found, func(l lost) deskPlace {
		item := DeskItem{Case: byCode[l.code], At: fromMicros(l.at)}
		if item.Case == nil {
			item.Talk = cmp.Or(talks[l.id], &models.Conversation{ID: l.id})
		}
		return deskPlace{l.place, item}
	}), err
}
