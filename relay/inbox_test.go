package relay

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const complaint = "ống nước trước nhà tôi bị vỡ ba ngày nay không ai sửa"

func TestMessageIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		e := w.says("7001", complaint)
		require.NoError(t, w.store.Append(t.Context(), []models.Event{e, e}))
		w.play()
		items := w.items()
		require.Len(t, items, 1)
		require.Equal(t, models.OutQueued, items[0].Status, "nobody holds the channel, so nothing is sent at once")
		require.NotEmpty(t, items[0].Choices)
	})
}

func TestBurstIsAnsweredOnceAfterItsQuiet(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		start := time.Now()
		w.inbox.Now = func() time.Time { return start }
		for i, words := range []string{complaint, "nước chảy ra đường", "nhờ sửa giúp"} {
			e := w.event("7001", words)
			e.Due = start.Add(time.Duration(i)*300*time.Millisecond + time.Hour)
			require.NoError(t, w.store.Append(t.Context(), []models.Event{e}))
		}
		receipt := models.Event{Channel: testChannel, ID: "r1", Peer: "7001", Kind: models.EventRead, At: start, Watermark: start}
		require.NoError(t, w.store.Append(t.Context(), []models.Event{receipt}))
		w.inbox.Now = func() time.Time { return time.Now().Add(time.Second) }
		w.play()
		require.Empty(t, w.items(), "a receipt does not end the burst")

		w.inbox.Now = func() time.Time { return start.Add(2 * time.Hour) }
		w.play()
		items := w.items()
		require.Len(t, items, 1)
		c, err := w.store.Conversation(t.Context(), models.ConversationID(testChannel, "7001"))
		require.NoError(t, err)
		first, second := strings.Index(c.State, complaint), strings.Index(c.State, "nước chảy ra đường")
		require.Positive(t, first)
		require.Greater(t, second, first)
	})
}

func TestTapEndsTheBurst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	words := w.event("7001", complaint)
	words.Due = time.Now().Add(time.Hour)
	tap := w.event("7001", "")
	tap.Payload, tap.At = "menu.root:report", words.At.Add(time.Millisecond)
	require.NoError(t, w.store.Append(t.Context(), []models.Event{words, tap}))
	w.inbox.Now = func() time.Time { return time.Now().Add(time.Second) }
	w.play()
	require.Len(t, w.items(), 1)
}

func TestBrokenConversationIsParkedAndOthersGoOn(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		broken := true
		w.inbox.Ear = trapEar{w.inbox.Ear, func(e models.Event) {
			if broken && e.Peer == "7002" {
				panic("poison")
			}
		}}
		for _, peer := range []string{"7001", "7002", "7003"} {
			w.says(peer, complaint)
		}
		for range triesAlone {
			_, _ = w.inbox.Round(t.Context())
		}
		require.Len(t, w.items(), 2)
		id := models.ConversationID(testChannel, "7002")
		c, err := w.store.Conversation(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, models.ModeParked, c.Mode)
		require.Contains(t, c.Error, "poison")

		w.says("7002", "còn đó không")
		w.play()
		require.Len(t, w.items(), 2, "what comes meanwhile waits")

		broken = false
		require.NoError(t, w.store.Release(t.Context(), id))
		w.play()
		items := w.items()
		require.Len(t, items, 3)
		require.Equal(t, id, items[2].Conversation)
	})
}

// TestPersonsWordInTheSameTurnSilencesTheBot: who holds the talk is decided in
// the transaction that would queue the answer.
func TestPersonsWordInTheSameTurnSilencesTheBot(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		words := w.event("7001", complaint)
		echo := models.Event{Channel: testChannel, ID: "e1", Mid: "e1", Peer: "7001", Kind: models.EventEcho, At: words.At.Add(-time.Millisecond), Text: "Chào bác", Person: true}
		require.NoError(t, w.store.Append(t.Context(), []models.Event{words, echo}))
		open := time.Now() // outside office hours the citizen is told when staff are back
		for !w.inbox.Offices.Calendar().Open(open) {
			open = open.Add(15 * time.Minute)
		}
		w.inbox.Now = func() time.Time { return open }
		w.play()
		require.Empty(t, w.items())
		c, err := w.store.Conversation(t.Context(), models.ConversationID(testChannel, "7001"))
		require.NoError(t, err)
		require.Equal(t, models.ModeHuman, c.Mode)
	})
}

func TestWhatAnotherHoldsIsNotAskedForWithoutPause(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	require.Equal(t, idleWait, w.inbox.untilDue(t.Context()), "nothing is there")
	w.says("7001", complaint)
	w.inbox.Now = func() time.Time { return time.Now().Add(time.Hour) }
	require.Equal(t, lockedWait, w.inbox.untilDue(t.Context()), "long due, and not claimed")
}

func TestOnlyFailuresInARowPark(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	broken := false
	w.inbox.Ear = trapEar{w.inbox.Ear, func(models.Event) {
		if broken {
			panic("for a moment")
		}
	}}
	for range triesAlone {
		broken = true
		w.says("7001", complaint)
		_, err := w.inbox.Round(t.Context())
		require.ErrorContains(t, err, "for a moment")
		broken = false
		w.play()
	}
	c, err := w.store.Conversation(t.Context(), models.ConversationID(testChannel, "7001"))
	require.NoError(t, err)
	require.Equal(t, models.ModeBot, c.Mode)
	require.Empty(t, w.inbox.failures)
}

func TestRolledBackTurnGivesItsTicketBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	w.send(w.outbox)
	w.inbox.Ear = trapEar{w.inbox.Ear, func(e models.Event) {
		if e.Peer == "7002" {
			panic("poison")
		}
	}}
	w.says("7001", complaint)
	w.says("7002", complaint)
	for range triesAlone {
		_, _ = w.inbox.Round(t.Context())
	}
	w.until(status(models.OutSent))
	require.Eventually(t, func() bool { return len(w.outbox.lanes[testChannel].slots) == 0 }, 5*time.Second, time.Millisecond)
}

func TestReportIsFiledWithItsFiles(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		photo := w.event("7001", "")
		photo.Files = []models.File{{Kind: "image", URL: "https://x.fbcdn.net/1.jpg"}}
		w.says("7001", complaint)
		w.play()
		require.NoError(t, w.store.Append(t.Context(), []models.Event{photo}))
		w.play()
		for range 6 {
			items := w.items()
			last := items[len(items)-1]
			next := map[string]string{
				"report.place": "report.place:skip", "report.contact": "report.contact:anonymous", "report.confirm": "report.confirm:yes",
			}[step(last)]
			if next == "" {
				break
			}
			tap := w.event("7001", "")
			tap.Payload = next
			require.NoError(t, w.store.Append(t.Context(), []models.Event{tap}))
			w.play()
		}
		cases, _, err := w.store.Cases(t.Context(), store.CaseFilter{Seen: models.Principal{Role: models.RoleInspector}, Page: store.Page{Limit: 10}})
		require.NoError(t, err)
		require.Len(t, cases, 1)
		c := cases[0]
		require.Equal(t, "tran-bien", c.Unit)
		require.Contains(t, c.Description, complaint)
		require.Len(t, c.Attachments, 1)
		require.True(t, c.Anonymous)
		require.True(t, c.DueAt.After(c.CreatedAt))
		require.Equal(t, models.ActFile, c.Events[0].Action)
		items := w.items()
		require.Equal(t, c.Code, items[len(items)-1].Case)
	})
}

func step(it models.OutboxItem) string {
	if len(it.Choices) == 0 {
		return ""
	}
	s, _, _ := strings.Cut(it.Choices[0].Payload, ":")
	return s
}

func TestPersonSilencesTheBotUntilHandback(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	w.says("7001", "xin chào")
	w.play()
	before := len(w.items())
	echo := models.Event{Channel: testChannel, ID: "e1", Mid: "e1", Peer: "7001", Kind: models.EventEcho, At: time.Now(), Text: "Chào bác", Person: true}
	require.NoError(t, w.store.Append(t.Context(), []models.Event{echo}))
	w.play()
	c, err := w.store.Conversation(t.Context(), models.ConversationID(testChannel, "7001"))
	require.NoError(t, err)
	require.Equal(t, models.ModeHuman, c.Mode)

	back := models.Event{Channel: testChannel, ID: "h1", Peer: "7001", Kind: models.EventHandback, At: time.Now()}
	require.NoError(t, w.store.Append(t.Context(), []models.Event{back}))
	w.play()
	w.says("7001", "xin chào")
	w.play()
	require.Greater(t, len(w.items()), before)
	c, err = w.store.Conversation(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, models.ModeBot, c.Mode)
}
