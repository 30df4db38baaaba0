package handlers

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// TestEveryLookIsWrittenDown: what tells of citizens to who sees contacts is in the
// audit, in the console and through the API; what hides them is not.
func TestEveryLookIsWrittenDown(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		d := newDesk(t, url, answersWell, func(deps *Deps) {
			choices, name := deps.Choices, deps.UnitName
			figuring(deps)
			deps.Choices, deps.UnitName = choices, name
		})
		d.fillCase(t)
		d.fillTalk(t, models.ModeWaiting)
		call := d.unreached(t, "PA2026-CALLED")
		looks := [][3]string{ // route, action, about
			{casePage, "case.looked", caseCode}, {casesPath + "?q=hem", "cases.searched", ""}, {talkPage, "talk.looked", "messenger:1:9"},
			{callsPath, "calls.listed", ""}, {fmt.Sprint(callsPath, "/", call), "call.looked", "PA2026-CALLED"},
			{consolePath + "/files/voice?original=1", "file.looked", caseCode},
			{apiPath + "/cases", "cases.listed", ""}, {apiPath + "/cases/" + caseCode, "case.looked", caseCode},
			{apiPath + "/outbox", "outbox.listed", ""}, {apiPath + "/attachments/photo?original=true", "file.looked", caseCode},
		}
		for role, name := range map[models.Role]string{models.RoleOfficer: "officer@example.vn", models.RoleViewer: "viewer@example.vn"} {
			v := d.visitor(t, role)
			for _, look := range looks {
				before := d.lines(t, name, look[1], look[2])
				r := httptest.NewRequest(http.MethodGet, "http://console.example.vn"+look[0], nil)
				r.Header.Set("Authorization", "Bearer "+v.token)
				status := v.screen.send(r).Code
				if role.May(models.ReadContacts) {
					require.Equal(t, http.StatusOK, status, look[0])
					require.Equal(t, before+1, d.lines(t, name, look[1], look[2]), "%v as %s", look, role)
				}
			}
			if !role.May(models.ReadContacts) {
				for _, look := range looks {
					require.Zero(t, d.lines(t, name, look[1], look[2]), "%v as %s", look, role)
				}
			}
		}
		entries, _, err := d.store.AuditEntries(t.Context(), store.AuditFilter{Action: "cases.listed"})
		require.NoError(t, err)
		require.Contains(t, entries[0].Detail, caseCode, "whom it told of")
		require.True(t, slices.ContainsFunc(entries, func(e store.AuditEntry) bool { return e.Unit == "tran-bien" }))
	})
}

// lines counts those of the audit.
func (d *desk) lines(t *testing.T, actor, action, about string) int {
	t.Helper()
	entries, _, err := d.store.AuditEntries(t.Context(), store.AuditFilter{Actor: actor, Action: action, About: about})
	require.NoError(t, err)
	return len(entries)
}
