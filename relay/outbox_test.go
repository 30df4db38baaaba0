package relay

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// queue puts a message for the citizen into the outbox.
func (w *world) queue(peer string, change ...func(*models.OutboxItem)) *models.OutboxItem {
	w.t.Helper()
	id := models.ConversationID(testChannel, peer)
	it := &models.OutboxItem{Conversation: id, Channel: testChannel, Peer: peer, Text: "lời " + peer, LastUserAt: time.Now()}
	for _, f := range change {
		f(it)
	}
	err := w.store.Update(w.t.Context(), func(tx *store.Tx) error {
		conv := models.Conversation{ID: id, Channel: testChannel, Peer: peer, LastUserAt: it.LastUserAt}
		if err := tx.SaveConversations([]models.Conversation{conv}); err != nil {
			return err
		}
		return tx.Queue([]*models.OutboxItem{it}, "somebody")
	})
	require.NoError(w.t, err)
	w.outbox.queued(testChannel)
	return it
}

func failure(k channel.Kind) error {
	return &channel.SendError{Kind: k, Code: "x", Message: "as the test says"}
}

func TestWhatAFailureMeans(t *testing.T) {
	t.Parallel()
	tests := map[channel.Kind]models.OutboxStatus{
		channel.KindTemporary:     models.OutQueued,
		channel.KindThrottled:     models.OutQueued,
		channel.KindToken:         models.OutQueued,
		channel.KindRestricted:    models.OutQueued,
		channel.KindWindow:        models.OutFailed,
		channel.KindBlocked:       models.OutFailed,
		channel.KindRejected:      models.OutFailed,
		channel.KindMisconfigured: models.OutFailed,
		channel.KindOwned:         models.OutFailed,
	}
	for kind, want := range tests {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, databases.SQLite(t))
			w.phone.errs = []error{failure(kind)}
			w.send(w.outbox)
			w.queue("7001")
			items := w.until(func(items []models.OutboxItem) bool { return items[0].Error != nil })
			require.Equal(t, want, items[0].Status)
			require.Equal(t, string(kind), items[0].Error.Kind)
			stopped := want == models.OutQueued && kind != channel.KindTemporary
			require.Equal(t, !stopped, w.outbox.lanes[testChannel].may(), "the channel")
		})
	}
}

// TestADeadTokenHoldsTheQueueAndTellsStaff: nothing looks sent, nothing is
// lost, and staff hear of it once.
func TestADeadTokenHoldsTheQueueAndTellsStaff(t *testing.T) {
	t.Parallel()
	url := databases.SQLite(t)
	w := newWorld(t, url)
	w.phone.errs = []error{failure(channel.KindToken)}
	w.send(w.outbox)
	w.queue("7001")
	w.until(func(items []models.OutboxItem) bool { return items[0].Error != nil })
	w.queue("7002")
	db, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite:"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	var kind, unit, about string
	require.Eventually(t, func() bool {
		return db.QueryRow("SELECT kind, unit, about FROM alarms").Scan(&kind, &unit, &about) == nil
	}, 10*time.Second, 5*time.Millisecond)
	require.Equal(t, []string{"channel", "tran-bien", "send: token x"}, []string{kind, unit, about})
	for _, it := range w.items() {
		require.Equal(t, models.OutQueued, it.Status)
	}
	require.Len(t, w.phone.messages(), 1)
}

func TestTemporaryFailureIsTriedAgainInOrder(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.phone.errs = []error{failure(channel.KindTemporary)}
		first := w.queue("7001")
		second := w.queue("7001", func(it *models.OutboxItem) { it.Text = "sau" })
		w.send(w.outbox)
		w.until(status(models.OutSent))
		var ids []int64
		for _, m := range w.phone.messages() {
			ids = append(ids, m.ID)
		}
		require.Equal(t, []int64{first.ID, first.ID, second.ID}, ids)
	})
}

func TestUnknownOutcomeThatArrivedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.phone.errs, w.phone.arrived = []error{failure(channel.KindUnknown)}, true
		w.send(w.outbox)
		w.queue("7001")
		items := w.until(status(models.OutSent))
		require.Equal(t, "settled", items[0].PlatformID)
		require.Len(t, w.phone.messages(), 1)
	})
}

func TestUnknownOutcomeIsSentOnceMoreAndNeverTwice(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.phone.errs = []error{failure(channel.KindUnknown), failure(channel.KindUnknown)}
		w.send(w.outbox)
		w.queue("7001")
		w.until(status(models.OutFailed))
		require.Len(t, w.phone.messages(), 2)
	})
}

func TestPlatformThatRefusesToTellBlocksNobodyForEver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	w.phone.errs, w.phone.refuses = []error{failure(channel.KindUnknown)}, failure(channel.KindMisconfigured)
	w.queue("7001")
	w.queue("7001", func(it *models.OutboxItem) { it.Text = "sau" })
	w.send(w.outbox)
	items := w.until(func(items []models.OutboxItem) bool { return items[1].Status == models.OutSent })
	require.Equal(t, models.OutFailed, items[0].Status)
	require.Equal(t, string(channel.KindUnknown), items[0].Error.Kind)
	require.Len(t, w.phone.messages(), 2, "the first is not sent again blindly")
}

func TestEchoSettlesAnUnknownOutcome(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.outbox.settleAt = [3]time.Duration{time.Hour, time.Hour, time.Hour}
		w.phone.errs = []error{failure(channel.KindUnknown)}
		w.send(w.outbox)
		it := w.queue("7001")
		w.until(status(models.OutUnknown))
		echo := models.Event{
			Channel: testChannel, ID: "e1", Mid: "mid-9", Peer: "7001", Kind: models.EventEcho, At: time.Now(),
			Metadata: channel.OutboxMetadata(it.ID),
		}
		require.NoError(t, w.store.Append(t.Context(), []models.Event{echo}))
		w.play()
		items := w.items()
		require.Equal(t, models.OutSent, items[0].Status)
		require.Equal(t, "mid-9", items[0].PlatformID)
	})
}

func TestClosedWindowIsNotTried(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	code := w.file("0912345678")
	w.send(w.outbox)
	late := func(it *models.OutboxItem) { it.LastUserAt = time.Now().Add(-48 * time.Hour) }
	w.queue("7001", late)
	w.queue("7002", late, func(it *models.OutboxItem) { it.Case = code })
	items := w.until(func(items []models.OutboxItem) bool { return items[0].Error != nil && items[1].Error != nil })
	require.Equal(t, models.OutFailed, items[0].Status, "nobody can be phoned")
	require.Equal(t, models.OutToCall, items[1].Status)
	require.Empty(t, w.phone.messages())
}

// file stores a case with a phone number.
func (w *world) file(number string) string {
	w.t.Helper()
	c := &models.Case{Code: "PA2026-CALLME", Unit: "tran-bien", Kind: models.PhanAnh, Status: models.StatusNew, Contact: models.Contact{Phone: number}, CreatedAt: time.Now()}
	require.NoError(w.t, w.store.Update(w.t.Context(), func(tx *store.Tx) error { return tx.InsertCase(c) }))
	return c.Code
}

func TestOnlyTheHolderSendsAndAnotherTakesOver(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		stop := w.send(w.outbox)
		other := newPhone()
		next := w.newOutbox(other)
		w.queue("7001")
		w.until(status(models.OutSent))
		require.Empty(t, other.messages())
		stop()
		w.send(next)
		w.queue("7002")
		next.queued(testChannel)
		w.until(status(models.OutSent))
		require.Len(t, other.messages(), 1)
	})
}

func TestWhatADeadProcessWasSendingIsSettled(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.queue("7001", func(it *models.OutboxItem) { it.Status = models.OutSending })
		w.send(w.outbox)
		w.until(status(models.OutSent))
		require.Len(t, w.phone.messages(), 1, "it had not arrived")
		require.Positive(t, w.phone.asked)
	})
}

func TestSendWhoseOutcomeWasNeverRecordedIsSettled(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.outbox.doubtAfter, w.outbox.doubtEvery = time.Millisecond, time.Millisecond
		w.send(w.outbox)
		lost := &models.OutboxItem{Conversation: testChannel + ":7001", Channel: testChannel, Peer: "7001", Text: "lời", Status: models.OutSending}
		require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
			conv := models.Conversation{ID: lost.Conversation, Channel: testChannel, Peer: "7001", LastUserAt: time.Now()}
			if err := tx.SaveConversations([]models.Conversation{conv}); err != nil {
				return err
			}
			return tx.Queue([]*models.OutboxItem{lost}, w.outbox.owner)
		}), "as if the answer to the commit had been lost")
		w.until(status(models.OutSent))
		require.Positive(t, w.phone.asked)
		require.Len(t, w.phone.messages(), 1, "the platform did not have it")
	})
}

func TestHoldOutlivesItsProcess(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	require.NoError(t, w.store.HoldChannel(t.Context(), testChannel, "send: restricted", time.Now().Add(time.Hour)))
	next := w.outbox.lanes[testChannel]
	next.lease(t.Context(), time.Now().Add(time.Hour))
	require.Nil(t, next.take())
}

func TestAnswerGoesOutAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	w.send(w.outbox)
	w.says("7001", complaint)
	w.play()
	items := w.until(status(models.OutSent))
	require.Equal(t, 1, items[0].Attempts)
	require.NotEmpty(t, items[0].PlatformID)
}

func TestStaffWordsAreMarkedAndBotWordsAreNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	w.send(w.outbox)
	w.queue("7001")
	w.queue("7002", func(it *models.OutboxItem) { it.Origin = models.OriginStaff })
	w.until(status(models.OutSent))
	for _, m := range w.phone.messages() {
		require.Equal(t, m.Peer == "7002", m.Staff)
	}
}

func TestRetryWaitGrowsToItsBound(t *testing.T) {
	t.Parallel()
	for n := range 40 {
		d := retryWait(n)
		require.Positive(t, d)
		require.LessOrEqual(t, d, retryMax)
	}
	require.Greater(t, retryWait(8), retryWait(1))
}
