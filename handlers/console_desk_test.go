package handlers

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func fakeChoices() Choices {
	return Choices{Units: []Named{{"tran-bien", "Trấn Biên"}, {"long-khanh", "Long Khánh"}}, Categories: []Named{{"giao-thong", "Giao thông"}}}
}

// deskCase is a case as the bot files it, at the desk's time.
func (d *desk) deskCase(t *testing.T, code string, change ...func(*models.Case)) {
	t.Helper()
	c := models.Case{
		Code: code, Unit: "tran-bien", Kind: models.PhanAnh, Category: "giao-thong", Status: models.StatusNew, Priority: "normal",
		Description: "Đường ngập, gọi Nguyễn Văn An 0912345678", Contact: models.Contact{Name: "Nguyễn Văn An", Phone: "0912345678"},
		Platform: models.Zalo, Conversation: "zalo:3:" + code, CreatedAt: d.now(), UpdatedAt: d.now(), DueAt: d.now().AddDate(0, 0, 9),
	}
	for _, f := range change {
		f(&c)
	}
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertCase(&c) }))
}

func (d *desk) readCase(t *testing.T, code string) *models.Case {
	t.Helper()
	c, err := d.store.Case(t.Context(), code)
	require.NoError(t, err)
	return c
}

func TestDeskShowsWhatTheRoleMaySee(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		d.deskCase(t, "PA2026-AAAAA1")
		d.deskCase(t, "PA2026-BBBBB2", func(c *models.Case) { c.Unit = "long-khanh" })
		d.deskCase(t, "PA2026-CCCCC3", func(c *models.Case) { c.Sensitive = true })
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			return tx.SaveConversations([]models.Conversation{{ID: "zalo:3:w", Channel: "zalo:3", Peer: "w", Unit: "tran-bien", Mode: models.ModeWaiting, Since: d.now()}})
		}))
		officer := d.member(t, lan, models.RoleOfficer, "tran-bien")
		officer.leads(officer.get(startPath), casesPath)
		page := officer.get(casesPath)
		require.Equal(t, http.StatusOK, page.Code, page.Body)
		require.Contains(t, page.Body, "PA2026-AAAAA1")
		require.Contains(t, page.Body, "0912345678")
		require.Contains(t, page.Body, "Chờ cán bộ")
		require.Contains(t, page.Body, `name="code" value="PA2026-AAAAA1" aria-label="Nhận`)
		require.NotContains(t, page.Body, "PA2026-BBBBB2")
		require.NotContains(t, page.Body, "PA2026-CCCCC3")
		require.NotContains(t, page.Body, "<select class=\"form-control\" name=\"unit\"><option value=\"\">Tất cả", "there is but one unit")

		viewer := d.member(t, "xem@example.vn", models.RoleViewer, "tran-bien")
		page = viewer.get(casesPath)
		require.Equal(t, http.StatusOK, page.Code)
		require.Contains(t, page.Body, "PA2026-AAAAA1")
		require.NotContains(t, page.Body, "0912345678")
		require.NotContains(t, page.Body, "Văn An")
		require.NotContains(t, page.Body, `form="nhan" name="code"`)
		require.Contains(t, viewer.get(casesPath+"?q=0912345678").Body, "Không thấy hồ sơ nào")
		require.Contains(t, viewer.get(startPath).Body, "Chào")
		require.Equal(t, http.StatusForbidden, viewer.post(casesPath+"/claim", "code", "PA2026-AAAAA1").Code)
		require.Equal(t, http.StatusForbidden, viewer.post(casesPath+"/bulk", "code", "PA2026-AAAAA1", "action", "resolve", "text", "x").Code)

		list := officer.send(withHeader(httptest.NewRequest(http.MethodGet, casesPath+"?q=NGAP&view=unassigned", nil), "HX-Request", "true"))
		require.Equal(t, http.StatusOK, list.Code)
		require.True(t, strings.HasPrefix(strings.TrimSpace(list.Body), `<div id="hop"`), "a script gets the list alone")
		require.Contains(t, list.Body, "PA2026-AAAAA1")
	})
}

func withHeader(r *http.Request, name, value string) *http.Request {
	r.Header.Set(name, value)
	return r
}

func TestDeskAddressesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t))
	b := d.member(t, lan, models.RoleOfficer, "tran-bien")
	for _, q := range []string{"view=none", "q=%00", "q=%ff%22", "since=yesterday", "unit=none", "kind=none&status=none&channel=none&category=none", "q=" + strings.Repeat("a", 5000)} {
		require.Equal(t, http.StatusOK, b.get(casesPath+"?"+q).Code, q)
	}
	b.leads(b.get(casesPath+"?view=mine&cursor=none"), casesPath+"?view=mine")
}

func TestDeskPages(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t))
	for i := range deskPage + 3 {
		d.advance(time.Second)
		d.deskCase(t, fmt.Sprintf("PA2026-NR%04d", i))
	}
	b := d.member(t, lan, models.RoleOfficer, "tran-bien")
	page := b.get(casesPath + "?view=unassigned")
	require.Equal(t, deskPage, strings.Count(page.Body, "data-row"))
	_, after, found := strings.Cut(page.Body, `<a class="btn btn-outline-secondary" href="`)
	require.True(t, found)
	next, _, _ := strings.Cut(after, `"`)
	page = b.get(strings.ReplaceAll(next, "&amp;", "&"))
	require.Equal(t, 3, strings.Count(page.Body, "data-row"))
	require.NotContains(t, page.Body, "Trang sau")
}

func TestClaim(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		d.deskCase(t, "PA2026-AAAAA1")
		d.deskCase(t, "PA2026-BBBBB2", func(c *models.Case) { c.Unit = "long-khanh" })
		first, second := d.member(t, lan, models.RoleOfficer, "tran-bien"), d.member(t, "hoa@example.vn", models.RoleOfficer, "tran-bien")
		first.leads(first.post(casesPath+"/claim", "code", "PA2026-AAAAA1", "back", "view=unassigned"), casesPath+"?view=unassigned")
		first.leads(first.post(casesPath+"/claim", "code", "pa2026-aaaaa1"), casesPath)
		c := d.readCase(t, "PA2026-AAAAA1")
		require.Equal(t, lan, c.Assignee)
		require.Len(t, c.Events, 1, "taken once, written once")
		require.Equal(t, models.ActAssign, c.Events[0].Action)

		lost := second.post(casesPath+"/claim", "code", "PA2026-AAAAA1")
		require.Equal(t, http.StatusConflict, lost.Code)
		require.Contains(t, lost.Body, "đã có người nhận: <strong>Lan</strong>")
		require.Equal(t, http.StatusNotFound, second.post(casesPath+"/claim", "code", "PA2026-BBBBB2").Code)
		require.Equal(t, http.StatusNotFound, second.post(casesPath+"/claim", "code", "\x00").Code)
	})
}

func TestManyAtOnce(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		for _, code := range []string{"PA2026-AAAAA1", "PA2026-BBBBB2"} {
			d.deskCase(t, code)
		}
		d.deskCase(t, "PA2026-DDDDD4", func(c *models.Case) { c.Status = models.StatusResolved })
		d.deskCase(t, "PA2026-EEEEE5", func(c *models.Case) { c.Unit = "long-khanh" })
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		do := func(pairs ...string) string {
			form := url.Values{"code": {"PA2026-AAAAA1", "PA2026-DDDDD4", "PA2026-EEEEE5"}}
			for i := 0; i < len(pairs); i += 2 {
				form.Set(pairs[i], pairs[i+1])
			}
			r := httptest.NewRequest(http.MethodPost, casesPath+"/bulk", strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", formType)
			a := b.send(r)
			require.Equal(t, http.StatusOK, a.Code, a.Body)
			return a.Body
		}
		page := do("action", "assign", "to", lan, "text", "is left out")
		require.Contains(t, page, "PA2026-AAAAA1: đã xong")
		require.Contains(t, page, "PA2026-EEEEE5: không tìm thấy")
		require.Equal(t, lan, d.readCase(t, "PA2026-AAAAA1").Assignee)
		page = do("action", "resolve", "text", "Đã thông cống.")
		require.Contains(t, page, "PA2026-AAAAA1: đã xong")
		require.Contains(t, page, "PA2026-DDDDD4: chưa làm được")
		require.Equal(t, models.StatusResolved, d.readCase(t, "PA2026-AAAAA1").Status)
		require.Contains(t, do("action", "resolve"), "PA2026-AAAAA1: thiếu thông tin")
		require.Contains(t, do("action", "erase"), "PA2026-AAAAA1: thiếu thông tin")
		require.Contains(t, do("action", "assign", "to", "none@example.vn"), "PA2026-AAAAA1: thiếu thông tin")

		transfer := b.post(casesPath+"/bulk", "code", "PA2026-BBBBB2", "action", "transfer", "unit", "long-khanh", "text", "Thuộc Long Khánh")
		require.Contains(t, transfer.Body, "PA2026-BBBBB2: đã xong")
		require.Equal(t, "long-khanh", d.readCase(t, "PA2026-BBBBB2").Unit)
		b.leads(b.post(casesPath+"/bulk", "action", "resolve"), casesPath)
		require.Contains(t, b.get(casesPath).Body, "Chưa làm gì")
	})
}

func TestSavedLists(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleViewer, "tran-bien")
		b.leads(b.post(casesPath+"/views", "name", "Ngập <nước>", "back", "q=ngap&view=all&cursor=x"), casesPath+"?q=ngap&view=all")
		page := b.get(casesPath)
		require.Contains(t, page.Body, "Đã lưu danh sách")
		require.Contains(t, page.Body, "★ Ngập &lt;nước&gt;")
		require.Contains(t, page.Body, `href="/console/cases?q=ngap&amp;view=all"`)
		for _, name := range []string{"", "  ", "\xff", strings.Repeat("a", 61)} {
			b.post(casesPath+"/views", "name", name)
			require.Contains(t, b.get(casesPath).Body, "xin đặt tên")
		}
		b.post(casesPath+"/views/drop", "name", "Ngập <nước>")
		require.NotContains(t, b.get(casesPath).Body, "★ Ngập")
		b.leads(b.post(casesPath+"/views/drop", "name", "none"), casesPath)
	})
}

func TestPresenceOnACase(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		d.deskCase(t, "PA2026-AAAAA1")
		d.deskCase(t, "PA2026-BBBBB2", func(c *models.Case) { c.Unit = "long-khanh" })
		first, second := d.member(t, lan, models.RoleOfficer, "tran-bien"), d.member(t, "hoa@example.vn", models.RoleOfficer, "tran-bien")
		at := func(code string) string { return casesPath + "/" + code + "/presence" }
		require.NotContains(t, first.post(at("PA2026-AAAAA1"), "doing", "writing").Body, "Lan")
		require.Contains(t, second.post(at("pa2026-aaaaa1"), "doing", "looking").Body, "Lan đang viết")
		require.Contains(t, second.get(casesPath).Body, "Lan đang viết", "the list says so too")
		require.NotContains(t, first.get(casesPath).Body, "Lan đang viết", "one knows of oneself")
		require.Equal(t, http.StatusNoContent, first.post(at("PA2026-AAAAA1"), "doing", "gone").Code)
		require.NotContains(t, second.post(at("PA2026-AAAAA1"), "doing", "looking").Body, "Lan")
		require.Equal(t, http.StatusNotFound, first.post(at("PA2026-BBBBB2"), "doing", "looking").Code)
		first.post(at("PA2026-AAAAA1"), "doing", "looking")
		d.advance(store.PresenceFor)
		require.NotContains(t, second.post(at("PA2026-AAAAA1"), "doing", "looking").Body, "Lan")
	})
}

func TestAPageLeftOpenKeepsNoSessionAlive(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t))
	b := d.member(t, lan, models.RoleOfficer, "tran-bien")
	for range 5 {
		d.advance(sessionIdle / 4)
		b.send(withHeader(httptest.NewRequest(http.MethodGet, casesPath, nil), "X-Background", "1"))
	}
	b.leads(b.get(casesPath), loginPath+"?next="+url.QueryEscape(casesPath))
}

func FuzzReadDesk(f *testing.F) {
	for _, s := range []string{"", "view=mine&q=ngập", "q=%00&since=x", "view=person&q=a", "cursor=%ff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		q, _ := url.ParseQuery(query)
		form := readDesk(q)
		require.Contains(t, store.DeskViews, form.View)
		u, err := url.Parse(form.Address())
		require.NoError(t, err)
		require.Equal(t, casesPath, u.Path)
		require.Equal(t, form, readDesk(u.Query()), "an address leads to the list that it was made of")
	})
}
