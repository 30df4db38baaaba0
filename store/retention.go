package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"time"

	"github.com/langnghe/langnghe/models"
)

// beforeCase is how long before a case was filed what was said belongs to it.
const beforeCase = 30 * 24 * time.Hour

// dueMost is where counting what the retention is to forget ends.
const dueMost = 10_000

// identified is what makes the index cases_identified serve: a case that has ended
// and tells who filed it.
const identified = `c.open = 0 AND (c.contact_name <> '' OR c.contact_phone <> '' OR c.conversation <> '' OR c.secret_hash <> '')`

// owed says of a case that has ended that its citizen is still to be told something:
// somebody is to phone, or a case that it was merged into is open, also by way of
// another.
const owed = `(EXISTS (SELECT 1 FROM calls k WHERE k.case_code <> '' AND k.case_code = c.code AND k.done_at = 0)
OR c.merged_into <> '' AND EXISTS (SELECT 1 FROM cases t LEFT JOIN cases u ON u.code = t.merged_into WHERE t.code = c.merged_into AND (t.open = 1 OR u.open = 1)))`

// expiredCases chooses cases of a kind that ended before then, and of which nothing is
// owed.
func (s *Store) expiredCases(kind models.Kind, ended time.Time) deskQuery {
	q := deskQuery{from: "cases c"}
	if !s.pg {
		q.from += " INDEXED BY cases_identified"
	}
	q.and(identified)
	q.and("c.kind = ? AND c.updated_at < ?", string(kind), micros(ended))
	q.and("NOT " + owed)
	return q
}

// ExpiredCases returns up to limit codes of cases that ended before the time of their
// kind and still tell who filed them, those that ended first of each kind first.
func (s *Store) ExpiredCases(ctx context.Context, ended map[models.Kind]time.Time, limit int) (codes []string, err error) {
	for _, kind := range models.Kinds {
		before, set := ended[kind]
		if !set || len(codes) >= limit {
			continue
		}
		q := s.expiredCases(kind, before)
		text, args := q.list("c.code", "c.updated_at, c.code", limit-len(codes))
		err := on(s.read.WithContext(ctx)).query(func(rows *sql.Rows) error {
			var code string
			err := rows.Scan(&code)
			codes = append(codes, code)
			return err
		}, text, args...)
		if err != nil {
			return nil, wrap("find expired cases", err)
		}
	}
	return codes, nil
}

// ForgetCase takes what hangs on a case out of it: files of the citizen and of staff,
// messages, calls, drafts, comments of ratings, and what was hidden. The case itself
// and what else was said in its conversation are not touched.
func (t *Tx) ForgetCase(c *models.Case) error {
	files, err := t.filesOf(c.Code)
	if err != nil {
		return wrap("forget files", err)
	}
	if err := t.DropAttachments(files); err != nil {
		return err
	}
	staffs, err := find[caseFileRow](t.db, "SELECT * FROM case_files WHERE case_code = ?", c.Code)
	for _, w := range staffs {
		if err == nil {
			_, err = t.DropCaseFile(w.CaseCode, w.ID)
		}
	}
	if err != nil {
		return wrap("forget files of staff", err)
	}
	for _, step := range []struct {
		text string
		args []any
	}{
		{"DELETE FROM call_tries WHERE call_id IN (SELECT id FROM calls WHERE case_code <> '' AND case_code = ?)", []any{c.Code}},
		{"DELETE FROM calls WHERE case_code <> '' AND case_code = ?", []any{c.Code}},
		{"DELETE FROM undelivered WHERE case_code <> '' AND case_code = ?", []any{c.Code}},
		{"DELETE FROM drafts WHERE item = ?", []any{c.Code}},
		{"DELETE FROM held_answers WHERE case_code = ?", []any{c.Code}},
		{"DELETE FROM case_masks WHERE case_code = ?", []any{c.Code}},
		{"UPDATE outbox SET text = '', choices = '', file = '', template = '', status = CASE WHEN status = 'to_call' THEN 'failed' ELSE status END WHERE conversation = ? AND case_code = ? AND open = 0", []any{c.Conversation, c.Code}},
		{"UPDATE ratings SET comment = '', conversation = '' WHERE conversation = ? AND case_code = ?", []any{c.Conversation, c.Code}},
		{"UPDATE conversations SET case_code = '' WHERE id = ? AND case_code = ?", []any{c.Conversation, c.Code}},
	} {
		if _, err := t.run().exec(step.text, step.args...); err != nil {
			return wrap("forget a case", err)
		}
	}
	return nil
}

// filesOf are the ids of the files of a case.
func (t *Tx) filesOf(code string) (ids []string, err error) {
	err = t.db.Model(&attachmentRow{}).Where("case_code <> '' AND case_code = ?", code).Pluck("id", &ids).Error
	return ids, err
}

// Sweep is how far one of the lists of what was said was gone through. Its zero value
// is the beginning.
type Sweep struct {
	After string // key of the last row that was looked at
	Done  bool   // nothing older is left
	Gone  int64  // rows that were forgotten
}

// swept is a list of what was said.
type swept struct {
	table, key, at, gone string
}

// What was played or sent is forgotten; what waits, is parked, or may be called about
// stays. A row that is deleted is no longer known when the platform sends it again,
// which none does after so long.
var sweptInbox = swept{"inbox", "x.seq", "x.received", "x.status = 1"}

var sweptOutbox = swept{"outbox", "x.id", "x.created_at", "x.open = 0 AND NOT EXISTS (SELECT 1 FROM calls k WHERE k.conversation = x.conversation AND k.case_code = x.case_code AND k.done_at = 0)"}

// look is the statement that goes through the rows by their key, and says of each
// whether it is to be forgotten: what was said a good while before a case that knows
// its conversation was filed, or where there is none. Rows that are kept are many and
// stay, so that they are gone through in turns, and no index is kept for that, which
// every message would have to enter.
func (w swept) look() string {
	return "SELECT " + w.key + ", " + w.at + ", CASE WHEN " + w.gone + ` AND NOT EXISTS
(SELECT 1 FROM cases c WHERE c.conversation = x.conversation AND c.created_at <= ` + w.at + ` + ?) THEN 1 ELSE 0 END
FROM ` + w.table + " x WHERE " + w.key + " > ? ORDER BY " + w.key + " LIMIT ?"
}

// SweepInbox forgets what came in before then, from where the sweep stands on, looking
// at up to limit rows. SweepOutbox does so for what went out.
func (s *Store) SweepInbox(ctx context.Context, from Sweep, before time.Time, limit int) (Sweep, error) {
	return s.sweep(ctx, sweptInbox, from, before, limit)
}

// SweepOutbox is SweepInbox for what went out.
func (s *Store) SweepOutbox(ctx context.Context, from Sweep, before time.Time, limit int) (Sweep, error) {
	return s.sweep(ctx, sweptOutbox, from, before, limit)
}

func (s *Store) sweep(ctx context.Context, w swept, from Sweep, before time.Time, limit int) (Sweep, error) {
	old, to, err := s.looked(on(s.read.WithContext(ctx)), w, from, before, limit)
	if err != nil || len(old) == 0 {
		return to, wrap("look through the "+w.table, err)
	}
	err = s.transact(ctx, func(t *Tx) error {
		r := t.run()
		among, list := r.among(old)
		if w.table == sweptOutbox.table {
			if _, err := r.exec("DELETE FROM undelivered WHERE outbox_id "+among+" AND conversation IN (SELECT conversation FROM outbox WHERE id "+among+")", list, list); err != nil {
				return err
			}
		}
		n, err := r.exec("DELETE FROM "+w.table+" AS x WHERE "+w.gone+" AND "+w.key+" "+among, list)
		to.Gone = n
		return err
	})
	return to, wrap("forget the "+w.table, err)
}

// looked returns the keys of the next rows that are to be forgotten.
func (s *Store) looked(r runner, w swept, from Sweep, before time.Time, limit int) (old []int64, to Sweep, err error) {
	after, _ := strconv.ParseInt(from.After, 10, 64) // "" is the beginning
	rows := 0
	err = r.query(func(found *sql.Rows) error {
		var key, at, gone int64
		if err := found.Scan(&key, &at, &gone); err != nil || to.Done {
			return err
		}
		rows++
		if at >= before.UnixMicro() { // they are numbered in the order of coming
			to.Done = true
			return nil
		}
		after = key
		if gone == 1 {
			old = append(old, key)
		}
		return nil
	}, w.look(), beforeCase.Microseconds(), after, limit)
	to.After, to.Done = strconv.FormatInt(after, 10), to.Done || rows < limit
	return old, to, err
}

// SweepDrafts forgets what was begun before then in conversations in which nothing was
// said since, nobody is in charge, and no case is open: the state of the dialogue. It
// looks at up to limit conversations.
func (s *Store) SweepDrafts(ctx context.Context, from Sweep, before time.Time, limit int) (to Sweep, err error) {
	to.After = from.After
	var idle []string
	rows := 0
	err = on(s.read.WithContext(ctx)).query(func(found *sql.Rows) error {
		var old int64
		rows++
		err := found.Scan(&to.After, &old)
		if old == 1 {
			idle = append(idle, to.After)
		}
		return err
	}, "SELECT c.id, CASE WHEN "+idleTalk+" THEN 1 ELSE 0 END FROM conversations c WHERE c.id > ? ORDER BY c.id LIMIT ?", before.UnixMicro(), from.After, limit)
	if to.Done = rows < limit; err != nil || len(idle) == 0 {
		return to, wrap("look for drafts", err)
	}
	err = s.transact(ctx, func(t *Tx) error {
		r := t.run()
		among, list := r.among(idle)
		to.Gone, err = r.exec("UPDATE conversations AS c SET state = '', error = '' WHERE "+idleTalk+" AND c.id "+among, before.UnixMicro(), list)
		return err
	})
	return to, wrap("forget drafts", err)
}

// idleTalk is a conversation c of which only an unfinished dialogue is kept.
const idleTalk = `c.state <> '' AND c.mode = 'bot' AND c.last_user_at < ?
AND NOT EXISTS (SELECT 1 FROM cases k WHERE k.conversation = c.id AND k.status IN ('new', 'accepted', 'in_progress', 'waiting_citizen', 'transferred'))
AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.conversation = c.id AND i.status = 0)`

// looseFiles chooses files of citizens that belong to no case, came before then, and
// that no open dialogue still has; and files of staff in conversations from before said.
func looseFiles(before, said time.Time) deskQuery {
	q := deskQuery{from: "attachments a LEFT JOIN conversations c ON c.id = a.conversation"}
	q.and("a.case_code = '' AND a.created_at < ? AND a.draft = ''", before.UnixMicro())
	q.and("(a.author = '' OR a.created_at < ?)", said.UnixMicro())
	q.and("(c.id IS NULL OR c.last_user_at < ? AND c.mode = 'bot' OR c.state NOT LIKE '%\"' || a.id || '\"%')", before.UnixMicro())
	return q
}

// ForgetLooseFiles drops up to limit files that belong to no case: citizens' from
// before then, staff's from before said. It returns how many.
func (t *Tx) ForgetLooseFiles(before, said time.Time, limit int) (int, error) {
	q := looseFiles(before, said)
	text, args := q.list("a.id", "a.created_at, a.id", limit)
	var ids []string
	err := t.run().query(func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, text, args...)
	if err != nil {
		return 0, wrap("find files of no case", err)
	}
	return len(ids), t.DropAttachments(ids)
}

// RetentionDue is how much the retention is to forget now, each counted as far as
// some thousands; of what was said, among the oldest.
type RetentionDue struct{ Cases, Said, Files, Audit int }

// RetentionDue counts it.
func (s *Store) RetentionDue(ctx context.Context, r models.Retention, now time.Time) (due RetentionDue, err error) {
	count := func(to *int, q deskQuery) {
		if err == nil {
			var n int
			text, args := "SELECT COUNT(*) FROM (SELECT 1 "+q.text()+" LIMIT ?) AS counted", append(slices.Clone(q.args), dueMost)
			err = on(s.read.WithContext(ctx)).query(func(rows *sql.Rows) error { return rows.Scan(&n) }, text, args...)
			*to += n
		}
	}
	for kind, ended := range r.Ends(now) {
		count(&due.Cases, s.expiredCases(kind, ended))
	}
	if r.Drafts > 0 {
		count(&due.Files, looseFiles(now.Add(-r.Drafts), now.Add(-max(r.Drafts, r.Talks))))
	}
	if r.Audit > 0 {
		q := deskQuery{from: "audit a"}
		q.and("a.at < ?", now.Add(-r.Audit).UnixMicro())
		count(&due.Audit, q)
	}
	for _, w := range []swept{sweptInbox, sweptOutbox} {
		if err == nil && r.Talks > 0 {
			var old []int64
			old, _, err = s.looked(on(s.read.WithContext(ctx)), w, Sweep{}, now.Add(-r.Talks), dueMost)
			due.Said += len(old)
		}
	}
	return due, wrap("count what is due to be forgotten", err)
}

// ForgetRemains forgets what is kept of citizens from before then beside what was said
// in cases that are kept: comments of ratings and who gave them, who waited for a
// dossier, settled calls about no case, and when a person was in a conversation. It returns how
// many rows it touched.
func (t *Tx) ForgetRemains(before time.Time) (total int64, err error) {
	at := before.UnixMicro()
	for _, step := range []string{
		"UPDATE ratings SET comment = '', conversation = '' WHERE at < ? AND conversation <> '' AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.conversation = ratings.conversation AND c.code = ratings.case_code)",
		"DELETE FROM ratings_asked WHERE at < ?",
		"DELETE FROM dossier_followers WHERE told > 0 AND told < ?",
		"DELETE FROM call_tries WHERE call_id IN (SELECT id FROM calls WHERE opened_at < ? AND case_code = '' AND done_at > 0)",
		"DELETE FROM calls WHERE opened_at < ? AND case_code = '' AND done_at > 0",
		"DELETE FROM human_stretches WHERE ended > 0 AND ended < ? AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.conversation = human_stretches.conversation)",
	} {
		n, err := t.run().exec(step, at)
		if total += n; err != nil {
			return total, wrap("forget remains", err)
		}
	}
	return total, nil
}
