package handlers

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// officeHours is a plain week.
func officeHours() models.Deadlines {
	c, err := models.NewCalendar(models.Hours{
		Offset: 7 * time.Hour, Weekdays: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		Spans: []models.Span{{From: 8 * time.Hour, To: 12 * time.Hour}, {From: 13 * time.Hour, To: 17 * time.Hour}},
	})
	if err != nil {
		return models.Deadlines{}
	}
	return models.Deadlines{Calendar: c, Kinds: map[models.Kind]models.Term{models.PhanAnh: {Working: 10}}}
}

// figuring adds what calls and figures need.
func figuring(d *Deps) {
	d.Calls, d.Figures = d.Staff.(*store.Store), d.Staff.(*store.Store)
	d.Deadlines = officeHours
	d.Choices = func() Choices {
		return Choices{Units: []Named{{"tran-bien", "Phường Trấn Biên"}, {"long-khanh", "Phường Long Khánh"}}, Categories: []Named{{"giao-thong", "Giao thông"}}}
	}
	d.UnitName = func(slug string) string {
		return map[string]string{"tran-bien": "Phường Trấn Biên", "long-khanh": "Phường Long Khánh"}[slug]
	}
	d.Wording = func(key string, data any) (string, error) {
		slots := data.(bot.Slots)
		return fmt.Sprint(key, "|", slots.Office.Name, "|", slots.Code, "|", slots.Report.Contact.Name), nil
	}
}

// onFiguring runs f on a console with calls and figures over a store of each kind.
func onFiguring(t *testing.T, f func(t *testing.T, d *desk)) {
	t.Helper()
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		f(t, newDesk(t, url, figuring))
	})
}

// unreached files a case and lets a message about it fail; it returns the call.
func (d *desk) unreached(t *testing.T, code string, change ...func(*models.Case)) int64 {
	t.Helper()
	c := models.Case{
		Code: code, Unit: "tran-bien", Kind: models.PhanAnh, Category: "giao-thong", Status: models.StatusAccepted, Priority: "normal",
		Description: "Đường ngập", Platform: models.Zalo, Conversation: "zalo:3:" + code, Contact: models.Contact{Name: "Trần Thị Đào", Phone: "0912345678"},
		CreatedAt: d.now(), UpdatedAt: d.now(), DueAt: d.now().AddDate(0, 0, 14),
	}
	for _, f := range change {
		f(&c)
	}
	m := &models.OutboxItem{Conversation: c.Conversation, Channel: "zalo:3", Peer: code, Case: code, Text: "Đã dọn <b>xong</b>", Status: models.OutSending}
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.InsertCase(&c); err != nil {
			return err
		}
		return tx.Queue([]*models.OutboxItem{m}, "me")
	}))
	require.NoError(t, d.store.FinishOutbox(t.Context(), []store.Outcome{{
		ID: m.ID, Status: models.OutToCall, Owner: "me", Error: &models.OutboxError{Kind: "window_closed"},
	}}))
	all, _, err := d.store.Calls(t.Context(), store.CallFilter{Seen: models.Principal{Role: models.RoleInspector}, Due: d.now().AddDate(0, 1, 0)})
	require.NoError(t, err)
	for _, call := range all {
		if call.Case == code {
			return call.ID
		}
	}
	require.Fail(t, "no call was made")
	return 0
}

func TestACallFromTheListToItsEnd(t *testing.T) {
	onFiguring(t, func(t *testing.T, d *desk) {
		id := d.unreached(t, "PA2026-AAAAAA")
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		path := fmt.Sprint(callsPath, "/", id)
		list := b.get(callsPath)
		require.Equal(t, http.StatusOK, list.Code, list.Body)
		require.Contains(t, list.Body, "Trần Thị Đào")
		require.Contains(t, list.Body, "Đã quá thời gian nền tảng cho nhắn")
		require.NotContains(t, list.Body, "0912345678")
		require.NotContains(t, list.Body, "Quá một ngày làm việc")
		page := b.get(path)
		require.NotContains(t, page.Body, "0912345678", "a phone is shown to who asks for it")
		require.Contains(t, page.Body, "Đã dọn &lt;b&gt;xong&lt;/b&gt;")
		require.Contains(t, page.Body, "call.script|Phường Trấn Biên|PA2026-AAAAAA|Trần Thị Đào")
		shown := b.post(path + "/phone")
		require.Equal(t, http.StatusOK, shown.Code, shown.Body)
		require.Contains(t, shown.Body, `href="tel:0912345678"`)

		again := local(d.now().Add(2 * time.Hour)).Format(momentForm)
		seen := func(tries int, more ...string) []string {
			call, _, err := d.store.Call(t.Context(), models.Principal{Role: models.RoleInspector}, id)
			require.NoError(t, err)
			return append([]string{"tries", fmt.Sprint(tries), "message", fmt.Sprint(call.Message)}, more...)
		}
		for _, bad := range [][]string{
			seen(0), seen(0, "outcome", "odd"), seen(0, "outcome", "no_answer", "next", "mai"), seen(0, "outcome", "given_up"),
			seen(0, "outcome", "no_answer", "next", "2020-01-01T08:00"), seen(0, "outcome", "no_answer", "next", "2036-01-01T08:00"),
			seen(0, "outcome", "reached", "note", strings.Repeat("a", noteMost+1)), {"outcome", "reached"},
		} {
			a := b.post(path, bad...)
			require.Equal(t, http.StatusUnprocessableEntity, a.Code, bad)
			require.Contains(t, a.Body, "Chưa lưu được")
		}
		kept := b.post(path, seen(0, "outcome", "no_answer", "next", "mai", "note", "máy bận")...)
		require.Contains(t, kept.Body, "máy bận", "nothing that was typed is lost")

		b.leads(b.post(path, seen(0, "outcome", "no_answer", "next", again, "note", "máy bận")...), callsPath)
		require.Contains(t, b.get(callsPath).Body, "Đã ghi kết quả cuộc gọi")
		require.NotContains(t, b.get(callsPath).Body, "Trần Thị Đào")
		require.Contains(t, b.get(callsPath+"?later=1").Body, "Không nghe máy")
		require.Equal(t, http.StatusConflict, b.post(path, seen(0, "outcome", "reached")...).Code, "as somebody saw it who was slower")
		d.advance(3 * time.Hour)
		b = d.again(t, lan)
		require.Contains(t, b.get(callsPath).Body, "Trần Thị Đào", "it is time to try again")
		b.leads(b.post(path, seen(1, "outcome", "reached")...), callsPath)
		require.Contains(t, b.get(path).Body, "Đã xong")
		require.NotContains(t, b.get(callsPath).Body, "Trần Thị Đào")

		c, err := d.store.Case(t.Context(), "PA2026-AAAAAA")
		require.NoError(t, err)
		require.Len(t, c.Events, 2)
		require.Equal(t, "call no_answer", c.Events[0].Detail)
		require.Equal(t, "máy bận", c.Events[0].Text)
		require.Equal(t, models.ActNote, c.Events[1].Action, "a citizen never reads of it")
	})
}

// again logs somebody in who has a password.
func (d *desk) again(t *testing.T, email string) *screen {
	t.Helper()
	b := d.screen(t)
	b.leads(b.logIn(email, sentence), startPath)
	return b
}

// TestCallsByRole: who sees which calls, names and phones.
func TestCallsByRole(t *testing.T) {
	onFiguring(t, func(t *testing.T, d *desk) {
		open := d.unreached(t, "PA2026-AAAAAA")
		secret := d.unreached(t, "PA2026-SSSSSS", func(c *models.Case) { c.Sensitive = true })
		far := d.unreached(t, "PA2026-FFFFFF", func(c *models.Case) { c.Unit = "long-khanh" })
		d.advance(3 * 24 * time.Hour)
		for _, role := range models.Roles {
			b := d.visitor(t, role).screen
			list := b.get(callsPath)
			require.Equal(t, http.StatusOK, list.Code, role)
			require.Equal(t, role.May(models.ReadContacts), strings.Contains(list.Body, "Trần Thị Đào"), role)
			require.Equal(t, role.May(models.ReadSensitive), strings.Contains(list.Body, "PA2026-SSSSSS"), role)
			require.NotContains(t, list.Body, "PA2026-FFFFFF", role)
			require.Contains(t, list.Body, "Quá một ngày làm việc")
			require.NotContains(t, list.Body, "0912345678")

			page := b.get(fmt.Sprint(callsPath, "/", open)).Body
			require.Equal(t, role.May(models.ReadContacts), strings.Contains(page, "Đã dọn"), role)
			require.Equal(t, role.May(models.ActOnCases), strings.Contains(page, `name="outcome"`), role)
			phone := b.post(fmt.Sprint(callsPath, "/", open, "/phone"))
			require.Equal(t, role.May(models.ReadContacts), strings.Contains(phone.Body, "0912345678"), role)
			want := http.StatusNotFound
			if role.May(models.ReadSensitive) {
				want = http.StatusOK
			}
			require.Equal(t, want, b.get(fmt.Sprint(callsPath, "/", secret)).Code, role)
			for _, id := range []any{far, "x", 99999} {
				require.Equal(t, http.StatusNotFound, b.get(fmt.Sprint(callsPath, "/", id)).Code, role)
			}
		}
	})
}

// TestSeenPhonesAreAudited holds that nobody looks at a phone unnoticed.
func TestSeenPhonesAreAudited(t *testing.T) {
	t.Parallel()
	url := databases.SQLite(t)
	d := newDesk(t, url, figuring)
	id := d.unreached(t, "PA2026-AAAAAA")
	b := d.member(t, lan, models.RoleOfficer, "tran-bien")
	b.get(fmt.Sprint(callsPath, "/", id))
	require.NotContains(t, strings.Join(audited(t, url), "\n"), "call.phone")
	b.post(fmt.Sprint(callsPath, "/", id, "/phone"))
	require.Contains(t, audited(t, url), fmt.Sprint("call.phone PA2026-AAAAAA call ", id))
	call, _, err := d.store.Call(t.Context(), models.Principal{Role: models.RoleLeader}, id)
	require.NoError(t, err)
	b.leads(b.post(fmt.Sprint(callsPath, "/", id), "outcome", "refused", "tries", "0", "message", fmt.Sprint(call.Message)), callsPath)
	require.Contains(t, audited(t, url), fmt.Sprint("call.refused PA2026-AAAAAA call ", id))
}
