package relay

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// TestWhoIsNamedInANoteIsMailed: the named alone, once, with the case and where to
// open it, and not a word of the note.
func TestWhoIsNamedInANoteIsMailed(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
			return tx.Mention(&models.Case{Code: "PA2026-AAAAAA", Unit: "tran-bien", Category: "rac"}, []string{"Binh@tb.vn", "gone@tb.vn"})
		}))
		now, p := time.Now(), &post{}
		d := p.mails(t, w.store, &now, store.AlarmMentioned, nil)
		d.To = func(_ context.Context, a store.Alarm) ([]string, error) {
			if a.About == "gone@tb.vn" {
				return nil, nil
			}
			return []string{a.About}, nil
		}
		d.Link = "https://gopy.example.vn/console/cases/"
		for range 2 {
			require.NoError(t, d.Tell(t.Context()))
			now = now.Add(dutyPause)
		}
		require.Len(t, p.got, 1)
		require.Contains(t, p.got[0], "\nbinh@tb.vn\n")
		require.Contains(t, p.got[0], "https://gopy.example.vn/console/cases/PA2026-AAAAAA")
		require.Contains(t, p.got[0], "nhắc tên")
	})
}
