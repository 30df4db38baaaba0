package store_test

import (
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
	"github.com/stretchr/testify/require"
)

func TestContentKeepsItsHistory(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
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
	storetest.Each(t, func(t *testing.T, url string) {
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
