package relay

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// changes appends an edit of a message, or, with no words, its unsending.
func (w *world) changes(e models.Event, words string) {
	w.t.Helper()
	w.n++
	change := models.Event{
		Channel: e.Channel, Peer: e.Peer, Mid: e.Mid, ID: fmt.Sprintf("change%d", w.n), Kind: models.EventEdit, At: w.inbox.Now(), Text: words,
	}
	if words == "" {
		change.Kind = models.EventUnsend
	}
	require.NoError(w.t, w.store.Append(w.t.Context(), []models.Event{change}))
	w.play()
}

// reported files a complaint without a place and a name, and returns its message
// and its code.
func (w *world) reported(peer, words string) (models.Event, string) {
	w.t.Helper()
	e := w.says(peer, words)
	w.play()
	for _, choice := range []string{"report.describe:done", "report.place:skip", "report.contact:anonymous", "report.confirm:yes"} {
		if at, _, _ := strings.Cut(choice, ":"); step(w.last(peer)) == at {
			w.tap(peer, choice)
		}
	}
	code := w.last(peer).Case
	require.NotEmpty(w.t, code, w.last(peer).Text)
	return e, code
}

// latest is the newest line of a case's history.
func (w *world) latest(code string) models.CaseEvent {
	w.t.Helper()
	events := w.theCase(code).Events
	return events[len(events)-1]
}

func TestEditedWordsOfACaseReachIt(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		filed, code := w.reported("7001", complaint)
		said := len(w.items())
		w.changes(filed, complaint+" hai hôm rồi")
		got := w.latest(code)
		require.Equal(t, []string{string(models.ActEdit), citizen, complaint + " hai hôm rồi", complaint},
			[]string{string(got.Action), got.Actor, got.Text, got.Detail})
		w.changes(filed, complaint+" ba hôm rồi")
		require.Equal(t, complaint+" hai hôm rồi", w.latest(code).Detail, "as edited last")
		w.changes(filed, "")
		got = w.latest(code)
		require.Equal(t, []string{string(models.ActRetract), complaint + " ba hôm rồi", ""}, []string{string(got.Action), got.Text, got.Detail})
		require.Contains(t, w.theCase(code).Description, complaint, "what was filed is kept")
		require.Len(t, w.items(), said, "nothing is said")
	})
}

func TestEditedWordsAddedLaterReachTheirCase(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		_, first := w.reported("7001", complaint)
		added := w.says("7001", "sáng nay nước vẫn còn chảy tràn ra đường")
		w.play()
		require.Equal(t, models.ActAdd, w.latest(first).Action, w.last("7001").Text)
		w.tap("7001", "report.filed:new")
		_, second := w.reported("7001", "đèn đường trước chùa hư cả tuần nay không ai sửa")
		require.NotEqual(t, first, second)
		w.changes(added, "")
		require.Equal(t, models.ActRetract, w.latest(first).Action)
		require.Equal(t, models.ActFile, w.latest(second).Action)
		w.tap("7001", "status.code:"+strings.ToLower(first))
		w.tap("7001", "status.show:add")
		more := w.says("7001", "nước tràn vào cả sân nhà số 14")
		w.play()
		require.Equal(t, models.ActAdd, w.latest(first).Action, w.last("7001").Text)
		w.changes(more, "nước tràn vào cả sân nhà số 16")
		require.Equal(t, models.ActEdit, w.latest(first).Action)
		require.Equal(t, models.ActFile, w.latest(second).Action)
	})
}

func TestEditOfHiddenWordsStaysHiddenAndGoesToTheLead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	said := w.says("7001", "gọi tôi số 0900 000 078 nhé")
	w.play()
	w.files("7001", "PA2026-OWN", models.PhanAnh, models.StatusNew)
	w.files("7002", "PA2026-LEAD", models.PhanAnh, models.StatusNew)
	require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case("PA2026-OWN")
		require.NoError(t, err)
		require.NoError(t, c.Move(models.ActMerge, "Lan", w.inbox.Now(), "", "PA2026-LEAD"))
		require.NoError(t, tx.SaveCase(c))
		k := &talk{play: w.inbox.newPlay(tx), conv: models.Conversation{ID: models.ConversationID(testChannel, "7001"), Channel: testChannel}}
		return k.effect(bot.EditEvidence{Code: "PA2026-OWN", Mid: said.Mid, Text: "gọi số 0900 000 079 nhé"}, []models.Event{{Seq: 1 << 40}})
	}))
	got := w.latest("PA2026-LEAD")
	require.Equal(t, models.ActEdit, got.Action)
	require.Equal(t, "gọi số ••• nhé", got.Text)
	require.Equal(t, "gọi tôi số ••• nhé", got.Detail)
}
