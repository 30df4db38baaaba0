package relay

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func TestAnonymousReceiptHoldsItsSecretWord(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.inbox.NewSecret = func() string { return "K7M-4QX-2PB" }
		file := func(peer, contact string) (models.OutboxItem, *models.Case) {
			w.says(peer, complaint)
			w.play()
			w.says(peer, "hẻm "+peer+" đường Nguyễn Trãi")
			w.play()
			if contact == "" {
				w.tap(peer, "report.contact:anonymous")
			} else {
				w.says(peer, contact)
				w.play()
			}
			w.tap(peer, "report.confirm:yes")
			last := w.last(peer)
			return last, w.theCase(last.Case)
		}
		receipt, c := file("7001", "")
		require.Contains(t, receipt.Text, "K7M-4QX-2PB")
		require.True(t, c.Anonymous)
		require.True(t, store.IsSecret(c.SecretHash, c.Code, "k7m4qx2pb"))
		receipt, c = file("7002", "Hùng 0900 000 078")
		require.NotContains(t, receipt.Text, "K7M-4QX-2PB")
		require.Empty(t, c.SecretHash, "a phone proves enough")
	})
}

func TestCorrectedContactIsTheCases(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	w.says("7001", "xin chào")
	w.play()
	w.files("7001", "PA2026-OWN", models.PhanAnh, models.StatusNew)
	w.files("7002", "PA2026-LEAD", models.PhanAnh, models.StatusNew)
	require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case("PA2026-OWN")
		require.NoError(t, err)
		require.NoError(t, c.Move(models.ActMerge, "Lan", w.inbox.Now(), "", "PA2026-LEAD"))
		require.NoError(t, tx.SaveCase(c))
		k := &talk{play: w.inbox.newPlay(tx), conv: models.Conversation{ID: models.ConversationID(testChannel, "7001"), Channel: testChannel}}
		return k.effect(bot.AddEvidence{
			Code: "PA2026-OWN", Words: []bot.Word{{Text: "sai số rồi"}}, Contact: models.Contact{Phone: "0900000079"},
		}, nil)
	}))
	require.Equal(t, models.Contact{Name: "Hùng", Phone: "0900000079"}, w.theCase("PA2026-OWN").Contact)
	lead := w.theCase("PA2026-LEAD")
	require.Equal(t, "0900000078", lead.Contact.Phone, "a neighbour's contact is not ours to change")
	require.Equal(t, "sai số rồi", lead.Events[len(lead.Events)-1].Text)
}

func TestCitizenIsAnsweredInTheirLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	_, wording := mind()
	w.says("7001", "hello, I do not speak Vietnamese")
	w.play()
	got := w.last("7001")
	talk, err := w.store.Conversation(t.Context(), models.ConversationID(testChannel, "7001"))
	require.NoError(t, err)
	state, err := bot.Decode(talk.State)
	require.NoError(t, err)
	require.Equal(t, "en", state.Language)
	at, choice, _ := strings.Cut(got.Choices[0].Payload, ":")
	require.Equal(t, wording.In("en").Label(at, choice), got.Choices[0].Label)
	require.NotEqual(t, wording.Label(at, choice), got.Choices[0].Label)
}

func TestAnswerToAMessageIsAboutItsCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	w.says("7001", "xin chào")
	w.play()
	w.files("7001", "PA2026-FIRST", models.PhanAnh, models.StatusNew)
	w.files("7001", "PA2026-SECOND", models.PhanAnh, models.StatusNew)
	require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
		c, err := tx.LockConversation(models.ConversationID(testChannel, "7001"))
		require.NoError(t, err)
		c.Case = "PA2026-SECOND"
		return tx.SaveConversations([]models.Conversation{*c})
	}))
	w.send(w.outbox)
	for _, code := range []string{"PA2026-FIRST", "PA2026-SECOND"} {
		e, ok := models.StatusEvent(models.ConversationID(testChannel, "7001"), "accept "+code, models.Notice{Case: code, Action: models.ActAccept}, w.inbox.Now())
		require.True(t, ok)
		require.NoError(t, w.store.Append(t.Context(), []models.Event{e}))
		w.play()
	}
	var about string
	for _, it := range w.until(status(models.OutSent)) {
		if it.Case == "PA2026-FIRST" {
			about = it.PlatformID
		}
	}
	e := w.event("7001", "nước vẫn chảy mạnh lắm, ngập cả hẻm")
	e.ReplyTo = about
	require.NoError(t, w.store.Append(t.Context(), []models.Event{e}))
	w.play()
	events := w.theCase("PA2026-FIRST").Events
	require.Equal(t, e.Text, events[len(events)-1].Text)
	require.Len(t, w.theCase("PA2026-SECOND").Events, 1)
}
