package relay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// approved has one template, for answers.
func approved(phone bool) Templates {
	return Templates{testChannel: {CaseAnswered: {
		ID: "300001", Phone: phone, Params: []models.TemplateParam{{Name: "ma_hs", Value: "code"}, {Name: "ten", Value: "name"}},
		Text: "Phản ánh {{ma_hs}} của {{ten}} đã có trả lời.",
	}}}
}

func (w *world) answers(way string) models.Event {
	return w.tells("7001", models.Notice{Case: "PA2026-DONE", Action: models.ActReply, Text: "Đã dọn.", Person: true, Way: way}, time.Time{})
}

// TestTheLawfulWayThatIsLeft: a template goes out only where it was chosen and words
// of our own may no longer; filled, shown beforehand as it goes, and to the phone of
// the case, which is not kept with the message.
func TestTheLawfulWayThatIsLeft(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		way       string
		age       time.Duration // of the citizen's latest act
		templates Templates
		want      bool
	}{
		"chosen, closed":          {models.WayTemplate, 8 * day, approved(true), true},
		"chosen, to the user":     {models.WayTemplate, 8 * day, approved(false), true},
		"not chosen":              {"", 8 * day, approved(true), false},
		"chosen, open again":      {models.WayTemplate, time.Hour, approved(true), false},
		"chosen, no longer there": {models.WayTemplate, 8 * day, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			databases.Each(t, func(t *testing.T, url string) {
				w := newWorld(t, url)
				w.inbox.Templates = c.templates
				w.files("7001", "PA2026-DONE", models.PhanAnh, models.StatusInProgress)
				require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
					return tx.SaveConversations([]models.Conversation{{ID: testChannel + ":7001", Channel: testChannel, Peer: "7001", Unit: "tran-bien", LastUserAt: time.Now().Add(-c.age)}})
				}))
				shown, err := NewPreviewer(w.inbox.InboxDeps, []Channel{{Key: testChannel, Unit: "tran-bien", Sender: w.phone}}).Show(t.Context(), w.answers(c.way))
				require.NoError(t, err)
				require.NoError(t, w.store.Append(t.Context(), []models.Event{w.answers(c.way)}))
				w.send(w.outbox)
				w.play()
				items := w.until(func(items []models.OutboxItem) bool { return !open(items[0].Status) })
				require.Len(t, items, 1)
				require.Equal(t, shown[0].Text, items[0].Text)
				if !c.want {
					require.Nil(t, items[0].Template)
					require.Contains(t, items[0].Text, "Đã dọn.")
					for _, m := range w.phone.messages() {
						require.Nil(t, m.Template)
					}
					return
				}
				require.Equal(t, models.OutSent, items[0].Status)
				require.Equal(t, "Phản ánh PA2026-DONE của Hùng đã có trả lời.", items[0].Text)
				require.Empty(t, items[0].Choices, "nothing is offered that is not shown")
				sent := w.phone.messages()
				require.Len(t, sent, 1)
				want := &channel.Template{ID: "300001", Params: []models.TemplateParam{{Name: "ma_hs", Value: "PA2026-DONE"}, {Name: "ten", Value: "Hùng"}}}
				if c.templates[testChannel][CaseAnswered].Phone {
					want.Phone = "0900000078"
				}
				require.Equal(t, want, sent[0].Template)
			})
		})
	}
}

func open(s models.OutboxStatus) bool {
	return s == models.OutQueued || s == models.OutSending || s == models.OutUnknown
}

// TestATemplateNeedsAllItsValues: the platform would refuse it.
func TestATemplateNeedsAllItsValues(t *testing.T) {
	t.Parallel()
	spec := approved(true)[testChannel][CaseAnswered]
	_, _, ok := spec.Fill(map[string]string{"code": "PA1"})
	require.False(t, ok)
	got, text, ok := spec.Fill(map[string]string{"code": "PA1", "name": "  Nguyễn\nVăn  An " + "và những người cùng hẻm số 5"})
	require.True(t, ok)
	require.Equal(t, "Nguyễn Văn An và những người c", got.Params[1].Value, "Zalo takes 30 characters")
	require.Contains(t, text, got.Params[1].Value)
}

// TestATemplateWithoutAPhoneIsNotSent: the number was taken out meanwhile.
func TestATemplateWithoutAPhoneIsNotSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	w.queue("7001", func(it *models.OutboxItem) {
		it.Template, it.LastUserAt = &models.Template{ID: "300001", Phone: true}, time.Time{}
	})
	w.send(w.outbox)
	items := w.until(status(models.OutFailed))
	require.Equal(t, string(channel.KindBlocked), items[0].Error.Kind)
	require.Empty(t, w.phone.messages())
}

// TestAResultTakesTheLawfulWayByItself: who waits for a dossier is told by the text
// that was approved for it, once the window has closed; a dossier that goes on is not.
func TestAResultTakesTheLawfulWayByItself(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.withDesk(&desk{}, time.Now)
		w.inbox.Dossiers.Ask = nil
		w.inbox.Templates = Templates{testChannel: {ResultReady: {ID: "kq", Params: []models.TemplateParam{{Name: "1", Value: "code"}}, Text: "Hồ sơ {{1}} đã có kết quả."}}}
		w.saveDossier("dang-xu-ly")
		w.says("1", askedDossier)
		w.play()
		w.says("1", "#dossier.show:subscribe")
		w.play()
		w.phone.window = time.Nanosecond
		before := len(w.items())
		w.saveDossier("da-xu-ly-xong")
		w.play()
		items := w.items()[before:]
		require.Len(t, items, 1)
		require.Equal(t, "Hồ sơ "+askedDossier+" đã có kết quả.", items[0].Text)
		require.Equal(t, "kq", items[0].Template.ID)
		require.Equal(t, models.OriginBot, items[0].Origin)
	})
}
