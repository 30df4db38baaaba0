package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func TestHide(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		c := deskCase("A", 1, func(c *models.Case) {
			c.Description, c.Place = "Gọi Trần Đào 0912345678, nhà Trần Đào", "nhà Trần Đào"
			c.Events = []models.CaseEvent{{At: at(1), Actor: "citizen", Action: models.ActAdd, Text: "Trần Đào nhắn thêm"}}
		})
		insertCases(t, s, c)
		change := func(f func(tx *store.Tx, c *models.Case) error) error {
			return s.Update(t.Context(), func(tx *store.Tx) error {
				c, err := tx.Case("A")
				if err != nil {
					return err
				}
				if err := f(tx, c); err != nil {
					return err
				}
				return tx.RewriteCase(c)
			})
		}
		hide := func(words string) error {
			return change(func(tx *store.Tx, c *models.Case) error { return tx.Hide(c, words, "Lan") })
		}
		require.ErrorIs(t, hide("không có"), store.ErrNotFound)
		require.NoError(t, hide("Trần Đào"))
		require.NoError(t, hide("0912345678"))
		got, err := s.Case(t.Context(), "A")
		require.NoError(t, err)
		require.Equal(t, "Gọi *** ***, nhà ***", got.Description)
		require.Equal(t, "nhà ***", got.Place)
		require.Equal(t, "*** nhắn thêm", got.Events[0].Text)
		hidden, err := s.Hidden(t.Context(), c.Conversation)
		require.NoError(t, err)
		require.Equal(t, []string{"Trần Đào", "0912345678"}, hidden)
		items, _, err := s.Desk(t.Context(), store.DeskFilter{View: store.DeskAll, Query: "0912345678 tran dao", Seen: models.Principal{Role: models.RoleViewer}, Now: deskNow()})
		require.NoError(t, err)
		require.Empty(t, items, "nor is it found by them")

		release := func() error { return change(func(tx *store.Tx, c *models.Case) error { return tx.Unhide(c) }) }
		require.NoError(t, release())
		got, err = s.Case(t.Context(), "A")
		require.NoError(t, err)
		require.Equal(t, c.Description, got.Description)
		require.Equal(t, c.Place, got.Place)
		require.Equal(t, "Trần Đào nhắn thêm", got.Events[0].Text)
		require.ErrorIs(t, release(), store.ErrNotFound)

		require.NoError(t, hide("Trần Đào"))
		update(t, s, func(tx *store.Tx) error {
			return tx.Forget(store.Erasure{Conversation: c.Conversation, AskedAt: time.Now()}, nil)
		})
		require.ErrorIs(t, release(), store.ErrNotFound, "the original is forgotten with its citizen")
	})
}

// TestForgetWhereNothingIsKept: no list of cases is not an unknown one.
func TestForgetWhereNothingIsKept(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		const talk = channel + ":1"
		update(t, s, func(tx *store.Tx) error {
			return tx.Queue([]*models.OutboxItem{{Conversation: talk, Channel: channel, Peer: "1", Text: "SECRET", Status: models.OutQueued, CreatedAt: at(1)}}, "")
		})
		update(t, s, func(tx *store.Tx) error {
			return tx.Forget(store.Erasure{Conversation: talk, AskedAt: at(2)}, nil)
		})
		items, _, err := s.Outbox(t.Context(), "", "", store.Page{})
		require.NoError(t, err)
		require.Empty(t, items[0].Text)
		require.Equal(t, models.OutFailed, items[0].Status)
	})
}
