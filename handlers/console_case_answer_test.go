package handlers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func TestAnAnswerIsTakenBackWithinTenSeconds(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		other := d.member(t, "hoa@example.vn", models.RoleOfficer, "tran-bien")
		b.leads(b.act(t, "action", "resolve", "text", "Đã dọn <i>sáng nay</i>."), casePage)
		require.Equal(t, models.StatusResolved, d.caseNow(t).Status, "the console shows the truth at once")
		page := b.get(casePage)
		require.Contains(t, page.Body, "Hoàn tác")
		require.NotContains(t, other.get(casePage).Body, "Hoàn tác", "it is not theirs")
		other.leads(other.post(casePage+"/undo"), casePage)
		require.Equal(t, models.StatusResolved, d.caseNow(t).Status)
		d.advance(undoFor - time.Second)
		require.Empty(t, d.play(t), "the citizen is not told yet")

		b.leads(b.post(casePage+"/undo"), casePage)
		page = b.get(casePage)
		require.Contains(t, page.Body, "Đã hoàn tác")
		require.Contains(t, page.Body, "Đã dọn &lt;i&gt;sáng nay&lt;/i&gt;.</textarea>", "the words are a draft again")
		c := d.caseNow(t)
		require.Equal(t, models.StatusNew, c.Status)
		require.Zero(t, c.ResolvedAt)
		require.Equal(t, models.ActTakeBack, c.Events[len(c.Events)-1].Action)
		d.advance(time.Hour)
		require.Empty(t, d.play(t), "nor ever")

		b.leads(b.act(t, "action", "resolve", "text", "Đã dọn."), casePage)
		d.advance(undoFor)
		told := d.play(t)
		require.Len(t, told, 1)
		require.True(t, told[0].Rate, "they were not asked before")
		require.NotContains(t, b.get(casePage).Body, "</span> giây", "too late")
		b.leads(b.post(casePage+"/undo"), casePage)
		require.Contains(t, b.get(casePage).Body, "Không hoàn tác được nữa")
		require.Equal(t, models.StatusResolved, d.caseNow(t).Status)
	})
}

func TestAStaleAnswerIsRefusedAndNothingIsLost(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		lanHere := d.member(t, lan, models.RoleOfficer, "tran-bien")
		hoa := d.member(t, "hoa@example.vn", models.RoleOfficer, "tran-bien")
		seen := lanHere.fields(t)
		hoa.leads(hoa.act(t, "action", "note", "text", "tôi đã gọi cho bác ấy"), casePage)
		stale := lanHere.post(casePage, append(seen, "action", "reply", "text", "Lời <đang> viết")...)
		require.Equal(t, http.StatusConflict, stale.Code)
		require.Contains(t, stale.Body, "hồ sơ vừa thay đổi")
		require.Contains(t, stale.Body, "tôi đã gọi cho bác ấy", "what changed is told")
		require.Contains(t, stale.Body, "Lời &lt;đang&gt; viết</textarea>", "nothing typed is lost")
		var again []string
		for _, m := range formField.FindAllStringSubmatch(stale.Body, -1)[:2] {
			again = append(again, m[1], m[2])
		}
		lanHere.leads(lanHere.post(casePage, append(again, "action", "reply", "text", "Lời đang viết")...), casePage)
		require.Len(t, d.caseNow(t).Events, 3)
	})
}

func TestAFormPostedTwiceIsTakenOnce(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		form := append(b.fields(t), "action", "note", "text", "một lần")
		var sent sync.WaitGroup
		for range 4 {
			twin := &screen{t: t, d: d, cookies: map[string]*http.Cookie{}, address: b.address}
			for name, c := range b.cookies {
				twin.cookies[name] = c
			}
			sent.Go(func() { twin.post(casePage, form...) })
		}
		sent.Wait()
		b.leads(b.post(casePage, form...), casePage)
		require.Len(t, d.caseNow(t).Events, 2)
	})
}

func TestADraftIsKeptReadAndPreviewed(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		fields := b.fields(t)
		read := b.post(casePage+"/draft", append(fields, "action", "resolve", "text", "Kính gửi <b>Quý công dân</b>")...)
		require.Equal(t, http.StatusOK, read.Code, read.Body)
		for _, want := range []string{"«kính gửi»", "Cảm ơn người dân đã báo tin", "XEM TRƯỚC resolve: Kính gửi &lt;b&gt;Quý", "Đã giữ bản nháp"} {
			require.Contains(t, read.Body, want)
		}
		require.NotContains(t, read.Body, "<html")
		require.Equal(t, models.StatusNew, d.caseNow(t).Status, "nothing happened")
		d.advance(time.Hour)
		require.Empty(t, d.play(t))
		page := b.get(casePage + "?answer=resolve")
		require.Contains(t, page.Body, "Kính gửi &lt;b&gt;Quý công dân&lt;/b&gt;</textarea>")
		require.Contains(t, page.Body, "bản nháp anh/chị viết dở")
		require.Contains(t, page.Body, `name="action" value="resolve"`)
		require.NotContains(t, d.member(t, "hoa@example.vn", models.RoleOfficer, "tran-bien").get(casePage).Body, "Kính gửi &lt;b&gt;Quý công dân", "it is not theirs")

		require.Contains(t, b.post(casePage+"/draft", append(fields, "action", "reject", "text", "x")...).Body, "Chưa đủ thông tin")
		require.Equal(t, http.StatusUnprocessableEntity, b.post(casePage+"/draft", append(fields, "action", "reply", "text", strings.Repeat("x", draftMost+1))...).Code)
		b.post(casePage+"/draft", append(fields, "action", "reply", "text", " ")...)
		require.NotContains(t, b.get(casePage).Body, "viết dở", "an empty draft is none")
	})
}

func TestTheWindowIsToldBeforeAnyoneWrites(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		says := func(words string) {
			t.Helper()
			require.Contains(t, b.get(casePage).Body, words)
		}
		says("Còn 167 giờ để nhắn")
		require.NoError(t, d.store.HoldChannel(t.Context(), "messenger:1", "token", d.now().Add(time.Hour)))
		says("Kênh đang tạm dừng đến")
		require.NoError(t, d.store.HoldChannel(t.Context(), "messenger:1", "", time.Time{}))
		seen := func(ago time.Duration) {
			require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
				c, err := tx.LockConversation(caseTalk)
				if err == nil {
					c.LastUserAt = d.now().Add(-ago)
					err = tx.SaveConversations([]models.Conversation{*c})
				}
				return err
			}))
		}
		seen(25 * time.Hour)
		says("Chỉ cán bộ còn nhắn được, thêm 143 giờ")
		seen(8 * 24 * time.Hour)
		says("Đã quá thời gian Messenger cho nhắn")
		d.server.Answering.Window = nil
		says("Kênh này không còn được nối")
	})
}

func TestUnmergeOnThePage(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		lead := testCase("PA2026-LLLLLL")
		lead.Conversation, lead.Attachments, lead.Events[0].ID = "messenger:1:8", nil, 0
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertCase(&lead) }))
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		require.Contains(t, b.get(casePage).Body, "PA2026-LLLLLL", "it looks alike")
		b.leads(b.act(t, "action", "merge", "into", " pa2026-llllll "), casePage)
		require.Contains(t, b.get(casesPath+"/PA2026-LLLLLL").Body, caseCode)
		d.play(t)
		require.Equal(t, http.StatusUnprocessableEntity, b.post(casePage+"/unmerge", b.fields(t)...).Code, "why?")
		b.leads(b.post(casePage+"/unmerge", append(b.fields(t), "reason", "khác chỗ")...), casePage)
		c := d.caseNow(t)
		require.Equal(t, models.StatusNew, c.Status)
		require.Empty(t, c.MergedInto)
		told := d.play(t)
		require.Len(t, told, 1)
		require.Equal(t, models.ActReopen, told[0].Action)
		target, err := d.store.Case(t.Context(), lead.Code)
		require.NoError(t, err)
		require.Equal(t, "unmerged "+caseCode, target.Events[len(target.Events)-1].Detail)
		require.Equal(t, http.StatusConflict, b.post(casePage+"/unmerge", append(b.fields(t), "reason", "lần nữa")...).Code)
	})
}

func TestACaseIsNotPassedOnForEver(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			c, err := tx.Case(caseCode)
			if err != nil {
				return err
			}
			for _, unit := range []string{"long-khanh", "dong-nai", "tran-bien"} {
				if err := c.Move(models.ActTransfer, "An", d.now(), "không phải của tôi", unit); err != nil {
					return err
				}
			}
			return tx.SaveCase(c)
		}))
		refused := b.act(t, "action", "transfer", "unit", "long-khanh", "reason", "cũng không phải của tôi")
		require.Equal(t, http.StatusConflict, refused.Code)
		require.Contains(t, refused.Body, "đã chuyển nhiều lần")
		province := d.member(t, "tinh@example.vn", models.RoleOfficer, "")
		province.leads(province.act(t, "action", "transfer", "unit", "long-khanh", "reason", "tỉnh quyết định"), casePage)
	})
}

// TestAnotherSiteCannotAct: a form of another site is refused before anything is done.
func TestAnotherSiteCannotAct(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		for _, path := range []string{"", "/undo", "/draft", "/unmerge"} {
			r := httptest.NewRequest(http.MethodPost, "http://console.example.vn"+casePage+path, strings.NewReader("action=accept"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", "https://evil.example")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			require.Equal(t, http.StatusForbidden, b.send(r).Code, path)
		}
		require.Len(t, d.caseNow(t).Events, 1)
	})
}

// TestALateCaseIsPromisedANewDate: the form stands open on the page of a late case.
func TestALateCaseIsPromisedANewDate(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		require.NotContains(t, b.get(casePage).Body, "Xin lỗi và hẹn ngày mới")
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			c, err := tx.Case(caseCode)
			if err == nil {
				c.DueAt = d.now().Add(-time.Hour)
				err = tx.SaveCase(c)
			}
			return err
		}))
		page := b.get(casePage)
		require.Contains(t, page.Body, "Xin lỗi và hẹn ngày mới")
		require.Contains(t, page.Body, "Quá hạn")
		require.Contains(t, page.Body, `href="#hen"`, "who is in charge is asked")
		b.leads(b.act(t, "action", "promise", "date", "2026-04-01", "text", "Bóng thay thế chưa về."), casePage)
		told := d.play(t)
		require.Len(t, told, 1)
		require.Equal(t, models.ActPromise, told[0].Action)
		require.Equal(t, http.StatusUnprocessableEntity, b.act(t, "action", "promise", "date", "2020-01-01", "text", "x").Code)
	})
}
