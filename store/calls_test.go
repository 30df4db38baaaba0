package store_test

import (
	"testing"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/stretchr/testify/require"
)

// lose lets a message about the case ("" for none) fail, and returns its id.
func lose(t *testing.T, s *store.Store, conversation, code, words string, as models.OutboxStatus) int64 {
	t.Helper()
	m := &models.OutboxItem{Conversation: conversation, Channel: "zalo:3", Peer: conversation, Case: code, Text: words, Status: models.OutSending}
	update(t, s, func(tx *store.Tx) error { return tx.Queue([]*models.OutboxItem{m}, me) })
	require.NoError(t, s.FinishOutbox(t.Context(), []store.Outcome{{
		ID: m.ID, Status: as, Owner: me, Error: &models.OutboxError{Kind: "window_closed", Code: "10"},
	}}))
	return m.ID
}

// called lists the open calls that are to be tried until long from now.
func called(t *testing.T, s *store.Store, p models.Principal) (all []models.Call) {
	t.Helper()
	f := store.CallFilter{Seen: p, Due: time.Now().AddDate(1, 0, 0), Page: store.Page{Limit: 1}}
	for {
		calls, next, err := s.Calls(t.Context(), f)
		require.NoError(t, err)
		all = append(all, calls...)
		if f.Cursor = next; next == "" {
			return all
		}
	}
}

func codes(calls []models.Call) (list []string) {
	for _, c := range calls {
		list = append(list, c.Conversation+" "+c.Case)
	}
	return list
}

func TestWhoIsToBeCalled(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		fillDesk(t, s)
		saveTalk(t, s, models.Conversation{ID: "zalo:3:x", Unit: "tran-bien", Case: "NEW"})
		saveTalk(t, s, models.Conversation{ID: "zalo:3:y", Unit: "tran-bien", Case: "SECRET"})
		lose(t, s, "zalo:3:NEW", "NEW", "một", models.OutToCall)
		lose(t, s, "zalo:3:NEW", "NEW", "hai", models.OutToCall)
		lose(t, s, "zalo:3:LATE", "LATE", "ẩn danh", models.OutFailed)
		lose(t, s, "zalo:3:AWAY", "AWAY", "xa", models.OutToCall)
		lose(t, s, "zalo:3:SECRET", "SECRET", "kín", models.OutToCall)
		lose(t, s, "zalo:3:OWN", "OWN", "kín, của mình", models.OutToCall)
		lose(t, s, "zalo:3:x", "", "không có vụ", models.OutToCall)
		lose(t, s, "zalo:3:y", "", "của người có vụ kín", models.OutToCall)
		lose(t, s, "zalo:3:w", "", "không ai gọi được", models.OutFailed)
		lose(t, s, "zalo:3:SOON", "SOON", "tới nơi", models.OutSent)

		calls := called(t, s, deskLan)
		require.Equal(t, []string{"zalo:3:NEW NEW", "zalo:3:LATE LATE", "zalo:3:OWN OWN", "zalo:3:x "}, codes(calls))
		require.Equal(t, "hai", calls[0].Text, "one call for all that failed of a matter")
		require.Equal(t, models.Contact{Name: "Trần Thị Đào", Phone: "0912345678"}, calls[0].Contact)
		require.Equal(t, "window_closed", calls[0].Error.Kind)
		require.Equal(t, "0912345678", calls[3].Contact.Phone, "of the conversation's case")
		require.Len(t, called(t, s, deskBoss), 7)
		viewer := models.Principal{Role: models.RoleViewer}
		require.NotContains(t, codes(called(t, s, viewer)), "zalo:3:SECRET SECRET")
		require.NotContains(t, codes(called(t, s, viewer)), "zalo:3:y ")
		for _, id := range []int64{calls[0].ID, calls[2].ID} {
			_, _, err := s.Call(t.Context(), models.Principal{Role: models.RoleOfficer, Unit: "long-khanh"}, id)
			require.ErrorIs(t, err, store.ErrNotFound)
		}
		none, _, err := s.Calls(t.Context(), store.CallFilter{Seen: deskLan, Unit: "long-khanh", Due: time.Now().Add(time.Hour)})
		require.NoError(t, err)
		require.Empty(t, none)
		_, _, err = s.Calls(t.Context(), store.CallFilter{Seen: deskLan, Page: store.Page{Cursor: "x"}})
		require.ErrorIs(t, err, store.ErrCursor)

		update(t, s, func(tx *store.Tx) error {
			c, err := tx.Case("NEW")
			if err != nil {
				return err
			}
			c.Unit = "long-khanh"
			return tx.SaveCase(c)
		})
		require.NotContains(t, codes(called(t, s, deskLan)), "zalo:3:NEW NEW", "the new unit calls")
	})
}

func TestCallsAreDoneOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		fillDesk(t, s)
		lose(t, s, "zalo:3:NEW", "NEW", "một", models.OutToCall)
		call := called(t, s, deskLan)[0]
		record := func(seen models.Call, o models.CallOutcome, next time.Time) error {
			return s.Update(t.Context(), func(tx *store.Tx) error {
				return tx.RecordCall(seen, models.CallTry{Actor: "Lan", Outcome: o, Note: "máy bận"}, next)
			})
		}
		next := time.Now().Add(3 * time.Hour).Truncate(time.Second).UTC()
		require.NoError(t, record(call, models.CallNoAnswer, next))
		require.ErrorIs(t, record(call, models.CallReached, next), store.ErrConflict, "somebody else has called")
		now, _, err := s.Calls(t.Context(), store.CallFilter{Seen: deskLan, Due: time.Now()})
		require.NoError(t, err)
		require.Empty(t, now)
		later, _, err := s.Calls(t.Context(), store.CallFilter{Seen: deskLan, Due: time.Now(), Later: true})
		require.NoError(t, err)
		require.Len(t, later, 1)
		require.Equal(t, next, later[0].NextAt)
		require.Equal(t, models.CallNoAnswer, later[0].Outcome)

		lose(t, s, "zalo:3:NEW", "NEW", "hai", models.OutToCall)
		require.ErrorIs(t, record(later[0], models.CallReached, next), store.ErrConflict, "the citizen was told of the first message only")
		call, tries, err := s.Call(t.Context(), deskLan, call.ID)
		require.NoError(t, err)
		require.Equal(t, "hai", call.Text)
		require.Len(t, tries, 1)
		require.Equal(t, "máy bận", tries[0].Note)
		require.Equal(t, []string{"NEW"}, listed(t, s, store.DeskFilter{View: store.DeskUndelivered, Seen: deskLan}))
		require.NoError(t, record(call, models.CallReached, next))
		require.Empty(t, called(t, s, deskLan))
		require.Empty(t, listed(t, s, store.DeskFilter{View: store.DeskUndelivered, Seen: deskLan}))
		call, tries, err = s.Call(t.Context(), deskLan, call.ID)
		require.NoError(t, err)
		require.Len(t, tries, 2)
		require.False(t, call.DoneAt.IsZero())

		lose(t, s, "zalo:3:NEW", "NEW", "ba", models.OutToCall)
		require.Len(t, called(t, s, deskLan), 1, "a new message is a new call")
	})
}

func TestForgottenCitizensAreNotCalled(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		fillDesk(t, s)
		lose(t, s, "zalo:3:NEW", "NEW", "một", models.OutToCall)
		id := called(t, s, deskLan)[0].ID
		update(t, s, func(tx *store.Tx) error {
			return tx.Forget(store.Erasure{Conversation: "zalo:3:NEW", AskedAt: time.Now().Add(time.Minute)}, nil)
		})
		require.Empty(t, called(t, s, deskLan))
		_, _, err := s.Call(t.Context(), deskBoss, id)
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}
