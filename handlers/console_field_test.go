package handlers

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// TestTheListOfADay: one's own cases, or the unit's, with what each role may see.
func TestTheListOfADay(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, _ string) {
		assign := func(email string) {
			require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
				c, err := tx.Case(caseCode)
				if err == nil {
					c.Assignee = email
					err = tx.SaveCase(c)
				}
				return err
			}))
		}
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		require.Contains(t, b.get(fieldPath).Body, "Không có hồ sơ nào cần đi xem được giao cho anh/chị")
		require.Contains(t, b.get(fieldPath+"?who=unit").Body, caseCode)
		assign(lan)
		page := b.get(fieldPath)
		require.Equal(t, http.StatusOK, page.Code, d.log.String())
		for _, want := range []string{
			caseCode, `href="tel:0912345678"`, "destination=10.95,106.82", `data-way="10.95,106.82"`, `<img src="/console/files/photo"`,
			`capture="environment"`, "?answer=resolve&amp;begin=1#tra-loi", "Cần quay lại", "hẻm 5", "Nguyễn Văn An",
		} {
			require.Contains(t, page.Body, want)
		}
		require.NotContains(t, page.Body, "<script>alert")

		viewer := d.member(t, "xem@example.vn", models.RoleViewer, "tran-bien").get(fieldPath).Body
		require.Contains(t, viewer, caseCode)
		for _, secret := range []string{"0912345678", "0912.345.678", "Nguyễn Văn An", "tel:", `type="file"`, "Cần quay lại"} {
			require.NotContains(t, viewer, secret)
		}
		require.NotContains(t, d.member(t, "ban@example.vn", models.RoleOfficer, "long-khanh").get(fieldPath+"?who=unit").Body, caseCode)
		lines, _, err := d.store.AuditEntries(t.Context(), store.AuditFilter{Action: "field.listed", Page: store.Page{Limit: 10}})
		require.NoError(t, err)
		require.Len(t, lines, 2, "who saw a phone is written down, nobody else")
		require.Equal(t, caseCode, lines[0].Detail)

		form := formField.FindAllStringSubmatch(page.Body, -1)
		b.leads(b.post(casePage, form[0][1], form[0][2], form[1][1], form[1][2], "action", "note", "text", "Cần quay lại: cổng khoá", "back", fieldPath), fieldPath)
		require.Equal(t, "Cần quay lại: cổng khoá", d.caseNow(t).Events[1].Text)
		b.leads(b.post(casePage, "key", "x", "seen", "0", "action", "note", "text", "x", "back", "https://evil.example/"), startPath)
		begun := b.get(casePage + "?answer=resolve&begin=1").Body
		require.Contains(t, begun, "Cảm ơn ông/bà đã báo.")
		require.Contains(t, strings.SplitN(begun, "</textarea>", 2)[0], "ở hẻm 5", "the form is filled in")
		b.leads(b.upload(evidencePage, []sent{tagged()}, "purpose", "after", "back", fieldPath+"?who=unit"), fieldPath+"?who=unit")
		require.Contains(t, b.get(fieldPath).Body, "Ảnh sau khi xử lý:")
	})
}

// TestWhatIsLookedAtAgainIsOnTheList until somebody was there.
func TestWhatIsLookedAtAgainIsOnTheList(t *testing.T) {
	onEvidenceDesks(t, func(t *testing.T, d *desk, _ string) {
		d.server.Deadlines = officeHours
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		b.leads(b.act(t, "action", "resolve", "text", "Đã vá tạm.", "date", "2026-03-30"), casePage)
		require.NotContains(t, b.get(fieldPath+"?who=unit").Body, caseCode)
		c := d.caseNow(t)
		again, ok := officeHours().FollowUp(*c)
		require.True(t, ok)
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			return tx.Remind(models.Reminder{Case: caseCode, Since: again.Since, Stage: 100, Term: again.Limit, Due: again.Due})
		}))
		d.advance(again.Due.Sub(d.now()))
		b = d.again(t, lan)
		page := b.get(fieldPath + "?who=unit").Body
		require.Contains(t, page, "Hẹn 30/03/2026")
		require.Contains(t, page, "Đã xem lại")
		b.leads(b.act(t, "action", "note", "text", "Đã xem lại: còn tốt"), casePage)
		require.NotContains(t, b.get(fieldPath+"?who=unit").Body, caseCode)
	})
}
