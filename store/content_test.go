package store_test

import (
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/stretchr/testify/require"
)

func TestContentKeepsItsHistory(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		now := at(1)
		s := open(t, url, store.Options{Now: func() time.Time { return now }})
		piece := models.Content{Kind: models.ContentProcedure, Key: "khai-sinh", By: "chi@example.vn", Why: "fee"}
		first, second, other := piece, piece, piece
		first.Body, second.Body = `{"fee":1}`, `{"fee":2}`
		other.Unit, other.Body = "tran-bien", `{"where":"x"}`

		revision, err := s.ContentRevision(t.Context())
		require.NoError(t, err)
		require.Zero(t, revision)
		require.NoError(t, s.SaveContent(t.Context(), []models.Content{first, other}))
		now = at(2)
		require.NoError(t, s.SaveContent(t.Context(), []models.Content{second}))

		second.At, other.At, first.At = at(2), at(1), at(1)
		first.ID, other.ID, second.ID = 1, 2, 3
		got, err := s.Content(t.Context())
		require.NoError(t, err)
		require.Equal(t, []models.Content{other, second}, got, "what counts now, the latest change last")
		revision, err = s.ContentRevision(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 3, revision)

		history, err := s.ContentHistory(t.Context(), piece)
		require.NoError(t, err)
		require.Equal(t, []models.Content{second, first}, history)
	})
}

func TestContentIsTakenBack(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		s := open(t, url, store.Options{})
		piece := models.Content{Kind: models.ContentAlias, Key: "giay to cho be", Body: `{"procedure":"khai-sinh"}`}
		require.NoError(t, s.SaveContent(t.Context(), []models.Content{piece}))
		piece.Body = ""
		require.NoError(t, s.SaveContent(t.Context(), []models.Content{piece}))
		got, err := s.Content(t.Context())
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Empty(t, got[0].Body)
	})
}

// TestContentIsReplacedAsItWasRead: of several who change the same piece as they
// have read it, one does.
func TestContentIsReplacedAsItWasRead(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		s := open(t, url, store.Options{})
		piece := models.Content{Kind: models.ContentProcedure, Key: "khai-sinh", Body: `{"fee":{"text":"5"}}`}
		replace := func(p models.Content) error {
			return s.Update(t.Context(), func(tx *store.Tx) error { return tx.ReplaceContent([]models.Content{p}) })
		}
		const writers = 4
		outcomes := make(chan error, writers)
		for range writers {
			go func() { outcomes <- replace(piece) }()
		}
		refused := 0
		for range writers {
			if err := <-outcomes; err != nil {
				require.ErrorIs(t, err, store.ErrConflict)
				refused++
			}
		}
		require.Equal(t, writers-1, refused)
		history, err := s.ContentHistory(t.Context(), piece)
		require.NoError(t, err)
		require.Len(t, history, 1)

		piece.ID = history[0].ID
		require.NoError(t, replace(piece))
		require.ErrorIs(t, replace(piece), store.ErrConflict)
		piece.Unit, piece.ID = "tran-bien", 0
		require.NoError(t, replace(piece), "a unit's own is another piece")
	})
}
