package relay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// TestACitizenHearsOfASplit: the new code, what it was a part of, and the date.
func TestACitizenHearsOfASplit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	w.says("7001", "xin chào")
	w.play()
	w.files("7001", "PA2026-WHOLE", models.PhanAnh, models.StatusInProgress)
	w.files("7001", "PA2026-PART", models.PhanAnh, models.StatusNew)
	w.send(w.outbox)
	due := time.Date(2026, 3, 20, 2, 0, 0, 0, time.UTC)
	e, ok := models.StatusEvent(models.ConversationID(testChannel, "7001"), "split", models.Notice{Case: "PA2026-PART", Action: models.ActSplit, Into: "PA2026-WHOLE", Date: due}, w.inbox.Now())
	require.True(t, ok)
	require.NoError(t, w.store.Append(t.Context(), []models.Event{e}))
	w.play()
	var told []string
	for _, m := range w.until(status(models.OutSent)) {
		if m.Case == "PA2026-PART" {
			told = append(told, m.Text)
		}
	}
	require.Len(t, told, 1)
	for _, want := range []string{"PA2026-PART", "PA2026-WHOLE", "20/03/2026"} {
		require.Contains(t, told[0], want)
	}
}
