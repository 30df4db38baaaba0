package store

import (
	"context"
	"time"

	"github.com/langnghe/langnghe/models"
)

// questionRow is a question as it is stored.
type questionRow struct {
	ID           int64 `gorm:"primaryKey"`
	Conversation string
	Unit         string
	Text         string
	Procedure    string
	Outcome      string
	Why          string
	At           int64
	SettledAt    int64
	SettledBy    string
}

// TableName implements gorm's Tabler.
func (questionRow) TableName() string { return "questions" }

func (w questionRow) model() models.Question {
	return models.Question{
		ID: w.ID, Conversation: w.Conversation, Unit: w.Unit, Text: w.Text, Procedure: w.Procedure,
		Outcome: models.Outcome(w.Outcome), Why: w.Why, At: fromMicros(w.At),
		SettledAt: fromMicros(w.SettledAt), SettledBy: w.SettledBy,
	}
}

// Ask stores a question and what became of it; its ID and time are given by the
// store.
func (t *Tx) Ask(q models.Question) error {
	row := questionRow{
		Conversation: q.Conversation, Unit: clean(q.Unit), Text: clean(q.Text), Procedure: clean(q.Procedure),
		Outcome: string(q.Outcome), Why: clean(q.Why), At: t.now.UnixMicro(),
	}
	return wrap("store question", t.db.Create(&row).Error)
}

// CallWrong says of the conversation's latest question that was answered with
// the procedure that the answer was wrong or no help; of none when there is none.
func (t *Tx) CallWrong(conversation, procedure string) error {
	_, err := t.run().exec(`UPDATE questions SET outcome = 'wrong' WHERE id = (
SELECT MAX(id) FROM questions WHERE conversation = ? AND procedure = ? AND outcome <> 'settled')`, conversation, clean(procedure))
	return wrap("record a wrong answer", err)
}

// OpenQuestions returns up to limit questions that were not answered, or wrongly,
// and that staff has not settled, newest first. With a unit, those of its
// conversations.
func (s *Store) OpenQuestions(ctx context.Context, unit string, limit int) ([]models.Question, error) {
	return s.questions(ctx, "outcome IN ('unknown', 'wrong') AND (? = '' OR unit = ?) ORDER BY id DESC LIMIT ?", unit, unit, limit)
}

// QuestionsSince returns up to limit of the newest questions since then, newest
// first.
func (s *Store) QuestionsSince(ctx context.Context, since time.Time, limit int) ([]models.Question, error) {
	return s.questions(ctx, "at >= ? ORDER BY at DESC LIMIT ?", since.UnixMicro(), limit)
}

// SettledQuestions returns up to limit questions of which staff said what they
// are about, newest first: by them understanding is judged.
func (s *Store) SettledQuestions(ctx context.Context, limit int) ([]models.Question, error) {
	return s.questions(ctx, "outcome = 'settled' ORDER BY id DESC LIMIT ?", limit)
}

func (s *Store) questions(ctx context.Context, where string, args ...any) ([]models.Question, error) {
	rows, err := find[questionRow](s.read.WithContext(ctx), "SELECT * FROM questions WHERE "+where, args...)
	return each(rows, questionRow.model), wrap("list questions", err)
}

// Settle says what open questions are about and returns those that were open:
// of two who settle one at once, the second gets none.
func (t *Tx) Settle(ids []int64, procedure, by string) ([]models.Question, error) {
	r := t.run()
	among, list := r.among(ids)
	rows, err := find[questionRow](t.db, `UPDATE questions SET outcome = 'settled', procedure = ?, settled_at = ?, settled_by = ?
WHERE outcome IN ('unknown', 'wrong') AND id `+among+" RETURNING *", clean(procedure), t.now.UnixMicro(), clean(by), list)
	return each(rows, questionRow.model), wrap("settle questions", err)
}

// ForgetQuestions deletes what was asked before then, but for what staff has
// settled: of that only who asked is forgotten.
func (s *Store) ForgetQuestions(ctx context.Context, before time.Time) error {
	return s.transact(ctx, func(t *Tx) error {
		r := t.run()
		if _, err := r.exec("DELETE FROM questions WHERE at < ? AND outcome <> 'settled'", before.UnixMicro()); err != nil {
			return wrap("forget questions", err)
		}
		_, err := r.exec("UPDATE questions SET conversation = '' WHERE at < ? AND conversation <> ''", before.UnixMicro())
		return wrap("forget who asked", err)
	})
}
