package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func chosen(id, of, item string) models.Attachment {
	return models.Attachment{
		ID: id, Case: item, Conversation: "zalo:1:p", Kind: "image", Name: "ảnh.jpg", ContentType: "image/jpeg", Size: 7,
		SHA256: "ab", Blob: "staff/" + id, Shown: "staff/" + id, Author: of, Draft: item,
	}
}

func ids(files []models.Attachment) (list []string) {
	for _, f := range files {
		list = append(list, f.ID)
	}
	return list
}

// TestFilesOfAnAnswer: they are chosen, sent with it, and come back with it; nobody
// else's are touched, and they are none of the citizen's.
func TestFilesOfAnAnswer(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		insertCases(t, s, deskCase("A", 1))
		drafts := func(of string) []string {
			files, err := s.DraftFiles(t.Context(), of, "A")
			require.NoError(t, err)
			return ids(files)
		}
		update(t, s, func(tx *store.Tx) error {
			for _, a := range []models.Attachment{chosen("f1", "Lan@x.vn", "A"), chosen("f2", "lan@x.vn", "A"), chosen("f3", "minh@x.vn", "A"), chosen("f4", "lan@x.vn", "B")} {
				if err := tx.KeepDraftFile(a); err != nil {
					return err
				}
			}
			return nil
		})
		require.Equal(t, []string{"f1", "f2"}, drafts("LAN@x.vn"))
		update(t, s, func(tx *store.Tx) error {
			for _, other := range []string{"f3", "f4", "none"} {
				_, err := tx.SendFiles("lan@x.vn", "A", []string{"f1", other})
				require.ErrorIs(t, err, store.ErrNotFound)
				require.ErrorIs(t, tx.DropDraftFile("lan@x.vn", "A", other), store.ErrNotFound)
			}
			sent, err := tx.SendFiles("lan@x.vn", "A", []string{"f2", "f1"})
			require.Equal(t, []string{"f2", "f1"}, ids(sent), "in the order that was asked for")
			return err
		})
		require.Empty(t, drafts("lan@x.vn"))
		c, err := s.Case(t.Context(), "A")
		require.NoError(t, err)
		require.Empty(t, c.Attachments, "the citizen's alone")
		update(t, s, func(tx *store.Tx) error {
			_, err := tx.SendFiles("lan@x.vn", "A", []string{"f1"})
			require.ErrorIs(t, err, store.ErrNotFound, "sent once")
			return tx.ReturnFiles("lan@x.vn", "A", []string{"f1", "f2", "f3"})
		})
		require.Equal(t, []string{"f1", "f2"}, drafts("lan@x.vn"))
		update(t, s, func(tx *store.Tx) error { return tx.DropDraftFile("lan@x.vn", "A", "f1") })
		require.Equal(t, []string{"f2"}, drafts("lan@x.vn"))
		dropped, err := s.DroppedBlobs(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, []string{"staff/f1"}, dropped)
	})
}

// TestFilesOfAForgottenDraftGo: an answer that is never sent keeps nothing for ever.
func TestFilesOfAForgottenDraftGo(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		old, sent := chosen("old", "lan@x.vn", "A"), chosen("sent", "lan@x.vn", "A")
		old.CreatedAt, sent.CreatedAt, sent.Draft = time.Now().Add(-8*24*time.Hour), time.Now().Add(-8*24*time.Hour), ""
		update(t, s, func(tx *store.Tx) error {
			for _, a := range []models.Attachment{old, sent, chosen("new", "lan@x.vn", "A")} {
				if err := tx.KeepDraftFile(a); err != nil {
					return err
				}
			}
			return nil
		})
		files, err := s.DraftFiles(t.Context(), "lan@x.vn", "A")
		require.NoError(t, err)
		require.Equal(t, []string{"new"}, ids(files))
		_, err = s.Attachment(t.Context(), "sent")
		require.NoError(t, err)
	})
}

// TestAMessageKeepsItsFile, and its case's history too, until its citizen is forgotten.
func TestAMessageKeepsItsFile(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		file := models.File{ID: "f1", Kind: "image", Name: "ảnh.jpg"}
		c := deskCase("A", 1)
		c.Conversation = "zalo:1:p"
		c.Events = append(c.Events, models.CaseEvent{At: at(2), Actor: "Lan", Action: models.ActReply, Text: "lời", Files: []models.File{file}})
		insertCases(t, s, c)
		item := &models.OutboxItem{Conversation: "zalo:1:p", Channel: "zalo:1", Peer: "p", Text: file.Name, File: &file, Status: models.OutSent, CreatedAt: at(2)}
		update(t, s, func(tx *store.Tx) error {
			if err := tx.KeepDraftFile(models.Attachment{ID: "f1", Conversation: "zalo:1:p", Case: "A", Author: "lan@x.vn", Blob: "staff/f1", CreatedAt: at(2)}); err != nil {
				return err
			}
			return tx.Queue([]*models.OutboxItem{item}, "")
		})
		items, _, err := s.Outbox(t.Context(), "", "", store.Page{Limit: 5})
		require.NoError(t, err)
		require.Equal(t, &file, items[0].File)
		got, err := s.Case(t.Context(), "A")
		require.NoError(t, err)
		require.Equal(t, []models.File{file}, got.Events[len(got.Events)-1].Files)

		update(t, s, func(tx *store.Tx) error {
			return tx.Forget(store.Erasure{Conversation: "zalo:1:p", AskedAt: at(50)}, nil)
		})
		items, _, err = s.Outbox(t.Context(), "", "", store.Page{Limit: 5})
		require.NoError(t, err)
		require.Nil(t, items[0].File)
		_, err = s.Attachment(t.Context(), "f1")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}
