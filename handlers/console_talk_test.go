package handlers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const talkPage = talksPath + "/messenger:1:9"

// fillTalk stores a conversation without a case that asks for a person.
func (d *desk) fillTalk(t *testing.T, mode models.Mode) {
	t.Helper()
	require.NoError(t, d.store.Append(t.Context(), []models.Event{
		{Channel: "messenger:1", Peer: "9", ID: "q1", Mid: "q1", Kind: models.EventMessage, At: d.now().Add(-time.Minute), Text: "Cho gặp <i>cán bộ</i>"},
	}))
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		return tx.SaveConversations([]models.Conversation{{ID: "messenger:1:9", Channel: "messenger:1", Peer: "9", Unit: "tran-bien", Mode: mode, Since: d.now(), LastUserAt: d.now().Add(-time.Minute), Error: "hỏng"}})
	}))
	d.play(t)
}

// talkForm is a form of the conversation's page as it is now.
func (b *screen) talkForm(path string, pairs ...string) answer {
	b.t.Helper()
	page := b.get(talkPage)
	require.Equal(b.t, http.StatusOK, page.Code, b.d.log.String())
	for _, m := range formField.FindAllStringSubmatch(page.Body, -1)[:2] {
		if m[1] == "key" || path == "/reply" {
			pairs = append([]string{m[1], m[2]}, pairs...)
		}
	}
	return b.post(talkPage+path, pairs...)
}

// waiting returns the kinds of events that are due and unplayed, and plays them.
func (d *desk) waiting(t *testing.T) (events []models.Event) {
	t.Helper()
	_, err := d.store.Claim(t.Context(), d.now(), 100, "", func(tx *store.Tx, talks []store.Talk) error {
		var seqs []int64
		for _, talk := range talks {
			for _, e := range talk.Events {
				events, seqs = append(events, e), append(seqs, e.Seq)
			}
		}
		return tx.Done(seqs)
	})
	require.NoError(t, err)
	return events
}

func TestTalkIsTakenAnsweredAndReturned(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		d.fillTalk(t, models.ModeWaiting)
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		list := b.get(talksPath)
		require.Contains(t, list.Body, "Chờ cán bộ")
		require.Contains(t, list.Body, `href="/console/conversations/messenger:1:9"`)
		require.NotContains(t, b.get(talksPath+"?state=parked").Body, "messenger:1:9")
		page := b.get(talkPage)
		require.Contains(t, page.Body, "Cho gặp &lt;i&gt;cán bộ&lt;/i&gt;")
		require.Contains(t, page.Body, "Còn 167 giờ")

		other := d.member(t, "hoa@example.vn", models.RoleOfficer, "tran-bien")
		require.Equal(t, http.StatusOK, other.post(talkPage+"/presence", "doing", "writing").Code)
		require.Contains(t, b.get(talkPage).Body, "đang viết", "who else is at it")
		b.leads(b.talkForm("/take"), talkPage)
		events := d.waiting(t)
		require.Len(t, events, 1)
		require.Equal(t, models.EventControl, events[0].Kind)
		require.True(t, events[0].Person)
		require.Contains(t, b.get(talkPage).Body, "(Nhận cuộc trò chuyện)")

		b.leads(b.talkForm("/reply", "text", "Tôi là Lan, nghe ông/bà đây."), talkPage)
		require.Contains(t, b.get(talkPage).Body, "Hoàn tác")
		b.leads(b.post(talkPage+"/undo"), talkPage)
		require.Contains(t, b.get(talkPage).Body, "nghe ông/bà đây.</textarea>")
		d.advance(time.Minute)
		require.Empty(t, d.waiting(t))
		b.leads(b.talkForm("/reply", "text", "Tôi là Lan."), talkPage)
		d.advance(undoFor)
		events = d.waiting(t)
		require.Len(t, events, 1)
		require.Equal(t, models.Notice{Action: models.ActReply, Text: "Tôi là Lan.", Person: true}, *events[0].Notice)
		require.True(t, events[0].Person, "the bot is silent from then on")
		b.leads(b.post(talkPage+"/undo"), talkPage)
		require.Contains(t, b.get(talkPage).Body, "Không hoàn tác được nữa")

		b.leads(b.talkForm("/handback"), talkPage)
		events = d.waiting(t)
		require.Len(t, events, 1)
		require.Equal(t, models.EventHandback, events[0].Kind)
		list2, err := d.store.Stretches(t.Context(), "messenger:1:9")
		require.NoError(t, err)
		require.Equal(t, "handed_back", list2[0].How)
		require.Equal(t, "Lan", list2[0].EndedBy)
	})
}

func TestAStaleWordInATalkIsRefused(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		d.fillTalk(t, models.ModeHuman)
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		refused := b.post(talkPage+"/reply", "key", "k", "seen", "1", "text", "lời <đang> viết")
		require.Equal(t, http.StatusConflict, refused.Code)
		require.Contains(t, refused.Body, "người dân vừa nhắn thêm")
		require.Contains(t, refused.Body, "lời &lt;đang&gt; viết</textarea>")
		require.Equal(t, http.StatusUnprocessableEntity, b.talkForm("/reply", "text", " ").Code)
		kept := b.post(talkPage+"/draft", "text", "rất tiếc")
		require.Contains(t, kept.Body, "«rất tiếc»")
		require.Contains(t, kept.Body, "XEM TRƯỚC reply: rất tiếc")
		require.Contains(t, b.get(talkPage).Body, "rất tiếc</textarea>")
	})
}

func TestSpamHasAReason(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		d.fillTalk(t, models.ModeWaiting)
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		require.Equal(t, http.StatusUnprocessableEntity, b.talkForm("/spam").Code)
		b.leads(b.talkForm("/spam", "reason", "quảng cáo <b>vay</b>"), talkPage)
		require.Equal(t, models.EventHandback, d.waiting(t)[0].Kind)
		require.Contains(t, b.get(talkPage).Body, "đánh dấu tin rác: quảng cáo &lt;b&gt;vay&lt;/b&gt;")
	})
}

func TestACaseIsMadeOfATalk(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		d.server.Answering.NewCode = func(time.Time) string { return "PA2026-FRMTLK" }
		d.fillTalk(t, models.ModeHuman)
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		bad := b.talkForm("/case", "kind", "phan_anh", "category", "none", "words", "đèn hỏng", "place", "hẻm 9")
		require.Equal(t, http.StatusUnprocessableEntity, bad.Code)
		require.Contains(t, bad.Body, "đèn hỏng</textarea>")
		b.leads(b.talkForm("/case", "kind", "phan_anh", "category", "rac", "words", "rác đầy", "place", "hẻm 9", "name", "Trần B", "phone", "+84 912 345 678"), casesPath+"/PA2026-FRMTLK")
		c, err := d.store.Case(t.Context(), "PA2026-FRMTLK")
		require.NoError(t, err)
		require.Equal(t, models.StatusAccepted, c.Status)
		require.Equal(t, lan, c.Assignee)
		require.Equal(t, models.Contact{Name: "Trần B", Phone: "0912345678"}, c.Contact)
		events := d.waiting(t)
		require.Len(t, events, 1)
		require.Equal(t, models.ActAccept, events[0].Notice.Action, "the citizen hears the code")
		talk, err := d.store.Conversation(t.Context(), "messenger:1:9")
		require.NoError(t, err)
		require.Equal(t, "PA2026-FRMTLK", talk.Case)
	})
}

func TestTalksKeepToTheirUnitAndRole(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		d.fillTalk(t, models.ModeParked)
		viewer := d.member(t, "xem@example.vn", models.RoleViewer, "tran-bien")
		page := viewer.get(talkPage)
		require.Contains(t, page.Body, "không xem cuộc trò chuyện")
		require.NotContains(t, page.Body, "Cho gặp")
		foreign := d.member(t, "ban@example.vn", models.RoleOfficer, "long-khanh")
		require.Equal(t, http.StatusNotFound, foreign.get(talkPage).Code)
		for _, path := range strings.Fields("/take /reply /undo /draft /handback /release /spam /case") {
			require.Equal(t, http.StatusForbidden, viewer.post(talkPage+path).Code, path)
			require.Contains(t, []int{http.StatusNotFound, http.StatusUnprocessableEntity}, foreign.post(talkPage+path, "reason", "x", "text", "x", "kind", "phan_anh", "category", "rac", "words", "x").Code, path)
		}
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		require.Contains(t, b.get(talkPage).Body, "đang kẹt: hỏng")
		require.Equal(t, http.StatusConflict, b.post(talkPage+"/take", "key", "k").Code)
		b.leads(b.post(talkPage+"/release"), talkPage)
		talk, err := d.store.Conversation(t.Context(), "messenger:1:9")
		require.NoError(t, err)
		require.Equal(t, models.ModeBot, talk.Mode)
	})
}
