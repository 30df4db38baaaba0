package handlers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const dossierJSON = `{"code":"h19.12-261126-0001","stage":"Đang xử lý","unit":"tran-bien","procedure":"ly hôn","result":"Nguyễn Văn A","due":"2026-11-27","updated":"2026-11-26T08:00:00+07:00"}`

// withDossiers runs f on a new store of each kind, with two states.
func withDossiers(t *testing.T, f func(t *testing.T, r *real)) {
	t.Helper()
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		s, err := store.Open(t.Context(), url, store.Options{Migrate: true, Now: func() time.Time { return testNow }})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		b := &bench{zalo: &fakeReceiver{}, messenger: &fakeReceiver{}, log: &strings.Builder{}}
		b.handler, err = New(Deps{
			Store: s, Messenger: b.messenger, Zalo: b.zalo, Log: testLog(b), Registry: prometheus.NewRegistry(),
			Now: func() time.Time { return testNow }, Catalogue: fakeCatalogue{}, PublicURL: "http://127.0.0.1:1",
			Stages: models.DossierStages{{Code: "dang-xu-ly", Name: "Đang xử lý"}, {Code: "da-xong", Name: "Đã xong", Aliases: []string{"9"}, Ready: true}},
		})
		require.NoError(t, err)
		f(t, &real{b, s})
	})
}

func TestDossiersArePostedOnce(t *testing.T) {
	withDossiers(t, func(t *testing.T, r *real) {
		officer := r.token(t, models.Principal{Name: "mot-cua", Role: models.RoleOfficer})
		post := func(body string) map[string]any {
			status, got := r.call(t, officer, http.MethodPost, "/dossiers", body)
			require.Equal(t, http.StatusOK, status, "%v", got)
			return got
		}
		require.Equal(t, map[string]any{"added": 1., "changed": 0., "unchanged": 0.}, post(dossierJSON))
		require.Equal(t, map[string]any{"added": 0., "changed": 0., "unchanged": 1.}, post(dossierJSON))
		require.NoError(t, r.store.Update(t.Context(), func(tx *store.Tx) error {
			return tx.FollowDossier("H19.12-261126-0001", "zalo:1:77", func(string) bool { return false })
		}))
		ready := `{"items":[{"code":"H19.12-261126-0001","stage":"9"},{"code":"H19-261126-0002","stage":"dang-xu-ly"}]}`
		require.Equal(t, map[string]any{"added": 1., "changed": 1., "unchanged": 0.}, post(ready))
		require.Equal(t, map[string]any{"added": 0., "changed": 0., "unchanged": 2.}, post(ready))
		events := r.unplayed(t)
		require.Len(t, events, 1, "told once")
		require.Equal(t, "H19.12-261126-0001", events[0].Notice.Dossier)

		status, got := r.call(t, officer, http.MethodGet, "/dossiers/h19.12-261126-0001", "")
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, "da-xong", got["stage"])
		require.Equal(t, true, got["ready"])
		require.Equal(t, "ly hôn", got["procedure"], "what is not said stays as it was")
		require.Equal(t, "2026-11-26T17:00:00Z", got["due"])
	})
}

func TestWhoMayPostDossiers(t *testing.T) {
	withDossiers(t, func(t *testing.T, r *real) {
		for role, want := range map[models.Role]int{
			models.RoleAdmin: 200, models.RoleLeader: 200, models.RoleOfficer: 200,
			models.RoleInspector: 403, models.RoleViewer: 403, models.RoleAuditor: 403,
		} {
			token := r.token(t, models.Principal{Name: string(role), Role: role})
			status, _ := r.call(t, token, http.MethodPost, "/dossiers", dossierJSON)
			require.Equal(t, want, status, role)
		}
		status, _ := r.call(t, "", http.MethodPost, "/dossiers", dossierJSON)
		require.Equal(t, http.StatusUnauthorized, status)

		viewer := r.token(t, models.Principal{Name: "v", Role: models.RoleViewer})
		status, got := r.call(t, viewer, http.MethodGet, "/dossiers/H19.12-261126-0001", "")
		require.Equal(t, http.StatusOK, status)
		require.Empty(t, got["result"], "lists write names into it")

		elsewhere := r.token(t, models.Principal{Name: "e", Role: models.RoleOfficer, Unit: "an-vien"})
		status, _ = r.call(t, elsewhere, http.MethodPost, "/dossiers", dossierJSON)
		require.Equal(t, http.StatusForbidden, status, "for another unit")
		status, _ = r.call(t, elsewhere, http.MethodPost, "/dossiers", `{"code":"H19.12-261126-0001","stage":"9"}`)
		require.Equal(t, http.StatusNotFound, status, "another unit's")
		status, _ = r.call(t, elsewhere, http.MethodGet, "/dossiers/H19.12-261126-0001", "")
		require.Equal(t, http.StatusNotFound, status)
		status, _ = r.call(t, elsewhere, http.MethodPost, "/dossiers", `{"code":"H19.13-261126-0001","stage":"9"}`)
		require.Equal(t, http.StatusOK, status, "its own")
	})
}

func TestWhatIsWrongWithADossierIsTold(t *testing.T) {
	withDossiers(t, func(t *testing.T, r *real) {
		officer := r.token(t, models.Principal{Name: "mot-cua", Role: models.RoleOfficer})
		for body, want := range map[string][]string{
			`{}`: {"body.code", "body.stage"},
			`{"code":"12","stage":"flying","unit":"no-such","due":"soon"}`: {"body.code", "body.stage", "body.unit", "body.due"},
			`{"items":[]}`: {"body.items"},
			`{"items":[{"code":"H19-261126-1","stage":"9"},{"code":"h19-261126-1","stage":"9"}]}`: {"body.items[1].code"},
			`{"code":"H19-261126-1","stage":"9","colour":"red"}`:                                  {"body.colour"},
		} {
			status, got := r.call(t, officer, http.MethodPost, "/dossiers", body)
			require.Equal(t, http.StatusUnprocessableEntity, status, body)
			var at []string
			for _, e := range got["errors"].([]any) {
				at = append(at, e.(map[string]any)["location"].(string))
			}
			require.Equal(t, want, at, body)
		}
		status, _ := r.call(t, officer, http.MethodGet, "/dossiers/H19-261126-1", "")
		require.Equal(t, http.StatusNotFound, status, "all or nothing")
	})
}
