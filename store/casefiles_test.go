package store_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func staffFile(id, code string, purpose models.Purpose, source string) models.CaseFile {
	return models.CaseFile{
		ID: id, Case: code, Purpose: purpose, Source: source, Name: "ảnh.jpg", ContentType: "image/jpeg",
		Size: 7, SHA256: "ab", Blob: "staff/" + id, Email: "lan@example.vn", By: "Lan",
	}
}

// TestAFileIsPutIntoACaseOnce: also when a weak line sends it several times at once.
func TestAFileIsPutIntoACaseOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		var sent sync.WaitGroup
		firsts := make([]bool, 6)
		for i := range firsts {
			sent.Go(func() {
				update(t, s, func(tx *store.Tx) (err error) {
					_, firsts[i], err = tx.AddCaseFile(staffFile(string(rune('a'+i)), "pa2026-aaaaaa", models.PurposeAfter, "sum"))
					return err
				})
			})
		}
		sent.Wait()
		require.ElementsMatch(t, []bool{true, false, false, false, false, false}, firsts)
		files, err := s.CaseFiles(t.Context(), "PA2026-AAAAAA", "PA2026-BBBBBB")
		require.NoError(t, err)
		require.Len(t, files, 1)
		want := staffFile(files[0].ID, "PA2026-AAAAAA", models.PurposeAfter, "sum")
		want.CreatedAt = files[0].CreatedAt
		require.NotZero(t, want.CreatedAt)
		require.Equal(t, want, files[0])
		one, err := s.CaseFile(t.Context(), files[0].ID)
		require.NoError(t, err)
		require.Equal(t, files[0], *one)

		update(t, s, func(tx *store.Tx) error {
			kept, first, err := tx.AddCaseFile(staffFile("again", "PA2026-AAAAAA", models.PurposeAfter, "sum"))
			require.NoError(t, err)
			require.False(t, first)
			require.Equal(t, want, kept, "who sends it again is told which one is there")
			for _, other := range []models.CaseFile{
				staffFile("other1", "PA2026-AAAAAA", models.PurposeBefore, "sum"), staffFile("other2", "PA2026-BBBBBB", models.PurposeAfter, "sum"),
				staffFile("other3", "PA2026-AAAAAA", models.PurposeAfter, "another"),
			} {
				_, first, err := tx.AddCaseFile(other)
				require.NoError(t, err)
				require.True(t, first)
			}
			return nil
		})
		var checked []string
		require.NoError(t, s.Blobs(t.Context(), func(id, _, _ string, _ int64) error {
			checked = append(checked, id)
			return nil
		}))
		require.ElementsMatch(t, []string{want.ID, "other1", "other2", "other3"}, checked, "their bytes are checked as those of citizens are")
	})
}

func TestAFileIsTakenOutOfACase(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		add := func(f models.CaseFile) {
			update(t, s, func(tx *store.Tx) error { _, _, err := tx.AddCaseFile(f); return err })
		}
		add(staffFile("one", "PA2026-AAAAAA", models.PurposeAfter, "sum"))
		update(t, s, func(tx *store.Tx) error {
			_, err := tx.DropCaseFile("PA2026-BBBBBB", "one")
			require.ErrorIs(t, err, store.ErrNotFound, "it is another case's")
			f, err := tx.DropCaseFile("PA2026-AAAAAA", "one")
			require.Equal(t, models.PurposeAfter, f.Purpose)
			return err
		})
		dropped, err := s.DroppedBlobs(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, []string{"staff/one"}, dropped)
		add(staffFile("one", "PA2026-AAAAAA", models.PurposeAfter, "sum"))
		dropped, err = s.DroppedBlobs(t.Context(), 10)
		require.NoError(t, err)
		require.Empty(t, dropped, "a blob that a file holds is not cleaned up")
	})
}

// TestWhoIsForgottenTakesTheStaffsFilesAlong: nobody can tell what a photo shows.
func TestWhoIsForgottenTakesTheStaffsFilesAlong(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		gone, kept := deskCase("GONE", 1), deskCase("KEPT", 1)
		gone.Conversation, kept.Conversation = "zalo:1:p", "zalo:1:p"
		other := deskCase("OTHER", 1)
		insertCases(t, s, gone, kept, other)
		update(t, s, func(tx *store.Tx) error {
			for _, code := range []string{"GONE", "KEPT", "OTHER"} {
				if _, _, err := tx.AddCaseFile(staffFile(code, code, models.PurposeAfter, "sum")); err != nil {
					return err
				}
			}
			return tx.Forget(store.Erasure{Conversation: "zalo:1:p", AskedAt: at(50)}, []string{"KEPT"})
		})
		files, err := s.CaseFiles(t.Context(), "GONE", "KEPT", "OTHER")
		require.NoError(t, err)
		require.Len(t, files, 2)
		dropped, err := s.DroppedBlobs(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, []string{"staff/GONE"}, dropped)
	})
}
