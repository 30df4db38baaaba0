package store

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/models"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// caseRow is a case as it is stored.
type caseRow struct {
	Code         string `gorm:"primaryKey"`
	Unit         string
	Kind         string
	Category     string
	Status       string
	Priority     string
	Sensitive    int64
	Description  string
	Place        string
	Location     string
	Anonymous    int64
	ContactName  string
	ContactPhone string
	Decision     string
	Platform     string
	Conversation string
	Assignee     string
	MergedInto   string
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	DueAt        int64
	ResolvedAt   int64
	PausedAt     int64
	UpdatedAt    int64 `gorm:"autoUpdateTime:false"`
	Words        string
	SecretHash   string
	Cause        string
}

// TableName implements gorm's Tabler.
func (caseRow) TableName() string { return "cases" }

func newCaseRow(c *models.Case) caseRow {
	code := strings.ToUpper(c.Code)
	return caseRow{
		Code: code, Unit: clean(c.Unit), Kind: clean(string(c.Kind)), Category: clean(c.Category),
		Status: string(c.Status), Priority: clean(c.Priority), Sensitive: toInt(c.Sensitive),
		Description: clean(c.Description), Place: clean(c.Place), Location: toJSON(c.Location, c.Location == nil),
		Anonymous: toInt(c.Anonymous), ContactName: clean(c.Contact.Name), ContactPhone: clean(c.Contact.Phone),
		Decision: clean(c.Decision), Platform: string(c.Platform), Conversation: clean(c.Conversation),
		Assignee: clean(c.Assignee), MergedInto: strings.ToUpper(c.MergedInto),
		CreatedAt: micros(c.CreatedAt), DueAt: micros(c.DueAt), ResolvedAt: micros(c.ResolvedAt),
		PausedAt: micros(c.PausedAt), UpdatedAt: micros(c.UpdatedAt),
		Words:      fold(strings.Join([]string{code, c.Description, c.Place, c.Decision}, " ")),
		SecretHash: c.SecretHash, Cause: clean(c.Cause),
	}
}

func (w caseRow) model() (models.Case, error) {
	c := models.Case{
		Code: w.Code, Unit: w.Unit, Kind: models.Kind(w.Kind), Category: w.Category,
		Status: models.Status(w.Status), Priority: w.Priority, Sensitive: w.Sensitive != 0,
		Description: w.Description, Place: w.Place, Anonymous: w.Anonymous != 0,
		Contact:  models.Contact{Name: w.ContactName, Phone: w.ContactPhone},
		Decision: w.Decision, Platform: models.Platform(w.Platform), Conversation: w.Conversation,
		Assignee: w.Assignee, MergedInto: w.MergedInto,
		CreatedAt: fromMicros(w.CreatedAt), DueAt: fromMicros(w.DueAt), ResolvedAt: fromMicros(w.ResolvedAt),
		PausedAt: fromMicros(w.PausedAt), UpdatedAt: fromMicros(w.UpdatedAt),
		SecretHash: w.SecretHash, Cause: w.Cause,
	}
	return c, fromJSON(w.Location, &c.Location)
}

// caseEventRow is a line of a case's history as it is stored.
type caseEventRow struct {
	ID         int64 `gorm:"primaryKey"`
	CaseCode   string
	At         int64
	Actor      string
	Action     string
	FromStatus string
	ToStatus   string
	Text       string
	Detail     string
	Was        string
	Files      string
}

// TableName implements gorm's Tabler.
func (caseEventRow) TableName() string { return "case_events" }

func (w caseEventRow) model() (models.CaseEvent, error) {
	e := models.CaseEvent{
		ID: w.ID, Case: w.CaseCode, At: fromMicros(w.At), Actor: w.Actor, Action: models.Action(w.Action),
		From: models.Status(w.FromStatus), To: models.Status(w.ToStatus), Text: w.Text, Detail: w.Detail, Was: w.Was,
	}
	return e, fromJSON(w.Files, &e.Files)
}

// toldActions are those whose words a citizen may have to be reminded of, and what
// takes them back.
var toldActions = [...]models.Action{models.ActAsk, models.ActReply, models.ActResolve, models.ActReject, models.ActTakeBack}

// latestCases bounds what a dialogue is told of a citizen's own cases.
const latestCases = 5

// Cases returns, for each conversation, its latest 5 cases by UpdatedAt, without
// attachments, with the events whose action is ask, reply, resolve or reject and
// that were not taken back.
func (t *Tx) Cases(conversations []string) (map[string][]models.Case, error) {
	if len(conversations) == 0 {
		return nil, nil
	}
	among, list := t.run().among(conversations)
	rows, err := find[caseRow](t.db, `SELECT * FROM (SELECT c.*, ROW_NUMBER() OVER (PARTITION BY conversation ORDER BY updated_at DESC, code DESC) AS nth
FROM cases c WHERE conversation `+among+`) AS latest WHERE nth <= ? ORDER BY conversation, nth`, list, latestCases)
	if err != nil {
		return nil, wrap("find cases", err)
	}
	cases, err := withHistory(t.db, rows, toldActions[:])
	if err != nil {
		return nil, wrap("find cases", err)
	}
	found := make(map[string][]models.Case, len(conversations))
	for _, c := range cases {
		c.Events = models.Standing(c.Events)
		found[c.Conversation] = append(found[c.Conversation], c)
	}
	return found, nil
}

// withHistory turns rows into cases with those of their events whose action is
// listed; nil is all.
func withHistory(db *gorm.DB, rows []caseRow, actions []models.Action) ([]models.Case, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	cases := make([]models.Case, len(rows))
	index := make(map[string]*models.Case, len(rows))
	for i, w := range rows {
		c, err := w.model()
		if err != nil {
			return nil, err
		}
		cases[i], index[w.Code] = c, &cases[i]
	}
	among, list := on(db).among(each(rows, func(w caseRow) string { return w.Code }))
	events, err := find[caseEventRow](db, "SELECT * FROM case_events WHERE case_code "+among+" ORDER BY id", list)
	for _, w := range events {
		e, unread := w.model()
		if err = errors.Join(err, unread); actions == nil || slices.Contains(actions, e.Action) {
			index[e.Case].Events = append(index[e.Case].Events, e)
		}
	}
	return cases, err
}

// find runs a hand-written query into rows of T.
func find[T any](db *gorm.DB, text string, args ...any) ([]T, error) {
	var list []T
	err := on(db).query(func(rows *sql.Rows) error {
		var v T
		err := db.ScanRows(rows, &v)
		list = append(list, v)
		return err
	}, text, args...)
	return list, err
}

// Case returns one case with attachments and history, locked for change.
// The code is read in any case. ErrNotFound.
func (t *Tx) Case(code string) (*models.Case, error) {
	c, err := findCase(t.db, t.db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}), code)
	return c, wrap("find case", err)
}

func findCase(db, locking *gorm.DB, code string) (*models.Case, error) {
	var rows []caseRow
	if err := locking.Where("code = ?", strings.ToUpper(clean(code))).Find(&rows).Error; err != nil {
		return nil, err
	}
	cases, err := complete(db, rows)
	if err == nil && len(cases) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &cases[0], nil
}

// complete turns rows into cases with all their history and attachments.
func complete(db *gorm.DB, rows []caseRow) ([]models.Case, error) {
	cases, err := withHistory(db, rows, nil)
	if err != nil || len(cases) == 0 {
		return nil, err
	}
	among, list := on(db).among(each(rows, func(w caseRow) string { return w.Code }))
	files, err := find[attachmentRow](db, "SELECT * FROM attachments WHERE case_code <> '' AND author = '' AND case_code "+among+" ORDER BY created_at, id", list)
	if err != nil {
		return nil, err
	}
	byCase := map[string][]models.Attachment{}
	for _, f := range files {
		a, err := f.model()
		if err != nil {
			return nil, err
		}
		byCase[a.Case] = append(byCase[a.Case], a)
	}
	for i := range cases {
		cases[i].Attachments = byCase[cases[i].Code]
	}
	return cases, nil
}

// InsertCase stores a new case with its Events, and claims its Attachments (by
// id) for it. ErrConflict when the code is taken.
func (t *Tx) InsertCase(c *models.Case) error {
	row := newCaseRow(c)
	err := t.db.Create(&row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = ErrConflict
	}
	if err != nil {
		return wrap("insert case", err)
	}
	if err := t.insertCaseEvents(c); err != nil {
		return wrap("insert case", err)
	}
	return t.LinkAttachments(c.Code, each(c.Attachments, func(a models.Attachment) string { return a.ID }))
}

// SaveCase writes the case's own columns back, and inserts those of its Events
// whose ID is 0. Attachments are not touched. ErrNotFound.
func (t *Tx) SaveCase(c *models.Case) error {
	row := newCaseRow(c)
	res := t.db.Model(&row).Select("*").Omit("code").Updates(&row)
	if res.Error == nil && res.RowsAffected == 0 {
		res.Error = ErrNotFound
	}
	if res.Error != nil {
		return wrap("save case", res.Error)
	}
	return wrap("save case", t.insertCaseEvents(c))
}

func (t *Tx) insertCaseEvents(c *models.Case) error {
	for i := range c.Events {
		e := &c.Events[i]
		if e.ID != 0 {
			continue
		}
		e.Case = strings.ToUpper(c.Code)
		if e.At.IsZero() {
			e.At = t.now
		}
		row := caseEventRow{
			CaseCode: e.Case, At: micros(e.At), Actor: clean(e.Actor), Action: string(e.Action),
			FromStatus: string(e.From), ToStatus: string(e.To), Text: clean(e.Text), Detail: clean(e.Detail), Was: clean(e.Was),
			Files: clean(toJSON(e.Files, len(e.Files) == 0)),
		}
		if err := t.db.Create(&row).Error; err != nil {
			return err
		}
		e.ID = row.ID
		if kind := models.AlertOf(*c, *e); kind != "" {
			if err := t.alert(Alert{Kind: kind, Unit: c.Unit, Case: e.Case, Event: e.ID}); err != nil {
				return err
			}
		}
	}
	return nil
}
