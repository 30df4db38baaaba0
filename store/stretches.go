package store

import (
	"context"
	"time"
)

// Stretch is a time in which a person held a conversation.
type Stretch struct {
	Conversation string
	Began, Ended time.Time // Ended is zero while it lasts
	BegunBy      string
	EndedBy      string
	How          string // what ended it: handed_back, case, spam, or "" by itself
	Reason       string // of spam
}

// stretchRow is one as it is stored.
type stretchRow struct {
	ID           int64 `gorm:"primaryKey"`
	Conversation string
	Began        int64
	BeganBy      string
	Ended        int64
	EndedBy      string
	How          string
	Reason       string
}

// TableName implements gorm's Tabler.
func (stretchRow) TableName() string { return "human_stretches" }

func (w stretchRow) model() Stretch {
	return Stretch{
		Conversation: w.Conversation, Began: fromMicros(w.Began), Ended: fromMicros(w.Ended),
		BegunBy: w.BeganBy, EndedBy: w.EndedBy, How: w.How, Reason: w.Reason,
	}
}

// BeginStretch records that somebody took the conversation over. One that lasts
// already ends by itself.
func (t *Tx) BeginStretch(conversation, by string) error {
	if err := t.EndStretch(Stretch{Conversation: conversation, EndedBy: by}); err != nil {
		return err
	}
	_, err := t.run().exec("INSERT INTO human_stretches (conversation, began, began_by) VALUES (?, ?, ?)", clean(conversation), t.now.UnixMicro(), clean(by))
	return wrap("begin a stretch", err)
}

// NoteStretch records that somebody has the conversation, unless that is known.
func (t *Tx) NoteStretch(conversation string) error {
	_, err := t.run().exec("INSERT INTO human_stretches (conversation, began, began_by) VALUES (?, ?, '') ON CONFLICT (conversation) WHERE ended = 0 DO NOTHING",
		clean(conversation), t.now.UnixMicro())
	return wrap("note a stretch", err)
}

// EndStretch records that the person's time in the conversation is over, if it
// was not: EndedBy, How and Reason say who ended it and why.
func (t *Tx) EndStretch(e Stretch) error {
	_, err := t.run().exec("UPDATE human_stretches SET ended = ?, ended_by = ?, how = ?, reason = ? WHERE conversation = ? AND ended = 0",
		t.now.UnixMicro(), clean(e.EndedBy), clean(e.How), clean(e.Reason), clean(e.Conversation))
	return wrap("end a stretch", err)
}

// Stretches returns when persons held the conversation, latest first.
func (s *Store) Stretches(ctx context.Context, conversation string) ([]Stretch, error) {
	rows, err := find[stretchRow](s.read.WithContext(ctx), "SELECT * FROM human_stretches WHERE conversation = ? ORDER BY began DESC, id DESC LIMIT 50", clean(conversation))
	return each(rows, stretchRow.model), wrap("list stretches", err)
}
