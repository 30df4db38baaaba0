package relay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// tells is the event by which staff's words reach a citizen.
func (w *world) tells(peer string, n models.Notice, due time.Time) models.Event {
	w.n++
	return models.Event{Channel: testChannel, Peer: peer, ID: "told" + n.Text, Kind: models.EventStatus, At: w.inbox.Now(), Due: due, Person: n.Case == "", Notice: &n}
}

// TestPreviewIsWhatIsSent: what the previewer shows is what the citizen gets, and
// looking changes nothing.
func TestPreviewIsWhatIsSent(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.says("7001", "xin chào")
		w.play()
		w.files("7001", "PA2026-DONE", models.PhanAnh, models.StatusInProgress)
		p := NewPreviewer(w.inbox.InboxDeps, []Channel{{Key: testChannel, Unit: "tran-bien", Sender: w.phone}})
		e := w.tells("7001", models.Notice{Case: "PA2026-DONE", Action: models.ActResolve, Text: "Đã dọn sáng 11/3.", Person: true, Rate: true}, time.Time{})
		before := len(w.items())
		shown, err := p.Show(t.Context(), e)
		require.NoError(t, err)
		require.Len(t, shown, 1)
		require.Contains(t, shown[0].Text, "Đã dọn sáng 11/3.")
		w.play()
		require.Len(t, w.items(), before, "nothing was sent")

		require.NoError(t, w.store.Append(t.Context(), []models.Event{e}))
		w.play()
		items := w.items()
		require.Len(t, items, before+1)
		require.Equal(t, items[before].Text, shown[0].Text)
		require.Equal(t, items[before].Choices, shown[0].Choices)

		_, err = p.Show(t.Context(), w.tells("none", models.Notice{Case: "PA2026-DONE", Action: models.ActReply, Text: "x"}, time.Time{}))
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

// TestWhatMayBeTakenBackWaits: a citizen who writes meanwhile is answered, and not
// told before the time.
func TestWhatMayBeTakenBackWaits(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		now := time.Now()
		w := newWorldAt(t, url, func() time.Time { return now })
		w.says("7001", "xin chào")
		w.play()
		n := len(w.items())
		require.NoError(t, w.store.Append(t.Context(), []models.Event{w.tells("7001", models.Notice{Action: models.ActReply, Text: "Tôi là Lan.", Person: true}, now.Add(10*time.Second))}))
		now = now.Add(2 * time.Second)
		w.says("7001", "menu")
		w.play()
		require.Len(t, w.items(), n+1)
		require.NotContains(t, w.items()[n].Text, "Tôi là Lan.")
		now = now.Add(9 * time.Second)
		w.play()
		require.Equal(t, "Tôi là Lan.", w.items()[n+1].Text, "word for word, and nothing else")
		require.Equal(t, models.OriginStaff, w.items()[n+1].Origin)
		require.Empty(t, w.items()[n+1].Choices)
	})
}

func TestAPersonsTimeIsRecorded(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		now := time.Now()
		w := newWorldAt(t, url, func() time.Time { return now })
		w.says("7001", "xin chào")
		w.play()
		id := models.ConversationID(testChannel, "7001")
		require.NoError(t, w.store.Append(t.Context(), []models.Event{w.tells("7001", models.Notice{Action: models.ActReply, Text: "Tôi là Lan.", Person: true}, time.Time{})}))
		w.play()
		talk, err := w.store.Conversation(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, models.ModeHuman, talk.Mode)
		list, err := w.store.Stretches(t.Context(), id)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Zero(t, list[0].Ended)
		now = now.Add(time.Hour)
		require.NoError(t, w.store.Append(t.Context(), []models.Event{{Channel: testChannel, Peer: "7001", ID: "back", Kind: models.EventHandback, At: now, Person: true}}))
		w.play()
		list, err = w.store.Stretches(t.Context(), id)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.WithinDuration(t, now, list[0].Ended, time.Second)
	})
}
