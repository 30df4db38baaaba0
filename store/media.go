package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
	"gorm.io/gorm/clause"
)

// attachmentRow is a file as it is stored.
type attachmentRow struct {
	ID           string `gorm:"primaryKey"`
	Conversation string
	CaseCode     string
	Kind         string
	URL          string
	Name         string
	Status       string
	ContentType  string
	Size         int64
	SHA256       string `gorm:"column:sha256"`
	Reason       string
	Place        string
	Blob         string
	Shown        string
	Attempts     int64
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	NextAt       int64
	Author       string
	Draft        string
}

// TableName implements gorm's Tabler.
func (attachmentRow) TableName() string { return "attachments" }

func newAttachmentRow(a models.Attachment, next time.Time) attachmentRow {
	return attachmentRow{
		ID: a.ID, Conversation: clean(a.Conversation), CaseCode: strings.ToUpper(a.Case), Kind: clean(a.Kind),
		URL: clean(a.URL), Name: clean(a.Name), Status: string(a.Status), ContentType: clean(a.ContentType),
		Size: a.Size, SHA256: a.SHA256, Reason: clean(a.Reason), Place: toJSON(a.Place, a.Place == nil),
		Blob: a.Blob, Shown: a.Shown, Attempts: int64(a.Attempts), CreatedAt: micros(a.CreatedAt), NextAt: micros(next),
		Author: email(a.Author), Draft: clean(a.Draft),
	}
}

func (w attachmentRow) model() (models.Attachment, error) {
	a := models.Attachment{
		ID: w.ID, Conversation: w.Conversation, Case: w.CaseCode, Kind: w.Kind, URL: w.URL, Name: w.Name,
		Status: models.AttachmentStatus(w.Status), ContentType: w.ContentType, Size: w.Size, SHA256: w.SHA256,
		Reason: w.Reason, Blob: w.Blob, Shown: w.Shown, Attempts: int(w.Attempts), CreatedAt: fromMicros(w.CreatedAt),
		Author: w.Author, Draft: w.Draft,
	}
	return a, fromJSON(w.Place, &a.Place)
}

// InsertAttachments stores files to be fetched; an empty list does nothing, and
// an id that is known stays as it is. Woken fires, for whoever fetches them.
func (t *Tx) InsertAttachments(as []models.Attachment) error {
	if len(as) == 0 {
		return nil
	}
	rows := each(as, func(a models.Attachment) attachmentRow {
		if a.CreatedAt.IsZero() {
			a.CreatedAt = t.now
		}
		if a.Status == "" {
			a.Status = models.AttachmentFetching
		}
		return newAttachmentRow(a, t.now)
	})
	t.woke = true
	err := t.db.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&rows, 100).Error
	return wrap("insert attachments", err)
}

// LinkAttachments puts files into a case.
func (t *Tx) LinkAttachments(code string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	err := t.db.Model(&attachmentRow{}).Where("id IN ?", ids).Update("case_code", strings.ToUpper(code)).Error
	return wrap("link attachments", err)
}

// PhotoPlace returns where one of the files says it was taken, or nil.
func (t *Tx) PhotoPlace(ids []string) (*models.Location, error) {
	var rows []attachmentRow
	err := t.db.Where("id IN ? AND place <> ''", ids).Order("created_at, id").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, wrap("find a photo's place", err)
	}
	a, err := rows[0].model()
	return a.Place, wrap("find a photo's place", err)
}

// DropAttachments deletes files that are not to be kept; their blobs go with
// the next clean-up, which finds them by DroppedBlobs.
func (t *Tx) DropAttachments(ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	var rows []attachmentRow
	if err := t.db.Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return wrap("drop attachments", err)
	}
	if err := t.db.Where("id IN ?", ids).Delete(&attachmentRow{}).Error; err != nil {
		return wrap("drop attachments", err)
	}
	for _, w := range rows {
		if err := t.dropBlobs(w.Blob, w.Shown); err != nil {
			return wrap("drop attachments", err)
		}
	}
	return nil
}

func (t *Tx) dropBlobs(keys ...string) error {
	for _, k := range keys {
		if k == "" {
			continue
		}
		if err := t.db.Exec("INSERT INTO dropped_blobs (key, at) VALUES (?, ?) ON CONFLICT (key) DO NOTHING", k, t.now.UnixMicro()).Error; err != nil {
			return err
		}
	}
	return nil
}

// DroppedBlobs returns up to limit keys of blobs that no attachment and no file of
// staff holds any more. ForgetBlobs takes them off the list after they were deleted.
func (s *Store) DroppedBlobs(ctx context.Context, limit int) ([]string, error) {
	var keys []string
	err := s.read.WithContext(ctx).Raw(`SELECT key FROM dropped_blobs d WHERE NOT EXISTS
(SELECT 1 FROM attachments a WHERE a.blob = d.key OR a.shown = d.key)
AND NOT EXISTS (SELECT 1 FROM case_files f WHERE f.blob = d.key AND f.blob <> '') ORDER BY at, key LIMIT ?`, limit).Scan(&keys).Error
	return keys, wrap("list dropped blobs", err)
}

// ForgetBlobs takes deleted blobs off the list of DroppedBlobs.
func (s *Store) ForgetBlobs(ctx context.Context, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	err := s.write.WithContext(ctx).Exec("DELETE FROM dropped_blobs WHERE key IN ?", keys).Error
	return wrap("forget blobs", err)
}

// ClaimAttachments takes up to limit files that are to be fetched and due, and
// hides them from others for lease. Attempts is for the caller to count.
func (s *Store) ClaimAttachments(ctx context.Context, limit int, lease time.Duration) ([]models.Attachment, error) {
	now := s.now()
	rows, err := find[attachmentRow](s.write.WithContext(ctx), `UPDATE attachments SET next_at = ? WHERE id IN
(SELECT o.id FROM attachments o WHERE o.status = 'fetching' AND o.next_at <= ? ORDER BY o.next_at LIMIT ?`+s.skipLocked()+`) RETURNING *`,
		now.Add(lease).UnixMicro(), now.UnixMicro(), limit)
	if err != nil {
		return nil, wrap("claim attachments", err)
	}
	slices.SortFunc(rows, func(a, b attachmentRow) int { return strings.Compare(a.ID, b.ID) })
	var as []models.Attachment
	for _, w := range rows {
		a, err := w.model()
		if err != nil {
			return nil, wrap("claim attachments", err)
		}
		as = append(as, a)
	}
	return as, nil
}

// SaveAttachment writes the outcome of a fetch. While Status is fetching it is
// due again at next. A failed one also appends events (the citizen is told with
// the next turn) in the same transaction. The case it belongs to is not touched:
// it may have been filed meanwhile. When the file was dropped meanwhile its
// blobs go with the next clean-up, nothing is appended, and the error is
// ErrNotFound.
func (s *Store) SaveAttachment(ctx context.Context, a models.Attachment, next time.Time, events []models.Event) error {
	dropped := false
	err := s.transact(ctx, func(t *Tx) error {
		row := newAttachmentRow(a, next)
		res := t.db.Model(&row).Select("kind", "status", "content_type", "size", "sha256", "reason", "place", "blob", "shown", "attempts", "next_at").Updates(&row)
		if res.Error != nil {
			return res.Error
		}
		if dropped = res.RowsAffected == 0; dropped {
			return t.dropBlobs(a.Blob, a.Shown)
		}
		return t.Append(events)
	})
	if err == nil && dropped {
		err = ErrNotFound
	}
	return wrap("save attachment", err)
}

// Attachment returns one. ErrNotFound.
func (s *Store) Attachment(ctx context.Context, id string) (*models.Attachment, error) {
	var row attachmentRow
	if err := s.read.WithContext(ctx).Where("id = ?", clean(id)).Take(&row).Error; err != nil {
		return nil, wrap("find attachment", err)
	}
	a, err := row.model()
	return &a, wrap("find attachment", err)
}

// Blobs calls each for every stored file of citizens, then of staff (id, key, SHA-256 in hexadecimal, size
// in bytes), for check --deep.
func (s *Store) Blobs(ctx context.Context, each func(id, key, sha256 string, size int64) error) error {
	const citizens = "SELECT id, blob, sha256, size FROM attachments WHERE status = 'stored' AND id > ? ORDER BY id LIMIT ?"
	const staff = "SELECT id, blob, sha256, size FROM case_files WHERE blob <> '' AND id > ? ORDER BY id LIMIT ?"
	for _, list := range []string{citizens, staff} {
		if err := s.blobs(ctx, list, each); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) blobs(ctx context.Context, list string, each func(id, key, sha256 string, size int64) error) error {
	const batch = 500
	type kept struct {
		ID, Blob string
		SHA256   string `gorm:"column:sha256"`
		Size     int64
	}
	for after := ""; ; {
		rows, err := find[kept](s.read.WithContext(ctx), list, after, batch)
		if err != nil || len(rows) == 0 {
			return wrap("list blobs", err)
		}
		for _, w := range rows {
			if err := each(w.ID, w.Blob, w.SHA256, w.Size); err != nil {
				return err
			}
		}
		after = rows[len(rows)-1].ID
	}
}
