package handlers

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// note writes lines into the audit, as several people.
func (d *desk) note(t *testing.T, by models.Principal, action, about, detail string, times int) {
	t.Helper()
	require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
		for range times {
			if err := tx.Audit(by, action, about, detail); err != nil {
				return err
			}
		}
		return nil
	}))
}

// TestAuditIsSearchedAndTakenAway: by person, action, subject and day; as text that
// no spreadsheet runs.
func TestAuditIsSearchedAndTakenAway(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		hoa, mai := models.Principal{Name: "Trần Thị Hoa", Email: "hoa@x.vn", Role: models.RoleOfficer, Unit: "tran-bien"}, models.Principal{Name: "Nguyễn Mai Hoa", Email: "mai@x.vn", Unit: "long-khanh"}
		for _, p := range []models.Principal{hoa, mai} {
			require.NoError(t, d.store.SaveAccount(t.Context(), store.Account{Email: p.Email, Name: p.Name, Role: models.RoleOfficer, Unit: p.Unit}, ""))
		}
		d.note(t, hoa, "case.looked", "PA2026-AAAAAA", "contact, words", 1)
		d.note(t, mai, "case.looked", "PA2026-BBBBBB", `=HYPERLINK("http://x")`, 1)
		d.note(t, models.Principal{Name: "@nap"}, "cases.listed", "", "", 3)
		d.advance(48 * time.Hour)
		d.note(t, hoa, "case.reply", "PA2026-AAAAAA", "", 1)

		b := d.visitor(t, models.RoleAuditor).screen
		require.Equal(t, http.StatusOK, b.get(auditPath).Code, "of the unit")
		require.NotContains(t, b.get(auditPath).Body, "PA2026-BBBBBB", "another unit's")
		require.Contains(t, b.get(auditPath).Body, "PA2026-AAAAAA")

		b = d.member(t, "toan@x.vn", models.RoleAuditor, "")
		shows := func(query string, want ...string) {
			t.Helper()
			page := b.get(auditPath + "?" + query)
			require.Equal(t, http.StatusOK, page.Code, d.log.String())
			_, list, _ := strings.Cut(page.Body, `class="desk-list"`)
			for _, code := range []string{"PA2026-AAAAAA", "PA2026-BBBBBB"} {
				require.Equal(t, strings.Contains(strings.Join(want, " "), code), strings.Contains(list, ">"+code+"<"), "%s: %s", query, code)
			}
		}
		shows("who=mai%40x.vn", "PA2026-BBBBBB")
		shows("who=tran+hoa", "PA2026-AAAAAA")
		shows("about=pa2026-bbbbbb", "PA2026-BBBBBB")
		shows("action=case.looked", "PA2026-AAAAAA", "PA2026-BBBBBB")
		shows("until="+local(d.now().Add(-24*time.Hour)).Format(time.DateOnly)+"&action=case.looked", "PA2026-AAAAAA", "PA2026-BBBBBB")
		require.Contains(t, b.get(auditPath+"?who=hoa").Body, "who=mai%40x.vn", "two are meant")
		require.Contains(t, b.get(auditPath+"?who=kh%C3%B4ng+ai").Body, "Không có dòng nào")
		b.leads(b.get(auditPath+"?cursor=x"), auditPath+"?")

		file := b.get(auditPath + ".csv?action=case.looked")
		require.Equal(t, http.StatusOK, file.Code)
		require.Contains(t, file.Header.Get("Content-Disposition"), "attachment")
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.Body, byteMark))).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 3)
		require.Equal(t, []string{"mai@x.vn", "Nguyễn Mai Hoa", "long-khanh", "Xem hồ sơ", "PA2026-BBBBBB", `'=HYPERLINK("http://x")`}, rows[1][1:])

		sheet := b.get(auditPath + ".xlsx?action=cases.listed")
		book, err := excelize.OpenReader(bytes.NewReader([]byte(sheet.Body)))
		require.NoError(t, err)
		lines, err := book.GetRows(book.GetSheetName(0))
		require.NoError(t, err)
		require.Len(t, lines, 4)
		require.Equal(t, "@nap", lines[1][1])
		require.NoError(t, book.Close())
		require.Contains(t, b.get(auditPath+"?action=audit.exported").Body, "action=cases.listed", "who takes it away is in it")
		require.Equal(t, http.StatusUnprocessableEntity, b.get(auditPath+".csv?who=hoa").Code)
	})
}

// TestAuditIsPagedAndBounded: an export ends, and says so.
func TestAuditIsPagedAndBounded(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t))
	d.note(t, models.Principal{Name: "ai"}, "login", "x", "", auditBatch+auditPage)
	b := d.member(t, "toan@x.vn", models.RoleAuditor, "")
	n, next := 0, auditPath+"?who=ai"
	for next != "" {
		page := b.get(next)
		n += strings.Count(page.Body, `class="desk-row"`)
		_, after, more := strings.Cut(page.Body, `<a class="btn btn-outline-secondary" href="`)
		if next = ""; more {
			address, _, _ := strings.Cut(after, `"`)
			next = strings.ReplaceAll(address, "&amp;", "&")
		}
	}
	require.Equal(t, auditBatch+auditPage, n)
	require.Equal(t, auditBatch+auditPage+1, strings.Count(b.get(auditPath+".csv?"+url.Values{"who": {"ai"}}.Encode()).Body, "\n"))
}

// TestAuditWords: every action that the audit knows has words, each once.
func TestAuditWords(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t))
	said := map[string]string{}
	for _, group := range auditActions() {
		name, err := d.server.word("audit", "audit-group", group.Name)
		require.NoError(t, err)
		require.NotEmpty(t, name)
		for _, action := range group.Actions {
			words, err := d.server.word("audit", "audit-action", action)
			require.NoError(t, err)
			require.NotEqual(t, action, words, "has no words")
			require.Empty(t, said[words], fmt.Sprint(action, " and ", said[words], " say the same"))
			said[words] = action
		}
	}
}
