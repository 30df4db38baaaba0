package store

import (
	"context"

	"github.com/langnghe/langnghe/models"
)

// contentRow is one change of a piece of content as it is stored.
type contentRow struct {
	ID    int64 `gorm:"primaryKey"`
	Kind  string
	Key   string
	Unit  string
	Body  string
	At    int64
	Actor string
	Why   string
	Trial string
}

// TableName implements gorm's Tabler.
func (contentRow) TableName() string { return "content" }

func (w contentRow) model() models.Content {
	return models.Content{
		ID: w.ID, Kind: models.ContentKind(w.Kind), Key: w.Key, Unit: w.Unit, Body: w.Body,
		At: fromMicros(w.At), By: w.Actor, Why: w.Why, Trial: w.Trial,
	}
}

// Content returns what was changed of the published content, each piece as it
// stands now, in the order of its last change.
func (s *Store) Content(ctx context.Context) ([]models.Content, error) {
	rows, err := find[contentRow](s.read.WithContext(ctx),
		"SELECT * FROM content WHERE id IN (SELECT MAX(id) FROM content GROUP BY kind, key, unit) ORDER BY id")
	return each(rows, contentRow.model), wrap("read content", err)
}

// ContentRevision returns how many changes of content there were. Read before
// Content it tells whether that is still what counts.
func (s *Store) ContentRevision(ctx context.Context) (revision int64, err error) {
	err = s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM content").Scan(&revision).Error
	return revision, wrap("read content's revision", err)
}

// ContentHistory returns every change of one piece, newest first.
func (s *Store) ContentHistory(ctx context.Context, piece models.Content) ([]models.Content, error) {
	rows, err := find[contentRow](s.read.WithContext(ctx),
		"SELECT * FROM content WHERE kind = ? AND key = ? AND unit = ? ORDER BY id DESC",
		string(piece.Kind), key(piece.Key), key(piece.Unit))
	return each(rows, contentRow.model), wrap("read content's history", err)
}

// SaveContent changes pieces of content, all or none, in the name of each
// piece's By; the time is the store's.
func (s *Store) SaveContent(ctx context.Context, pieces []models.Content) error {
	return s.transact(ctx, func(t *Tx) error { return t.SaveContent(pieces) })
}

// SaveContent is Store.SaveContent inside this transaction.
func (t *Tx) SaveContent(pieces []models.Content) error {
	rows := make([]contentRow, len(pieces))
	for i, p := range pieces {
		rows[i] = contentRow{
			Kind: string(p.Kind), Key: key(p.Key), Unit: key(p.Unit), Body: clean(p.Body),
			At: t.now.UnixMicro(), Actor: clean(p.By), Why: clean(p.Why), Trial: clean(p.Trial),
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return wrap("save content", t.db.CreateInBatches(&rows, contentBatch).Error)
}

// ReplaceContent is SaveContent for who has read what they change: the ID of each
// piece is that of the change it was read with, 0 when there was none. ErrConflict
// when one was changed since; nothing is saved then.
func (t *Tx) ReplaceContent(pieces []models.Content) error {
	if t.run().pg {
		// Two who save at once must not both find what they have read.
		if err := t.db.Exec("LOCK TABLE content IN SHARE ROW EXCLUSIVE MODE").Error; err != nil {
			return wrap("lock content", err)
		}
	}
	for _, p := range pieces {
		var latest int64
		err := t.db.Raw("SELECT COALESCE(MAX(id), 0) FROM content WHERE kind = ? AND key = ? AND unit = ?",
			string(p.Kind), key(p.Key), key(p.Unit)).Scan(&latest).Error
		if err != nil {
			return wrap("find the latest change of content", err)
		}
		if latest != p.ID {
			return ErrConflict
		}
	}
	return t.SaveContent(pieces)
}

// contentBatch is how many rows one statement inserts: fewer than the
// parameters that SQLite takes.
const contentBatch = 500
