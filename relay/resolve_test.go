package relay

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

func TestErasureByAnAppsIDForgetsEachTalkOfTheirs(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		for _, peer := range []string{"7001", "7002"} {
			w.says(peer, complaint)
		}
		w.play()
		w.files("7001", "PA2026-OPEN", models.PhanAnh, models.StatusAccepted)
		code, err := w.store.StartErasure(t.Context(), "messenger", "scoped", "")
		require.NoError(t, err)
		now, asked, down := time.Now(), 0, error(errors.New("away"))
		clock := w.clock(&now)
		clock.Talks = func(_ context.Context, subject string) ([]string, error) {
			asked++
			require.Equal(t, "scoped", subject)
			return []string{models.ConversationID(testChannel, "7001"), models.ConversationID("messenger:2", "8001")}, down
		}
		require.Error(t, clock.Resolve(t.Context()))
		require.NoError(t, clock.Resolve(t.Context()))
		require.Equal(t, 1, asked, "a platform that is away is not stormed")
		down, now = nil, now.Add(resolveAgain)
		w.send(w.outbox)
		w.until(status(models.OutSent))
		require.Eventually(t, func() bool {
			clock.Round(t.Context())
			w.play()
			return !w.erasure(code).DoneAt.IsZero()
		}, 15*time.Second, 10*time.Millisecond)
		require.Equal(t, 2, asked, "who it is, is asked once")
		e := w.erasure(code)
		require.Equal(t, 1, e.Kept, "an answer is owed")
		require.False(t, e.Nothing)
		require.Equal(t, models.Contact{}, w.theCase("PA2026-OPEN").Contact)
		require.Contains(t, w.last("7002").Text, "Tôi đã ghi", "nobody else is touched")
	})
}
