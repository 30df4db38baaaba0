package handlers

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// TestCamerasOfACase: an officer says which counter and minute; a leader's every
// look is in the audit; nobody else is led there.
func TestCamerasOfACase(t *testing.T) {
	t.Parallel()
	url := databases.SQLite(t)
	d := newDesk(t, url, answersWell, func(deps *Deps) { deps.Camera = "https://camera.example.vn/q/{counter}?luc={time}" })
	d.fillCase(t)
	officer := d.member(t, lan, models.RoleOfficer, "tran-bien")
	leader := d.visitor(t, models.RoleLeader).screen
	camera := casePage + "/camera"
	require.Equal(t, http.StatusNotFound, leader.get(camera).Code, "nothing is set")
	set := func(counter, at string) answer { return officer.post(camera, "counter", counter, "at", at) }
	for _, bad := range [][2]string{{"", "2026-03-04T08:30"}, {"Quầy 3", "hôm qua"}, {"Quầy 3", d.now().Add(24 * time.Hour).Format(formMinute)}, {strings.Repeat("x", 61), "2026-03-04T08:30"}, {"..", "2026-03-04T08:30"}} {
		refused := set(bad[0], bad[1])
		require.Equal(t, http.StatusUnprocessableEntity, refused.Code, bad)
		require.Contains(t, refused.Body, "Chưa gắn")
	}
	officer.leads(set("Quầy  3/a&b=", "2026-03-04T08:30"), casePage)
	officer.leads(set("Quầy 3/a&b=", "2026-03-04T08:30"), casePage)
	c := d.caseNow(t)
	require.Len(t, c.Events, 2, "posted twice, set once")
	require.Equal(t, models.ActCamera, c.Events[1].Action)
	spot, ok := c.CameraSpot()
	require.True(t, ok)
	require.Equal(t, time.Date(2026, 3, 4, 1, 30, 0, 0, time.UTC), spot.At)
	officer.leads(set("Quầy 4", "2026-03-04T08:31"), casePage)
	page := officer.get(casePage)
	require.Contains(t, page.Body, "Quầy 3/a&amp;b=, 08:30 04/03/2026 → Quầy 4, 08:31 04/03/2026", "before and after")
	require.NotContains(t, page.Body, "Xem camera")
	require.Equal(t, http.StatusForbidden, officer.get(camera).Code)
	officer.leads(set("Quầy 3/a&b=", "2026-03-04T08:30"), casePage)

	require.Contains(t, leader.get(casePage).Body, "Xem camera")
	for range 2 {
		leads := leader.get(camera)
		require.Equal(t, "https://camera.example.vn/q/Qu%E1%BA%A7y%203%2Fa%26b%3D?luc=2026-03-04T08%3A30%3A00%2B07%3A00", leads.Header.Get("Location"))
	}
	looks := slices.DeleteFunc(audited(t, url), func(line string) bool { return !strings.HasPrefix(line, "camera.looked "+caseCode) })
	require.Len(t, looks, 2)
}
