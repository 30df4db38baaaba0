package store

import (
	"context"
	"strconv"
	"time"

	"github.com/langnghe/langnghe/models"
)

// CallFilter chooses open calls. Only those are listed that are at a unit of
// Seen's, about no sensitive case that Seen may not know of.
type CallFilter struct {
	Unit string // "" is every unit that Seen sees
	Due  time.Time
	// Later lists the calls that are to be tried after Due, otherwise those until then.
	Later bool
	Seen  models.Principal
	Page
}

// callTables are a call with its message and its case: its own or, of a message
// about none, the latest of the conversation, whose phone would be called.
const callTables = `calls k LEFT JOIN outbox o ON o.id = k.outbox_id LEFT JOIN conversations v ON v.id = k.conversation
LEFT JOIN cases c ON c.code = CASE WHEN k.case_code <> '' THEN k.case_code ELSE v.case_code END`

const callColumns = `k.id, k.conversation, k.case_code, k.unit, k.outbox_id, k.opened_at, k.next_at, k.tries, k.outcome, k.done_at,
COALESCE(o.text, '') AS text, COALESCE(o.error, '') AS error, COALESCE(c.category, '') AS category, COALESCE(c.sensitive, 0) AS sensitive,
COALESCE(c.assignee, '') AS assignee, COALESCE(c.contact_name, '') AS contact_name, COALESCE(c.contact_phone, '') AS contact_phone`

// callRow is a call with what it is about.
type callRow struct {
	ID, OutboxID, OpenedAt, NextAt, DoneAt, Sensitive, Tries int64
	Conversation, CaseCode, Unit, Outcome, Text, Error       string
	Category, Assignee, ContactName, ContactPhone            string
}

func (w callRow) model() (models.Call, error) {
	c := models.Call{
		ID: w.ID, Message: w.OutboxID, Conversation: w.Conversation, Case: w.CaseCode, Unit: w.Unit, Category: w.Category,
		Sensitive: w.Sensitive == 1, Assignee: w.Assignee, Text: w.Text, Contact: models.Contact{Name: w.ContactName, Phone: w.ContactPhone},
		OpenedAt: fromMicros(w.OpenedAt), NextAt: fromMicros(w.NextAt), Tries: int(w.Tries),
		Outcome: models.CallOutcome(w.Outcome), DoneAt: fromMicros(w.DoneAt),
	}
	return c, fromJSON(w.Error, &c.Error)
}

func callsOf(rows []callRow) ([]models.Call, error) {
	list := make([]models.Call, len(rows))
	for i, w := range rows {
		var err error
		if list[i], err = w.model(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// boundCalls bounds calls k with their cases c to what the principal may see.
func boundCalls(q *deskQuery, p models.Principal, unit string) {
	q.equal("k.unit", p.Unit)
	q.equal("k.unit", unit)
	if rule, args := sensitiveRule(p, "c."); rule != "" {
		q.and("(c.code IS NULL OR "+rule+")", args...)
	}
}

// Calls lists open calls, those that are to be tried first first, and the cursor
// of the next page or "".
func (s *Store) Calls(ctx context.Context, f CallFilter) ([]models.Call, string, error) {
	from, err := f.parse("call")
	if err != nil {
		return nil, "", err
	}
	ctx, cancel := context.WithTimeout(ctx, deskTimeout)
	defer cancel()
	q, err := callQuery(f, from)
	if err != nil {
		return nil, "", err
	}
	rows, err := find[callRow](s.desk.WithContext(ctx), "SELECT "+callColumns+" "+q.text()+" ORDER BY k.next_at, k.id LIMIT ?", append(q.args, f.fetch())...)
	if err != nil {
		return nil, "", wrap("list calls", err)
	}
	rows, next := cut(f.Page, "call", rows, func(w callRow) (int64, string) { return w.NextAt, strconv.FormatInt(w.ID, 10) })
	list, err := callsOf(rows)
	return list, next, wrap("list calls", err)
}

func callQuery(f CallFilter, from *place) (deskQuery, error) {
	q := deskQuery{from: callTables}
	q.and("k.done_at = 0")
	boundCalls(&q, f.Seen, f.Unit)
	if f.Later {
		q.and("k.next_at > ?", micros(f.Due))
	} else {
		q.and("k.next_at <= ?", micros(f.Due))
	}
	if from != nil {
		id, err := strconv.ParseInt(from.id, 10, 64)
		if err != nil {
			return q, ErrCursor
		}
		q.and("(k.next_at, k.id) > (?, ?)", from.at, id)
	}
	return q, nil
}

// Call returns one that the principal may see, ended ones too, with its tries,
// oldest first. ErrNotFound.
func (s *Store) Call(ctx context.Context, p models.Principal, id int64) (models.Call, []models.CallTry, error) {
	q := deskQuery{from: callTables}
	q.and("k.id = ?", id)
	boundCalls(&q, p, "")
	db := s.desk.WithContext(ctx)
	rows, err := find[callRow](db, "SELECT "+callColumns+" "+q.text(), q.args...)
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return models.Call{}, nil, wrap("find a call", err)
	}
	call, err := rows[0].model()
	if err != nil {
		return call, nil, wrap("find a call", err)
	}
	tries, err := find[callTryRow](db, "SELECT at, actor, outcome, note FROM call_tries WHERE call_id = ? ORDER BY id", id)
	return call, each(tries, callTryRow.model), wrap("find a call", err)
}

type callTryRow struct {
	At                   int64
	Actor, Outcome, Note string
}

func (w callTryRow) model() models.CallTry {
	return models.CallTry{At: fromMicros(w.At), Actor: w.Actor, Outcome: models.CallOutcome(w.Outcome), Note: w.Note}
}

// RecordCall writes down what came of a try of the call as the caller has seen it.
// Next is when to try again; it counts only for an outcome after which that is
// done. Any other ends the call, and its messages are no longer listed as not
// delivered. ErrConflict: somebody else has called meanwhile, or one more message
// failed, which the citizen was not told of.
func (t *Tx) RecordCall(seen models.Call, try models.CallTry, next time.Time) error {
	done := int64(0)
	if !try.Outcome.Again() {
		done, next = t.now.UnixMicro(), seen.NextAt
	}
	r := t.run()
	n, err := r.exec("UPDATE calls SET tries = tries + 1, outcome = ?, next_at = ?, done_at = ? WHERE id = ? AND tries = ? AND outbox_id = ? AND done_at = 0",
		string(try.Outcome), micros(next), done, seen.ID, seen.Tries, seen.Message)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	if err == nil {
		_, err = r.exec("INSERT INTO call_tries (call_id, at, actor, outcome, note) VALUES (?, ?, ?, ?, ?)",
			seen.ID, t.now.UnixMicro(), clean(try.Actor), string(try.Outcome), clean(try.Note))
	}
	if err == nil && done > 0 {
		_, err = r.exec("DELETE FROM undelivered WHERE conversation = ? AND outbox_id <= ?", seen.Conversation, seen.Message)
	}
	return wrap("record a call", err)
}

// Untold counts the open calls that the principal may see of messages that failed
// before then.
func (s *Store) Untold(ctx context.Context, p models.Principal, unit string, before time.Time) (int, error) {
	q := deskQuery{from: callTables}
	q.and("k.done_at = 0 AND k.opened_at < ?", micros(before))
	boundCalls(&q, p, unit)
	ctx, cancel := context.WithTimeout(ctx, figuresTimeout)
	defer cancel()
	var n int
	err := s.figures.WithContext(ctx).Raw("SELECT COUNT(*) "+q.text(), q.args...).Scan(&n).Error
	return n, wrap("count who is untold", err)
}
