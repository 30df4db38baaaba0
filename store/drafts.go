package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"gorm.io/gorm/clause"

	"github.com/langnghe/langnghe/models"
)

// formKeysFor is how long a form that was taken is remembered.
const formKeysFor = 48 * time.Hour

// Draft returns what the account was writing about the item, "" for nothing.
func (s *Store) Draft(ctx context.Context, of, item string) (text string, err error) {
	err = on(s.read.WithContext(ctx)).query(func(rows *sql.Rows) error { return rows.Scan(&text) },
		"SELECT text FROM drafts WHERE email = ? AND item = ?", email(of), clean(item))
	return text, wrap("find a draft", err)
}

// SaveDraft keeps what the account is writing about the item; "" forgets it.
func (t *Tx) SaveDraft(of, item, text string) error {
	if text == "" {
		_, err := t.run().exec("DELETE FROM drafts WHERE email = ? AND item = ?", email(of), clean(item))
		return wrap("forget a draft", err)
	}
	_, err := t.run().exec(`INSERT INTO drafts (email, item, text, at) VALUES (?, ?, ?, ?)
ON CONFLICT (email, item) DO UPDATE SET text = excluded.text, at = excluded.at`, email(of), clean(item), clean(text), t.now.UnixMicro())
	return wrap("save a draft", err)
}

// UseForm reports whether the form is taken for the first time.
func (t *Tx) UseForm(key string) (first bool, err error) {
	if _, err := t.run().exec("DELETE FROM form_keys WHERE at < ?", t.now.Add(-formKeysFor).UnixMicro()); err != nil {
		return false, wrap("forget forms", err)
	}
	n, err := t.run().exec("INSERT INTO form_keys (key, at) VALUES (?, ?) ON CONFLICT (key) DO NOTHING", clean(key), t.now.UnixMicro())
	return n > 0, wrap("take a form", err)
}

// HeldAnswer is an answer that its writer may still take back.
type HeldAnswer struct {
	Case    string // code, or the id of a conversation without one
	Email   string // the writer's
	Text    string
	Until   time.Time
	Footing models.Footing // of the case before it
	Events  []HeldEvent    // by which citizens are to be told
}

// Left is for how long after now it can still be taken back.
func (h HeldAnswer) Left(now time.Time) time.Duration { return max(h.Until.Sub(now), 0) }

// HeldEvent names an event of the inbox, and the files of staff that it encloses.
type HeldEvent struct {
	Conversation, Channel, ID string
	Files                     []string `json:",omitempty"`
}

// Files are those that go with the answer: each of its citizens gets the same.
func (h HeldAnswer) Files() []string {
	if len(h.Events) == 0 {
		return nil
	}
	return h.Events[0].Files
}

// heldRow is one as it is stored.
type heldRow struct {
	CaseCode string `gorm:"primaryKey"`
	Email    string
	Text     string
	Until    int64
	Footing  string
	Events   string
}

// TableName implements gorm's Tabler.
func (heldRow) TableName() string { return "held_answers" }

func (w heldRow) model() (HeldAnswer, error) {
	h := HeldAnswer{Case: w.CaseCode, Email: w.Email, Text: w.Text, Until: fromMicros(w.Until)}
	return h, errors.Join(fromJSON(w.Footing, &h.Footing), fromJSON(w.Events, &h.Events))
}

// HoldAnswer notes that the latest answer of the case may be taken back. Those that
// cannot be any more are forgotten.
func (t *Tx) HoldAnswer(h HeldAnswer) error {
	if _, err := t.run().exec("DELETE FROM held_answers WHERE until < ?", t.now.UnixMicro()); err != nil {
		return wrap("forget held answers", err)
	}
	row := heldRow{clean(h.Case), email(h.Email), clean(h.Text), micros(h.Until), toJSON(h.Footing, false), toJSON(h.Events, false)}
	err := t.db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "case_code"}}, UpdateAll: true}).Create(&row).Error
	return wrap("hold an answer", err)
}

// HeldAnswer returns the answer of the case that may still be taken back.
// ErrNotFound.
func (s *Store) HeldAnswer(ctx context.Context, code string) (HeldAnswer, error) {
	rows, err := find[heldRow](s.read.WithContext(ctx), "SELECT * FROM held_answers WHERE case_code = ? AND until > ?", clean(code), s.now().UnixMicro())
	return oneHeld(rows, err)
}

func oneHeld(rows []heldRow, err error) (HeldAnswer, error) {
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return HeldAnswer{}, wrap("find a held answer", err)
	}
	return rows[0].model()
}

// TakeBack removes what citizens were to be told by the answer, and returns it. ErrNotFound when there is none to take back;
// ErrConflict when it is too late: then nothing is removed, and the transaction
// must end with the error.
func (t *Tx) TakeBack(code, of string) (HeldAnswer, error) {
	rows, err := find[heldRow](t.db, "SELECT * FROM held_answers WHERE case_code = ? AND email = ?", clean(code), email(of))
	h, err := oneHeld(rows, err)
	if err != nil {
		return h, err
	}
	if !h.Until.After(t.now) {
		return h, ErrConflict
	}
	for _, e := range h.Events {
		if err := t.dropEvent(e); err != nil {
			return h, err
		}
	}
	_, err = t.run().exec("DELETE FROM held_answers WHERE case_code = ?", h.Case)
	return h, wrap("take an answer back", err)
}

// dropEvent removes an event that was not played; who plays the conversation is
// waited for.
func (t *Tx) dropEvent(e HeldEvent) error {
	if _, err := t.LockConversation(e.Conversation); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	n, err := t.run().exec("DELETE FROM inbox WHERE channel = ? AND event_id = ? AND status = 0", key(e.Channel), key(e.ID))
	if err == nil && n == 0 {
		return ErrConflict
	}
	return wrap("drop an event", err)
}

// ForgetAsked forgets that the citizens of the case, and of those merged into it,
// were asked to rate the unit since then: they were not told.
func (t *Tx) ForgetAsked(unit, code string, since time.Time) error {
	_, err := t.run().exec(`DELETE FROM ratings_asked WHERE unit = ? AND at >= ?
AND conversation IN (SELECT conversation FROM cases WHERE code = ? OR merged_into = ?)`, clean(unit), micros(since), clean(code), clean(code))
	return wrap("forget a rating question", err)
}
