package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Erasure is one citizen's request to be forgotten.
type Erasure struct {
	Code         string
	Platform     models.Platform
	Subject      string // the citizen's id, on the platform or scoped to the app
	Conversation string // "" when only an app-scoped id is known
	AskedAt      time.Time
	DoneAt       time.Time
	Kept         int // cases kept because the law demands it

	// Nothing says that nobody of that id ever wrote to us.
	Nothing bool
}

// erasureRow is a request to be forgotten as it is stored.
type erasureRow struct {
	Code         string `gorm:"primaryKey"`
	Platform     string
	Subject      string
	Conversation string
	AskedAt      int64
	DoneAt       int64
	Kept         int64
}

// TableName implements gorm's Tabler.
func (erasureRow) TableName() string { return "erasures" }

func (w erasureRow) model() Erasure {
	return Erasure{
		Code: w.Code, Platform: models.Platform(w.Platform), Subject: w.Subject, Conversation: w.Conversation,
		AskedAt: fromMicros(w.AskedAt), DoneAt: fromMicros(w.DoneAt), Kept: int(w.Kept),
	}
}

// StartErasure records a request; conversation is "" when only the platform's
// app-scoped id is known. Asking again before it is done gets the same code.
func (s *Store) StartErasure(ctx context.Context, platform, subject, conversation string) (code string, err error) {
	err = s.transact(ctx, func(t *Tx) error {
		code, err = t.StartErasure(platform, subject, conversation)
		return err
	})
	return code, err
}

// StartErasure is Store.StartErasure inside this transaction.
func (t *Tx) StartErasure(platform, subject, conversation string) (code string, err error) {
	row := erasureRow{
		Code: "XD-" + rand.Text()[:12], Platform: clean(platform), Subject: key(subject),
		Conversation: clean(conversation), AskedAt: t.now.UnixMicro(),
	}
	if err := t.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return "", wrap("start erasure", err)
	}
	var found erasureRow
	err = t.db.Where("platform = ? AND subject = ? AND conversation = ? AND done_at = 0", row.Platform, row.Subject, row.Conversation).
		Take(&found).Error
	return found.Code, wrap("start erasure", err)
}

// Erasure returns one; the code is read in any case. ErrNotFound.
func (s *Store) Erasure(ctx context.Context, code string) (*Erasure, error) {
	db := s.read.WithContext(ctx)
	var row erasureRow
	if err := db.Where("code = ?", strings.ToUpper(clean(code))).Take(&row).Error; err != nil {
		return nil, wrap("find erasure", err)
	}
	e := row.model()
	if e.Conversation != "" {
		return &e, nil
	}
	parts, err := partsOf(db, e)
	e.Kept, e.Nothing = parts.Kept, parts.All == 0
	return &e, wrap("find erasure", err)
}

// Unresolved returns up to limit requests that name no conversation and are not
// done, oldest first.
func (s *Store) Unresolved(ctx context.Context, limit int) ([]Erasure, error) {
	rows, err := find[erasureRow](s.read.WithContext(ctx),
		"SELECT * FROM erasures WHERE conversation = '' AND done_at = 0 ORDER BY asked_at, code LIMIT ?", limit)
	return each(rows, erasureRow.model), wrap("find erasures without a conversation", err)
}

// ErasureParts is how far the erasure of somebody's conversations is, one by one.
type ErasureParts struct{ All, Open, Kept int }

// Parts returns how far the conversations are that a request without one was
// found to be about: those of the same subject, started since it was made.
func (s *Store) Parts(ctx context.Context, e Erasure) (ErasureParts, error) {
	parts, err := partsOf(s.read.WithContext(ctx), e)
	return parts, wrap("find the parts of an erasure", err)
}

func partsOf(db *gorm.DB, e Erasure) (p ErasureParts, err error) {
	err = on(db).query(func(rows *sql.Rows) error { return rows.Scan(&p.All, &p.Open, &p.Kept) },
		`SELECT COUNT(*), COALESCE(SUM(CASE WHEN done_at = 0 THEN 1 ELSE 0 END), 0), COALESCE(SUM(kept), 0)
FROM erasures WHERE platform = ? AND subject = ? AND conversation <> '' AND asked_at >= ?`,
		string(e.Platform), e.Subject, micros(e.AskedAt))
	return p, err
}

// DueErasures returns up to limit requests that can be carried out now, oldest
// first: those of a conversation in which nothing that was said before the
// request is still to be played or sent, or that were made before patience. One
// that is done is due again when a case that was kept has stood ended since
// before ended; one without a conversation is for Unresolved.
func (s *Store) DueErasures(ctx context.Context, patience, ended time.Time, limit int) ([]Erasure, error) {
	rows, err := find[erasureRow](s.read.WithContext(ctx), `SELECT * FROM erasures e WHERE e.conversation <> '' AND (
e.done_at = 0 AND (e.asked_at <= ?
	OR NOT EXISTS (SELECT 1 FROM inbox i WHERE i.conversation = e.conversation AND i.status = 0 AND i.received <= e.asked_at AND i.kind <> 'note')
	AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.conversation = e.conversation AND o.open = 1 AND o.created_at < e.asked_at))
OR e.done_at > 0 AND e.kept > 0 AND EXISTS (SELECT 1 FROM cases c WHERE c.conversation = e.conversation AND c.created_at <= e.asked_at
	AND c.kind <> 'khieu_nai' AND c.status IN ('resolved', 'rejected', 'withdrawn', 'merged')
	AND c.updated_at <= ?))
ORDER BY e.asked_at, e.code LIMIT ?`, micros(patience), micros(ended), limit)
	return each(rows, erasureRow.model), wrap("find due erasures", err)
}

// LockConversation returns the conversation, locked for change, so that nobody
// plays it meanwhile. ErrNotFound.
func (t *Tx) LockConversation(id string) (*models.Conversation, error) {
	var found *models.Conversation
	text := "SELECT " + conversationColumns + " FROM conversations c WHERE c.id = ?"
	if t.s.pg {
		text += " FOR UPDATE"
	}
	err := t.run().query(func(rows *sql.Rows) error {
		c, err := scanConversation(rows)
		found = &c
		return err
	}, text, id)
	if err == nil && found == nil {
		err = ErrNotFound
	}
	return found, wrap("lock conversation", err)
}

// CasesBefore returns all cases that came from the conversation up to then, with
// attachments and history, locked for change.
func (t *Tx) CasesBefore(conversation string, until time.Time) ([]models.Case, error) {
	var rows []caseRow
	err := t.db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
		Where("conversation = ? AND created_at <= ?", conversation, until.UnixMicro()).Order("code").Find(&rows).Error
	if err != nil {
		return nil, wrap("find cases", err)
	}
	cases, err := complete(t.db, rows)
	return cases, wrap("find cases", err)
}

// RewriteCase writes a case back with the words of its whole history. Nothing
// changes a history but the erasure of a citizen's data and the hiding of personal
// data, which keeps it as it was.
func (t *Tx) RewriteCase(c *models.Case) error {
	for _, e := range c.Events {
		if e.ID == 0 {
			continue
		}
		if _, err := t.run().exec("UPDATE case_events SET text = ?, detail = ?, files = ? WHERE id = ?",
			clean(e.Text), clean(e.Detail), clean(toJSON(e.Files, len(e.Files) == 0)), e.ID); err != nil {
			return wrap("rewrite history", err)
		}
	}
	return t.SaveCase(c)
}

// Forget blanks what was said in the request's conversation until it was made:
// events, messages, files, questions and the comments of ratings. keep are the
// codes of the cases whose files stay, and whose messages that are under way are
// still sent. Cases and the conversation's own row are not touched.
func (t *Tx) Forget(e Erasure, keep []string) error {
	at := micros(e.AskedAt)
	keep = append([]string{}, keep...) // of NULL, a list of nothing, SQL knows no answer
	files, err := t.forgettable(e, keep)
	if err != nil {
		return wrap("forget files", err)
	}
	if err := t.DropAttachments(files); err != nil {
		return err
	}
	if err := t.forgetCaseFiles(e, keep); err != nil {
		return err
	}
	kept, list := t.run().among(keep)
	for _, step := range []struct {
		text string
		args []any
	}{
		{"DELETE FROM call_tries WHERE call_id IN (SELECT id FROM calls WHERE conversation = ? AND opened_at <= ?)", []any{e.Conversation, at}},
		{"DELETE FROM calls WHERE conversation = ? AND opened_at <= ?", []any{e.Conversation, at}},
		{"DELETE FROM drafts WHERE at <= ? AND (item = ? OR item IN (SELECT code FROM cases WHERE conversation = ?))", []any{at, e.Conversation, e.Conversation}},
		{"DELETE FROM held_answers WHERE until <= ? AND (case_code = ? OR case_code IN (SELECT code FROM cases WHERE conversation = ?))", []any{at, e.Conversation, e.Conversation}},
		{"DELETE FROM case_masks WHERE case_code IN (SELECT code FROM cases WHERE conversation = ?)", []any{e.Conversation}},
		// Two statements, for the two indexes on a conversation's events.
		{"UPDATE inbox SET body = '{}', status = 1 WHERE conversation = ? AND status = 0 AND received <= ?", []any{e.Conversation, at}},
		{"UPDATE inbox SET body = '{}', status = 1 WHERE conversation = ? AND status <> 0 AND received <= ?", []any{e.Conversation, at}},
		// Nobody can be phoned whose number is gone.
		{"UPDATE outbox SET text = '', choices = '', file = '', template = '', status = CASE WHEN status = 'to_call' THEN 'failed' ELSE status END WHERE conversation = ? AND open = 0 AND created_at < ?", []any{e.Conversation, at}},
		{"UPDATE outbox SET text = '', choices = '', file = '', template = '', status = 'failed', open = 0 WHERE conversation = ? AND open = 1 AND created_at < ? AND NOT case_code " + kept, []any{e.Conversation, at, list}},
		{"DELETE FROM undelivered WHERE conversation = ? AND outbox_id IN (SELECT id FROM outbox WHERE conversation = ? AND text = '')", []any{e.Conversation, e.Conversation}},
		{"UPDATE ratings SET comment = '', conversation = '' WHERE conversation = ? AND at <= ?", []any{e.Conversation, at}},
		{"DELETE FROM ratings_asked WHERE conversation = ? AND at <= ?", []any{e.Conversation, at}},
		{"DELETE FROM questions WHERE conversation = ? AND at <= ?", []any{e.Conversation, at}},
	} {
		if _, err := t.run().exec(step.text, step.args...); err != nil {
			return wrap("forget a conversation", err)
		}
	}
	return wrap("forget dossiers", forgetDossiers(t.db, e.Conversation, at))
}

// forgettable are the ids of the conversation's files that belong to no kept case.
func (t *Tx) forgettable(e Erasure, keep []string) ([]string, error) {
	var rows []attachmentRow
	err := t.db.Select("id", "case_code").Where("conversation = ? AND created_at <= ?", e.Conversation, micros(e.AskedAt)).Find(&rows).Error
	rows = slices.DeleteFunc(rows, func(w attachmentRow) bool { return slices.Contains(keep, w.CaseCode) })
	return each(rows, func(w attachmentRow) string { return w.ID }), err
}

// FinishErasure records that a request was carried out, and how many cases were
// kept. Done again it keeps its first time.
func (t *Tx) FinishErasure(code string, kept int) error {
	_, err := t.run().exec("UPDATE erasures SET done_at = CASE WHEN done_at = 0 THEN ? ELSE done_at END, kept = ? WHERE code = ?",
		t.now.UnixMicro(), kept, code)
	return wrap("finish erasure", err)
}
