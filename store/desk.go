package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// DeskView is a list of the staff's inbox.
type DeskView string

// The views. All but DeskAll hold only what something is owed of.
const (
	DeskOpen        DeskView = "open"        // open cases and waiting conversations, newest first
	DeskMine        DeskView = "mine"        // cases assigned to who asks
	DeskMentioned   DeskView = "mentioned"   // cases in a note of which who asks was named, and has not looked since; ended ones too
	DeskUnassigned  DeskView = "unassigned"  // cases nobody has
	DeskSoon        DeskView = "soon"        // due soon, the first due first
	DeskOverdue     DeskView = "overdue"     // due before now, the longest overdue first
	DeskWaiting     DeskView = "waiting"     // cases that wait for their citizen
	DeskPerson      DeskView = "person"      // conversations that asked for a person or have one, longest first
	DeskUndelivered DeskView = "undelivered" // cases and conversations of which a message did not arrive, latest first
	DeskParked      DeskView = "parked"      // conversations whose last turn failed, longest first
	DeskAll         DeskView = "all"         // every case, ended ones too
)

// DeskViews lists them in the order in which they are shown.
var DeskViews = []DeskView{
	DeskOpen, DeskMine, DeskMentioned, DeskUnassigned, DeskSoon, DeskOverdue, DeskWaiting, DeskPerson, DeskUndelivered, DeskParked, DeskAll,
}

// OfTalks reports whether the view holds conversations only.
func (v DeskView) OfTalks() bool { return v == DeskPerson || v == DeskParked }

// HasWords reports whether words can be searched for in the view: they stand in
// cases, by the order of their filing.
func (v DeskView) HasWords() bool {
	return !v.OfTalks() && v != DeskUndelivered && v != DeskMentioned
}

// OfAssigned reports whether the view can be bounded to who has the cases.
func (v DeskView) OfAssigned() bool {
	return slices.Contains([]DeskView{DeskOpen, DeskSoon, DeskOverdue, DeskWaiting}, v)
}

// DeskFilter chooses what of a view is listed. Empty fields do not bound. What
// Seen may not know of is left out in SQL, by the rule of models.Principal.Sees.
type DeskFilter struct {
	View                         DeskView
	Unit, Kind, Category, Status string
	Channel                      models.Platform
	Whose                        string    // e-mail of who has the cases, of views OfAssigned
	Since, Until                 time.Time // filed, asked for, or failed: from Since on, before Until
	Query                        string    // words of cases, in any order, without accents; of who sees contacts, names and phones too
	Seen                         models.Principal
	Now, Soon                    time.Time // what is due before Now is overdue, until Soon is due soon
	Page
}

// DeskItem is one line of the inbox: a case, or a conversation that needs a
// person. A case has neither history nor attachments.
type DeskItem struct {
	Case   *models.Case         // nil of a conversation
	Talk   *models.Conversation // nil of a case
	At     time.Time            // what the list is sorted by
	Unread bool                 // something came since Seen looked at it, or never has
}

// ID names the item: the case's code or the conversation's id.
func (i DeskItem) ID() string {
	if i.Case != nil {
		return i.Case.Code
	}
	return i.Talk.ID
}

// unit is the one unit that the filter is bound to, "" for all.
func (f DeskFilter) unit() string { return cmp.Or(f.Seen.Unit, clean(f.Unit)) }

// nothing reports whether the filter asks for what the principal never sees.
func (f DeskFilter) nothing() bool { return f.Unit != "" && !f.Seen.SeesUnit(f.Unit) }

// deskTimeout bounds a list, so that an odd search cannot hold the pool.
const deskTimeout = 3 * time.Second

// Desk lists the inbox, and returns the cursor of the next page or "". It runs
// on a pool of its own, and no longer than some seconds.
func (s *Store) Desk(ctx context.Context, f DeskFilter) ([]DeskItem, string, error) {
	list := "d." + string(f.View)
	if f.Query != "" {
		list = "s." + string(f.View)
	}
	from, err := f.parse(list)
	if err != nil || f.nothing() {
		return nil, "", err
	}
	ctx, cancel := context.WithTimeout(ctx, deskTimeout)
	defer cancel()
	places, err := s.deskPlaces(ctx, f, from)
	if err != nil {
		return nil, "", wrap("list the desk", err)
	}
	places, next := cut(f.Page, list, places, func(p deskPlace) (int64, string) { return p.at, p.id })
	items := each(places, func(p deskPlace) DeskItem { return p.DeskItem })
	if err := s.unread(ctx, f.Seen.Email, f.Now, items); err != nil {
		return nil, "", wrap("list the desk", err)
	}
	return items, next, wrap("list the desk", s.hideSecretCases(ctx, f.Seen, items))
}

// deskPlace is an item and its place in the list.
type deskPlace struct {
	place
	DeskItem
}

func (s *Store) deskPlaces(ctx context.Context, f DeskFilter, from *place) ([]deskPlace, error) {
	switch {
	case f.Query != "" && f.View.HasWords():
		return s.searchDesk(ctx, f, from)
	case f.Query != "":
		return nil, nil // conversations are found by the cases that came of them
	case f.View == DeskUndelivered:
		return s.undelivered(ctx, f, from)
	case f.View.OfTalks():
		return s.deskTalks(ctx, f, from, false)
	}
	list := s.caseList
	if f.View == DeskMentioned {
		list = s.mentionList
	}
	text, args := list(f, from)
	cases, err := s.deskRows(ctx, text, args...)
	if err != nil || f.View != DeskOpen || f.ofCases() {
		return cases, err
	}
	talks, err := s.deskTalks(ctx, f, from, true)
	all := append(cases, talks...)
	slices.SortFunc(all, func(a, b deskPlace) int { return cmp.Or(cmp.Compare(b.at, a.at), strings.Compare(b.id, a.id)) })
	return all[:min(len(all), f.fetch())], err
}

// ofCases reports whether the filter names what only cases have.
func (f DeskFilter) ofCases() bool {
	return f.Kind != "" || f.Category != "" || f.Status != "" || f.Whose != ""
}

// hideSecretCases takes from conversations the codes of cases that the principal
// may not know of.
func (s *Store) hideSecretCases(ctx context.Context, p models.Principal, items []DeskItem) error {
	var ids []string
	for _, i := range items {
		if i.Talk != nil && i.Talk.Case != "" {
			ids = append(ids, i.Talk.Case)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	db := s.desk.WithContext(ctx)
	among, list := on(db).among(ids)
	rows, err := find[caseRow](db, "SELECT * FROM cases WHERE code "+among, list)
	cases, err := bare(rows, err)
	for _, c := range cases {
		for _, i := range items {
			if i.Talk != nil && i.Talk.Case == c.Code && !p.Sees(c) {
				i.Talk.Case = ""
			}
		}
	}
	return err
}

// DeskCountMost is where counting ends: this many, or more.
const DeskCountMost = 100

// DeskCounts counts each view as far as DeskCountMost. Of f only Seen, Unit, Now
// and Soon matter. DeskAll, which nobody works off, is not counted.
func (s *Store) DeskCounts(ctx context.Context, f DeskFilter) (map[DeskView]int, error) {
	counts := map[DeskView]int{}
	f = DeskFilter{Seen: f.Seen, Unit: f.Unit, Now: f.Now, Soon: f.Soon}
	if f.nothing() {
		return counts, nil
	}
	ctx, cancel := context.WithTimeout(ctx, deskTimeout)
	defer cancel()
	for _, f.View = range DeskViews {
		for _, q := range s.countQueries(f) {
			n, err := s.counted(ctx, q)
			if err != nil {
				return nil, wrap("count the desk", err)
			}
			counts[f.View] = min(counts[f.View]+n, DeskCountMost)
		}
	}
	return counts, nil
}

// DeskAssigned counts, as far as DeskCountMost, the open cases that somebody has and
// the principal may know of.
func (s *Store) DeskAssigned(ctx context.Context, p models.Principal, whose string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, deskTimeout)
	defer cancel()
	n, err := s.counted(ctx, s.caseQuery(DeskFilter{View: DeskOpen, Whose: whose, Seen: p}))
	return min(n, DeskCountMost), wrap("count assigned cases", err)
}

func (s *Store) counted(ctx context.Context, q deskQuery) (n int, err error) {
	text, args := q.count()
	err = on(s.desk.WithContext(ctx)).query(func(rows *sql.Rows) error { return rows.Scan(&n) }, text, args...)
	return n, err
}

func (s *Store) countQueries(f DeskFilter) []deskQuery {
	switch {
	case f.View == DeskAll:
		return nil
	case f.View == DeskUndelivered:
		return []deskQuery{undeliveredQuery(f)}
	case f.View == DeskMentioned:
		return []deskQuery{s.mentionQuery(f)}
	case f.View.OfTalks():
		return []deskQuery{s.talkQuery(f)}
	case f.View == DeskOpen:
		return []deskQuery{s.caseQuery(f), s.talkQuery(f)}
	}
	return []deskQuery{s.caseQuery(f)}
}

// DeskMark changes whenever something in the inbox of a unit, "" for the
// province, may have changed: cases, waiting conversations, messages that did
// not arrive, who is at what. Commits that come late are seen too.
func (s *Store) DeskMark(ctx context.Context, unit string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, deskTimeout)
	defer cancel()
	bound, args := "", []any{}
	if unit != "" {
		bound = "unit = ? AND "
	}
	add := func(more ...any) {
		if unit != "" {
			args = append(args, unit)
		}
		args = append(args, more...)
	}
	now := s.now()
	add(now.Add(-markTail).UnixMicro())
	add()
	add()
	args = append(args, now.UnixMicro())
	var mark string
	err := s.desk.WithContext(ctx).Raw(`SELECT
(SELECT CONCAT(COUNT(*), '.', SUM(updated_at % 1000003)) FROM cases WHERE `+bound+`updated_at > ?) || '/' ||
(SELECT CONCAT(COUNT(*), '.', SUM(since % 1000003)) FROM conversations WHERE `+bound+`mode <> 'bot') || '/' ||
(SELECT CONCAT(COUNT(*), '.', MAX(at)) FROM undelivered WHERE `+bound+`1 = 1) || '/' ||
(SELECT CONCAT(COUNT(*), '.', SUM(since % 1000003)) FROM presences WHERE ends > ?)`, args...).Scan(&mark).Error
	return mark, wrap("look whether the desk changed", err)
}

// markTail is how far back DeskMark counts the cases: longer than a transaction
// takes. What leaves the tail changes the mark once more, which costs one look.
const markTail = time.Minute
