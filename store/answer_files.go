package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/langnghe/langnghe/models"
)

// draftFilesFor is how long a file waits for an answer that is never sent.
const draftFilesFor = 7 * 24 * time.Hour

// DraftFiles returns the files that the account chose for an answer to the item
// and did not send yet, in the order in which it chose them.
func (s *Store) DraftFiles(ctx context.Context, of, item string) ([]models.Attachment, error) {
	files, err := draftFiles(s.read.WithContext(ctx), of, item)
	return files, wrap("list files of a draft", err)
}

// DraftFiles is Store.DraftFiles inside this transaction.
func (t *Tx) DraftFiles(of, item string) ([]models.Attachment, error) {
	files, err := draftFiles(t.db, of, item)
	return files, wrap("list files of a draft", err)
}

func draftFiles(db *gorm.DB, of, item string) (files []models.Attachment, err error) {
	rows, err := find[attachmentRow](db, "SELECT * FROM attachments WHERE draft <> '' AND draft = ? AND author = ? ORDER BY created_at, id", clean(item), email(of))
	for _, w := range rows {
		a, unread := w.model()
		if unread != nil {
			return nil, unread
		}
		files = append(files, a)
	}
	return files, err
}

// KeepDraftFile keeps a stored file for the answer that its Draft and Author name,
// and forgets the files of answers that were never sent.
func (t *Tx) KeepDraftFile(a models.Attachment) error {
	var old []string
	err := t.db.Model(&attachmentRow{}).Where("draft <> '' AND created_at < ?", t.now.Add(-draftFilesFor).UnixMicro()).Pluck("id", &old).Error
	if err != nil {
		return wrap("find old files of drafts", err)
	}
	if err := t.DropAttachments(old); err != nil {
		return err
	}
	a.Status = models.AttachmentStored
	return t.InsertAttachments([]models.Attachment{a})
}

// DropDraftFile takes one away again. ErrNotFound.
func (t *Tx) DropDraftFile(of, item, id string) error {
	if _, err := t.chosen(of, item, []string{id}); err != nil {
		return err
	}
	return t.DropAttachments([]string{id})
}

// SendFiles makes files of the draft part of an answer, and returns them in the
// order of the ids. ErrNotFound when one of them is no longer there.
func (t *Tx) SendFiles(of, item string, ids []string) ([]models.Attachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	files, err := t.chosen(of, item, ids)
	if err != nil {
		return nil, err
	}
	err = t.db.Model(&attachmentRow{}).Where("id IN ?", ids).Update("draft", "").Error
	return files, wrap("send files", err)
}

// ReturnFiles makes files of an answer that was taken back part of the draft again.
func (t *Tx) ReturnFiles(of, item string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	err := t.db.Model(&attachmentRow{}).Where("id IN ? AND author = ?", ids, email(of)).Update("draft", clean(item)).Error
	return wrap("return files", err)
}

// chosen finds files of a draft.
func (t *Tx) chosen(of, item string, ids []string) ([]models.Attachment, error) {
	all, err := t.DraftFiles(of, item)
	if err != nil {
		return nil, err
	}
	var files []models.Attachment
	for _, id := range ids {
		i := slices.IndexFunc(all, func(a models.Attachment) bool { return a.ID == id })
		if i < 0 {
			return nil, wrap("find a file of a draft", ErrNotFound)
		}
		files = append(files, all[i])
	}
	return files, nil
}
