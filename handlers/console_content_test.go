package handlers

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// fakeKinds are procedures, which a unit may do otherwise, contacts, which are a
// unit's and bear their number in their key, and templates, of which a unit may make
// its own. A text "odd" is refused.
func fakeKinds() []ContentKind {
	check := func(_ models.Content, whole Body) (Body, []ContentFault) {
		var faults []ContentFault
		for name, v := range whole {
			if v == "odd" {
				faults = append(faults, ContentFault{Field: name, Code: "unknown", Mend: "is odd"})
			}
		}
		return nil, faults
	}
	preview := func(_ models.Content, whole Body, _ []models.Content) ([]ContentAnswer, error) {
		return []ContentAnswer{{Part: "answer", Text: "Lệ phí: " + whole.text("fee.text")}}, nil
	}
	named := func(_ models.Content, whole Body) string { return whole.text("name") }
	return []ContentKind{
		{
			Kind: models.ContentProcedure, Title: named, Check: check, Preview: preview,
			Fields: []ContentField{
				{Name: "name", Form: FormLine}, {Name: "fee.text", Form: FormText, Unit: true}, {Name: "verify", Form: FormYes},
				{Name: "documents", Form: FormRows, Columns: []string{"name", "when"}}, {Name: "steps", Form: FormList}, {Name: "as_of", Form: FormLine},
			},
			Key: func(b Body) string { return strings.ReplaceAll(b.text("name"), " ", "-") },
			Embedded: func() []models.Content {
				return []models.Content{
					{Kind: models.ContentProcedure, Key: "khai-sinh", Body: `{"name":"Đăng ký khai sinh","fee":{"text":"8.000 đồng","amount":8000},"documents":[{"name":"Tờ khai","copies":1}],"steps":["Nộp","Nhận"],"verify":true}`},
					{Kind: models.ContentProcedure, Key: "ket-hon", Body: `{"name":"Đăng ký kết hôn"}`},
				}
			},
			Confirm: func(b Body, day string) { b["as_of"], b["verify"] = day, false },
		},
		{
			Kind: models.ContentContact, OfUnit: true, Renames: true, Title: named, Check: check, Preview: preview,
			Fields: []ContentField{
				{Name: "role", Form: FormChoice, Choices: func() []Named { return []Named{{"chu_tich", "Chủ tịch"}} }},
				{Name: "name", Form: FormLine}, {Name: "phone", Form: FormLine}, {Name: "as_of", Form: FormDay}, {Name: "public", Form: FormYes},
			},
			Key:      func(b Body) string { return b.text("role") + "//" + b.text("phone") },
			Embedded: func() []models.Content { return nil },
			Confirm:  func(b Body, day string) { b["as_of"] = day },
			Internal: func(b Body) bool { public, _ := b["public"].(bool); return !public },
		},
		{
			Kind: models.ContentTemplate, UnitMakes: true, Moves: true, Title: named, Check: check, Preview: preview,
			Fields: []ContentField{
				{Name: "name", Form: FormLine, Unit: true}, {Name: "text", Form: FormText, Unit: true},
				{Name: "actions", Form: FormSeveral, Unit: true, Choices: func() []Named { return []Named{{Code: "reply"}, {Code: "ask"}} }},
				{Name: "deadline_days", Form: FormNumber, Unit: true},
			},
			Key: func(b Body) string { return b.text("name") },
			Embedded: func() []models.Content {
				return []models.Content{{Kind: models.ContentTemplate, Key: "done", Body: `{"name":"done","text":"Xong {code}","actions":["reply","ask"],"deadline_days":3}`}}
			},
			Allowed: func(models.Content) []string { return []string{"{code}"} },
		},
	}
}

// procedureForm is the form of the one procedure, as it is shown.
func procedureForm(more ...string) []string {
	return append([]string{
		"kind", "procedure", "key", "khai-sinh", "unit", "", "base", "0", "name", "Đăng ký khai sinh", "fee.text", "8.000 đồng", "verify", "yes",
		"documents.0.name", "Tờ khai", "steps", "Nộp\r\nNhận", "as_of", "",
	}, more...)
}

const khaiSinh = contentPath + "/piece?key=khai-sinh&kind=procedure"

// stored is the piece as it is stored last.
func (d *desk) stored(t *testing.T, key, unit string) models.Content {
	t.Helper()
	pieces, err := d.store.Content(t.Context())
	require.NoError(t, err)
	for _, p := range pieces {
		if p.Key == key && p.Unit == unit {
			return p
		}
	}
	return models.Content{}
}

func TestContentIsListedAndSearched(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "")
		all := b.get(contentPath)
		require.Equal(t, http.StatusOK, all.Code, all.Body)
		require.Contains(t, all.Body, "Đăng ký khai sinh")
		require.Contains(t, all.Body, "Đăng ký kết hôn")
		found := b.get(contentPath + "?q=KHAI+sinh+dong") // of the name, and of the fee
		require.Contains(t, found.Body, "Đăng ký khai sinh")
		require.NotContains(t, found.Body, "Đăng ký kết hôn")
		require.Equal(t, http.StatusNotFound, b.get(contentPath+"?kind=song").Code)
		require.Equal(t, http.StatusOK, b.get(contentPath+"?kind=contact&page=99&due=1").Code)
	})
}

func TestContentIsShownBeforeItIsSaved(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			return tx.Ask(models.Question{Conversation: "zalo:3:7", Text: "khai sinh mất bao nhiêu", Outcome: models.Answered})
		}))
		b := d.member(t, lan, models.RoleOfficer, "")
		form := procedureForm("fee.text", "5 <b>đồng</b>", "why", "nghị quyết mới")
		form[11] = "5 <b>đồng</b>"
		shown := b.post(contentPath+"/piece", append(form, "do", "preview")...)
		require.Equal(t, http.StatusOK, shown.Code, shown.Body)
		require.Contains(t, shown.Body, "Lệ phí: 5 &lt;b&gt;đồng&lt;/b&gt;", "as citizens will read it")
		require.Contains(t, shown.Body, "khai sinh mất bao nhiêu", "tried on earlier questions")
		require.Contains(t, shown.Body, "nghị quyết mới", "nothing typed is lost")
		require.Empty(t, d.stored(t, "khai-sinh", ""))

		b.leads(b.post(contentPath+"/piece", append(form, "do", "save")...), khaiSinh)
		got := d.stored(t, "khai-sinh", "")
		require.JSONEq(t, `{"fee":{"text":"5 <b>đồng</b>","amount":8000}}`, got.Body, "only what differs is stored, and what has no field stays")
		require.Equal(t, "nghị quyết mới", got.Why)
		require.Equal(t, lan, got.By)
		require.NotEmpty(t, got.Trial)
		require.Contains(t, b.get(khaiSinh).Body, "5 &lt;b&gt;đồng&lt;/b&gt;")
	})
}

func TestContentIsRefusedWithWhatIsWrong(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "")
		odd := procedureForm("why", "x", "do", "save")
		odd[9] = "odd"
		for want, form := range map[string][]string{
			"Không có trong danh mục":       odd,
			"Chưa có gì thay đổi để lưu":    procedureForm("why", "x", "do", "save"),
			"Lý do thay đổi</a>: Còn thiếu": append(changed(procedureForm(), "fee.text", "5"), "do", "save"),
			"it does not fit":               append(changed(procedureForm(), "fee.text", "bad"), "why", "x", "do", "save"),
		} {
			a := b.post(contentPath+"/piece", form...)
			require.Equal(t, http.StatusUnprocessableEntity, a.Code, want)
			require.Contains(t, a.Body, want)
			require.Contains(t, a.Body, "Tờ khai", "the form comes back filled")
		}
		require.Equal(t, http.StatusUnprocessableEntity, b.post(contentPath+"/piece", procedureForm("steps2", strings.Repeat("x", consoleBody))...).Code)
		require.Empty(t, d.stored(t, "khai-sinh", ""))
	})
}

// changed is a form with another value of one field.
func changed(form []string, name, value string) []string {
	for i := 0; i < len(form); i += 2 {
		if form[i] == name {
			form[i+1] = value
		}
	}
	return form
}

// TestWhoIsSlowerIsToldWhatChanged: of two who edit the same piece the later one
// keeps what they typed, gets what the other changed elsewhere, and saves then.
func TestWhoIsSlowerIsToldWhatChanged(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		first, second := d.member(t, lan, models.RoleOfficer, ""), d.member(t, "hoa@example.vn", models.RoleOfficer, "")
		first.leads(first.post(contentPath+"/piece", append(changed(changed(procedureForm(), "fee.text", "5.000 đồng"), "steps", "Nộp\nChờ\nNhận"), "why", "nghị quyết", "do", "save")...), khaiSinh)

		mine := append(changed(changed(procedureForm(), "fee.text", "6.000 đồng"), "name", "Khai sinh mới"), "why", "của tôi", "do", "save")
		refused := second.post(contentPath+"/piece", mine...)
		require.Equal(t, http.StatusConflict, refused.Code)
		for _, want := range []string{"8.000 đồng</del>", "5.000 đồng</ins>", "nghị quyết", lan, "6.000 đồng", "Khai sinh mới", "của tôi", "Hai người cùng sửa"} {
			require.Contains(t, refused.Body, want)
		}
		require.Equal(t, 1, strings.Count(refused.Body, "<strong>Hai người cùng sửa"), "only the field that both changed")
		require.Regexp(t, `(?s)name="steps"[^>]*>Nộp\nChờ\nNhận<`, refused.Body, "what only the other changed is taken over")

		base := regexp.MustCompile(`name="base" value="(\d+)"`).FindStringSubmatch(refused.Body)[1]
		again := append(changed(changed(changed(changed(procedureForm(), "fee.text", "6.000 đồng"), "name", "Khai sinh mới"), "steps", "Nộp\nChờ\nNhận"), "base", base), "why", "của tôi", "do", "save")
		second.leads(second.post(contentPath+"/piece", again...), khaiSinh)
		require.JSONEq(t, `{"name":"Khai sinh mới","fee":{"text":"6.000 đồng","amount":8000},"steps":["Nộp","Chờ","Nhận"]}`, d.stored(t, "khai-sinh", "").Body)
	})
}

// TestAFieldMayBeCalledAsThePageCallsItsOwn: the address says which piece it is, the
// form what it says.
func TestAFieldMayBeCalledAsThePageCallsItsOwn(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		kind := fakeKinds()[0]
		kind.Fields = []ContentField{{Name: "kind", Form: FormLine}}
		d.server.Kinds[0] = kind
		b := d.member(t, lan, models.RoleOfficer, "")
		require.Equal(t, 1, strings.Count(b.get(khaiSinh).Body, `name="kind"`))
		b.leads(b.post(khaiSinh, "base", "0", "kind", "ngày lễ", "why", "x", "do", "save"), khaiSinh)
		require.JSONEq(t, `{"kind":"ngày lễ"}`, d.stored(t, "khai-sinh", "").Body)
	})
}

func TestContentHistoryAndRestore(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "")
		save := func(value, base string) string {
			b.leads(b.post(contentPath+"/piece", append(changed(changed(procedureForm(), "fee.text", value), "base", base), "why", "lý do "+value, "do", "save")...), khaiSinh)
			return regexp.MustCompile(`name="base" value="(\d+)"`).FindStringSubmatch(b.get(khaiSinh).Body)[1]
		}
		one := save("một", "0")
		two := save("hai", one)
		page := b.get(contentPath + "/history?kind=procedure&key=khai-sinh")
		require.Equal(t, http.StatusOK, page.Code)
		for _, want := range []string{"lý do một", "lý do hai", "8.000 đồng</del>", "một</del>", "hai</ins>", "đang dùng"} {
			require.Contains(t, page.Body, want)
		}
		require.Equal(t, http.StatusConflict, b.post(contentPath+"/restore", "kind", "procedure", "key", "khai-sinh", "base", one, "to", one).Code)
		require.Equal(t, http.StatusNotFound, b.post(contentPath+"/restore", "kind", "procedure", "key", "khai-sinh", "base", two, "to", "999").Code)
		b.leads(b.post(contentPath+"/restore", "kind", "procedure", "key", "khai-sinh", "base", two, "to", one), khaiSinh)
		require.Contains(t, d.stored(t, "khai-sinh", "").Body, "một")
		latest := d.stored(t, "khai-sinh", "")
		require.Greater(t, latest.ID, int64(2))
		b.leads(b.post(contentPath+"/restore", "kind", "procedure", "key", "khai-sinh", "base", "3", "to", "0", "why", "sai"), khaiSinh)
		require.Empty(t, d.stored(t, "khai-sinh", "").Body, "what the program brings counts again")
		require.Contains(t, b.get(contentPath+"/history?kind=procedure&key=khai-sinh").Body, "Trở lại bản chung, lý do: sai")
		require.Contains(t, b.get(khaiSinh).Body, "8.000 đồng")
	})
}

func TestContentIsConfirmedWithOneClick(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "")
		b.leads(b.post(contentPath+"/confirm", "kind", "procedure", "key", "khai-sinh", "base", "0", "next", contentPath+"?due=1"), contentPath+"?due=1")
		got := d.stored(t, "khai-sinh", "")
		require.JSONEq(t, `{"as_of":"2026-03-04","verify":false}`, got.Body)
		require.Equal(t, whyConfirmed, got.Why)
		require.Equal(t, http.StatusConflict, b.post(contentPath+"/confirm", "kind", "procedure", "key", "khai-sinh", "base", "0").Code)
	})
}

// TestContentKeepsToTheUnit: an officer of a unit edits what is that unit's own,
// and reads what is the province's.
func TestContentKeepsToTheUnit(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		page := b.get(khaiSinh)
		require.Equal(t, http.StatusOK, page.Code)
		require.NotContains(t, page.Body, `name="do"`)
		require.Contains(t, page.Body, "Đơn vị tôi làm khác")
		require.Contains(t, page.Body, `href="/console/content/piece?key=khai-sinh&amp;kind=procedure&amp;unit=tran-bien"`)
		save := func(more ...string) answer {
			return b.post(contentPath+"/piece", append(more, "do", "save", "why", "x")...)
		}
		require.Equal(t, http.StatusForbidden, save(changed(procedureForm(), "fee.text", "5")...).Code)
		require.Equal(t, http.StatusForbidden, b.post(contentPath+"/confirm", "kind", "procedure", "key", "khai-sinh", "base", "0").Code)
		require.Equal(t, http.StatusForbidden, b.post(contentPath+"/restore", "kind", "procedure", "key", "khai-sinh", "base", "0", "to", "0").Code)
		require.Equal(t, http.StatusForbidden, b.post(contentPath+"/new", "kind", "procedure", "name", "x").Code)
		other := []string{"kind", "procedure", "key", "khai-sinh", "unit", "long-khanh", "base", "0", "fee.text", "5"}
		require.Equal(t, http.StatusNotFound, save(other...).Code)
		require.Equal(t, http.StatusNotFound, b.get(contentPath+"/history?kind=procedure&key=khai-sinh&unit=long-khanh").Code)

		own := changed(other, "unit", "tran-bien")
		require.Equal(t, http.StatusSeeOther, save(own...).Code)
		require.JSONEq(t, `{"fee":{"text":"5","amount":8000}}`, d.stored(t, "khai-sinh", "tran-bien").Body)
		require.Empty(t, d.stored(t, "khai-sinh", ""))
	})
}

func TestAContactIsMadeRenamedAndTakenAway(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		form := []string{"kind", "contact", "unit", "long-khanh", "role", "chu_tich", "name", "Lê Văn C", "phone", "0900000001", "public", "yes", "why", "mới", "do", "save"}
		require.Equal(t, http.StatusSeeOther, b.post(contentPath+"/new", form...).Code)
		made := d.stored(t, "chu_tich//0900000001", "tran-bien")
		require.NotEmpty(t, made.Body, "of the own unit, whatever the form says")
		again := b.post(contentPath+"/new", form...)
		require.Equal(t, http.StatusUnprocessableEntity, again.Code)
		require.Contains(t, again.Body, "Đã có mục này")

		rename := []string{"kind", "contact", "key", made.Key, "unit", "tran-bien", "base", "1", "role", "chu_tich", "name", "Lê Văn C", "phone", "0900000002", "public", "yes", "why", "đổi số", "do", "save"}
		require.Equal(t, http.StatusSeeOther, b.post(contentPath+"/piece", rename...).Code)
		require.Empty(t, d.stored(t, made.Key, "tran-bien").Body)
		require.NotEmpty(t, d.stored(t, "chu_tich//0900000002", "tran-bien").Body)
		list := b.get(contentPath + "?kind=contact").Body
		require.Equal(t, 1, strings.Count(list, "Lê Văn C"))
		former := b.get(contentPath + "/history?kind=contact&key=chu_tich%2F%2F0900000002&unit=tran-bien")
		require.Contains(t, former.Body, "key=chu_tich%2F%2F0900000001", "its history goes on under the old key")

		viewer := d.member(t, "xem@example.vn", models.RoleViewer, "tran-bien")
		address := contentPath + "/piece?" + url.Values{"kind": {"contact"}, "key": {"chu_tich//0900000002"}, "unit": {"tran-bien"}}.Encode()
		require.Equal(t, http.StatusOK, viewer.get(address).Code)
		hidden := changed(changed(rename, "key", "chu_tich//0900000002"), "public", "")
		require.Equal(t, http.StatusSeeOther, b.post(contentPath+"/piece", changed(hidden, "base", "2")...).Code)
		require.Equal(t, http.StatusNotFound, viewer.get(address).Code, "an internal number is for who sees contacts")
		require.NotContains(t, viewer.get(contentPath+"?kind=contact").Body, "Lê Văn C")

		latest := regexp.MustCompile(`name="base" value="(\d+)"`).FindStringSubmatch(b.get(address).Body)[1]
		require.Equal(t, http.StatusSeeOther, b.post(contentPath+"/restore", "kind", "contact", "key", "chu_tich//0900000002", "unit", "tran-bien", "base", latest, "to", "0", "why", "nghỉ việc").Code)
		require.NotContains(t, b.get(contentPath+"?kind=contact").Body, "Lê Văn C")
		require.Contains(t, b.get(contentPath+"?kind=contact&gone=1").Body, "chu_tich//0900000002", "what was taken away is found")
		gone := b.get(strings.Replace(address, "/piece?", "/history?", 1)).Body
		require.Contains(t, gone, "Lê Văn C")
		last := regexp.MustCompile(`name="base" value="(\d+)"`).FindStringSubmatch(gone)[1]
		require.Equal(t, http.StatusSeeOther, b.post(contentPath+"/restore", "kind", "contact", "key", "chu_tich//0900000002", "unit", "tran-bien", "base", last, "to", latest).Code)
		require.Contains(t, b.get(contentPath+"?kind=contact").Body, "Lê Văn C", "and comes back")
	})
}

// TestAUnitMakesATemplateOfItsOwn: what a unit makes is its own, with the codes and
// numbers that its form had; of the province's it may have its own version.
func TestAUnitMakesATemplateOfItsOwn(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		require.Contains(t, b.get(contentPath+"?kind=template").Body, contentPath+"/new?kind=template")
		blank := b.get(contentPath + "/new?kind=template").Body
		require.Contains(t, blank, "<code>{code}</code>")
		require.Contains(t, blank, "Nhắn tin cho bà con", "a choice without a name has its words in the page")
		form := []string{"kind", "template", "unit", "long-khanh", "name", "dem", "text", "Đêm {code}", "actions", "ask", "deadline_days", "5", "why", "mới", "do", "save"}
		require.Equal(t, http.StatusSeeOther, b.post(contentPath+"/new", form...).Code)
		require.JSONEq(t, `{"name":"dem","text":"Đêm {code}","actions":["ask"],"deadline_days":5}`, d.stored(t, "dem", "tran-bien").Body)
		require.Equal(t, http.StatusUnprocessableEntity, b.post(contentPath+"/new", form...).Code, "there is one already")
		require.Equal(t, http.StatusUnprocessableEntity, b.post(contentPath+"/new", changed(form, "name", "done")...).Code, "nor one with a code of the province's")

		address := contentPath + "/piece?key=done&kind=template"
		require.NotContains(t, b.get(address).Body, `name="do"`, "the province's")
		own := b.get(address + "&unit=tran-bien").Body
		require.Regexp(t, `value="reply" checked`, own)
		require.Contains(t, own, `inputmode="numeric"`)
		tried := b.post(contentPath+"/piece", "kind", "template", "key", "done", "unit", "tran-bien", "base", "0", "name", "done", "text", "Xong {code}", "actions", "ask", "deadline_days", "3", "do", "preview")
		require.Equal(t, http.StatusOK, tried.Code)
		require.Regexp(t, `(?s)<del[^>]*>[^<]*<span[^>]*>Bỏ: </span>Nhắn tin cho bà con`, tried.Body, "what is not ticked any more")
		require.Contains(t, tried.Body, "Hạn của các vụ đang mở")

		elsewhere := d.member(t, "hoa@example.vn", models.RoleOfficer, "long-khanh")
		require.NotContains(t, elsewhere.get(contentPath+"?kind=template").Body, ">dem<")
		require.Equal(t, http.StatusNotFound, elsewhere.get(contentPath+"/piece?kind=template&key=dem&unit=tran-bien").Code)
	})
}
