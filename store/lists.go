package store

import (
	"context"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
	"gorm.io/gorm"
)

// CaseFilter chooses cases. Empty fields do not bound. Seen is applied in SQL
// for unit and sensitivity by the rule of models.Principal.Sees. Query is words
// that must all be found, with or without accents, in code, description and
// place, or, by who may see contacts, in the phone.
type CaseFilter struct {
	Unit, Status, Kind, Category, Priority, Query string
	Since                                         time.Time
	Open                                          bool // only what is owed something
	Seen                                          models.Principal
	Page
}

// Cases lists cases, newest first, with attachments and history, and the cursor
// of the next page or "".
func (s *Store) Cases(ctx context.Context, f CaseFilter) ([]models.Case, string, error) {
	pool := s.read
	if f.Query != "" { // it may read every case: not where the intake waits, and not for long
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, searchTimeout)
		defer cancel()
		pool = s.desk
	}
	db := pool.WithContext(ctx)
	q := search(seen(chosen(db.Model(&caseRow{}), f), f.Seen), f.Query, f.Seen.SeesContacts())
	from, err := f.parse("c")
	if err != nil {
		return nil, "", err
	}
	if from != nil {
		q = q.Where("(created_at, code) < (?, ?)", from.at, from.id)
	}
	var rows []caseRow
	if err := q.Order("created_at DESC, code DESC").Limit(f.fetch()).Find(&rows).Error; err != nil {
		return nil, "", wrap("list cases", err)
	}
	rows, next := cut(f.Page, "c", rows, func(w caseRow) (int64, string) { return w.CreatedAt, w.Code })
	cases, err := complete(db, rows)
	return cases, next, wrap("list cases", err)
}

func chosen(q *gorm.DB, f CaseFilter) *gorm.DB {
	for column, want := range map[string]string{"unit": f.Unit, "status": f.Status, "kind": f.Kind, "category": f.Category, "priority": f.Priority} {
		if want != "" {
			q = q.Where(column+" = ?", clean(want))
		}
	}
	if f.Open {
		q = q.Where("open = 1")
	}
	if !f.Since.IsZero() {
		q = q.Where("created_at >= ?", f.Since.UnixMicro())
	}
	return q
}

// seen is models.Principal.Sees in SQL.
func seen(q *gorm.DB, p models.Principal) *gorm.DB {
	if p.Unit != "" {
		q = q.Where("unit = ?", p.Unit)
	}
	if rule, args := sensitiveRule(p, ""); rule != "" {
		q = q.Where(rule, args...)
	}
	return q
}

// sensitiveRule is what models.Principal.Sees asks of a sensitive case, in SQL;
// table is "" or a prefix of the columns. No rule: all are seen.
func sensitiveRule(p models.Principal, table string) (rule string, args []any) {
	switch {
	case p.May(models.ReadSensitive):
		return "", nil
	case p.Role == models.RoleOfficer:
		rule = "({}sensitive = 0 OR {}assignee <> '' AND LOWER({}assignee) IN (?, ?))"
		args = []any{strings.ToLower(p.Email), strings.ToLower(p.Name)}
	default:
		rule = "{}sensitive = 0"
	}
	return strings.ReplaceAll(rule, "{}", table), args
}

// searchTimeout bounds a listing by words.
const searchTimeout = 10 * time.Second

// search bounds cases to those that hold every word. It reads the folded text
// of the rows that the other conditions leave, newest first, so that parts of
// words are found too; the inbox of the staff has an index of whole ones (Desk).
func search(q *gorm.DB, query string, contacts bool) *gorm.DB {
	if phone := phoneOf(query); phone != "" && contacts {
		return q.Where("(contact_phone LIKE ? OR words LIKE ?)", containing(phone), containing(fold(query)))
	}
	for word := range strings.FieldsSeq(fold(query)) {
		if contacts {
			q = q.Where(`(words LIKE ? ESCAPE '\' OR contact_phone LIKE ? ESCAPE '\')`, containing(word), containing(word))
			continue
		}
		q = q.Where(`words LIKE ? ESCAPE '\'`, containing(word))
	}
	return q
}

// Holds reports whether the text has every word of the query, as a listing by
// the query would find it.
func Holds(text, query string) bool {
	folded := fold(text)
	for word := range strings.FieldsSeq(fold(query)) {
		if !strings.Contains(folded, word) {
			return false
		}
	}
	return true
}

func containing(word string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(word) + "%"
}

// Case returns one case with attachments and history. The code is read in any
// case. ErrNotFound.
func (s *Store) Case(ctx context.Context, code string) (*models.Case, error) {
	db := s.read.WithContext(ctx)
	c, err := findCase(db, db, code)
	return c, wrap("find case", err)
}

// Outbox lists outgoing messages, newest first; unit "" is all (the unit is that
// of the case, else of the conversation), status "" too.
func (s *Store) Outbox(ctx context.Context, status, unit string, p Page) ([]models.OutboxItem, string, error) {
	from, err := p.parse("o")
	if err != nil {
		return nil, "", err
	}
	text, args := "SELECT "+outboxColumns+" FROM outbox WHERE 1 = 1", []any{}
	bound := func(condition string, value any) { text, args = text+" AND "+condition, append(args, value) }
	if status != "" {
		bound("status = ?", clean(status))
	}
	if unit != "" {
		bound(`COALESCE((SELECT k.unit FROM cases k WHERE k.code = outbox.case_code),
(SELECT v.unit FROM conversations v WHERE v.id = outbox.conversation), '') = ?`, clean(unit))
	}
	if from != nil {
		bound("id < ?", from.at)
	}
	items, err := outboxOf(on(s.read.WithContext(ctx)), text+" ORDER BY id DESC LIMIT ?", append(args, p.fetch())...)
	items, next := cut(p, "o", items, func(m models.OutboxItem) (int64, string) { return m.ID, "" })
	return items, next, wrap("list outbox", err)
}

// Conversations lists conversations in a mode, longest waiting first; mode "" is
// every one but the bot's, unit "" is all.
func (s *Store) Conversations(ctx context.Context, mode, unit string, p Page) ([]models.Conversation, string, error) {
	from, err := p.parse("v")
	if err != nil {
		return nil, "", err
	}
	q := s.read.WithContext(ctx).Table("conversations AS c").Select(conversationColumns)
	if mode != "" {
		q = q.Where("mode = ?", clean(mode))
	}
	if mode != string(models.ModeBot) {
		q = q.Where("mode <> 'bot'") // lets the partial index serve
	}
	if unit != "" {
		q = q.Where("unit = ?", clean(unit))
	}
	if from != nil {
		q = q.Where("(since, id) > (?, ?)", from.at, from.id)
	}
	rows, err := q.Order("since, id").Limit(p.fetch()).Rows()
	if err != nil {
		return nil, "", wrap("list conversations", err)
	}
	defer rows.Close()
	var list []models.Conversation
	for rows.Next() {
		c, err := scanConversation(rows)
		if err != nil {
			return nil, "", wrap("list conversations", err)
		}
		list = append(list, c)
	}
	list, next := cut(p, "v", list, func(c models.Conversation) (int64, string) { return micros(c.Since), c.ID })
	return list, next, wrap("list conversations", rows.Err())
}

// Conversation returns one. ErrNotFound.
func (s *Store) Conversation(ctx context.Context, id string) (*models.Conversation, error) {
	c, err := findConversation(s.read.WithContext(ctx), clean(id))
	return c, wrap("find conversation", err)
}

// Stats are figures over cases created since then, per unit and status.
type Stats struct {
	Unit   string        `json:"unit"`
	Status models.Status `json:"status"`
	Count  int           `json:"count"`
}

// Stats counts the cases that by may know of; unit "" is every unit of theirs.
func (s *Store) Stats(ctx context.Context, by models.Principal, unit string, since time.Time) ([]Stats, error) {
	q := seen(s.read.WithContext(ctx).Model(&caseRow{}), by).Select("unit", "status", "COUNT(*) AS count").Where("created_at >= ?", micros(since))
	if unit != "" {
		q = q.Where("unit = ?", clean(unit))
	}
	var stats []Stats
	err := q.Group("unit, status").Order("unit, status").Scan(&stats).Error
	return stats, wrap("count cases", err)
}

// Counts are gauges for metrics and readiness.
type Counts struct {
	Unplayed, Parked, Queued, Unknown, ToCall int
	OldestUnplayed                            time.Time
}

// Counts returns them. Unplayed does not count the events of parked
// conversations; Queued counts those being sent too.
func (s *Store) Counts(ctx context.Context) (Counts, error) {
	var row struct {
		Unplayed, Parked, Queued, Unknown, ToCall int
		Oldest                                    int64
	}
	const waiting = "FROM inbox i LEFT JOIN conversations c ON c.id = i.conversation WHERE i.status = 0 AND (c.mode IS NULL OR c.mode <> 'parked')"
	err := s.read.WithContext(ctx).Raw(`SELECT
(SELECT COUNT(*) ` + waiting + `) AS unplayed,
(SELECT COALESCE(MIN(i.received), 0) ` + waiting + `) AS oldest,
(SELECT COUNT(*) FROM conversations WHERE mode = 'parked' AND mode <> 'bot') AS parked,
(SELECT COUNT(*) FROM outbox WHERE open = 1 AND status <> 'unknown') AS queued,
(SELECT COUNT(*) FROM outbox WHERE open = 1 AND status = 'unknown') AS unknown,
(SELECT COUNT(*) FROM outbox WHERE status = 'to_call' AND status IN ('failed', 'to_call')) AS to_call`).Scan(&row).Error
	return Counts{row.Unplayed, row.Parked, row.Queued, row.Unknown, row.ToCall, fromMicros(row.Oldest)}, wrap("count", err)
}

// Unaccounted returns how many acknowledged events are neither played nor
// waiting nor held, for check --deep; it is 0 in a sound database. An event that
// is held although its conversation is not parked would wait for ever, so it
// counts.
func (s *Store) Unaccounted(ctx context.Context) (int, error) {
	var n int
	err := s.read.WithContext(ctx).Raw(`SELECT COUNT(*) FROM inbox i LEFT JOIN conversations c ON c.id = i.conversation
WHERE i.status NOT IN (0, 1, 2) OR i.status = 2 AND (c.mode IS NULL OR c.mode <> 'parked')`).Scan(&n).Error
	return n, wrap("count unaccounted events", err)
}
